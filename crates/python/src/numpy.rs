//! NumPy's arrays and scalars, as native code knows them. Lancehead does not import NumPy: the program does, and then it is found.
//!
//! Where things lie in arrays and in the types of their elements is the ABI that extensions are compiled against, the same in NumPy 1 and 2.
//! It is looked at once all the same (`is_layout_known`): where it is not as expected, arrays are objects.

use crate::object::Raw;
use crate::settings::{count, settings};
use crate::undo::{lh_array_remember, lh_array_take_back};
use ir::{ArrayGuess, Dtype, Kind, Op};
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

type Type = *mut ffi::PyTypeObject;

/// An array's head.
#[repr(C)]
struct Array {
    head: ffi::PyObject,
    data: *mut u8,
    dimensions: c_int,
    lengths: *const isize,
    strides: *const isize,
    base: Raw,
    descr: *const Descr,
    flags: c_int,
    weak_references: Raw,
}

/// What is common to the types of elements of NumPy 1 and 2.
#[repr(C)]
struct Descr {
    head: ffi::PyObject,
    scalar_type: Type,
    kind: u8,
    letter: u8,
    order: u8,
    flags: u8,
    number: c_int,
}

/// A scalar of 64 bits; that of a bool is one byte.
#[repr(C)]
struct Scalar {
    head: ffi::PyObject,
    value: u64,
}

const ALIGNED: c_int = 0x100;
const WRITABLE: c_int = 0x400;
const WRITES_BACK: c_int = 0x2000;
/// The first write is to be warned of.
const WARNS: c_int = 1 << 31;

/// The array's type, and those of the scalars by `Dtype`; zeros as long as NumPy was not met. Native code reads them.
static TYPES: [AtomicUsize; 4] = [const { AtomicUsize::new(0) }; 4];
/// NumPy's two bools.
static BOOLS: AtomicUsize = AtomicUsize::new(0);
static FOUND: AtomicU8 = AtomicU8::new(UNSEEN);
const UNSEEN: u8 = 0;
const USABLE: u8 = 1;
const STRANGE: u8 = 2;

fn array_type() -> Type {
    TYPES[0].load(Ordering::Relaxed) as Type
}

fn scalar_type(dtype: Dtype) -> Type {
    TYPES[1 + dtype as usize].load(Ordering::Relaxed) as Type
}

/// What an object is to native code if it is an array; None for other objects.
pub unsafe fn kind_of(object: Raw) -> Option<Kind> {
    unsafe {
        let is_met = FOUND.load(Ordering::Relaxed) == USABLE || meet(ffi::Py_TYPE(object));
        if !is_met || ffi::Py_TYPE(object) != array_type() {
            return None;
        }
        let array = &*object.cast::<Array>();
        let dtype = dtype_of(array.descr)?;
        let dimensions = u8::try_from(array.dimensions).ok().filter(|n| (1..=ArrayGuess::DIMENSIONS_AT_MOST).contains(n))?;
        (array.flags & ALIGNED != 0).then_some(Kind::NumPy(ArrayGuess { dtype, dimensions }))
    }
}

/// What an object is a scalar of, if NumPy's.
#[inline]
pub unsafe fn dtype_of_scalar(object: Raw) -> Option<Dtype> {
    unsafe {
        let kind = ffi::Py_TYPE(object);
        if FOUND.load(Ordering::Relaxed) != USABLE && !meet(kind) {
            return None;
        }
        Dtype::ALL.into_iter().find(|dtype| scalar_type(*dtype) == kind)
    }
}

/// The value of what [`dtype_of_scalar`] knows.
pub unsafe fn scalar_value(object: Raw, dtype: Dtype) -> u64 {
    unsafe {
        let scalar = object.cast::<Scalar>();
        if dtype == Dtype::Bool { u64::from((&raw const (*scalar).value).cast::<u8>().read() != 0) } else { (*scalar).value }
    }
}

unsafe fn dtype_of(descr: *const Descr) -> Option<Dtype> {
    unsafe {
        let Descr { kind, letter, order, number, .. } = *descr;
        match (kind, letter, order, number) {
            (b'f', b'd', b'=', 12) => Some(Dtype::Float64),
            (b'i', b'l', b'=', 7) => Some(Dtype::Int64),
            (b'b', b'?', b'|', 0) => Some(Dtype::Bool),
            _ => None,
        }
    }
}

