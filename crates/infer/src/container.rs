//! Strings, tuples and dicts: real objects of which the type is a fact, and what they hold is expected (`ir::Kind`).
//!
//! As with lists nothing is remembered of a dict from one operation to the next. A key goes to the extension by its parts, so that neither an
//! int nor a tuple is made for a look-up. Keys that could run code of the user are the interpreter's.

use crate::arithmetic::Number;
use crate::body::Body;
use crate::list::elem_of;
use crate::refusal::Step;
use bytecode::{Compare, Const};
use ir::{
    Comparison, DictGuess, Edge, Elem, Gives, Kind, Maker, Method, ObjectId, Op, Path, Resume, ResumeId, ResumeKind, Slot, Tag, Term,
    Value, Why,
};

/// What a look-up returns where there is no such key: no address of an object.
const MISSING: i64 = 2;
/// A tuple of more items is made before it is looked up.
const PARTS_AT_MOST: usize = 3;
const FINDS: [&str; PARTS_AT_MOST] = ["py_find1", "py_find2", "py_find3"];
/// By the number of arguments.
const METHOD_CALLS: [&str; 4] = ["py_method0", "py_method1", "py_method2", "py_method3"];
const PUTS: [&str; PARTS_AT_MOST] = ["py_put1", "py_put2", "py_put3"];
const MADES: [&str; PARTS_AT_MOST] = ["py_made1", "py_made2", "py_made3"];

impl Body<'_, '_> {
    fn constant(&self, object: ObjectId) -> Option<&Const> {
        match &self.unit.links.objects[object.0 as usize].path {
            Path::Const { code, index } => Some(&self.unit.infos[code.0 as usize].code.consts[*index as usize]),
            _ => None,
        }
    }

    /// The type of a constant that stays an object.
    pub fn kind_of_constant(&self, object: ObjectId) -> Option<Kind> {
        kind_of_const(self.constant(object)?)
    }

    /// The type of what is known to be an object of a builtin one.
    pub fn kind_of(&self, slot: &Slot<Value>) -> Option<Kind> {
        match slot {
            Slot::Exact(kind, _) => Some(kind.clone()),
            Slot::Known(object) => self.kind_of_constant(*object),
            _ => None,
        }
    }

    /// The object itself, borrowed.
    pub fn object_of(&mut self, slot: &Slot<Value>) -> Option<Value> {
        match slot {
            Slot::Known(object) => Some(self.b.pure(Op::ConstObject(*object), &[])),
            slot => slot.object(),
        }
    }

