//! Instances of the user's classes: making them, and for interpreted IR what the code generator's `instances.ll` does.

use super::REFUSED;
use crate::end::drops_quietly;
use crate::leave::{is_collection_next, made_container};
use crate::object::Raw;
use ir::{AttributeKind, Op, Ty};
use pyo3::ffi;
use std::ptr;

/// A new instance of a class whose making runs nothing but `object.__new__`. Borrows the class; nothing is done if it has changed, or if garbage is to be collected here.
pub unsafe extern "C" fn lh_py_new(class: Raw, version: i64) -> Raw {
    unsafe {
        if i64::from(frames::lh_class_version(class.cast())) != version || is_collection_next() {
            return REFUSED;
        }
        let Some(new) = ffi::PyBaseObject_Type.tp_new else { return REFUSED };
        let nothing = ffi::PyTuple_New(0);
        if nothing.is_null() {
            return nothing;
        }
        let made = new(class.cast(), nothing, ptr::null_mut());
        ffi::Py_DECREF(nothing);
        made_container(made)
    }
}

/// An empty instance of the class of a named tuple, to be filled at once. Borrows the class; nothing is done if it has changed, or if garbage is
/// to be collected here.
unsafe extern "C" fn lh_py_named_tuple(class: Raw, version: i64, size: i64) -> Raw {
    unsafe {
        if i64::from(frames::lh_class_version(class.cast())) != version || is_collection_next() {
            return REFUSED;
        }
        made_container(ffi::PyType_GenericAlloc(class.cast(), size as isize))
    }
}

/// Takes the value over. Refuses if the end of the old one may run code.
unsafe extern "C" fn lh_attribute_set(object: Raw, attribute: *mut u64, value: Raw) -> i64 {
    unsafe {
        if value.is_null() {
            return -1;
        }
        let mut old: Raw = ptr::null_mut();
        let is_clear = frames::lh_attribute_old(object.cast(), attribute, (&raw mut old).cast()) == 0;
        if !is_clear || !old.is_null() && !drops_quietly(old) {
            ffi::Py_DECREF(value);
            return -1;
        }
        frames::lh_attribute_set(object.cast(), attribute, value.cast())
    }
}

unsafe extern "C" fn lh_attribute_set_float(object: Raw, attribute: *mut u64, value: f64) -> i64 {
    unsafe { lh_attribute_set(object, attribute, ffi::PyFloat_FromDouble(value)) }
}

unsafe extern "C" fn lh_attribute_set_int(object: Raw, attribute: *mut u64, value: i64) -> i64 {
    unsafe { lh_attribute_set(object, attribute, ffi::PyLong_FromLongLong(value)) }
}

/// `table`: the unit's table of scalars, where the words of classes and attributes lie.
pub unsafe fn on_instance(op: &Op, args: &[u64], table: *mut u64) -> Option<u64> {
    let object = args[0] as Raw;
    let at = |word: u32| unsafe { table.add(word as usize) };
    let is_done = |status: i64| (status >= 0).then_some(0);
    unsafe {
        match op {
            Op::GuardClass(word) => {
                let class = ffi::Py_TYPE(object);
                let is_it = class as u64 == *at(*word) && u64::from(frames::lh_class_version(class.cast())) == *at(*word + 1);
                is_it.then_some(0)
            }
            Op::GuardAbsent(word) => (frames::lh_attribute_is_absent(object.cast(), at(*word)) != 0).then_some(0),
            Op::LoadAttribute(AttributeKind::Slot, word) => {
                let value = *object.cast::<u8>().add(*at(*word + 1) as usize).cast::<u64>();
                (value != 0).then_some(value)
            }
            Op::LoadAttribute(_, word) => {
                let value = frames::lh_attribute_own(object.cast(), at(*word)) as u64;
                (value != 0).then_some(value)
            }
            Op::StoreAttribute(_, Ty::F64, word) => is_done(lh_attribute_set_float(object, at(*word), f64::from_bits(args[1]))),
            Op::StoreAttribute(_, Ty::I64, word) => is_done(lh_attribute_set_int(object, at(*word), args[1] as i64)),
            Op::StoreAttribute(_, _, word) => is_done(lh_attribute_set(object, at(*word), args[1] as Raw)),
            other => unreachable!("{other} is no operation on instances"),
        }
    }
}

pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_attribute_own" => frames::lh_attribute_own as *const () as usize,
        "lh_attribute_is_absent" => frames::lh_attribute_is_absent as *const () as usize,
        "lh_attribute_set" => lh_attribute_set as *const () as usize,
        "lh_attribute_set_float" => lh_attribute_set_float as *const () as usize,
        "lh_attribute_set_int" => lh_attribute_set_int as *const () as usize,
        "lh_py_named_tuple" => lh_py_named_tuple as *const () as usize,
        "lh_py_new" => lh_py_new as *const () as usize,
        _ => return None,
    })
}
