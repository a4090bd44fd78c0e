//! A CPython code object to HIR, one decoder for each minor version's instruction set.
//!
//! The compiler reads the user's *bytecode*, not the source: CPython itself has resolved the names, folded the constants and ordered the
//! evaluation, each operation knows the instruction at which the interpreter can go on (its place) by construction, and functions
//! without source compile like any other.
//!
//! `bytecode` knows no types and no run time: what an operation means for given types is `infer`'s to say.

mod code;
mod decode;
mod depth;
mod dialect;
mod effect;
mod error;
mod exception_table;
mod fingerprint;
mod flow;
mod generators;
mod guards;
mod hir;
mod instruction;
mod layout;
mod line_table;
mod literal;
mod liveness;
mod opcode;
mod print;
mod python_3_11;
mod python_3_12;
mod python_3_13;
mod to_python;
mod translate;

pub use code::*;
pub use decode::decode;
pub use dialect::opcode_table;
pub use effect::StackEffect;
pub use error::DecodeError;
pub use fingerprint::fingerprint_bytes;
pub use generators::GeneratorCall;
pub use guards::{Guarded, GuardedLoop, Patch, guard, landing_args, may_loop};
pub use hir::*;
