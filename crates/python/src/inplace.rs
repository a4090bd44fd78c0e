//! What native code does to real objects: CPython's own functions, called where no code of the user can run.
//!
//! Every function here takes over the references of its arguments unless it says that it borrows them, also where it fails. A result of
//! NULL (or -1) is an exception that was raised; [`REFUSED`] (or -1 without an exception) means that nothing was done: the interpreter
//! does the operation, in a frame that user code can see.

mod buffer;
pub mod cell;
mod dict;
pub mod guess;
pub mod instance;
pub mod int;
pub mod list;
mod list_methods;
mod making;
mod method;
mod ordered;
mod output;
pub mod own_names;
mod random;
mod reduce;
pub mod safe;
mod set;
mod slice;
mod text;
pub mod zip;

use crate::end::drops_quietly;
use crate::leave::made_container;
use crate::object::Raw;
use dict::*;
use ir::Tag;
use making::{is_counter, maker_of, makes_quietly};
use method::*;
use pyo3::ffi;
use random::*;
pub use random::{is_random, method_of_generator};
pub use safe::iterator_types;
use safe::*;
use set::*;
use std::ptr;
use zip::lh_py_zip_of;

/// The interpreter's to do.
const REFUSED: Raw = 1 as Raw;
/// An iterator has no more items.
pub const EXHAUSTED: Raw = 2 as Raw;

/// References that are given up at the end of a call.
struct Taken<const N: usize>([Raw; N]);

impl<const N: usize> Drop for Taken<N> {
    fn drop(&mut self) {
        // SAFETY: native code handed over a reference of each.
        unsafe { self.0.iter().for_each(|object| ffi::Py_DECREF(*object)) }
    }
}

unsafe fn new_reference(object: Raw) -> Raw {
    unsafe {
        ffi::Py_INCREF(object);
        object
    }
}

// Objects of machine values.

unsafe extern "C" fn lh_py_none() -> Raw {
    unsafe { new_reference(ffi::Py_None()) }
}

unsafe extern "C" fn lh_py_bool(value: i64) -> Raw {
    unsafe { new_reference(if value & 1 == 1 { ffi::Py_True() } else { ffi::Py_False() }) }
}

unsafe extern "C" fn lh_py_int(value: i64) -> Raw {
    unsafe { int::new_int(value) }
}

unsafe extern "C" fn lh_py_uint(value: u64) -> Raw {
    unsafe { ffi::PyLong_FromUnsignedLongLong(value) }
}

unsafe extern "C" fn lh_py_wide(value: i128) -> Raw {
    unsafe { crate::object::wide_object(value as u64, (value >> 64) as u64) }
}

unsafe extern "C" fn lh_py_float(value: f64) -> Raw {
    unsafe { ffi::PyFloat_FromDouble(value) }
}

unsafe extern "C" fn lh_py_complex(real: f64, imaginary: f64) -> Raw {
    unsafe { ffi::PyComplex_FromDoubles(real, imaginary) }
}

unsafe extern "C" {
    fn _Py_c_abs(number: ffi::Py_complex) -> f64;
}

/// As `abs` has it, of a finite number; what it gives may be infinite.
unsafe extern "C" fn lh_py_complex_abs(real: f64, imaginary: f64) -> f64 {
    unsafe { _Py_c_abs(ffi::Py_complex { real, imag: imaginary }) }
}

/// A new reference to what a tag and bits mean; borrows what they own.
unsafe extern "C" fn lh_py_any(tag: u64, bits: u64) -> Raw {
    unsafe {
        match Tag::from_bits(tag) {
            None | Some(Tag::Unbound) => REFUSED,
            Some(Tag::None) => new_reference(ffi::Py_None()),
            Some(Tag::Bool) => lh_py_bool(bits as i64),
            Some(Tag::Int) => ffi::PyLong_FromLongLong(bits as i64),
            Some(Tag::Uint) => ffi::PyLong_FromUnsignedLongLong(bits),
            Some(Tag::Float) => ffi::PyFloat_FromDouble(f64::from_bits(bits)),
            Some(Tag::Object) => new_reference(bits as Raw),
            Some(tag) => match tag.dtype() {
                Some(dtype) => crate::numpy::scalar(dtype, bits),
                None => REFUSED,
            },
        }
    }
}

