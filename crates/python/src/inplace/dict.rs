//! Dicts that native code reads and writes itself.
//!
//! A key comes as one to three parts, each a tag and 64 bits: of several parts a tuple is meant, which is made only where it becomes a key.
//! A look-up walks the dict's table as CPython's does, and compares with keys of the same hash only where that can't run code of the user;
//! else the interpreter does it. What stands in `dict` is exactly a `dict`.

use super::safe::{is_dict, is_exact, is_key, is_set};
use super::{EXHAUSTED, REFUSED, lh_py_bits, lh_py_tag};
use crate::end::drops_quietly;
use crate::leave::made_container;
use crate::object::Raw;
use ir::Tag;
use pyo3::ffi;
use std::ptr;
use std::sync::OnceLock;

/// As CPython 3.11 to 3.13 have it.
#[repr(C)]
struct Dict {
    head: ffi::PyObject,
    used: isize,
    version: u64,
    keys: *const Keys,
    values: *const u8,
}

/// The head of a dict's table; behind it stand the indices, then the entries.
#[repr(C)]
struct Keys {
    refcount: isize,
    log2_size: u8,
    log2_index_bytes: u8,
    kind: u8,
    version: u32,
    usable: isize,
    entries: isize,
}

/// The table's kinds: with any keys, and a hash in each entry; with strings only.
const GENERAL: u8 = 0;
const STRINGS: u8 = 1;
const EMPTY: i64 = -1;
const PERTURB_SHIFT: u32 = 5;
/// The hash of a string, -1 before it was asked for.
const HASH_OF_STRING: usize = 24;

/// A machine value that is a key or a tuple's item in one.
#[derive(Clone, Copy)]
pub enum Part {
    Int(i64),
    /// Borrowed; hashes and compares by C code alone.
    Object(Raw),
}

pub struct Key<const N: usize>([Part; N]);

pub enum Found {
    /// The key of the entry and its value, borrowed.
    At(Raw, Raw),
    Missing,
    /// Only the interpreter may look.
    Unsafe,
}

impl Part {
    /// None for what is no key of C code alone.
    #[inline(always)]
    pub unsafe fn of(tag: u64, bits: u64) -> Option<Part> {
        unsafe {
            match Tag::from_bits(tag)? {
                Tag::Int => Some(Part::Int(bits as i64)),
                Tag::Object => (is_text(bits as Raw) || is_key(bits as Raw)).then_some(Part::Object(bits as Raw)),
                _ => None,
            }
        }
    }

    #[inline(always)]
    pub unsafe fn hash(self) -> Option<isize> {
        unsafe {
            match self {
                Part::Int(value) => Some(hash_of_int(value)),
                Part::Object(object) => hash_of(object),
            }
        }
    }

    /// Whether it equals a key or an item of one that is of the same hash; None where only the interpreter may ask.
    pub unsafe fn equals(self, other: Raw) -> Option<bool> {
        unsafe {
            match self {
                Part::Object(object) if object == other => Some(true),
                Part::Object(object) if is_text(object) && is_text(other) => Some(text_equal(object, other)),
                Part::Int(value) if is_exact(other, &raw mut ffi::PyLong_Type) => {
                    Some(lh_py_tag(other) == Tag::Int as i64 && lh_py_bits(other) as i64 == value)
                }
                _ if !is_key(other) => None,
                Part::Object(object) => compared(object, other),
                Part::Int(value) => {
                    let int = ffi::PyLong_FromLongLong(value);
                    let equal = if int.is_null() { None } else { compared(int, other) };
                    ffi::Py_XDECREF(int);
                    ffi::PyErr_Clear();
                    equal
                }
            }
        }
    }

    /// A new reference; NULL with an exception where memory ran out.
    unsafe fn object(self) -> Raw {
        unsafe {
            match self {
                Part::Int(value) => ffi::PyLong_FromLongLong(value),
                Part::Object(object) => {
                    ffi::Py_INCREF(object);
                    object
                }
            }
        }
    }
}

impl<const N: usize> Key<N> {
    #[inline(always)]
    pub unsafe fn of(words: [(u64, u64); N]) -> Option<Key<N>> {
        let mut parts = [Part::Int(0); N];
        for (part, (tag, bits)) in parts.iter_mut().zip(words) {
            *part = unsafe { Part::of(tag, bits) }?;
        }
        Some(Key(parts))
    }

    #[inline(always)]
    unsafe fn hash(&self) -> Option<isize> {
        unsafe {
            match self.0[..] {
                [part] => part.hash(),
                _ => hash_of_items(&self.0),
            }
        }
    }

