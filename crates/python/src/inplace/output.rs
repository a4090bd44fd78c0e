//! Printing from native code: where what prints, and where it goes, is CPython's own code all the way down.

use super::safe::{has_scalars_only, is_exact, is_scalar, is_sequence};
use crate::object::Raw;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// Whether `print` of these objects runs no code of the user, and nobody else's meanwhile: writing may lend the interpreter's lock.
pub unsafe fn can_print(args: &[Raw]) -> bool {
    unsafe {
        let is_plain = |arg: &Raw| is_scalar(*arg) || is_sequence(*arg) && has_scalars_only(*arg);
        args.iter().all(is_plain) && frames::lh_is_only_thread(ffi::PyThreadState_Get().cast()) != 0 && is_stdout_plain()
    }
}

/// Whether `sys.stdout` is what Python itself makes of a file: text over a buffer over a file descriptor.
unsafe fn is_stdout_plain() -> bool {
    // SAFETY: native code runs with the lock held.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: borrowed from the module `sys`.
    let Some(stdout) = (unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PySys_GetObject(c"stdout".as_ptr())) }) else { return false };
    let Ok(kinds) = kinds(py) else { return false };
    let is = |object: &Bound<'_, PyAny>, kind: usize| unsafe { is_exact(object.as_ptr(), kinds[kind].as_ptr().cast()) };
    is(&stdout, 0) && stdout.getattr("buffer").is_ok_and(|buffer| is(&buffer, 1) && buffer.getattr("raw").is_ok_and(|raw| is(&raw, 2)))
}

fn kinds(py: Python<'_>) -> PyResult<&[Py<PyAny>; 3]> {
    static KINDS: PyOnceLock<[Py<PyAny>; 3]> = PyOnceLock::new();
    KINDS.get_or_try_init(py, || {
        let io = py.import("_io")?;
        let kind = |name: &str| io.getattr(name).map(Bound::unbind);
        Ok([kind("TextIOWrapper")?, kind("BufferedWriter")?, kind("FileIO")?])
    })
}