unsafe extern "C" fn lh_py_range(start: i64, stop: i64, step: i64) -> Raw {
    unsafe { crate::object::range_object([start, stop, step]) }
}

/// Borrows: whether the object is a number that native code can hold, as a tag.
unsafe extern "C" fn lh_py_tag(object: Raw) -> i64 {
    unsafe {
        let kind = ffi::Py_TYPE(object);
        if kind == &raw mut ffi::PyFloat_Type {
            return Tag::Float as i64;
        }
        if kind == &raw mut ffi::PyLong_Type {
            if int::short_value(object).is_some() {
                return Tag::Int as i64;
            }
            let mut overflow = 0;
            ffi::PyLong_AsLongLongAndOverflow(object, &mut overflow);
            if overflow == 0 {
                return Tag::Int as i64;
            }
        }
        Tag::Object as i64
    }
}

/// Borrows a number for which [`lh_py_tag`] said so.
unsafe extern "C" fn lh_py_bits(object: Raw) -> u64 {
    unsafe {
        if ffi::Py_TYPE(object) == &raw mut ffi::PyFloat_Type {
            return ffi::PyFloat_AS_DOUBLE(object).to_bits();
        }
        int::short_value(object).unwrap_or_else(|| ffi::PyLong_AsLongLong(object)) as u64
    }
}

// Operators.

pub type BinaryFunction = unsafe extern "C" fn(Raw, Raw) -> Raw;

unsafe extern "C" fn power(a: Raw, b: Raw) -> Raw {
    unsafe { ffi::PyNumber_Power(a, b, ffi::Py_None()) }
}

unsafe extern "C" fn power_in_place(a: Raw, b: Raw) -> Raw {
    unsafe { ffi::PyNumber_InPlacePower(a, b, ffi::Py_None()) }
}

/// In the order of `bytecode::Binary`, plain and in place.
pub const BINARY: [[BinaryFunction; 2]; 13] = [
    [ffi::PyNumber_Add, ffi::PyNumber_InPlaceAdd],
    [ffi::PyNumber_Subtract, ffi::PyNumber_InPlaceSubtract],
    [ffi::PyNumber_Multiply, ffi::PyNumber_InPlaceMultiply],
    [ffi::PyNumber_TrueDivide, ffi::PyNumber_InPlaceTrueDivide],
    [ffi::PyNumber_FloorDivide, ffi::PyNumber_InPlaceFloorDivide],
    [ffi::PyNumber_Remainder, ffi::PyNumber_InPlaceRemainder],
    [power, power_in_place],
    [ffi::PyNumber_MatrixMultiply, ffi::PyNumber_InPlaceMatrixMultiply],
    [ffi::PyNumber_Lshift, ffi::PyNumber_InPlaceLshift],
    [ffi::PyNumber_Rshift, ffi::PyNumber_InPlaceRshift],
    [ffi::PyNumber_And, ffi::PyNumber_InPlaceAnd],
    [ffi::PyNumber_Or, ffi::PyNumber_InPlaceOr],
    [ffi::PyNumber_Xor, ffi::PyNumber_InPlaceXor],
];

unsafe extern "C" fn lh_py_binary(code: i64, a: Raw, b: Raw) -> Raw {
    unsafe {
        let _taken = Taken([a, b]);
        let Some(functions) = BINARY.get(code as usize / 2) else { return REFUSED };
        if code as usize % 2 == 1 && is_exact(a, &raw mut ffi::PyList_Type) && is_int(b) && !has_scalars_only(a) {
            // The items of `a *= 0` come to their end.
            return REFUSED;
        }
        let is_safe =
            is_scalar(a) && is_scalar(b) || is_sequence(a) && is_sequence(b) || is_sequence(a) && is_int(b) || is_int(a) && is_sequence(b);
        if is_safe { functions[code as usize % 2](a, b) } else { REFUSED }
    }
}

/// In the order of `bytecode::Unary`.
unsafe extern "C" fn lh_py_unary(code: i64, a: Raw) -> Raw {
    unsafe {
        let _taken = Taken([a]);
        match code {
            _ if !is_scalar(a) || is_bool(a) => REFUSED,
            0 => ffi::PyNumber_Negative(a),
            1 => ffi::PyNumber_Positive(a),
            2 => ffi::PyNumber_Invert(a),
            _ => REFUSED,
        }
    }
}

