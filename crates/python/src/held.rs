//! What a running frame holds where a loop begins: taken for native code, handed over, and put back.

use crate::inplace::cell::{is_cell, kind_of_cell};
use crate::inplace::zip;
use crate::iterators::{self, hand_iterator_over, take_iterator};
use crate::leave::Frame;
use crate::object::{Raw, shape_of, unbox};
use frames::Host;
use ir::{Dtype, Kind, Shape, Slot, Tag, Tags, Ty};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::mem::MaybeUninit;
use std::ptr;

/// What a running frame holds where a loop begins: locals, the module's names, the value stack. All borrowed.
pub struct Held {
    pub values: Vec<Raw>,
    /// Which of the values are names.
    names: std::ops::Range<usize>,
}

impl Held {
    pub unsafe fn of(host: &Host, names: &[Py<PyString>]) -> Held {
        // SAFETY: a frame that waits for its guard; its namespace is a dict.
        unsafe {
            let slots = std::slice::from_raw_parts(host.slots.cast::<Raw>(), (host.nlocals + host.nstack) as usize);
            let (locals, stack) = slots.split_at(host.nlocals as usize);
            let mut values = locals.to_vec();
            values.extend(names.iter().map(|name| ffi::PyDict_GetItem(host.names.cast(), name.as_ptr())));
            let names = locals.len()..values.len();
            values.extend(stack);
            Held { values, names }
        }
    }

    /// Hands the references that native code is to own over to it: those of the frame are its own then; the namespace keeps its, and the
    /// frame its cells. The
    /// numbers of the namespace are held, to be put back as the same objects where they don't change.
    pub unsafe fn hand_over(&mut self, host: &Host, entry: &[Slot<u32>], words: &[u64]) {
        for (index, slot) in entry.iter().enumerate() {
            let is_owned = owns(slot, words);
            // SAFETY: as for `of`.
            unsafe {
                if self.names.contains(&index) || matches!(slot, Slot::Exact(Kind::Cell(_), _)) {
                    ffi::Py_XINCREF(self.values[index]);
                } else if is_iterator(slot) {
                    hand_iterator_over(self.values[index], slot);
                } else if is_owned {
                    let in_frame = if index < self.names.start { index } else { index - self.names.len() };
                    *host.slots.add(in_frame) = ptr::null_mut();
                }
            }
            if is_owned {
                self.values[index] = ptr::null_mut();
            }
        }
    }

    /// Drops the numbers of the namespace.
    pub unsafe fn give_up(&mut self) {
        for value in &mut self.values[self.names.clone()] {
            // SAFETY: held since `hand_over`.
            unsafe { ffi::Py_XDECREF(std::mem::replace(value, ptr::null_mut())) }
        }
    }
}

/// The iterator of a comprehension's frame, which holds it twice: as its argument, and on the stack, where native code wants it for its own. Nothing
/// reads the argument again but who looks into the frame.
pub struct Argument {
    /// Of the frame: its first local is the argument.
    slots: *mut Raw,
    iterator: Raw,
    on_stack: usize,
    is_kept: bool,
}

impl Argument {
    /// Takes the argument out of a frame, if only that holds its iterator. Till it is kept, dropping it puts it back.
    pub unsafe fn lend(host: &Host) -> Option<Argument> {
        // SAFETY: a frame that waits for its guard.
        unsafe {
            let slots: *mut Raw = host.slots.cast();
            let iterator = *slots;
            let on_stack = (0..host.nstack as usize).find(|at| *slots.add(host.nlocals as usize + at) == iterator)?;
            if iterator.is_null() || ffi::Py_REFCNT(iterator) != 2 {
                return None;
            }
            *slots = ptr::null_mut();
            ffi::Py_DECREF(iterator);
            Some(Argument { slots, iterator, on_stack, is_kept: false })
        }
    }

    /// The frame's own reference has become native code's.
    pub unsafe fn keep(mut self) -> Argument {
        // SAFETY: it lives, taken apart or not.
        unsafe { ffi::Py_INCREF(self.iterator) };
        self.is_kept = true;
        self
    }

    /// Gives the frame that goes on the argument that it would have: what now stands on its stack, or the iterator at its end.
    pub unsafe fn give_back(self, frame: &mut Frame) {
        // SAFETY: what a frame's stack holds lives.
        unsafe {
            let now =
                frame.stack().get(self.on_stack).copied().filter(|now| !now.is_null() && ffi::Py_TYPE(*now) == ffi::Py_TYPE(self.iterator));
            frame.set_first_local(ffi::Py_NewRef(now.unwrap_or(self.iterator)));
        }
    }
}

impl Drop for Argument {
    fn drop(&mut self) {
        // SAFETY: the frame's stack holds it still, or it was kept.
        unsafe {
            if self.is_kept {
                ffi::Py_DECREF(self.iterator);
            } else {
                *self.slots = ffi::Py_NewRef(self.iterator);
            }
        }
    }
}

fn is_iterator<V>(slot: &Slot<V>) -> bool {
    matches!(slot, Slot::ListIter(..) | Slot::ExactIter(..) | Slot::Enumerate(..) | Slot::Zip(_))
}

/// Whether the slot holds a reference that native code takes over, given its words.
fn owns(slot: &Slot<u32>, words: &[u64]) -> bool {
    match slot {
        Slot::Any(_, tag, _) => words[*tag as usize] == Tag::Object as u64,
        slot => slot.values().iter().any(|(ty, _)| *ty == Ty::Obj),
    }
}

