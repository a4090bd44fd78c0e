use std::fmt;

/// Why a code object has no HIR. None of these is a bug of the decoder: the function is the interpreter's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// A limit: no instruction table for this minor version.
    UnknownVersion(u8),
    /// A limit: an instruction that no compiler of this version emits in this place.
    Unsupported { at: u32, what: &'static str },
    /// The bytes are no valid code object; at byte offset `at`.
    Malformed { at: u32, what: &'static str },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::UnknownVersion(minor) => {
                write!(f, "no instruction table for Python 3.{minor}")
            }
            DecodeError::Unsupported { at, what } => {
                write!(f, "unsupported bytecode at {at}: {what}")
            }
            DecodeError::Malformed { at, what } => write!(f, "malformed bytecode at {at}: {what}"),
        }
    }
}

impl std::error::Error for DecodeError {}
