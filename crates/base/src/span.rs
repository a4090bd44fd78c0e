use serde::{Deserialize, Serialize};
use std::fmt;

/// A range of the user's source, as `co_positions()` tells it: lines from 1, columns in UTF-8 bytes from 0.
/// A line of 0 means that CPython recorded none (an artificial instruction, or `-X no_debug_ranges`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Span {
    pub line: u32,
    pub end_line: u32,
    pub column: u32,
    pub end_column: u32,
}

impl Span {
    pub fn is_known(self) -> bool {
        self.line != 0
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
