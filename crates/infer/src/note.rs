use ir::CodeId;
use serde::{Deserialize, Serialize};

/// Something that was left to Python: a fact, put into words at the edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// The code object it stands in, and the byte offset there: lines are looked up when somebody asks, so that code that moved is still cached.
    pub function: CodeId,
    pub offset: u32,
    /// The verdict's code: `docs/verdicts/<code>.md`.
    pub code: String,
    /// What in particular: a name, a type.
    pub detail: String,
}
