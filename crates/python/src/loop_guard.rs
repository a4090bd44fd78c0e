//! The Python function that stands as a guard in front of a loop, and its way into [`crate::region`].

use crate::object::Raw;
use crate::region::visit;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple};
use std::ffi::{CStr, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

static GUARD_CODE: PyOnceLock<(Py<PyAny>, Py<PyDict>)> = PyOnceLock::new();

/// Once, before anything else here: makes the code of guards.
///
/// A guard must not look at signals, or lend the lock: before `enter` the loop has not begun, and behind it its host stands at the landing pad,
/// where nothing of the user's catches. So RESUME is told that it stands behind a `yield from`, and `enter` is no call but a minus sign.
pub fn ready(py: Python<'_>) -> PyResult<()> {
    const SOURCE: &CStr = c"def make(enter):
    def loop_guard():
        return -enter
    return loop_guard

[code] = [one for one in make.__code__.co_consts if hasattr(one, 'co_code')]
units = bytearray(code.co_code)  # COPY_FREE_VARS 1, RESUME 0
units[3] = 2
code = code.replace(co_code=bytes(units))
";
    let names = PyDict::new(py);
    names.set_item("__name__", "lancehead")?;
    py.run(SOURCE, Some(&names), None)?;
    let code = names.get_item("code")?.expect("just made").unbind();
    names.clear();
    names.set_item("__name__", "lancehead")?;
    // What is imported while a guard runs looks for them in its globals.
    names.set_item("__builtins__", py.import("builtins")?)?;
    // SAFETY: a code object that all guards share, and keep.
    unsafe { frames::lh_guard_code(code.as_ptr().cast()) };
    let _ = GUARD_CODE.set(py, (code, names.unbind()));
    Ok(())
}

/// The guard of the n-th loop of a code object: all code objects share it. Made without running any of Python's code: a signal would be
/// handled there, and what its handler raises be lost.
pub fn guard_function<'py>(py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
    static GUARDS: PyOnceLock<Py<PyList>> = PyOnceLock::new();
    let guards = GUARDS.get_or_init(py, || PyList::empty(py).unbind()).bind(py);
    let (code, names) = GUARD_CODE.get(py).expect("made when the module was");
    while guards.len() <= index {
        let entrance = entrance(py, guards.len())?;
        // SAFETY: a code object with one free variable.
        let guard = unsafe {
            let guard = Bound::from_owned_ptr_or_err(py, PyFunction_New(code.as_ptr(), names.as_ptr()))?;
            let cell = Bound::from_owned_ptr_or_err(py, PyCell_New(entrance.as_ptr()))?;
            if PyFunction_SetClosure(guard.as_ptr(), PyTuple::new(py, [cell])?.as_ptr()) != 0 {
                return Err(PyErr::fetch(py));
            }
            guard
        };
        guards.append(guard)?;
    }
    guards.get_item(index)
}

unsafe extern "C" {
    fn PyFunction_New(code: Raw, globals: Raw) -> Raw;
    fn PyFunction_SetClosure(function: Raw, closure: Raw) -> std::ffi::c_int;
    fn PyCell_New(content: Raw) -> Raw;
}

/// What a guard negates.
#[repr(C)]
struct Entrance {
    head: ffi::PyObject,
    index: usize,
}

pub fn entrance_type(py: Python<'_>) -> PyResult<&Py<PyAny>> {
    static TYPE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    TYPE.get_or_try_init(py, || {
        let mut slots = [
            ffi::PyType_Slot { slot: ffi::Py_nb_negative, pfunc: enter as *mut c_void },
            ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() },
        ];
        let mut spec = ffi::PyType_Spec {
            name: c"lancehead.loop_entrance".as_ptr(),
            basicsize: size_of::<Entrance>() as std::ffi::c_int,
            itemsize: 0,
            flags: ffi::Py_TPFLAGS_DEFAULT as std::ffi::c_uint,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: a spec that CPython copies.
        unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&raw mut spec)).map(Bound::unbind) }
    })
}

fn entrance(py: Python<'_>, index: usize) -> PyResult<Bound<'_, PyAny>> {
    let kind = entrance_type(py)?;
    // SAFETY: an object of that type has room for an `Entrance`.
    unsafe {
        let entrance = Bound::from_owned_ptr_or_err(py, ffi::PyType_GenericAlloc(kind.as_ptr().cast(), 0))?;
        (*entrance.as_ptr().cast::<Entrance>()).index = index;
        Ok(entrance)
    }
}

/// What a guard's minus sign calls.
unsafe extern "C" fn enter(entrance: Raw) -> Raw {
    // SAFETY: the slot of the type of entrances; called with the lock held.
    let attempt = catch_unwind(AssertUnwindSafe(|| unsafe { visit((*entrance.cast::<Entrance>()).index) }));
    match attempt {
        Ok(Some(result)) => result,
        Ok(None) => unsafe { ffi::Py_NewRef(ffi::Py_None()) },
        Err(_) => {
            crate::bug::say("a panic where a loop is entered");
            unsafe { ffi::Py_NewRef(ffi::Py_None()) }
        }
    }
}
