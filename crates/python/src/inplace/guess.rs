//! What containers are expected to hold: a look at few of their items.

use super::safe::is_exact;
use super::{dict, making};
use crate::object::Raw;
use ir::{DictGuess, Elem, Kind, Maker};
use pyo3::ffi;
use std::ptr;

const DEPTH_AT_MOST: usize = 4;
/// How many items of a dict are looked at. One that has no more, with strings as keys, may be a record.
const ENTRIES_AT_MOST: usize = 12;
const ENTRIES_OF_SET: usize = 4;
/// Of longer tuples the first and the last item are looked at.
const ITEMS_AT_MOST: isize = 8;

/// What a list's items are expected to be: the first and the last are looked at, and so are theirs; of instances a few more.
pub unsafe fn elem_of_items(list: Raw) -> Elem {
    unsafe { elem_of_items_at(list, 1) }
}

/// The same of a list, a tuple or a string.
pub unsafe fn elem_of_items_in(sequence: Raw) -> Elem {
    unsafe {
        if is_exact(sequence, &raw mut ffi::PyList_Type) {
            return elem_of_items(sequence);
        }
        match kind_of(sequence) {
            Some(Kind::Tuple(items)) => items.into_iter().reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown),
            Some(Kind::Row(of)) => *of,
            Some(Kind::Str) => Elem::Exact(Kind::Str),
            _ => Elem::Object,
        }
    }
}

/// The builtin type that an object is of, if native code knows more of it than of other objects.
pub unsafe fn kind_of(object: Raw) -> Option<Kind> {
    unsafe { kind_at(object, 1) }
}

unsafe fn elem_of(item: Raw, depth: usize) -> Elem {
    unsafe {
        let kind = ffi::Py_TYPE(item);
        match () {
            () if kind == &raw mut ffi::PyFloat_Type => Elem::Float,
            () if kind == &raw mut ffi::PyLong_Type => Elem::Int,
            () if kind == &raw mut ffi::PyBool_Type => Elem::Bool,
            () if kind == &raw mut ffi::PyComplex_Type => Elem::Complex,
            // A place that is kept free says nothing about what comes there.
            () if item == ffi::Py_None() => Elem::Unknown,
            () if depth >= DEPTH_AT_MOST => Elem::Object,
            () if kind == &raw mut ffi::PyList_Type => Elem::list(elem_of_items_at(item, depth + 1)),
            () => match kind_at(item, depth + 1) {
                Some(found) => Elem::exact(found),
                None if let Some(dtype) = crate::numpy::dtype_of_scalar(item) => Elem::NumPy(dtype),
                None => crate::classes::key_of(kind).map_or(Elem::Object, Elem::Instance),
            },
        }
    }
}

/// What something that holds this is expected to hold.
pub unsafe fn elem_of_object(value: Raw) -> Elem {
    unsafe { elem_of(value, 1) }
}

unsafe fn elem_of_items_at(list: Raw, depth: usize) -> Elem {
    unsafe {
        match ffi::PyList_GET_SIZE(list) {
            0 => Elem::Unknown,
            1 => elem_of(ffi::PyList_GET_ITEM(list, 0), depth),
            size => {
                let elem_at = |place| elem_of(ffi::PyList_GET_ITEM(list, place), depth);
                let elem = elem_at(0).join(&elem_at(size - 1));
                // Instances of several classes are often mixed.
                match elem {
                    Elem::Instance(_) => {
                        [1, 2, size / 2, size - 2].into_iter().filter(|i| *i < size).fold(elem, |elem, i| elem.join(&elem_at(i)))
                    }
                    elem => elem,
                }
            }
        }
    }
}

