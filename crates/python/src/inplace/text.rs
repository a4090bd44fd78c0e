//! Strings: joined, grown where they stand, formatted, searched.
//!
//! What is called a text here is exactly a `str`. Everything borrows, but for what says that it doesn't.

use super::safe::is_key;
use super::{REFUSED, Taken};
use crate::object::Raw;
use pyo3::ffi;

unsafe extern "C" {
    fn PyLong_FromUnicodeObject(text: Raw, base: std::ffi::c_int) -> Raw;
    fn PyUnicode_Resize(text: *mut Raw, length: isize) -> std::ffi::c_int;
    fn PyUnicode_CopyCharacters(to: Raw, at: isize, from: Raw, start: isize, count: isize) -> isize;
}

pub unsafe extern "C" fn lh_py_text_join(a: Raw, b: Raw) -> Raw {
    unsafe { ffi::PyUnicode_Concat(a, b) }
}

/// The left one, of which a variable and the stack own a reference each, goes into the result, and those references with it. If nobody else
/// has one, it grows where it stands, as CPython has it.
pub unsafe extern "C" fn lh_py_text_append(left: Raw, right: Raw) -> Raw {
    unsafe {
        let (length, more) = (ffi::PyUnicode_GET_LENGTH(left), ffi::PyUnicode_GET_LENGTH(right));
        if ffi::Py_REFCNT(left) == 2 && length > 0 && more > 0 && can_grow_by(left, right) && length <= isize::MAX - more {
            ffi::Py_DECREF(left);
            let mut text = left;
            if PyUnicode_Resize(&raw mut text, length + more) != 0 {
                ffi::Py_INCREF(text);
                return std::ptr::null_mut();
            }
            // It has the room and the width: nothing can fail.
            PyUnicode_CopyCharacters(text, length, right, 0, more);
            return text;
        }
        let text = ffi::PyUnicode_Concat(left, right);
        if !text.is_null() {
            ffi::Py_DECREF(left);
            ffi::Py_DECREF(left);
        }
        text
    }
}

/// Whether the left one's characters are as wide as the right one's, and no hash of it was taken. One that is interned is copied by CPython.
unsafe fn can_grow_by(left: Raw, right: Raw) -> bool {
    unsafe {
        (*left.cast::<ffi::PyASCIIObject>()).hash == -1
            && ffi::PyUnicode_IS_COMPACT(left) != 0
            && ffi::PyUnicode_KIND(left) >= ffi::PyUnicode_KIND(right)
            && (ffi::PyUnicode_IS_ASCII(left) == 0 || ffi::PyUnicode_IS_ASCII(right) != 0)
    }
}

/// `text % values`; takes both. Formatting what C code alone knows runs nothing else.
pub unsafe extern "C" fn lh_py_text_format(text: Raw, values: Raw) -> Raw {
    unsafe {
        let _taken = Taken([text, values]);
        if is_key(values) { ffi::PyUnicode_Format(text, values) } else { REFUSED }
    }
}

pub unsafe extern "C" fn lh_py_text_contains(text: Raw, part: Raw) -> i64 {
    unsafe { ffi::PyUnicode_Contains(text, part).into() }
}

/// Refuses any but one character.
pub unsafe extern "C" fn lh_py_text_ord(text: Raw) -> i64 {
    unsafe { if ffi::PyUnicode_GET_LENGTH(text) == 1 { ffi::PyUnicode_ReadChar(text, 0).into() } else { -1 } }
}

pub unsafe extern "C" fn lh_py_text_chr(value: i64) -> Raw {
    unsafe { if (0..=0x10_ffff).contains(&value) { ffi::PyUnicode_FromOrdinal(value as std::ffi::c_int) } else { REFUSED } }
}

/// The interpreter raises what is no number.
pub unsafe extern "C" fn lh_py_int_of_text(text: Raw) -> Raw {
    unsafe { or_refused(PyLong_FromUnicodeObject(text, 10)) }
}

pub unsafe extern "C" fn lh_py_float_of_text(text: Raw) -> Raw {
    unsafe { or_refused(ffi::PyFloat_FromString(text)) }
}

unsafe fn or_refused(number: Raw) -> Raw {
    unsafe {
        if !number.is_null() {
            return number;
        }
        ffi::PyErr_Clear();
        REFUSED
    }
}

/// Where the loader finds a function of this file.
pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_py_text_join" => lh_py_text_join as *const () as usize,
        "lh_py_text_append" => lh_py_text_append as *const () as usize,
        "lh_py_text_format" => lh_py_text_format as *const () as usize,
        "lh_py_text_contains" => lh_py_text_contains as *const () as usize,
        "lh_py_text_ord" => lh_py_text_ord as *const () as usize,
        "lh_py_text_chr" => lh_py_text_chr as *const () as usize,
        "lh_py_int_of_text" => lh_py_int_of_text as *const () as usize,
        "lh_py_float_of_text" => lh_py_float_of_text as *const () as usize,
        _ => return None,
    })
}
