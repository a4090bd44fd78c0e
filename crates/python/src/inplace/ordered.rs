//! The functions of `heapq` and `bisect`, which compare items: done here where those that they meet compare by C code alone.
//!
//! A list is changed when everything is compared. So where something can't be compared here, the interpreter does it all.

use super::new_reference;
use super::safe::{is_exact, is_int, is_module_of, is_scalar};
use crate::object::Raw;
use pyo3::ffi;
use std::ffi::CStr;

/// What the call gives, NULL with an exception; None where it is no function of these, or is the interpreter's.
pub unsafe fn call(callable: Raw, args: &[Raw]) -> Option<Raw> {
    unsafe {
        let (list, rest) = args.split_first()?;
        if !is_exact(*list, &raw mut ffi::PyList_Type) || !is_exact(callable, &raw mut ffi::PyCFunction_Type) {
            return None;
        }
        let list = *list;
        let function = callable.cast::<ffi::PyCFunctionObject>();
        let name = CStr::from_ptr((*(*function).m_ml).ml_name).to_bytes();
        let is_of = |module| is_module_of((*function).m_self, module);
        match (name, rest) {
            (b"heappush", [item]) if is_of(c"_heapq") => push(list, *item),
            (b"heappop", []) if is_of(c"_heapq") => pop(list),
            (b"heapreplace", [item]) if is_of(c"_heapq") => replace_first(list, *item),
            (b"heappushpop", [item]) if is_of(c"_heapq") => match ffi::PyList_GET_SIZE(list) {
                size if size > 0 && is_less(item_of(list, 0), *item, DEPTH)? => replace_first(list, *item),
                _ => Some(new_reference(*item)),
            },
            (b"bisect_left", [item, bounds @ ..]) if is_of(c"_bisect") => number(place_left(list, *item, bounds)?),
            (b"bisect_right", [item, bounds @ ..]) if is_of(c"_bisect") => number(place_right(list, *item, bounds)?),
            (b"insort_left", [item]) if is_of(c"_bisect") => Some(inserted(list, place_left(list, *item, &[])?, *item)),
            (b"insort_right", [item]) if is_of(c"_bisect") => Some(inserted(list, place_right(list, *item, &[])?, *item)),
            _ => None,
        }
    }
}

/// Tuples in tuples are compared so deep.
const DEPTH: usize = 4;

unsafe fn item_of(list: Raw, at: isize) -> Raw {
    unsafe { ffi::PyList_GET_ITEM(list, at) }
}

/// `a < b`; None where that is the interpreter's to say.
unsafe fn is_less(a: Raw, b: Raw, depth: usize) -> Option<bool> {
    unsafe {
        if is_exact(a, &raw mut ffi::PyFloat_Type) && is_exact(b, &raw mut ffi::PyFloat_Type) {
            return Some(ffi::PyFloat_AS_DOUBLE(a) < ffi::PyFloat_AS_DOUBLE(b));
        }
        let Some([a_items, b_items]) = items_of_both(a, b) else { return compared(a, b, ffi::Py_LT) };
        let depth = depth.checked_sub(1)?;
        // By the first items that differ.
        for (x, y) in a_items.iter().zip(b_items) {
            if !is_equal(*x, *y, depth)? {
                return is_less(*x, *y, depth);
            }
        }
        Some(a_items.len() < b_items.len())
    }
}

/// As containers compare their items: what is the same object is equal.
unsafe fn is_equal(a: Raw, b: Raw, depth: usize) -> Option<bool> {
    unsafe {
        if a == b {
            return Some(true);
        }
        let Some([a_items, b_items]) = items_of_both(a, b) else { return compared(a, b, ffi::Py_EQ) };
        let depth = depth.checked_sub(1)?;
        if a_items.len() != b_items.len() {
            return Some(false);
        }
        for (x, y) in a_items.iter().zip(b_items) {
            if !is_equal(*x, *y, depth)? {
                return Some(false);
            }
        }
        Some(true)
    }
}

/// Of two tuples, or two lists.
unsafe fn items_of_both<'a>(a: Raw, b: Raw) -> Option<[&'a [Raw]; 2]> {
    unsafe {
        let are = |kind| is_exact(a, kind) && is_exact(b, kind);
        match () {
            () if are(&raw mut ffi::PyTuple_Type) => Some([a, b].map(|tuple| {
                let size = ffi::PyTuple_GET_SIZE(tuple) as usize;
                std::slice::from_raw_parts((&raw const (*tuple.cast::<ffi::PyTupleObject>()).ob_item).cast(), size)
            })),
            () if are(&raw mut ffi::PyList_Type) => Some([a, b].map(|list| items_of_list(list))),
            () => None,
        }
    }
}

/// Nothing changes it while it is looked at: what runs is C code of numbers and text.
unsafe fn items_of_list<'a>(list: Raw) -> &'a [Raw] {
    unsafe {
        match ffi::PyList_GET_SIZE(list) as usize {
            0 => &[],
            size => std::slice::from_raw_parts((*list.cast::<ffi::PyListObject>()).ob_item, size),
        }
    }
}

unsafe fn compared(a: Raw, b: Raw, op: i32) -> Option<bool> {
    unsafe {
        if !is_scalar(a) || !is_scalar(b) {
            return None;
        }
        match ffi::PyObject_RichCompareBool(a, b, op) {
            -1 => {
                // The interpreter raises it.
                ffi::PyErr_Clear();
                None
            }
            answer => Some(answer == 1),
        }
    }
}