/// Lists of lists are compared so deep.
const DEPTH_TO_COMPARE: usize = 4;

/// Whether it compares by C code alone.
unsafe fn is_plain(object: Raw, depth: usize) -> bool {
    unsafe {
        is_scalar(object)
            || is_sequence(object) && depth > 0 && items(object).all(|item| is_plain(item, depth - 1))
            || is_set(object) && set::has_keys_only(object)
    }
}

/// In the order of `bytecode::Compare`, which is not that of `Py_LT` and the others.
unsafe extern "C" fn lh_py_compare(code: i64, a: Raw, b: Raw) -> i64 {
    unsafe {
        let _taken = Taken([a, b]);
        let Some(op) = [ffi::Py_LT, ffi::Py_LE, ffi::Py_EQ, ffi::Py_NE, ffi::Py_GT, ffi::Py_GE].get(code as usize) else { return -1 };
        if !is_plain(a, DEPTH_TO_COMPARE) || !is_plain(b, DEPTH_TO_COMPARE) {
            return -1;
        }
        let result = ffi::PyObject_RichCompare(a, b, *op);
        if result.is_null() {
            return -1;
        }
        ffi::Py_DECREF(result);
        i64::from(result == ffi::Py_True())
    }
}

unsafe extern "C" fn lh_py_contains(container: Raw, item: Raw) -> i64 {
    unsafe {
        let _taken = Taken([container, item]);
        let is_text = is_exact(container, &raw mut ffi::PyUnicode_Type) && is_scalar(item);
        let is_lookup = can_look_up(container, item);
        let is_search = is_sequence(container) && is_scalar(item) && has_scalars_only(container);
        if is_text || is_lookup || is_search { ffi::PySequence_Contains(container, item).into() } else { -1 }
    }
}

/// Borrows.
unsafe extern "C" fn lh_py_truth(object: Raw) -> i64 {
    unsafe { if is_scalar(object) || is_container(object) || is_queue(object) { ffi::PyObject_IsTrue(object).into() } else { -1 } }
}

/// Borrows.
unsafe extern "C" fn lh_py_length(object: Raw) -> i64 {
    unsafe {
        let is_text = is_exact(object, &raw mut ffi::PyUnicode_Type) || is_exact(object, &raw mut ffi::PyBytes_Type);
        if is_text || is_container(object) || is_queue(object) { ffi::PyObject_Size(object) as i64 } else { -1 }
    }
}

// Items.

/// Borrows.
unsafe extern "C" fn lh_py_item_at(container: Raw, index: i64) -> Raw {
    unsafe {
        let size = match () {
            () if is_exact(container, &raw mut ffi::PyList_Type) => ffi::PyList_GET_SIZE(container) as i64,
            () if is_exact(container, &raw mut ffi::PyTuple_Type) => ffi::PyTuple_GET_SIZE(container) as i64,
            () => {
                let index = ffi::PyLong_FromLongLong(index);
                return if index.is_null() { index } else { lh_py_item(new_reference(container), index) };
            }
        };
        let at = if index < 0 { index.wrapping_add(size) } else { index };
        if !(0..size).contains(&at) {
            return REFUSED;
        }
        new_reference(if is_exact(container, &raw mut ffi::PyList_Type) {
            ffi::PyList_GET_ITEM(container, at as isize)
        } else {
            ffi::PyTuple_GET_ITEM(container, at as isize)
        })
    }
}

/// Borrows a list or tuple whose length was looked at.
unsafe extern "C" fn lh_py_item_of_sequence(sequence: Raw, index: i64) -> Raw {
    unsafe { lh_py_item_at(sequence, index) }
}

unsafe extern "C" fn lh_py_item(container: Raw, key: Raw) -> Raw {
    unsafe {
        let _taken = Taken([container, key]);
        let is_lookup =
            is_dict(container) && can_look_up(container, key) && (maker_of(container).is_none() || makes_quietly(container, key));
        if is_lookup || is_queue(container) && is_int(key) || is_indexable(container) && is_index(key) {
            made_container(ffi::PyObject_GetItem(container, key))
        } else {
            REFUSED
        }
    }
}

