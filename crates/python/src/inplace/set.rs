//! Sets: whether something is in one, found as CPython finds it, but comparing only where that runs no code of the user's.

use super::REFUSED;
use super::dict::Part;
use super::safe::is_key;
use crate::leave::made_container;
use crate::object::Raw;
use pyo3::ffi;
use std::ptr;

/// As CPython 3.11 to 3.13 have it.
#[repr(C)]
struct Set {
    head: ffi::PyObject,
    fill: isize,
    used: isize,
    mask: isize,
    table: *const Entry,
}

#[repr(C)]
struct Entry {
    key: Raw,
    hash: isize,
}

const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

/// None where only the interpreter may ask. The set is exactly a `set` or a `frozenset`.
pub unsafe fn has(set: Raw, part: Part) -> Option<bool> {
    unsafe {
        let hash = part.hash()?;
        let fields = set.cast::<Set>();
        let mask = (*fields).mask as usize;
        let (mut perturb, mut slot) = (hash as usize, hash as usize & mask);
        loop {
            let last = if slot + LINEAR_PROBES <= mask { slot + LINEAR_PROBES } else { slot };
            for at in slot..=last {
                let entry = (*fields).table.add(at);
                if (*entry).key.is_null() {
                    return Some(false);
                }
                if (*entry).hash == hash && part.equals((*entry).key)? {
                    return Some(true);
                }
            }
            perturb >>= PERTURB_SHIFT;
            slot = slot.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
        }
    }
}

/// Whether a key is in a set; borrows both.
pub unsafe extern "C" fn lh_py_has(set: Raw, tag: u64, bits: u64) -> i64 {
    unsafe { Part::of(tag, bits).and_then(|part| has(set, part)).map_or(-1, i64::from) }
}

/// A set of a tuple's items, which it takes.
pub unsafe extern "C" fn lh_py_set(items: Raw) -> Raw {
    unsafe {
        let _taken = super::Taken([items]);
        let size = ffi::PyTuple_GET_SIZE(items);
        if !(0..size).all(|i| is_key(ffi::PyTuple_GET_ITEM(items, i))) {
            return REFUSED;
        }
        let set = made_container(ffi::PySet_New(ptr::null_mut()));
        for i in 0..size {
            if set.is_null() || ffi::PySet_Add(set, ffi::PyTuple_GET_ITEM(items, i)) != 0 {
                ffi::Py_XDECREF(set);
                return ptr::null_mut();
            }
        }
        set
    }
}