// Heaps. A list of which the items at 2k+1 and 2k+2 are not less than the one at k.

/// Places in a heap, each a child of the one before or its parent.
struct Way {
    places: [usize; usize::BITS as usize],
    length: usize,
}

impl Way {
    fn from(place: usize) -> Way {
        let mut places = [0; usize::BITS as usize];
        places[0] = place;
        Way { places, length: 1 }
    }

    fn last(&self) -> usize {
        self.places[self.length - 1]
    }

    fn goes_to(&mut self, place: usize) {
        self.places[self.length] = place;
        self.length += 1;
    }
}

/// For an item that takes the place of the first: what is on the way moves up by one, and the item comes to its end.
unsafe fn way_down(heap: &[Raw], item: Raw) -> Option<Way> {
    unsafe {
        // To the bottom by the smaller children, and back from there: most items belong far down.
        let mut way = Way::from(0);
        while way.last() < heap.len() / 2 {
            let (left, right) = (2 * way.last() + 1, 2 * way.last() + 2);
            let is_left = right >= heap.len() || is_less(heap[left], heap[right], DEPTH)?;
            way.goes_to(if is_left { left } else { right });
        }
        while way.length > 1 && is_less(item, heap[way.last()], DEPTH)? {
            way.length -= 1;
        }
        Some(way)
    }
}

/// For an item behind the last.
unsafe fn way_up(heap: &[Raw], item: Raw) -> Option<Way> {
    unsafe {
        let mut way = Way::from(heap.len());
        while way.last() > 0 {
            let parent = (way.last() - 1) / 2;
            if !is_less(item, heap[parent], DEPTH)? {
                break;
            }
            way.goes_to(parent);
        }
        Some(way)
    }
}

/// What stands at the first place of the way is given up, and the item given away.
unsafe fn move_along(heap: Raw, way: &Way, item: Raw) {
    unsafe {
        for pair in way.places[..way.length].windows(2) {
            ffi::PyList_SET_ITEM(heap, pair[0] as isize, item_of(heap, pair[1] as isize));
        }
        ffi::PyList_SET_ITEM(heap, way.last() as isize, item);
    }
}

unsafe fn push(heap: Raw, item: Raw) -> Option<Raw> {
    unsafe {
        let way = way_up(items_of_list(heap), item)?;
        if ffi::PyList_Append(heap, item) != 0 {
            return Some(std::ptr::null_mut());
        }
        move_along(heap, &way, item);
        Some(new_reference(ffi::Py_None()))
    }
}

unsafe fn pop(heap: Raw) -> Option<Raw> {
    unsafe {
        // An empty one raises.
        let (last, rest) = items_of_list(heap).split_last()?;
        let last = *last;
        let way = if rest.is_empty() { None } else { Some(way_down(rest, last)?) };
        let size = rest.len() as isize;
        ffi::Py_INCREF(last);
        if ffi::PyList_SetSlice(heap, size, size + 1, std::ptr::null_mut()) != 0 {
            ffi::Py_DECREF(last);
            return Some(std::ptr::null_mut());
        }
        let Some(way) = way else { return Some(last) };
        let first = item_of(heap, 0);
        move_along(heap, &way, last);
        Some(first)
    }
}

unsafe fn replace_first(heap: Raw, item: Raw) -> Option<Raw> {
    unsafe {
        let first = *items_of_list(heap).first()?;
        let way = way_down(items_of_list(heap), item)?;
        move_along(heap, &way, new_reference(item));
        Some(first)
    }
}

// Lists in order.

/// Behind what is less.
unsafe fn place_left(list: Raw, item: Raw, bounds: &[Raw]) -> Option<usize> {
    unsafe { place(list, bounds, |other| is_less(other, item, DEPTH)) }
}

/// Before what is greater.
unsafe fn place_right(list: Raw, item: Raw, bounds: &[Raw]) -> Option<usize> {
    unsafe { place(list, bounds, |other| is_less(item, other, DEPTH).map(|is_less| !is_less)) }
}

/// `bounds`: where to look from, and up to where; None if they are not in the list.
unsafe fn place(list: Raw, bounds: &[Raw], lies_before: impl Fn(Raw) -> Option<bool>) -> Option<usize> {
    unsafe {
        let items = items_of_list(list);
        let (mut low, mut high) = match bounds {
            [] => (0, items.len()),
            [low] => (index(*low)?, items.len()),
            [low, high] => (index(*low)?, index(*high)?),
            _ => return None,
        };
        if high > items.len() {
            return None;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if lies_before(items[middle])? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Some(low)
    }
}

unsafe fn index(object: Raw) -> Option<usize> {
    unsafe {
        if !is_int(object) {
            return None;
        }
        let value = ffi::PyLong_AsSsize_t(object);
        if value < 0 {
            ffi::PyErr_Clear();
        }
        usize::try_from(value).ok()
    }
}

unsafe fn number(value: usize) -> Option<Raw> {
    unsafe { Some(ffi::PyLong_FromSize_t(value)) }
}

unsafe fn inserted(list: Raw, at: usize, item: Raw) -> Raw {
    unsafe {
        match ffi::PyList_Insert(list, at as isize, item) {
            0 => new_reference(ffi::Py_None()),
            _ => std::ptr::null_mut(),
        }
    }
}
