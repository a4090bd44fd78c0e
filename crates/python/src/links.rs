//! Paths from the entry function to the objects that a unit depends on.

use crate::classes::key_of;
use crate::guards::{code_of_function, fingerprint};
use crate::object::{Raw, shape_of};
use base::Index;
use infer::Thing;
use ir::{Links, Path, Slot};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCode, PyDict, PyModule, PyTuple, PyWeakrefMethods, PyWeakrefReference};
use std::sync::Mutex;

/// What stands at a path now, looked up without running code of the user.
pub fn resolve<'py>(entry: &Bound<'py, PyAny>, links: &Links, path: &Path) -> Option<Bound<'py, PyAny>> {
    let function = |code: &ir::CodeId| resolve(entry, links, &links.objects[links.codes[code.index()].index()].path);
    match path {
        Path::Entry => Some(entry.clone()),
        Path::Class { class, name } => {
            crate::classes::class_of(entry.py(), *class).or_else(|| crate::classes::class_named(entry.py(), name))
        }
        Path::OfClass { class, name } => crate::classes::constituent(&crate::classes::class_of(entry.py(), *class)?, name),
        Path::Super { class, after, name } => {
            let (class, after) = (crate::classes::class_of(entry.py(), *class)?, crate::classes::class_of(entry.py(), *after)?);
            crate::classes::function_of_super(&class, &after, name)
        }
        Path::Name { text } => Some(pyo3::types::PyString::intern(entry.py(), text).into_any()),
        Path::Names { texts } => {
            let names = texts.iter().map(|text| pyo3::types::PyString::intern(entry.py(), text));
            PyTuple::new(entry.py(), names).ok().map(Bound::into_any)
        }
        Path::Const { code, index } => {
            let consts = code_of_function(&function(code)?).ok()?.getattr("co_consts").ok()?;
            consts.cast::<PyTuple>().ok()?.get_item(*index as usize).ok()
        }
        Path::Inner { code, index } => comprehension(&function(code)?, *index as usize),
        Path::Global { code, name } => {
            let function = function(code)?;
            let globals = function.getattr("__globals__").ok()?;
            let found = lookup(&globals, name);
            if found.is_some() {
                return found;
            }
            lookup(&function.getattr("__builtins__").ok()?, name)
        }
        Path::Globals { code } => function(code)?.getattr("__globals__").ok(),
        Path::Closure { code, index } => {
            let closure = function(code)?.getattr("__closure__").ok()?;
            let cell = closure.cast::<PyTuple>().ok()?.get_item(*index as usize).ok()?;
            // SAFETY: an item of __closure__ is a cell; a new reference or NULL comes back.
            unsafe { Bound::from_owned_ptr_or_opt(entry.py(), ffi::PyCell_Get(cell.as_ptr())) }
        }
        Path::Attribute { of, name } => {
            let owner = resolve(entry, links, &links.objects[of.index()].path)?;
            // Of `object` there is just one attribute that is asked for.
            if owner.as_ptr() == (&raw mut ffi::PyBaseObject_Type).cast() {
                return owner.getattr(name.as_str()).ok();
            }
            lookup(owner.cast::<PyModule>().ok()?.dict().as_any(), name)
        }
        Path::Default { of, parameter } => {
            let function = resolve(entry, links, &links.objects[of.index()].path)?;
            default_of(&function, *parameter as usize)
        }
    }
}

/// The functions that were made of comprehensions' code, with the addresses of that and of their namespace, as long as somebody holds them.
static COMPREHENSIONS: Mutex<Vec<(usize, usize, Py<PyWeakrefReference>)>> = Mutex::new(Vec::new());

unsafe extern "C" {
    fn PyFunction_New(code: Raw, globals: Raw) -> Raw;
    fn PyFunction_SetClosure(function: Raw, closure: Raw) -> std::ffi::c_int;
}

/// A new function of the same code as a comprehension's that shares these cells, whose references it takes; NULL, with an exception, where
/// memory ran out.
pub unsafe fn with_closure(function: Raw, cells: Vec<Raw>) -> Raw {
    // SAFETY: promised by the caller.
    unsafe {
        let is_whole = cells.iter().all(|cell| !cell.is_null());
        let closure = if is_whole { ffi::PyTuple_New(cells.len() as isize) } else { std::ptr::null_mut() };
        if closure.is_null() {
            cells.into_iter().for_each(|cell| ffi::Py_XDECREF(cell));
            return closure;
        }
        for (index, cell) in cells.into_iter().enumerate() {
            ffi::PyTuple_SET_ITEM(closure, index as isize, cell);
        }
        let fields = function.cast::<ffi::PyFunctionObject>();
        let mut made = PyFunction_New((*fields).func_code, (*fields).func_globals);
        if !made.is_null() && PyFunction_SetClosure(made, closure) != 0 {
            ffi::Py_DECREF(std::mem::replace(&mut made, std::ptr::null_mut()));
        }
        ffi::Py_DECREF(closure);
        made
    }
}

