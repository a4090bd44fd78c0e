//! Instances of the user's classes: attributes where they stand, methods and operators as native calls.
//!
//! A `Slot::Instance` is only expected to be one. Each operation guards the class, which is compared by identity and version: whatever ran in
//! between, and whatever it changed, has been seen. Where the guess was wrong twice, the place is compiled as if the object could be anything.
//!
//! An operator whose method is called natively is in the middle of its instruction while that runs. So the frame that is left there goes on
//! behind the call (`After`), with the rest of what the instruction means.

use crate::body::{Body, Work};
use crate::call::Native;
use crate::control::{Found, Truth};
use crate::refusal::Step;
use crate::unit::UnitTranslator;
use crate::world::OfClass;
use bytecode::{Binary, Compare, Unary};
use ir::{
    After, AttributeKind, AttributeLink, ClassKey, ClassLink, Comparison, Edge, Elem, Expect, Kind, ObjectId, Op, Path, ResumeKind, Slot,
    Term, Ty, Value, Why,
};

/// An object may be an instance of so many classes: of more, native code asks nothing.
const CLASSES_AT_MOST: usize = 6;

impl UnitTranslator<'_> {
    pub fn name(&mut self, name: &str) -> ObjectId {
        self.object(Path::Name { text: name.to_owned() }, Expect::Constant)
    }

    fn class_link(&mut self, key: ClassKey) -> usize {
        if let Some(known) = self.links.classes.iter().position(|class| class.key == key) {
            return known;
        }
        let path = Path::Class { class: key, name: self.world.class_name(key) };
        let object = self.object(path, Expect::Class(key));
        let word = self.links.scalar_words();
        self.links.classes.push(ClassLink { key, object, word, attributes: Vec::new() });
        self.links.classes.len() - 1
    }

    /// The class itself.
    pub fn class_object(&mut self, key: ClassKey) -> ObjectId {
        let class = self.class_link(key);
        self.links.classes[class].object
    }

    /// Where the class's words lie.
    pub fn class_word(&mut self, key: ClassKey) -> u32 {
        let class = self.class_link(key);
        self.links.classes[class].word
    }

    /// Where the attribute's words lie: the unit depends on it being found in this way.
    pub fn attribute_word(&mut self, key: ClassKey, name: &str, kind: AttributeKind) -> u32 {
        let class = self.class_link(key);
        let known = self.links.classes[class].attributes.iter().find(|attribute| attribute.name == name && attribute.kind == kind);
        if let Some(known) = known {
            return known.word;
        }
        let (object, word) = (self.name(name), self.links.scalar_words());
        self.links.classes[class].attributes.push(AttributeLink { name: name.to_owned(), object, kind, word });
        word
    }

    pub fn expected(&mut self, key: ClassKey, name: &str) -> Elem {
        if let Some(known) = self.expected.get(&(key, name.to_owned())) {
            return known.clone();
        }
        let found = self.world.expected(key, name);
        self.expected.insert((key, name.to_owned()), found.clone());
        found
    }

    /// More instances were met on the way, whose attributes may be of other types.
    pub fn expect_what_was_seen(&mut self) {
        for ((class, name), elem) in &mut self.expected {
            let joined = elem.join(&self.world.expected(*class, name));
            self.changed |= joined != *elem;
            *elem = joined;
        }
    }

    /// An instance was given another value: what was translated before may have expected less.
    pub fn expect(&mut self, key: ClassKey, name: &str, stored: &Elem) {
        let before = self.expected(key, name);
        let after = before.join(stored);
        if after != before {
            self.changed = true;
            self.expected.insert((key, name.to_owned()), after);
        }
    }
}

/// What a call of a method needs.
struct Method {
    function: ObjectId,
    is_static: bool,
}

impl Body<'_, '_> {
    /// Leaves unless the object is an instance of that class, as it was when the unit was linked.
    pub fn guard_class(&mut self, class: ClassKey, object: Value) {
        let word = self.unit.class_word(class);
        let resume = self.resume(Why::Element);
        self.list_ops += 1;
        self.b.guard(Op::GuardClass(word), &[object], resume);
    }

    /// A method that the class has; for operators, which don't look at what instances have.
    fn method(&mut self, class: ClassKey, name: &str) -> Option<Method> {
        let (kind, is_static) = match self.unit.world.of_class(class, name) {
            OfClass::Method => (AttributeKind::Method, false),
            OfClass::Static => (AttributeKind::Static, true),
            _ => return None,
        };
        self.unit.attribute_word(class, name, kind);
        self.function_of(class, name).map(|function| Method { function, is_static })
    }

    pub fn function_of(&mut self, class: ClassKey, name: &str) -> Option<ObjectId> {
        let path = Path::OfClass { class, name: name.to_owned() };
        match self.unit.look(&path) {
            crate::world::Thing::Function(fingerprint) => Some(self.unit.object(path, Expect::Function(fingerprint))),
            _ => None,
        }
    }

