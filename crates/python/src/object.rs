//! Python values as machine words and back.

use crate::classes::key_of;
use crate::inplace::guess::{elem_of_items, kind_of};
use crate::inplace::list::{iterator_at, iterator_back_at, method_of};
use crate::links::with_closure;
use base::Index;
use ir::{Dtype, ObjectId, Owned, Shape, Slot, Tag, Ty};
use pyo3::ffi;
use std::mem::MaybeUninit;
use std::ptr;

pub type Raw = *mut ffi::PyObject;

/// The shape that native code takes a value by; what it does not take apart is an `Object`.
///
/// # Safety
/// `value` is a live object, and the interpreter's lock is held.
pub unsafe fn shape_of(value: Raw) -> Shape {
    unsafe {
        let kind = ffi::Py_TYPE(value);
        if kind == &raw mut ffi::PyFloat_Type {
            Slot::Float(())
        } else if kind == &raw mut ffi::PyLong_Type {
            let mut overflow = 0;
            ffi::PyLong_AsLongLongAndOverflow(value, &mut overflow);
            if overflow == 0 { Slot::Int(()) } else { Slot::Object(()) }
        } else if kind == &raw mut ffi::PyBool_Type {
            Slot::Bool(())
        } else if kind == &raw mut ffi::PyComplex_Type {
            Slot::Complex([(); 2])
        } else if value == ffi::Py_None() {
            Slot::None
        } else if kind == &raw mut ffi::PyTuple_Type {
            tuple_shape(value).or_else(|| exact_shape(value)).unwrap_or(Slot::Object(()))
        } else if kind == &raw mut ffi::PyList_Type {
            Slot::List(elem_of_items(value), ())
        } else {
            let numpy = || crate::numpy::dtype_of_scalar(value).map(|dtype| Slot::NumPy(dtype, ()));
            exact_shape(value).or_else(numpy).or_else(|| key_of(kind).map(|class| Slot::Instance(class, ()))).unwrap_or(Slot::Object(()))
        }
    }
}

unsafe fn exact_shape(value: Raw) -> Option<Shape> {
    unsafe { kind_of(value).map(|kind| Slot::Exact(kind, ())) }
}

/// Tuples of up to eight items without objects among them are taken apart.
unsafe fn tuple_shape(tuple: Raw) -> Option<Shape> {
    unsafe {
        let size = ffi::PyTuple_GET_SIZE(tuple);
        if size > 8 {
            return None;
        }
        let items: Option<Vec<Shape>> = (0..size)
            .map(|i| match shape_of(ffi::PyTuple_GET_ITEM(tuple, i)) {
                Slot::Object(()) | Slot::Instance(..) | Slot::List(..) | Slot::Exact(..) => None,
                shape => Some(shape),
            })
            .collect();
        items.map(Slot::Tuple)
    }
}

/// Writes the words of a value that has this shape; objects go as new references. False if it has another shape.
///
/// # Safety
/// `value` is a live object, `words` has room for the shape's words, and the interpreter's lock is held.
#[inline]
pub unsafe fn unbox(value: Raw, shape: &Shape, words: &mut [MaybeUninit<u64>], at: &mut usize) -> bool {
    unsafe {
        match shape {
            Slot::Float(()) if ffi::Py_TYPE(value) == &raw mut ffi::PyFloat_Type => {
                words[*at].write(ffi::PyFloat_AS_DOUBLE(value).to_bits());
                *at += 1;
                true
            }
            Slot::Int(()) if ffi::Py_TYPE(value) == &raw mut ffi::PyLong_Type => {
                let mut overflow = 0;
                let int = ffi::PyLong_AsLongLongAndOverflow(value, &mut overflow);
                words[*at].write(int as u64);
                *at += 1;
                overflow == 0
            }
            Slot::Bool(()) if ffi::Py_TYPE(value) == &raw mut ffi::PyBool_Type => {
                words[*at].write((value == ffi::Py_True()) as u64);
                *at += 1;
                true
            }
            Slot::Complex(_) if ffi::Py_TYPE(value) == &raw mut ffi::PyComplex_Type => {
                let parts = [ffi::PyComplex_RealAsDouble(value), ffi::PyComplex_ImagAsDouble(value)];
                parts.iter().enumerate().for_each(|(i, part)| {
                    words[*at + i].write(part.to_bits());
                });
                *at += 2;
                true
            }
            Slot::NumPy(dtype, ()) => {
                if crate::numpy::dtype_of_scalar(value) != Some(*dtype) {
                    return false;
                }
                words[*at].write(crate::numpy::scalar_value(value, *dtype));
                *at += 1;
                true
            }
            Slot::None => value == ffi::Py_None(),
            Slot::Tuple(items) => {
                ffi::Py_TYPE(value) == &raw mut ffi::PyTuple_Type
                    && ffi::PyTuple_GET_SIZE(value) == items.len() as isize
                    && items.iter().enumerate().all(|(i, item)| unbox(ffi::PyTuple_GET_ITEM(value, i as isize), item, words, at))
            }
            Slot::List(elem, ()) => {
                if ffi::Py_TYPE(value) != &raw mut ffi::PyList_Type || !elem_of_items(value).serves(elem) {
                    return false;
                }
                words[*at].write(value as u64);
                *at += 1;
                true
            }
            Slot::Exact(wanted, ()) => {
                if !kind_of(value).is_some_and(|found| found.serves(wanted)) {
                    return false;
                }
                words[*at].write(value as u64);
                *at += 1;
                true
            }
            Slot::Instance(class, ()) => {
                if key_of(ffi::Py_TYPE(value)) != Some(*class) {
                    return false;
                }
                words[*at].write(value as u64);
                *at += 1;
                true
            }
            Slot::Object(()) => {
                // What has a narrower shape has another version; but instances only as long as those are few.
                if !matches!(shape_of(value), Slot::Object(()) | Slot::Instance(..)) {
                    return false;
                }
                words[*at].write(value as u64);
                *at += 1;
                true
            }
            _ => false,
        }
    }
}