/// A new scalar; NULL, with an exception, where memory runs out.
pub unsafe fn scalar(dtype: Dtype, bits: u64) -> Raw {
    unsafe {
        if dtype == Dtype::Bool {
            let of = BOOLS.load(Ordering::Relaxed) as *mut Scalar;
            let object: Raw = of.add((bits & 1) as usize).cast();
            ffi::Py_INCREF(object);
            return object;
        }
        let kind = scalar_type(dtype);
        let Some(allocate) = (*kind).tp_alloc else { return ptr::null_mut() };
        let object = allocate(kind, 0);
        if !object.is_null() {
            (*object.cast::<Scalar>()).value = bits;
        }
        object
    }
}

/// An object of a type that nothing is known of: if it is of NumPy's, all of its types are looked up. Whether that could be done.
#[cold]
unsafe fn meet(kind: Type) -> bool {
    unsafe {
        if FOUND.load(Ordering::Relaxed) == STRANGE || ffi::PyType_HasFeature(kind, ffi::Py_TPFLAGS_HEAPTYPE) != 0 {
            return false;
        }
        let name = (*kind).tp_name;
        let is = |wanted: &CStr| !name.is_null() && CStr::from_ptr(name) == wanted;
        if !is(c"numpy.ndarray") && !is(c"numpy.float64") && !is(c"numpy.int64") && !is(c"numpy.bool") && !is(c"numpy.bool_") {
            return false;
        }
        let is_usable = beside_exceptions(|| find_types() && is_layout_known());
        FOUND.store(if is_usable { USABLE } else { STRANGE }, Ordering::Relaxed);
        is_usable
    }
}

/// An exception may be under way: it goes on when this is done.
unsafe fn beside_exceptions<T>(action: impl FnOnce() -> T) -> T {
    // SAFETY: promised by the callers, who hold the lock.
    let py = unsafe { Python::assume_attached() };
    let under_way = PyErr::take(py);
    let result = action();
    drop(PyErr::take(py));
    if let Some(error) = under_way {
        error.restore(py);
    }
    result
}

/// The table of the C API, of which NumPy keeps the places of old entries.
unsafe fn find_types() -> bool {
    const ARRAY: usize = 2;
    const BOOL: usize = 8;
    const BOOL_VALUES: usize = 9;
    const LONG: usize = 23;
    const DOUBLE: usize = 31;
    unsafe {
        let modules = ffi::PyImport_GetModuleDict();
        let module = [c"numpy._core._multiarray_umath", c"numpy.core._multiarray_umath"]
            .into_iter()
            .map(|name| ffi::PyDict_GetItemString(modules, name.as_ptr()))
            .find(|module| !module.is_null() && ffi::PyModule_Check(*module) == 1);
        let Some(module) = module else { return false };
        let capsule = ffi::PyDict_GetItemString(ffi::PyModule_GetDict(module), c"_ARRAY_API".as_ptr());
        if capsule.is_null() || ffi::PyCapsule_CheckExact(capsule) != 1 {
            return false;
        }
        let table = ffi::PyCapsule_GetPointer(capsule, ffi::PyCapsule_GetName(capsule)).cast::<*mut c_void>();
        if table.is_null() {
            return false;
        }
        let named = |index: usize, names: &[&CStr]| -> Option<Type> {
            let kind: Type = (*table.add(index)).cast();
            let name: *const c_char = (*kind).tp_name;
            names.contains(&CStr::from_ptr(name)).then_some(kind)
        };
        let types = [
            named(ARRAY, &[c"numpy.ndarray"]),
            named(DOUBLE, &[c"numpy.float64"]),
            named(LONG, &[c"numpy.int64"]),
            named(BOOL, &[c"numpy.bool", c"numpy.bool_"]),
        ];
        let sizes = [size_of::<Array>(), size_of::<Scalar>(), size_of::<Scalar>(), size_of::<Scalar>()];
        for (kind, size) in types.iter().zip(sizes) {
            let Some(kind) = kind else { return false };
            if ((**kind).tp_basicsize as usize) < size {
                return false;
            }
        }
        let bools: *mut Scalar = (*table.add(BOOL_VALUES)).cast();
        let are_bools = (0..2).all(|value| {
            let object: Raw = bools.add(value).cast();
            Some(ffi::Py_TYPE(object)) == types[3] && scalar_value(object, Dtype::Bool) == value as u64
        });
        if !are_bools {
            return false;
        }
        BOOLS.store(bools as usize, Ordering::Relaxed);
        for (place, kind) in TYPES.iter().zip(types) {
            place.store(kind.map_or(0, |kind| kind as usize), Ordering::Relaxed);
        }
        true
    }
}

