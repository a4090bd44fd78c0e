//! The user's classes that native code knows its way about in: each has a key, which is the same in every process.

use crate::inplace::guess::elem_of_object;
use crate::lock;
use crate::object::Raw;
use infer::OfClass;
use ir::{ClassKey, Elem};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyString, PyTuple, PyWeakrefMethods, PyWeakrefReference};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

type Type = *mut ffi::PyTypeObject;

unsafe extern "C" {
    fn _PyType_Lookup(kind: Type, name: Raw) -> Raw;
    static mut PyProperty_Type: ffi::PyTypeObject;
    static mut PyStaticMethod_Type: ffi::PyTypeObject;
    static mut PyClassMethod_Type: ffi::PyTypeObject;
}

#[derive(Default)]
struct Registry {
    /// By key: the class, if it is still alive.
    classes: HashMap<ClassKey, Py<PyWeakrefReference>>,
    /// By address, which may be another class's by now.
    keys: HashMap<usize, ClassKey>,
}

/// What was asked last: class, version, key (0: it has none).
type Answer = (usize, u32, u64);
const ANSWERS: usize = 16;
/// Classes of one name that are alive at the same time; of more nothing is known.
const NAMESAKES_AT_MOST: u32 = 64;

thread_local! {
    static REGISTRY: RefCell<Registry> = RefCell::default();
    static ANSWERED: Cell<[Answer; ANSWERS]> = const { Cell::new([(0, 0, 0); ANSWERS]) };
    static ENTRY_VALUES: RefCell<Vec<Py<PyAny>>> = const { RefCell::new(Vec::new()) };
}

/// The key of a class, if native code knows its way about in its instances.
///
/// # Safety
/// A live class, and the lock is held.
pub unsafe fn key_of(class: Type) -> Option<ClassKey> {
    unsafe {
        if ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_HEAPTYPE) == 0 {
            return None;
        }
        let version = frames::lh_class_version(class.cast());
        let place = class as usize / 64 % ANSWERS;
        let answer = ANSWERED.with(|answered| answered.as_ptr().cast::<Answer>().add(place).read());
        if answer.0 == class as usize && answer.1 == version && version != 0 {
            return (answer.2 != 0).then_some(ClassKey(answer.2));
        }
        let key = look_at(class);
        let version = frames::lh_class_version(class.cast());
        ANSWERED
            .with(|answered| answered.as_ptr().cast::<Answer>().add(place).write((class as usize, version, key.map_or(0, |key| key.0))));
        key
    }
}

#[cold]
unsafe fn look_at(class: Type) -> Option<ClassKey> {
    unsafe {
        if !is_plain(class) {
            return None;
        }
        let py = Python::assume_attached();
        let object = Bound::from_borrowed_ptr(py, class.cast());
        REGISTRY.with(|registry| {
            let registry = &mut *registry.try_borrow_mut().ok()?;
            if let Some(key) = registry.keys.get(&(class as usize))
                && registry.classes.get(key).is_some_and(|weak| weak.bind(py).upgrade().is_some_and(|alive| alive.is(&object)))
            {
                return Some(*key);
            }
            let name = name_of(&object);
            // Several classes of one name are told apart by the order in which they came.
            let is_free = |key: &ClassKey| registry.classes.get(key).is_none_or(|weak| weak.bind(py).upgrade().is_none());
            let key = (0..NAMESAKES_AT_MOST).map(|number| named(&name, number)).find(is_free)?;
            registry.classes.insert(key, PyWeakrefReference::new(&object).ok()?.unbind());
            registry.keys.insert(class as usize, key);
            Some(key)
        })
    }
}

/// What stands in the class's own namespace, if it is a string.
unsafe fn text_of(class: &Bound<'_, PyAny>, name: &str) -> Option<String> {
    let name = PyString::intern(class.py(), name);
    // SAFETY: a live class and an interned string.
    let found = unsafe { Bound::from_borrowed_ptr_or_opt(class.py(), _PyType_Lookup(class.as_ptr().cast(), name.as_ptr()))? };
    found.cast_exact::<PyString>().ok()?.extract().ok()
}