/// The words' layout of a shape: each machine value by its first word.
pub fn layout(shape: &Shape, word: &mut u32) -> Slot<u32> {
    shape.map(&mut |ty: Ty, ()| {
        let at = *word;
        *word += ty.words() as u32;
        at
    })
}

/// The object of a slot that stands alone: what a call returns.
///
/// # Safety
/// As for [`Boxer::new`] and [`Boxer::object`].
#[inline]
pub unsafe fn single(slot: &Slot<u32>, words: &[u64], objects: &[Raw]) -> Raw {
    unsafe {
        match slot {
            Slot::Float(at) => ffi::PyFloat_FromDouble(f64::from_bits(words[*at as usize])),
            Slot::Int(at) => ffi::PyLong_FromLongLong(words[*at as usize] as i64),
            slot => Boxer::new(words, objects).object(slot),
        }
    }
}

/// What slots and their parts own, given their words.
pub fn owned_objects(slots: &[Slot<u32>], words: &[u64]) -> Vec<Raw> {
    let word = |at: u32| words[at as usize];
    let object = |owned| match owned {
        Owned::Object(at) | Owned::Text(at) => Some(word(at) as Raw),
        Owned::Tagged(tag, bits) => (Tag::from_bits(word(tag)) == Some(Tag::Object)).then(|| word(bits) as Raw),
    };
    slots.iter().flat_map(Slot::owned).filter_map(object).collect()
}

/// Makes objects of the words that native code left.
pub struct Boxer<'a> {
    words: &'a [u64],
    objects: &'a [Raw],
    /// Numbers that were made already, by their slot: what was one value becomes one object.
    made: Vec<(Slot<u32>, Raw)>,
    /// The same of tuples, by their items.
    tuples: Vec<(Vec<Slot<u32>>, Raw)>,
}

