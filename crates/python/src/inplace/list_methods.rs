//! Methods of lists: CPython's own, or as it does them, where nothing of the user's runs.
//!
//! Everything here borrows the list, which is exactly a `list`.

use super::safe::{is_container, is_exact, is_key, is_view, items};
use super::zip::{Steps, is_plain_zip};
use super::{REFUSED, Taken, lh_py_bits, lh_py_tag};
use crate::end::drops_quietly;
use crate::leave::made_container;
use crate::object::Raw;
use ir::Tag;
use pyo3::ffi;
use std::ffi::CStr;
use std::ptr;
use std::sync::OnceLock;

/// A method's descriptor: what builtin types have can't be set anew. The reference is kept for good; NULL where it was not found.
unsafe fn descriptor(known: &OnceLock<usize>, name: &CStr) -> Raw {
    // SAFETY: native code runs with the lock held.
    let found = known.get_or_init(|| unsafe {
        let found = ffi::PyObject_GetAttrString((&raw mut ffi::PyList_Type).cast(), name.as_ptr());
        ffi::PyErr_Clear();
        found as usize
    });
    *found as Raw
}

/// Done or not, of a call that returns None.
unsafe fn status(result: Raw) -> i64 {
    unsafe {
        ffi::Py_XDECREF(result);
        if result.is_null() { -1 } else { 0 }
    }
}

/// Takes the item over.
pub unsafe extern "C" fn lh_py_list_insert(list: Raw, index: i64, item: Raw) -> i64 {
    unsafe {
        let status = ffi::PyList_Insert(list, index as isize, item);
        ffi::Py_DECREF(item);
        status.into()
    }
}

/// Takes the iterable.
pub unsafe extern "C" fn lh_py_extend(list: Raw, iterable: Raw) -> i64 {
    static EXTEND: OnceLock<usize> = OnceLock::new();
    unsafe {
        let _taken = Taken([iterable]);
        if !is_container(iterable) && !is_view(iterable) && !is_exact(iterable, &raw mut ffi::PyUnicode_Type) {
            return -1;
        }
        // The method, which makes room as it does: the size of a list can be asked for.
        let method = descriptor(&EXTEND, c"extend");
        if method.is_null() {
            return -1;
        }
        status(ffi::PyObject_Vectorcall(method, [list, iterable].as_ptr(), 2, ptr::null_mut()))
    }
}

/// Takes the item at an index in bounds out, of which somebody else holds a reference.
pub unsafe extern "C" fn lh_py_list_drop(list: Raw, index: i64) {
    unsafe {
        let at = index as isize;
        if ffi::PyList_SetSlice(list, at, at + 1, ptr::null_mut()) != 0 {
            // No memory to make it smaller: it keeps its room.
            ffi::PyErr_Clear();
            let size = ffi::PyList_GET_SIZE(list);
            let item = ffi::PyList_GET_ITEM(list, at);
            for i in at + 1..size {
                ffi::PyList_SET_ITEM(list, i - 1, ffi::PyList_GET_ITEM(list, i));
            }
            (*list.cast::<ffi::PyVarObject>()).ob_size = size - 1;
            ffi::Py_DECREF(item);
        }
    }
}

/// Lists, strings and tuples, joined to one of their kind.
pub unsafe extern "C" fn lh_py_concat(a: Raw, b: Raw) -> Raw {
    unsafe { made_container(ffi::PySequence_Concat(a, b)) }
}

pub unsafe extern "C" fn lh_py_repeat(sequence: Raw, count: i64) -> Raw {
    unsafe { made_container(ffi::PySequence_Repeat(sequence, count as isize)) }
}

/// Whether two objects are equal; None where only the interpreter may ask.
unsafe fn equal(a: Raw, b: Raw) -> Option<bool> {
    unsafe {
        if a == b {
            return Some(true);
        }
        if !is_key(a) || !is_key(b) {
            return None;
        }
        match ffi::PyObject_RichCompareBool(a, b, ffi::Py_EQ) {
            0 => Some(false),
            1 => Some(true),
            _ => {
                ffi::PyErr_Clear();
                None
            }
        }
    }
}