    /// The string that a slot is known to hold.
    pub fn known_text(&self, slot: &Slot<Value>) -> Option<String> {
        let Slot::Known(object) = slot else { return None };
        match self.constant(*object)? {
            Const::Str(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// The object on top of the stack is known to be of this type.
    pub fn known_as(&mut self, kind: Kind) {
        if self.b.block.is_some()
            && let Some(slot @ Slot::Object(_)) = self.state.stack.last_mut()
            && let Some(object) = slot.object()
        {
            *slot = Slot::Exact(kind, object);
        }
    }

    /// A constant on top of the stack that goes into a variable: which one it was is forgotten.
    pub fn settle_top(&mut self) {
        if let Some(slot @ Slot::Known(_)) = self.state.stack.last().cloned().as_ref()
            && let Some(kind) = self.kind_of(slot)
            && let Some(object) = self.object_of(slot)
        {
            self.b.act(Op::IncRef, &[object]);
            self.state.stack.pop();
            self.push(Slot::Exact(kind, object));
        }
    }

    /// Leaves unless the object is of that type.
    pub fn guard_kind(&mut self, kind: &Kind, object: Value, resume: ResumeId) {
        match kind {
            Kind::Str => self.b.guard(Op::GuardStr, &[object], resume),
            Kind::Dict(_) => self.b.guard(Op::GuardDict, &[object], resume),
            Kind::Making(maker, _) => self.guard_making(*maker, object, resume),
            Kind::Set(_) => self.b.guard(Op::GuardSet, &[object], resume),
            Kind::NumPy(_) => self.b.guard(Op::GuardArray, &[object], resume),
            Kind::Row(_) => self.b.guard(Op::GuardRow, &[object], resume),
            Kind::Tuple(items) => {
                let length = self.b.int(items.len() as i64);
                self.b.guard(Op::GuardTuple, &[object, length], resume);
            }
            Kind::Bytes | Kind::ByteArray | Kind::Array(_) => {
                let code = self.b.int(buffer_code(kind));
                let function = ir::runtime_function("py_is_buffer").expect("in the table");
                self.b.runtime(function, &[object, code], Some(resume));
            }
            Kind::View(_) | Kind::Iter(_) | Kind::Cell(_) => unreachable!("nobody expects them in a container"),
        }
    }

    // Tuples and strings

    /// [tuple] -> [its items in reverse]
    pub fn tuple_unpack(&mut self, elems: &[Elem], tuple: Value) {
        let items: Vec<_> = elems.iter().enumerate().map(|(index, elem)| self.tuple_item(elem, tuple, index as i64)).collect();
        items.iter().for_each(|item| self.b.share_slot(item));
        self.drop_operands(1);
        self.state.stack.extend(items.into_iter().rev());
    }

    fn tuple_item(&mut self, elem: &Elem, tuple: Value, index: i64) -> Slot<Value> {
        let index = self.b.int(index);
        let item = self.b.pure(Op::TupleItem, &[tuple, index]);
        self.as_expected(elem, item)
    }

    /// The item at an index in bounds: borrowed from a tuple, a new reference from a string, and so is the row of an array.
    pub fn item_of_kind(&mut self, kind: &Kind, object: Value, index: Value) -> Slot<Value> {
        self.object_ops += 1;
        match kind {
            Kind::Tuple(items) => {
                let elem = items.iter().cloned().reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown);
                let item = self.b.pure(Op::TupleItem, &[object, index]);
                self.as_expected(&elem, item)
            }
            Kind::Row(elem) => {
                let item = self.b.pure(Op::TupleItem, &[object, index]);
                self.as_expected(elem, item)
            }
            Kind::NumPy(guess) => self.array_item(*guess, object, index),
            Kind::Bytes | Kind::ByteArray => Slot::Int(self.runtime_value("py_byte", &[object, index])),
            Kind::Array(item) if item.is_float() => Slot::Float(self.runtime_value("py_array_float", &[object, index])),
            Kind::Array(_) => Slot::Int(self.runtime_value("py_array_int", &[object, index])),
            _ => Slot::Exact(Kind::Str, self.runtime_value("py_text_item", &[object, index])),
        }
    }

    /// The iterator of a tuple, a string or an array; takes over what the slot owns.
    pub fn exact_iterator(&mut self, slot: &Slot<Value>) -> Option<Slot<Value>> {
        let kind = self.kind_of(slot).filter(|kind| is_indexed(kind) || matches!(kind, Kind::NumPy(_)))?;
        let object = self.object_of(slot)?;
        if matches!(slot, Slot::Known(_)) {
            self.b.act(Op::IncRef, &[object]);
        }
        Some(Slot::ExactIter(kind, self.b.int(0), object))
    }

    /// [tuple or string, index] -> [item]; false if it is none.
    pub fn exact_subscript(&mut self) -> Step<bool> {
        let [container, key] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Some(kind), Some(Number::Int(index))) = (self.kind_of(&container).filter(is_indexed), self.number(&key)) else {
            return Ok(false);
        };
        let object = self.object_of(&container).expect("it has a type");
        let item = match (&kind, self.b.known_int(index)) {
            (Kind::Tuple(items), Some(known)) => {
                let count = items.len() as i128;
                let at = if known < 0 { known + count } else { known };
                if !(0..count).contains(&at) {
                    self.leave(Why::Raises)?;
                    return Ok(true);
                }
                self.tuple_item(&items[at as usize], object, at as i64)
            }
            _ => {
                let at = self.exact_place(object, index);
                self.item_of_kind(&kind, object, at)
            }
        };
        if matches!(kind, Kind::Tuple(_) | Kind::Row(_)) {
            self.b.share_slot(&item);
        }
        self.drop_operands(2);
        self.push(item);
        Ok(true)
    }

    /// The place that an index means, counted from the front; leaves where it is out of bounds.
    fn exact_place(&mut self, object: Value, index: Value) -> Value {
        let resume = self.resume(Why::Raises);
        let length = self.b.pure(Op::Length, &[object]);
        let zero = self.b.int(0);
        let is_negative = self.b.compare_int(Comparison::Lt, index, zero);
        let wrapped = self.b.pure(Op::WrapAddInt, &[index, length]);
        let at = self.b.pure(Op::Select(ir::Ty::I64), &[is_negative, wrapped, index]);
        let in_bounds = self.b.pure(Op::CompareUint(Comparison::Lt), &[at, length]);
        self.b.guard(Op::GuardTrue, &[in_bounds], resume);
        at
    }

    /// [value, bytearray or array, index] -> []; false if it is none, or the value is none of its items' type.
    pub fn buffer_store(&mut self) -> bool {
        let [value, container, key] = [3, 2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let Slot::Exact(kind @ (Kind::ByteArray | Kind::Array(_)), object) = container else { return false };
        let (Some(Number::Int(index)), Some(number)) = (self.number(&key), self.number(&value)) else { return false };
        let is_float = matches!(kind, Kind::Array(item) if item.is_float());
        if !is_float && !matches!(number, Number::Int(_)) {
            return false;
        }
        let at = self.exact_place(object, index);
        match (number, &kind) {
            (Number::Int(v), Kind::ByteArray) => drop(self.runtime("py_byte_set", &[object, at, v])),
            (Number::Int(v), _) if !is_float => drop(self.runtime("py_array_set_int", &[object, at, v])),
            (number, _) => {
                let v = self.as_float(number);
                self.runtime("py_array_set_float", &[object, at, v]);
            }
        }
        self.drop_operands(3);
        true
    }

    /// Strings compare by their characters.
    pub fn text_comparison(&mut self, op: Compare, left: &Slot<Value>, right: &Slot<Value>) -> Option<Value> {
        let is_text = |slot: &Slot<Value>| self.kind_of(slot) == Some(Kind::Str);
        if !is_text(left) || !is_text(right) {
            return None;
        }
        let (a, b) = (self.object_of(left)?, self.object_of(right)?);
        if matches!(op, Compare::Eq | Compare::Ne) {
            let equal = self.runtime_value("py_text_equal", &[a, b]);
            let equal = self.b.pure(Op::BitsToBool, &[equal]);
            return Some(if op == Compare::Eq { equal } else { self.b.pure(Op::NotBool, &[equal]) });
        }
        let order = self.runtime_value("py_text_order", &[a, b]);
        let zero = self.b.int(0);
        Some(self.b.compare_int(crate::compare::comparison(op), order, zero))
    }

    // Methods

    /// [object] -> what a call of its method is made of; false if it is looked up as any other attribute.
    pub fn exact_method(&mut self, name: &str) -> bool {
        let Some(owner) = self.state.stack.last().cloned() else { return false };
        let Some(kind) = self.kind_of(&owner) else { return false };
        let Some(method) = Method::find(&kind, name) else { return false };
        let object = self.object_of(&owner).expect("it has a type");
        if matches!(owner, Slot::Known(_)) {
            self.b.act(Op::IncRef, &[object]);
        }
        self.pop();
        self.push_callable(Slot::Method(method, kind, object));
        true
    }

    pub fn call_method(&mut self, method: Method, kind: &Kind, owner: Value, arguments: &[Slot<Value>]) -> Step {
        if let (Kind::Dict(guess), "get", [key, rest @ ..]) = (kind, method.row().name, arguments)
            && rest.len() <= 1
            && !rest.iter().any(crate::state::is_iterator)
            && let Some(words) = self.key_words(key)
        {
            let elem = self.expected_at(guess, key);
            return self.dict_get(owner, &words, &elem, rest.first().unwrap_or(&Slot::None));
        }
        let Some(name) = METHOD_CALLS.get(arguments.len()) else {
            return self.left_to_python("unknown-callable", "a call with many arguments");
        };
        let Some(objects) = self.boxed_operands(arguments, "a call")? else { return Ok(()) };
        let index = self.b.int(method.index() as i64);
        let args: Vec<Value> = [index, owner].into_iter().chain(objects).collect();
        let result = self.runtime_value(name, &args);
        let mut elem = method.result(kind);
        if let (Kind::Dict(guess), "setdefault", [_, default]) = (kind, method.row().name, arguments) {
            let mut guess = guess.clone();
            *guess.value = guess.value.with(&self.elem_of_item(default));
            elem = (*guess.value).clone();
            self.expect_of_dict(owner, &guess);
        }
        if let (Kind::Set(of), "add", [item]) = (kind, method.row().name, arguments) {
            let of = of.with(&self.elem_of_item(item));
            self.expect_of_set(owner, &of);
        }
        let result = match (method.row().gives, &elem) {
            (Gives::None, _) => {
                self.b.pure(Op::DecRef, &[result]);
                Slot::None
            }
            // Facts, of strings that did not change: nothing leaves here.
            (Gives::Bool | Gives::Int, _) => {
                let resume = self.resume(Why::Element);
                let item = self.guarded(&elem, result, resume);
                self.b.pure(Op::DecRef, &[result]);
                item
            }
            (_, Elem::Exact(of)) if method.is_certain() => Slot::Exact(of.clone(), result),
            (_, Elem::List(of)) if method.is_certain() => Slot::List((**of).clone(), result),
            _ => {
                self.drop_operands(arguments.len() + 2);
                let result = self.narrowed(&elem, result);
                self.push(result);
                return Ok(());
            }
        };
        self.drop_operands(arguments.len() + 2);
        self.push(result);
        Ok(())
    }

    /// `d.get(key, default)`: what follows is translated for the value and for the default.
    fn dict_get(&mut self, dict: Value, words: &[Value], elem: &Elem, default: &Slot<Value>) -> Step {
        let (found, is_there) = self.find(dict, words);
        let width = if let bytecode::OpKind::Call { args, .. } = self.current().kind { args as usize + 2 } else { unreachable!("a call") };
        let [there, missing] = [self.b.func.block(), self.b.func.block()];
        let edge = |to| Edge { to, args: Vec::new() };
        self.b.end(Term::Branch { condition: is_there, then: edge(there), other: edge(missing) });
        let before = self.state.clone();
        for (block, is_there) in [(there, true), (missing, false)] {
            self.b.block = Some(block);
            self.state = before.clone();
            let result = if is_there { self.as_expected(elem, found) } else { default.clone() };
            self.b.share_slot(&result);
            self.drop_operands(width);
            let edge = self.edge_with_result(result)?;
            self.b.end(Term::Jump(edge));
        }
        Ok(())
    }

    /// The result of an operation that is done, as what it is expected to be: where it is not, the interpreter goes on behind the
    /// operation. Takes the object over; the stack is what lies below the result.
    pub fn narrowed(&mut self, elem: &Elem, object: Value) -> Slot<Value> {
        let next = &self.info.hir.ops[self.op.0 as usize + 1];
        let (offset, at) = (next.place, next.at);
        let Some(offset) = offset.filter(|offset| !matches!(elem, Elem::Unknown | Elem::Object) && !self.is_wide_at(*offset)) else {
            return Slot::Object(object);
        };
        let resume = self.resume_behind(object, Why::Element, offset, at);
        self.guarded_result(elem, object, resume)
    }

    /// Behind an operation that has given this object; the stack is what lies below.
    fn resume_behind(&mut self, object: Value, why: Why, offset: u32, at: u32) -> ResumeId {
        let locals = self.state.locals.clone();
        let stack = self.state.stack.iter().cloned().chain([Slot::Object(object)]).collect();
        let span = self.b.span;
        self.b.func.add_resume(Resume { kind: ResumeKind::Go, why, offset, at, locals, stack, borrowed: Vec::new(), span })
    }

    /// What an operation has given of which nothing is known, on top of the stack: expected to be what it was when it was looked at.
    pub fn expect_as_seen(&mut self) {
        let next = &self.info.hir.ops[self.op.0 as usize + 1];
        let (Some(offset), at) = (next.place, next.at) else { return };
        let (true, Some(Slot::Object(object))) = (self.b.block.is_some(), self.state.stack.last().cloned()) else { return };
        let seen = self.unit.options.guesses.results.get(&(self.info.fingerprint, offset)).cloned();
        // What nobody reads need not be known.
        let is_looked_at = self.unit.options.looks_at_results && !matches!(next.kind, bytecode::OpKind::Pop);
        match seen {
            Some(Elem::Unknown | Elem::Object) => {}
            Some(elem) => {
                self.pop();
                let resume = self.resume_behind(object, Why::Unseen, offset, at);
                let result = self.guarded_result(&elem, object, resume);
                self.push(result);
            }
            None if is_looked_at => {
                self.pop();
                let resume = self.resume_behind(object, Why::Unseen, offset, at);
                self.b.end(Term::Leave(resume));
            }
            None => {}
        }
    }

    fn guarded_result(&mut self, elem: &Elem, object: Value, resume: ResumeId) -> Slot<Value> {
        let item = self.guarded(elem, object, resume);
        if item.object().is_none() {
            self.b.pure(Op::DecRef, &[object]);
        }
        item
    }

    /// [item, ..] -> [set]
    pub fn build_set(&mut self, n: usize) -> Step {
        let items = self.state.stack[self.state.stack.len() - n..].to_vec();
        let elem = items.iter().map(|item| self.elem_of_item(item)).reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown);
        let Some(objects) = self.boxed_operands(&[Slot::Tuple(items)], "a set is built")? else { return Ok(()) };
        let set = self.runtime_value("py_set", &objects);
        self.drop_operands(n);
        self.push(Slot::Exact(Kind::Set(Box::new(elem)), set));
        Ok(())
    }

    // Dicts

    /// A key by its parts: the words that the extension takes. None for what it does not take.
    fn key_words(&mut self, key: &Slot<Value>) -> Option<Vec<Value>> {
        let parts = match key {
            Slot::Tuple(items) if (2..=PARTS_AT_MOST).contains(&items.len()) => items.clone(),
            other => vec![other.clone()],
        };
        let is_part = |slot: &Slot<Value>| {
            matches!(slot, Slot::Int(_) | Slot::Bool(_) | Slot::Object(_) | Slot::Instance(..) | Slot::Exact(..))
                || self.kind_of(slot).is_some()
        };
        if !parts.iter().all(is_part) {
            return None;
        }
        let mut words = Vec::new();
        for part in &parts {
            let (tag, bits) = match part {
                Slot::Int(v) => (Tag::Int, *v),
                Slot::Bool(v) => {
                    let object = self.b.pure(Op::BoolToObject, &[*v]);
                    (Tag::Object, self.b.pure(Op::ObjectToBits, &[object]))
                }
                other => {
                    let object = self.object_of(other)?;
                    (Tag::Object, self.b.pure(Op::ObjectToBits, &[object]))
                }
            };
            words.extend([self.b.int(tag as i64), bits]);
        }
        Some(words)
    }

    /// What stands behind the key, borrowed, and whether there is such a key.
    fn find(&mut self, dict: Value, words: &[Value]) -> (Value, Value) {
        let args: Vec<Value> = [dict].iter().chain(words).copied().collect();
        let found = self.runtime_value(FINDS[words.len() / 2 - 1], &args);
        let bits = self.b.pure(Op::ObjectToBits, &[found]);
        let missing = self.b.int(MISSING);
        (found, self.b.compare_int(Comparison::Ne, bits, missing))
    }

    /// What is expected behind a key.
    fn expected_at(&self, guess: &DictGuess, key: &Slot<Value>) -> Elem {
        self.known_text(key).map_or_else(|| (*guess.value).clone(), |name| guess.field(&name).clone())
    }

    /// [dict, key] -> [value]; false if it is another container, or a key that has to be an object.
    pub fn dict_subscript(&mut self) -> Step<bool> {
        let [container, key] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if let Slot::Exact(Kind::Making(maker, guess), dict) = &container {
            return self.making_subscript(*maker, guess, *dict, &key);
        }
        let Slot::Exact(Kind::Dict(guess), dict) = &container else { return Ok(false) };
        let Some(words) = self.key_words(&key) else { return Ok(false) };
        let (found, is_there) = self.find(*dict, &words);
        self.guard_or_raise(is_there, "KeyError")?;
        let elem = self.expected_at(guess, &key);
        let value = self.as_expected(&elem, found);
        self.b.share_slot(&value);
        self.drop_operands(2);
        self.push(value);
        Ok(true)
    }

    /// The same of a dict that makes what it has not got.
    fn making_subscript(&mut self, maker: Maker, guess: &DictGuess, dict: Value, key: &Slot<Value>) -> Step<bool> {
        let Some(words) = self.key_words(key) else { return Ok(false) };
        let code = self.b.int(maker.code());
        let args: Vec<Value> = [code, dict].iter().chain(&words).copied().collect();
        let value = self.runtime_or_out(MADES[words.len() / 2 - 1], &args)?;
        if maker == Maker::DefaultDict {
            let mut guess = guess.clone();
            *guess.key = guess.key.with(&elem_of(key));
            self.expect_of_dict(dict, &guess);
        }
        let elem = (*guess.value).clone();
        self.drop_operands(2);
        let value = self.narrowed(&elem, value);
        self.push(value);
        Ok(true)
    }

    /// Leaves unless the object is such a dict.
    fn guard_making(&mut self, maker: Maker, object: Value, resume: ResumeId) {
        let code = self.b.int(maker.code());
        let function = ir::runtime_function("py_is_making").expect("in the table");
        self.b.runtime(function, &[object, code], Some(resume));
    }

    /// A dict, whose keys may be looked up and set as a plain one's. A Counter is looked at each time: its class can be changed, and so can what
    /// class it is of.
    fn dict_of(&mut self, container: &Slot<Value>) -> Option<(DictGuess, Value)> {
        match container {
            Slot::Exact(Kind::Dict(guess), dict) => Some((guess.clone(), *dict)),
            Slot::Exact(Kind::Making(maker, guess), dict) => {
                if *maker == Maker::Counter {
                    let resume = self.resume(Why::Element);
                    self.guard_making(*maker, *dict, resume);
                }
                Some((guess.clone(), *dict))
            }
            _ => None,
        }
    }

    /// [key, dict] -> [bool]
    pub fn dict_contains(&mut self, invert: bool) -> bool {
        let [key, container] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let Slot::Exact(Kind::Dict(_) | Kind::Making(..) | Kind::Set(_), object) = container.clone() else { return false };
        let Some(words) = self.key_words(&key) else { return false };
        let mut is_there = match self.dict_of(&container) {
            Some((_, dict)) => self.find(dict, &words).1,
            None if words.len() > 2 => return false,
            None => {
                let answer = self.runtime_value("py_has", &[object, words[0], words[1]]);
                self.b.pure(Op::BitsToBool, &[answer])
            }
        };
        if invert {
            is_there = self.b.pure(Op::NotBool, &[is_there]);
        }
        self.drop_operands(2);
        self.push(Slot::Bool(is_there));
        true
    }

    /// [value, dict, key] -> []
    pub fn dict_store(&mut self) -> Step<bool> {
        if self.split_operands(3)? {
            return Ok(true);
        }
        let [value, container, key] = [3, 2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if !matches!(container, Slot::Exact(Kind::Dict(_) | Kind::Making(..), _)) {
            return Ok(false);
        }
        let Some(words) = self.key_words(&key).filter(|_| Self::can_be_boxed(&value)) else { return Ok(false) };
        let (guess, dict) = self.dict_of(&container).expect("just looked");
        self.put(&guess, dict, &key, &words, &value);
        self.drop_operands(3);
        Ok(true)
    }

    /// The same of a set.
    fn expect_of_set(&mut self, set: Value, elem: &Elem) {
        for slot in self.state.locals.iter_mut().chain(&mut self.state.stack) {
            if let Slot::Exact(Kind::Set(of), v) = slot
                && *v == set
            {
                **of = elem.clone();
            }
        }
    }

    /// [set, .., item] -> [set, ..]
    pub fn set_add(&mut self, depth: usize) -> Step {
        if self.split_operands(1)? {
            return Ok(());
        }
        let top = self.state.stack.len() - 1;
        let item = self.state.stack[top].clone();
        let Slot::Exact(Kind::Set(of), set) = self.state.stack[top - depth].clone() else {
            return self.left_to_python("object-operation", "a set is built");
        };
        self.add_to_set(&of, set, &item)
    }

    /// [item] -> []
    pub fn add_to_set(&mut self, of: &Elem, set: Value, item: &Slot<Value>) -> Step {
        let Some(objects) = self.boxed_operands(std::slice::from_ref(item), "a set is built")? else { return Ok(()) };
        self.runtime("py_set_add", &[set, objects[0]]);
        let of = of.with(&self.elem_of_item(item));
        self.expect_of_set(set, &of);
        self.drop_operands(1);
        Ok(())
    }

    /// [dict, .., key, value] -> [dict, ..]
    pub fn map_add(&mut self, depth: usize) -> Step {
        if self.split_operands(2)? {
            return Ok(());
        }
        let top = self.state.stack.len() - 1;
        let (key, value) = (self.state.stack[top - 1].clone(), self.state.stack[top].clone());
        let Slot::Exact(Kind::Dict(guess), dict) = self.state.stack[top - 1 - depth].clone() else {
            return self.left_to_python("object-operation", "a dict is built");
        };
        if !self.put_pair(&guess, dict, &key, &value) {
            return self.left_to_python("object-operation", "a dict is built");
        }
        self.drop_operands(2);
        Ok(())
    }

    /// Sets the value behind a key, both borrowed; false if that is the interpreter's.
    pub fn put_pair(&mut self, guess: &DictGuess, dict: Value, key: &Slot<Value>, value: &Slot<Value>) -> bool {
        let Some(words) = self.key_words(key).filter(|_| Self::can_be_boxed(value)) else { return false };
        self.put(guess, dict, key, &words, value);
        true
    }

    /// Sets the value behind a key, which can be boxed.
    fn put(&mut self, guess: &DictGuess, dict: Value, key: &Slot<Value>, words: &[Value], value: &Slot<Value>) {
        let object = self.boxed(value).expect("the caller looked");
        let args: Vec<Value> = [dict].iter().chain(words).chain([&object]).copied().collect();
        self.runtime(PUTS[words.len() / 2 - 1], &args);
        let mut guess = guess.clone();
        *guess.key = guess.key.with(&elem_of(key));
        let stored = elem_of(value);
        match self.known_text(key).and_then(|name| guess.fields.iter_mut().find(|(field, _)| *field == name)) {
            Some((_, field)) => *field = field.with(&stored),
            None => *guess.value = guess.value.with(&stored),
        }
        self.expect_of_dict(dict, &guess);
    }

    /// From here on, all who hold this dict expect this of it.
    fn expect_of_dict(&mut self, dict: Value, guess: &DictGuess) {
        for slot in self.state.locals.iter_mut().chain(&mut self.state.stack) {
            if let Slot::Exact(Kind::Dict(of) | Kind::Making(_, of), v) = slot
                && *v == dict
            {
                *of = guess.clone();
            }
        }
    }

    /// What a display of these keys and values, in turn, makes.
    pub fn guess_of_entries(&self, entries: &[Slot<Value>]) -> DictGuess {
        let elems = |from: usize| entries.iter().skip(from).step_by(2).map(|slot| self.elem_of_item(slot));
        let joined = |elems: &mut dyn Iterator<Item = Elem>| elems.reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown);
        let mut guess = DictGuess::of(joined(&mut elems(0)), joined(&mut elems(1)));
        if *guess.value == Elem::Object {
            let names: Option<Vec<String>> = entries.iter().step_by(2).map(|key| self.known_text(key)).collect();
            guess.fields = names.map(|names| names.into_iter().zip(elems(1)).collect()).unwrap_or_default();
        }
        guess
    }

    /// What holds this as an item is expected to hold.
    pub fn elem_of_item(&self, slot: &Slot<Value>) -> Elem {
        self.kind_of(slot).map_or_else(|| elem_of(slot), Elem::exact)
    }

    /// [value, .., names] -> [dict]
    pub fn build_const_key_map(&mut self, n: usize) -> Step {
        let names = self.state.stack.last().expect("the decoder checked the depth of the stack").clone();
        let keys: Vec<Slot<Value>> = match (&names, self.kind_of(&names)) {
            (Slot::Tuple(items), _) => items.clone(),
            (_, Some(Kind::Tuple(elems))) => {
                let tuple = self.object_of(&names).expect("it has a type");
                (0..elems.len() as i64)
                    .map(|index| {
                        let index = self.b.int(index);
                        Slot::Object(self.b.pure(Op::TupleItem, &[tuple, index]))
                    })
                    .collect()
            }
            _ => return self.left_to_python("object-operation", "a dict is built"),
        };
        let depth = self.state.stack.len();
        let values = self.state.stack[depth - 1 - n..depth - 1].to_vec();
        let entries: Vec<Slot<Value>> = keys.into_iter().zip(values).flat_map(|(key, value)| [key, value]).collect();
        let guess = self.guess_of_const_keys(&names, &entries);
        let Some(objects) = self.boxed_operands(&[Slot::Tuple(entries)], "a dict is built")? else { return Ok(()) };
        let dict = self.runtime_value("py_dict", &objects);
        self.drop_operands(n + 1);
        self.push(Slot::Exact(Kind::Dict(guess), dict));
        Ok(())
    }

    fn guess_of_const_keys(&self, names: &Slot<Value>, entries: &[Slot<Value>]) -> DictGuess {
        let mut guess = self.guess_of_entries(entries);
        if let Slot::Known(object) = names
            && let Some(Const::Tuple(names)) = self.constant(*object)
            && let Some(Kind::Tuple(keys)) = kind_of_const(&Const::Tuple(names.clone()))
        {
            *guess.key = keys.into_iter().reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown);
            if *guess.value == Elem::Object {
                let values = entries.iter().skip(1).step_by(2).map(|slot| self.elem_of_item(slot));
                let text = |name: &Const| if let Const::Str(text) = name { Some(text.to_string()) } else { None };
                guess.fields = names.iter().zip(values).map_while(|(name, elem)| Some((text(name)?, elem))).collect();
            }
        }
        guess
    }
}