    #[inline(never)]
    unsafe fn equals(&self, other: Raw) -> Option<bool> {
        unsafe {
            if let [part] = self.0[..] {
                return part.equals(other);
            }
            if !is_exact(other, &raw mut ffi::PyTuple_Type) {
                return is_key(other).then_some(false);
            }
            if ffi::PyTuple_GET_SIZE(other) != N as isize {
                return Some(false);
            }
            // As tuples compare: up to the first difference.
            for (index, part) in self.0.iter().enumerate() {
                if !part.equals(ffi::PyTuple_GET_ITEM(other, index as isize))? {
                    return Some(false);
                }
            }
            Some(true)
        }
    }

    unsafe fn is_text(&self) -> bool {
        unsafe { matches!(self.0[..], [Part::Object(object)] if is_text(object)) }
    }

    unsafe fn object(&self) -> Raw {
        unsafe {
            if let [part] = self.0[..] {
                return part.object();
            }
            let tuple = made_container(ffi::PyTuple_New(N as isize));
            for (index, part) in self.0.iter().enumerate() {
                let item = if tuple.is_null() { ptr::null_mut() } else { part.object() };
                if item.is_null() {
                    ffi::Py_XDECREF(tuple);
                    return item;
                }
                ffi::PyTuple_SET_ITEM(tuple, index as isize, item);
            }
            tuple
        }
    }

    /// Whether it is this very object, or a tuple of these very objects.
    #[inline(always)]
    unsafe fn is_same(&self, other: Raw) -> bool {
        let is = |part: &Part, other: Raw| matches!(part, Part::Object(object) if *object == other);
        unsafe {
            match &self.0[..] {
                [part] => is(part, other),
                parts => {
                    let is_tuple = is_exact(other, &raw mut ffi::PyTuple_Type) && ffi::PyTuple_GET_SIZE(other) == N as isize;
                    is_tuple && parts.iter().enumerate().all(|(index, part)| is(part, ffi::PyTuple_GET_ITEM(other, index as isize)))
                }
            }
        }
    }

    #[inline(always)]
    pub unsafe fn find(&self, dict: Raw) -> Found {
        unsafe {
            let Some(hash) = self.hash().filter(|_| !super::is_held(dict)) else { return Found::Unsafe };
            let dict_fields = dict.cast::<Dict>();
            let keys = (*dict_fields).keys;
            if (*keys).kind > STRINGS || !(*dict_fields).values.is_null() {
                return self.find_among_names(dict);
            }
            let is_general = (*keys).kind == GENERAL;
            if !is_general && !self.is_text() {
                return Found::Missing;
            }
            let indices = keys.add(1).cast::<u8>();
            let entries = indices.add(1 << (*keys).log2_index_bytes).cast::<Raw>();
            let mask = (1u64 << (*keys).log2_size) - 1;
            let (mut perturb, mut slot) = (hash as u64, hash as u64 & mask);
            loop {
                let index = index_at(indices, (*keys).log2_size, slot as usize);
                if index == EMPTY {
                    return Found::Missing;
                }
                if index >= 0 {
                    let entry = entries.add(index as usize * if is_general { 3 } else { 2 });
                    let (found_hash, key, value) = match is_general {
                        true => (entry.cast::<isize>().read(), entry.add(1).read(), entry.add(2).read()),
                        false => (entry.read().cast::<u8>().add(HASH_OF_STRING).cast::<isize>().read(), entry.read(), entry.add(1).read()),
                    };
                    if found_hash == hash {
                        if self.is_same(key) {
                            return Found::At(key, value);
                        }
                        match self.equals(key) {
                            Some(true) => return Found::At(key, value),
                            Some(false) => {}
                            None => return Found::Unsafe,
                        }
                    }
                }
                perturb >>= PERTURB_SHIFT;
                slot = slot.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1) & mask;
            }
        }
    }

    /// In an instance's dict, which shares its keys, all strings, with others.
    #[inline(never)]
    unsafe fn find_among_names(&self, dict: Raw) -> Found {
        unsafe {
            let [Part::Object(key)] = self.0[..] else { return Found::Missing };
            if !is_text(key) {
                return Found::Missing;
            }
            let value = ffi::PyDict_GetItemWithError(dict, key);
            match value.is_null() {
                true => Found::Missing,
                false => Found::At(key, value),
            }
        }
    }

    /// Borrows the dict, takes the value.
    pub unsafe fn put(&self, dict: Raw, value: Raw) -> i64 {
        unsafe {
            let status = match self.find(dict) {
                Found::Unsafe => -1,
                // Its end may run code of the user's.
                Found::At(_, old) if !drops_quietly(old) => -1,
                Found::At(key, _) => ffi::PyDict_SetItem(dict, key, value),
                Found::Missing => {
                    let key = self.object();
                    let status = if key.is_null() { -1 } else { ffi::PyDict_SetItem(dict, key, value) };
                    ffi::Py_XDECREF(key);
                    status
                }
            };
            ffi::Py_DECREF(value);
            status.into()
        }
    }
}

