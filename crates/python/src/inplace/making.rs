//! Dicts that make something of a key that they have not got: `defaultdict` and `Counter`.
//!
//! All else they do as a plain dict does. Of `defaultdict`, a type of C's, that is so for good; `Counter` is a class of Python's, which anybody can
//! change: it is looked at again each time its version is another.

use super::dict::{Found, Key, is_layout_known};
use super::safe::{LibraryType, is_plain_factory};
use super::{REFUSED, is_held, lh_py_int};
use crate::leave::made_container;
use crate::object::Raw;
use ir::Maker;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static DEFAULT_DICT: LibraryType = LibraryType::new("_collections", "defaultdict");
static COUNTER: LibraryType = LibraryType::new("collections", "Counter");

pub unsafe fn is_default_dict(object: Raw) -> bool {
    unsafe { DEFAULT_DICT.is(ffi::Py_TYPE(object)) }
}

pub unsafe fn is_default_dict_type(kind: *mut ffi::PyTypeObject) -> bool {
    unsafe { DEFAULT_DICT.is(kind) }
}

/// A `Counter` of which nothing was changed.
pub unsafe fn is_counter(object: Raw) -> bool {
    unsafe {
        let kind = ffi::Py_TYPE(object);
        COUNTER.is(kind) && is_counter_as_it_was(kind)
    }
}

pub unsafe fn maker_of(object: Raw) -> Option<Maker> {
    unsafe {
        match () {
            () if is_default_dict(object) => Some(Maker::DefaultDict),
            () if is_counter(object) => Some(Maker::Counter),
            () => None,
        }
    }
}

/// The same of those that native code looks up itself.
pub unsafe fn maker_in_place(object: Raw) -> Option<Maker> {
    if is_layout_known() { unsafe { maker_of(object) } } else { None }
}

unsafe fn is_counter_as_it_was(kind: *mut ffi::PyTypeObject) -> bool {
    /// Zero is no version.
    static VERSION: AtomicU32 = AtomicU32::new(0);
    // SAFETY: a class.
    let version = unsafe { frames::lh_class_version(kind.cast()) };
    if version != 0 && version == VERSION.load(Ordering::Relaxed) {
        return true;
    }
    // SAFETY: as above; whoever asks holds the lock.
    let is_it = unsafe { looks_as_it_was(kind) };
    if is_it {
        // Looking names up has given it a version.
        VERSION.store(unsafe { frames::lh_class_version(kind.cast()) }, Ordering::Relaxed);
    }
    is_it
}

unsafe extern "C" {
    fn _PyType_Lookup(kind: *mut ffi::PyTypeObject, name: Raw) -> Raw;
}

/// Its `__missing__` is the one that it had when it was looked at first, and is the library's; and what dicts do is done by `dict`.
#[cold]
unsafe fn looks_as_it_was(kind: *mut ffi::PyTypeObject) -> bool {
    static MISSING: PyOnceLock<Option<(Py<PyAny>, Py<PyAny>)>> = PyOnceLock::new();
    // SAFETY: native code, and what prepares it, runs with the lock held.
    let py = unsafe { Python::assume_attached() };
    // Deleting is its own: what is not there is deleted without a word.
    let names = ["__getitem__", "__setitem__", "__contains__", "__iter__", "__len__", "__getattribute__"];
    // SAFETY: a class, and types of the interpreter's.
    unsafe {
        let lookup = |kind: *mut ffi::PyTypeObject, name: &str| _PyType_Lookup(kind, pyo3::types::PyString::intern(py, name).as_ptr());
        if names.iter().any(|name| lookup(kind, name) != lookup(&raw mut ffi::PyDict_Type, name)) {
            return false;
        }
        let missing = lookup(kind, "__missing__");
        if missing.is_null() {
            return false;
        }
        let missing: Bound<'_, PyAny> = Bound::from_borrowed_ptr(py, missing);
        let known = MISSING.get_or_init(py, || of_library(&missing).map(|code| (missing.clone().unbind(), code)));
        known.as_ref().is_some_and(|(function, code)| {
            missing.is(function.bind(py)) && missing.getattr("__code__").is_ok_and(|now| now.is(code.bind(py)))
        })
    }
}

