//! Which operations can't run code of the user: decided by the exact types of what takes part.

use super::zip::{Steps, is_plain_zip};
use crate::end::is_quiet;
use crate::object::Raw;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use std::ffi::CStr;
use std::sync::OnceLock;

pub unsafe fn is_exact(object: Raw, kind: *mut ffi::PyTypeObject) -> bool {
    unsafe { ffi::Py_TYPE(object) == kind }
}

pub unsafe fn is_int(object: Raw) -> bool {
    unsafe { is_exact(object, &raw mut ffi::PyLong_Type) || is_bool(object) }
}

pub unsafe fn is_bool(object: Raw) -> bool {
    unsafe { is_exact(object, &raw mut ffi::PyBool_Type) }
}

/// Numbers, text and None: their operators know only each other.
pub unsafe fn is_scalar(object: Raw) -> bool {
    unsafe {
        is_int(object)
            || is_exact(object, &raw mut ffi::PyFloat_Type)
            || is_exact(object, &raw mut ffi::PyUnicode_Type)
            || object == ffi::Py_None()
            || is_exact(object, &raw mut ffi::PyComplex_Type)
            || is_exact(object, &raw mut ffi::PyBytes_Type)
    }
}

/// A dict whose operations are those of a plain one, but for what it makes of keys that it has not got (`making`). No namespace of
/// which native code holds names: that has not their values.
pub unsafe fn is_dict(object: Raw) -> bool {
    unsafe { is_exact(object, &raw mut ffi::PyDict_Type) && !is_held(object) || super::making::maker_of(object).is_some() }
}

/// Whether native code holds names of it.
pub fn is_held(namespace: Raw) -> bool {
    // SAFETY: it compares addresses.
    unsafe { frames::lh_is_held(namespace.cast()) != 0 }
}

/// A module with such a namespace.
unsafe fn is_held_module(object: Raw) -> bool {
    unsafe { ffi::PyModule_Check(object) != 0 && is_held(ffi::PyModule_GetDict(object)) }
}

static DEQUE: LibraryType = LibraryType::new("_collections", "deque");

/// A deque.
pub unsafe fn is_queue(object: Raw) -> bool {
    unsafe { is_type_of_queues(ffi::Py_TYPE(object)) }
}

pub unsafe fn is_type_of_queues(kind: *mut ffi::PyTypeObject) -> bool {
    unsafe { DEQUE.is(kind) }
}

/// A type of a library, found when an object comes by that could be of it.
pub struct LibraryType {
    module: &'static str,
    name: &'static str,
    found: PyOnceLock<usize>,
}

impl LibraryType {
    pub const fn new(module: &'static str, name: &'static str) -> LibraryType {
        LibraryType { module, name, found: PyOnceLock::new() }
    }

    pub unsafe fn is(&self, kind: *mut ffi::PyTypeObject) -> bool {
        if let Some(found) = self.found.get(unsafe { Python::assume_attached() }) {
            return *found == kind as usize;
        }
        // SAFETY: a type has a name, which ends with that of the class.
        let could_be = unsafe { CStr::from_ptr((*kind).tp_name) }.to_bytes().ends_with(self.name.as_bytes());
        could_be && self.find() == kind as usize
    }

    #[cold]
    fn find(&self) -> usize {
        // SAFETY: native code runs with the lock held.
        let py = unsafe { Python::assume_attached() };
        *self.found.get_or_init(py, || {
            let kind = py.import(self.module).and_then(|module| module.getattr(self.name));
            // It is kept. Where the module is missing, nothing is of the type.
            kind.map_or(0, |kind| kind.into_ptr() as usize)
        })
    }
}

/// What a defaultdict calls for a new key: it makes something empty, by C code alone.
pub unsafe fn is_plain_factory(factory: Raw) -> bool {
    unsafe {
        let plain = [
            &raw mut ffi::PyLong_Type,
            &raw mut ffi::PyFloat_Type,
            &raw mut ffi::PyUnicode_Type,
            &raw mut ffi::PyBool_Type,
            &raw mut ffi::PyComplex_Type,
            &raw mut ffi::PyList_Type,
            &raw mut ffi::PyTuple_Type,
            &raw mut ffi::PyDict_Type,
            &raw mut ffi::PySet_Type,
        ];
        factory == ffi::Py_None() || plain.iter().any(|kind| factory == kind.cast())
    }
}