/// Whether an array of our own says the same of itself through the buffer protocol as its head does.
unsafe fn is_layout_known() -> bool {
    unsafe {
        let object = ffi::PyObject_CallFunction(array_type().cast(), c"((ii))".as_ptr(), 2 as c_int, 3 as c_int);
        let is_known = !object.is_null() && ffi::Py_TYPE(object) == array_type() && is_head_as_expected(object);
        ffi::Py_XDECREF(object);
        is_known
    }
}

unsafe fn is_head_as_expected(object: Raw) -> bool {
    unsafe {
        let mut view = MaybeUninit::<ffi::Py_buffer>::zeroed();
        if ffi::PyObject_GetBuffer(object, view.as_mut_ptr(), ffi::PyBUF_STRIDES) != 0 {
            return false;
        }
        let mut view = view.assume_init();
        let array = &*object.cast::<Array>();
        let dimensions = view.ndim as usize;
        let same = |a: *const isize, b: *const isize| (0..dimensions).all(|axis| *a.add(axis) == *b.add(axis));
        let is_as_expected = array.data == view.buf.cast()
            && array.dimensions == view.ndim
            && same(array.lengths, view.shape)
            && same(array.strides, view.strides)
            && dtype_of(array.descr) == Some(Dtype::Float64)
            && array.flags & (ALIGNED | WRITABLE | WARNS) == ALIGNED | WRITABLE;
        ffi::PyBuffer_Release(&mut view);
        is_as_expected
    }
}

/// Whether the end of an array, or of a scalar of NumPy's, runs no code of its own; and what the array refers to. None for other objects.
pub unsafe fn end_of(object: Raw) -> Option<Option<Raw>> {
    unsafe {
        if FOUND.load(Ordering::Relaxed) != USABLE {
            return None;
        }
        let kind = ffi::Py_TYPE(object);
        if Dtype::ALL.into_iter().any(|dtype| scalar_type(dtype) == kind) {
            return Some(None);
        }
        if kind != array_type() {
            return None;
        }
        let array = &*object.cast::<Array>();
        let is_quiet = array.weak_references.is_null() && array.flags & WRITES_BACK == 0 && dtype_of(array.descr).is_some();
        is_quiet.then_some((!array.base.is_null()).then_some(array.base))
    }
}

// What native code calls.

pub unsafe extern "C" fn lh_py_numpy_float(value: f64) -> Raw {
    unsafe { scalar(Dtype::Float64, value.to_bits()) }
}

pub unsafe extern "C" fn lh_py_numpy_int(value: i64) -> Raw {
    unsafe { scalar(Dtype::Int64, value as u64) }
}

pub unsafe extern "C" fn lh_py_numpy_bool(value: i64) -> Raw {
    unsafe { scalar(Dtype::Bool, value as u64) }
}

/// Borrows the array, which is of two dimensions or more; the index is in bounds.
pub unsafe extern "C" fn lh_py_array_row(array: Raw, index: i64) -> Raw {
    unsafe { ffi::PySequence_GetItem(array, index as isize) }
}

/// What the floating-point unit has to say of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Said {
    Nothing,
    Divides,
    Overflows,
    Underflows,
    IsInvalid,
}

/// Operations by the number that native code has for them: sum or difference, product, quotient.
const SUM: i64 = 0;
const PRODUCT: i64 = 1;

