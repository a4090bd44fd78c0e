//! What each library function is to the compiler: one row each, in a file named after its Python module.
//!
//! Inference, the lists in the documentation and the generated tests all read these rows; adding a builtin is adding a row.
//! `builtins` knows no HIR, no LLVM and no Python objects.

mod builtins_module;
mod math;
mod random;

/// A builtin function or type that native code can do itself.
#[derive(Debug)]
pub struct Builtin {
    /// `module.name`, as the object itself tells.
    pub name: &'static str,
    /// One line for the guide.
    pub doc: &'static str,
    pub lower: Lower,
    /// Calls to try against the real one, as Python expressions for the arguments.
    pub cases: &'static [&'static str],
}

#[derive(Debug)]
pub enum Lower {
    /// The first overload whose parameters the arguments convert to. Ints convert to floats as CPython converts them.
    Exact(&'static [Overload]),
    /// Depends on the shapes of the arguments in its own way.
    Intrinsic(Intrinsic),
}

#[derive(Debug)]
pub struct Overload {
    pub params: &'static [Kind],
    pub result: Kind,
    /// The name of the exact function.
    pub function: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Int,
    Float,
    Bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Intrinsic {
    Abs,
    All,
    Any,
    Bool,
    Divmod,
    Enumerate,
    Float,
    Int,
    Len,
    Max,
    Min,
    Pow,
    Random,
    RandomChoice,
    RandomInt,
    RandomRange,
    RandomUniform,
    Range,
    Reversed,
    Round,
    Sum,
    Tuple,
    Zip,
    MathFloor,
    MathCeil,
    MathTrunc,
    MathFabs,
}

/// Every builtin, by module.
pub fn all() -> impl Iterator<Item = &'static Builtin> {
    builtins_module::BUILTINS.iter().chain(math::TABLES.iter().copied().flatten()).chain(random::RANDOM)
}

pub fn find(name: &str) -> Option<&'static Builtin> {
    all().find(|builtin| builtin.name == name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_unique_and_every_builtin_has_cases() {
        let mut names: Vec<_> = super::all().map(|builtin| builtin.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(super::all().all(|builtin| !builtin.cases.is_empty() && !builtin.doc.is_empty()));
    }
}
