//! What a chunk of a loop overwrites in arrays, kept until NumPy is known to have nothing to say of the chunk; else it is put back, and the chunk
//! done again, element by element (`passes::hoist::arrays`).

use ir::{Dtype, Op};
use std::cell::UnsafeCell;

/// The places of elements that a chunk sets: so many turns, so many bytes apart.
#[derive(Clone, Copy)]
struct Places {
    first: *mut u8,
    stride: isize,
    turns: usize,
    size: usize,
}

impl Places {
    /// The lowest byte, and the one behind the highest.
    fn ends(&self) -> (usize, usize) {
        let first = self.first as usize;
        let last = first.wrapping_add_signed(self.stride * (self.turns as isize - 1));
        (first.min(last), first.max(last) + self.size)
    }

    /// Whether each turn has a place of its own.
    fn are_apart(&self) -> bool {
        self.turns == 1 || self.stride.unsigned_abs() >= self.size
    }

    unsafe fn copy(&self, kept: *mut u8, is_back: bool) {
        let copy = |place: *mut u8, kept: *mut u8, bytes: usize| unsafe {
            let (from, to) = if is_back { (kept, place) } else { (place, kept) };
            std::ptr::copy_nonoverlapping(from, to, bytes);
        };
        if self.stride == self.size as isize {
            return copy(self.first, kept, self.turns * self.size);
        }
        for turn in 0..self.turns {
            let place = self.first.wrapping_offset(self.stride * turn as isize);
            // Of a size that is known, so that it is a load and a store.
            unsafe {
                let kept = kept.add(turn * self.size);
                match self.size {
                    1 => copy(place, kept, 1),
                    8 => copy(place, kept, 8),
                    size => copy(place, kept, size),
                }
            }
        }
    }
}

const PLACES_AT_MOST: usize = Op::KEPT_AT_MOST as usize;
const BYTES_OF_ONE: usize = Op::TURNS_KEPT as usize * Dtype::SIZE_AT_MOST as usize;

struct Undo {
    places: [Places; PLACES_AT_MOST],
    count: usize,
    bytes: [[u8; BYTES_OF_ONE]; PLACES_AT_MOST],
}

struct Shared(UnsafeCell<Undo>);

// SAFETY: used by native code only, which holds the lock; between the first place that a chunk remembers and its end nothing gives the lock away.
unsafe impl Sync for Shared {}

static UNDO: Shared = Shared(UnsafeCell::new(Undo {
    places: [Places { first: std::ptr::null_mut(), stride: 0, turns: 0, size: 0 }; PLACES_AT_MOST],
    count: 0,
    bytes: [[0; BYTES_OF_ONE]; PLACES_AT_MOST],
}));

/// Keeps the elements from `first` on, one for each turn, the second of which is at `second`. `number` counts from zero in each chunk. False if two
/// turns set the same bytes, or a place that is kept already: then one of them would be lost where all are written at once.
pub unsafe extern "C" fn lh_array_remember(first: *mut u8, second: *mut u8, turns: i64, size: i64, number: i64) -> i64 {
    let (turns, size, number) = (turns as usize, size as usize, number as usize);
    let stride = (second as isize).wrapping_sub(first as isize);
    let places = Places { first, stride, turns, size };
    if turns > Op::TURNS_KEPT as usize || !places.are_apart() {
        return 0;
    }
    // SAFETY: the lock is held (see `Shared`); all elements are in bounds, which was seen before the loop.
    unsafe {
        let undo = &mut *UNDO.0.get();
        let (low, high) = places.ends();
        let overlaps = |other: &Places| {
            let (other_low, other_high) = other.ends();
            low < other_high && other_low < high
        };
        if undo.places[..number].iter().any(overlaps) {
            return 0;
        }
        places.copy(undo.bytes[number].as_mut_ptr(), false);
        undo.places[number] = places;
        undo.count = number + 1;
    }
    1
}

/// Puts back what the chunk has overwritten.
pub unsafe extern "C" fn lh_array_take_back() {
    // SAFETY: as above; the arrays are held by the loop.
    unsafe {
        let undo = &mut *UNDO.0.get();
        for (places, bytes) in undo.places[..undo.count].iter().zip(&mut undo.bytes) {
            places.copy(bytes.as_mut_ptr(), true);
        }
    }
}