    /// Whether the class has nothing of that name; the unit depends on it.
    fn has_none(&mut self, class: ClassKey, name: &str) -> bool {
        let is_none = self.unit.world.of_class(class, name) == OfClass::Nothing;
        if is_none {
            self.unit.attribute_word(class, name, AttributeKind::Nothing);
        }
        is_none
    }

    /// Leaves if the instance, whose class was guarded, has an attribute of its own of that name.
    fn guard_absent(&mut self, class: ClassKey, object: Value, name: &str, kind: AttributeKind) {
        if self.unit.world.has_dict(class) {
            let word = self.unit.attribute_word(class, name, kind);
            let resume = self.resume(Why::Element);
            self.b.guard(Op::GuardAbsent(word), &[object], resume);
        }
    }

    /// Whether what is expected of the class of an instance was wrong here, more than once: it is taken as any object, unless its class has
    /// just been looked at.
    pub fn is_guess_wrong(&self) -> bool {
        self.is_wide_place() && self.told_apart != Some(self.op)
    }

    /// Whether instances of the class have something of that name.
    fn has_attribute(&mut self, class: ClassKey, name: &str) -> bool {
        match self.unit.world.of_class(class, name) {
            OfClass::Nothing => self.unit.expected(class, name) != Elem::Unknown,
            found => found != OfClass::Other,
        }
    }

    /// The slot is an object that may be an instance of one of several classes, by the name that is asked for, if one is: the operation is translated once for
    /// each of them, and once for an object that is none. The block has ended then. They meet again where the stack is no deeper than it is
    /// with the result, which takes the slot's place.
    pub fn split_classes(&mut self, index: usize, name: Option<&str>) -> Step<bool> {
        let object = match self.state.stack[index] {
            Slot::Object(object) => object,
            Slot::Instance(_, object) if self.is_guess_wrong() => object,
            _ => return Ok(false),
        };
        if self.no_instance.contains(&object) {
            return Ok(false);
        }
        let mut classes = self.unit.world.classes_met();
        classes.extend(self.unit.links.classes.iter().map(|class| class.key).filter(|key| !classes.contains(key)).collect::<Vec<_>>());
        classes.retain(|class| name.is_none_or(|name| self.has_attribute(*class, name)));
        if classes.is_empty() || classes.len() > CLASSES_AT_MOST {
            return Ok(false);
        }
        let edge = |to| Edge { to, args: Vec::new() };
        let depth = self.state.stack.len();
        for class in classes.into_iter().map(Some).chain([None]) {
            let case = match class {
                Some(class) => {
                    let word = self.unit.class_word(class);
                    let itself = self.b.pure(Op::LoadScalar { slot: word, ty: Ty::I64 }, &[]);
                    let function = ir::runtime_function("py_type").expect("in the table");
                    let of = self.b.runtime(function, &[object], None).expect("it has a result");
                    let is_it = self.b.compare_int(Comparison::Eq, of, itself);
                    let [case, others] = [self.b.func.block(), self.b.func.block()];
                    self.b.end(Term::Branch { condition: is_it, then: edge(case), other: edge(others) });
                    self.b.block = Some(others);
                    case
                }
                None => {
                    let case = self.b.func.block();
                    self.b.end(Term::Jump(edge(case)));
                    case
                }
            };
            let mut state = self.state.clone();
            let (no_number, mut no_instance) = (self.no_number.clone(), self.no_instance.clone());
            no_instance.push(object);
            state.stack[index] = class.map_or(Slot::Object(object), |class| Slot::Instance(class, object));
            let (op, fused, meets_at, told_apart) = (self.op, self.fused(), Some(depth), class.is_some());
            self.push_work(Work { op, block: case, state, fused, no_number, no_instance, told_apart, meets_at, handling: None });
        }
        Ok(true)
    }

    /// Whether what is read under that name is the class's: no instance that was seen has one of its own.
    fn is_of_class(&mut self, class: ClassKey, name: &str) -> bool {
        self.unit.world.of_class(class, name) == OfClass::Value && self.unit.expected(class, name) == Elem::Unknown
    }

    /// Where the instance's own attribute stands, if it can be read and set there.
    fn own_attribute(&mut self, class: ClassKey, name: &str) -> Option<AttributeKind> {
        match self.unit.world.of_class(class, name) {
            OfClass::Nothing | OfClass::Value if self.unit.world.has_dict(class) => Some(AttributeKind::Value),
            OfClass::Slot | OfClass::Field => Some(AttributeKind::Slot),
            _ => None,
        }
    }

    /// The same where it can be set.
    fn settable(&mut self, class: ClassKey, name: &str) -> Option<AttributeKind> {
        self.own_attribute(class, name).filter(|_| self.unit.world.of_class(class, name) != OfClass::Field)
    }

