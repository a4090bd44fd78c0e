use crate::{ArrayGuess, Elem};
use serde::{Deserialize, Serialize};

/// A builtin type that a real object is known to be of exactly; what is said of its content is expected only, as with [`Elem`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Kind {
    Str,
    /// Of that many items: its length is a fact.
    Tuple(Vec<Elem>),
    /// A tuple of any length, by what is expected of its items.
    Row(Box<Elem>),
    Dict(DictGuess),
    /// A dict that makes something of a key that it has not got.
    Making(Maker, DictGuess),
    /// By what is expected of its items.
    Set(Box<Elem>),
    Bytes,
    ByteArray,
    /// An `array.array` of such items: a fact.
    Array(ArrayItem),
    /// An array of NumPy's.
    NumPy(ArrayGuess),
    /// A view of a dict, by what is expected of its items.
    View(Box<Elem>),
    /// An iterator of a builtin container, by what is expected of its items: stepping it runs no code of the user's.
    Iter(Box<Elem>),
    /// The cell of a variable that an inner function shares, by what is expected of its content. In frames only.
    Cell(Box<Elem>),
}

/// What stands in an `array.array`, by its type code; of those codes that native code knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ArrayItem(u8);

impl ArrayItem {
    const CODES: &[u8] = b"bBhHiIlqfd";

    pub fn of(code: char) -> Option<ArrayItem> {
        u8::try_from(code).ok().filter(|code| ArrayItem::CODES.contains(code)).map(ArrayItem)
    }

    pub fn all() -> impl Iterator<Item = ArrayItem> {
        ArrayItem::CODES.iter().copied().map(ArrayItem)
    }

    pub fn code(self) -> char {
        self.0.into()
    }

    pub fn is_float(self) -> bool {
        matches!(self.0, b'f' | b'd')
    }
}

/// The types of dicts that make something of a key that they have not got.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Maker {
    /// `collections.defaultdict`, whose factory makes it, to be kept.
    DefaultDict,
    /// `collections.Counter`, as Python has it: a zero, which is not kept.
    Counter,
}

impl Maker {
    pub const ALL: [Maker; 2] = [Maker::DefaultDict, Maker::Counter];

    pub fn name(self) -> &'static str {
        match self {
            Maker::DefaultDict => "defaultdict",
            Maker::Counter => "Counter",
        }
    }

    /// By which the extension knows it.
    pub fn code(self) -> i64 {
        self as i64
    }
}

/// What is expected of a dict.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct DictGuess {
    pub key: Box<Elem>,
    pub value: Box<Elem>,
    /// Of a dict that is used as a record, whose values differ in type: by its keys, in order.
    pub fields: Vec<(String, Elem)>,
}

impl DictGuess {
    /// Of a dict with such entries.
    pub fn of(key: Elem, value: Elem) -> DictGuess {
        DictGuess { key: Box::new(key), value: Box::new(value), fields: Vec::new() }
    }

    /// What stands behind a key that is a known string.
    pub fn field(&self, name: &str) -> &Elem {
        self.fields.iter().find(|(field, _)| field == name).map_or(&self.value, |(_, elem)| elem)
    }

    fn join(&self, other: &DictGuess) -> DictGuess {
        let is_same_record = self.fields.len() == other.fields.len() && self.fields.iter().zip(&other.fields).all(|(a, b)| a.0 == b.0);
        let fields = match is_same_record {
            true => self.fields.iter().zip(&other.fields).map(|(a, b)| (a.0.clone(), a.1.join(&b.1))).collect(),
            false => Vec::new(),
        };
        DictGuess { key: Box::new(self.key.join(&other.key)), value: Box::new(self.value.join(&other.value)), fields }
    }
}

impl Kind {
    /// The guess that holds both, of one type.
    pub fn join(&self, other: &Kind) -> Option<Kind> {
        match (self, other) {
            (Kind::Tuple(a), Kind::Tuple(b)) => {
                (a.len() == b.len()).then(|| Kind::Tuple(a.iter().zip(b).map(|(a, b)| a.join(b)).collect()))
            }
            (Kind::Row(a), Kind::Row(b)) => Some(Kind::Row(Box::new(a.join(b)))),
            (Kind::Row(of), Kind::Tuple(items)) | (Kind::Tuple(items), Kind::Row(of)) => {
                Some(Kind::Row(Box::new(items.iter().fold((**of).clone(), |of, item| of.join(item)))))
            }
            (Kind::Dict(a), Kind::Dict(b)) => Some(Kind::Dict(a.join(b))),
            (Kind::Making(a, guess), Kind::Making(b, other)) if a == b => Some(Kind::Making(*a, guess.join(other))),
            (Kind::Set(a), Kind::Set(b)) => Some(Kind::Set(Box::new(a.join(b)))),
            (Kind::View(a), Kind::View(b)) => Some(Kind::View(Box::new(a.join(b)))),
            (Kind::Iter(a), Kind::Iter(b)) => Some(Kind::Iter(Box::new(a.join(b)))),
            (Kind::Cell(a), Kind::Cell(b)) => Some(Kind::Cell(Box::new(a.join(b)))),
            (a, b) => (a == b).then(|| a.clone()),
        }
    }