/// What a comprehension, or a generator expression, in a function becomes when it is reached: a function, which lacks the cells of variables that it shares with the one
/// around it. One serves for all.
fn comprehension<'py>(outer: &Bound<'py, PyAny>, index: usize) -> Option<Bound<'py, PyAny>> {
    let py = outer.py();
    let consts = outer.getattr("__code__").ok()?.getattr("co_consts").ok()?;
    let code = consts.cast::<PyTuple>().ok()?.get_item(index).ok()?;
    let code = code.cast_into_exact::<PyCode>().ok()?;
    let name: String = code.getattr("co_name").ok()?.extract().ok()?;
    if !matches!(name.as_str(), "<listcomp>" | "<setcomp>" | "<dictcomp>" | "<genexpr>") {
        return None;
    }
    let globals = outer.getattr("__globals__").ok()?;
    let (of, within) = (code.as_ptr() as usize, globals.as_ptr() as usize);
    // Not locked meanwhile: making a function may collect garbage, and finalisers come here again.
    let mut known = std::mem::take(&mut *COMPREHENSIONS.lock().expect("nothing panics inside"));
    // One that is gone may have left its addresses to others.
    known.retain(|(.., weak)| weak.bind(py).upgrade().is_some());
    let found = known.iter().find(|entry| entry.0 == of && entry.1 == within).and_then(|(.., weak)| weak.bind(py).upgrade());
    // SAFETY: a code object and a dict.
    let made = found.or_else(|| unsafe { Bound::from_owned_ptr_or_opt(py, PyFunction_New(code.as_ptr(), globals.as_ptr())) });
    let is_known = |made: &Bound<'_, PyAny>| known.iter().any(|(.., weak)| weak.bind(py).upgrade().is_some_and(|known| known.is(made)));
    if let Some(made) = made.as_ref().filter(|made| !is_known(made))
        && let Ok(weak) = PyWeakrefReference::new(made)
    {
        known.push((of, within, weak.unbind()));
    }
    COMPREHENSIONS.lock().expect("nothing panics inside").append(&mut known);
    if made.is_none() {
        drop(PyErr::take(py));
    }
    made
}

fn lookup<'py>(dict: &Bound<'py, PyAny>, name: &str) -> Option<Bound<'py, PyAny>> {
    dict.cast_exact::<PyDict>().ok()?.get_item(name).ok()?
}

/// The default of a parameter: positional ones first, then the keyword-only ones.
pub fn default_of<'py>(function: &Bound<'py, PyAny>, parameter: usize) -> Option<Bound<'py, PyAny>> {
    let code = function.getattr("__code__").ok()?;
    let positional: usize = code.getattr("co_argcount").ok()?.extract().ok()?;
    if parameter < positional {
        let defaults = function.getattr("__defaults__").ok()?;
        let defaults = defaults.cast::<PyTuple>().ok()?;
        let first = positional.checked_sub(defaults.len())?;
        return defaults.get_item(parameter.checked_sub(first)?).ok();
    }
    let name: String = code.getattr("co_varnames").ok()?.get_item(parameter).ok()?.extract().ok()?;
    lookup(&function.getattr("__kwdefaults__").ok()?, &name)
}

/// Whether it is the module whose code that is: what it has under names that native code holds, only its namespace can be asked.
fn is_module_of(module: &Bound<'_, PyModule>, entry: &Bound<'_, PyAny>) -> bool {
    let flags = code_of_function(entry).and_then(|code| code.getattr("co_flags")?.extract::<u32>());
    flags.is_ok_and(|flags| flags & bytecode::CO_OPTIMIZED == 0)
        && entry.getattr("__globals__").is_ok_and(|globals| module.dict().is(&globals))
}

/// A value as the compiler sees it.
pub fn thing_of(entry: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> Thing {
    // SAFETY: a live object, and the lock is held.
    let shape = unsafe { shape_of(value.as_ptr()) };
    if shape != Slot::Object(()) {
        return Thing::Scalar(shape);
    }
    if is_function(value.as_ptr()) {
        return match fingerprint(value) {
            Some(fingerprint) => Thing::Function(fingerprint),
            None => Thing::Other,
        };
    }
    let text = |name: &str| -> Option<String> { value.getattr(name).ok()?.extract().ok() };
    if let Ok(module) = value.cast_exact::<PyModule>() {
        if is_module_of(module, entry) {
            return Thing::Other;
        }
        return text("__name__").map_or(Thing::Other, Thing::Module);
    }
    if crate::inplace::is_random(value) {
        return Thing::Builtin("random.random".into());
    }
    if crate::classes::is_set_attribute(value) {
        return Thing::Builtin("object.__setattr__".into());
    }
    if let Some(name) = crate::inplace::method_of_generator(value) {
        return Thing::Builtin(name.into());
    }
    // SAFETY: a live object, and a class if it is one.
    if let Some(class) = unsafe { (ffi::PyType_Check(value.as_ptr()) == 1).then(|| key_of(value.as_ptr().cast())) }.flatten() {
        return Thing::Class(class);
    }
    // SAFETY: type checks of a live object.
    let is_builtin = unsafe { ffi::PyCFunction_Check(value.as_ptr()) == 1 || ffi::PyType_Check(value.as_ptr()) == 1 };
    if is_builtin
        && let (Some(module), Some(name)) = (text("__module__"), text("__qualname__"))
        && matches!(module.as_str(), "builtins" | "math" | "cmath" | "_bisect" | "_heapq")
        && value
            .py()
            .import(module.as_str())
            .ok()
            .and_then(|module| lookup(module.dict().as_any(), &name))
            .is_some_and(|real| real.is(value))
    {
        return Thing::Builtin(format!("{module}.{name}"));
    }
    Thing::Other
}

/// A Python function, compiled by us or not.
pub fn is_function(value: Raw) -> bool {
    // SAFETY: only the type of a live object is looked at.
    unsafe { ffi::Py_TYPE(value) == &raw mut ffi::PyFunction_Type || !frames::lh_function_data(value.cast()).is_null() }
}
