//! A compiled function: which types it was compiled for, and what happens when it is called.

use crate::bug;
use crate::compile::Flags;
use crate::guards;
use crate::leave::Call;
use crate::lock;
use crate::object::{Raw, shape_of, single, unbox};
use crate::settings::{count, settings};
use crate::unit::{LoadedUnit, Program};
use crate::version::{Outcome, Version};
use codegen::Context;
use frames::CallState;
use infer::{Entry, Guesses, Place};
use ir::Shape;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyWeakrefMethods, PyWeakrefReference};
use runtime::crash::{Running, Watch};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;
use std::sync::Mutex;

/// For so many versions instances of different classes are taken as such.
const INSTANCES_TOLD_APART: usize = 3;
/// More types than this, and the function is left to Python for further ones.
const VERSIONS_AT_MOST: usize = 16;
/// The words of all arguments.
const WORDS_AT_MOST: usize = 48;
/// Calls that native recursion may nest before the interpreter takes over for a while.
const DEPTH_AT_MOST: i64 = 2000;
/// Levels of Python's recursion that are kept for what native code does not count.
const DEPTH_KEPT: i64 = 60;
/// C stack that a nested native call, or the frames rebuilt from it, may take.
const STACK_PER_CALL: usize = 4096;
const STACK_KEPT: usize = 512 * 1024;
/// C stack that the interpreter may need beneath us.
const STACK_TO_INTERPRET: usize = 192 * 1024;

/// What a compiled function's object owns.
pub struct Compiled {
    pub flags: Flags,
    /// The code object that the rest is about, by address: somebody may replace it.
    code: Cell<Raw>,
    parameters: Cell<Parameters>,
    /// Of its local variables; those of the parameters come first.
    names: RefCell<Py<PyTuple>>,
    pub versions: RefCell<Vec<Rc<Version>>>,
    /// Another thread, or a call from within the compiler, must not compile it again.
    is_compiling: Cell<bool>,
}

/// Makes the compiled function for a Python one.
pub fn jit<'py>(function: &Bound<'py, PyAny>, flags: Flags) -> PyResult<Bound<'py, PyAny>> {
    if !crate::links::is_function(function.as_ptr()) {
        return Err(PyTypeError::new_err("lancehead.jit compiles Python functions"));
    }
    let code = function.getattr("__code__")?;
    let compiled = Box::new(Compiled {
        flags,
        code: Cell::new(code.as_ptr()),
        parameters: Cell::new(parameters_of(&code)?),
        names: RefCell::new(names_of(&code)?),
        versions: RefCell::default(),
        is_compiling: Cell::new(false),
    });
    let data = Box::into_raw(compiled).cast::<c_void>();
    // SAFETY: a function object; `data` is given back to `free` when the new object dies.
    unsafe {
        let object = frames::lh_function_new(function.as_ptr().cast(), Some(call), data, Some(free));
        if object.is_null() {
            free(data);
        }
        let made = Bound::from_owned_ptr_or_err(function.py(), object.cast())?;
        if settings().reports() {
            REPORTED.lock().expect("nothing panics inside").push(PyWeakrefReference::new(&made)?.unbind());
        }
        Ok(made)
    }
}

/// The functions that were made since a report is wanted.
static REPORTED: Mutex<Vec<Py<PyWeakrefReference>>> = Mutex::new(Vec::new());

/// What became of them: a row for each combination of types. How long they ran is not measured: a call takes less than looking at a clock.
pub fn report(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let known: Vec<_> = REPORTED.lock().expect("nothing panics inside").iter().map(|weak| weak.clone_ref(py)).collect();
    let mut rows = Vec::new();
    for function in known.iter().filter_map(|weak| weak.bind(py).upgrade()) {
        let Some(compiled) = compiled(&function) else { continue };
        let code = crate::guards::code_of_function(&function)?;
        let versions = compiled.versions.borrow().clone();
        for version in &versions {
            let row = crate::row::Row::of(version, 0.0).to_python(py)?;
            row.set_item("seconds", py.None())?;
            crate::stops::report(&function, version, &row)?;
            row.set_item("file", code.getattr("co_filename")?)?;
            row.set_item("line", code.getattr("co_firstlineno")?)?;
            row.set_item("function", code.getattr("co_qualname")?)?;
            rows.push(row);
        }
    }
    Ok(rows)
}