/// `module:qualified.name`, looked up without running any code.
pub fn name_of(class: &Bound<'_, PyAny>) -> String {
    // SAFETY: a live class made by a `class` statement.
    let qualname = unsafe { Bound::<PyAny>::from_borrowed_ptr(class.py(), (*class.as_ptr().cast::<ffi::PyHeapTypeObject>()).ht_qualname) };
    // SAFETY: the same.
    let module = unsafe { text_of(class, "__module__") }.unwrap_or_default();
    format!("{module}:{}", qualname.extract::<String>().unwrap_or_default())
}

/// The class that stands under such a name now.
pub fn class_named<'py>(py: Python<'py>, name: &str) -> Option<Bound<'py, PyAny>> {
    let (module, qualname) = name.split_once(':')?;
    // SAFETY: the dict of all modules, borrowed.
    let modules = unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyImport_GetModuleDict())? };
    let module = modules.cast::<PyDict>().ok()?.get_item(module).ok()??;
    let mut parts = qualname.split('.');
    let mut found = module.cast_exact::<PyModule>().ok()?.dict().get_item(parts.next()?).ok()??;
    for part in parts {
        // SAFETY: only what is a class is looked into.
        found = unsafe { (ffi::PyType_Check(found.as_ptr()) == 1).then(|| self::found(&found, part)) }??;
    }
    // SAFETY: the same. From now on its key leads to it.
    unsafe { ffi::PyType_Check(found.as_ptr()) == 1 && key_of(found.as_ptr().cast()).is_some() }.then_some(found)
}

fn named(name: &str, number: u32) -> ClassKey {
    let digest = runtime::digest(format!("{name}\0{number}").as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    // Zero says that there is none.
    ClassKey(u64::from_le_bytes(bytes).max(1))
}

/// Made by a `class` statement, upon others of its kind, and with CPython's own way to find attributes.
unsafe fn is_plain(class: Type) -> bool {
    unsafe {
        let is_generic = (*class).tp_getattro.map(|f| f as usize) == Some(ffi::PyObject_GenericGetAttr as *const () as usize);
        if !is_generic || ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_READY) == 0 {
            return false;
        }
        let is_named_tuple = is_named_tuple(class);
        if (*class).tp_itemsize != 0 && !is_named_tuple {
            return false;
        }
        let mro = (*class).tp_mro;
        let is_known = |base: Type| {
            base == &raw mut ffi::PyBaseObject_Type
                || is_named_tuple && base == &raw mut ffi::PyTuple_Type
                || ffi::PyType_HasFeature(base, ffi::Py_TPFLAGS_HEAPTYPE) != 0
        };
        if mro.is_null() || !(0..ffi::PyTuple_GET_SIZE(mro)).all(|i| is_known(ffi::PyTuple_GET_ITEM(mro, i).cast())) {
            return false;
        }
        // Looking something up gives it a version.
        let name = PyString::intern(Python::assume_attached(), "__init__");
        _PyType_Lookup(class, name.as_ptr());
        frames::lh_class_version(class.cast()) != 0
    }
}