impl<'a> Boxer<'a> {
    /// # Safety
    /// Native code wrote the words for the slots that will be asked for, `objects` is its unit's table, and the interpreter's lock is held
    /// as long as the boxer lives.
    pub unsafe fn new(words: &'a [u64], objects: &'a [Raw]) -> Boxer<'a> {
        Boxer { words, objects, made: Vec::new(), tuples: Vec::new() }
    }

    /// A new reference to what a slot means; takes over what the slot owns. NULL for an unbound slot, and with an exception set where memory
    /// ran out.
    pub fn object(&mut self, slot: &Slot<u32>) -> Raw {
        let word = |at: &u32| self.words[*at as usize];
        let int = |at: &u32| self.words[*at as usize] as i64;
        // SAFETY: promised to `new`.
        unsafe {
            match slot {
                Slot::Unbound => ptr::null_mut(),
                Slot::None => new_reference(ffi::Py_None()),
                Slot::Bool(at) => bool_object(word(at) & 1 == 1),
                Slot::Int(at) => self.number(slot, *at, |words| ffi::PyLong_FromLongLong(words[0] as i64)),
                Slot::Uint(at) => self.number(slot, *at, |words| ffi::PyLong_FromUnsignedLongLong(words[0])),
                Slot::Wide(at) => self.number(slot, *at, |words| wide_object(words[0], words[1])),
                Slot::Float(at) => self.number(slot, *at, |words| ffi::PyFloat_FromDouble(f64::from_bits(words[0]))),
                // NumPy has two bools, as Python has.
                Slot::NumPy(Dtype::Bool, at) => crate::numpy::scalar(Dtype::Bool, word(at)),
                Slot::NumPy(dtype, at) => self.number(slot, *at, |words| crate::numpy::scalar(*dtype, words[0])),
                Slot::Complex([real, imaginary]) => {
                    let parts = [*real, *imaginary].map(|at| f64::from_bits(word(&at)));
                    self.number(slot, *real, |_| ffi::PyComplex_FromDoubles(parts[0], parts[1]))
                }
                Slot::Object(at) | Slot::Instance(_, at) | Slot::List(_, at) | Slot::Exact(_, at) => word(at) as Raw,
                Slot::ListIter(_, index, list) | Slot::ExactIter(_, index, list) => iterator_at(word(list) as Raw, int(index)),
                Slot::ArrayRow(_, index, array) => {
                    let row = crate::numpy::lh_py_array_row(word(array) as Raw, int(index));
                    ffi::Py_DECREF(word(array) as Raw);
                    row
                }
                Slot::ListBack(_, index, list) => iterator_back_at(word(list) as Raw, int(index)),
                Slot::Slice(parts) => self.slice(slot, parts),
                Slot::ListMethod(method, _, list) => method_of(word(list) as Raw, method.name()),
                Slot::Method(method, _, owner) => method_of(word(owner) as Raw, method.row().name),
                Slot::Known(object) => new_reference(self.objects[ObjectId::index(*object)]),
                Slot::Function(object, cells) => {
                    let cells = cells.iter().map(|cell| self.object(cell)).collect();
                    with_closure(self.objects[ObjectId::index(*object)], cells)
                }
                Slot::Generator(object, parts) => self.generator(self.objects[ObjectId::index(*object)], parts),
                Slot::Tuple(items) => self.tuple(items),
                Slot::Range(parts) => range_object(parts.each_ref().map(int)),
                Slot::RangeIter([next, left, step]) => range_iterator(int(next), word(left), int(step)),
                Slot::Enumerate(count, inner) => {
                    let count = int(count);
                    let inner = self.object(inner);
                    call_builtin(&raw mut ffi::PyEnum_Type, vec![inner, ffi::PyLong_FromLongLong(count)])
                }
                Slot::Zip(items) => {
                    let items = items.iter().map(|item| self.object(item)).collect();
                    call_builtin(zip_type(), items)
                }
                Slot::TupleIter(index, items) => {
                    let rest = &items[(int(index) as usize).min(items.len())..];
                    let tuple = self.new_tuple(rest);
                    if tuple.is_null() {
                        return tuple;
                    }
                    let iterator = ffi::PyObject_GetIter(tuple);
                    ffi::Py_DECREF(tuple);
                    iterator
                }
                Slot::Any(_, tag, bits) => match Tag::from_bits(word(tag)) {
                    None | Some(Tag::Unbound) => ptr::null_mut(),
                    Some(Tag::None) => new_reference(ffi::Py_None()),
                    Some(Tag::Bool) => bool_object(word(bits) & 1 == 1),
                    Some(Tag::Int) => ffi::PyLong_FromLongLong(int(bits)),
                    Some(Tag::Uint) => ffi::PyLong_FromUnsignedLongLong(word(bits)),
                    Some(Tag::Float) => ffi::PyFloat_FromDouble(f64::from_bits(word(bits))),
                    Some(Tag::Object) => word(bits) as Raw,
                    Some(Tag::NumPyFloat) => crate::numpy::scalar(Dtype::Float64, word(bits)),
                    Some(Tag::NumPyInt) => crate::numpy::scalar(Dtype::Int64, word(bits)),
                    Some(Tag::NumPyBool) => crate::numpy::scalar(Dtype::Bool, word(bits)),
                },
            }
        }
    }

    /// Of its iterator and the cells that it shares; nothing of it has run.
    unsafe fn generator(&mut self, function: Raw, parts: &[Slot<u32>]) -> Raw {
        unsafe {
            let mut parts = parts.iter().map(|part| self.object(part));
            let iterator = parts.next().expect("a generator goes through something");
            let cells: Vec<Raw> = parts.collect();
            let function = if cells.is_empty() { new_reference(function) } else { with_closure(function, cells) };
            let whole = !function.is_null() && !iterator.is_null();
            let made = if whole { ffi::PyObject_Vectorcall(function, &iterator, 1, ptr::null_mut()) } else { ptr::null_mut() };
            [function, iterator].into_iter().for_each(|part| ffi::Py_XDECREF(part));
            made
        }
    }

    unsafe fn number(&mut self, slot: &Slot<u32>, at: u32, make: impl Fn(&[u64]) -> Raw) -> Raw {
        unsafe {
            if let Some((_, made)) = self.made.iter().find(|(known, _)| known == slot) {
                return new_reference(*made);
            }
            let made = make(&self.words[at as usize..]);
            if !made.is_null() {
                self.made.push((slot.clone(), made));
            }
            made
        }
    }

    unsafe fn slice(&mut self, slot: &Slot<u32>, parts: &[Slot<u32>; 3]) -> Raw {
        unsafe {
            if let Some((_, made)) = self.made.iter().find(|(known, _)| known == slot) {
                return new_reference(*made);
            }
            let parts = parts.each_ref().map(|part| self.object(part));
            let is_whole = parts.iter().all(|part| !part.is_null());
            let slice = if is_whole { ffi::PySlice_New(parts[0], parts[1], parts[2]) } else { ptr::null_mut() };
            parts.into_iter().for_each(|part| ffi::Py_XDECREF(part));
            if !slice.is_null() {
                self.made.push((slot.clone(), slice));
            }
            slice
        }
    }

    /// One of the same items was one object, as far as native code can tell.
    unsafe fn tuple(&mut self, items: &[Slot<u32>]) -> Raw {
        unsafe {
            if let Some((_, made)) = self.tuples.iter().find(|(known, _)| known == items) {
                owned_objects(items, self.words).into_iter().for_each(|object| ffi::Py_DECREF(object));
                return new_reference(*made);
            }
            let tuple = self.new_tuple(items);
            if !tuple.is_null() {
                self.tuples.push((items.to_vec(), tuple));
            }
            tuple
        }
    }

    unsafe fn new_tuple(&mut self, items: &[Slot<u32>]) -> Raw {
        unsafe {
            let tuple = ffi::PyTuple_New(items.len() as isize);
            for (i, item) in items.iter().enumerate() {
                let item = self.object(item);
                if tuple.is_null() || item.is_null() {
                    ffi::Py_XDECREF(item);
                    ffi::Py_XDECREF(tuple);
                    return ptr::null_mut();
                }
                ffi::PyTuple_SET_ITEM(tuple, i as isize, item);
            }
            tuple
        }
    }
}