/// Where an item is that equals this one, which it takes; the list's length if there is none.
pub unsafe extern "C" fn lh_py_list_find(list: Raw, wanted: Raw) -> i64 {
    unsafe {
        let _taken = Taken([wanted]);
        let size = ffi::PyList_GET_SIZE(list);
        for i in 0..size {
            match equal(ffi::PyList_GET_ITEM(list, i), wanted) {
                Some(true) => return i as i64,
                Some(false) => {}
                None => return -1,
            }
        }
        size as i64
    }
}

/// The same of an int.
pub unsafe extern "C" fn lh_py_list_find_int(list: Raw, wanted: i64) -> i64 {
    unsafe {
        let size = ffi::PyList_GET_SIZE(list);
        let mut object: Raw = ptr::null_mut();
        let mut found = size as i64;
        for i in 0..size {
            let item = ffi::PyList_GET_ITEM(list, i);
            let is_equal = if is_exact(item, &raw mut ffi::PyLong_Type) {
                Some(lh_py_tag(item) == Tag::Int as i64 && lh_py_bits(item) as i64 == wanted)
            } else {
                if object.is_null() {
                    object = ffi::PyLong_FromLongLong(wanted);
                }
                if object.is_null() { None } else { equal(item, object) }
            };
            match is_equal {
                Some(false) => {}
                Some(true) => found = i as i64,
                None => found = -1,
            }
            if is_equal != Some(false) {
                break;
            }
        }
        ffi::PyErr_Clear();
        ffi::Py_XDECREF(object);
        found
    }
}

/// How many items equal this one, which it takes.
pub unsafe extern "C" fn lh_py_list_count(list: Raw, wanted: Raw) -> i64 {
    unsafe {
        let _taken = Taken([wanted]);
        let mut count = 0;
        for item in items(list) {
            match equal(item, wanted) {
                Some(is_equal) => count += i64::from(is_equal),
                None => return -1,
            }
        }
        count
    }
}

/// The same of an int.
pub unsafe extern "C" fn lh_py_list_count_int(list: Raw, wanted: i64) -> i64 {
    unsafe {
        let are_ints = items(list).all(|item| is_exact(item, &raw mut ffi::PyLong_Type));
        if are_ints {
            let is_it = |item: &Raw| lh_py_tag(*item) == Tag::Int as i64 && lh_py_bits(*item) as i64 == wanted;
            return items(list).filter(is_it).count() as i64;
        }
        let object = ffi::PyLong_FromLongLong(wanted);
        if object.is_null() { -1 } else { lh_py_list_count(list, object) }
    }
}

/// Whether its items can be put in order by C code alone.
unsafe fn is_sortable(list: Raw) -> bool {
    unsafe { items(list).all(|item| is_key(item)) }
}

pub unsafe extern "C" fn lh_py_list_sort(list: Raw, is_reversed: i64) -> i64 {
    static SORT: OnceLock<usize> = OnceLock::new();
    unsafe {
        let method = descriptor(&SORT, c"sort");
        if method.is_null() || !is_sortable(list) {
            return -1;
        }
        if is_reversed & 1 == 0 {
            return status(ffi::PyObject_Vectorcall(method, [list].as_ptr(), 1, ptr::null_mut()));
        }
        let name = ffi::PyUnicode_InternFromString(c"reverse".as_ptr());
        let names = if name.is_null() { name } else { ffi::PyTuple_New(1) };
        if names.is_null() {
            ffi::Py_XDECREF(name);
            return -1;
        }
        ffi::PyTuple_SET_ITEM(names, 0, name);
        let done = status(ffi::PyObject_Vectorcall(method, [list, ffi::Py_True()].as_ptr(), 1, names));
        ffi::Py_DECREF(names);
        done
    }
}

