//! Sets: whether something is in one, found as CPython finds it, but comparing only where that runs no code of the user's.

use super::REFUSED;
use super::dict::{Part, can_look_up, is_layout_known};
use super::safe::{is_dict, is_exact, is_key, is_sequence, is_set, items};
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
/// The place of `|` in `bytecode::Binary`.
const OR: usize = 11;

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

/// Goes through the items of a builtin container, borrowed, as long as they are wanted; false where one was not, or it is none.
unsafe fn all_items(container: Raw, is_wanted: impl Fn(Raw) -> bool) -> bool {
    unsafe {
        if is_sequence(container) {
            return items(container).all(is_wanted);
        }
        if is_dict(container) {
            let (mut place, mut key) = (0, ptr::null_mut());
            while ffi::PyDict_Next(container, &mut place, &mut key, ptr::null_mut()) == 1 {
                if !is_wanted(key) {
                    return false;
                }
            }
            return true;
        }
        if !is_set(container) || !is_layout_known() {
            return is_exact(container, &raw mut ffi::PyUnicode_Type) || is_exact(container, &raw mut ffi::PyRange_Type);
        }
        let fields = container.cast::<Set>();
        let entries = std::slice::from_raw_parts((*fields).table, (*fields).mask as usize + 1);
        // Those that were taken out have the hash -1 and a key of CPython's own.
        entries.iter().filter(|entry| !entry.key.is_null() && entry.hash != -1).all(|entry| is_wanted(entry.key))
    }
}

/// Whether each item of a builtin container can be put into a set without code of the user's.
pub unsafe fn can_take(set: Raw, container: Raw) -> bool {
    unsafe { all_items(container, |item| can_look_up(set, item)) }
}

/// Whether all that two containers hold is found, and compared, by C code alone.
pub unsafe fn has_keys_only(container: Raw) -> bool {
    unsafe { all_items(container, |item| is_key(item)) }
}

/// `& | - ^` of two sets, plain and in place, as `bytecode::Binary` numbers them; borrows both.
pub unsafe extern "C" fn lh_py_set_binary(code: i64, a: Raw, b: Raw) -> Raw {
    unsafe {
        let is_in_place = code % 2 == 1;
        let Some(functions) = super::BINARY.get(code as usize / 2) else { return REFUSED };
        // What is put into a set, or looked for in it, is all that is compared there.
        let only_takes = is_in_place && code as usize / 2 == OR;
        if !if only_takes { can_take(a, b) } else { has_keys_only(a) && has_keys_only(b) } {
            return REFUSED;
        }
        let set = functions[code as usize % 2](a, b);
        if is_in_place { set } else { made_container(set) }
    }
}

/// A new set of a builtin container's items; takes the container.
pub unsafe extern "C" fn lh_py_set_of(iterable: Raw) -> Raw {
    unsafe {
        let _taken = super::Taken([iterable]);
        if has_keys_only(iterable) { made_container(ffi::PySet_New(iterable)) } else { REFUSED }
    }
}

/// Takes the item.
pub unsafe extern "C" fn lh_py_set_add(set: Raw, item: Raw) -> i64 {
    unsafe {
        let _taken = super::Taken([item]);
        if can_look_up(set, item) { ffi::PySet_Add(set, item).into() } else { -1 }
    }
}
