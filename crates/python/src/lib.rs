//! The extension module `lancehead._lancehead`: guards, boxing, compilation on demand, leaving and going on in the interpreter.
//!
//! The only crate that touches the interpreter (through PyO3 and `frames`). It knows every stage by its entry point alone; what an
//! operation means is `infer`'s, how a frame is made is `frames`'.

mod account;
mod beside;
mod broken;
mod bug;
mod callers;
mod classes;
mod compile;
mod convert;
mod end;
mod ending;
mod explain;
mod function;
mod guards;
mod held;
mod inplace;
mod interpretable;
mod iterators;
mod leave;
mod links;
mod llvmlite;
mod lock;
mod loop_guard;
mod loop_plan;
mod mirror;
mod module;
mod numpy;
mod object;
mod outside;
mod patience;
mod plans;
mod region;
mod restart;
mod row;
mod settings;
mod stops;
mod undo;
mod unit;
mod verdict;
mod version;
mod waker;
mod world;