/// A class as `namedtuple` makes it, or one upon it that leaves making, walking and indexing to it, and whose instances have nothing else.
unsafe fn is_named_tuple(class: Type) -> bool {
    unsafe {
        let tuple = &raw mut ffi::PyTuple_Type;
        if ffi::PyType_IsSubtype(class, tuple) == 0 || (*class).tp_dictoffset != 0 || (*class).tp_mro.is_null() {
            return false;
        }
        let of_all = &raw mut ffi::PyBaseObject_Type;
        let item = |class: Type| (*class).tp_as_mapping.as_ref().and_then(|mapping| mapping.mp_subscript).map(|f| f as usize);
        if (*class).tp_iter.map(|f| f as usize) != (*tuple).tp_iter.map(|f| f as usize)
            || (*class).tp_init.map(|f| f as usize) != (*of_all).tp_init.map(|f| f as usize)
            || item(class) != item(tuple)
            || ffi::Py_TYPE(class.cast()) != &raw mut ffi::PyType_Type
        {
            return false;
        }
        // Its `__new__` is what `namedtuple` wrote: the namespace of that has a name of its own.
        let class = Bound::from_borrowed_ptr(Python::assume_attached(), class.cast());
        let Some(new) = found(&class, "__new__").filter(|new| ffi::Py_TYPE(new.as_ptr()) == &raw mut PyStaticMethod_Type) else {
            return false;
        };
        let Some(new) = new.getattr("__func__").ok().filter(|new| ffi::Py_TYPE(new.as_ptr()) == &raw mut ffi::PyFunction_Type) else {
            return false;
        };
        let globals = Bound::from_borrowed_ptr(class.py(), ffi::PyFunction_GetGlobals(new.as_ptr()));
        let name = globals.cast::<PyDict>().ok().and_then(|globals| globals.get_item("__name__").ok()?);
        name.and_then(|name| name.extract::<String>().ok()).is_some_and(|name| name.starts_with("namedtuple_"))
    }
}

/// The fields of a named tuple, in order; None of other classes.
pub fn fields(class: &Bound<'_, PyAny>) -> Option<Vec<String>> {
    // SAFETY: a live class.
    if unsafe { (*class.as_ptr().cast::<ffi::PyTypeObject>()).tp_itemsize } == 0 {
        return None;
    }
    let names: Vec<String> = found(class, "_fields")?.cast_exact::<PyTuple>().ok()?.extract().ok()?;
    names.iter().enumerate().all(|(index, name)| found(class, name).and_then(|found| field_index(&found)) == Some(index)).then_some(names)
}

/// Which item of a named tuple a descriptor reads.
fn field_index(found: &Bound<'_, PyAny>) -> Option<usize> {
    // SAFETY: the name of a live object's type.
    let kind = unsafe { std::ffi::CStr::from_ptr((*ffi::Py_TYPE(found.as_ptr())).tp_name) };
    // On 3.11 its module has another name.
    let is_field = [c"collections._tuplegetter", c"_collections._tuplegetter"].contains(&kind);
    let made_by = is_field.then(|| found.call_method0("__reduce__").ok())??;
    made_by.get_item(1).ok()?.get_item(0).ok()?.extract().ok()
}

/// The class of that key in this process.
pub fn class_of(py: Python<'_>, key: ClassKey) -> Option<Bound<'_, PyAny>> {
    let class = REGISTRY.with(|registry| registry.try_borrow().ok()?.classes.get(&key)?.bind(py).upgrade())?;
    // SAFETY: a live class; it may have become another kind of class since.
    (unsafe { key_of(class.as_ptr().cast()) } == Some(key)).then_some(class)
}

/// What is found under a name in a class or its bases: borrowed from it.
fn found<'py>(class: &Bound<'py, PyAny>, name: &str) -> Option<Bound<'py, PyAny>> {
    let name = PyString::intern(class.py(), name);
    // SAFETY: a class with a key: its bases' dicts have strings for keys.
    unsafe { Bound::from_borrowed_ptr_or_opt(class.py(), _PyType_Lookup(class.as_ptr().cast(), name.as_ptr())) }
}

