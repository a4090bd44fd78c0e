//! Lists: the real ones, worked on in place.
//!
//! A `Slot::List` is known to be exactly a `list`; what its items are is only expected (`ir::Elem`). Every read looks at the length and at
//! the item's type, and nothing is remembered of a list from one operation to the next: whatever ran in between, a finaliser or another
//! name for the same list, has been seen. A read that finds another type leaves, and where that happened twice it is compiled to expect
//! nothing (`Guesses::failed`); ints may have bools and None among them first.

use crate::arithmetic::Number;
use crate::body::Body;
use crate::refusal::Step;
use base::Index;
use bytecode::{Binary, OpKind};
use ir::{Comparison, Edge, Elem, Kind, Op, Path, Slot, Tag, Term, Ty, Value, Why};

/// What a list that holds this as an item is expected to hold.
pub fn elem_of<V>(slot: &Slot<V>) -> Elem {
    match slot {
        Slot::Bool(_) => Elem::Bool,
        Slot::Int(_) => Elem::Int,
        Slot::Float(_) => Elem::Float,
        Slot::NumPy(dtype, _) => Elem::NumPy(*dtype),
        Slot::Complex(_) => Elem::Complex,
        Slot::Any(tags, ..) if tags.iter().all(|tag| matches!(tag, ir::Tag::Int | ir::Tag::Float)) => Elem::Number,
        Slot::List(of, _) => Elem::list(of.clone()),
        Slot::Exact(kind, _) => Elem::exact(kind.clone()),
        Slot::Tuple(items) => Elem::exact(Kind::Tuple(items.iter().map(elem_of).collect())),
        Slot::Instance(class, _) => Elem::Instance(*class),
        // A place that is kept free says nothing about what comes there.
        Slot::None => Elem::Unknown,
        _ => Elem::Object,
    }
}

/// The same of several items.
pub fn elem_of_all<V>(items: &[Slot<V>]) -> Elem {
    items.iter().map(elem_of).reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown)
}

impl Body<'_, '_> {
    pub fn list_length(&mut self, list: Value) -> Value {
        self.list_ops += 1;
        self.b.pure(Op::ListLength, &[list])
    }

    /// The place that an index means, counted from the front; leaves where it is out of bounds.
    pub fn list_place(&mut self, list: Value, index: Value) -> Value {
        let resume = self.resume(Why::Raises);
        let length = self.list_length(list);
        let at = match self.b.known_int(index) {
            Some(0..) => index,
            Some(_) => self.b.pure(Op::WrapAddInt, &[index, length]),
            None => {
                let zero = self.b.int(0);
                let is_negative = self.b.compare_int(Comparison::Lt, index, zero);
                let wrapped = self.b.pure(Op::WrapAddInt, &[index, length]);
                self.b.pure(Op::Select(ir::Ty::I64), &[is_negative, wrapped, index])
            }
        };
        let in_bounds = self.b.pure(Op::CompareUint(Comparison::Lt), &[at, length]);
        self.b.guard(Op::GuardTrue, &[in_bounds], resume);
        at
    }

    /// The item at a place in bounds; what it refers to is the list's still.
    pub fn list_item(&mut self, elem: &Elem, list: Value, at: Value) -> Slot<Value> {
        let item = self.b.pure(Op::ListItem, &[list, at]);
        self.as_expected(elem, item)
    }

    /// An object as what it is expected to be; leaves where it is not.
    pub fn as_expected(&mut self, elem: &Elem, item: Value) -> Slot<Value> {
        if let Elem::Instance(class) = elem {
            return Slot::Instance(*class, item);
        }
        let failures = self.failures_at(self.current().place.unwrap_or(u32::MAX));
        match elem {
            Elem::Bool | Elem::Int if failures == 1 => self.int_or_singleton(item),
            Elem::Unknown | Elem::Object => Slot::Object(item),
            _ if failures > 0 => Slot::Object(item),
            _ => {
                let resume = self.resume(Why::Element);
                self.guarded(elem, item, resume)
            }
        }
    }

    /// The second guess, of what was expected to be an int or a bool: either of them, or None. Which it is shows where it is used.
    fn int_or_singleton(&mut self, item: Value) -> Slot<Value> {
        let resume = self.resume(Why::Element);
        let behind = self.b.func.block();
        let edge = |to, args: &[Value]| Edge { to, args: args.to_vec() };
        let bits = self.b.pure(Op::ObjectToBits, &[item]);
        for (tag, value) in [(Tag::None, false), (Tag::Bool, false), (Tag::Bool, true)] {
            let is_it = match tag {
                Tag::None => self.b.pure(Op::IsNone, &[item]),
                _ => {
                    let value = self.b.bool(value);
                    let object = self.b.pure(Op::BoolToObject, &[value]);
                    let wanted = self.b.pure(Op::ObjectToBits, &[object]);
                    self.b.compare_int(Comparison::Eq, bits, wanted)
                }
            };
            let args = [self.b.int(tag as i64), self.b.int(value.into())];
            let other = self.b.func.block();
            self.b.end(Term::Branch { condition: is_it, then: edge(behind, &args), other: edge(other, &[]) });
            self.b.block = Some(other);
        }
        let (tag, bits) = (self.b.int(Tag::Int as i64), self.b.checked(Op::IntOf, &[item], resume));
        self.b.end(Term::Jump(edge(behind, &[tag, bits])));
        self.b.block = Some(behind);
        let [tag, bits] = [0, 1].map(|_| {
            let value = self.b.func.value(Ty::I64);
            self.b.func.blocks[behind.index()].params.push(value);
            value
        });
        Slot::Any(crate::number::int_or_singleton(), tag, bits)
    }