#[derive(Clone, Copy)]
struct Parameters {
    all: usize,
    positional: usize,
    positional_only: usize,
    /// So many arguments without keywords are all of them; none where some can only be given by keyword.
    plain: Option<usize>,
    /// `*args` or `**kwargs`: the function is the interpreter's.
    takes_any: bool,
}

fn parameters_of(code: &Bound<'_, PyAny>) -> PyResult<Parameters> {
    let count = |name: &str| -> PyResult<usize> { code.getattr(name)?.extract() };
    let (positional, named) = (count("co_argcount")?, count("co_kwonlyargcount")?);
    let takes_any = count("co_flags")? as u32 & (bytecode::CO_VARARGS | bytecode::CO_VARKEYWORDS) != 0;
    Ok(Parameters {
        all: positional + named,
        positional,
        positional_only: count("co_posonlyargcount")?,
        plain: (named == 0).then_some(positional),
        takes_any,
    })
}

fn names_of(code: &Bound<'_, PyAny>) -> PyResult<Py<PyTuple>> {
    Ok(code.getattr("co_varnames")?.cast_into::<PyTuple>()?.unbind())
}

/// For the cycle collector: the references that a function's versions hold.
pub unsafe extern "C" fn traverse(data: *mut c_void, visit: frames::Visit, arg: *mut c_void) -> std::ffi::c_int {
    // SAFETY: the collector runs with the lock held, and passes the data of a living function.
    let compiled = unsafe { &*data.cast::<Compiled>() };
    let Ok(versions) = compiled.versions.try_borrow() else { return 0 };
    for version in versions.iter() {
        let Ok(outcome) = version.outcome.try_borrow() else { continue };
        if let Outcome::Native(unit) | Outcome::GivenUp(unit) = &*outcome {
            for object in unit.references() {
                // SAFETY: the collector's own function, for an object that the unit holds.
                match unsafe { visit(object.cast(), arg) } {
                    0 => {}
                    stop => return stop,
                }
            }
        }
    }
    0
}

/// For the cycle collector: drops them.
pub unsafe extern "C" fn clear(data: *mut c_void) {
    // SAFETY: as above.
    let compiled = unsafe { &*data.cast::<Compiled>() };
    if let Ok(mut versions) = compiled.versions.try_borrow_mut() {
        let dropped = std::mem::take(&mut *versions);
        drop(versions);
        drop(dropped);
    }
}

unsafe extern "C" fn free(data: *mut c_void) {
    // SAFETY: made by `Box::into_raw` in `jit`, and freed once.
    // Attached, or PyO3 would put off what it holds.
    lock::attach(|_| drop(unsafe { Box::from_raw(data.cast::<Compiled>()) }));
}

/// The compiler's part of a function object, if it is one of ours.
pub fn compiled<'a>(function: &'a Bound<'_, PyAny>) -> Option<&'a Compiled> {
    // SAFETY: the object owns its data and is alive as long as the reference.
    unsafe { frames::lh_function_data(function.as_ptr().cast()).cast::<Compiled>().as_ref() }
}

/// A call of ours goes through C where CPython's own functions would not: the levels of C recursion that it takes are lent for its time.
/// What is really left of the C stack is looked at (`lh_stack_left`).
struct CLevels(*mut std::ffi::c_int);

impl CLevels {
    const LENT: std::ffi::c_int = 3;

    /// # Safety
    /// A field of this thread's state, or null, and the lock is held.
    unsafe fn lend(left: *mut std::ffi::c_int) -> CLevels {
        if !left.is_null() {
            unsafe { *left += CLevels::LENT };
        }
        CLevels(left)
    }
}

impl Drop for CLevels {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: as above, on the same thread.
            unsafe { *self.0 -= CLevels::LENT };
        }
    }
}