/// Whether nothing of the user's runs where what stands in a dict at a key, or in a list at an index or slice, is given up.
unsafe fn gives_up_quietly(container: Raw, key: Raw) -> bool {
    unsafe {
        if is_dict(container) {
            let old = ffi::PyDict_GetItem(container, key);
            return old.is_null() || drops_quietly(old);
        }
        let size = ffi::PyList_GET_SIZE(container);
        let (mut start, mut stop, mut step) = (0, 0, 1);
        if is_exact(key, &raw mut ffi::PySlice_Type) {
            // Of ints and Nones.
            if ffi::PySlice_Unpack(key, &mut start, &mut stop, &mut step) != 0 {
                ffi::PyErr_Clear();
                return false;
            }
            let count = ffi::PySlice_AdjustIndices(size, &mut start, &mut stop, step);
            return (0..count).all(|i| drops_quietly(ffi::PyList_GET_ITEM(container, start + i * step)));
        }
        let index = ffi::PyLong_AsSsize_t(key);
        if index == -1 && !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return false;
        }
        let at = if index < 0 { index + size } else { index };
        !(0..size).contains(&at) || drops_quietly(ffi::PyList_GET_ITEM(container, at))
    }
}

unsafe extern "C" fn lh_py_set_item(container: Raw, key: Raw, value: Raw) -> i64 {
    unsafe {
        let _taken = Taken([container, key, value]);
        let is_list = is_exact(container, &raw mut ffi::PyList_Type);
        let is_safe = is_dict(container) && can_look_up(container, key) || is_list && (is_int(key) || is_index(key) && is_sequence(value));
        if is_safe && gives_up_quietly(container, key) { ffi::PyObject_SetItem(container, key, value).into() } else { -1 }
    }
}

/// Borrows the container, takes the value.
unsafe extern "C" fn lh_py_set_item_at(container: Raw, index: i64, value: Raw) -> i64 {
    unsafe {
        if is_exact(container, &raw mut ffi::PyList_Type) {
            let size = ffi::PyList_GET_SIZE(container) as i64;
            let at = if index < 0 { index.wrapping_add(size) } else { index };
            if !(0..size).contains(&at) {
                ffi::Py_DECREF(value);
                return -1;
            }
            return list::lh_list_set_object(container, at, value);
        }
        let index = ffi::PyLong_FromLongLong(index);
        if index.is_null() {
            ffi::Py_DECREF(value);
            return -1;
        }
        lh_py_set_item(new_reference(container), index, value)
    }
}

unsafe extern "C" fn lh_py_delete_item(container: Raw, key: Raw) -> i64 {
    unsafe {
        let _taken = Taken([container, key]);
        // A Counter has a way of its own, of Python's.
        let is_lookup = is_dict(container) && !is_counter(container) && can_look_up(container, key);
        let is_safe = is_lookup || is_exact(container, &raw mut ffi::PyList_Type) && is_index(key);
        if is_safe && gives_up_quietly(container, key) { ffi::PyObject_DelItem(container, key).into() } else { -1 }
    }
}

unsafe extern "C" fn lh_py_slice(start: Raw, stop: Raw, step: Raw) -> Raw {
    unsafe {
        let _taken = Taken([start, stop, step]);
        ffi::PySlice_New(start, stop, step)
    }
}

/// Borrows: whether it is a list or tuple of this length, so that it can be unpacked.
unsafe extern "C" fn lh_py_has_length(sequence: Raw, length: i64) -> i64 {
    unsafe { if is_sequence(sequence) && ffi::PySequence_Size(sequence) as i64 == length { 0 } else { -1 } }
}

// Building.

unsafe extern "C" fn lh_py_tuple(size: i64) -> Raw {
    unsafe { made_container(ffi::PyTuple_New(size as isize)) }
}

/// Borrows the tuple, takes the item.
unsafe extern "C" fn lh_py_tuple_put(tuple: Raw, index: i64, item: Raw) {
    unsafe { ffi::PyTuple_SET_ITEM(tuple, index as isize, item) }
}

unsafe extern "C" fn lh_py_list(size: i64) -> Raw {
    unsafe { made_container(ffi::PyList_New(size as isize)) }
}