    /// The object as what it is; leaves at `resume` where it is something else.
    pub fn guarded(&mut self, elem: &Elem, item: Value, resume: ir::ResumeId) -> Slot<Value> {
        match elem {
            Elem::Bool => Slot::Bool(self.b.checked(Op::BoolOf, &[item], resume)),
            Elem::Int => Slot::Int(self.b.checked(Op::IntOf, &[item], resume)),
            Elem::Float => Slot::Float(self.b.checked(Op::FloatOf, &[item], resume)),
            Elem::Complex => {
                self.b.guard(Op::GuardComplex, &[item], resume);
                Slot::Complex([self.b.pure(Op::ComplexReal, &[item]), self.b.pure(Op::ComplexImaginary, &[item])])
            }
            Elem::NumPy(dtype) => Slot::NumPy(*dtype, self.b.checked(Op::NumPyOf(*dtype), &[item], resume)),
            Elem::List(of) => {
                self.b.guard(Op::GuardList, &[item], resume);
                Slot::List((**of).clone(), item)
            }
            Elem::Exact(kind) => {
                self.guard_kind(kind, item, resume);
                Slot::Exact(kind.clone(), item)
            }
            Elem::Number => {
                let tag = self.b.checked(Op::NumberTag, &[item], resume);
                let bits = self.b.pure(Op::NumberBits, &[item, tag]);
                Slot::Any(crate::number::int_or_float(), tag, bits)
            }
            Elem::Instance(class) => Slot::Instance(*class, item),
            Elem::Unknown | Elem::Object => unreachable!("nothing is expected of it"),
        }
    }

    /// [list, index] -> [item]
    pub fn list_subscript(&mut self, elem: &Elem, list: Value, index: Value) {
        let at = self.list_place(list, index);
        let item = self.list_item(elem, list, at);
        self.b.share_slot(&item);
        self.drop_operands(2);
        self.push(item);
    }

    /// [value, container, key] -> []
    pub fn store_subscript(&mut self) -> Step {
        let depth = self.state.stack.len();
        if self.dict_store()? || self.array_store()? {
            return Ok(());
        }
        if self.split_operands(3)? || self.store_slice_subscript() {
            return Ok(());
        }
        if self.buffer_store() {
            return Ok(());
        }
        let Slot::List(elem, list) = self.state.stack[depth - 2].clone() else {
            return if self.instance_set_item()? { Ok(()) } else { self.object_set_item() };
        };
        if self.split_operands(3)? || self.split_objects(1)? {
            return Ok(());
        }
        let (key, value) = (self.state.stack[depth - 1].clone(), self.state.stack[depth - 3].clone());
        let Some(Number::Int(index)) = self.real(&key) else { return self.object_set_item() };
        if !Self::can_be_boxed(&value) {
            return self.left_to_python("object-operation", "an item of a list is set");
        }
        match &value {
            Slot::Float(v) => {
                let at = self.list_place(list, index);
                let resume = self.resume(Why::Raises);
                self.b.guard(Op::ListSetFloat, &[list, at, *v], resume);
            }
            Slot::Int(v) => {
                let at = self.list_place(list, index);
                let resume = self.resume(Why::Raises);
                self.b.guard(Op::ListSetInt, &[list, at, *v], resume);
            }
            other => {
                let mut at = self.list_place(list, index);
                let object = self.boxed(other).expect("just looked");
                if matches!(other, Slot::Tuple(_) | Slot::Range(_)) {
                    // Making it may have collected garbage, and finalisers may have changed the list.
                    at = self.list_place(list, index);
                }
                let resume = self.resume(Why::Finaliser);
                self.b.guard(Op::ListSetObject, &[list, at, object], resume);
            }
        }
        self.expect_items(list, &elem.with(&elem_of(&value)));
        self.drop_operands(3);
        Ok(())
    }

    /// From here on, all who hold this list expect this of it.
    pub fn expect_items(&mut self, list: Value, elem: &Elem) {
        for slot in self.state.locals.iter_mut().chain(&mut self.state.stack) {
            match slot {
                Slot::List(of, v) | Slot::ListIter(of, _, v) | Slot::ListBack(of, _, v) | Slot::ListMethod(_, of, v) if *v == list => {
                    *of = elem.clone()
                }
                _ => {}
            }
        }
    }

