//! Lists that native code works on itself: what it calls for the rarer cases, and the same operations for interpreted IR.
//!
//! Everything here borrows the list, which is exactly a `list`; indices are in bounds.

use super::int::{keep, new_int};
use super::{lh_py_bits, lh_py_tag};
use crate::end::drops_quietly;
use crate::object::Raw;
use ir::{Op, Tag};
use pyo3::ffi;
use std::cell::UnsafeCell;
use std::ptr;

/// Takes the new item over. Refuses if the end of the old one may run code.
unsafe fn replace(list: Raw, index: i64, item: Raw) -> i64 {
    unsafe {
        if item.is_null() {
            return -1;
        }
        let old = ffi::PyList_GET_ITEM(list, index as isize);
        if !drops_quietly(old) {
            ffi::Py_DECREF(item);
            return -1;
        }
        ffi::PyList_SET_ITEM(list, index as isize, item);
        ffi::Py_INCREF(list);
        ffi::Py_DECREF(old);
        ffi::Py_DECREF(list);
        0
    }
}

pub unsafe extern "C" fn lh_list_set_float(list: Raw, index: i64, value: f64) -> i64 {
    unsafe { replace(list, index, ffi::PyFloat_FromDouble(value)) }
}

pub unsafe extern "C" fn lh_list_set_int(list: Raw, index: i64, value: i64) -> i64 {
    unsafe { replace(list, index, new_int(value)) }
}

pub unsafe extern "C" fn lh_list_set_object(list: Raw, index: i64, item: Raw) -> i64 {
    unsafe { replace(list, index, item) }
}

/// How much room CPython gives a list that comes to have so many items, one after the other.
fn room_for(size: isize) -> isize {
    if size == 0 { 0 } else { (size + (size >> 3) + 6) & !3 }
}

/// The room of a list of one item that was made by appending it.
const FIRST_ROOM: isize = 4;

/// Room for the first items of a list, of lists that were popped empty: a stack is so again and again.
struct KeptRoom(UnsafeCell<(usize, [*mut Raw; ROOM_KEPT_AT_MOST])>);

// SAFETY: only looked at with the interpreter's lock held, and not across a call of anything.
unsafe impl Sync for KeptRoom {}

const ROOM_KEPT_AT_MOST: usize = 8;
static KEPT_ROOM: KeptRoom = KeptRoom(UnsafeCell::new((0, [ptr::null_mut(); ROOM_KEPT_AT_MOST])));

/// False if there is enough of it.
unsafe fn keep_room(room: *mut Raw) -> bool {
    // SAFETY: with the lock held.
    let (count, kept) = unsafe { &mut *KEPT_ROOM.0.get() };
    let is_kept = *count < ROOM_KEPT_AT_MOST;
    if is_kept {
        kept[*count] = room;
        *count += 1;
    }
    is_kept
}

unsafe fn kept_room() -> Option<*mut Raw> {
    // SAFETY: with the lock held.
    let (count, kept) = unsafe { &mut *KEPT_ROOM.0.get() };
    *count = count.checked_sub(1)?;
    Some(kept[*count])
}

/// Takes the item over. As CPython does it, in fewer steps.
pub unsafe fn append(list: Raw, item: Raw) -> i64 {
    unsafe {
        if item.is_null() {
            return -1;
        }
        let head = list.cast::<ffi::PyListObject>();
        let size = (*head).ob_base.ob_size;
        if (*head).allocated == 0
            && size == 0
            && let Some(room) = kept_room()
        {
            // Of a list that was popped empty, CPython keeps some.
            ffi::PyMem_Free((*head).ob_item.cast());
            ((*head).ob_item, (*head).allocated) = (room, FIRST_ROOM);
        }
        if size < (*head).allocated {
            *(*head).ob_item.offset(size) = item;
            (*head).ob_base.ob_size = size + 1;
            return 0;
        }
        let status = ffi::PyList_Append(list, item);
        ffi::Py_DECREF(item);
        status.into()
    }
}

pub unsafe extern "C" fn lh_py_append_float(list: Raw, value: f64) -> i64 {
    unsafe { append(list, ffi::PyFloat_FromDouble(value)) }
}

