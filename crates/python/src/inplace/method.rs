//! Methods of strings, dicts and sets, called without a bound method: `ir::METHODS` says for which arguments that runs no code of the user's.

use super::dict::can_look_up;
use super::safe::{is_scalar, is_sequence};
use super::{REFUSED, Taken};
use crate::end::is_quiet;
use crate::leave::made_container;
use crate::object::Raw;
use ir::{METHODS, Owner, Takes};
use pyo3::ffi;
use std::ptr;
use std::sync::OnceLock;

/// The methods' descriptors, by their rows: what builtin types have can't be set anew.
fn descriptors() -> &'static [usize] {
    static DESCRIPTORS: OnceLock<Vec<usize>> = OnceLock::new();
    DESCRIPTORS.get_or_init(|| {
        let descriptor = |row: &ir::MethodRow| {
            let owner = match row.owner {
                Owner::Str => &raw mut ffi::PyUnicode_Type,
                Owner::Dict => &raw mut ffi::PyDict_Type,
                Owner::Set => &raw mut ffi::PySet_Type,
            };
            // SAFETY: native code runs with the lock held. The reference is kept for good.
            unsafe {
                let name = ffi::PyUnicode_FromStringAndSize(row.name.as_ptr().cast(), row.name.len() as isize);
                let found = if name.is_null() { name } else { ffi::PyObject_GetAttr(owner.cast(), name) };
                ffi::Py_XDECREF(name);
                ffi::PyErr_Clear();
                found as usize
            }
        };
        METHODS.iter().map(descriptor).collect()
    })
}

/// Borrows the owner, takes the arguments.
unsafe fn call<const N: usize, const M: usize>(index: i64, owner: Raw, args: [Raw; N], all: [Raw; M]) -> Raw {
    unsafe {
        let _taken = Taken(args);
        let (row, descriptor) = (&METHODS[index as usize], descriptors()[index as usize] as Raw);
        let is_safe = match row.takes {
            Takes::Nothing => N == 0,
            Takes::Scalars => args.iter().all(|arg| is_scalar(*arg)),
            Takes::Sequence => args.iter().all(|arg| is_sequence(*arg)),
            Takes::Key => args.first().is_some_and(|key| can_look_up(owner, *key)),
        };
        if !is_safe || descriptor.is_null() || row.name == "clear" && !is_quiet(owner) {
            return REFUSED;
        }
        made_container(ffi::PyObject_Vectorcall(descriptor, all.as_ptr(), M, ptr::null_mut()))
    }
}

pub unsafe extern "C" fn lh_py_method0(index: i64, owner: Raw) -> Raw {
    unsafe { call(index, owner, [], [owner]) }
}

pub unsafe extern "C" fn lh_py_method1(index: i64, owner: Raw, a: Raw) -> Raw {
    unsafe { call(index, owner, [a], [owner, a]) }
}

pub unsafe extern "C" fn lh_py_method2(index: i64, owner: Raw, a: Raw, b: Raw) -> Raw {
    unsafe { call(index, owner, [a, b], [owner, a, b]) }
}

pub unsafe extern "C" fn lh_py_method3(index: i64, owner: Raw, a: Raw, b: Raw, c: Raw) -> Raw {
    unsafe { call(index, owner, [a, b, c], [owner, a, b, c]) }
}