    /// [list] -> [items in reverse]
    pub fn list_unpack(&mut self, elem: &Elem, list: Value, n: usize) {
        let resume = self.resume(Why::Raises);
        let length = self.list_length(list);
        let wanted = self.b.int(n as i64);
        let is_whole = self.b.compare_int(Comparison::Eq, length, wanted);
        self.b.guard(Op::GuardTrue, &[is_whole], resume);
        let items: Vec<_> = (0..n)
            .map(|i| {
                let i = self.b.int(i as i64);
                self.list_item(elem, list, i)
            })
            .collect();
        items.iter().for_each(|item| self.b.share_slot(item));
        self.drop_operands(1);
        self.state.stack.extend(items.into_iter().rev());
    }

    /// [item, ..] -> [list]
    pub fn build_list(&mut self, n: usize) -> Step {
        let elem = elem_of_all(&self.state.stack[self.state.stack.len() - n..]);
        self.object_build_list(n)?;
        self.known_as_list(elem);
        Ok(())
    }

    /// The object on top of the stack is known to be exactly a list.
    pub fn known_as_list(&mut self, elem: Elem) {
        if self.b.block.is_some()
            && let Some(slot @ Slot::Object(_)) = self.state.stack.last_mut()
            && let Some(object) = slot.object()
        {
            *slot = Slot::List(elem, object);
        }
    }

    /// [list, other] -> [list]; false if it is another operation.
    pub fn list_binary(&mut self, op: Binary, inplace: bool) -> Step<bool> {
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (elem, whole) = match (op, &left, &right) {
            (Binary::Add, Slot::List(elem, list), items) if inplace && Self::can_be_boxed(items) => {
                let object = self.boxed(items).expect("just looked");
                self.runtime("py_extend", &[*list, object]);
                self.expect_items(*list, &elem.with(&crate::slice::items_of(items)));
                self.drop_operands(1);
                return Ok(true);
            }
            (Binary::Add, Slot::List(a, left), Slot::List(b, right)) => (a.join(b), self.runtime_value("py_concat", &[*left, *right])),
            (Binary::Mul, Slot::List(of, list), Slot::Int(count)) | (Binary::Mul, Slot::Int(count), Slot::List(of, list))
                if !inplace || matches!(left, Slot::Int(_)) =>
            {
                (of.clone(), self.runtime_value("py_repeat", &[*list, *count]))
            }
            (Binary::And | Binary::Or | Binary::Sub | Binary::Xor, Slot::Exact(Kind::Set(a), left), Slot::Exact(Kind::Set(b), right)) => {
                let code = self.b.int(op as i64 * 2 + i64::from(inplace));
                let set = self.runtime_value("py_set_binary", &[code, *left, *right]);
                let elem = if op == Binary::Sub { (**a).clone() } else { a.join(b) };
                self.drop_operands(2);
                self.push(Slot::Exact(Kind::Set(Box::new(elem)), set));
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.drop_operands(2);
        self.push(Slot::List(elem, whole));
        Ok(true)
    }

    /// [list, .., item] -> [list, ..]
    pub fn list_append(&mut self, depth: usize) -> Step {
        let item = self.state.stack[self.state.stack.len() - 1].clone();
        let Slot::List(elem, list) = self.state.stack[self.state.stack.len() - 1 - depth].clone() else {
            return self.object_list_append(depth);
        };
        if self.split_operands(1)? {
            return Ok(());
        }
        if !Self::can_be_boxed(&item) {
            return self.left_to_python("object-operation", "a list is built");
        }
        self.append(&elem, list, &item);
        self.drop_operands(1);
        Ok(())
    }

    pub fn append(&mut self, elem: &Elem, list: Value, item: &Slot<Value>) {
        self.list_ops += 1;
        match item {
            Slot::Float(v) => self.runtime("py_append_float", &[list, *v]),
            Slot::Int(v) => self.runtime("py_append_int", &[list, *v]),
            other => {
                let object = self.boxed(other).expect("the caller looked whether it can be boxed");
                self.runtime("py_append", &[list, object])
            }
        };
        self.expect_items(list, &elem.with(&elem_of(item)));
    }

    /// [list, .., iterable] -> [list, ..]
    pub fn list_extend(&mut self, depth: usize) -> Step {
        let iterable = self.state.stack[self.state.stack.len() - 1].clone();
        let Slot::List(elem, list) = self.state.stack[self.state.stack.len() - 1 - depth].clone() else {
            return self.left_to_python("object-operation", "a list is built");
        };
        let items = crate::slice::items_of(&iterable);
        let previous = self.op.0.checked_sub(1).map(|op| self.info.hir.ops[op as usize].kind.clone());
        let object = match (&iterable, previous) {
            // A display of constants: the tuple is there already.
            (Slot::Tuple(_), Some(OpKind::LoadConst(index))) => {
                let constant = self.unit.object(Path::Const { code: self.code, index }, ir::Expect::Constant);
                let constant = self.b.pure(Op::ConstObject(constant), &[]);
                self.b.act(Op::IncRef, &[constant]);
                constant
            }
            (iterable, _) if Self::can_be_boxed(iterable) => self.boxed(iterable).expect("just looked"),
            _ => return self.left_to_python("object-operation", "a list is built"),
        };
        self.runtime("py_extend", &[list, object]);
        self.expect_items(list, &elem.with(&items));
        self.drop_operands(1);
        Ok(())
    }
}