fn said(operation: i64, a: f64, b: f64, result: f64) -> Said {
    let is_signalling = |x: f64| x.is_nan() && x.to_bits() >> 51 & 1 == 0;
    let is_quotient = !matches!(operation, SUM | PRODUCT);
    match () {
        () if is_signalling(a) || is_signalling(b) => Said::IsInvalid,
        () if a.is_nan() || b.is_nan() => Said::Nothing,
        () if result.is_nan() => Said::IsInvalid,
        () if is_quotient && b == 0.0 => {
            if a.is_infinite() {
                Said::Nothing
            } else {
                Said::Divides
            }
        }
        () if a.is_infinite() || b.is_infinite() => Said::Nothing,
        () if result.is_infinite() => Said::Overflows,
        // A sum that is too small for all bits is exact. Others might be: that is NumPy's to find out.
        () if operation == SUM || result.abs() >= f64::MIN_POSITIVE => Said::Nothing,
        () if a == 0.0 || !is_quotient && b == 0.0 => Said::Nothing,
        () => Said::Underflows,
    }
}

/// Whether NumPy would say nothing of the operation: of what it would say, it was told to say nothing.
pub unsafe extern "C" fn lh_numpy_is_quiet(operation: i64, a: f64, b: f64, result: f64) -> i64 {
    let said = said(operation, a, b, result);
    i64::from(said == Said::Nothing || unsafe { is_ignored(said) })
}

/// Whether NumPy would say something of what the floating-point unit has met, by its flags.
pub unsafe extern "C" fn lh_numpy_minds(flags: i64) -> i64 {
    let met = [(1, Said::IsInvalid), (4, Said::Divides), (8, Said::Overflows), (16, Said::Underflows)];
    let is_minded = met.into_iter().any(|(flag, said)| flags & flag != 0 && unsafe { !is_ignored(said) });
    is_minded.into()
}

/// The control word of the floating-point unit.
fn control_word() -> u32 {
    let mut word = 0u32;
    // SAFETY: writes the word, and nothing else.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
    word
}

/// Forgets what it has met.
fn clear_flags() {
    let word = control_word() & !63;
    // SAFETY: the flags alone are changed.
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack, preserves_flags)) };
}

/// Whether the program's `seterr` or `errstate` has it that this is ignored.
unsafe fn is_ignored(said: Said) -> bool {
    const IGNORE: &CStr = c"ignore";
    count(&settings().counters.numpy_asked);
    let (name, shift) = match said {
        Said::Nothing => return true,
        Said::Divides => (c"divide", 0),
        Said::Overflows => (c"over", 3),
        Said::Underflows => (c"under", 6),
        Said::IsInvalid => (c"invalid", 9),
    };
    let look = || unsafe {
        let modules = ffi::PyImport_GetModuleDict();
        let call = |module: &CStr, function: &CStr| -> Raw {
            let module = ffi::PyDict_GetItemString(modules, module.as_ptr());
            if module.is_null() || ffi::PyModule_Check(module) != 1 {
                return ptr::null_mut();
            }
            let function = ffi::PyDict_GetItemString(ffi::PyModule_GetDict(module), function.as_ptr());
            // What the program has put there is not asked.
            let is_own = !function.is_null() && ffi::PyCFunction_CheckExact(function) == 1;
            if is_own { ffi::PyObject_CallNoArgs(function) } else { ptr::null_mut() }
        };
        // NumPy 2 has a dict of names and words, NumPy 1 a list whose second item is a mask.
        let state = call(c"numpy._core._multiarray_umath", c"_get_extobj_dict");
        let mut is_ignored = false;
        if !state.is_null() && ffi::PyDict_CheckExact(state) == 1 {
            let word = ffi::PyDict_GetItemString(state, name.as_ptr());
            is_ignored = !word.is_null()
                && ffi::PyUnicode_CheckExact(word) == 1
                && ffi::PyUnicode_CompareWithASCIIString(word, IGNORE.as_ptr()) == 0;
        } else if state.is_null() {
            let old = call(c"numpy.core._multiarray_umath", c"geterrobj");
            if !old.is_null() && ffi::PyList_CheckExact(old) == 1 && ffi::PyList_GET_SIZE(old) > 1 {
                let mask = ffi::PyLong_AsLong(ffi::PyList_GET_ITEM(old, 1));
                is_ignored = mask >= 0 && mask >> shift & 7 == 0;
            }
            ffi::Py_XDECREF(old);
        }
        ffi::Py_XDECREF(state);
        is_ignored
    };
    unsafe { beside_exceptions(look) }
}