pub fn of_class(class: &Bound<'_, PyAny>, name: &str) -> OfClass {
    let kind: Type = class.as_ptr().cast();
    // SAFETY: fields of a live class, and of what is found in it.
    unsafe {
        let object = &raw mut ffi::PyBaseObject_Type;
        if name == "__new__" {
            let is_plain = ffi::Py_TYPE(class.as_ptr()) == &raw mut ffi::PyType_Type
                && (*kind).tp_new.map(|f| f as usize) == (*object).tp_new.map(|f| f as usize)
                && ffi::PyType_HasFeature(kind, ffi::Py_TPFLAGS_IS_ABSTRACT) == 0;
            return if is_plain { OfClass::Nothing } else { OfClass::Other };
        }
        if name == "__init__" && (*kind).tp_init.map(|f| f as usize) == (*object).tp_init.map(|f| f as usize) {
            return OfClass::Nothing;
        }
        let Some(found) = found(class, name) else { return OfClass::Nothing };
        if matches!(name, "__ne__" | "__setattr__" | "__class__") && is_of_every_object(&found, name) {
            return if name == "__class__" { OfClass::Itself } else { OfClass::Nothing };
        }
        kind_of(&found)
    }
}

/// What `object` has under that name.
fn is_of_every_object(found: &Bound<'_, PyAny>, name: &str) -> bool {
    // SAFETY: the type of all objects.
    let object = unsafe { Bound::from_borrowed_ptr(found.py(), (&raw mut ffi::PyBaseObject_Type).cast()) };
    self::found(&object, name).is_some_and(|of_all| of_all.is(found))
}

/// `object.__setattr__`
pub fn is_set_attribute(value: &Bound<'_, PyAny>) -> bool {
    is_of_every_object(value, "__setattr__")
}

/// What is found in a class.
fn kind_of(found: &Bound<'_, PyAny>) -> OfClass {
    // SAFETY: fields of a live object and of its type.
    unsafe {
        let is_exact = |kind: Type| ffi::Py_TYPE(found.as_ptr()) == kind;
        if crate::links::is_function(found.as_ptr()) {
            return OfClass::Method;
        }
        let wrappers = [
            (&raw mut PyStaticMethod_Type, OfClass::Static),
            (&raw mut PyClassMethod_Type, OfClass::ClassMethod),
            (&raw mut PyProperty_Type, OfClass::Property),
        ];
        if let Some((_, kind)) = wrappers.into_iter().find(|(kind, _)| is_exact(*kind)) {
            return if unwrapped(found).is_some() { kind } else { OfClass::Other };
        }
        if frames::lh_slot_offset(found.as_ptr().cast()) >= 0 {
            return OfClass::Slot;
        }
        if field_index(found).is_some() {
            return OfClass::Field;
        }
        let found = ffi::Py_TYPE(found.as_ptr());
        if (*found).tp_descr_get.is_none() && (*found).tp_descr_set.is_none() { OfClass::Value } else { OfClass::Other }
    }
}

/// The function behind a method, a static method, a class method or a property; or a value of the class.
pub fn constituent<'py>(class: &Bound<'py, PyAny>, name: &str) -> Option<Bound<'py, PyAny>> {
    let found = found(class, name)?;
    if kind_of(&found) == OfClass::Value { Some(found) } else { unwrapped(&found) }
}

fn unwrapped<'py>(found: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    // SAFETY: only the type of a live object is looked at.
    let is_exact = |kind: Type| unsafe { ffi::Py_TYPE(found.as_ptr()) } == kind;
    let function = match () {
        () if is_exact(&raw mut PyStaticMethod_Type) || is_exact(&raw mut PyClassMethod_Type) => found.getattr("__func__").ok()?,
        () if is_exact(&raw mut PyProperty_Type) => found.getattr("fget").ok()?,
        () => found.clone(),
    };
    crate::links::is_function(function.as_ptr()).then_some(function)
}

