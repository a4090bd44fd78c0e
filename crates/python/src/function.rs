//! A compiled function: which types it was compiled for, and what happens when it is called.

use crate::compile::{Failure, Flags, Request, WideSites, obtain};
use crate::leave::Call;
use crate::object::{Boxer, Raw, shape_of, unbox};
use crate::settings::{count, settings};
use crate::unit::{LoadedUnit, Program};
use base::Index;
use codegen::Context;
use ir::{Shape, Why};
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;

/// More types than this, and the function is left to Python for further ones.
const VERSIONS_AT_MOST: usize = 16;
/// A version that left this often, and in most of its calls, is given up.
const LEAVES_BEFORE_GIVING_UP: u64 = 64;
/// An operation that left this often for an int that didn't fit is compiled with wider ints; one for an item of another type than was
/// expected, to take any.
const LEAVES_BEFORE_WIDENING: u64 = 2;
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
    parameters: Cell<usize>,
    pub versions: RefCell<Vec<Rc<Version>>>,
    /// Another thread, or a call from within the compiler, must not compile it again.
    is_compiling: Cell<bool>,
}

/// The function for one tuple of parameter types.
pub struct Version {
    pub params: Vec<Shape>,
    pub ticks: bool,
    pub outcome: RefCell<Outcome>,
    wide: RefCell<WideSites>,
    pub entered: Cell<u64>,
    pub left: Cell<u64>,
    /// How often each resume was left at.
    pub left_at: RefCell<Vec<u64>>,
}

#[derive(Clone)]
pub enum Outcome {
    Native(Rc<LoadedUnit>),
    /// Left to Python, and why.
    Python(Rc<Failure>),
    /// It left again and again.
    GivenUp(Rc<LoadedUnit>),
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
        Bound::from_owned_ptr_or_err(function.py(), object.cast())
    }
}

fn parameters_of(code: &Bound<'_, PyAny>) -> PyResult<usize> {
    let count = |name: &str| -> PyResult<usize> { code.getattr(name)?.extract() };
    Ok(count("co_argcount")? + count("co_kwonlyargcount")?)
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
    drop(unsafe { Box::from_raw(data.cast::<Compiled>()) });
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

    fn lend() -> CLevels {
        // SAFETY: a field of this thread's state, which outlives the call; the lock is held.
        unsafe {
            let left = frames::lh_c_recursion_remaining(ffi::PyThreadState_Get().cast());
            if !left.is_null() {
                *left += CLevels::LENT;
            }
            CLevels(left)
        }
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
    let _levels = CLevels::lend();
    let attempt = catch_unwind(AssertUnwindSafe(|| unsafe { native(function.cast(), args.cast(), nargsf, kwnames.cast()) }));
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
                frames::lh_function_interpret(function, args, nargsf, kwnames)
            }
        }
        Err(_) => {
            eprintln!("lancehead: a bug of ours; the function goes on in the interpreter. Please report it with the text above.");
            unsafe { frames::lh_function_interpret(function, args, nargsf, kwnames) }
        }
    }
}

/// The result of the call, done natively; None to let the interpreter do it.
unsafe fn native(function: Raw, args: *const Raw, nargsf: usize, kwnames: Raw) -> Option<Raw> {
    unsafe {
        let thread = ffi::PyThreadState_Get();
        if frames::lh_tracing(thread.cast()) != 0 {
            return None;
        }
        let compiled = &*frames::lh_function_data(function.cast()).cast::<Compiled>();
        if (*function.cast::<ffi::PyFunctionObject>()).func_code != compiled.code.get() {
            compiled.code_changed(function);
        }
        let given = ffi::PyVectorcall_NARGS(nargsf) as usize;
        if given == compiled.parameters.get() && kwnames.is_null() {
            return native_bound(function, compiled, std::slice::from_raw_parts(args, given), thread);
        }
        let bound = bind(function, compiled, args, given, kwnames)?;
        native_bound(function, compiled, &bound, thread)
    }
}

