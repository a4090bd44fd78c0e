//! Iterators of running loops: taken apart for native code, which goes on where they stand.

use crate::inplace::guess::{elem_of_items, kind_of};
use crate::inplace::zip;
use crate::object::Raw;
use ir::{Kind, Shape, Slot};
use pyo3::ffi;
use std::ptr;

/// Of `enumerate` in `zip` and the like.
const DEEP_AT_MOST: usize = 3;

/// The parts of a range's iterator that nobody else holds.
pub unsafe fn range_parts(value: Raw) -> Option<[i64; 3]> {
    unsafe {
        let mut parts = [0i64; 3];
        (frames::lh_range_iterator(value.cast(), parts.as_mut_ptr()) == 1).then_some(parts)
    }
}

/// The next index of a sequence's iterator, and the sequence.
pub unsafe fn sequence_parts(value: Raw) -> Option<(i64, Raw)> {
    unsafe {
        let (mut index, mut over) = (0, ptr::null_mut());
        (frames::lh_sequence_iterator(value.cast(), &raw mut index, &raw mut over) == 1).then_some((index, over.cast()))
    }
}

/// The count and the iterator beneath an `enumerate`.
unsafe fn enumerate_parts(value: Raw) -> Option<(i64, Raw)> {
    unsafe {
        let mut count = 0;
        let inner: Raw = frames::lh_enumerate(value.cast(), &raw mut count).cast();
        (!inner.is_null()).then_some((count, inner))
    }
}

pub unsafe fn zip_parts(value: Raw) -> Option<Vec<Raw>> {
    unsafe {
        let tuple: Raw = frames::lh_zip(value.cast()).cast();
        (!tuple.is_null()).then(|| (0..ffi::PyTuple_GET_SIZE(tuple)).map(|i| ffi::PyTuple_GET_ITEM(tuple, i)).collect())
    }
}

/// The shape of an iterator that nobody else holds and native code can go on with.
///
/// # Safety
/// A live object, and the lock is held; the same below.
pub unsafe fn iterator_shape(value: Raw) -> Option<Shape> {
    unsafe {
        let apart = shape_at(value, 0).filter(|shape| match shape {
            Slot::Enumerate(_, inner) => inner.can_lie_beneath(true),
            Slot::Zip(_) => shape.can_lie_beneath(true),
            _ => true,
        });
        apart.or_else(|| zip::kind_of_wide(value).map(|kind| Slot::Exact(kind, ())))
    }
}

unsafe fn shape_at(value: Raw, depth: usize) -> Option<Shape> {
    unsafe {
        if ffi::Py_REFCNT(value) != 1 || depth > DEEP_AT_MOST {
            return None;
        }
        if range_parts(value).is_some() {
            return Some(Slot::RangeIter([(); 3]));
        }
        if let Some((_, over)) = sequence_parts(value) {
            return match kind_of(over) {
                Some(kind @ (Kind::Tuple(_) | Kind::Row(_) | Kind::Str)) => Some(Slot::ExactIter(kind, (), ())),
                _ if ffi::Py_TYPE(over) == &raw mut ffi::PyList_Type => Some(Slot::ListIter(elem_of_items(over), (), ())),
                _ => None,
            };
        }
        if let Some((_, inner)) = enumerate_parts(value) {
            return Some(Slot::Enumerate((), Box::new(shape_at(inner, depth + 1)?)));
        }
        let parts = zip_parts(value).filter(|parts| parts.len() <= zip::PARTS_AT_MOST)?;
        parts.into_iter().map(|item| shape_at(item, depth + 1)).collect::<Option<_>>().map(Slot::Zip)
    }
}

/// Writes the words of an iterator of that shape; false if it has another. What it goes over is borrowed.
pub unsafe fn take_iterator(value: Raw, shape: &Shape, write: &mut impl FnMut(&[u64]) -> bool) -> bool {
    unsafe {
        if ffi::Py_REFCNT(value) != 1 {
            return false;
        }
        match shape {
            Slot::RangeIter(_) => range_parts(value).is_some_and(|parts| write(&parts.map(|part| part as u64))),
            Slot::ListIter(elem, ..) => sequence_parts(value).is_some_and(|(index, list)| {
                ffi::Py_TYPE(list) == &raw mut ffi::PyList_Type && elem_of_items(list).serves(elem) && write(&[index as u64, list as u64])
            }),
            Slot::ExactIter(kind, ..) => sequence_parts(value)
                .is_some_and(|(index, over)| kind_of(over).is_some_and(|found| found.serves(kind)) && write(&[index as u64, over as u64])),
            Slot::Enumerate((), inner) => {
                enumerate_parts(value).is_some_and(|(count, beneath)| write(&[count as u64]) && take_iterator(beneath, inner, write))
            }
            Slot::Zip(items) => zip_parts(value).is_some_and(|parts| {
                parts.len() == items.len() && parts.into_iter().zip(items).all(|(part, item)| take_iterator(part, item, write))
            }),
            _ => false,
        }
    }
}

/// What the iterator goes over is native code's from now on; the iterator stays where it is, at its end.
pub unsafe fn hand_iterator_over<V>(value: Raw, slot: &Slot<V>) {
    unsafe {
        match slot {
            Slot::ListIter(..) | Slot::ExactIter(..) => drop(frames::lh_sequence_iterator_end(value.cast())),
            Slot::Enumerate(_, inner) => {
                let (_, beneath) = enumerate_parts(value).expect("it was taken");
                hand_iterator_over(beneath, inner);
            }
            Slot::Zip(items) => {
                let parts = zip_parts(value).expect("it was taken");
                parts.into_iter().zip(items).for_each(|(part, item)| hand_iterator_over(part, item));
            }
            _ => {}
        }
    }
}

/// How many turns a loop over it has left, where that can be told.
pub unsafe fn turns_left(value: Raw) -> Option<u64> {
    unsafe {
        if let Some([_, left, _]) = range_parts(value) {
            return Some(left as u64);
        }
        if let Some((index, over)) = sequence_parts(value) {
            // Lists, tuples and strings have lengths that ask nobody.
            return Some((ffi::PyObject_Size(over) as i64 - index).max(0) as u64);
        }
        if let Some((_, inner)) = enumerate_parts(value) {
            return turns_left(inner);
        }
        if let Ok(left) = u64::try_from(frames::lh_table_iterator_left(value.cast())) {
            return Some(left);
        }
        zip_parts(value)?.into_iter().map(|part| turns_left(part)).collect::<Option<Vec<_>>>()?.into_iter().min()
    }
}
