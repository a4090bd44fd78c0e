//! Methods of strings, dicts and sets, called without a bound method: `ir::METHODS` says for which arguments that runs no code of the user's.

use super::dict::can_look_up;
use super::safe::{is_dict, is_key, is_sequence};
use super::set::{can_take, has_keys_only};
use super::{REFUSED, Taken};
use crate::end::{drops_quietly, is_quiet};
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

/// Whether the entries of another dict can be put into this one without code of the user's: what they replace is given up.
unsafe fn can_take_entries(dict: Raw, other: Raw) -> bool {
    unsafe {
        if !is_dict(other) {
            return false;
        }
        let (mut place, mut key) = (0, ptr::null_mut());
        while ffi::PyDict_Next(other, &mut place, &mut key, ptr::null_mut()) == 1 {
            if !can_look_up(dict, key) {
                return false;
            }
            let old = ffi::PyDict_GetItemWithError(dict, key);
            if !old.is_null() && !drops_quietly(old) {
                return false;
            }
        }
        true
    }
}

/// Borrows the owner, takes the arguments.
unsafe fn call<const N: usize, const M: usize>(index: i64, owner: Raw, args: [Raw; N], all: [Raw; M]) -> Raw {
    unsafe {
        let _taken = Taken(args);
        let (row, descriptor) = (&METHODS[index as usize], descriptors()[index as usize] as Raw);
        let is_safe = match row.takes {
            Takes::Nothing => N == 0,
            Takes::Scalars => args.iter().all(|arg| is_key(*arg)),
            Takes::Sequence => args.iter().all(|arg| is_sequence(*arg)),
            Takes::Key => args.first().is_some_and(|key| can_look_up(owner, *key)),
            Takes::Items => args.iter().all(|arg| can_take(owner, *arg)),
            Takes::Keys => has_keys_only(owner) && args.iter().all(|arg| has_keys_only(*arg)),
            Takes::Entries => args.iter().all(|arg| can_take_entries(owner, *arg)),
        };
        if !is_safe || descriptor.is_null() || row.name == "clear" && !is_quiet(owner) {
            return REFUSED;
        }
        // Its C function itself, where that takes what is here: the descriptor would look at it all again.
        let method = (*descriptor.cast::<ffi::PyMethodDescrObject>()).d_method;
        let result = match ((*method).ml_flags, N) {
            (ffi::METH_NOARGS, 0) => ((*method).ml_meth.PyCFunction)(owner, ptr::null_mut()),
            (ffi::METH_O, 1) => ((*method).ml_meth.PyCFunction)(owner, args[0]),
            (ffi::METH_FASTCALL, _) => ((*method).ml_meth.PyCFunctionFast)(owner, args.as_ptr().cast_mut(), N as isize),
            _ => ffi::PyObject_Vectorcall(descriptor, all.as_ptr(), M, ptr::null_mut()),
        };
        made_container(result)
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