/// The first class behind `after` among the bases of a class that has something of that name, and that.
fn found_in_super<'py>(class: &Bound<'py, PyAny>, after: &Bound<'py, PyAny>, name: &str) -> Option<Bound<'py, PyAny>> {
    let name = PyString::intern(class.py(), name);
    // SAFETY: a live class, whose bases live as long; all are of Python's or `object`, and their dicts have strings for keys.
    unsafe {
        let mro = (*class.as_ptr().cast::<ffi::PyTypeObject>()).tp_mro;
        let bases = (0..ffi::PyTuple_GET_SIZE(mro)).map(|i| ffi::PyTuple_GET_ITEM(mro, i));
        bases.skip_while(|base| *base != after.as_ptr()).skip(1).find_map(|base| {
            let dict = frames::lh_class_dict(base.cast());
            Bound::from_borrowed_ptr_or_opt(class.py(), ffi::PyDict_GetItem(dict.cast(), name.as_ptr()))
        })
    }
}

pub fn of_super(class: &Bound<'_, PyAny>, after: &Bound<'_, PyAny>, name: &str) -> OfClass {
    match found_in_super(class, after, name) {
        None => OfClass::Nothing,
        Some(found) if name == "__init__" && is_of_every_object(&found, name) => OfClass::Nothing,
        Some(found) => kind_of(&found),
    }
}

/// The function behind what [`of_super`] finds.
pub fn function_of_super<'py>(class: &Bound<'py, PyAny>, after: &Bound<'py, PyAny>, name: &str) -> Option<Bound<'py, PyAny>> {
    unwrapped(&found_in_super(class, after, name)?)
}

/// Whether a class's own attribute of that name is what is found in it: its metaclass is `type`, which has none.
pub fn is_own(class: &Bound<'_, PyAny>, name: &str) -> bool {
    // SAFETY: a live class, and `type`.
    unsafe {
        let of_all = &raw mut ffi::PyType_Type;
        ffi::Py_TYPE(class.as_ptr()) == of_all && found(&Bound::from_borrowed_ptr(class.py(), of_all.cast()), name).is_none()
    }
}

pub fn has_dict(class: &Bound<'_, PyAny>) -> bool {
    // SAFETY: a live class.
    unsafe { frames::lh_class_has_dict(class.as_ptr().cast()) != 0 }
}

/// Whether a class is the other, or is made upon it; None if the other's metaclass may have a say.
pub fn is_subclass(class: &Bound<'_, PyAny>, other: &Bound<'_, PyAny>) -> Option<bool> {
    // SAFETY: live classes.
    unsafe {
        let is_plain = ffi::Py_TYPE(other.as_ptr()) == &raw mut ffi::PyType_Type;
        is_plain.then(|| ffi::PyType_IsSubtype(class.as_ptr().cast(), other.as_ptr().cast()) == 1)
    }
}

/// Where a slot of that name stands in an instance.
pub fn slot_offset(class: &Bound<'_, PyAny>, name: &str) -> Option<u64> {
    let found = found(class, name)?;
    if let Some(index) = field_index(&found) {
        let first = std::mem::offset_of!(ffi::PyTupleObject, ob_item);
        return fields(class).map(|_| (first + index * size_of::<Raw>()) as u64);
    }
    // SAFETY: a live object.
    u64::try_from(unsafe { frames::lh_slot_offset(found.as_ptr().cast()) }).ok()
}

/// While something is compiled: the values that it is entered with.
pub struct EntryValues;

impl EntryValues {
    /// # Safety
    /// Live objects or NULLs, and the lock is held.
    pub unsafe fn show(values: &[Raw]) -> EntryValues {
        let py = unsafe { Python::assume_attached() };
        let held = values.iter().filter_map(|value| unsafe { Bound::from_borrowed_ptr_or_opt(py, *value) }.map(Bound::unbind)).collect();
        ENTRY_VALUES.with(|shown| drop(shown.replace(held)));
        EntryValues
    }
}

impl Drop for EntryValues {
    fn drop(&mut self) {
        // Attached, or PyO3 would put the references off.
        lock::attach(|_| ENTRY_VALUES.with(|shown| drop(shown.take())));
    }
}