pub unsafe fn is_set(object: Raw) -> bool {
    unsafe { is_exact(object, &raw mut ffi::PySet_Type) || is_exact(object, &raw mut ffi::PyFrozenSet_Type) }
}

/// A list or a tuple.
pub unsafe fn is_sequence(object: Raw) -> bool {
    unsafe { is_exact(object, &raw mut ffi::PyList_Type) || is_exact(object, &raw mut ffi::PyTuple_Type) }
}

pub unsafe fn is_container(object: Raw) -> bool {
    unsafe { is_sequence(object) || is_dict(object) || is_set(object) || is_exact(object, &raw mut ffi::PyRange_Type) }
}

/// Hashes, and compares with keys of its kind, by C code alone.
pub unsafe fn is_key(object: Raw) -> bool {
    unsafe { is_scalar(object) || is_exact(object, &raw mut ffi::PyTuple_Type) && items(object).all(|item| is_key(item)) }
}

pub unsafe fn has_scalars_only(sequence: Raw) -> bool {
    unsafe { items(sequence).all(|item| is_scalar(item)) }
}

/// The items of a list or tuple, borrowed.
pub unsafe fn items(sequence: Raw) -> impl Iterator<Item = Raw> {
    unsafe {
        let is_list = is_exact(sequence, &raw mut ffi::PyList_Type);
        let size = if is_list { ffi::PyList_GET_SIZE(sequence) } else { ffi::PyTuple_GET_SIZE(sequence) };
        (0..size).map(move |i| if is_list { ffi::PyList_GET_ITEM(sequence, i) } else { ffi::PyTuple_GET_ITEM(sequence, i) })
    }
}

pub unsafe fn is_indexable(object: Raw) -> bool {
    unsafe {
        is_sequence(object)
            || is_exact(object, &raw mut ffi::PyUnicode_Type)
            || is_exact(object, &raw mut ffi::PyBytes_Type)
            || is_exact(object, &raw mut ffi::PyRange_Type)
    }
}

/// An int, or a slice of ints and Nones.
pub unsafe fn is_index(key: Raw) -> bool {
    unsafe {
        let is_bound = |bound: Raw| bound == ffi::Py_None() || is_int(bound);
        if is_exact(key, &raw mut ffi::PySlice_Type) {
            let slice = key.cast::<ffi::PySliceObject>();
            return is_bound((*slice).start) && is_bound((*slice).stop) && is_bound((*slice).step);
        }
        is_int(key)
    }
}

pub unsafe fn is_view(object: Raw) -> bool {
    unsafe {
        is_exact(object, &raw mut ffi::PyDictKeys_Type)
            || is_exact(object, &raw mut ffi::PyDictValues_Type)
            || is_exact(object, &raw mut ffi::PyDictItems_Type)
    }
}

/// The iterators of builtin containers, and zips of such: a step runs nothing else.
pub unsafe fn is_plain_iterator(object: Raw) -> bool {
    static KINDS: OnceLock<Vec<usize>> = OnceLock::new();
    let kinds = KINDS.get_or_init(|| unsafe { iterator_types() });
    unsafe { kinds.contains(&(ffi::Py_TYPE(object) as usize)) || is_plain_zip(object, Steps::One) }
}

pub unsafe fn iterator_types() -> Vec<usize> {
    unsafe {
        let dict = ffi::PyDict_New();
        let samples = [
            ffi::PyList_New(0),
            ffi::PyTuple_New(0),
            ffi::PyUnicode_FromString(c"a".as_ptr()),
            ffi::PyUnicode_FromString(c"\xc3\xa4".as_ptr()),
            ffi::PyBytes_FromString(c"a".as_ptr()),
            ffi::PySet_New(std::ptr::null_mut()),
            crate::object::range_object([0, 1, 1]),
            ffi::PyObject_CallMethod(dict, c"values".as_ptr(), std::ptr::null()),
            ffi::PyObject_CallMethod(dict, c"items".as_ptr(), std::ptr::null()),
            dict,
        ];
        let mut kinds = Vec::new();
        for sample in samples {
            let iterator = if sample.is_null() { std::ptr::null_mut() } else { ffi::PyObject_GetIter(sample) };
            if iterator.is_null() {
                ffi::PyErr_Clear();
            } else {
                kinds.push(ffi::Py_TYPE(iterator) as usize);
                ffi::Py_DECREF(iterator);
            }
            ffi::Py_XDECREF(sample);
        }
        kinds
    }
}