    /// [owner] -> [value], or what a call of its method is made of; false if nothing is known that would help.
    pub fn instance_attribute(&mut self, class: ClassKey, owner: Value, name: &str, is_method: bool) -> Step<bool> {
        if self.is_guess_wrong() {
            return Ok(false);
        }
        if self.is_of_class(class, name) {
            let Found::Slot(value) = self.slot_at(&Path::OfClass { class, name: name.to_owned() }) else { return Ok(false) };
            self.guard_class(class, owner);
            self.guard_absent(class, owner, name, AttributeKind::OfClass);
            self.unit.attribute_word(class, name, AttributeKind::OfClass);
            self.drop_operands(1);
            self.push_attribute(value, is_method);
            return Ok(true);
        }
        if let Some(kind) = self.own_attribute(class, name) {
            let (word, elem) = (self.unit.attribute_word(class, name, kind), self.unit.expected(class, name));
            self.guard_class(class, owner);
            if let Some(fields) = self.unit.world.fields(class) {
                self.guard_length(owner, fields.len());
            }
            let resume = self.resume(Why::Element);
            let value = self.b.checked(Op::LoadAttribute(kind, word), &[owner], resume);
            let slot = self.as_expected(&elem, value);
            self.b.share_slot(&slot);
            self.drop_operands(1);
            self.push_attribute(slot, is_method);
            return Ok(true);
        }
        match self.unit.world.of_class(class, name) {
            OfClass::Method | OfClass::Static if is_method => {
                let Some(method) = self.method(class, name) else { return Ok(false) };
                self.guard_class(class, owner);
                let kind = if method.is_static { AttributeKind::Static } else { AttributeKind::Method };
                self.guard_absent(class, owner, name, kind);
                if method.is_static {
                    self.drop_operands(1);
                    self.push_callable(Slot::Known(method.function));
                } else {
                    let owner = self.pop();
                    self.state.stack.extend([Slot::Known(method.function), owner]);
                }
                Ok(true)
            }
            OfClass::ClassMethod if is_method => {
                self.unit.attribute_word(class, name, AttributeKind::ClassMethod);
                let Some(function) = self.function_of(class, name) else { return Ok(false) };
                self.guard_class(class, owner);
                self.guard_absent(class, owner, name, AttributeKind::ClassMethod);
                self.drop_operands(1);
                let itself = self.unit.class_object(class);
                self.state.stack.extend([Slot::Known(function), Slot::Known(itself)]);
                Ok(true)
            }
            OfClass::Itself if !is_method => {
                self.guard_class(class, owner);
                self.drop_operands(1);
                let itself = self.unit.class_object(class);
                self.push(Slot::Known(itself));
                Ok(true)
            }
            OfClass::Property if !is_method => {
                self.unit.attribute_word(class, name, AttributeKind::Property);
                let Some(getter) = self.function_of(class, name) else { return Ok(false) };
                let owner = self.state.stack[self.state.stack.len() - 1].clone();
                let Some(native) = self.native(getter, vec![owner.clone()], &[])? else { return Ok(self.b.block.is_none()) };
                self.guard_class(class, owner.object().expect("an instance is an object"));
                self.call_native(native, 1, After::Push)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// [value, owner] -> []; false if nothing is known that would help.
    pub fn instance_set_attribute(&mut self, name: &str) -> Step<bool> {
        let depth = self.state.stack.len();
        let Slot::Instance(class, owner) = self.state.stack[depth - 1] else { return Ok(false) };
        let value = self.state.stack[depth - 2].clone();
        // Making a tuple may collect garbage, and finalisers change classes.
        if self.is_guess_wrong() || matches!(value, Slot::Tuple(_) | Slot::Range(_)) || !Self::can_be_boxed(&value) {
            return Ok(false);
        }
        if self.settable(class, name).is_none() || !self.has_none(class, "__setattr__") {
            return Ok(false);
        }
        if matches!(value, Slot::Any(..)) {
            self.split(|state| &mut state.stack[depth - 2])?;
            return Ok(true);
        }
        self.store_own(class, owner, name, &value);
        self.drop_operands(2);
        Ok(true)
    }

    /// `object.__setattr__(instance, "name", value)`, as classes set attributes whose instances may not be changed; false if it is not native.
    pub fn set_attribute_as_object(&mut self, arguments: &[Slot<Value>]) -> bool {
        let [Slot::Instance(class, owner), name, value] = arguments else { return false };
        let is_plain = !matches!(value, Slot::Tuple(_) | Slot::Range(_) | Slot::Any(..)) && Self::can_be_boxed(value);
        let Some(name) = self.known_text(name).filter(|_| is_plain && !self.is_guess_wrong()) else { return false };
        if self.settable(*class, &name).is_none() {
            return false;
        }
        self.store_own(*class, *owner, &name, value);
        self.drop_operands(5);
        self.push(Slot::None);
        true
    }

    /// Sets an instance's own attribute where it stands.
    fn store_own(&mut self, class: ClassKey, owner: Value, name: &str, value: &Slot<Value>) {
        let kind = self.own_attribute(class, name).expect("the caller looked");
        self.unit.expect(class, name, &crate::list::elem_of(value));
        let word = self.unit.attribute_word(class, name, kind);
        self.guard_class(class, owner);
        let (ty, value) = match value {
            Slot::Float(v) => (Ty::F64, *v),
            Slot::Int(v) => (Ty::I64, *v),
            other => (Ty::Obj, self.boxed(other).expect("the caller looked")),
        };
        let resume = self.resume(Why::Raises);
        self.b.guard(Op::StoreAttribute(kind, ty, word), &[owner, value], resume);
    }

    /// Calls the method of an instruction's operands natively: pops so many, then what the kind says. False if it is not native.
    fn call_operator(&mut self, method: Method, arguments: Vec<Slot<Value>>, operands: usize, after: After) -> Step<bool> {
        if method.is_static {
            return Ok(false);
        }
        let Some(native) = self.native(method.function, arguments.clone(), &[])? else { return Ok(self.b.block.is_none()) };
        let fits = match (after, &native.ret) {
            (_, None) => true,
            (After::Compare(_) | After::NotEqual(_) | After::Contains(_) | After::Truth, Some(ret)) => *ret == Slot::Bool(()),
            (After::Length | After::TruthOfLength, Some(ret)) => *ret == Slot::Int(()),
            (After::Iterator, Some(ret)) => matches!(ret, Slot::Object(()) | Slot::Exact(Kind::Iter(_), ()) | Slot::Instance(..)),
            // Behind a tag it would have to be looked for.
            (After::Binary(_) | After::InPlace(_), Some(Slot::Any(tags, ..))) => !tags.contains(ir::Tags::of(ir::Tag::Object)),
            (After::Binary(_) | After::InPlace(_), Some(Slot::Known(_))) => false,
            _ => true,
        };
        if !fits {
            return Ok(false);
        }
        let guarded: Vec<(ClassKey, Value)> =
            arguments.iter().filter_map(|slot| if let Slot::Instance(class, v) = slot { Some((*class, *v)) } else { None }).collect();
        guarded.into_iter().for_each(|(class, v)| self.guard_class(class, v));
        if after.operands() > 0 {
            arguments.iter().for_each(|slot| self.b.share_slot(slot));
        }
        self.call_native(native, operands, after)?;
        Ok(true)
    }

    /// A number or None, of which it is known that it leaves an instance's operators to the instance.
    fn is_plain(&mut self, slot: &Slot<Value>) -> bool {
        *slot == Slot::None || self.number(slot).is_some()
    }

    pub fn instance_binary(&mut self, op: Binary, inplace: bool, left: &Slot<Value>, right: &Slot<Value>) -> Step<bool> {
        if self.is_guess_wrong() {
            return Ok(false);
        }
        let (name, after) = (operator_name(op), After::Binary(op as u8 * 2 + u8::from(inplace)));
        match (left, right) {
            (Slot::Instance(class, _), other) => {
                if inplace && !self.has_none(*class, &format!("__i{name}__")) {
                    // That of a power has three operands.
                    let method = if op == Binary::Pow { None } else { self.method(*class, &format!("__i{name}__")) };
                    let Some(method) = method else { return Ok(false) };
                    return self.call_operator(method, vec![left.clone(), right.clone()], 2, After::InPlace(op as u8));
                }
                let is_left_alone = match other {
                    // Of the same class, the other one is not asked.
                    Slot::Instance(other, _) => other == class || self.has_none(*other, &format!("__r{name}__")),
                    other => self.is_plain(other),
                };
                let Some(method) = self.method(*class, &format!("__{name}__")).filter(|_| is_left_alone) else { return Ok(false) };
                self.call_operator(method, vec![left.clone(), right.clone()], 2, after)
            }
            (other, Slot::Instance(class, _)) if self.is_plain(other) => {
                let Some(method) = self.method(*class, &format!("__r{name}__")) else { return Ok(false) };
                self.call_operator(method, vec![right.clone(), left.clone()], 2, after)
            }
            _ => Ok(false),
        }
    }

    pub fn instance_unary(&mut self, op: Unary, operand: &Slot<Value>) -> Step<bool> {
        let (Slot::Instance(class, _), false) = (operand, self.is_guess_wrong()) else { return Ok(false) };
        let name = match op {
            Unary::Neg => "__neg__",
            Unary::Pos => "__pos__",
            Unary::Invert => "__invert__",
            Unary::Not => return Ok(false),
        };
        let Some(method) = self.method(*class, name) else { return Ok(false) };
        self.call_operator(method, vec![operand.clone()], 1, After::Push)
    }

    pub fn instance_compare(&mut self, op: Compare, left: &Slot<Value>, right: &Slot<Value>) -> Step<bool> {
        if self.is_guess_wrong() {
            return Ok(false);
        }
        let Slot::Instance(class, _) = left else { return Ok(false) };
        let is_left_alone = match right {
            Slot::Instance(other, _) => other == class,
            other => self.is_plain(other),
        };
        let name = match op {
            Compare::Lt => "__lt__",
            Compare::Le => "__le__",
            Compare::Eq => "__eq__",
            Compare::Ne => "__ne__",
            Compare::Gt => "__gt__",
            Compare::Ge => "__ge__",
        };
        let wants_bool = matches!(self.current().kind, bytecode::OpKind::Compare { as_bool: true, .. });
        let code = op as u8 * 2 + u8::from(wants_bool);
        // `object.__ne__` asks `__eq__`.
        let (name, after) = match name {
            "__ne__" if self.has_none(*class, name) => ("__eq__", After::NotEqual(code)),
            name => (name, After::Compare(code)),
        };
        let Some(method) = self.method(*class, name).filter(|_| is_left_alone) else { return Ok(false) };
        self.call_operator(method, vec![left.clone(), right.clone()], 2, after)
    }

    /// [container, key] -> [item]
    pub fn instance_item(&mut self) -> Step<bool> {
        let [container, key] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Slot::Instance(class, object), false) = (&container, self.is_guess_wrong()) else { return Ok(false) };
        if self.field_item(*class, *object, &key) {
            return Ok(true);
        }
        let Some(method) = self.method(*class, "__getitem__") else { return Ok(false) };
        self.call_operator(method, vec![container, key], 2, After::Push)
    }

    /// [value, container, key] -> []
    pub fn instance_set_item(&mut self) -> Step<bool> {
        let [value, container, key] = [3, 2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Slot::Instance(class, _), false) = (&container, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__setitem__") else { return Ok(false) };
        self.call_operator(method, vec![container, key, value], 3, After::Drop)
    }

    /// [container, key] -> []
    pub fn instance_delete_item(&mut self) -> Step<bool> {
        let [container, key] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Slot::Instance(class, _), false) = (&container, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__delitem__") else { return Ok(false) };
        self.call_operator(method, vec![container, key], 2, After::Drop)
    }

    /// [item, container] -> [bool]
    pub fn instance_contains(&mut self, invert: bool) -> Step<bool> {
        let [item, container] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Slot::Instance(class, _), false) = (&container, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__contains__") else { return Ok(false) };
        self.call_operator(method, vec![container, item], 2, After::Contains(invert.into()))
    }

    /// [iterable] -> [iterator]
    pub fn instance_iterator(&mut self) -> Step<bool> {
        let iterable = self.state.stack[self.state.stack.len() - 1].clone();
        let (Slot::Instance(class, _), false) = (&iterable, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__iter__") else { return Ok(false) };
        self.call_operator(method, vec![iterable], 1, After::Iterator)
    }

    /// `len(instance)`: the call becomes its result; false if it is not native.
    pub fn instance_length(&mut self, instance: &Slot<Value>) -> Step<bool> {
        let (Slot::Instance(class, _), false) = (instance, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__len__") else { return Ok(false) };
        self.call_with_one(method, After::Length)
    }

    /// `abs(instance)`: the same.
    pub fn instance_magnitude(&mut self, instance: &Slot<Value>) -> Step<bool> {
        let (Slot::Instance(class, _), false) = (instance, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__abs__") else { return Ok(false) };
        self.call_with_one(method, After::Push)
    }

    /// A builtin of one argument lies on the stack, whose meaning is a method of that.
    fn call_with_one(&mut self, method: Method, after: After) -> Step<bool> {
        let depth = self.state.stack.len();
        let (call, argument) = (self.state.stack[depth - 3..].to_vec(), self.state.stack[depth - 1].clone());
        self.state.stack.truncate(depth - 3);
        self.push(argument.clone());
        let is_native = self.call_operator(method, vec![argument], 1, after)?;
        if !is_native {
            self.state.stack.truncate(depth - 3);
            self.state.stack.extend(call);
        }
        Ok(is_native)
    }

    /// The condition on top of the stack, an instance that says itself whether it is true, becomes a bool, of which the instruction is done.
    /// True if the block has ended.
    pub fn settle_truth(&mut self) -> Step<bool> {
        let condition = self.state.stack[self.state.stack.len() - 1].clone();
        let (Slot::Instance(class, _), false) = (&condition, self.is_guess_wrong()) else { return Ok(false) };
        let (name, after) = match self.has_none(*class, "__bool__") {
            true if self.has_none(*class, "__len__") => return Ok(false),
            true => ("__len__", After::TruthOfLength),
            false => ("__bool__", After::Truth),
        };
        let Some(method) = self.method(*class, name) else { return Ok(false) };
        self.call_operator(method, vec![condition], 1, after)?;
        self.before = self.state.stack.clone();
        let given_up = self.b.take_given_up();
        if self.b.block.is_none() || given_up.is_empty() {
            return Ok(self.b.block.is_none());
        }
        // It ends here, before the instruction goes one of two ways.
        let place = self.current().place.expect("what calls is not fused");
        self.let_end(given_up, place, self.state.clone());
        Ok(false)
    }

    /// Whether an instance is true: None is not, others are unless they say so.
    pub fn instance_truth(&mut self, class: ClassKey, object: Value) -> Truth {
        if self.is_guess_wrong() || !self.has_none(class, "__bool__") || !self.has_none(class, "__len__") {
            let truth = self.runtime_value("py_truth", &[object]);
            return Truth::Value(self.b.pure(Op::BitsToBool, &[truth]));
        }
        let is_none = self.b.pure(Op::IsNone, &[object]);
        let (some, behind) = (self.b.func.block(), self.b.func.block());
        let edge = |to| Edge { to, args: Vec::new() };
        self.b.end(Term::Branch { condition: is_none, then: edge(behind), other: edge(some) });
        self.b.block = Some(some);
        self.guard_class(class, object);
        self.b.end(Term::Jump(edge(behind)));
        self.b.block = Some(behind);
        Truth::Value(self.b.pure(Op::NotBool, &[is_none]))
    }

    /// `isinstance(value, C)`; false if it is not known here.
    pub fn is_instance(&mut self, arguments: &[Slot<Value>]) -> Step<bool> {
        let [value, asked] = arguments else { return Ok(false) };
        let asked = if let Slot::Tuple(several) = asked { several.as_slice() } else { std::slice::from_ref(asked) };
        let mut is_one = false;
        for other in asked {
            let Some(is_of_this) = self.is_instance_of(value, other) else { return Ok(false) };
            is_one |= is_of_this;
        }
        if let Slot::Instance(class, object) = value {
            // What the other ones inherit is not asked; what this one inherits, its version tells.
            self.guard_class(*class, *object);
        }
        self.drop_operands(4);
        let result = self.b.bool(is_one);
        self.push(Slot::Bool(result));
        Ok(true)
    }

    /// Whether a value is an instance of what is known to be a class, given that it is of the type that is expected.
    fn is_instance_of(&mut self, value: &Slot<Value>, class: &Slot<Value>) -> Option<bool> {
        let Slot::Known(class) = class else { return None };
        match (value, self.unit.links.objects[class.0 as usize].expect.clone()) {
            (Slot::Instance(..), _) if self.is_guess_wrong() => None,
            (Slot::Instance(class, _), Expect::Class(other)) => self.unit.world.is_subclass(*class, other),
            (Slot::Instance(class, _), Expect::Builtin(name)) => {
                let is_tuple = self.unit.world.fields(*class).is_some();
                builtin_type(&name).map(|name| name == "object" || is_tuple && name == "tuple")
            }
            (value, Expect::Class(other)) => {
                builtin_types_of(value)?;
                (self.unit.world.is_subclass(other, other) == Some(true)).then_some(false)
            }
            (value, Expect::Builtin(name)) => {
                let (name, types) = (builtin_type(&name)?, builtin_types_of(value)?);
                Some(name == "object" || types.contains(&name))
            }
            _ => None,
        }
    }

    /// `type(instance)`: the call becomes its class; false if that is not known.
    pub fn type_of_instance(&mut self, arguments: &[Slot<Value>]) -> bool {
        let ([Slot::Instance(class, object)], false) = (arguments, self.is_guess_wrong()) else { return false };
        self.guard_class(*class, *object);
        self.drop_operands(3);
        let itself = self.unit.class_object(*class);
        self.push(Slot::Known(itself));
        true
    }

    /// Calls an instance: its `__call__`.
    pub fn call_instance(&mut self, callee: &Slot<Value>, arguments: &[Slot<Value>], keywords: &[String]) -> Step {
        let operands = arguments.len() + 2;
        if let (Slot::Instance(class, object), false) = (callee, self.is_guess_wrong())
            && let Some(method) = self.method(*class, "__call__").filter(|method| !method.is_static)
        {
            let all: Vec<Slot<Value>> = [callee].into_iter().chain(arguments).cloned().collect();
            let Some(native) = self.native(method.function, all, keywords)? else {
                return match self.b.block {
                    Some(_) => self.object_call(callee, arguments, keywords),
                    None => Ok(()),
                };
            };
            self.guard_class(*class, *object);
            self.pop_n(operands);
            return self.call_native(native, 0, After::Push);
        }
        self.object_call(callee, arguments, keywords)
    }

    /// `C(..)`, where the class has an `__init__` or none, and nothing else that takes part.
    pub fn create(&mut self, class: ClassKey, object: ObjectId, arguments: Vec<Slot<Value>>, keywords: &[String]) -> Step {
        let words = || "a class is called that is not made natively";
        if !self.is_guess_wrong()
            && keywords.is_empty()
            && let Some(fields) = self.unit.world.fields(class).filter(|fields| fields.len() == arguments.len())
        {
            return self.create_named_tuple(class, object, &fields, &arguments);
        }
        if self.is_guess_wrong() || !self.has_none(class, "__new__") {
            return self.left_to_python("unknown-callable", words());
        }
        let (args, word) = (arguments.len(), self.unit.class_word(class));
        let init = match self.unit.world.of_class(class, "__init__") {
            OfClass::Nothing if args == 0 => {
                self.unit.attribute_word(class, "__init__", AttributeKind::Nothing);
                None
            }
            OfClass::Method => {
                let Some(init) = self.method(class, "__init__") else { return self.left_to_python("unknown-callable", words()) };
                // Bound before there is an instance: what can't be called is left before it is made.
                let hole = Slot::Instance(class, Value(u32::MAX));
                let all = [hole].into_iter().chain(arguments).collect();
                match self.native(init.function, all, keywords)? {
                    Some(native) if native.ret.is_none() || native.ret == Some(Slot::None) => Some(native),
                    Some(_) => return self.left_to_python("unknown-callable", "`__init__` returns something"),
                    None if self.b.block.is_none() => return Ok(()),
                    None => return self.left_to_python("unknown-callable", words()),
                }
            }
            _ => return self.left_to_python("unknown-callable", words()),
        };
        let version = self.b.pure(Op::LoadScalar { slot: word + 1, ty: Ty::I64 }, &[]);
        let itself = self.b.pure(Op::ConstObject(object), &[]);
        let instance = self.runtime_value("py_new", &[itself, version]);
        self.list_ops += 1;
        let Some(mut native) = init else {
            self.drop_operands(args + 2);
            self.push(Slot::Instance(class, instance));
            return Ok(());
        };
        let made = Slot::Instance(class, instance);
        native.bound[0] = made.clone();
        self.b.share_slot(&made);
        self.pop_n(args + 2);
        self.push(made);
        // It is what the call makes, and what lies on the stack until then.
        self.call_native(native, 1, After::New)
    }

    /// Leaves, in the middle of the current operation, where its method said that it does not know the operands.
    fn guard_implemented(&mut self, result: &Slot<Value>, operands: &[Slot<Value>], after: After) {
        let Some(object) = result.object() else { return };
        let is_refused = self.b.pure(Op::IsNotImplemented, &[object]);
        let resume = self.resume_returned(result, operands, after);
        self.b.guard(Op::GuardFalse, &[is_refused], resume);
    }

    /// Where the interpreter goes on with what the method of the current operation has returned.
    fn resume_returned(&mut self, result: &Slot<Value>, operands: &[Slot<Value>], after: After) -> ir::ResumeId {
        let depth = self.state.stack.len();
        self.state.stack.extend(operands.iter().cloned().chain([result.clone()]));
        let resume = self.resume_within(ResumeKind::Returned(after), Why::Types);
        self.state.stack.truncate(depth);
        resume
    }

    /// The length that a method has returned, which is none if it is negative.
    fn length_returned(&mut self, result: &Slot<Value>, operands: &[Slot<Value>], after: After) -> Value {
        let &Slot::Int(length) = result else { unreachable!("an int is asked for") };
        let zero = self.b.int(0);
        let is_length = self.b.compare_int(Comparison::Ge, length, zero);
        let resume = self.resume_returned(result, operands, after);
        self.b.guard(Op::GuardTrue, &[is_length], resume);
        length
    }

    /// A call that never comes back, as far as is known.
    fn call_without_return(&mut self, callee: ir::FuncId, args: &[Value], resume: ir::ResumeId) {
        self.b.call(callee, args, &[], resume);
        self.b.end(Term::Unreachable);
    }

    /// [iterator] -> [iterator, item], or on at the exit where its `__next__` raises StopIteration; false if that is not native.
    pub fn instance_next(&mut self, exit: bytecode::BlockId) -> Step<bool> {
        let iterator = self.state.stack[self.state.stack.len() - 1].clone();
        let (Slot::Instance(class, object), false) = (&iterator, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__next__").filter(|method| !method.is_static) else { return Ok(false) };
        let caught = vec!["StopIteration".to_owned()];
        let Some(native) = self.native_caught(method.function, vec![iterator.clone()], &[], caught)? else {
            return Ok(self.b.block.is_none());
        };
        let exit = self.first_op(exit);
        let offset = self.info.hir.ops[exit.0 as usize].place.expect("control does not go into the middle of an instruction");
        self.guard_class(*class, *object);
        self.b.share_slot(&iterator);
        let resume = self.resume_call(After::Next(offset));
        let args: Vec<Value> = native.bound.iter().flat_map(Slot::values).map(|(_, value)| value).collect();
        let Some(ret) = native.ret else {
            self.call_without_return(native.callee, &args, resume);
            return Ok(true);
        };
        let types = ret.types().into_iter().chain(native.raises.then_some(Ty::I64)).collect::<Vec<_>>();
        let mut results = self.b.call(native.callee, &args, &types, resume).into_iter();
        let item = ret.map(&mut |_, ()| results.next().expect("as many results as the shape has"));
        if let Some(code) = results.next() {
            let zero = self.b.int(0);
            let is_exhausted = self.b.compare_int(Comparison::Ne, code, zero);
            let [end, more] = [self.b.func.block(), self.b.func.block()];
            let edge = |to| Edge { to, args: Vec::new() };
            self.b.end(Term::Branch { condition: is_exhausted, then: edge(end), other: edge(more) });
            self.b.block = Some(end);
            let mut state = self.state.clone();
            state.stack.pop();
            self.b.drop_slot(&iterator);
            self.look_for_waiting();
            let edge = self.edge(exit, state)?;
            self.b.end(Term::Jump(edge));
            self.b.block = Some(more);
        }
        self.push(item);
        Ok(true)
    }

    /// What an operator makes of what its method has returned, where that is as expected.
    fn made_of(&mut self, result: Slot<Value>, operands: &[Slot<Value>], after: After) -> Slot<Value> {
        match (after, &result) {
            (After::NotEqual(_) | After::Contains(1), Slot::Bool(v)) => Slot::Bool(self.b.pure(Op::NotBool, &[*v])),
            (After::Length, _) => Slot::Int(self.length_returned(&result, operands, after)),
            (After::TruthOfLength, _) => {
                let (length, zero) = (self.length_returned(&result, operands, after), self.b.int(0));
                Slot::Bool(self.b.compare_int(Comparison::Ne, length, zero))
            }
            (After::Iterator, Slot::Object(object)) => {
                let is_iterator = self.b.runtime(ir::runtime_function("py_is_iterator").expect("in the table"), &[*object], None);
                let is_iterator = self.b.pure(Op::BitsToBool, &[is_iterator.expect("it has a result")]);
                let resume = self.resume_returned(&result, operands, after);
                self.b.guard(Op::GuardTrue, &[is_iterator], resume);
                result
            }
            (After::Iterator, Slot::Instance(class, object)) => {
                let (class, object) = (*class, *object);
                let resume = self.resume_returned(&result, operands, after);
                let word = self.unit.class_word(class);
                // What is not of that class may be none.
                self.b.guard(Op::GuardClass(word), &[object], resume);
                let is_iterator = !self.has_none(class, "__next__");
                let is_iterator = self.b.bool(is_iterator);
                self.b.guard(Op::GuardTrue, &[is_iterator], resume);
                result
            }
            _ => {
                self.guard_implemented(&result, operands, after);
                result
            }
        }
    }

    /// Calls; pops so many operands, and does what comes after. Operands that nothing comes after for are the callee's; of others it has a share.
    pub fn call_native(&mut self, native: Native, operands: usize, after: After) -> Step {
        let operands = self.pop_n(operands);
        let depth = self.state.stack.len();
        let kept = if after.operands() > 0 { operands } else { Vec::new() };
        self.state.stack.extend(kept.iter().cloned());
        let resume = self.resume_call(after);
        self.state.stack.truncate(depth);
        let args: Vec<Value> = native.bound.iter().flat_map(Slot::values).map(|(_, value)| value).collect();
        let Some(ret) = native.ret else {
            self.call_without_return(native.callee, &args, resume);
            return Ok(());
        };
        let types = ret.types().into_iter().chain(native.raises.then_some(Ty::I64)).collect::<Vec<_>>();
        let mut results = self.b.call(native.callee, &args, &types, resume).into_iter();
        let result = ret.map(&mut |_, ()| results.next().expect("as many results as the shape has"));
        if let Some(code) = results.next() {
            self.branch_where_raised(code)?;
        }
        match after {
            After::Push => self.push(result),
            After::Drop => self.b.drop_slot(&result),
            After::New => self.state.stack.extend(kept),
            _ => {
                let result = self.made_of(result, &kept, after);
                kept.iter().for_each(|slot| self.b.drop_slot(slot));
                self.push(result);
            }
        }
        Ok(())
    }
}

/// The method that the left operand is asked for.
pub fn operator_method(op: Binary) -> String {
    format!("__{}__", operator_name(op))
}

/// Of the methods for it.
fn operator_name(op: Binary) -> &'static str {
    match op {
        Binary::Add => "add",
        Binary::Sub => "sub",
        Binary::Mul => "mul",
        Binary::TrueDiv => "truediv",
        Binary::FloorDiv => "floordiv",
        Binary::Mod => "mod",
        Binary::Pow => "pow",
        Binary::MatMul => "matmul",
        Binary::LShift => "lshift",
        Binary::RShift => "rshift",
        Binary::And => "and",
        Binary::Or => "or",
        Binary::Xor => "xor",
    }
}

/// A builtin type that no class of the user can claim instances for.
fn builtin_type(name: &str) -> Option<&str> {
    let name = name.strip_prefix("builtins.")?;
    matches!(name, "object" | "bool" | "int" | "float" | "complex" | "str" | "list" | "tuple" | "dict" | "set").then_some(name)
}

/// The builtin types that a value of this shape is an instance of.
fn builtin_types_of(value: &Slot<Value>) -> Option<&'static [&'static str]> {
    Some(match value {
        Slot::None => &[],
        Slot::Bool(_) => &["bool", "int"],
        Slot::Int(_) | Slot::Uint(_) | Slot::Wide(_) => &["int"],
        Slot::Float(_) => &["float"],
        Slot::Complex(_) => &["complex"],
        Slot::List(..) => &["list"],
        Slot::Tuple(_) | Slot::Exact(Kind::Tuple(_), _) => &["tuple"],
        Slot::Exact(Kind::Str, _) => &["str"],
        Slot::Exact(Kind::Dict(_), _) => &["dict"],
        Slot::Exact(Kind::Set, _) => &["set"],
        _ => return None,
    })
}