/// How many turns a loop has left: its iterator lies on top of the stack.
pub unsafe fn turns_left(host: &Host) -> Option<u64> {
    if host.nstack == 0 {
        return None;
    }
    // SAFETY: the slots of a frame that waits for its guard: live objects, or NULL.
    unsafe {
        let top: Raw = (*host.slots.add((host.nlocals + host.nstack - 1) as usize)).cast();
        (!top.is_null()).then(|| iterators::turns_left(top)).flatten()
    }
}

/// Writes the words of a frame's slot; false if it has another shape. Objects are borrowed.
pub unsafe fn take(value: Raw, shape: &Shape, words: &mut [u64], at: &mut usize) -> bool {
    let mut write = |parts: &[u64]| {
        words[*at..*at + parts.len()].copy_from_slice(parts);
        *at += parts.len();
        true
    };
    unsafe {
        match shape {
            Slot::Unbound => value.is_null(),
            Slot::Any(tags, ..) => {
                if value.is_null() {
                    return tags.contains(Tags::of(Tag::Unbound)) && write(&[Tag::Unbound as u64, 0]);
                }
                let mut bits = [MaybeUninit::new(0)];
                let mut end = 0;
                let (tag, bits) = match shape_of(value) {
                    Slot::None => (Tag::None, 0),
                    Slot::Bool(()) => (Tag::Bool, u64::from(value == ffi::Py_True())),
                    shape @ Slot::Int(()) if unbox(value, &shape, &mut bits, &mut end) => (Tag::Int, bits[0].assume_init()),
                    Slot::Float(()) => (Tag::Float, ffi::PyFloat_AS_DOUBLE(value).to_bits()),
                    _ => (Tag::Object, value as u64),
                };
                tags.contains(Tags::of(tag)) && write(&[tag as u64, bits])
            }
            _ if value.is_null() => false,
            Slot::Object(()) if ffi::Py_TYPE(value) == &raw mut ffi::PyTuple_Type => write(&[value as u64]),
            Slot::Exact(kind @ Kind::Cell(_), ()) => is_cell(value) && kind_of_cell(value).serves(kind) && write(&[value as u64]),
            Slot::Exact(kind @ Kind::Iter(_), ()) => {
                zip::kind_of_wide(value).is_some_and(|found| found.serves(kind)) && write(&[value as u64])
            }
            Slot::RangeIter(_) | Slot::ListIter(..) | Slot::ExactIter(..) | Slot::Enumerate(..) | Slot::Zip(_) => {
                take_iterator(value, shape, &mut write)
            }
            _ => {
                // SAFETY: only whole words are written.
                let words = &mut *(ptr::from_mut(words) as *mut [MaybeUninit<u64>]);
                unbox(value, shape, words, at)
            }
        }
    }
}

/// What native code has made of the module's names goes into the namespace. New ones are there already, and so are objects: what is
/// replaced here are numbers. False if memory ran out.
pub unsafe fn write_names(host: &Host, names: &[Py<PyString>], values: &mut Vec<Raw>) -> bool {
    let mut is_done = true;
    for (name, value) in names.iter().zip(values.drain(..)) {
        // SAFETY: a dict, an interned string, and a reference of our own.
        unsafe {
            let (namespace, name) = (host.names.cast(), name.as_ptr());
            if !value.is_null() && value != ffi::PyDict_GetItem(namespace, name) {
                is_done &= ffi::PyDict_SetItem(namespace, name, value) == 0;
            }
            ffi::Py_XDECREF(value);
        }
    }
    is_done
}

/// A new reference to the object that the frame held in this slot, if the slot still means the same.
pub fn kept(entry: &[Slot<u32>], index: usize, now: &Slot<u32>, record: &[u64], slots: &[Raw], entered: &[u64]) -> Option<Raw> {
    let (object, then) = (*slots.get(index)?, entry.get(index)?);
    if object.is_null() || !is_same(then, entered, now, record) {
        return None;
    }
    // SAFETY: the frame holds it.
    Some(unsafe { ffi::Py_NewRef(object) })
}

fn is_same(a: &Slot<u32>, a_words: &[u64], b: &Slot<u32>, b_words: &[u64]) -> bool {
    let same = |a: &u32, b: &u32| a_words[*a as usize] == b_words[*b as usize];
    match (a, b) {
        (Slot::None, Slot::None) => true,
        (Slot::Bool(a), Slot::Bool(b)) => (a_words[*a as usize] ^ b_words[*b as usize]) & 1 == 0,
        (Slot::Int(a), Slot::Int(b)) | (Slot::Float(a), Slot::Float(b)) => same(a, b),
        (Slot::NumPy(Dtype::Bool, a), Slot::NumPy(Dtype::Bool, b)) => (a_words[*a as usize] ^ b_words[*b as usize]) & 1 == 0,
        (Slot::NumPy(one, a), Slot::NumPy(other, b)) => one == other && same(a, b),
        (Slot::RangeIter(a), Slot::RangeIter(b)) => a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Slot::Tuple(a), Slot::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, a_words, b, b_words)),
        (Slot::Any(_, a_tag, a_bits), Slot::Any(_, b_tag, b_bits)) => same(a_tag, b_tag) && same(a_bits, b_bits),
        _ => false,
    }
}