/// The vectorcall of compiled functions.
unsafe extern "C" fn call(
    function: *mut frames::PyObject,
    args: *const *mut frames::PyObject,
    nargsf: usize,
    kwnames: *mut frames::PyObject,
) -> *mut frames::PyObject {
    let mut state = MaybeUninit::uninit();
    // SAFETY: one of our functions, called by the thread that holds the lock; the state is written whole.
    let (state, _levels) = unsafe {
        frames::lh_call_state(function, state.as_mut_ptr());
        let state: &CallState = state.assume_init_ref();
        (state, CLevels::lend(state.c_levels))
    };
    let attempt = catch_unwind(AssertUnwindSafe(|| unsafe { native(function.cast(), args.cast(), nargsf, kwnames.cast(), state) }));
    match attempt {
        Ok(Some(result)) => result.cast(),
        Ok(None) => {
            count(&settings().counters.interpreted);
            unsafe {
                if frames::lh_stack_left() < STACK_TO_INTERPRET {
                    // The interpreter calls us through C each time: the next levels would overrun the stack.
                    ffi::PyErr_SetString(ffi::PyExc_RecursionError, c"maximum recursion depth exceeded: no C stack left".as_ptr());
                    return ptr::null_mut();
                }
                interpret(function, args, nargsf, kwnames)
            }
        }
        Err(_) => {
            bug::say("a panic where a function is called");
            unsafe { frames::lh_function_interpret(function, args, nargsf, kwnames) }
        }
    }
}

/// The function as Python runs it, but for its loops: they may still be native.
unsafe fn interpret(
    function: *mut frames::PyObject,
    args: *const *mut frames::PyObject,
    nargsf: usize,
    kwnames: *mut frames::PyObject,
) -> *mut frames::PyObject {
    unsafe {
        let is_watched = frames::lh_tracing(ffi::PyThreadState_Get().cast()) != 0;
        let guarded = if is_watched { Ok(None) } else { guards::of_function(function.cast()) };
        let guarded = match guarded {
            Ok(guarded) => guarded,
            Err(raised) => {
                lock::attach(|py| raised.restore(py));
                return ptr::null_mut();
            }
        };
        match guarded {
            Some((guards, Some(code))) if guards.is_on() => frames::lh_interpret_in(function, code.as_ptr().cast(), args, nargsf, kwnames),
            _ => frames::lh_function_interpret(function, args, nargsf, kwnames),
        }
    }
}

/// The result of the call, done natively; None to let the interpreter do it.
unsafe fn native(function: Raw, args: *const Raw, nargsf: usize, kwnames: Raw, state: &CallState) -> Option<Raw> {
    unsafe {
        if state.watched != 0 {
            return None;
        }
        let compiled = &*state.data.cast::<Compiled>();
        if state.code.cast() != compiled.code.get() {
            compiled.code_changed(function);
        }
        let given = ffi::PyVectorcall_NARGS(nargsf) as usize;
        if compiled.parameters.get().takes_any {
            if !compiled.flags.strict {
                return None;
            }
            raise_compile_error(function, &format!("{} [star-parameters]", crate::explain::TAKES_ANY));
            return Some(ptr::null_mut());
        }
        if compiled.parameters.get().plain == Some(given) && kwnames.is_null() {
            return native_bound(function, compiled, std::slice::from_raw_parts(args, given), state);
        }
        let bound = bind(function, compiled, args, given, kwnames)?;
        native_bound(function, compiled, &bound, state)
    }
}

/// One borrowed object a parameter, where binding is plain; what is not, and every mistake, is the interpreter's.
unsafe fn bind(function: Raw, compiled: &Compiled, args: *const Raw, given: usize, kwnames: Raw) -> Option<Vec<Raw>> {
    let parameters = compiled.parameters.get();
    if given > parameters.positional {
        return None;
    }
    let names = compiled.names.borrow();
    // SAFETY: the arguments of a call, and the fields of the function that is called; names are strings, so that nothing of the user's runs.
    unsafe {
        let name = |index: usize| ffi::PyTuple_GET_ITEM(names.as_ptr(), index as isize);
        let mut bound: Vec<Raw> = std::slice::from_raw_parts(args, given).to_vec();
        bound.resize(parameters.all, ptr::null_mut());
        let keywords = if kwnames.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(kwnames) };
        for k in 0..keywords {
            let keyword = ffi::PyTuple_GET_ITEM(kwnames, k);
            let by_name = parameters.positional_only..parameters.all;
            // Names in code are interned.
            let index = by_name
                .clone()
                .find(|index| name(*index) == keyword)
                .or_else(|| by_name.into_iter().find(|index| ffi::PyUnicode_Compare(name(*index), keyword) == 0))?;
            if !bound[index].is_null() {
                return None;
            }
            bound[index] = *args.add(given + k as usize);
        }
        let fields = function.cast::<ffi::PyFunctionObject>();
        let (defaults, by_name) = ((*fields).func_defaults, (*fields).func_kwdefaults);
        for (index, slot) in bound.iter_mut().enumerate().filter(|(_, slot)| slot.is_null()) {
            // Held by the function as long as nobody replaces them, which takes the lock.
            *slot = if index >= parameters.positional {
                if by_name.is_null() { ptr::null_mut() } else { ffi::PyDict_GetItem(by_name, name(index)) }
            } else {
                let count = if defaults.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(defaults) as usize };
                let place = (index + count).checked_sub(parameters.positional)?;
                ffi::PyTuple_GET_ITEM(defaults, place as isize)
            };
            if slot.is_null() {
                return None;
            }
        }
        Some(bound)
    }
}

