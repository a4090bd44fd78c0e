//! Tests as text: a Python function and entry types, and under them what a stage of the compiler makes of it.
//!
//! A [`Process`] is a Python that is asked what stands where, so that the compiler runs up to LLVM's text without an extension module; the
//! IR interpreter then runs the function on cases, and CPython says what they should give.
//!
//! `filetest` is for us: it is in no wheel, and knows nothing of loading or running machine code.

mod case;
mod process;
mod run;
mod stage;
mod value;

#[path = "../../../crates/bytecode/tests/support/mod.rs"]
mod support;

pub use case::{Case, Stage};
pub use process::Process;
pub use run::{Run, run};
pub use stage::{stage_text, translate};
pub use support::interpreter;
pub use value::{shape_of, words_of};