/// What the code generator's `arrays.ll` does, for interpreted IR. None where it leaves, or for other operations.
pub unsafe fn on_array(op: &Op, args: &[u64]) -> Option<u64> {
    unsafe {
        let array = || &*(args[0] as *const Array);
        let is_of = |kind: Type| ffi::Py_TYPE(args[0] as Raw) == kind;
        let float = |index: usize| f64::from_bits(args[index]);
        let quiet = |operation: i64| lh_numpy_is_quiet(operation, float(0), float(1), float(2)) != 0;
        match op {
            Op::ArrayIs(guess) => {
                let array = array();
                let is = array.dimensions == c_int::from(guess.dimensions) && dtype_of(array.descr) == Some(guess.dtype);
                Some((is && array.flags & ALIGNED != 0).into())
            }
            Op::NumPyOf(dtype) => is_of(scalar_type(*dtype)).then(|| scalar_value(args[0] as Raw, *dtype)),
            Op::GuardArray => is_of(array_type()).then_some(0),
            Op::ArrayIsWritable => Some((array().flags & (WRITABLE | WARNS) == WRITABLE).into()),
            Op::ArrayLength => Some(*array().lengths.add(args[1] as usize) as u64),
            Op::ArrayStride => Some(*array().strides.add(args[1] as usize) as u64),
            Op::ArrayData => Some(array().data as u64),
            Op::ArrayFloat | Op::ArrayInt => Some(*(args[0] as *const u64)),
            Op::ArrayBool => Some((*(args[0] as *const u8) != 0).into()),
            Op::ArraySetFloat | Op::ArraySetInt => {
                *(args[0] as *mut u64) = args[1];
                Some(0)
            }
            Op::ArraySetBool => {
                *(args[0] as *mut u8) = (args[1] & 1) as u8;
                Some(0)
            }
            Op::FlagsClear => {
                clear_flags();
                Some(0)
            }
            Op::FlagsSaid => Some(lh_numpy_minds((control_word() & 29).into()) as u64),
            Op::Keep => Some(0),
            Op::Opaque => Some(args[0]),
            Op::ArrayRemember => {
                let [turns, size, number] = [args[2], args[3], args[4]].map(|word| word as i64);
                Some(lh_array_remember(args[0] as *mut u8, args[1] as *mut u8, turns, size, number) as u64)
            }
            Op::ArrayTakeBack => {
                lh_array_take_back();
                Some(0)
            }
            Op::QuietSum => quiet(SUM).then_some(0),
            Op::QuietProduct => quiet(PRODUCT).then_some(0),
            Op::QuietQuotient => quiet(PRODUCT + 1).then_some(0),
            other => unreachable!("{other} is no operation on arrays"),
        }
    }
}

/// Whether it is one of [`on_array`]'s.
pub fn is_on_array(op: &Op) -> bool {
    matches!(op, Op::ArrayIs(_) | Op::NumPyOf(_) | Op::GuardArray | Op::ArrayIsWritable | Op::ArrayLength | Op::ArrayStride | Op::ArrayData)
        || matches!(op, Op::QuietSum | Op::QuietProduct | Op::QuietQuotient | Op::FlagsClear | Op::FlagsSaid | Op::Keep | Op::Opaque)
        || matches!(op, Op::ArrayRemember | Op::ArrayTakeBack)
        || op.reads_element()
        || op.sets_element()
}

pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_numpy_types" => TYPES.as_ptr() as usize,
        "lh_array_remember" => lh_array_remember as *const () as usize,
        "lh_array_take_back" => lh_array_take_back as *const () as usize,
        "lh_numpy_minds" => lh_numpy_minds as *const () as usize,
        "lh_numpy_is_quiet" => lh_numpy_is_quiet as *const () as usize,
        "lh_py_numpy_float" => lh_py_numpy_float as *const () as usize,
        "lh_py_numpy_int" => lh_py_numpy_int as *const () as usize,
        "lh_py_numpy_bool" => lh_py_numpy_bool as *const () as usize,
        "lh_py_array_row" => lh_py_array_row as *const () as usize,
        _ => return None,
    })
}