/// What is indexed and gone through by the places of its items; to NumPy's arrays a bool is another index than an int.
fn is_indexed(kind: &Kind) -> bool {
    matches!(kind, Kind::Str | Kind::Tuple(_) | Kind::Row(_) | Kind::Bytes | Kind::ByteArray | Kind::Array(_))
}

/// By which the extension knows bytes, bytearrays and arrays.
fn buffer_code(kind: &Kind) -> i64 {
    match kind {
        Kind::Array(item) => u32::from(item.code()).into(),
        Kind::ByteArray => 1,
        _ => 0,
    }
}

fn kind_of_const(constant: &Const) -> Option<Kind> {
    match constant {
        Const::Str(_) => Some(Kind::Str),
        Const::Tuple(items) => {
            let elems = items.iter().map(elem_of_const);
            Some(match items.len() {
                ..=8 => Kind::Tuple(elems.collect()),
                _ => Kind::Row(Box::new(elems.reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown))),
            })
        }
        _ => None,
    }
}

fn elem_of_const(constant: &Const) -> Elem {
    match constant {
        Const::Bool(_) => Elem::Bool,
        Const::Int(_) => Elem::Int,
        Const::Float(_) => Elem::Float,
        Const::Object(marshalled) if crate::complex::constant(marshalled).is_some() => Elem::Complex,
        Const::None | Const::Wide(_) | Const::Object(_) => Elem::Object,
        other => kind_of_const(other).map_or(Elem::Object, Elem::exact),
    }
}
