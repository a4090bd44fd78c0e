//! HIR and entry shapes to IR: the only stage that sees both.
//!
//! A function is translated by *block versions*: a place of the bytecode is translated once for each combination of shapes that reaches it.
//! So the shapes of all values are always known; a variable that changes its type (`x = 0`, then a float) becomes another version of the
//! loop, and its first trip is peeled off by itself. Where versions would multiply, slots are widened to `Slot::Any`, a tagged value.
//!
//! `infer` knows no LLVM. What it needs to know of the running process it asks through [`World`].

mod arithmetic;
mod array;
mod body;
mod builder;
mod call;
mod call_ex;
mod cell;
mod class;
mod compare;
mod complex;
mod comprehension;
mod consume;
mod container;
mod control;
mod exception;
mod gather;
mod instance;
mod intrinsic;
mod iterate;
mod library;
mod list;
mod list_methods;
mod named_tuple;
mod note;
mod number;
mod numpy;
mod object;
mod operator;
mod out;
mod random;
mod refusal;
mod region;
mod resume;
mod slice;
mod state;
mod text;
mod translate;
mod unit;
mod versions;
mod world;

pub use body::RESULT_WORDS_AT_MOST;
pub use note::Note;
pub use refusal::Refusal;
pub use region::{Entry, Place, Region};
pub use translate::{Translation, translate};
pub use unit::{Guesses, Options, Site};
pub use world::{FunctionInfo, OfClass, Thing, World};
