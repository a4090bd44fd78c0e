//! The end of objects: whether dropping the last reference runs code of the user, and what happens then.
//!
//! A finaliser (`__del__`, the callback of a weak reference, a generator's `finally`) must find true frames, and a module's names as the
//! program has set them. So native code frees only what ends quietly; all else waits until it has left, which it does at the next place.

use crate::inplace::int::keep;
use crate::object::Raw;
use pyo3::ffi;
use pyo3::prelude::*;
use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

const SMALL: isize = 16;
/// So many objects that others refer to as well are followed, not more.
const SHARED_AT_MOST: usize = 500;

/// Drops a reference that native code owns; true if something waits for its end.
pub unsafe fn drop_reference(object: Raw) -> bool {
    unsafe {
        if drops_quietly(object) {
            ffi::Py_DECREF(object);
        } else {
            frames::lh_wait_for_frames(object.cast());
        }
        frames::lh_anything_waits() != 0
    }
}

/// The end of an object whose last reference is gone; true if something waits.
pub unsafe fn end(object: Raw) -> bool {
    unsafe {
        if keep(object) {
            return frames::lh_anything_waits() != 0;
        }
        ffi::Py_INCREF(object);
        drop_reference(object)
    }
}

/// Whether dropping a reference runs no code of the user's.
pub unsafe fn drops_quietly(object: Raw) -> bool {
    unsafe { ffi::Py_REFCNT(object) != 1 || is_quiet(object) }
}

/// Whether the end of an object, and of all that nothing else refers to, runs no code of the user's.
pub unsafe fn is_quiet(object: Raw) -> bool {
    unsafe {
        if is_leaf(ffi::Py_TYPE(object)) || holds_leaves_only(object) {
            return true;
        }
        let kind = ffi::Py_TYPE(object);
        if kind == &raw mut ffi::PyCFunction_Type && is_bound_to_what_stays(object) {
            return true;
        }
        if kind == &raw mut ffi::PyTuple_Type {
            let items = (0..ffi::PyTuple_GET_SIZE(object)).map(|i| ffi::PyTuple_GET_ITEM(object, i));
            if items.into_iter().all(|item| !item.is_null() && is_leaf(ffi::Py_TYPE(item))) {
                return true;
            }
        } else if frames::lh_holds_leaves(object.cast()) != 0 {
            return is_quiet_itself(object, kind);
        }
        let mut dying = Dying { work: vec![object], shared: HashMap::new() };
        while let Some(object) = dying.work.pop() {
            let kind = ffi::Py_TYPE(object);
            if let Some(base) = crate::numpy::end_of(object) {
                if let Some(base) = base {
                    visit(base, (&raw mut dying).cast());
                }
                continue;
            }
            if !is_quiet_itself(object, kind) {
                return false;
            }
            if let Some(traverse) = (*kind).tp_traverse
                && traverse(object, visit, (&raw mut dying).cast()) != 0
            {
                return false;
            }
        }
        true
    }
}

/// A method of C's of an object that others hold as well, as each call of one makes.
unsafe fn is_bound_to_what_stays(method: Raw) -> bool {
    unsafe {
        let method = method.cast::<ffi::PyCFunctionObject>();
        let owner = (*method).m_self;
        (*method).m_weakreflist.is_null()
            && (owner.is_null() || ffi::Py_REFCNT(owner) > 1)
            && ((*method).m_module.is_null() || is_leaf(ffi::Py_TYPE((*method).m_module)))
    }
}

/// A list, tuple or dict, by far most of what ends, of which nothing has to be followed.
unsafe fn holds_leaves_only(object: Raw) -> bool {
    unsafe {
        let kind = ffi::Py_TYPE(object);
        if kind == &raw mut ffi::PyList_Type || kind == &raw mut ffi::PyTuple_Type {
            let is_list = kind == &raw mut ffi::PyList_Type;
            let first = if is_list {
                (*object.cast::<ffi::PyListObject>()).ob_item
            } else {
                (&raw mut (*object.cast::<ffi::PyTupleObject>()).ob_item).cast::<Raw>()
            };
            let mut last = ptr::null_mut();
            for at in 0..ffi::Py_SIZE(object) {
                let kind = ffi::Py_TYPE(*first.offset(at));
                if kind != last && !is_leaf(kind) {
                    return false;
                }
                last = kind;
            }
            return true;
        }
        if kind != &raw mut ffi::PyDict_Type {
            return false;
        }
        let (mut place, mut key, mut value) = (0, ptr::null_mut(), ptr::null_mut());
        while ffi::PyDict_Next(object, &mut place, &mut key, &mut value) == 1 {
            if !is_leaf(ffi::Py_TYPE(key)) || !is_leaf(ffi::Py_TYPE(value)) {
                return false;
            }
        }
        true
    }
}

/// To look at its items costs no more than to note it.
unsafe fn is_small_sequence(object: Raw) -> bool {
    unsafe {
        let kind = ffi::Py_TYPE(object);
        (kind == &raw mut ffi::PyList_Type || kind == &raw mut ffi::PyTuple_Type) && ffi::Py_SIZE(object) <= SMALL
    }
}