/// The code of a function of Python's, if it stands in the file of the library.
fn of_library(function: &Bound<'_, PyAny>) -> Option<Py<PyAny>> {
    if !crate::links::is_function(function.as_ptr()) {
        return None;
    }
    let code = function.getattr("__code__").ok()?;
    let file: String = code.getattr("co_filename").ok()?.extract().ok()?;
    let library: String = function.py().import("collections").ok()?.getattr("__file__").ok()?.extract().ok()?;
    let name: String = code.getattr("co_qualname").ok()?.extract().ok()?;
    let is_its = name == "Counter.__missing__" && (file == library || file == "<frozen collections>");
    is_its.then(|| code.unbind())
}

/// Whether what it gives for the key is there, or made by C code alone.
pub unsafe fn makes_quietly(dict: Raw, key: Raw) -> bool {
    unsafe {
        if !ffi::PyDict_GetItem(dict, key).is_null() {
            return true;
        }
        is_default_dict(dict) && !plain_factory_of(dict).is_null()
    }
}

/// The factory of a defaultdict, borrowed, if it runs C code alone; else NULL.
unsafe fn plain_factory_of(dict: Raw) -> Raw {
    unsafe {
        let factory = ffi::PyObject_GetAttrString(dict, c"default_factory".as_ptr());
        if factory.is_null() {
            ffi::PyErr_Clear();
            return factory;
        }
        // Such a type is nobody's to end.
        ffi::Py_DECREF(factory);
        if is_plain_factory(factory) { factory } else { std::ptr::null_mut() }
    }
}

/// What a plain factory makes of a new key, which is not put there.
pub unsafe fn sample_of(dict: Raw) -> Option<Raw> {
    unsafe {
        let factory = plain_factory_of(dict);
        if factory.is_null() || factory == ffi::Py_None() {
            return None;
        }
        let made = ffi::PyObject_CallNoArgs(factory);
        ffi::PyErr_Clear();
        (!made.is_null()).then_some(made)
    }
}

/// Borrows: whether it is such a dict, which native code may look up.
pub unsafe extern "C" fn lh_py_is_making(object: Raw, code: i64) -> i64 {
    let is_it = unsafe { maker_of(object) }.is_some_and(|maker| maker.code() == code) && !is_held(object);
    if is_it { 0 } else { -1 }
}

/// A new reference to what stands behind a key, or is made of it. All arguments are borrowed.
#[inline(always)]
unsafe fn made<const N: usize>(code: i64, dict: Raw, words: [(u64, u64); N]) -> Raw {
    unsafe {
        let Some(maker) = maker_of(dict).filter(|maker| maker.code() == code) else { return REFUSED };
        let Some(key) = Key::of(words) else { return REFUSED };
        match key.find(dict) {
            Found::At(_, value) => ffi::Py_NewRef(value),
            Found::Unsafe => REFUSED,
            Found::Missing if maker == Maker::Counter => lh_py_int(0),
            Found::Missing => make(dict, &key),
        }
    }
}

#[cold]
unsafe fn make<const N: usize>(dict: Raw, key: &Key<N>) -> Raw {
    unsafe {
        let factory = plain_factory_of(dict);
        // The interpreter raises.
        if factory.is_null() || factory == ffi::Py_None() {
            return REFUSED;
        }
        let value = made_container(ffi::PyObject_CallNoArgs(factory));
        if value.is_null() {
            return value;
        }
        if key.put(dict, ffi::Py_NewRef(value)) == 0 {
            return value;
        }
        ffi::Py_DECREF(value);
        if ffi::PyErr_Occurred().is_null() { REFUSED } else { std::ptr::null_mut() }
    }
}

pub unsafe extern "C" fn lh_py_made1(code: i64, dict: Raw, tag: u64, bits: u64) -> Raw {
    unsafe { made(code, dict, [(tag, bits)]) }
}

pub unsafe extern "C" fn lh_py_made2(code: i64, dict: Raw, tag: u64, bits: u64, tag2: u64, bits2: u64) -> Raw {
    unsafe { made(code, dict, [(tag, bits), (tag2, bits2)]) }
}

#[allow(clippy::too_many_arguments, reason = "native code passes words")]
pub unsafe extern "C" fn lh_py_made3(code: i64, dict: Raw, tag: u64, bits: u64, tag2: u64, bits2: u64, tag3: u64, bits3: u64) -> Raw {
    unsafe { made(code, dict, [(tag, bits), (tag2, bits2), (tag3, bits3)]) }
}

/// Where the loader finds a function of this file.
pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_py_is_making" => lh_py_is_making as *const () as usize,
        "lh_py_made1" => lh_py_made1 as *const () as usize,
        "lh_py_made2" => lh_py_made2 as *const () as usize,
        "lh_py_made3" => lh_py_made3 as *const () as usize,
        _ => return None,
    })
}
