//! Words that every stage shares: where something stands in the user's source, and typed indices.
//!
//! `base` knows no stage of the compiler and no Python object.

mod index;
mod span;

pub use index::Index;
pub use span::Span;