#[inline]
unsafe fn native_bound(function: Raw, compiled: &Compiled, args: &[Raw], state: &CallState) -> Option<Raw> {
    // Not zeroed: a call of two floats costs less than zeroing them.
    let mut words = Words { words: [const { MaybeUninit::uninit() }; WORDS_AT_MOST], count: 0 };
    let ticks = settings().deopt_every();
    let fitting = |version: &&Rc<Version>| version.flags.ticks == (ticks > 0) && unsafe { words.unbox(args, &version.entry.shapes) };
    let version = compiled.versions.borrow().iter().find(fitting).cloned();
    let version = match version {
        Some(version) => version,
        None => {
            let version = match unsafe { new_version(function, compiled, args, ticks > 0, state)? } {
                Ok(version) => version,
                Err(raised) => {
                    lock::attach(|py| crate::version::bare(py, raised).restore(py));
                    return Some(ptr::null_mut());
                }
            };
            if !unsafe { words.unbox(args, &version.entry.shapes) } {
                return None;
            }
            version
        }
    };
    let outcome = version.outcome.borrow().clone();
    if compiled.flags.strict
        && let Some(reason) = version.verdict()
    {
        raise_compile_error(function, &reason);
        return Some(ptr::null_mut());
    }
    let Outcome::Native(unit) = outcome else { return None };
    unsafe { run(function, compiled, &version, unit, words.written(), state, ticks) }
}

/// The arguments as native code takes them.
struct Words {
    words: [MaybeUninit<u64>; WORDS_AT_MOST],
    count: usize,
}

impl Words {
    /// False if the arguments don't have these shapes.
    ///
    /// # Safety
    /// Live objects, and the lock is held; the shapes have at most `WORDS_AT_MOST` words.
    #[inline]
    unsafe fn unbox(&mut self, args: &[Raw], shapes: &[Shape]) -> bool {
        self.count = 0;
        args.iter().zip(shapes).all(|(arg, shape)| unsafe { unbox(*arg, shape, &mut self.words, &mut self.count) })
    }

    fn written(&self) -> &[u64] {
        // SAFETY: `unbox` writes every word that it counts.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast(), self.count) }
    }
}

#[cold]
fn raise_compile_error(function: Raw, reason: &str) {
    lock::attach(|py| {
        // SAFETY: the function that is being called.
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        let name = function.getattr("__qualname__").map(|name| name.to_string()).unwrap_or_default();
        let text = format!("{name} is not compiled: {reason}; {name}.explain() says where, and what would help");
        let error = py.import("lancehead._jit").and_then(|module| module.getattr("CompileError")?.call1((text,)));
        match error {
            Ok(error) => PyErr::from_value(error).restore(py),
            Err(error) => error.restore(py),
        }
    });
}

/// Compiles the function for these arguments.
#[cold]
unsafe fn new_version(function: Raw, compiled: &Compiled, args: &[Raw], ticks: bool, state: &CallState) -> Option<PyResult<Rc<Version>>> {
    // A signal that waits belongs to the user's program: its handler must not run in the middle of the compiler.
    if unsafe { frames::lh_awaits_interpreter(state.thread) } != 0 {
        return None;
    }
    if crate::version::is_within_compiler() || compiled.is_compiling.get() || compiled.versions.borrow().len() >= VERSIONS_AT_MOST {
        return None;
    }
    // Where many classes come by, the next version takes instances of any.
    let are_many = compiled.versions.borrow().len() >= INSTANCES_TOLD_APART;
    let general = |shape| if are_many && matches!(shape, Shape::Instance(..)) { Shape::Object(()) } else { shape };
    let params: Vec<Shape> = args.iter().map(|arg| general(unsafe { shape_of(*arg) })).collect();
    // SAFETY: what the caller holds.
    let _shown = unsafe { crate::classes::EntryValues::show(args) };
    if params.iter().map(|shape| shape.types().len()).sum::<usize>() > WORDS_AT_MOST {
        return None;
    }
    let version = Version::new(Entry { place: Place::Start, shapes: params }, Flags { ticks, ..compiled.flags }, Guesses::default());
    let compiling = lock::attach(|py| {
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        version.compile(&compiled.is_compiling, &function)
    });
    if let Err(raised) = compiling {
        return Some(Err(raised));
    }
    let version = Rc::new(version);
    compiled.versions.borrow_mut().push(version.clone());
    Some(Ok(version))
}

