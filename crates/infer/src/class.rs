//! The user's classes themselves: what is read of them, their class methods, and `super()`.
//!
//! What stands in a class is known, as a constant is, while the class has the version that it had when the unit was linked; each operation
//! looks at that, as those on instances do.

use crate::body::Body;
use crate::control::Found;
use crate::refusal::Step;
use crate::world::OfClass;
use bytecode::{LocalKind, OpKind};
use ir::{AttributeKind, ClassKey, Comparison, Expect, Kind, ObjectId, Op, Path, Slot, Ty, Value, Why};

impl Body<'_, '_> {
    /// Which class an object of the unit's table is.
    pub fn class_known(&self, object: ObjectId) -> Option<ClassKey> {
        match self.unit.links.objects[object.0 as usize].expect {
            Expect::Class(class) => Some(class),
            _ => None,
        }
    }

    /// Leaves unless the class is as it was when the unit was linked.
    fn guard_version(&mut self, class: ClassKey) {
        let (word, itself) = (self.unit.class_word(class), self.unit.class_object(class));
        let itself = self.b.pure(Op::ConstObject(itself), &[]);
        let function = ir::runtime_function("py_class_version").expect("in the table");
        let now = self.b.runtime(function, &[itself], None).expect("it has a result");
        let then = self.b.pure(Op::LoadScalar { slot: word + 1, ty: Ty::I64 }, &[]);
        let is_same = self.b.compare_int(Comparison::Eq, now, then);
        let resume = self.resume(Why::Element);
        self.list_ops += 1;
        self.b.guard(Op::GuardTrue, &[is_same], resume);
    }

    /// [class] -> [value], or what a call is made of; false if nothing is known that would help.
    pub fn class_attribute(&mut self, owner: ObjectId, name: &str, is_method: bool) -> Step<bool> {
        let Some(class) = self.class_known(owner).filter(|class| self.unit.world.is_own(*class, name)) else { return Ok(false) };
        if self.is_wide_place() {
            return Ok(false);
        }
        let (kind, binds_class) = match self.unit.world.of_class(class, name) {
            OfClass::Method => (AttributeKind::Method, false),
            OfClass::Static => (AttributeKind::Static, false),
            OfClass::ClassMethod if is_method => (AttributeKind::ClassMethod, true),
            OfClass::Value => {
                let Found::Slot(value) = self.slot_at(&Path::OfClass { class, name: name.to_owned() }) else { return Ok(false) };
                self.unit.attribute_word(class, name, AttributeKind::OfClass);
                self.guard_version(class);
                self.drop_operands(1);
                self.push_attribute(value, is_method);
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.unit.attribute_word(class, name, kind);
        let Some(function) = self.function_of(class, name) else { return Ok(false) };
        self.guard_version(class);
        let owner = self.pop();
        match binds_class {
            true => self.state.stack.extend([Slot::Known(function), owner]),
            false => self.push_attribute(Slot::Known(function), is_method),
        }
        Ok(true)
    }

    pub fn push_attribute(&mut self, value: Slot<Value>, is_method: bool) {
        match is_method {
            false => self.push(value),
            true => self.push_callable(value),
        }
    }

    /// `super().method`, before 3.12: the call of `super` becomes what a call of the method is made of. False if it is not known here.
    pub fn super_without_arguments(&mut self) -> Step<bool> {
        let next = &self.info.hir.ops[self.op.0 as usize + 1];
        let OpKind::LoadMethod(name) = next.kind else { return Ok(false) };
        let Some(cell) = self.info.code.locals.iter().position(|local| local.kind == LocalKind::Free && local.name == "__class__") else {
            return Ok(false);
        };
        let before = self.info.code.locals[..cell].iter().filter(|local| local.kind == LocalKind::Free).count();
        let Found::Slot(Slot::Known(after)) = self.slot_at(&Path::Closure { code: self.code, index: before as u32 }) else {
            return Ok(false);
        };
        let Some(itself) = self.state.locals.first().cloned().filter(|_| self.info.code.argcount > 0) else { return Ok(false) };
        let depth = self.state.stack.len();
        let call = self.state.stack.split_off(depth - 2);
        let is_found = self.push_super(after, &itself, name)?;
        match is_found {
            // The attribute is looked up in one with the call.
            true => self.done_ahead = 1,
            false => self.state.stack.extend(call),
        }
        Ok(is_found)
    }

    /// [super, class, self] -> what a call of the method is made of.
    pub fn load_super(&mut self, name: u32, is_method: bool) -> Step {
        let depth = self.state.stack.len();
        if let [Slot::Known(function), Slot::Known(after), itself] = &self.state.stack[depth - 3..]
            && is_method
            && self.unit.links.objects[function.0 as usize].expect == Expect::Builtin("builtins.super".into())
        {
            let (after, itself) = (*after, itself.clone());
            let operands = self.state.stack.split_off(depth - 3);
            if self.push_super(after, &itself, name)? {
                self.b.drop_slot(&itself);
                return Ok(());
            }
            self.state.stack.extend(operands);
        }
        self.left_to_python("object-operation", "what `super` finds is not known here")
    }

    /// Pushes what a call of the method is made of that `super()` finds behind a class; false if it is not known here.
    fn push_super(&mut self, after: ObjectId, itself: &Slot<Value>, name: u32) -> Step<bool> {
        let (Slot::Instance(class, object), Some(after), false) = (itself, self.class_known(after), self.is_guess_wrong()) else {
            return Ok(false);
        };
        let (class, name) = (*class, self.info.code.names[name as usize].clone());
        let kind = self.unit.world.of_super(class, after, &name);
        if !matches!(kind, OfClass::Method | OfClass::Static | OfClass::ClassMethod) {
            return Ok(false);
        }
        // It is found again wherever the unit is linked, by way of the classes.
        self.unit.class_object(after);
        self.unit.class_object(class);
        let path = Path::Super { class, after, name };
        let crate::world::Thing::Function(fingerprint) = self.unit.look(&path) else { return Ok(false) };
        let function = Slot::Known(self.unit.object(path, Expect::Function(fingerprint)));
        self.guard_class(class, *object);
        match kind {
            OfClass::Static => self.push_callable(function),
            OfClass::ClassMethod => {
                let itself = self.unit.class_object(class);
                self.state.stack.extend([function, Slot::Known(itself)]);
            }
            _ => {
                self.b.share_slot(itself);
                self.state.stack.extend([function, itself.clone()]);
            }
        }
        Ok(true)
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
        Slot::Tuple(_) | Slot::Exact(Kind::Tuple(_) | Kind::Row(_), _) => &["tuple"],
        Slot::Exact(Kind::Str, _) => &["str"],
        Slot::Exact(Kind::Dict(_), _) => &["dict"],
        Slot::Exact(Kind::Set(_), _) => &["set"],
        _ => return None,
    })
}
