use base::Span;
use serde::{Deserialize, Serialize};

/// A CPython code object as plain data: what the decoder needs and nothing that only lives in a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// 11, 12 or 13: whose bytecode this is.
    pub minor: u8,
    pub name: String,
    pub qualname: String,
    pub filename: String,
    pub first_line: u32,
    pub flags: u32,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    /// `co_code`: de-optimised, with its inline caches.
    pub bytecode: Vec<u8>,
    pub consts: Vec<Const>,
    pub names: Vec<String>,
    pub locals: Vec<Local>,
    pub exception_table: Vec<u8>,
    /// One a code unit (two bytes of `bytecode`).
    pub positions: Vec<Span>,
    pub off: Off,
}

/// What the user has switched off in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Off {
    #[default]
    Nothing,
    /// Loops, by the byte offsets of their heads.
    Loops(Vec<u32>),
    All,
}

pub const CO_OPTIMIZED: u32 = 0x1;
pub const CO_VARARGS: u32 = 0x4;
pub const CO_VARKEYWORDS: u32 = 0x8;
pub const CO_GENERATOR: u32 = 0x20;
pub const CO_COROUTINE: u32 = 0x80;
pub const CO_ASYNC_GENERATOR: u32 = 0x200;

/// One entry of `co_localsplusnames`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Local {
    pub name: String,
    pub kind: LocalKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LocalKind {
    Fast,
    /// A variable of this function that an inner one also sees.
    Cell,
    /// A variable of an outer function.
    Free,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Const {
    None,
    Bool(bool),
    /// Fits 64 bits.
    Int(i64),
    /// An int that fits 128 bits but not 64.
    Wide(i128),
    /// Compared and hashed by its bits.
    Float(u64),
    Str(String),
    Tuple(Vec<Const>),
    /// Everything else (big int, complex, bytes, code, frozenset, Ellipsis): only known as an object, by its `marshal`led bytes, which go into the cache key.
    Object(Vec<u8>),
}