impl Compiled {
    /// Somebody gave the function other code: what was compiled is about the old one.
    #[cold]
    fn code_changed(&self, function: Raw) {
        lock::attach(|py| {
            // SAFETY: the function that is being called.
            let function = unsafe { Bound::from_borrowed_ptr(py, function) };
            if let Ok(code) = function.getattr("__code__")
                && let Ok(parameters) = parameters_of(&code)
                && let Ok(names) = names_of(&code)
            {
                self.code.set(code.as_ptr());
                self.parameters.set(parameters);
                self.names.replace(names);
                let _old = std::mem::take(&mut *self.versions.borrow_mut());
            }
        });
    }
}

/// How deep native calls may nest, with so many levels of recursion and so much C stack left.
pub fn depth_left(levels: std::ffi::c_int, stack: usize) -> i64 {
    let calls = stack.saturating_sub(STACK_KEPT) / STACK_PER_CALL;
    (i64::from(levels) - DEPTH_KEPT).min(calls as i64).min(DEPTH_AT_MOST)
}

unsafe fn run(
    function: Raw,
    compiled: &Compiled,
    version: &Version,
    unit: Rc<LoadedUnit>,
    words: &[u64],
    state: &CallState,
    ticks: i64,
) -> Option<Raw> {
    unsafe {
        if !unit.is_unchanged() && !lock::attach(|py| unit.is_valid(&Bound::from_borrowed_ptr(py, function))) {
            if crate::version::is_within_compiler() {
                return None;
            }
            let compiling = lock::attach(|py| version.compile(&compiled.is_compiling, &Bound::from_borrowed_ptr(py, function)));
            if let Err(raised) = compiling {
                lock::attach(|py| crate::version::bare(py, raised).restore(py));
                return Some(ptr::null_mut());
            }
            // This call is the interpreter's; the next one finds the new unit.
            return None;
        }
        let depth_left = depth_left(*state.levels, state.stack);
        if depth_left <= 0 {
            return None;
        }
        let context = Context { breaker: state.breaker.cast(), depth_left, ticks_left: ticks, sites: unit.sites() };
        for word in &unit.object_params {
            // The callee owns its parameters.
            ffi::Py_INCREF(words[*word] as Raw);
        }
        version.entered.set(version.entered.get() + 1);
        count(&settings().counters.entered);
        let running = &*state.own.cast::<Running>();
        let mut call = Call::new(context, &unit, function, running, state);
        let mut out = [const { MaybeUninit::<u64>::uninit() }; infer::RESULT_WORDS_AT_MOST];
        let status = match &unit.program {
            Program::Machine { entry, .. } => {
                let _watch = Watch::begin(running, &unit.report);
                entry((&raw mut call).cast(), words.as_ptr(), out.as_mut_ptr().cast())
            }
            Program::Ir { unit: ir, .. } => call.interpret(ir, words, &unit.scalar_words(), &mut out),
        };
        crate::mirror::settle();
        if status == 0 {
            frames::lh_drop_waiting();
            // It returned: the words of its result are written.
            let out = std::slice::from_raw_parts(out.as_ptr().cast(), unit.ret_words);
            return Some(single(&unit.ret, out, &unit.objects));
        }
        if let Some(resume) = call.left_at() {
            lock::attach(|py| {
                let waiting = PyErr::take(py);
                version.note_leave(&compiled.is_compiling, &Bound::from_borrowed_ptr(py, function), &unit, resume, &[]);
                if let Some(error) = waiting {
                    error.restore(py);
                }
            });
        }
        Some(call.go_on())
    }
}
