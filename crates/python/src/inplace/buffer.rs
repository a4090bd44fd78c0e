//! Bytes, bytearrays and arrays: their items, read and written where they lie.
//!
//! Everything borrows. Indices are in bounds, and the object is of the kind that was guessed.

use super::safe::is_exact;
use crate::object::Raw;
use ir::{ArrayItem, Kind};
use pyo3::ffi;
use std::ffi::{CStr, c_char};
use std::sync::OnceLock;

/// An `array.array` as CPython 3.11 to 3.13 have it.
#[repr(C)]
struct Array {
    head: ffi::PyVarObject,
    items: *mut u8,
    room: isize,
    of: *const ArrayOf,
    weak: Raw,
    exports: isize,
}

#[repr(C)]
struct ArrayOf {
    code: c_char,
}

/// Whether it is the type `array.array`, known from the first time that one is met.
unsafe fn is_array_type(kind: *mut ffi::PyTypeObject) -> bool {
    static ARRAY: OnceLock<usize> = OnceLock::new();
    unsafe {
        if let Some(known) = ARRAY.get() {
            return kind as usize == *known;
        }
        // No class of the user's is immutable.
        let is_it = ffi::PyType_HasFeature(kind, ffi::Py_TPFLAGS_IMMUTABLETYPE) != 0
            && (*kind).tp_basicsize as usize == size_of::<Array>()
            && CStr::from_ptr((*kind).tp_name) == c"array.array";
        if is_it {
            let _ = ARRAY.set(kind as usize);
        }
        is_it
    }
}

unsafe fn code_of(array: Raw) -> char {
    unsafe { char::from((*(*array.cast::<Array>()).of).code as u8) }
}

pub unsafe fn kind_of(object: Raw) -> Option<Kind> {
    unsafe {
        match () {
            () if is_exact(object, &raw mut ffi::PyBytes_Type) => Some(Kind::Bytes),
            () if is_exact(object, &raw mut ffi::PyByteArray_Type) => Some(Kind::ByteArray),
            () if is_array_type(ffi::Py_TYPE(object)) => ArrayItem::of(code_of(object)).map(Kind::Array),
            () => None,
        }
    }
}

/// Whether it is of the kind with this code; see `infer`.
pub unsafe extern "C" fn lh_py_is_buffer(object: Raw, code: i64) -> i64 {
    let is_it = match unsafe { kind_of(object) } {
        Some(Kind::Bytes) => code == 0,
        Some(Kind::ByteArray) => code == 1,
        Some(Kind::Array(item)) => code == i64::from(u32::from(item.code())),
        _ => false,
    };
    if is_it { 0 } else { -1 }
}

pub unsafe extern "C" fn lh_py_byte(object: Raw, index: i64) -> i64 {
    unsafe {
        let is_bytes = is_exact(object, &raw mut ffi::PyBytes_Type);
        let bytes = if is_bytes { ffi::PyBytes_AsString(object) } else { ffi::PyByteArray_AsString(object) };
        (*bytes.offset(index as isize).cast::<u8>()).into()
    }
}

/// Refuses what is no byte.
pub unsafe extern "C" fn lh_py_byte_set(object: Raw, index: i64, value: i64) -> i64 {
    match u8::try_from(value) {
        // SAFETY: an index in bounds.
        Ok(byte) => unsafe {
            *ffi::PyByteArray_AsString(object).offset(index as isize).cast::<u8>() = byte;
            0
        },
        Err(_) => -1,
    }
}

unsafe fn item<T: Copy>(array: Raw, index: i64) -> *mut T {
    unsafe { (*array.cast::<Array>()).items.cast::<T>().offset(index as isize) }
}

pub unsafe extern "C" fn lh_py_array_int(array: Raw, index: i64) -> i64 {
    unsafe {
        match code_of(array) {
            'b' => (*item::<i8>(array, index)).into(),
            'B' => (*item::<u8>(array, index)).into(),
            'h' => (*item::<i16>(array, index)).into(),
            'H' => (*item::<u16>(array, index)).into(),
            'i' => (*item::<i32>(array, index)).into(),
            'I' => (*item::<u32>(array, index)).into(),
            _ => *item::<i64>(array, index),
        }
    }
}

pub unsafe extern "C" fn lh_py_array_float(array: Raw, index: i64) -> f64 {
    unsafe { if code_of(array) == 'f' { (*item::<f32>(array, index)).into() } else { *item::<f64>(array, index) } }
}

unsafe fn set<T: Copy + TryFrom<i64>>(array: Raw, index: i64, value: i64) -> i64 {
    match T::try_from(value) {
        // SAFETY: an index in bounds, of an array of such items.
        Ok(value) => unsafe {
            *item::<T>(array, index) = value;
            0
        },
        Err(_) => -1,
    }
}

/// Refuses what does not fit.
pub unsafe extern "C" fn lh_py_array_set_int(array: Raw, index: i64, value: i64) -> i64 {
    unsafe {
        match code_of(array) {
            'b' => set::<i8>(array, index, value),
            'B' => set::<u8>(array, index, value),
            'h' => set::<i16>(array, index, value),
            'H' => set::<u16>(array, index, value),
            'i' => set::<i32>(array, index, value),
            'I' => set::<u32>(array, index, value),
            _ => set::<i64>(array, index, value),
        }
    }
}

pub unsafe extern "C" fn lh_py_array_set_float(array: Raw, index: i64, value: f64) {
    unsafe {
        match code_of(array) {
            'f' => *item::<f32>(array, index) = value as f32,
            _ => *item::<f64>(array, index) = value,
        }
    }
}

/// Where the loader finds a function of this file.
pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_py_is_buffer" => lh_py_is_buffer as *const () as usize,
        "lh_py_byte" => lh_py_byte as *const () as usize,
        "lh_py_byte_set" => lh_py_byte_set as *const () as usize,
        "lh_py_array_int" => lh_py_array_int as *const () as usize,
        "lh_py_array_float" => lh_py_array_float as *const () as usize,
        "lh_py_array_set_int" => lh_py_array_set_int as *const () as usize,
        "lh_py_array_set_float" => lh_py_array_set_float as *const () as usize,
        _ => return None,
    })
}
