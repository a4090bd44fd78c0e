use crate::{ClassKey, Dtype, Kind};
use serde::{Deserialize, Serialize};

/// What the items of a list are expected to be. A guess and never a fact: each item is looked at when it is read, and a wrong guess costs
/// a leave, not an answer. So a list fits wherever a list is wanted, whatever is expected of either.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Elem {
    /// Nothing is known: the list was empty.
    Unknown,
    Bool,
    /// An int of 64 bits.
    Int,
    Float,
    Complex,
    /// An int or a float.
    Number,
    /// A scalar of NumPy's.
    NumPy(Dtype),
    List(Box<Elem>),
    /// An object of a builtin type.
    Exact(Kind),
    /// An instance of that class, or None.
    Instance(ClassKey),
    /// Anything else, or of several types.
    Object,
}

/// Lists of lists beyond this depth are lists of objects.
const DEPTH_AT_MOST: usize = 4;

impl Elem {
    /// What is expected of the items of a list of lists.
    pub fn list(of: Elem) -> Elem {
        if of.depth() < DEPTH_AT_MOST { Elem::List(Box::new(of)) } else { Elem::Object }
    }

    /// What is expected of the items, where each may be such an object.
    pub fn exact(kind: Kind) -> Elem {
        if kind.depth() < DEPTH_AT_MOST { Elem::Exact(kind) } else { Elem::Object }
    }

    /// Whether nobody can tell when such an item ends: no code runs, and no weak reference leads to it.
    pub fn ends_unseen(&self) -> bool {
        match self {
            Elem::Bool | Elem::Int | Elem::Float | Elem::Complex | Elem::Number | Elem::Exact(Kind::Str) => true,
            Elem::List(of) => of.ends_unseen(),
            Elem::Exact(Kind::Tuple(items)) => items.iter().all(Elem::ends_unseen),
            Elem::Exact(Kind::Row(of)) => of.ends_unseen(),
            _ => false,
        }
    }

    pub(crate) fn depth(&self) -> usize {
        match self {
            Elem::Exact(kind) => kind.depth(),
            Elem::List(of) => 1 + of.depth(),
            _ => 0,
        }
    }

    /// The guess that holds both, if neither has to give up what it says.
    pub fn agreed(&self, other: &Elem) -> Option<Elem> {
        match (self, other) {
            (Elem::Unknown, known) | (known, Elem::Unknown) => Some(known.clone()),
            (Elem::List(a), Elem::List(b)) => a.agreed(b).map(Elem::list),
            (Elem::Exact(a), Elem::Exact(b)) => a.join(b).map(Elem::exact),
            (a, b) => (a == b).then(|| a.clone()),
        }
    }

    /// The guess for items of either kind.
    pub fn join(&self, other: &Elem) -> Elem {
        match (self, other) {
            (Elem::List(a), Elem::List(b)) => Elem::list(a.join(b)),
            (Elem::Int | Elem::Float | Elem::Number, Elem::Int | Elem::Float | Elem::Number) if self != other => Elem::Number,
            (a, b) => a.agreed(b).unwrap_or(Elem::Object),
        }
    }

    /// The guess after an item of another kind was stored: one item says little about the others.
    pub fn with(&self, stored: &Elem) -> Elem {
        match (self, stored) {
            // `[0] * n`, before it is filled.
            (Elem::Int, Elem::Float) => Elem::Float,
            (of, stored) => of.agreed(stored).unwrap_or_else(|| of.clone()),
        }
    }

    /// Whether a list that was found to be `self` may go where `wanted` was compiled for.
    pub fn serves(&self, wanted: &Elem) -> bool {
        match (self, wanted) {
            (Elem::List(found), Elem::List(wanted)) => found.serves(wanted),
            (Elem::Exact(found), Elem::Exact(wanted)) => found.serves(wanted),
            (Elem::Int | Elem::Float, Elem::Number) => true,
            (found, wanted) => found == wanted || *found == Elem::Unknown,
        }
    }

    /// How a user would name it.
    pub fn describe(&self) -> String {
        match self {
            Elem::Unknown => "?".into(),
            Elem::Bool => "bool".into(),
            Elem::Int => "int".into(),
            Elem::Float => "float".into(),
            Elem::Complex => "complex".into(),
            Elem::Number => "int or float".into(),
            Elem::NumPy(dtype) => format!("numpy.{}", dtype.name()),
            Elem::List(of) => format!("list[{}]", of.describe()),
            Elem::Exact(kind) => kind.describe(),
            Elem::Instance(_) => "instance".into(),
            Elem::Object => "object".into(),
        }
    }
}

/// A method of lists that native code calls itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ListMethod {
    Append,
    Pop,
    Insert,
    Extend,
    Remove,
    Index,
    Count,
    Sort,
    Reverse,
    Copy,
    Clear,
}

impl ListMethod {
    pub const ALL: [ListMethod; 11] = [
        ListMethod::Append,
        ListMethod::Pop,
        ListMethod::Insert,
        ListMethod::Extend,
        ListMethod::Remove,
        ListMethod::Index,
        ListMethod::Count,
        ListMethod::Sort,
        ListMethod::Reverse,
        ListMethod::Copy,
        ListMethod::Clear,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ListMethod::Append => "append",
            ListMethod::Pop => "pop",
            ListMethod::Insert => "insert",
            ListMethod::Extend => "extend",
            ListMethod::Remove => "remove",
            ListMethod::Index => "index",
            ListMethod::Count => "count",
            ListMethod::Sort => "sort",
            ListMethod::Reverse => "reverse",
            ListMethod::Copy => "copy",
            ListMethod::Clear => "clear",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_agrees_with_everything() {
        let rows = Elem::list(Elem::Float);
        assert_eq!(Elem::list(Elem::Unknown).agreed(&rows), Some(rows.clone()));
        assert_eq!(Elem::Int.agreed(&Elem::Float), None);
        assert_eq!(Elem::list(Elem::Int).join(&rows), Elem::list(Elem::Number));
        assert_eq!(Elem::Number.join(&Elem::Bool), Elem::Object);
        assert_eq!(Elem::Int.with(&Elem::Float), Elem::Float);
        assert_eq!(Elem::Float.with(&Elem::Object), Elem::Float);
    }

    #[test]
    fn lists_of_lists_end_somewhere() {
        let mut elem = Elem::Unknown;
        for _ in 0..10 {
            elem = Elem::list(elem);
            assert!(elem.depth() <= DEPTH_AT_MOST);
        }
    }
}
