//! LLVM, as the PyPI package llvmlite carries it: IR text in, a relocatable object or assembly out.
//!
//! Its shared library is called directly ([`Library`]): importing the package would take six times as long as opening the library, run Python's
//! code in the middle of the user's program, and leave modules there. One IR text serves every llvmlite from 0.45 on (LLVM 20 to 22).
//!
//! The bits are the caller's: without fast-math flags in the text LLVM neither reassociates nor contracts, and calls to functions under our own
//! names stay calls. `llvm` must not know our IR, Python, or where llvmlite is installed.

mod library;
mod module;
mod pipeline;

pub use library::{Library, SIGNATURES};

use module::{Context, Machine, Module};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// What is to be compiled, and how.
pub struct Job<'a> {
    pub text: &'a str,
    /// Another text, of functions that the first one calls: the loops that LLVM's more expensive passes gain something in. May be empty.
    pub kernels: &'a str,
    /// 0 to 3.
    pub opt: u8,
    /// A processor by name, with its own features. None: this machine.
    pub cpu: Option<&'a str>,
    pub output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Object,
    Assembly,
}

/// LLVM refused a module: a bug of ours, never of the user's program.
#[derive(Debug)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// Lines of text. What is small costs little however it is compiled.
const SMALL: usize = 300;

/// One at a time: it takes all that memory can give anyway, and LLVM's contexts are cheap but its statics are many.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub fn compile(library: &Library, job: &Job<'_>) -> Result<Vec<u8>, Refused> {
    let _only = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let machine = Machine::new(library, job.opt, job.cpu)?;
    // A context of its own: the global one keeps every type and constant of every module for good.
    let context = Context::new(library);
    let module = Module::parse(library, &context, &machine, job.text)?;
    let is_lean = (1..=2).contains(&job.opt) && job.text.lines().count() > SMALL;
    if is_lean {
        pipeline::run_lean(library, &machine, &module);
    } else {
        pipeline::run_whole(library, &machine, &module, job.opt);
    }
    if !job.kernels.is_empty() {
        let kernels = Module::parse(library, &context, &machine, job.kernels)?;
        pipeline::run_whole(library, &machine, &kernels, job.opt);
        module.link(kernels)?;
    }
    machine.emit(&module, job.output)
}