/// Borrows the list, takes the item.
unsafe extern "C" fn lh_py_list_put(list: Raw, index: i64, item: Raw) {
    unsafe { ffi::PyList_SET_ITEM(list, index as isize, item) }
}

/// A dict of keys and values in turn.
unsafe extern "C" fn lh_py_dict(pairs: Raw) -> Raw {
    unsafe {
        let _taken = Taken([pairs]);
        let size = ffi::PyTuple_GET_SIZE(pairs);
        if !(0..size).step_by(2).all(|i| is_key(ffi::PyTuple_GET_ITEM(pairs, i))) {
            return REFUSED;
        }
        let dict = made_container(ffi::PyDict_New());
        for i in (0..size).step_by(2) {
            if dict.is_null() || ffi::PyDict_SetItem(dict, ffi::PyTuple_GET_ITEM(pairs, i), ffi::PyTuple_GET_ITEM(pairs, i + 1)) != 0 {
                ffi::Py_XDECREF(dict);
                return ptr::null_mut();
            }
        }
        dict
    }
}

/// Borrows the list.
unsafe extern "C" fn lh_py_append(list: Raw, item: Raw) -> i64 {
    unsafe {
        if is_exact(list, &raw mut ffi::PyList_Type) {
            return list::append(list, item);
        }
        drop(Taken([item]));
        -1
    }
}

/// The strings of a tuple, one behind the other.
unsafe extern "C" fn lh_py_join(parts: Raw) -> Raw {
    unsafe {
        let _taken = Taken([parts]);
        let empty = ffi::PyUnicode_FromStringAndSize(ptr::null(), 0);
        if empty.is_null() {
            return empty;
        }
        let text = ffi::PyUnicode_Join(empty, parts);
        ffi::Py_DECREF(empty);
        text
    }
}

/// In the order of `bytecode::Conversion`.
pub unsafe fn converted(code: i64, value: Raw) -> Raw {
    unsafe {
        match code {
            1 => ffi::PyObject_Str(value),
            2 => ffi::PyObject_Repr(value),
            3 => ffi::PyObject_ASCII(value),
            _ => new_reference(value),
        }
    }
}

unsafe extern "C" fn lh_py_format(code: i64, value: Raw) -> Raw {
    unsafe {
        let _taken = Taken([value]);
        if !is_scalar(value) {
            return REFUSED;
        }
        let value = converted(code, value);
        if value.is_null() || is_exact(value, &raw mut ffi::PyUnicode_Type) {
            return value;
        }
        let text = ffi::PyObject_Format(value, ptr::null_mut());
        ffi::Py_DECREF(value);
        text
    }
}

unsafe extern "C" fn lh_py_format_spec(code: i64, value: Raw, spec: Raw) -> Raw {
    unsafe {
        let _taken = Taken([value, spec]);
        if !is_scalar(value) {
            return REFUSED;
        }
        let value = converted(code, value);
        if value.is_null() {
            return value;
        }
        let text = ffi::PyObject_Format(value, spec);
        ffi::Py_DECREF(value);
        text
    }
}

// Attributes, calls, iterators.

/// Takes the owner, borrows the name.
unsafe extern "C" fn lh_py_attribute(owner: Raw, name: Raw) -> Raw {
    unsafe {
        let _taken = Taken([owner]);
        if is_attribute_plain(owner, name) { ffi::PyObject_GetAttr(owner, name) } else { REFUSED }
    }
}

/// Takes the owner and the value, borrows the name.
unsafe extern "C" fn lh_py_set_attribute(owner: Raw, name: Raw, value: Raw) -> i64 {
    unsafe {
        let _taken = Taken([owner, value]);
        if is_attribute_settable(owner, name) && is_attribute_quiet(owner, name) {
            ffi::PyObject_SetAttr(owner, name, value).into()
        } else {
            -1
        }
    }
}

/// Whether nothing of the user's runs where the value of a settable attribute is given up.
unsafe fn is_attribute_quiet(owner: Raw, name: Raw) -> bool {
    unsafe {
        let mut old: Raw = ptr::null_mut();
        if !is_attribute_plain(owner, name) || frames::lh_attribute(owner.cast(), name.cast(), (&raw mut old).cast()) < 0 {
            ffi::PyErr_Clear();
            return false;
        }
        if old.is_null() {
            return true;
        }
        let is_quiet = ffi::Py_REFCNT(old) > 2 || crate::end::is_quiet(old);
        // Not the last one.
        ffi::Py_DECREF(old);
        is_quiet
    }
}

