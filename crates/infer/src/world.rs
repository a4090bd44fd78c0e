use bytecode::{Code, Hir, LocalKind};
use ir::{ClassKey, Elem, Links, Path, Shape, Slot};
use std::rc::Rc;

/// The running process, as far as a translation depends on it.
pub trait World {
    /// What stands at a path now.
    fn look(&mut self, links: &Links, path: &Path) -> Thing;

    /// The function that stands at a path where [`World::look`] found one.
    fn function(&mut self, links: &Links, path: &Path) -> Option<Rc<FunctionInfo>>;

    /// What is found under a name in a class of the user, or in its bases.
    fn of_class(&mut self, class: ClassKey, name: &str) -> OfClass;

    /// What is found under a name in the classes that come after `after` among the bases of a class.
    fn of_super(&mut self, class: ClassKey, after: ClassKey, name: &str) -> OfClass;

    /// Whether a class's own attribute of that name is what is found in it: its metaclass has none, and nothing to say.
    fn is_own(&mut self, class: ClassKey, name: &str) -> bool;

    /// By which name the class may be found in another process: `module:qualified.name`.
    fn class_name(&mut self, class: ClassKey) -> String;

    /// Whether instances of the one are instances of the other; None if the other's metaclass may have a say.
    fn is_subclass(&mut self, class: ClassKey, other: ClassKey) -> Option<bool>;

    /// Whether its instances may have attributes that the class knows nothing of.
    fn has_dict(&mut self, class: ClassKey) -> bool;

    /// The fields of the class of a named tuple; None of others.
    fn fields(&mut self, class: ClassKey) -> Option<Vec<String>>;

    /// The classes of instances that were looked at.
    fn classes_met(&mut self) -> Vec<ClassKey>;

    /// What instances that were looked at have under this name.
    fn expected(&mut self, class: ClassKey, name: &str) -> Elem;
}

/// A value as the compiler sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Thing {
    Missing,
    /// A value of that shape, loaded when the unit is entered.
    Scalar(Shape),
    /// A builtin function or type, by module and qualified name.
    Builtin(String),
    Module(String),
    Function([u8; 32]),
    /// A class of the user whose instances native code knows its way about in.
    Class(ClassKey),
    /// An object of another kind.
    Other,
}

/// What a class has under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfClass {
    /// Nothing, or what every object has.
    Nothing,
    /// A value without a `__get__` or `__set__` of its own.
    Value,
    /// One of its `__slots__`.
    Slot,
    /// A field of a named tuple.
    Field,
    /// A function: [`ir::Path::OfClass`] leads to it.
    Method,
    /// A static method: the same.
    Static,
    /// A class method: the same.
    ClassMethod,
    /// A property: the same leads to its getter.
    Property,
    /// What every object has as `__class__`.
    Itself,
    Other,
}

/// A Python function, decoded.
#[derive(Debug)]
pub struct FunctionInfo {
    pub code: Code,
    pub hir: Hir,
    pub fingerprint: [u8; 32],
    /// The function object, by address: it may be found by several paths.
    pub identity: usize,
    /// Its global namespace, by address.
    pub globals: usize,
    /// Which of the parameters (positional first, then keyword-only) have a default value.
    pub defaults: Vec<bool>,
}

impl FunctionInfo {
    /// Parameters that a call binds by position or keyword.
    pub fn parameters(&self) -> usize {
        (self.code.argcount + self.code.kwonlyargcount) as usize
    }

    /// Why its loops are never native, if so: (verdict code, detail).
    pub fn obstacle_to_loops(&self) -> Option<(&'static str, String)> {
        use bytecode::*;
        let name = &self.code.name;
        if self.code.off == Off::All {
            return Some(("switched-off", format!("`{name}` has `# lancehead: off` in its header, or stands within such")));
        }
        if self.code.flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR) != 0 {
            return Some(("generator", format!("`{name}` is a generator or a coroutine")));
        }
        None
    }

    pub fn is_generator(&self) -> bool {
        self.code.flags & bytecode::CO_GENERATOR != 0
    }

    /// Whether its variables are looked up by name: a module's.
    pub fn is_module(&self) -> bool {
        self.code.flags & bytecode::CO_OPTIMIZED == 0
    }

    /// Why calls of it are never native, if so.
    pub fn obstacle(&self) -> Option<(&'static str, String)> {
        use bytecode::*;
        let name = &self.code.name;
        if let Some(obstacle) = self.obstacle_to_loops() {
            return Some(obstacle);
        }
        if self.is_module() {
            return Some(("not-a-function", format!("`{name}` is not the code of a function")));
        }
        if self.code.flags & (CO_VARARGS | CO_VARKEYWORDS) != 0 {
            return Some(("star-parameters", format!("`{name}` takes *args or **kwargs")));
        }
        None
    }

    pub fn has_cells(&self) -> bool {
        self.code.locals.iter().any(|local| local.kind == LocalKind::Cell)
    }

    /// Whether a parameter that an inner function shares may be a cell itself: what is left in the prologue would take it for the variable's own.
    pub fn may_be_given_cell<V>(&self, arguments: &[Slot<V>]) -> bool {
        let may_be_cell = |slot: &Slot<V>| matches!(slot, Slot::Object(_) | Slot::Any(..));
        self.code.locals.iter().zip(arguments).any(|(local, slot)| local.kind == LocalKind::Cell && may_be_cell(slot))
    }
}