unsafe fn kind_at(object: Raw, depth: usize) -> Option<Kind> {
    unsafe {
        if is_exact(object, &raw mut ffi::PyUnicode_Type) {
            return Some(Kind::Str);
        }
        if is_exact(object, &raw mut ffi::PyTuple_Type) {
            let size = ffi::PyTuple_GET_SIZE(object);
            let elem_at = |place| elem_of(ffi::PyTuple_GET_ITEM(object, place), depth);
            return Some(match size <= ITEMS_AT_MOST {
                true => Kind::Tuple((0..size).map(elem_at).collect()),
                false => Kind::Row(Box::new(elem_at(0).join(&elem_at(size - 1)))),
            });
        }
        if is_exact(object, &raw mut ffi::PySet_Type) {
            return Some(Kind::Set(Box::new(items_of_set(object, depth))));
        }
        if let Some(kind) = super::buffer::kind_of(object) {
            return Some(kind);
        }
        if is_exact(object, &raw mut ffi::PyDict_Type) {
            // Of a namespace native code may hold names.
            let is_namespace = !ffi::PyDict_GetItemString(object, c"__builtins__".as_ptr()).is_null();
            return (!is_namespace && dict::is_layout_known()).then(|| Kind::Dict(dict_guess(object, depth)));
        }
        if let Some(maker) = making::maker_in_place(object) {
            return Some(Kind::Making(maker, making_guess(maker, object, depth)));
        }
        crate::numpy::kind_of(object)
    }
}

/// The first few that an iterator of the set comes to.
unsafe fn items_of_set(set: Raw, depth: usize) -> Elem {
    unsafe {
        let iterator = ffi::PyObject_GetIter(set);
        let mut joined: Option<Elem> = None;
        for _ in 0..ENTRIES_OF_SET {
            let item = if iterator.is_null() { iterator } else { ffi::PyIter_Next(iterator) };
            if item.is_null() {
                break;
            }
            let elem = elem_of(item, depth);
            joined = Some(joined.map_or_else(|| elem.clone(), |joined| joined.join(&elem)));
            ffi::Py_DECREF(item);
        }
        ffi::Py_XDECREF(iterator);
        ffi::PyErr_Clear();
        joined.unwrap_or(Elem::Unknown)
    }
}

unsafe fn dict_guess(object: Raw, depth: usize) -> DictGuess {
    unsafe {
        let (mut place, mut key, mut value) = (0, ptr::null_mut(), ptr::null_mut());
        let mut entries = Vec::new();
        while entries.len() < ENTRIES_AT_MOST && ffi::PyDict_Next(object, &mut place, &mut key, &mut value) == 1 {
            entries.push((key, elem_of(key, depth), elem_of(value, depth)));
        }
        let joined = |elems: &mut dyn Iterator<Item = &Elem>| elems.cloned().reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown);
        let mut guess = DictGuess::of(joined(&mut entries.iter().map(|entry| &entry.1)), joined(&mut entries.iter().map(|entry| &entry.2)));
        let is_record =
            *guess.value == Elem::Object && *guess.key == Elem::Exact(Kind::Str) && entries.len() as isize == ffi::PyDict_Size(object);
        if is_record {
            guess.fields = entries.iter().map_while(|(key, _, elem)| Some((text(*key)?, elem.clone()))).collect();
        }
        guess
    }
}

/// Of an empty one, what it would make of a new key.
unsafe fn making_guess(maker: Maker, object: Raw, depth: usize) -> DictGuess {
    unsafe {
        let DictGuess { key, value, .. } = dict_guess(object, depth);
        let made = match maker {
            Maker::Counter => Elem::Int,
            Maker::DefaultDict if ffi::PyDict_Size(object) > 0 => Elem::Unknown,
            Maker::DefaultDict => making::sample_of(object).map_or(Elem::Unknown, |sample| {
                let elem = elem_of(sample, depth);
                ffi::Py_DECREF(sample);
                elem
            }),
        };
        DictGuess::of(*key, value.join(&made))
    }
}

/// None where it has no UTF-8.
unsafe fn text(object: Raw) -> Option<String> {
    unsafe {
        let mut size = 0;
        let bytes = ffi::PyUnicode_AsUTF8AndSize(object, &mut size);
        if bytes.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), size as usize);
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    }
}
