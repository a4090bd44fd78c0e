//! Instances of the user's classes: attributes where they stand, methods and creation as native calls.
//!
//! A `Slot::Instance` is only expected to be one. Each operation guards the class, which is compared by identity and version: whatever ran in
//! between, and whatever it changed, has been seen. Where the guess was wrong twice, the place is compiled as if the object could be anything.

use crate::body::{Body, Work};
use crate::call::Native;
use crate::control::Found;
use crate::refusal::Step;
use crate::unit::UnitTranslator;
use crate::world::OfClass;
use ir::{
    After, AttributeKind, AttributeLink, ClassKey, ClassLink, Comparison, Edge, Elem, Expect, ObjectId, Op, Path, Slot, Term, Ty, Value,
    Why,
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
        let fields = self.world.fields(key);
        self.links.classes.push(ClassLink { key, object, word, fields, attributes: Vec::new() });
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
pub struct Method {
    pub function: ObjectId,
    pub is_static: bool,
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
    pub fn method(&mut self, class: ClassKey, name: &str) -> Option<Method> {
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
    pub fn has_none(&mut self, class: ClassKey, name: &str) -> bool {
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
        self.list_ops += 1;
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

    /// A call that never comes back, as far as is known.
    pub fn call_without_return(&mut self, callee: ir::FuncId, args: &[Value], resume: ir::ResumeId) {
        self.b.call(callee, args, &[], resume);
        self.b.end(Term::Unreachable);
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
            After::Push if native.has_alternatives => self.go_on_with_each(result)?,
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
