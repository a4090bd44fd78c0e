//! `zip` of many parts, or of as many as there are: an object, whose parts nobody takes apart.

use super::safe::{is_container, is_exact, is_sequence, is_view};
use super::{REFUSED, Taken};
use crate::end::drops_quietly;
use crate::inplace::guess::elem_of_items_in;
use crate::iterators::{range_parts, sequence_parts, zip_parts};
use crate::leave::made_container;
use crate::object::Raw;
use ir::{Elem, Kind};
use pyo3::ffi;

/// With more parts a zip's iterator stays the object that it is.
pub const PARTS_AT_MOST: usize = 8;

/// Whether stepping it runs nothing of the user's: all its parts are iterators of ranges, lists, tuples and strings. What such a one goes through
/// ends with it, at its end, if nobody else has it.
pub unsafe fn is_plain_zip(object: Raw, at_most: Steps) -> bool {
    unsafe {
        let Some(parts) = zip_parts(object) else { return false };
        parts.into_iter().all(|part| match sequence_parts(part) {
            Some((index, over)) => {
                let goes_on = at_most == Steps::One && index < ffi::PyObject_Size(over) as i64;
                goes_on || ffi::Py_REFCNT(over) > 1 || drops_quietly(over)
            }
            None => range_parts(part).is_some(),
        })
    }
}

/// How far a zip is gone through at once.
#[derive(Clone, Copy, PartialEq)]
pub enum Steps {
    One,
    ToTheEnd,
}

/// What a zip of many parts gives, if it is a plain one that nobody else has.
pub unsafe fn kind_of_wide(value: Raw) -> Option<Kind> {
    unsafe {
        let parts = zip_parts(value).filter(|parts| parts.len() > PARTS_AT_MOST && ffi::Py_REFCNT(value) == 1)?;
        let mut elem = Elem::Unknown;
        for part in parts {
            let item = match sequence_parts(part) {
                Some((_, over)) => elem_of_items_in(over),
                None => range_parts(part).map(|_| Elem::Int)?,
            };
            elem = elem.join(&item);
        }
        Some(Kind::Iter(Box::new(Elem::exact(Kind::Row(Box::new(elem))))))
    }
}

/// `zip(*rows)`, of a list or tuple of builtin containers. Takes it.
pub unsafe extern "C" fn lh_py_zip_of(rows: Raw) -> Raw {
    unsafe {
        let _taken = Taken([rows]);
        let is_plain = |row: Raw| is_container(row) || is_view(row) || is_exact(row, &raw mut ffi::PyUnicode_Type);
        if !is_sequence(rows) || !super::safe::items(rows).all(is_plain) {
            return REFUSED;
        }
        let arguments = ffi::PySequence_Tuple(rows);
        if arguments.is_null() {
            return arguments;
        }
        let zip = ffi::PyObject_Call((&raw mut ffi::PyZip_Type).cast(), arguments, std::ptr::null_mut());
        ffi::Py_DECREF(arguments);
        made_container(zip)
    }
}
