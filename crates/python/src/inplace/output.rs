//! Printing, and writing to memory, from native code: where what is written, and where it goes, is CPython's own code all the way down.

use super::safe::{has_scalars_only, is_exact, is_scalar, is_sequence};
use crate::object::Raw;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use std::ffi::CStr;

/// Whether `print` of these objects runs no code of the user, and nobody else's meanwhile: writing may lend the interpreter's lock.
pub unsafe fn can_print(args: &[Raw]) -> bool {
    unsafe {
        let is_plain = |arg: &Raw| is_scalar(*arg) || is_sequence(*arg) && has_scalars_only(*arg);
        args.iter().all(is_plain) && is_only_thread() && is_stdout_plain()
    }
}

/// Whether a call of this method of an `io.StringIO` writes its argument.
pub unsafe fn can_write(stream: Raw, name: &CStr, args: &[Raw]) -> bool {
    unsafe {
        let [text] = args else { return false };
        name == c"write"
            && is_exact(*text, &raw mut ffi::PyUnicode_Type)
            && kinds(Python::assume_attached()).is_ok_and(|kinds| kinds.memory.is_of(stream))
    }
}

unsafe fn is_only_thread() -> bool {
    unsafe { frames::lh_is_only_thread(ffi::PyThreadState_Get().cast()) != 0 }
}

/// Whether `sys.stdout` is what Python itself makes of a file: text over a buffer over a file descriptor.
unsafe fn is_stdout_plain() -> bool {
    // SAFETY: native code runs with the lock held; borrowed from the module `sys`.
    unsafe {
        let stdout = ffi::PySys_GetObject(c"stdout".as_ptr());
        !stdout.is_null() && is_file(stdout) && is_written_by_c(stdout)
    }
}

/// `print` asks the stream for its `write` and `flush`, which anybody may have put into its namespace.
unsafe fn is_written_by_c(stream: Raw) -> bool {
    unsafe {
        let py = Python::assume_attached();
        [intern!(py, "write"), intern!(py, "flush")].iter().all(|name| {
            let method = ffi::PyObject_GetAttr(stream, name.as_ptr());
            if method.is_null() {
                ffi::PyErr_Clear();
                return false;
            }
            let is_own = is_exact(method, &raw mut ffi::PyCFunction_Type) && (*method.cast::<ffi::PyCFunctionObject>()).m_self == stream;
            ffi::Py_DECREF(method);
            is_own
        })
    }
}

/// Text over a buffer over a file descriptor.
unsafe fn is_file(stream: Raw) -> bool {
    // SAFETY: native code runs with the lock held.
    let Ok(Kinds { text, buffer, file, .. }) = kinds(unsafe { Python::assume_attached() }) else { return false };
    // SAFETY: a live object, and what it refers to.
    unsafe {
        if !text.is_of(stream) {
            return false;
        }
        let beneath = text.part(stream, 0);
        if beneath.is_null() || !buffer.is_of(beneath) {
            return false;
        }
        let raw = buffer.part(beneath, 0);
        !raw.is_null() && file.is_of(raw)
    }
}

/// A type of C's, and where its objects keep what can be read of them.
struct Kind<const N: usize> {
    kind: Py<PyAny>,
    offsets: [isize; N],
}

impl<const N: usize> Kind<N> {
    fn of(module: &Bound<'_, PyAny>, name: &str, parts: [&str; N]) -> PyResult<Kind<N>> {
        let kind = module.getattr(name)?;
        let mut offsets = [0; N];
        for (offset, part) in offsets.iter_mut().zip(parts) {
            let member = kind.getattr(part)?;
            // SAFETY: a descriptor of that type, which says where the part lies.
            unsafe {
                if !is_exact(member.as_ptr(), &raw mut PyMemberDescr_Type) {
                    return Err(pyo3::exceptions::PyTypeError::new_err("lancehead: a stream keeps its parts otherwise"));
                }
                *offset = (*(*member.as_ptr().cast::<ffi::PyMemberDescrObject>()).d_member).offset;
            }
        }
        Ok(Kind { kind: kind.unbind(), offsets })
    }

    unsafe fn is_of(&self, object: Raw) -> bool {
        unsafe { is_exact(object, self.kind.as_ptr().cast()) }
    }

    /// Borrowed; NULL if it has none.
    unsafe fn part(&self, object: Raw, part: usize) -> Raw {
        unsafe { object.byte_offset(self.offsets[part]).cast::<Raw>().read() }
    }
}

unsafe extern "C" {
    static mut PyMemberDescr_Type: ffi::PyTypeObject;
}

struct Kinds {
    text: Kind<1>,
    buffer: Kind<1>,
    file: Kind<0>,
    memory: Kind<0>,
}

fn kinds(py: Python<'_>) -> PyResult<&Kinds> {
    static KINDS: PyOnceLock<Kinds> = PyOnceLock::new();
    KINDS.get_or_try_init(py, || {
        let io = py.import("_io")?;
        Ok(Kinds {
            text: Kind::of(&io, "TextIOWrapper", ["buffer"])?,
            buffer: Kind::of(&io, "BufferedWriter", ["raw"])?,
            file: Kind::of(&io, "FileIO", [])?,
            memory: Kind::of(&io, "StringIO", [])?,
        })
    })
}
