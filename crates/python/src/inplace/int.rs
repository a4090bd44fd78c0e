//! Ints of one digit, read, made and ended as CPython 3.11 to 3.13 lay them out, which is tried once in each process; all others are CPython's.
//!
//! An int of one digit that comes to its end is kept for the next that is made: a loop that puts ints into lists and takes them out again makes
//! one at each turn.

use crate::object::Raw;
use pyo3::ffi;
use std::cell::UnsafeCell;
use std::sync::OnceLock;

/// What stands behind the head of an int.
#[repr(C)]
struct Int {
    head: ffi::PyObject,
    /// The length in digits, and the sign.
    size: usize,
    digit: u32,
}

const DIGIT: u64 = 1 << 30;
const SMALL: std::ops::RangeInclusive<i64> = -5..=256;
const KEPT_AT_MOST: usize = 32;

struct Layout {
    /// Of ints of one digit.
    sizes: [usize; 2],
    zero: usize,
    /// Where CPython has 0, if all small ints stand side by side.
    first: *mut Int,
    is_known: bool,
}

// SAFETY: a pointer to what lives as long as the process.
unsafe impl Send for Layout {}
unsafe impl Sync for Layout {}

fn layout() -> &'static Layout {
    static LAYOUT: OnceLock<Layout> = OnceLock::new();
    // SAFETY: native code, or what it calls, runs with the lock held.
    LAYOUT.get_or_init(|| unsafe { look() })
}

/// Reads some ints, to see whether they are as expected.
unsafe fn look() -> Layout {
    unsafe {
        let made = |value: i64| ffi::PyLong_FromLongLong(value).cast::<Int>();
        let numbers = [0, 1, -1, -5, 256, 257, -257, DIGIT as i64 - 1, 1 - DIGIT as i64, DIGIT as i64, -(DIGIT as i64)];
        let ints = numbers.map(made);
        let mut layout = Layout { sizes: [(*ints[1]).size, (*ints[2]).size], zero: (*ints[0]).size, first: ints[0], is_known: false };
        let is_usual = |(value, int): (i64, *mut Int)| {
            let is_short = value.unsigned_abs() < DIGIT && value != 0;
            let size = (*int).size;
            (is_short == (size == layout.sizes[usize::from(value < 0)])) && (!is_short || u64::from((*int).digit) == value.unsigned_abs())
        };
        let are_usual = numbers.into_iter().zip(ints).all(is_usual) && layout.sizes[0] != layout.sizes[1];
        let are_side_by_side = SMALL.into_iter().all(|value| {
            let int = made(value);
            ffi::Py_DECREF(int.cast());
            int == layout.first.offset(value as isize)
        });
        let is_as_large = ffi::PyLong_Type.tp_basicsize == 24 && size_of::<Int>() == 32;
        ints.into_iter().for_each(|int| ffi::Py_DECREF(int.cast()));
        layout.is_known = are_usual && are_side_by_side && is_as_large;
        layout
    }
}

/// The value of an int of at most one digit.
pub unsafe fn short_value(int: Raw) -> Option<i64> {
    let layout = layout();
    // SAFETY: an int, which has a digit also if it is 0.
    unsafe {
        let int = int.cast::<Int>();
        let digit = || i64::from((*int).digit);
        match (*int).size {
            _ if !layout.is_known => None,
            size if size == layout.sizes[0] => Some(digit()),
            size if size == layout.sizes[1] => Some(-digit()),
            size if size == layout.zero => Some(0),
            _ => None,
        }
    }
}

/// Ints of one digit to which nothing refers, and which nothing has freed.
struct Kept {
    count: usize,
    ints: [*mut Int; KEPT_AT_MOST],
}

struct Locked(UnsafeCell<Kept>);

// SAFETY: only looked at with the interpreter's lock held, and not across a call of anything.
unsafe impl Sync for Locked {}

static KEPT: Locked = Locked(UnsafeCell::new(Kept { count: 0, ints: [std::ptr::null_mut(); KEPT_AT_MOST] }));

/// A new reference; NULL for want of memory.
pub unsafe fn new_int(value: i64) -> Raw {
    let layout = layout();
    if !layout.is_known {
        return unsafe { ffi::PyLong_FromLongLong(value) };
    }
    // SAFETY: with the lock held; the small ints stand side by side.
    unsafe {
        if SMALL.contains(&value) {
            let small: Raw = layout.first.offset(value as isize).cast();
            ffi::Py_INCREF(small);
            return small;
        }
        let kept = &mut *KEPT.0.get();
        if kept.count == 0 || value.unsigned_abs() >= DIGIT {
            return ffi::PyLong_FromLongLong(value);
        }
        kept.count -= 1;
        let int = kept.ints[kept.count];
        (*int).size = layout.sizes[usize::from(value < 0)];
        (*int).digit = value.unsigned_abs() as u32;
        // Its count, which is 32 bits from 3.12 on.
        *int.cast::<u64>() = 1;
        int.cast()
    }
}

/// Keeps an int to which nothing refers any more (but for the caller), if it is one and that is of use; false if it is to be freed.
pub unsafe fn keep(object: Raw) -> bool {
    let layout = layout();
    // SAFETY: with the lock held; its memory is ours then.
    unsafe {
        if ffi::Py_TYPE(object) != &raw mut ffi::PyLong_Type {
            return false;
        }
        let int = object.cast::<Int>();
        let kept = &mut *KEPT.0.get();
        let can_be = layout.is_known && kept.count < KEPT_AT_MOST && layout.sizes.contains(&(*int).size);
        if can_be {
            kept.ints[kept.count] = int;
            kept.count += 1;
        }
        can_be
    }
}