pub unsafe extern "C" fn lh_py_append_int(list: Raw, value: i64) -> i64 {
    unsafe { append(list, new_int(value)) }
}

/// Drops the last item, which is there. As CPython does it, in fewer steps.
pub unsafe extern "C" fn lh_py_drop_last(list: Raw) {
    unsafe {
        let head = list.cast::<ffi::PyListObject>();
        let (size, room) = ((*head).ob_base.ob_size - 1, (*head).allocated);
        let item = *(*head).ob_item.offset(size);
        if size == 0 && room == FIRST_ROOM && keep_room((*head).ob_item) {
            (*head).ob_base.ob_size = 0;
            ((*head).ob_item, (*head).allocated) = (ptr::null_mut(), 0);
        } else if size >= room >> 1 || room_for(size) == room {
            (*head).ob_base.ob_size = size;
        } else if ffi::PyList_SetSlice(list, size, size + 1, ptr::null_mut()) == 0 {
            return;
        } else {
            // No memory to make it smaller: it keeps its room.
            ffi::PyErr_Clear();
            (*head).ob_base.ob_size = size;
        }
        drop_item(item);
    }
}

/// Drops a reference; an int that comes to its end is kept.
unsafe fn drop_item(item: Raw) {
    unsafe {
        if ffi::Py_REFCNT(item) != 1 || !keep(item) {
            ffi::Py_DECREF(item);
        }
    }
}

/// What the code generator's `lists.ll` does, for interpreted IR.
pub unsafe fn on_object(op: &Op, args: &[u64]) -> Option<u64> {
    if *op == Op::NoneObject {
        // SAFETY: None lives as long as the process.
        return Some(unsafe { ffi::Py_None() } as u64);
    }
    let object = args[0] as Raw;
    let is_done = |status: i64| (status >= 0).then_some(0);
    unsafe {
        match op {
            Op::ListLength => Some(ffi::PyList_GET_SIZE(object) as u64),
            Op::ListItem => Some(ffi::PyList_GET_ITEM(object, args[1] as isize) as u64),
            Op::ListSetFloat => is_done(lh_list_set_float(object, args[1] as i64, f64::from_bits(args[2]))),
            Op::ListSetInt => is_done(lh_list_set_int(object, args[1] as i64, args[2] as i64)),
            Op::ListSetObject => is_done(replace(object, args[1] as i64, args[2] as Raw)),
            Op::GuardComplex => (ffi::Py_TYPE(object) == &raw mut ffi::PyComplex_Type).then_some(0),
            Op::ComplexReal => Some(ffi::PyComplex_RealAsDouble(object).to_bits()),
            Op::ComplexImaginary => Some(ffi::PyComplex_ImagAsDouble(object).to_bits()),
            Op::GuardStr => (ffi::Py_TYPE(object) == &raw mut ffi::PyUnicode_Type).then_some(0),
            Op::GuardDict => (ffi::Py_TYPE(object) == &raw mut ffi::PyDict_Type).then_some(0),
            Op::GuardSet => (ffi::Py_TYPE(object) == &raw mut ffi::PySet_Type).then_some(0),
            Op::GuardRow => (ffi::Py_TYPE(object) == &raw mut ffi::PyTuple_Type).then_some(0),
            Op::GuardTuple => {
                let is_it = ffi::Py_TYPE(object) == &raw mut ffi::PyTuple_Type && ffi::PyTuple_GET_SIZE(object) == args[1] as isize;
                is_it.then_some(0)
            }
            Op::TupleItem => Some(ffi::PyTuple_GET_ITEM(object, args[1] as isize) as u64),
            Op::Length => Some(ffi::PyObject_Size(object) as u64),
            Op::GuardList => (ffi::Py_TYPE(object) == &raw mut ffi::PyList_Type).then_some(0),
            Op::FloatOf => (lh_py_tag(object) == Tag::Float as i64).then(|| lh_py_bits(object)),
            Op::IntOf => (lh_py_tag(object) == Tag::Int as i64).then(|| lh_py_bits(object)),
            Op::BoolOf if object == ffi::Py_True() => Some(1),
            Op::BoolOf => (object == ffi::Py_False()).then_some(0),
            Op::BoolToObject => Some(if args[0] & 1 == 1 { ffi::Py_True() } else { ffi::Py_False() } as u64),
            Op::NumberTag => Some(lh_py_tag(object) as u64).filter(|tag| *tag != Tag::Object as u64),
            Op::NumberBits => Some(lh_py_bits(object)),
            Op::IsNone => Some(u64::from(object == ffi::Py_None())),
            Op::IsNotImplemented => Some(u64::from(object == ffi::Py_NotImplemented())),
            other => unreachable!("{other} is no operation on lists"),
        }
    }
}

