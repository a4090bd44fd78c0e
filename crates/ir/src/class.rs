//! Classes of the user, as far as native code knows them.

use crate::ObjectId;
use serde::{Deserialize, Serialize};

/// A class by what it is called, hashed: the same in every process. Which class that is, the process knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ClassKey(pub u64);

impl std::fmt::Display for ClassKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What native code takes from a class. Its words lie in the table of scalars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassLink {
    pub key: ClassKey,
    /// The class itself.
    pub object: ObjectId,
    /// Two words: the class, and the version of what is found in it.
    pub word: u32,
    /// Of a named tuple: its fields, in their order.
    pub fields: Option<Vec<String>>,
    pub attributes: Vec<AttributeLink>,
}

/// How an attribute is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeLink {
    pub name: String,
    /// The name as an object.
    pub object: ObjectId,
    pub kind: AttributeKind,
    /// Three words: the name; where it stands in an instance; for what is not to stand there, where to look how many names instances have.
    pub word: u32,
}

/// Where the attribute of an instance stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum AttributeKind {
    /// Among the instance's own; the class has no data descriptor of that name.
    Value,
    /// In one of its `__slots__`.
    Slot,
    /// A function in the class; the instance may have an attribute of its own, which comes first.
    Method,
    /// The same of a static method.
    Static,
    /// The same of a class method.
    ClassMethod,
    /// The same of a value that the class has.
    OfClass,
    /// A property of the class.
    Property,
    /// Nowhere: the class has nothing of that name.
    Nothing,
}

impl ClassLink {
    pub const WORDS: u32 = 2;
}

impl AttributeLink {
    pub const WORDS: u32 = 3;
}

impl AttributeKind {
    pub const ALL: [AttributeKind; 8] = [
        AttributeKind::Value,
        AttributeKind::Slot,
        AttributeKind::Method,
        AttributeKind::Static,
        AttributeKind::ClassMethod,
        AttributeKind::OfClass,
        AttributeKind::Property,
        AttributeKind::Nothing,
    ];

    pub fn name(self) -> &'static str {
        match self {
            AttributeKind::Value => "value",
            AttributeKind::Slot => "slot",
            AttributeKind::Method => "method",
            AttributeKind::Static => "static",
            AttributeKind::ClassMethod => "class.method",
            AttributeKind::OfClass => "of.class",
            AttributeKind::Property => "property",
            AttributeKind::Nothing => "nothing",
        }
    }
}