struct Dying {
    /// Objects to which no reference is left.
    work: Vec<Raw>,
    /// How many references to the others are left, of those that were met.
    shared: HashMap<usize, isize>,
}

/// A reference of something that dies: it is dropped with it.
unsafe extern "C" fn visit(object: Raw, dying: *mut c_void) -> c_int {
    // SAFETY: called by `is_quiet`, for what a live object refers to.
    unsafe {
        let dying = &mut *dying.cast::<Dying>();
        // A type refers to itself, so that counting references does not end it.
        if is_leaf(ffi::Py_TYPE(object)) || ffi::PyType_Check(object) == 1 {
            return 0;
        }
        // Whether it dies or not, nothing runs.
        if is_small_sequence(object) && holds_leaves_only(object) {
            return 0;
        }
        let count = ffi::Py_REFCNT(object);
        if count == 1 {
            dying.work.push(object);
            return 0;
        }
        let left = dying.shared.entry(object as usize).or_insert(count as isize);
        *left -= 1;
        if *left == 0 {
            dying.work.push(object);
        }
        c_int::from(dying.shared.len() > SHARED_AT_MOST)
    }
}

/// Refers to nothing, and nothing runs at its end.
unsafe fn is_leaf(kind: *mut ffi::PyTypeObject) -> bool {
    kind == &raw mut ffi::PyFloat_Type
        || kind == &raw mut ffi::PyLong_Type
        || kind == &raw mut ffi::PyUnicode_Type
        || kind == &raw mut ffi::PyBool_Type
        || kind == &raw mut ffi::PyBytes_Type
        || kind == &raw mut ffi::PyComplex_Type
        // SAFETY: None lives as long as the process.
        || kind == unsafe { ffi::Py_TYPE(ffi::Py_None()) }
}

/// Nothing runs at the object's own end: what it refers to is another question.
unsafe fn is_quiet_itself(object: Raw, kind: *mut ffi::PyTypeObject) -> bool {
    unsafe {
        let weak = (*kind).tp_weaklistoffset;
        if weak != 0 && !object.byte_offset(weak).cast::<Raw>().read().is_null() {
            return false;
        }
        if (*kind).tp_finalize.is_some() || (*kind).tp_del.is_some() {
            return false;
        }
        // Classes of Python end as their first base of C does.
        let mut kind = kind;
        while address((*kind).tp_dealloc) == known().of_classes {
            kind = (*kind).tp_base;
        }
        let is_exception = || ffi::PyType_IsSubtype(kind, ffi::PyExc_BaseException.cast()) == 1;
        known().quiet.contains(&(kind as usize))
            || is_leaf(kind)
            || crate::inplace::safe::is_type_of_queues(kind)
            || ffi::PyType_HasFeature(kind, ffi::Py_TPFLAGS_HEAPTYPE) == 0 && is_exception()
    }
}

fn address(function: Option<unsafe extern "C" fn(Raw)>) -> usize {
    function.map_or(0, |function| function as *const () as usize)
}

struct Known {
    /// What frees instances of Python's classes.
    of_classes: usize,
    /// Types of C that free what they refer to, and do nothing else.
    quiet: Vec<usize>,
}

unsafe extern "C" {
    static mut PyMethod_Type: ffi::PyTypeObject;
    static mut PyStaticMethod_Type: ffi::PyTypeObject;
    static mut PyClassMethod_Type: ffi::PyTypeObject;
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    // SAFETY: statics of the interpreter, of which only the addresses are taken.
    KNOWN.get_or_init(|| unsafe {
        let types = [
            &raw mut ffi::PyBaseObject_Type,
            &raw mut ffi::PyList_Type,
            &raw mut ffi::PyTuple_Type,
            &raw mut ffi::PyDict_Type,
            &raw mut ffi::PySet_Type,
            &raw mut ffi::PyFrozenSet_Type,
            &raw mut ffi::PyDictKeys_Type,
            &raw mut ffi::PyDictValues_Type,
            &raw mut ffi::PyDictItems_Type,
            &raw mut ffi::PyByteArray_Type,
            &raw mut ffi::PyRange_Type,
            &raw mut ffi::PySlice_Type,
            &raw mut ffi::PyCell_Type,
            &raw mut PyMethod_Type,
            &raw mut ffi::PyCFunction_Type,
            &raw mut ffi::PyFunction_Type,
            &raw mut ffi::PyProperty_Type,
            &raw mut PyStaticMethod_Type,
            &raw mut PyClassMethod_Type,
            &raw mut ffi::PyEnum_Type,
            &raw mut ffi::PyReversed_Type,
            &raw mut ffi::PyZip_Type,
            &raw mut ffi::PyMap_Type,
            &raw mut ffi::PyFilter_Type,
        ];
        let mut quiet: Vec<usize> = types.iter().map(|kind| *kind as usize).collect();
        quiet.extend(crate::inplace::iterator_types());
        // Any type that was made by `PyType_FromSpec` without a way of its own.
        let made: *mut ffi::PyTypeObject =
            crate::loop_guard::entrance_type(Python::assume_attached()).map_or(ptr::null_mut(), |kind| kind.as_ptr().cast());
        Known { of_classes: if made.is_null() { 0 } else { address((*made).tp_dealloc) }, quiet }
    })
}
