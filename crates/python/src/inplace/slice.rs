//! Slices of builtin sequences, by their bounds: no slice object is made for those that come one after the other.
//!
//! A bound that is missing comes as CPython's `PySlice_Unpack` would have it. Everything here borrows, but for what says that it doesn't; lists are exactly lists.

use super::safe::{is_exact, is_sequence};
use super::{REFUSED, Taken};
use crate::end::drops_quietly;
use crate::leave::made_container;
use crate::object::Raw;
use pyo3::ffi;
use std::ptr;

/// A slice as it applies to a sequence of some length.
struct Span {
    start: isize,
    /// Not before the start, where the step is one.
    stop: isize,
    step: isize,
    count: isize,
}

impl Span {
    /// None where the step is none.
    unsafe fn of(size: isize, start: i64, stop: i64, step: i64) -> Option<Span> {
        if step == 0 {
            return None;
        }
        // As `PySlice_Unpack` has it, so that it can be negated.
        let step = (step as isize).max(-isize::MAX);
        let (mut start, mut stop) = (start as isize, stop as isize);
        // SAFETY: it changes the two bounds only.
        let count = unsafe { ffi::PySlice_AdjustIndices(size, &mut start, &mut stop, step) };
        Some(Span { start, stop: if step == 1 { stop.max(start) } else { stop }, step, count })
    }
}

unsafe fn slice_object(start: i64, stop: i64, step: i64) -> Raw {
    unsafe {
        let parts = [start, stop, step].map(|part| ffi::PyLong_FromLongLong(part));
        let slice = if parts.iter().all(|part| !part.is_null()) { ffi::PySlice_New(parts[0], parts[1], parts[2]) } else { ptr::null_mut() };
        parts.into_iter().for_each(|part| ffi::Py_XDECREF(part));
        slice
    }
}

pub unsafe extern "C" fn lh_py_list_slice(list: Raw, start: i64, stop: i64, step: i64) -> Raw {
    unsafe {
        let Some(span) = Span::of(ffi::PyList_GET_SIZE(list), start, stop, step) else { return REFUSED };
        if span.step == 1 {
            return made_container(ffi::PyList_GetSlice(list, span.start, span.stop));
        }
        let part = made_container(ffi::PyList_New(span.count));
        if part.is_null() {
            return part;
        }
        for i in 0..span.count {
            let item = ffi::PyList_GET_ITEM(list, span.start + i * span.step);
            ffi::Py_INCREF(item);
            ffi::PyList_SET_ITEM(part, i, item);
        }
        part
    }
}

/// Of a string, a tuple or bytes.
pub unsafe extern "C" fn lh_py_slice_of(sequence: Raw, start: i64, stop: i64, step: i64) -> Raw {
    unsafe {
        let is_text = is_exact(sequence, &raw mut ffi::PyUnicode_Type);
        let is_tuple = is_exact(sequence, &raw mut ffi::PyTuple_Type);
        if !is_text && !is_tuple && !is_exact(sequence, &raw mut ffi::PyBytes_Type) {
            return REFUSED;
        }
        let Some(span) = Span::of(ffi::PyObject_Size(sequence), start, stop, step) else { return REFUSED };
        if span.step == 1 && is_text {
            return ffi::PyUnicode_Substring(sequence, span.start, span.stop);
        }
        if span.step == 1 && is_tuple {
            return made_container(ffi::PyTuple_GetSlice(sequence, span.start, span.stop));
        }
        if is_text && ffi::PyUnicode_IS_ASCII(sequence) != 0 && span.count > 1 {
            return ascii_slice(sequence, &span);
        }
        // The bounds as they came: adjusted ones would mean something else where they are negative.
        let slice = slice_object(start, stop, step);
        let part = if slice.is_null() { slice } else { made_container(ffi::PyObject_GetItem(sequence, slice)) };
        ffi::Py_XDECREF(slice);
        part
    }
}

unsafe fn ascii_slice(text: Raw, span: &Span) -> Raw {
    const ASCII: u32 = 127;
    unsafe {
        let part = ffi::PyUnicode_New(span.count, ASCII);
        if !part.is_null() {
            let (from, to) = (ffi::PyUnicode_1BYTE_DATA(text), ffi::PyUnicode_1BYTE_DATA(part));
            (0..span.count).for_each(|i| *to.offset(i) = *from.offset(span.start + i * span.step));
        }
        part
    }
}

/// Takes the items; refuses what raises, and where something of the user's would run.
pub unsafe extern "C" fn lh_py_list_set_slice(list: Raw, start: i64, stop: i64, step: i64, items: Raw) -> i64 {
    unsafe {
        let _taken = Taken([items]);
        if !is_sequence(items) {
            return -1;
        }
        let Some(span) = Span::of(ffi::PyList_GET_SIZE(list), start, stop, step) else { return -1 };
        if !give_up_quietly(list, &span) || span.step != 1 && ffi::PySequence_Size(items) != span.count {
            return -1;
        }
        if span.step == 1 {
            return ffi::PyList_SetSlice(list, span.start, span.stop, items).into();
        }
        let slice = slice_object(start, stop, step);
        let status = if slice.is_null() { -1 } else { ffi::PyObject_SetItem(list, slice, items) };
        ffi::Py_XDECREF(slice);
        status.into()
    }
}

/// Refuses as the one above does.
pub unsafe extern "C" fn lh_py_list_delete_slice(list: Raw, start: i64, stop: i64, step: i64) -> i64 {
    unsafe {
        let Some(span) = Span::of(ffi::PyList_GET_SIZE(list), start, stop, step) else { return -1 };
        if !give_up_quietly(list, &span) {
            return -1;
        }
        if span.step == 1 {
            return ffi::PyList_SetSlice(list, span.start, span.stop, ptr::null_mut()).into();
        }
        let slice = slice_object(start, stop, step);
        let status = if slice.is_null() { -1 } else { ffi::PyObject_DelItem(list, slice) };
        ffi::Py_XDECREF(slice);
        status.into()
    }
}

unsafe fn give_up_quietly(list: Raw, span: &Span) -> bool {
    unsafe { (0..span.count).all(|i| drops_quietly(ffi::PyList_GET_ITEM(list, span.start + i * span.step))) }
}

/// Takes the item at an index in bounds out of a list; refuses where its end would run something of the user's.
pub unsafe extern "C" fn lh_py_list_delete(list: Raw, index: i64) -> i64 {
    unsafe {
        if !drops_quietly(ffi::PyList_GET_ITEM(list, index as isize)) {
            return -1;
        }
        ffi::PyList_SetSlice(list, index as isize, index as isize + 1, ptr::null_mut()).into()
    }
}

/// Where the loader finds a function of this file.
pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_py_list_slice" => lh_py_list_slice as *const () as usize,
        "lh_py_slice_of" => lh_py_slice_of as *const () as usize,
        "lh_py_list_set_slice" => lh_py_list_set_slice as *const () as usize,
        "lh_py_list_delete_slice" => lh_py_list_delete_slice as *const () as usize,
        "lh_py_list_delete" => lh_py_list_delete as *const () as usize,
        _ => return None,
    })
}
