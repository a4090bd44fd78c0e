//! How the translation of a body ends early.

use base::Span;
use ir::{Shape, Slot};

/// Why a function is left to Python whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub code: &'static str,
    pub detail: String,
    pub span: Span,
}

/// A function reads a name that native code around its call sets.
pub(crate) const GLOBAL_CHANGES: &str = "global-changes";

/// Ends the translation of a body early.
pub(crate) enum Stop {
    /// A version was widened: begin again with what is known now.
    Again,
    Refused(Refusal),
}

pub(crate) type Step<T = ()> = Result<T, Stop>;

pub(crate) const TOO_MANY_VERSIONS: &str = "too-many-versions";

pub(crate) fn mixed_returns(shapes: &[Shape; 2], span: Span) -> Refusal {
    let [one, other] = shapes.each_ref().map(Slot::describe);
    Refusal { code: "mixed-returns", detail: format!("it returns {one} in one place and {other} in another"), span }
}

pub(crate) fn too_many_versions(span: Span) -> Refusal {
    Refusal { code: TOO_MANY_VERSIONS, detail: "its variables take too many combinations of types".into(), span }
}
