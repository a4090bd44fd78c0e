//! The interpreter's lock, which everything here runs with: PyO3's token for it, and who wants it.

use pyo3::{Python, ffi};

/// As `Python::attach`, which refuses while the interpreter ends: finalisers run then, and functions come to their own end.
pub fn attach<T>(work: impl FnOnce(Python<'_>) -> T) -> T {
    // SAFETY: the interpreter is there as long as this module's code is called: by it, with its lock held. This thread has a state, then, and
    // `PyGILState_Ensure` finds it.
    unsafe { Python::attach_unchecked(work) }
}

/// Whether a signal's handler, or another call from outside, waits for this thread. Another thread's wish for the lock is none: Python's code
/// grants it, wherever it runs.
pub fn is_awaited() -> bool {
    // SAFETY: the state of the thread that holds the lock.
    unsafe { frames::lh_awaits_interpreter(ffi::PyThreadState_Get().cast()) != 0 }
}
