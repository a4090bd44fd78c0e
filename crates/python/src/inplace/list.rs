//! Lists that native code works on itself: what it calls for the rarer cases, and the same operations for interpreted IR.
//!
//! Everything here borrows the list, which is exactly a `list`; indices are in bounds.

use super::{lh_py_bits, lh_py_tag};
use crate::end::drops_quietly;
use crate::object::Raw;
use ir::{Op, Tag};
use pyo3::ffi;
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
    unsafe { replace(list, index, ffi::PyLong_FromLongLong(value)) }
}

pub unsafe extern "C" fn lh_list_set_object(list: Raw, index: i64, item: Raw) -> i64 {
    unsafe { replace(list, index, item) }
}

/// Takes the item over.
unsafe fn append(list: Raw, item: Raw) -> i64 {
    unsafe {
        if item.is_null() {
            return -1;
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
    unsafe { append(list, ffi::PyLong_FromLongLong(value)) }
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
            "lh_py_append_int" => lh_py_append_int as *const () as usize,
            _ => return None,
        })
    }
}
