//! PyO3's token for code that runs with the interpreter's lock held.

use pyo3::Python;

/// As `Python::attach`, which refuses while the interpreter ends: finalisers run then, and functions come to their own end.
pub fn attach<T>(work: impl FnOnce(Python<'_>) -> T) -> T {
    // SAFETY: the interpreter is there as long as this module's code is called: by it, with its lock held. This thread has a state, then, and
    // `PyGILState_Ensure` finds it.
    unsafe { Python::attach_unchecked(work) }
}