/// Sets a global name. Borrows the namespace and the name, takes the value.
unsafe extern "C" fn lh_py_store_name(namespace: Raw, name: Raw, value: Raw) -> i64 {
    unsafe {
        let _taken = Taken([value]);
        // Nobody else sets a name meanwhile: the old value's end, which may run code, comes behind it.
        let old = ffi::PyDict_GetItem(namespace, name);
        ffi::Py_XINCREF(old);
        let status = own_names::change(namespace, || ffi::PyDict_SetItem(namespace, name, value));
        ffi::Py_XDECREF(old);
        status.into()
    }
}

unsafe fn call<const N: usize>(callable: Raw, args: [Raw; N]) -> Raw {
    unsafe {
        let _taken = (Taken([callable]), Taken(args));
        if let Some(result) = ordered::call(callable, &args) {
            return result;
        }
        if !is_call_safe(callable, &args, &[]) {
            return REFUSED;
        }
        made_container(ffi::PyObject_Vectorcall(callable, args.as_ptr(), N, ptr::null_mut()))
    }
}

/// Borrows: whether it is of a kind that is called in place, for some arguments.
unsafe extern "C" fn lh_py_is_builtin(callable: Raw) -> i64 {
    unsafe { i64::from(is_exact(callable, &raw mut ffi::PyCFunction_Type) || is_exact(callable, &raw mut ffi::PyType_Type)) }
}

unsafe extern "C" fn lh_py_call0(callable: Raw) -> Raw {
    unsafe { call(callable, []) }
}

unsafe extern "C" fn lh_py_call1(callable: Raw, a: Raw) -> Raw {
    unsafe { call(callable, [a]) }
}

unsafe extern "C" fn lh_py_call2(callable: Raw, a: Raw, b: Raw) -> Raw {
    unsafe { call(callable, [a, b]) }
}

unsafe extern "C" fn lh_py_call3(callable: Raw, a: Raw, b: Raw, c: Raw) -> Raw {
    unsafe { call(callable, [a, b, c]) }
}

/// A call with arguments in a tuple, the last of them by the names in another.
unsafe extern "C" fn lh_py_call_many(callable: Raw, args: Raw, names: Raw) -> Raw {
    unsafe {
        let _taken = Taken([callable, args, names]);
        let items = |tuple: Raw| -> Vec<Raw> { (0..ffi::PyTuple_GET_SIZE(tuple)).map(|i| ffi::PyTuple_GET_ITEM(tuple, i)).collect() };
        let (all, keywords) = (items(args), items(names));
        if keywords.is_empty()
            && let Some(result) = ordered::call(callable, &all)
        {
            return result;
        }
        if !is_call_safe(callable, &all, &keywords) {
            return REFUSED;
        }
        let names = if keywords.is_empty() { ptr::null_mut() } else { names };
        ffi::PyObject_Vectorcall(callable, all.as_ptr(), all.len() - keywords.len(), names)
    }
}

unsafe extern "C" fn lh_py_iter(iterable: Raw) -> Raw {
    unsafe {
        let _taken = Taken([iterable]);
        let is_text = is_exact(iterable, &raw mut ffi::PyUnicode_Type) || is_exact(iterable, &raw mut ffi::PyBytes_Type);
        if is_text || is_container(iterable) || is_view(iterable) || is_plain_iterator(iterable) {
            ffi::PyObject_GetIter(iterable)
        } else {
            REFUSED
        }
    }
}

/// Borrows: the address of its type.
unsafe extern "C" fn lh_py_type(object: Raw) -> i64 {
    unsafe { ffi::Py_TYPE(object) as i64 }
}

/// Whether the end of something waits for true frames.
unsafe extern "C" fn lh_py_waits() -> i64 {
    unsafe { frames::lh_anything_waits().into() }
}

/// Borrows a class: the version of what is found in it.
unsafe extern "C" fn lh_py_class_version(class: Raw) -> i64 {
    unsafe { frames::lh_class_version(class.cast()).into() }
}

