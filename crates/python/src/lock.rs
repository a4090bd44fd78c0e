//! The interpreter's lock, which everything here runs with: PyO3's token for it, and who wants it.

use pyo3::{Python, ffi};

/// As `Python::attach`, which refuses while the interpreter ends: finalisers run then, and functions come to their own end.
pub fn attach<T>(work: impl FnOnce(Python<'_>) -> T) -> T {
    // SAFETY: the interpreter is there as long as this module's code is called: by it, with its lock held. This thread has a state, then, and
    // `PyGILState_Ensure` finds it.
    unsafe { Python::attach_unchecked(work) }
}

/// Whether the interpreter is wanted: for a signal's handler, by another thread, by the collector.
pub fn is_wanted() -> bool {
    // SAFETY: the breaker of the thread that holds the lock, whose low byte says all.
    unsafe { frames::lh_eval_breaker(ffi::PyThreadState_Get().cast()).cast::<u8>().read_volatile() != 0 }
}