/// Whether NULL is what a slot's words mean.
pub fn is_unbound(slot: &Slot<u32>, words: &[u64]) -> bool {
    match slot {
        Slot::Unbound => true,
        Slot::Any(_, tag, _) => Tag::from_bits(words[*tag as usize]).is_none_or(|tag| tag == Tag::Unbound),
        _ => false,
    }
}

unsafe fn new_reference(object: Raw) -> Raw {
    unsafe {
        ffi::Py_INCREF(object);
        object
    }
}

unsafe fn bool_object(value: bool) -> Raw {
    unsafe { new_reference(if value { ffi::Py_True() } else { ffi::Py_False() }) }
}

/// An int of 128 bits, low word first.
pub unsafe fn wide_object(low: u64, high: u64) -> Raw {
    unsafe {
        let high = ffi::PyLong_FromLongLong(high as i64);
        let bits = ffi::PyLong_FromLong(64);
        let low = ffi::PyLong_FromUnsignedLongLong(low);
        let shifted = if high.is_null() || bits.is_null() { ptr::null_mut() } else { ffi::PyNumber_Lshift(high, bits) };
        let whole = if shifted.is_null() || low.is_null() { ptr::null_mut() } else { ffi::PyNumber_Or(shifted, low) };
        [high, bits, low, shifted].into_iter().for_each(|part| ffi::Py_XDECREF(part));
        whole
    }
}

pub unsafe fn range_object(parts: [i64; 3]) -> Raw {
    unsafe {
        let parts = parts.iter().map(|part| ffi::PyLong_FromLongLong(*part)).collect();
        call_builtin(&raw mut ffi::PyRange_Type, parts)
    }
}

unsafe fn range_iterator(next: i64, left: u64, step: i64) -> Raw {
    unsafe {
        let stop = i128::from(next) + i128::from(left) * i128::from(step);
        let (low, high) = (stop as u64, (stop >> 64) as u64);
        let parts = vec![ffi::PyLong_FromLongLong(next), wide_object(low, high), ffi::PyLong_FromLongLong(step)];
        let range = call_builtin(&raw mut ffi::PyRange_Type, parts);
        if range.is_null() {
            return range;
        }
        let iterator = ffi::PyObject_GetIter(range);
        ffi::Py_DECREF(range);
        iterator
    }
}

fn zip_type() -> *mut ffi::PyTypeObject {
    unsafe extern "C" {
        static mut PyZip_Type: ffi::PyTypeObject;
    }
    &raw mut PyZip_Type
}

/// Calls a type with arguments whose references it takes over.
unsafe fn call_builtin(kind: *mut ffi::PyTypeObject, args: Vec<Raw>) -> Raw {
    unsafe {
        let whole = args.iter().all(|arg| !arg.is_null());
        let result =
            if whole { ffi::PyObject_Vectorcall(kind.cast(), args.as_ptr(), args.len(), ptr::null_mut()) } else { ptr::null_mut() };
        args.into_iter().for_each(|arg| ffi::Py_XDECREF(arg));
        result
    }
}