pub unsafe extern "C" fn lh_py_list_reverse(list: Raw) -> i64 {
    unsafe { ffi::PyList_Reverse(list).into() }
}

pub unsafe extern "C" fn lh_py_list_clear(list: Raw) -> i64 {
    unsafe {
        if !items(list).all(|item| drops_quietly(item)) {
            return -1;
        }
        ffi::PyList_SetSlice(list, 0, ffi::PyList_GET_SIZE(list), ptr::null_mut()).into()
    }
}

/// A new list of a builtin container's items; takes the container.
pub unsafe extern "C" fn lh_py_list_of(iterable: Raw) -> Raw {
    unsafe {
        let _taken = Taken([iterable]);
        match () {
            () if is_exact(iterable, &raw mut ffi::PyList_Type) => {
                made_container(ffi::PyList_GetSlice(iterable, 0, ffi::PyList_GET_SIZE(iterable)))
            }
            () if is_container(iterable)
                || is_view(iterable)
                || is_exact(iterable, &raw mut ffi::PyUnicode_Type)
                || is_plain_zip(iterable, Steps::ToTheEnd) =>
            {
                made_container(ffi::PySequence_List(iterable))
            }
            () => REFUSED,
        }
    }
}

/// The same, in order.
pub unsafe extern "C" fn lh_py_sorted(iterable: Raw) -> Raw {
    unsafe {
        let list = lh_py_list_of(iterable);
        if list.is_null() || list == REFUSED {
            return list;
        }
        if !is_sortable(list) {
            ffi::Py_DECREF(list);
            return REFUSED;
        }
        if ffi::PyList_Sort(list) != 0 {
            ffi::Py_DECREF(list);
            return ptr::null_mut();
        }
        list
    }
}

/// Borrows a list that nobody else has, and sorts it.
pub unsafe extern "C" fn lh_py_sort_list(list: Raw) -> i64 {
    unsafe { if is_sortable(list) { ffi::PyList_Sort(list).into() } else { -1 } }
}

/// A tuple of a list's items; borrows it, as the next.
pub unsafe extern "C" fn lh_py_tuple_of(list: Raw) -> Raw {
    unsafe { made_container(ffi::PyList_AsTuple(list)) }
}

/// `text.join(list)`
pub unsafe extern "C" fn lh_py_join_list(text: Raw, list: Raw) -> Raw {
    unsafe { ffi::PyUnicode_Join(text, list) }
}

/// Where the loader finds a function of this file.
pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_py_list_insert" => lh_py_list_insert as *const () as usize,
        "lh_py_extend" => lh_py_extend as *const () as usize,
        "lh_py_concat" => lh_py_concat as *const () as usize,
        "lh_py_repeat" => lh_py_repeat as *const () as usize,
        "lh_py_list_drop" => lh_py_list_drop as *const () as usize,
        "lh_py_list_find" => lh_py_list_find as *const () as usize,
        "lh_py_list_find_int" => lh_py_list_find_int as *const () as usize,
        "lh_py_list_count" => lh_py_list_count as *const () as usize,
        "lh_py_list_count_int" => lh_py_list_count_int as *const () as usize,
        "lh_py_list_sort" => lh_py_list_sort as *const () as usize,
        "lh_py_list_reverse" => lh_py_list_reverse as *const () as usize,
        "lh_py_list_clear" => lh_py_list_clear as *const () as usize,
        "lh_py_list_of" => lh_py_list_of as *const () as usize,
        "lh_py_sorted" => lh_py_sorted as *const () as usize,
        "lh_py_sort_list" => lh_py_sort_list as *const () as usize,
        "lh_py_tuple_of" => lh_py_tuple_of as *const () as usize,
        "lh_py_join_list" => lh_py_join_list as *const () as usize,
        _ => return None,
    })
}
