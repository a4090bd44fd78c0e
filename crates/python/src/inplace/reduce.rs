//! `min max sum any all` of a builtin container, as CPython does them, where nothing of the user's runs. Everything borrows.

use super::REFUSED;
use super::safe::{has_scalars_only, is_container, is_exact, is_key, is_scalar, is_view, items};
use super::{lh_py_bits, lh_py_tag};
use crate::object::Raw;
use ir::Tag;
use pyo3::ffi;
use std::ptr;

/// What a container comes to, as a list or tuple: itself, or a new list, to be given up. None for what is none, and where memory ran out.
struct Items(Raw);

impl Items {
    unsafe fn of(container: Raw) -> Option<Items> {
        unsafe {
            let items = match () {
                () if is_exact(container, &raw mut ffi::PyList_Type) || is_exact(container, &raw mut ffi::PyTuple_Type) => {
                    ffi::Py_INCREF(container);
                    container
                }
                () if is_container(container) || is_view(container) => ffi::PySequence_List(container),
                () => ptr::null_mut(),
            };
            if items.is_null() {
                // No memory: the interpreter finds out itself.
                ffi::PyErr_Clear();
                return None;
            }
            Some(Items(items))
        }
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        // SAFETY: a reference of its own; what it holds, the container holds too.
        unsafe { ffi::Py_DECREF(self.0) }
    }
}

/// Numbers alone are compared without their objects being asked.
enum Numbers {
    Ints,
    Floats,
}

unsafe fn numbers(list: Raw) -> Option<Numbers> {
    unsafe {
        let all = |kind: *mut ffi::PyTypeObject| items(list).all(|item| is_exact(item, kind));
        match () {
            () if all(&raw mut ffi::PyFloat_Type) => Some(Numbers::Floats),
            () if items(list).all(|item| lh_py_tag(item) == Tag::Int as i64) => Some(Numbers::Ints),
            () => None,
        }
    }
}

/// The first of a list's items that are least, or greatest; borrowed. Refuses an empty list.
unsafe fn extreme(list: Raw, is_greatest: bool) -> Raw {
    unsafe {
        let mut items = items(list);
        let Some(mut best) = items.next() else { return REFUSED };
        match numbers(list) {
            Some(Numbers::Floats) => {
                let mut most = ffi::PyFloat_AS_DOUBLE(best);
                for item in items {
                    let value = ffi::PyFloat_AS_DOUBLE(item);
                    if if is_greatest { value > most } else { value < most } {
                        (best, most) = (item, value);
                    }
                }
            }
            Some(Numbers::Ints) => {
                let mut most = lh_py_bits(best) as i64;
                for item in items {
                    let value = lh_py_bits(item) as i64;
                    if if is_greatest { value > most } else { value < most } {
                        (best, most) = (item, value);
                    }
                }
            }
            None => {
                let op = if is_greatest { ffi::Py_GT } else { ffi::Py_LT };
                if !is_key(best) {
                    return REFUSED;
                }
                for item in items {
                    match if is_key(item) { ffi::PyObject_RichCompareBool(item, best, op) } else { -1 } {
                        0 => {}
                        1 => best = item,
                        _ => {
                            // The interpreter raises it, where it belongs.
                            ffi::PyErr_Clear();
                            return REFUSED;
                        }
                    }
                }
            }
        }
        best
    }
}

/// A new reference to one of the items.
unsafe fn extreme_of(container: Raw, is_greatest: bool) -> Raw {
    unsafe {
        let Some(items) = Items::of(container) else { return REFUSED };
        let found = extreme(items.0, is_greatest);
        if found != REFUSED {
            ffi::Py_INCREF(found);
        }
        found
    }
}

pub unsafe extern "C" fn lh_py_min(container: Raw) -> Raw {
    unsafe { extreme_of(container, false) }
}

pub unsafe extern "C" fn lh_py_max(container: Raw) -> Raw {
    unsafe { extreme_of(container, true) }
}

/// By CPython's own `sum`, which is given: what it adds, and how, depends on the version.
pub unsafe extern "C" fn lh_py_sum(sum: Raw, container: Raw) -> Raw {
    unsafe {
        match Items::of(container) {
            Some(items) if has_scalars_only(items.0) => ffi::PyObject_Vectorcall(sum, [items.0].as_ptr(), 1, ptr::null_mut()),
            _ => REFUSED,
        }
    }
}

/// Whether one of the items is true, or false.
unsafe fn has(container: Raw, wanted: bool) -> i64 {
    unsafe {
        let Some(whole) = Items::of(container) else { return -1 };
        for item in items(whole.0) {
            if !is_scalar(item) && !is_container(item) {
                return -1;
            }
            if (ffi::PyObject_IsTrue(item) == 1) == wanted {
                return 1;
            }
        }
        0
    }
}

pub unsafe extern "C" fn lh_py_any_of(container: Raw) -> i64 {
    unsafe { has(container, true) }
}

pub unsafe extern "C" fn lh_py_all_of(container: Raw) -> i64 {
    unsafe {
        match has(container, false) {
            -1 => -1,
            found => 1 - found,
        }
    }
}

/// Where the loader finds a function of this file.
pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_py_min" => lh_py_min as *const () as usize,
        "lh_py_max" => lh_py_max as *const () as usize,
        "lh_py_sum" => lh_py_sum as *const () as usize,
        "lh_py_any_of" => lh_py_any_of as *const () as usize,
        "lh_py_all_of" => lh_py_all_of as *const () as usize,
        _ => return None,
    })
}