/// One borrowed object a parameter, where binding is plain; what is not, and every mistake, is the interpreter's.
unsafe fn bind(function: Raw, compiled: &Compiled, args: *const Raw, given: usize, kwnames: Raw) -> Option<Vec<Raw>> {
    Python::attach(|py| unsafe {
        let function = Bound::from_borrowed_ptr(py, function);
        let code = function.getattr("__code__").ok()?;
        let argcount: usize = code.getattr("co_argcount").ok()?.extract().ok()?;
        let positional_only: usize = code.getattr("co_posonlyargcount").ok()?.extract().ok()?;
        let flags: u32 = code.getattr("co_flags").ok()?.extract().ok()?;
        if given > argcount || flags & (bytecode::CO_VARARGS | bytecode::CO_VARKEYWORDS) != 0 {
            return None;
        }
        let mut bound: Vec<Raw> = (0..given).map(|i| *args.add(i)).collect();
        bound.resize(compiled.parameters.get(), ptr::null_mut());
        if !kwnames.is_null() {
            let names = code.getattr("co_varnames").ok()?;
            for k in 0..ffi::PyTuple_GET_SIZE(kwnames) {
                let name = Bound::from_borrowed_ptr(py, ffi::PyTuple_GET_ITEM(kwnames, k));
                let index =
                    (positional_only..compiled.parameters.get()).find(|i| names.get_item(*i).and_then(|n| n.eq(&name)).unwrap_or(false))?;
                if !bound[index].is_null() {
                    return None;
                }
                bound[index] = *args.add(given + k as usize);
            }
        }
        for (index, slot) in bound.iter_mut().enumerate().filter(|(_, slot)| slot.is_null()) {
            // Held by the function's own defaults as long as nobody replaces them, which takes the lock.
            *slot = crate::links::default_of(&function, index)?.as_ptr();
        }
        Some(bound)
    })
}

unsafe fn native_bound(function: Raw, compiled: &Compiled, args: &[Raw], thread: *mut ffi::PyThreadState) -> Option<Raw> {
    let mut words = [0u64; 64];
    let ticks = settings().deopt_every();
    let mut version = None;
    for candidate in compiled.versions.borrow().iter() {
        let mut at = 0;
        if candidate.ticks == (ticks > 0)
            && args.iter().zip(&candidate.params).all(|(arg, shape)| unsafe { unbox(*arg, shape, &mut words, &mut at) })
        {
            version = Some(candidate.clone());
            break;
        }
    }
    let version = match version {
        Some(version) => version,
        None => {
            let version = match unsafe { new_version(function, compiled, args, ticks > 0)? } {
                Ok(version) => version,
                Err(raised) => {
                    Python::attach(|py| raised.restore(py));
                    return Some(ptr::null_mut());
                }
            };
            let mut at = 0;
            let fits = args.iter().zip(&version.params).all(|(arg, shape)| unsafe { unbox(*arg, shape, &mut words, &mut at) });
            if !fits {
                return None;
            }
            version
        }
    };
    let outcome = version.outcome.borrow().clone();
    if compiled.flags.strict
        && let Some(reason) = not_native(&outcome)
    {
        raise_compile_error(function, &reason);
        return Some(ptr::null_mut());
    }
    let Outcome::Native(unit) = outcome else { return None };
    unsafe { run(function, compiled, &version, unit, &words, thread, ticks) }
}

/// What `strict=True` raises: why not all of the function is native.
fn not_native(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Native(unit) => unit.notes.first().map(|note| format!("{} [{}]", note.detail, note.code)),
        Outcome::GivenUp(_) => Some("native code left again and again [keeps-leaving]".into()),
        Outcome::Python(failure) => Some(failure.words()),
    }
}