unsafe extern "C" {
    fn _PyType_Lookup(kind: *mut ffi::PyTypeObject, name: Raw) -> Raw;
    static mut PyMemberDescr_Type: ffi::PyTypeObject;
    static mut PyMethodDescr_Type: ffi::PyTypeObject;
    static mut PyGetSetDescr_Type: ffi::PyTypeObject;
    static mut PyStaticMethod_Type: ffi::PyTypeObject;
    static mut PyClassMethod_Type: ffi::PyTypeObject;
    static mut PyClassMethodDescr_Type: ffi::PyTypeObject;
}

/// Whether reading the attribute runs C code of CPython's only: no `__getattr__`, property or descriptor of the user's.
pub unsafe fn is_attribute_plain(owner: Raw, name: Raw) -> bool {
    unsafe {
        let kind = ffi::Py_TYPE(owner);
        if kind == &raw mut ffi::PyType_Type {
            // What it finds in `type` itself is C code's, too.
            return is_type_ready_for_lookup(owner.cast()) && is_found_plain(owner.cast(), name);
        }
        is_type_ready_for_lookup(kind)
            && !is_held_module(owner)
            && (*kind).tp_getattro.map(|f| f as usize) == Some(ffi::PyObject_GenericGetAttr as *const () as usize)
            && is_found_plain(kind, name)
    }
}

/// Whether what a class has of that name is got at by C code.
unsafe fn is_found_plain(class: *mut ffi::PyTypeObject, name: Raw) -> bool {
    unsafe {
        let found = _PyType_Lookup(class, name);
        if found.is_null() || (*ffi::Py_TYPE(found)).tp_descr_get.is_none() {
            return true;
        }
        if is_exact(found, &raw mut PyClassMethod_Type) {
            return is_class_method_plain(found);
        }
        let kinds = [
            &raw mut ffi::PyFunction_Type,
            &raw mut PyMemberDescr_Type,
            &raw mut PyMethodDescr_Type,
            &raw mut PyGetSetDescr_Type,
            &raw mut PyStaticMethod_Type,
            &raw mut PyClassMethodDescr_Type,
        ];
        kinds.iter().any(|kind| is_exact(found, *kind)) || crate::links::is_function(found)
    }
}

/// Before 3.13 a class method asks what it wraps, which may be a property.
unsafe fn is_class_method_plain(method: Raw) -> bool {
    unsafe {
        let wrapped = ffi::PyObject_GetAttrString(method, c"__func__".as_ptr());
        if wrapped.is_null() {
            ffi::PyErr_Clear();
            return false;
        }
        let is_plain = is_exact(wrapped, &raw mut ffi::PyFunction_Type) || crate::links::is_function(wrapped);
        ffi::Py_DECREF(wrapped);
        is_plain
    }
}

/// Whether setting the attribute changes the instance's dict or a slot, and nothing else.
pub unsafe fn is_attribute_settable(owner: Raw, name: Raw) -> bool {
    unsafe {
        let kind = ffi::Py_TYPE(owner);
        if !is_type_ready_for_lookup(kind)
            || is_held_module(owner)
            || (*kind).tp_setattro.map(|f| f as usize) != Some(ffi::PyObject_GenericSetAttr as *const () as usize)
        {
            return false;
        }
        let found = _PyType_Lookup(kind, name);
        found.is_null() || (*ffi::Py_TYPE(found)).tp_descr_set.is_none() || is_exact(found, &raw mut PyMemberDescr_Type)
    }
}

/// Looking a name up in a type reads the dicts of its bases, whose keys are strings; modules and types have ways of their own.
unsafe fn is_type_ready_for_lookup(kind: *mut ffi::PyTypeObject) -> bool {
    unsafe { ffi::PyType_HasFeature(kind, ffi::Py_TPFLAGS_READY) != 0 }
}

/// Builtin functions that only look at scalars.
const FUNCTIONS_OF_SCALARS: &[&CStr] =
    &[c"abs", c"ascii", c"bin", c"chr", c"divmod", c"hash", c"hex", c"len", c"max", c"min", c"oct", c"ord", c"pow", c"repr", c"round"];