#[inline(always)]
unsafe fn index_at(indices: *const u8, log2_size: u8, slot: usize) -> i64 {
    unsafe {
        match log2_size {
            0..8 => indices.cast::<i8>().add(slot).read().into(),
            8..16 => indices.cast::<i16>().add(slot).read().into(),
            16..32 => indices.cast::<i32>().add(slot).read().into(),
            _ => indices.cast::<i64>().add(slot).read(),
        }
    }
}

#[inline(always)]
unsafe fn is_text(object: Raw) -> bool {
    unsafe { is_exact(object, &raw mut ffi::PyUnicode_Type) }
}

/// Of keys of C code alone; None where it raised.
unsafe fn compared(a: Raw, b: Raw) -> Option<bool> {
    unsafe {
        match ffi::PyObject_RichCompareBool(a, b, ffi::Py_EQ) {
            0 => Some(false),
            1 => Some(true),
            _ => {
                ffi::PyErr_Clear();
                None
            }
        }
    }
}

fn hash_of_int(value: i64) -> isize {
    const MODULUS: u64 = (1 << 61) - 1;
    let rest = (value.unsigned_abs() % MODULUS) as isize;
    match if value < 0 { -rest } else { rest } {
        -1 => -2,
        hash => hash,
    }
}

#[inline(always)]
unsafe fn hash_of(object: Raw) -> Option<isize> {
    unsafe {
        if is_text(object) {
            let known = object.cast::<u8>().add(HASH_OF_STRING).cast::<isize>().read();
            if known != -1 {
                return Some(known);
            }
        }
        hash_by_type(object)
    }
}

#[cold]
unsafe fn hash_by_type(object: Raw) -> Option<isize> {
    unsafe {
        let hash = ffi::PyObject_Hash(object);
        if hash == -1 {
            ffi::PyErr_Clear();
            return None;
        }
        Some(hash)
    }
}

/// xxHash, as tuples have it.
unsafe fn hash_of_items(parts: &[Part]) -> Option<isize> {
    const PRIMES: [u64; 3] = [11_400_714_785_074_694_791, 14_029_467_366_897_019_727, 2_870_177_450_012_600_261];
    let mut sum = PRIMES[2];
    for part in parts {
        let lane = unsafe { part.hash() }? as u64;
        sum = sum.wrapping_add(lane.wrapping_mul(PRIMES[1])).rotate_left(31).wrapping_mul(PRIMES[0]);
    }
    sum = sum.wrapping_add(parts.len() as u64 ^ PRIMES[2] ^ 3_527_539);
    Some(if sum == u64::MAX { 1_546_275_796 } else { sum as isize })
}

/// `==` of two strings.
unsafe fn text_equal(a: Raw, b: Raw) -> bool {
    unsafe {
        if a == b {
            return true;
        }
        let (length, width) = (ffi::PyUnicode_GET_LENGTH(a), ffi::PyUnicode_KIND(a));
        if length != ffi::PyUnicode_GET_LENGTH(b) || width != ffi::PyUnicode_KIND(b) {
            return false;
        }
        let bytes = |text: Raw| std::slice::from_raw_parts(ffi::PyUnicode_DATA(text).cast::<u8>(), length as usize * width as usize);
        bytes(a) == bytes(b)
    }
}

/// Whether looking the key up in a dict or a set runs no code of the user's.
pub unsafe fn can_look_up(container: Raw, key: Raw) -> bool {
    unsafe {
        let Some(part) = Part::of(Tag::Object as u64, key as u64) else { return false };
        match () {
            () if is_dict(container) && is_layout_known() => !matches!(Key([part]).find(container), Found::Unsafe),
            () if is_set(container) && is_layout_known() => super::set::has(container, part).is_some(),
            () => false,
        }
    }
}

pub unsafe extern "C" fn lh_py_text_equal(a: Raw, b: Raw) -> i64 {
    unsafe { text_equal(a, b).into() }
}

/// Below, at or above zero.
pub unsafe extern "C" fn lh_py_text_order(a: Raw, b: Raw) -> i64 {
    unsafe { ffi::PyUnicode_Compare(a, b).into() }
}

/// The character at an index that is in bounds.
pub unsafe extern "C" fn lh_py_text_item(text: Raw, index: i64) -> Raw {
    unsafe {
        let item = (*ffi::Py_TYPE(text)).tp_as_sequence.as_ref().and_then(|slots| slots.sq_item);
        item.map_or(REFUSED, |item| item(text, index as isize))
    }
}

#[inline(always)]
unsafe fn find<const N: usize>(dict: Raw, words: [(u64, u64); N]) -> Raw {
    unsafe {
        let Some(key) = Key::of(words) else { return REFUSED };
        match key.find(dict) {
            Found::At(_, value) => value,
            Found::Missing => EXHAUSTED,
            Found::Unsafe => REFUSED,
        }
    }
}