#[cold]
fn raise_compile_error(function: Raw, reason: &str) {
    Python::attach(|py| {
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
unsafe fn new_version(function: Raw, compiled: &Compiled, args: &[Raw], ticks: bool) -> Option<PyResult<Rc<Version>>> {
    if compiled.is_compiling.get() || compiled.versions.borrow().len() >= VERSIONS_AT_MOST {
        return None;
    }
    let params: Vec<Shape> = args.iter().map(|arg| unsafe { shape_of(*arg) }).collect();
    if params.iter().map(|shape| shape.types().len()).sum::<usize>() > 48 {
        return None;
    }
    let version = Version {
        params,
        ticks,
        outcome: RefCell::new(Outcome::Python(Rc::new(Failure::Unavailable("it is being compiled".into())))),
        wide: RefCell::default(),
        entered: Cell::new(0),
        left: Cell::new(0),
        left_at: RefCell::default(),
    };
    let compiling = Python::attach(|py| {
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        version.compile(compiled, &function)
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
        Python::attach(|py| {
            // SAFETY: the function that is being called.
            let function = unsafe { Bound::from_borrowed_ptr(py, function) };
            if let Ok(code) = function.getattr("__code__")
                && let Ok(parameters) = parameters_of(&code)
            {
                self.code.set(code.as_ptr());
                self.parameters.set(parameters);
                let _old = std::mem::take(&mut *self.versions.borrow_mut());
            }
        });
    }
}

impl Version {
    /// An error is not about the function: something else was raised meanwhile.
    fn compile(&self, compiled: &Compiled, function: &Bound<'_, PyAny>) -> PyResult<()> {
        let flags = Flags { ticks: self.ticks, ..compiled.flags };
        compiled.is_compiling.set(true);
        // An exception may be waiting to be handled by the caller of a finaliser; compiling runs Python code.
        let waiting = PyErr::take(function.py());
        let wide = self.wide.borrow().clone();
        let result = catch_unwind(AssertUnwindSafe(|| obtain(&Request { function, params: &self.params, flags, wide: &wide })));
        if let Some(error) = waiting {
            error.restore(function.py());
        }
        compiled.is_compiling.set(false);
        let outcome = match result {
            Ok(Ok(unit)) => {
                *self.left_at.borrow_mut() = vec![0; unit.meta.resumes.len()];
                Outcome::Native(Rc::new(unit))
            }
            Ok(Err(Failure::Raised(raised))) => return Err(raised),
            Ok(Err(failure)) => Outcome::Python(Rc::new(failure)),
            Err(_) => Outcome::Python(Rc::new(Failure::Bug("the compiler panicked".into()))),
        };
        if let Outcome::Python(failure) = &outcome
            && let Failure::Bug(text) = &**failure
        {
            eprintln!("lancehead: a bug of ours, please report it; the function goes on in the interpreter.\n{text}");
        }
        *self.outcome.borrow_mut() = outcome;
        Ok(())
    }

    pub fn is_native(&self) -> bool {
        matches!(&*self.outcome.borrow(), Outcome::Native(_))
    }

    pub fn wide_sites(&self) -> WideSites {
        self.wide.borrow().clone()
    }

    /// Notes a leave, and acts where leaving has become a habit.
    #[cold]
    fn note_leave(&self, compiled: &Compiled, function: &Bound<'_, PyAny>, unit: &Rc<LoadedUnit>, resume: usize) {
        self.left.set(self.left.get() + 1);
        let times = match self.left_at.borrow_mut().get_mut(resume) {
            Some(times) => {
                *times += 1;
                *times
            }
            None => return,
        };
        if self.ticks {
            return;
        }
        let place = &unit.meta.resumes[resume];
        if matches!(place.why, Why::Overflow | Why::Element) && times == LEAVES_BEFORE_WIDENING {
            if compiled.is_compiling.get() {
                return;
            }
            let links = &unit.meta.links;
            if let ir::Expect::Function(fingerprint) = &links.objects[links.codes[place.code.index()].index()].expect
                && self.wide.borrow_mut().insert((*fingerprint, place.offset))
            {
                if let Err(raised) = self.compile(compiled, function) {
                    raised.write_unraisable(function.py(), Some(function));
                }
                return;
            }
        }
        if self.left.get() >= LEAVES_BEFORE_GIVING_UP && self.left.get() * 2 > self.entered.get() {
            *self.outcome.borrow_mut() = Outcome::GivenUp(unit.clone());
        }
    }
}

unsafe fn run(
    function: Raw,
    compiled: &Compiled,
    version: &Version,
    unit: Rc<LoadedUnit>,
    words: &[u64],
    thread: *mut ffi::PyThreadState,
    ticks: i64,
) -> Option<Raw> {
    unsafe {
        let is_valid = Python::attach(|py| unit.is_valid(&Bound::from_borrowed_ptr(py, function)));
        if !is_valid {
            let compiling = Python::attach(|py| version.compile(compiled, &Bound::from_borrowed_ptr(py, function)));
            if let Err(raised) = compiling {
                Python::attach(|py| raised.restore(py));
                return Some(ptr::null_mut());
            }
            // This call is the interpreter's; the next one finds the new unit.
            return None;
        }
        let stack = frames::lh_stack_left().saturating_sub(STACK_KEPT) / STACK_PER_CALL;
        let levels = i64::from(*frames::lh_recursion_remaining(thread.cast())) - DEPTH_KEPT;
        let depth_left = levels.min(stack as i64).min(DEPTH_AT_MOST);
        if depth_left <= 0 {
            return None;
        }
        let context = Context { breaker: frames::lh_eval_breaker(thread.cast()).cast(), depth_left, ticks_left: ticks };
        for (slot, arg) in words.iter().zip(unit.meta.params.iter().flat_map(|shape| shape.types())) {
            if arg == ir::Ty::Obj {
                // The callee owns its parameters.
                ffi::Py_INCREF(*slot as Raw);
            }
        }
        version.entered.set(version.entered.get() + 1);
        count(&settings().counters.entered);
        let mut call = Call::new(context, &unit, function);
        let mut out = [0u64; infer::RESULT_WORDS_AT_MOST];
        let status = match &unit.program {
            Program::Machine { entry, .. } => entry((&raw mut call).cast(), words.as_ptr(), out.as_mut_ptr()),
            Program::Ir { unit: ir, .. } => call.interpret(ir, words, &unit.scalar_words(), &mut out),
        };
        if status == 0 {
            return Some(Boxer::new(&out, &unit.objects).object(&unit.ret));
        }
        if let Some(resume) = call.left_at() {
            Python::attach(|py| {
                let waiting = PyErr::take(py);
                version.note_leave(compiled, &Bound::from_borrowed_ptr(py, function), &unit, resume);
                if let Some(error) = waiting {
                    error.restore(py);
                }
            });
        }
        Some(call.go_on())
    }
}