/// Builtin functions that compare and add the items of a list or tuple.
const FUNCTIONS_OF_SEQUENCES: &[&CStr] = &[c"all", c"any", c"max", c"min", c"sorted", c"sum"];
/// They look at nothing of Python's.
const CLOCKS: &[&CStr] =
    &[c"monotonic", c"monotonic_ns", c"perf_counter", c"perf_counter_ns", c"process_time", c"process_time_ns", c"time", c"time_ns"];
/// Methods of C of a generator of random numbers.
const RANDOM: &[&CStr] = &[c"random", c"getrandbits"];
/// All their functions look only at scalars, if that is what they get.
const MODULES_OF_NUMBERS: &[&CStr] = &[c"cmath", c"_operator"];
const METHODS_OF_LIST: &[&CStr] = &[c"append", c"clear", c"copy", c"insert", c"pop", c"reverse"];
const METHODS_OF_DICT: &[&CStr] = &[c"clear", c"copy", c"items", c"keys", c"values"];
const METHODS_OF_DICT_BY_KEY: &[&CStr] = &[c"get", c"pop", c"setdefault"];
const METHODS_OF_SET_BY_KEY: &[&CStr] = &[c"add", c"discard", c"remove"];

/// Whether the call runs C code of CPython's only.
pub unsafe fn is_call_safe(callable: Raw, args: &[Raw], keywords: &[Raw]) -> bool {
    unsafe {
        if !keywords.is_empty() && is_builtin(callable, c"builtins", c"print") {
            return super::output::can_print(args);
        }
        let all_scalars = || args.iter().all(|arg| is_scalar(*arg));
        if is_exact(callable, &raw mut ffi::PyType_Type) {
            return is_type_call_safe(callable.cast(), args);
        }
        if !is_exact(callable, &raw mut ffi::PyCFunction_Type) {
            return false;
        }
        let function = callable.cast::<ffi::PyCFunctionObject>();
        let name = CStr::from_ptr((*(*function).m_ml).ml_name);
        let owner = (*function).m_self;
        if owner.is_null() || ffi::PyModule_CheckExact(owner) == 1 {
            let of_container = args.len() == 1 && name == c"len" && is_container(args[0]);
            return of_container
                || name == c"print" && is_module_of(owner, c"builtins") && super::output::can_print(args)
                || CLOCKS.contains(&name) && args.is_empty() && is_module_of(owner, c"time")
                || args.iter().all(|arg| is_scalar(*arg) || is_sequence(*arg) && has_scalars_only(*arg)) && is_module_of(owner, c"math")
                || all_scalars() && MODULES_OF_NUMBERS.iter().any(|module| is_module_of(owner, module))
                || FUNCTIONS_OF_SEQUENCES.contains(&name) && is_sequence_of_scalars_first(args) && is_module_of(owner, c"builtins")
                || FUNCTIONS_OF_SCALARS.contains(&name) && all_scalars() && is_module_of(owner, c"builtins");
        }
        if is_exact(owner, &raw mut ffi::PyList_Type) {
            let extends = name == c"extend" && args.len() == 1 && is_sequence(args[0]);
            if name == c"clear" && !is_quiet(owner) {
                return false;
            }
            return extends || METHODS_OF_LIST.contains(&name) && (name == c"append" || args.first().is_none_or(|arg| is_int(*arg)));
        }
        if RANDOM.contains(&name) && ffi::PyType_IsSubtype(ffi::Py_TYPE(owner), random_type()) == 1 {
            return all_scalars();
        }
        if super::output::can_write(owner, name, args) {
            return true;
        }
        if is_queue(owner) {
            return is_queue_call_safe(owner, name, args);
        }
        if owner == (&raw mut ffi::PyLong_Type).cast() || owner == (&raw mut ffi::PyFloat_Type).cast() {
            return all_scalars();
        }
        if is_dict(owner) {
            return METHODS_OF_DICT.contains(&name) && (name != c"clear" || is_quiet(owner))
                || METHODS_OF_DICT_BY_KEY.contains(&name) && args.first().is_some_and(|key| super::can_look_up(owner, *key));
        }
        if is_exact(owner, &raw mut ffi::PySet_Type) {
            return METHODS_OF_SET_BY_KEY.contains(&name) && args.first().is_some_and(|key| super::can_look_up(owner, *key));
        }
        let joins = name == c"join" && args.len() == 1 && is_sequence(args[0]);
        let is_text = is_exact(owner, &raw mut ffi::PyUnicode_Type) || is_exact(owner, &raw mut ffi::PyBytes_Type);
        is_text && (joins || all_scalars())
            || (is_exact(owner, &raw mut ffi::PyLong_Type) || is_exact(owner, &raw mut ffi::PyFloat_Type)) && all_scalars()
    }
}