unsafe fn put<const N: usize>(dict: Raw, words: [(u64, u64); N], value: Raw) -> i64 {
    unsafe {
        match Key::of(words) {
            Some(key) => key.put(dict, value),
            None => {
                ffi::Py_DECREF(value);
                -1
            }
        }
    }
}

/// The value behind a key, borrowed as all the arguments are; [`EXHAUSTED`] if there is none.
pub unsafe extern "C" fn lh_py_find1(dict: Raw, tag: u64, bits: u64) -> Raw {
    unsafe { find(dict, [(tag, bits)]) }
}

pub unsafe extern "C" fn lh_py_find2(dict: Raw, tag: u64, bits: u64, tag2: u64, bits2: u64) -> Raw {
    unsafe { find(dict, [(tag, bits), (tag2, bits2)]) }
}

pub unsafe extern "C" fn lh_py_find3(dict: Raw, tag: u64, bits: u64, tag2: u64, bits2: u64, tag3: u64, bits3: u64) -> Raw {
    unsafe { find(dict, [(tag, bits), (tag2, bits2), (tag3, bits3)]) }
}

/// Puts a value, which it takes, behind a key.
pub unsafe extern "C" fn lh_py_put1(dict: Raw, tag: u64, bits: u64, value: Raw) -> i64 {
    unsafe { put(dict, [(tag, bits)], value) }
}

pub unsafe extern "C" fn lh_py_put2(dict: Raw, tag: u64, bits: u64, tag2: u64, bits2: u64, value: Raw) -> i64 {
    unsafe { put(dict, [(tag, bits), (tag2, bits2)], value) }
}

#[allow(clippy::too_many_arguments, reason = "native code passes words")]
pub unsafe extern "C" fn lh_py_put3(dict: Raw, tag: u64, bits: u64, tag2: u64, bits2: u64, tag3: u64, bits3: u64, value: Raw) -> i64 {
    unsafe { put(dict, [(tag, bits), (tag2, bits2), (tag3, bits3)], value) }
}

/// Whether this Python's dicts lie in memory, and its keys hash, as ours do.
pub fn is_layout_known() -> bool {
    static IS_KNOWN: OnceLock<bool> = OnceLock::new();
    // SAFETY: native code, and what prepares it, runs with the lock held; objects made here.
    *IS_KNOWN.get_or_init(|| unsafe {
        let is_known = try_layout();
        ffi::PyErr_Clear();
        is_known == Some(true)
    })
}

/// Dicts of strings, ints and tuples, small and larger, with holes: each key is found, and no other.
unsafe fn try_layout() -> Option<bool> {
    unsafe {
        let owned = |object: Raw| (!object.is_null()).then_some(object);
        let text = |i: i64| {
            let text = format!("key {i}");
            ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize)
        };
        let int = |i: i64| Part::Int(i * 0x1234_5678_9abc - 77).object();
        let pair = |i: i64| {
            let text = text(i);
            let pair = if text.is_null() { text } else { Key([Part::Int(i), Part::Object(text)]).object() };
            ffi::Py_XDECREF(text);
            pair
        };
        for (size, make) in [(3, &text as &dyn Fn(i64) -> Raw), (200, &text), (3, &int), (200, &int), (20, &pair)] {
            let dict = owned(ffi::PyDict_New())?;
            let mut all_right = true;
            for i in 0..size {
                let key = owned(make(i))?;
                all_right &= ffi::PyDict_SetItem(dict, key, key) == 0 && (i % 3 != 1 || ffi::PyDict_DelItem(dict, key) == 0);
                ffi::Py_DECREF(key);
            }
            for i in 0..size + 5 {
                let key = owned(make(i))?;
                let stored = ffi::PyDict_GetItemWithError(dict, key);
                all_right &= match Key([Part::Object(key)]).find(dict) {
                    Found::At(_, value) => value == stored,
                    Found::Missing => stored.is_null(),
                    Found::Unsafe => false,
                };
                ffi::Py_DECREF(key);
            }
            ffi::Py_DECREF(dict);
            if !all_right {
                return Some(false);
            }
        }
        for value in [0, 1, -1, -2, i64::MAX, i64::MIN, (1 << 61) - 1, -(1 << 61) + 1, 12345] {
            let int = owned(ffi::PyLong_FromLongLong(value))?;
            let pair = Key([Part::Int(value), Part::Object(int)]);
            let tuple = owned(pair.object())?;
            let is_hash = ffi::PyObject_Hash(int) == hash_of_int(value) && Some(ffi::PyObject_Hash(tuple)) == pair.hash();
            ffi::Py_DECREF(tuple);
            ffi::Py_DECREF(int);
            if !is_hash {
                return Some(false);
            }
        }
        Some(true)
    }
}
