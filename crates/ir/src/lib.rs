//! Loop IR: a typed SSA graph with block parameters, in which everything that native code may have to tell the interpreter is explicit.
//!
//! A [`Unit`] is what is compiled together: an entry function and the user's functions that it calls, for one tuple of entry types.
//! Every operation that can fail names a [`Resume`]: where the interpreter goes on, and from which values its frame is rebuilt.
//! Here stand the types, the table of operations with their effects, text, verifier and interpreter.
//!
//! `ir` knows no Python source, no HIR and no LLVM.

mod array;
mod class;
mod consumer;
mod dominators;
mod elem;
mod exact;
mod func;
mod interpret;
mod kind;
mod loops;
mod method;
mod op;
mod print;
mod read;
mod slot;
mod unit;
mod verify;

pub use array::{ArrayGuess, Dtype};
pub use class::*;
pub use consumer::Consumer;
pub use dominators::Dominators;
pub use elem::{Elem, ListMethod};
pub use exact::*;
pub use func::*;
pub use interpret::{Host, MISSES_OF_TAPE, Outcome, Record, VALUES_OF_TAPE, interpret};
pub use kind::{ArrayItem, DictGuess, Kind, Maker};
pub use loops::{Loop, loops, predecessors};
pub use method::{Gives, METHODS, Method, MethodRow, Owner, Takes};
pub use op::*;
pub use read::{ReadError, read};
pub use slot::*;
pub use unit::*;
pub use verify::verify;