/// A list iterator that comes to this index next; takes the list over.
pub unsafe fn iterator_at(list: Raw, index: i64) -> Raw {
    /// As CPython 3.11 to 3.13 have it.
    #[repr(C)]
    struct ListIterator {
        head: ffi::PyObject,
        index: isize,
        list: Raw,
    }
    unsafe {
        let iterator = ffi::PyObject_GetIter(list);
        if !iterator.is_null() {
            // `__setstate__` would not take an index beyond what the list has now, and it may grow again.
            let fields = iterator.cast::<ListIterator>();
            debug_assert_eq!((*fields).list, list);
            (*fields).index = index as isize;
        }
        ffi::Py_DECREF(list);
        iterator
    }
}

/// A list iterator that goes back and comes to this index next; takes the list over.
pub unsafe fn iterator_back_at(list: Raw, index: i64) -> Raw {
    /// As CPython 3.11 to 3.13 have it.
    #[repr(C)]
    struct ListIterator {
        head: ffi::PyObject,
        index: isize,
        list: Raw,
    }
    unsafe {
        let method = ffi::PyUnicode_InternFromString(c"__reversed__".as_ptr());
        let iterator =
            if method.is_null() { method } else { ffi::PyObject_CallMethodObjArgs(list, method, ptr::null_mut::<ffi::PyObject>()) };
        ffi::Py_XDECREF(method);
        if !iterator.is_null() {
            // `__setstate__` would not take an index beyond what the list has now, and it may grow again.
            let fields = iterator.cast::<ListIterator>();
            debug_assert_eq!((*fields).list, list);
            (*fields).index = index as isize;
        }
        ffi::Py_DECREF(list);
        iterator
    }
}

/// A bound method of an object of a builtin type; takes the object over.
pub unsafe fn method_of(owner: Raw, method: &str) -> Raw {
    unsafe {
        let name = ffi::PyUnicode_FromStringAndSize(method.as_ptr().cast(), method.len() as isize);
        let bound = if name.is_null() { name } else { ffi::PyObject_GetAttr(owner, name) };
        ffi::Py_XDECREF(name);
        ffi::Py_DECREF(owner);
        bound
    }
}

/// The objects that native code compares with, by symbol.
pub fn address_of(symbol: &str) -> Option<usize> {
    // SAFETY: statics of the interpreter, of which only the addresses are taken.
    unsafe {
        Some(match symbol {
            "lh_type_float" => &raw mut ffi::PyFloat_Type as usize,
            "lh_type_int" => &raw mut ffi::PyLong_Type as usize,
            "lh_type_list" => &raw mut ffi::PyList_Type as usize,
            "lh_type_complex" => &raw mut ffi::PyComplex_Type as usize,
            "lh_type_str" => &raw mut ffi::PyUnicode_Type as usize,
            "lh_type_tuple" => &raw mut ffi::PyTuple_Type as usize,
            "lh_type_dict" => &raw mut ffi::PyDict_Type as usize,
            "lh_type_set" => &raw mut ffi::PySet_Type as usize,
            "lh_true" => ffi::Py_True() as usize,
            "lh_none" => ffi::Py_None() as usize,
            "lh_not_implemented" => ffi::Py_NotImplemented() as usize,
            "lh_false" => ffi::Py_False() as usize,
            "lh_list_set_object" => lh_list_set_object as *const () as usize,
            "lh_list_set_float" => lh_list_set_float as *const () as usize,
            "lh_list_set_int" => lh_list_set_int as *const () as usize,
            "lh_py_append_float" => lh_py_append_float as *const () as usize,
            "lh_py_drop_last" => lh_py_drop_last as *const () as usize,
            "lh_py_append_int" => lh_py_append_int as *const () as usize,
            _ => return None,
        })
    }
}