/// Borrows.
unsafe extern "C" fn lh_py_is_iterator(object: Raw) -> i64 {
    unsafe { ffi::PyIter_Check(object).into() }
}

/// What a plain iterator refers to.
#[derive(Default)]
struct Held {
    /// What it goes through: given up at its end.
    container: Option<Raw>,
    /// The pair that a dict's items come in, which is used again.
    pair: Option<Raw>,
}

impl Held {
    unsafe fn by(iterator: Raw) -> Held {
        unsafe extern "C" fn found(object: Raw, held: *mut std::ffi::c_void) -> std::ffi::c_int {
            // SAFETY: called from below.
            let held = unsafe { &mut *held.cast::<Held>() };
            if held.container.is_none() {
                held.container = Some(object);
            } else {
                held.pair = Some(object);
            }
            0
        }
        let mut held = Held::default();
        unsafe {
            if let Some(traverse) = (*ffi::Py_TYPE(iterator)).tp_traverse {
                traverse(iterator, found, (&raw mut held).cast());
            }
        }
        held
    }
}

/// Borrows. [`EXHAUSTED`] at the end.
unsafe extern "C" fn lh_py_next(iterator: Raw) -> Raw {
    unsafe {
        if !is_plain_iterator(iterator) {
            return REFUSED;
        }
        let next = (*ffi::Py_TYPE(iterator)).tp_iternext.expect("an iterator has a next");
        let held = Held::by(iterator);
        if held.container.is_some_and(is_held) {
            return REFUSED;
        }
        if held.pair.is_some_and(|pair| is_exact(pair, &raw mut ffi::PyTuple_Type) && !items(pair).all(|item| drops_quietly(item))) {
            return REFUSED;
        }
        let container = held.container.filter(|container| ffi::Py_REFCNT(*container) == 1);
        container.into_iter().for_each(|container| ffi::Py_INCREF(container));
        let item = next(iterator);
        container.into_iter().for_each(|container| {
            crate::end::drop_reference(container);
        });
        if !item.is_null() || !ffi::PyErr_Occurred().is_null() {
            return item;
        }
        EXHAUSTED
    }
}

macro_rules! addresses {
    ($($function:ident)*) => {
        /// Where the loader finds a function of this file.
        pub fn address_of(symbol: &str) -> Option<usize> {
            match symbol {
                $(stringify!($function) => Some($function as *const () as usize),)*
                _ => [buffer::address_of, cell::address_of, instance::address_of, list::address_of, list_methods::address_of, making::address_of, reduce::address_of, slice::address_of, text::address_of]
                    .into_iter()
                    .find_map(|address_of| address_of(symbol)),
            }
        }
    };
}

addresses! {
    lh_py_complex lh_py_complex_abs lh_py_method0 lh_py_method1 lh_py_method2 lh_py_method3 lh_py_set lh_py_has lh_py_set_binary lh_py_set_of lh_py_set_add
    lh_py_find1 lh_py_find2 lh_py_find3 lh_py_put1 lh_py_put2 lh_py_put3 lh_py_text_equal lh_py_text_order lh_py_text_item
    lh_py_item_of_sequence lh_py_any lh_py_set_item_at
    lh_py_none lh_py_int lh_py_uint lh_py_wide lh_py_float lh_py_range lh_py_tag lh_py_bits
    lh_py_binary lh_py_unary lh_py_compare lh_py_contains lh_py_truth lh_py_length
    lh_py_item_at lh_py_item lh_py_set_item lh_py_delete_item lh_py_slice lh_py_has_length
    lh_py_tuple lh_py_tuple_put lh_py_list lh_py_list_put lh_py_dict lh_py_append lh_py_join lh_py_format lh_py_format_spec
    lh_py_attribute lh_py_set_attribute lh_py_store_name lh_py_call0 lh_py_call1 lh_py_call2 lh_py_call3 lh_py_call_many lh_py_random lh_py_random_of_bound lh_py_random_below lh_py_random_ready lh_py_iter lh_py_is_iterator lh_py_next lh_py_zip_of
    lh_py_class_version lh_py_is_builtin lh_py_waits lh_py_type
}