/// Some instances of each class that a compilation meets: what their attributes are is what is expected of others.
#[derive(Default)]
pub struct Samples {
    /// Alive: the program is not running.
    instances: HashMap<ClassKey, Vec<Raw>>,
    seen: HashSet<usize>,
}

const INSTANCES_AT_MOST: usize = 64;
const OBJECTS_AT_MOST: usize = 500;
const DEPTH_AT_MOST: usize = 6;

impl Samples {
    pub fn of_entry() -> Samples {
        let mut samples = Samples::default();
        let values: Vec<Raw> = ENTRY_VALUES.with(|shown| shown.borrow().iter().map(|value| value.as_ptr()).collect());
        values.into_iter().for_each(|value| samples.look_into(value));
        samples
    }

    /// Instances that can be reached from a value.
    pub fn look_into(&mut self, value: Raw) {
        let mut work = vec![(value, 0)];
        while let Some((value, depth)) = work.pop() {
            if depth > DEPTH_AT_MOST || self.seen.len() > OBJECTS_AT_MOST || !self.seen.insert(value as usize) {
                continue;
            }
            let mut room = [std::ptr::null_mut::<ffi::PyObject>(); 32];
            // SAFETY: live objects, of whose contents only what is alive is looked at.
            let count = unsafe { self.contents(value, &mut room) };
            work.extend(room[..count].iter().map(|inner| (*inner, depth + 1)));
        }
    }

    unsafe fn contents(&mut self, value: Raw, room: &mut [Raw; 32]) -> usize {
        unsafe {
            let kind = ffi::Py_TYPE(value);
            let (is_list, is_tuple) = (kind == &raw mut ffi::PyList_Type, ffi::PyTuple_Check(value) == 1);
            if is_tuple && let Some(class) = key_of(kind) {
                self.met(class, value);
            }
            if is_list || is_tuple {
                let size = if is_list { ffi::PyList_GET_SIZE(value) } else { ffi::PyTuple_GET_SIZE(value) } as usize;
                let places = [0, 1, 2, size / 2, size.wrapping_sub(2), size.wrapping_sub(1)];
                let mut count = 0;
                for place in places.into_iter().filter(|place| *place < size) {
                    room[count] =
                        if is_list { ffi::PyList_GET_ITEM(value, place as isize) } else { ffi::PyTuple_GET_ITEM(value, place as isize) };
                    count += 1;
                }
                return count;
            }
            let Some(class) = key_of(kind) else { return 0 };
            self.met(class, value);
            frames::lh_instance_contents(value.cast(), room.as_mut_ptr().cast(), room.len() as isize) as usize
        }
    }

    fn met(&mut self, class: ClassKey, instance: Raw) {
        let known = self.instances.entry(class).or_default();
        if known.len() < INSTANCES_AT_MOST {
            known.push(instance);
        }
    }

    /// In an order that is the same in every process.
    pub fn classes(&self) -> Vec<ClassKey> {
        let mut classes: Vec<ClassKey> = self.instances.keys().copied().collect();
        classes.sort();
        classes
    }

    pub fn expected(&self, py: Python<'_>, class: ClassKey, name: &str) -> Elem {
        let field = class_of(py, class).and_then(|class| field_index(&found(&class, name)?));
        let name = PyString::intern(py, name);
        let known = self.instances.get(&class).map_or(&[][..], Vec::as_slice);
        let values = known.iter().filter_map(|object| {
            // SAFETY: alive as long as the compilation; a field is one of a tuple.
            let value: Raw = unsafe {
                match field {
                    Some(index) if ffi::PyTuple_GET_SIZE(*object) > index as isize => ffi::PyTuple_GET_ITEM(*object, index as isize),
                    Some(_) => std::ptr::null_mut(),
                    None => frames::lh_instance_value((*object).cast(), name.as_ptr().cast()).cast(),
                }
            };
            (!value.is_null()).then(|| unsafe { elem_of_object(value) })
        });
        values.reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown)
    }
}