unsafe fn is_queue_call_safe(queue: Raw, name: &CStr, args: &[Raw]) -> bool {
    unsafe {
        match (name.to_bytes(), args) {
            (b"pop" | b"popleft" | b"reverse" | b"copy", []) => true,
            (b"rotate", [] | [_]) => args.iter().all(|count| is_int(*count)),
            (b"append" | b"appendleft", [_]) => !is_full(queue),
            (b"clear", []) => is_quiet(queue),
            _ => false,
        }
    }
}

/// Whether what is added would push something out.
unsafe fn is_full(queue: Raw) -> bool {
    unsafe {
        let most = ffi::PyObject_GetAttr(queue, intern!(Python::assume_attached(), "maxlen").as_ptr());
        if most.is_null() {
            ffi::PyErr_Clear();
            return true;
        }
        let is_full = most != ffi::Py_None() && ffi::PyLong_AsSsize_t(most) <= ffi::PyObject_Size(queue);
        ffi::Py_DECREF(most);
        is_full
    }
}

/// Whether it is that module's own function of C.
unsafe fn is_builtin(callable: Raw, module: &CStr, name: &CStr) -> bool {
    unsafe {
        if !is_exact(callable, &raw mut ffi::PyCFunction_Type) {
            return false;
        }
        let function = callable.cast::<ffi::PyCFunctionObject>();
        CStr::from_ptr((*(*function).m_ml).ml_name) == name && is_module_of((*function).m_self, module)
    }
}

/// `_random.Random`, which every generator of the module `random` is.
pub fn random_type() -> *mut ffi::PyTypeObject {
    static RANDOM: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    // SAFETY: native code runs with the lock held.
    let py = unsafe { Python::assume_attached() };
    let found = RANDOM.get_or_try_init(py, || py.import("_random")?.getattr("Random").map(Bound::unbind));
    // What no object is an instance of, where the module is missing.
    found.map_or(&raw mut ffi::PyEllipsis_Type, |kind| kind.as_ptr().cast())
}

unsafe fn is_sequence_of_scalars_first(args: &[Raw]) -> bool {
    unsafe {
        args.split_first()
            .is_some_and(|(first, rest)| is_sequence(*first) && has_scalars_only(*first) && rest.iter().all(|arg| is_scalar(*arg)))
    }
}

unsafe fn is_type_call_safe(kind: *mut ffi::PyTypeObject, args: &[Raw]) -> bool {
    unsafe {
        let of_scalars = [
            &raw mut ffi::PyLong_Type,
            &raw mut ffi::PyFloat_Type,
            &raw mut ffi::PyUnicode_Type,
            &raw mut ffi::PyBool_Type,
            &raw mut ffi::PyComplex_Type,
        ];
        let of_containers = [&raw mut ffi::PyList_Type, &raw mut ffi::PyTuple_Type];
        if of_scalars.contains(&kind) {
            return args.iter().all(|arg| is_scalar(*arg));
        }
        if of_containers.contains(&kind) {
            return args.iter().all(|arg| is_container(*arg) || is_exact(*arg, &raw mut ffi::PyUnicode_Type));
        }
        if DEQUE.is(kind) {
            let is_text = |arg: Raw| is_exact(arg, &raw mut ffi::PyUnicode_Type);
            return args.first().is_none_or(|first| is_container(*first) || is_text(*first))
                && args.iter().skip(1).all(|arg| is_scalar(*arg));
        }
        if super::making::is_default_dict_type(kind) {
            return matches!(args, [] | [_]) && args.iter().all(|factory| is_plain_factory(*factory));
        }
        (kind == &raw mut ffi::PyDict_Type || kind == &raw mut ffi::PySet_Type) && args.is_empty()
    }
}

pub unsafe fn is_module_of(module: Raw, name: &CStr) -> bool {
    unsafe {
        if module.is_null() {
            return false;
        }
        let found = ffi::PyModule_GetNameObject(module);
        if found.is_null() {
            ffi::PyErr_Clear();
            return false;
        }
        let is_it = ffi::PyUnicode_CompareWithASCIIString(found, name.as_ptr()) == 0;
        ffi::Py_DECREF(found);
        is_it
    }
}