    /// Whether what was found to be `self` may go where `wanted` was compiled for: what it holds is a guess, and only that something is
    /// known at last is worth another compilation.
    pub fn serves(&self, wanted: &Kind) -> bool {
        match (self, wanted) {
            (Kind::Dict(found), Kind::Dict(wanted)) => *wanted.value != Elem::Unknown || *found.value == Elem::Unknown,
            (Kind::Making(a, found), Kind::Making(b, wanted)) => {
                a == b && (*wanted.value != Elem::Unknown || *found.value == Elem::Unknown)
            }
            (Kind::Cell(found), Kind::Cell(wanted)) => found.serves(wanted),
            (Kind::Set(found), Kind::Set(wanted)) => **wanted != Elem::Unknown || **found == Elem::Unknown,
            // Its length is a fact.
            (Kind::Row(_), Kind::Tuple(_)) => false,
            (found, wanted) => found.join(wanted).is_some(),
        }
    }

    pub(crate) fn depth(&self) -> usize {
        match self {
            Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Array(_) | Kind::NumPy(_) => 0,
            Kind::Row(of) | Kind::Set(of) | Kind::View(of) | Kind::Iter(of) | Kind::Cell(of) => 1 + of.depth(),
            Kind::Tuple(items) => 1 + items.iter().map(Elem::depth).max().unwrap_or(0),
            Kind::Dict(guess) | Kind::Making(_, guess) => {
                let fields = guess.fields.iter().map(|(_, elem)| elem.depth());
                1 + fields.chain([guess.key.depth(), guess.value.depth()]).max().unwrap_or(0)
            }
        }
    }

    /// How a user would name it.
    pub fn describe(&self) -> String {
        match self {
            Kind::Str => "str".into(),
            Kind::NumPy(guess) => guess.describe(),
            Kind::Bytes => "bytes".into(),
            Kind::ByteArray => "bytearray".into(),
            Kind::Array(item) => format!("array of {:?}", item.code()),
            Kind::Row(of) => format!("tuple[{}, ...]", of.describe()),
            Kind::Set(of) => format!("set[{}]", of.describe()),
            Kind::View(of) => format!("view of {}", of.describe()),
            Kind::Iter(of) => format!("iterator of {}", of.describe()),
            Kind::Cell(of) => format!("shared {}", of.describe()),
            Kind::Tuple(items) => format!("tuple[{}]", items.iter().map(Elem::describe).collect::<Vec<_>>().join(", ")),
            Kind::Making(maker, guess) => format!("{}[{}, {}]", maker.name(), guess.key.describe(), guess.value.describe()),
            Kind::Dict(guess) => format!("dict[{}, {}]", guess.key.describe(), guess.value.describe()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(x: Elem) -> Kind {
        let fields = vec![("name".to_owned(), Elem::Exact(Kind::Str)), ("x".to_owned(), x)];
        Kind::Dict(DictGuess { fields, ..DictGuess::of(Elem::Exact(Kind::Str), Elem::Object) })
    }

    #[test]
    fn records_join_field_by_field_and_others_do_not() {
        let joined = record(Elem::Float).join(&record(Elem::Unknown));
        assert_eq!(joined, Some(record(Elem::Float)));
        let counts = Kind::Dict(DictGuess::of(Elem::Exact(Kind::Str), Elem::Int));
        let Some(Kind::Dict(mixed)) = record(Elem::Float).join(&counts) else { panic!("both are dicts") };
        assert!(mixed.fields.is_empty());
        assert_eq!(*mixed.field("x"), Elem::Object);
    }

    #[test]
    fn tuples_of_another_length_are_others() {
        let pair = Kind::Tuple(vec![Elem::Int, Elem::Float]);
        assert_eq!(pair.join(&Kind::Tuple(vec![Elem::Int])), None);
        assert_eq!(pair.join(&Kind::Tuple(vec![Elem::Int, Elem::Int])), Some(Kind::Tuple(vec![Elem::Int, Elem::Number])));
        let row = Kind::Row(Box::new(Elem::Int));
        assert_eq!(pair.join(&row), Some(Kind::Row(Box::new(Elem::Number))));
        assert!(pair.serves(&row) && !row.serves(&pair));
        assert!(!pair.serves(&Kind::Tuple(vec![Elem::Int])) && pair.serves(&Kind::Tuple(vec![Elem::Int, Elem::Int])));
    }
}
