//! Entering native code at a loop, in the middle of a running frame, and moving that frame to where native code has left it.

use crate::budget;
use crate::classes::EntryValues;
use crate::compile::Flags;
use crate::contest::{SHORT, Turn};
use crate::function::{compiled, depth_left};
use crate::guards::{Guards, of_code};
use crate::hotness::{Hotness, Judgement};
use crate::leave::{Call, Frame};
use crate::object::{Raw, layout, shape_of, unbox};
use crate::settings::{count, settings};
use crate::trial::{self, Finding, Trial};
use crate::unit::{LoadedUnit, Program};
use crate::version::{Outcome, Version};
use bytecode::{CO_OPTIMIZED, Code, Hir, LocalKind, Off};
use codegen::Context;
use frames::{Activation, CallState, Host};
use infer::{Entry, Place, Region};
use ir::{Shape, Slot, Tag, Tags, Ty, Why};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use runtime::crash::{Running, Watch};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;
use std::time::Instant;

/// A loop is compiled for at most so many combinations of types.
const REGIONS_AT_MOST: usize = 4;
/// And for so many of them instances of different classes are taken as such.
const INSTANCES_TOLD_APART: usize = 2;
/// A tuple of more values, or of tuples in tuples, is taken as the object that it is: such shapes would multiply.
const VALUES_OF_TUPLE: usize = 6;
/// What a frame may hold for its loops to be entered.
const WORDS_AT_MOST: usize = 256;
/// Visits with types for which there is no native code, one after the other, before the guard is turned off.
const MISSES_BEFORE_TURNING_OFF: u32 = 200;

/// A loop of a code object with guards.
pub struct Loop {
    place: Place,
    /// Which locals are plain variables; which of those, and of the names, are live at the head.
    is_fast: Vec<bool>,
    is_live: Vec<bool>,
    /// The names of a module's code that the loop sets: they are native code's variables, behind the locals.
    names: Vec<Py<PyString>>,
    is_of_module: bool,
    /// By the user: it has no regions, and its guard stays off.
    pub is_switched_off: bool,
    /// How deep the value stack is at the head.
    depth: usize,
    hotness: Hotness,
    pub is_on: Cell<bool>,
    regions: RefCell<Vec<Rc<Compiled>>>,
    /// What became of those whose function is gone.
    past: RefCell<Vec<Row>>,
    is_compiling: Cell<bool>,
    misses: Cell<u32>,
    trial: Trial,
    /// The IR that is being tried.
    tried: RefCell<Option<Rc<Compiled>>>,
}

/// What became of a loop, for one combination of types.
#[derive(Clone, Default)]
pub struct Row {
    pub types: String,
    pub is_native: bool,
    /// In native code; where there is none, about how long the interpreter was in it.
    pub seconds: f64,
    pub entered: u64,
    pub left: u64,
    pub compile_seconds: f64,
    pub verdict: Option<String>,
}

impl Row {
    pub fn of(version: &Version, waited: f64) -> Row {
        let is_native = version.is_native();
        Row {
            types: version.entry.shapes.iter().map(Shape::describe).collect::<Vec<_>>().join(", "),
            is_native,
            seconds: if is_native { version.worked.get().as_secs_f64() } else { waited },
            entered: version.entered.get(),
            left: version.left.get(),
            compile_seconds: version.compile_seconds(),
            verdict: version.verdict(),
        }
    }
}

impl Row {
    pub fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let row = PyDict::new(py);
        row.set_item("types", &self.types)?;
        row.set_item("compiled", self.is_native)?;
        row.set_item("seconds", self.seconds)?;
        row.set_item("entered", self.entered)?;
        row.set_item("left", self.left)?;
        row.set_item("compile_seconds", self.compile_seconds)?;
        row.set_item("verdict", &self.verdict)?;
        row.set_item("stops", PyList::empty(py))?;
        row.set_item("functions", PyList::empty(py))?;
        Ok(row)
    }
}

/// The loop compiled for one function and one combination of types.
pub struct Compiled {
    /// A weak reference: the function owns its code, and the code the regions.
    function: Py<PyAny>,
    /// The function of a module's code, which is gone when the module has run, where a report is wanted.
    _kept: Option<Py<PyAny>>,
    version: Version,
    /// The entry's slots by words.
    entry: Vec<Slot<u32>>,
}

impl Loop {
    /// What a guard stands before: a loop's head at this offset, else the function's first instruction.
    pub fn new(py: Python<'_>, code: &Code, hir: &Hir, head: u32) -> Option<Loop> {
        let looped = hir.blocks.iter().position(|block| block.is_loop_head && hir.ops[block.first.0 as usize].place == Some(head));
        let (place, block) = looped.map_or((Place::Body(head), 0), |block| (Place::Loop(head), block));
        let is_module = code.flags & CO_OPTIMIZED == 0;
        let region = if looped.is_some() { Region::around(hir, head)? } else { Region::whole(hir, head)? };
        let stored = if is_module { region.stored_names(hir) } else { Vec::new() };
        let locals = code.locals.len();
        let is_live = |variable: usize| hir.live_in[block][variable / 64] >> (variable % 64) & 1 == 1;
        let names = stored.iter().map(|name| PyString::intern(py, &code.names[*name as usize]).unbind()).collect();
        Some(Loop {
            place,
            is_fast: code.locals.iter().map(|local| local.kind == LocalKind::Fast).collect(),
            is_live: (0..locals).chain(stored.iter().map(|name| locals + *name as usize)).map(is_live).collect(),
            names,
            is_of_module: is_module,
            is_switched_off: match &code.off {
                Off::Nothing => false,
                Off::Loops(heads) => heads.contains(&head),
                Off::All => true,
            },
            depth: hir.blocks[block].depth as usize,
            hotness: Hotness::new(looped.is_none(), region.operations(), region.loops(hir)),
            is_on: Cell::new(true),
            regions: RefCell::default(),
            past: RefCell::default(),
            is_compiling: Cell::new(false),
            misses: Cell::new(0),
            trial: Trial::default(),
            tried: RefCell::default(),
        })
    }

    /// A row for each combination of types that it was compiled for, or one if there was none. Empty if it was never met.
    pub fn report<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let waited = self.hotness.waited().as_secs_f64();
        let past = self.past.borrow().clone();
        let regions = self.regions.borrow().clone();
        let mut rows = past.iter().map(|row| row.to_python(py)).collect::<PyResult<Vec<_>>>()?;
        for region in &regions {
            let row = Row::of(&region.version, waited).to_python(py)?;
            // SAFETY: a weak reference gives a borrowed object, or None.
            let function: Bound<'py, PyAny> = unsafe { Bound::from_borrowed_ptr(py, ffi::PyWeakref_GetObject(region.function.as_ptr())) };
            if !function.is_none() {
                crate::stops::report(&function, &region.version, &row)?;
            }
            rows.push(row);
        }
        if rows.is_empty() && self.hotness.was_met() {
            rows.push(Row { seconds: waited, ..Row::default() }.to_python(py)?);
        }
        Ok(rows)
    }

    fn is_body(&self) -> bool {
        matches!(self.place, Place::Body(_))
    }

    /// The shape by which a slot of the frame is taken: a local that nothing reads any more is kept as it is, whatever it is.
    unsafe fn shape(&self, index: usize, value: Raw) -> Shape {
        if index < self.is_live.len() {
            if self.is_fast.get(index) == Some(&false) || (self.is_live[index] || self.is_body()) && value.is_null() {
                return Slot::Unbound;
            }
            if !self.is_live[index] && !self.is_body() {
                return Slot::Any(every_tag(), (), ());
            }
        } else if value.is_null() {
            return Slot::Unbound;
        } else if unsafe { range_iterator(value) }.is_some() {
            return Slot::RangeIter([(); 3]);
        }
        match unsafe { shape_of(value) } {
            Slot::Tuple(items)
                if items.iter().any(is_nested) || items.iter().map(|item| item.types().len()).sum::<usize>() > VALUES_OF_TUPLE =>
            {
                Slot::Object(())
            }
            shape => shape,
        }
    }
}

/// A tuple that holds tuples.
fn is_nested(shape: &Shape) -> bool {
    matches!(shape, Slot::Tuple(items) if items.iter().any(|item| matches!(item, Slot::Tuple(_))))
}

fn every_tag() -> Tags {
    [Tag::Unbound, Tag::None, Tag::Bool, Tag::Int, Tag::Float, Tag::Object].map(Tags::of).into_iter().fold(Tags::default(), Tags::union)
}

/// The parts of a range's iterator that nobody else holds.
unsafe fn range_iterator(value: Raw) -> Option<[i64; 3]> {
    unsafe {
        let mut parts = [0i64; 3];
        let is_own = ffi::Py_REFCNT(value) == 1 && frames::lh_range_iterator(value.cast(), parts.as_mut_ptr()) == 1;
        is_own.then_some(parts)
    }
}

/// How many turns a loop has left, where its iterator is a range's: it lies on top of the stack.
unsafe fn turns_left(host: &Host) -> Option<u64> {
    if host.nstack == 0 {
        return None;
    }
    // SAFETY: the slots of a frame that waits for its guard: live objects, or NULL.
    unsafe {
        let top = *host.slots.add((host.nlocals + host.nstack - 1) as usize);
        let mut parts = [0i64; 3];
        (!top.is_null() && frames::lh_range_iterator(top, parts.as_mut_ptr()) == 1).then_some(parts[1] as u64)
    }
}

/// Writes the words of a frame's slot; false if it has another shape. Objects are borrowed.
unsafe fn take(value: Raw, shape: &Shape, words: &mut [u64], at: &mut usize) -> bool {
    let mut write = |parts: &[u64]| {
        words[*at..*at + parts.len()].copy_from_slice(parts);
        *at += parts.len();
        true
    };
    unsafe {
        match shape {
            Slot::Unbound => value.is_null(),
            Slot::Any(..) => {
                if value.is_null() {
                    return write(&[Tag::Unbound as u64, 0]);
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
                write(&[tag as u64, bits])
            }
            _ if value.is_null() => false,
            Slot::Object(()) if ffi::Py_TYPE(value) == &raw mut ffi::PyTuple_Type => write(&[value as u64]),
            Slot::RangeIter(_) => range_iterator(value).is_some_and(|parts| write(&parts.map(|part| part as u64))),
            _ => {
                // SAFETY: only whole words are written.
                let words = &mut *(ptr::from_mut(words) as *mut [MaybeUninit<u64>]);
                unbox(value, shape, words, at)
            }
        }
    }
}

impl Compiled {
    /// The words of the frame's slots, if they have the shapes that this is for.
    unsafe fn fits(&self, looped: &Loop, slots: &[Raw], words: &mut [u64]) -> bool {
        let mut at = 0;
        slots.iter().zip(&self.version.entry.shapes).enumerate().all(|(index, (value, shape))| {
            let value = if looped.is_fast.get(index) == Some(&false) { ptr::null_mut() } else { *value };
            unsafe { take(value, shape, words, &mut at) }
        })
    }

    unsafe fn is_of(&self, function: Raw) -> bool {
        // SAFETY: a weak reference; what it gives is only compared.
        unsafe { ffi::PyWeakref_GetObject(self.function.as_ptr()) == function }
    }
}

/// What a running frame holds where a loop begins: locals, the module's names, the value stack. All borrowed.
struct Held {
    values: Vec<Raw>,
    /// Which of the values are names.
    names: std::ops::Range<usize>,
}

impl Held {
    unsafe fn of(host: &Host, looped: &Loop) -> Held {
        // SAFETY: a frame that waits for its guard; its namespace is a dict.
        unsafe {
            let slots = std::slice::from_raw_parts(host.slots.cast::<Raw>(), (host.nlocals + host.nstack) as usize);
            let (locals, stack) = slots.split_at(host.nlocals as usize);
            let mut values = locals.to_vec();
            values.extend(looped.names.iter().map(|name| ffi::PyDict_GetItem(host.names.cast(), name.as_ptr())));
            let names = locals.len()..values.len();
            values.extend(stack);
            Held { values, names }
        }
    }

    /// Hands the references that native code is to own over to it: those of the frame are its own then; the namespace keeps its. The
    /// numbers of the namespace are held, to be put back as the same objects where they don't change.
    unsafe fn hand_over(&mut self, host: &Host, entry: &[Slot<u32>], words: &[u64]) {
        for (index, slot) in entry.iter().enumerate() {
            let is_owned = owns(slot, words);
            // SAFETY: as for `of`.
            unsafe {
                if self.names.contains(&index) {
                    ffi::Py_XINCREF(self.values[index]);
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
    unsafe fn give_up(&mut self) {
        for value in &mut self.values[self.names.clone()] {
            // SAFETY: held since `hand_over`.
            unsafe { ffi::Py_XDECREF(std::mem::replace(value, ptr::null_mut())) }
        }
    }
}

/// Whether the slot holds a reference that native code takes over, given its words.
fn owns(slot: &Slot<u32>, words: &[u64]) -> bool {
    match slot {
        Slot::Any(_, tag, _) => words[*tag as usize] == Tag::Object as u64,
        slot => slot.values().iter().any(|(ty, _)| *ty == Ty::Obj),
    }
}

static GUARD_CODE: PyOnceLock<(Py<PyAny>, Py<PyDict>)> = PyOnceLock::new();

/// Once, before anything else here: makes the code of guards.
///
/// A guard must not look at signals, or lend the lock: before `enter` the loop has not begun, and behind it its host stands at the landing pad,
/// where nothing of the user's catches. So RESUME is told that it stands behind a `yield from`, and `enter` is no call but a minus sign.
pub fn ready(py: Python<'_>) -> PyResult<()> {
    const SOURCE: &CStr = c"def make(enter):
    def loop_guard():
        return -enter
    return loop_guard

[code] = [one for one in make.__code__.co_consts if hasattr(one, 'co_code')]
units = bytearray(code.co_code)  # COPY_FREE_VARS 1, RESUME 0
units[3] = 2
code = code.replace(co_code=bytes(units))
";
    let names = PyDict::new(py);
    names.set_item("__name__", "lancehead")?;
    py.run(SOURCE, Some(&names), None)?;
    let code = names.get_item("code")?.expect("just made").unbind();
    names.clear();
    names.set_item("__name__", "lancehead")?;
    // What is imported while a guard runs looks for them in its globals.
    names.set_item("__builtins__", py.import("builtins")?)?;
    // SAFETY: a code object that all guards share, and keep.
    unsafe { frames::lh_guard_code(code.as_ptr().cast()) };
    let _ = GUARD_CODE.set(py, (code, names.unbind()));
    Ok(())
}

/// The guard of the n-th loop of a code object: all code objects share it. Made without running any of Python's code: a signal would be
/// handled there, and what its handler raises be lost.
pub fn guard_function<'py>(py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyAny>> {
    static GUARDS: PyOnceLock<Py<PyList>> = PyOnceLock::new();
    let guards = GUARDS.get_or_init(py, || PyList::empty(py).unbind()).bind(py);
    let (code, names) = GUARD_CODE.get(py).expect("made when the module was");
    while guards.len() <= index {
        let entrance = entrance(py, guards.len())?;
        // SAFETY: a code object with one free variable.
        let guard = unsafe {
            let guard = Bound::from_owned_ptr_or_err(py, PyFunction_New(code.as_ptr(), names.as_ptr()))?;
            let cell = Bound::from_owned_ptr_or_err(py, PyCell_New(entrance.as_ptr()))?;
            if PyFunction_SetClosure(guard.as_ptr(), PyTuple::new(py, [cell])?.as_ptr()) != 0 {
                return Err(PyErr::fetch(py));
            }
            guard
        };
        guards.append(guard)?;
    }
    guards.get_item(index)
}

unsafe extern "C" {
    fn PyFunction_New(code: Raw, globals: Raw) -> Raw;
    fn PyFunction_SetClosure(function: Raw, closure: Raw) -> std::ffi::c_int;
    fn PyCell_New(content: Raw) -> Raw;
}

/// What a guard negates.
#[repr(C)]
struct Entrance {
    head: ffi::PyObject,
    index: usize,
}

pub fn entrance_type(py: Python<'_>) -> PyResult<&Py<PyAny>> {
    static TYPE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    TYPE.get_or_try_init(py, || {
        let mut slots = [
            ffi::PyType_Slot { slot: ffi::Py_nb_negative, pfunc: enter as *mut c_void },
            ffi::PyType_Slot { slot: 0, pfunc: ptr::null_mut() },
        ];
        let mut spec = ffi::PyType_Spec {
            name: c"lancehead.loop_entrance".as_ptr(),
            basicsize: size_of::<Entrance>() as std::ffi::c_int,
            itemsize: 0,
            flags: ffi::Py_TPFLAGS_DEFAULT as std::ffi::c_uint,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: a spec that CPython copies.
        unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&raw mut spec)).map(Bound::unbind) }
    })
}

fn entrance(py: Python<'_>, index: usize) -> PyResult<Bound<'_, PyAny>> {
    let kind = entrance_type(py)?;
    // SAFETY: an object of that type has room for an `Entrance`.
    unsafe {
        let entrance = Bound::from_owned_ptr_or_err(py, ffi::PyType_GenericAlloc(kind.as_ptr().cast(), 0))?;
        (*entrance.as_ptr().cast::<Entrance>()).index = index;
        Ok(entrance)
    }
}

static mut FORGET: ffi::PyMethodDef = ffi::PyMethodDef {
    ml_name: c"forget".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: forget },
    ml_flags: ffi::METH_O,
    ml_doc: ptr::null(),
};

/// What a weak reference to a function calls: its loops' native code dies with it, and lets go of what it knows.
unsafe extern "C" fn forget(_: Raw, weak: Raw) -> Raw {
    // SAFETY: called with the lock held.
    let _ = catch_unwind(AssertUnwindSafe(|| crate::guards::forget(weak)));
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}

/// What a guard's minus sign calls.
unsafe extern "C" fn enter(entrance: Raw) -> Raw {
    // SAFETY: the slot of the type of entrances; called with the lock held.
    let attempt = catch_unwind(AssertUnwindSafe(|| unsafe { visit((*entrance.cast::<Entrance>()).index) }));
    match attempt {
        Ok(Some(result)) => result,
        Ok(None) => unsafe { ffi::Py_NewRef(ffi::Py_None()) },
        Err(_) => {
            eprintln!("lancehead: a bug of ours; the loop goes on in the interpreter. Please report it with the text above.");
            unsafe { ffi::Py_NewRef(ffi::Py_None()) }
        }
    }
}

/// None: the interpreter goes on with the loop. Else what the guard returns: its host was moved.
unsafe fn visit(index: usize) -> Option<Raw> {
    unsafe {
        let thread = ffi::PyThreadState_Get().cast();
        if frames::lh_tracing(thread) != 0 {
            crate::guards::silence_all();
            return None;
        }
        let mut host = Host::EMPTY;
        if frames::lh_host(thread, &mut host) == 0 {
            return None;
        }
        let guards = of_code(host.code.cast())?;
        if !crate::guards::runs_in(host.func.cast(), host.code.cast()) {
            // Somebody gave the function other code while this frame runs.
            return None;
        }
        let (found, head) = guards.loop_before(host.next)?;
        let looped = guards.loops.get(index).filter(|_| found == index)?;
        if frames::lh_code_monitored(host.code) != 0 {
            crate::guards::silence_all();
            return None;
        }
        if crate::version::is_within_compiler()
            || looped.is_compiling.get()
            || host.nstack as usize != looped.depth
            || frames::lh_awaits_interpreter(thread) != 0
        {
            return None;
        }
        // Most visits end here: nothing was compiled, and it is not worth it yet.
        let decided = if looped.regions.borrow().is_empty() { Some(looped.judge(&guards, head, &host)?) } else { None };
        let mut held = Held::of(&host, looped);
        let mut words = [0u64; WORDS_AT_MOST];
        let flags = flags_of(host.func.cast());
        let region = match looped.find(&host, flags, &held.values, &mut words) {
            Some(region) => region,
            None => {
                let decided = if let Some(decided) = decided { decided } else { looped.judge(&guards, head, &host)? };
                let region = match looped.compile(&guards, head, &host, flags, &held.values, decided)? {
                    Ok(region) => region,
                    Err(raised) => return Some(raise(thread, &mut host, &guards, head, raised)),
                };
                // Compiling runs code of Python's, and the collector, in the midst of which finalisers of the user's may have set names.
                held = Held::of(&host, looped);
                if !region.fits(looped, &held.values, &mut words) {
                    return None;
                }
                region
            }
        };
        run(thread, &mut host, &guards, looped, &region, &mut held, &words)
    }
}

/// As the function was given to `jit`, if it was.
unsafe fn flags_of(function: Raw) -> Flags {
    Python::attach(|py| {
        // SAFETY: the function of a running frame.
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        let flags = compiled(&function).map(|compiled| compiled.flags).unwrap_or_default();
        Flags { ticks: settings().deopt_every() > 0, ..flags }
    })
}

/// To load or to compile a loop.
#[derive(Clone, Copy)]
struct Decided {
    may_compile: bool,
    /// Whatever was spent on compiling before.
    beyond_doubt: bool,
}

impl Loop {
    unsafe fn find(&self, host: &Host, flags: Flags, slots: &[Raw], words: &mut [u64]) -> Option<Rc<Compiled>> {
        let regions = self.regions.borrow();
        let fits = |region: &&Rc<Compiled>| unsafe {
            region.version.flags == flags && region.is_of(host.func.cast()) && region.fits(self, slots, words)
        };
        regions.iter().find(fits).cloned()
    }

    /// What to do about the loop's types, for which there is no native code; None if nothing for now.
    unsafe fn judge(&self, guards: &Guards, head: u32, host: &Host) -> Option<Decided> {
        crate::guards::take_up_again(budget::allows);
        match self.hotness.visit(unsafe { turns_left(host) }) {
            Judgement::Wait => {}
            Judgement::Sleep => {
                guards.sleep(head);
                self.hotness.set_awake(false);
            }
            Judgement::GiveUp if self.is_body() => guards.turn_loop_at(head, false),
            Judgement::GiveUp => crate::guards::put_off(guards, head, None),
            Judgement::Load => return Some(Decided { may_compile: false, beyond_doubt: false }),
            Judgement::Compile { beyond_doubt } => return Some(Decided { may_compile: true, beyond_doubt }),
        }
        None
    }

    /// Compiles the loop for the frame as it is.
    #[cold]
    unsafe fn compile(
        &self,
        guards: &Guards,
        head: u32,
        host: &Host,
        flags: Flags,
        slots: &[Raw],
        decided: Decided,
    ) -> Option<PyResult<Rc<Compiled>>> {
        let Decided { may_compile, beyond_doubt } = decided;
        if self.regions.borrow().len() >= REGIONS_AT_MOST {
            self.miss(guards, head);
            return None;
        }
        let tried = self.tried.borrow().clone();
        if let Some(tried) =
            tried.filter(|tried| unsafe { tried.is_of(host.func.cast()) && tried.fits(self, slots, &mut [0; WORDS_AT_MOST]) })
        {
            return Some(Ok(tried));
        }
        // Where many classes come by, the next version takes instances of any.
        let are_many = self.regions.borrow().len() >= INSTANCES_TOLD_APART;
        let general = |shape| if are_many && matches!(shape, Slot::Instance(..)) { Slot::Object(()) } else { shape };
        let shapes: Vec<Shape> = slots.iter().enumerate().map(|(index, value)| general(unsafe { self.shape(index, *value) })).collect();
        // SAFETY: what the frame holds.
        let _shown = unsafe { EntryValues::show(slots) };
        if shapes.iter().flat_map(|shape| shape.types()).map(Ty::words).sum::<usize>() > WORDS_AT_MOST {
            guards.turn_loop_at(head, false);
            return None;
        }
        let mut word = 0;
        let entry = shapes.iter().map(|shape| layout(shape, &mut word)).collect();
        let region = Python::attach(|py| {
            let waiting = PyErr::take(py);
            // SAFETY: the function of a running frame.
            let function = unsafe { Bound::<PyAny>::from_borrowed_ptr(py, host.func.cast()) };
            // SAFETY: functions can be referred to weakly; the definition lives as long as the process.
            let weak = unsafe {
                let forget = Bound::from_owned_ptr_or_opt(py, ffi::PyCFunction_New(&raw mut FORGET, ptr::null_mut()))?;
                Bound::from_owned_ptr_or_opt(py, ffi::PyWeakref_NewRef(function.as_ptr(), forget.as_ptr()))
            }?;
            let kept = (settings().reports() && self.is_of_module).then(|| function.clone().unbind());
            let mut version = Version::new(Entry { place: self.place, shapes }, flags);
            // A function that was given to `jit` is to be compiled; others when it is worth it.
            let is_asked = compiled(&function).is_some();
            let is_time = may_compile && (is_asked || beyond_doubt || budget::allows());
            version.is_unasked.set(!is_asked);
            let is_free = is_asked || self.is_body() || flags.ticks || settings().compiles_everything();
            let finding = if is_free { Finding::Stays } else { self.trial.finding() };
            let compiles_now = is_time && (finding == Finding::Stays || finding == Finding::Short && beyond_doubt);
            let compiling = budget::spend(|| {
                version.obtain(&self.is_compiling, &function, !compiles_now)?;
                match finding {
                    Finding::Open if version.is_postponed() && is_time => {
                        version.try_out();
                        version.interpret(&self.is_compiling, &function)
                    }
                    Finding::KeepsLeaving if version.is_postponed() && is_time => {
                        version.refuse(&function, "keeps-leaving", "each turn leaves native code");
                        Ok(())
                    }
                    _ => Ok(()),
                }
            });
            if let Some(error) = waiting {
                error.restore(py);
            }
            Some(compiling.map(|()| Rc::new(Compiled { function: weak.unbind(), _kept: kept, version, entry })))
        })?;
        if let Ok(region) = &region {
            if region.version.is_postponed() {
                if may_compile {
                    self.hotness.was_put_off();
                    if !self.is_body() {
                        guards.sleep(head);
                        self.hotness.set_awake(false);
                    }
                }
                return None;
            }
            guards.turn_loop_at(head, true);
            if region.version.is_trial {
                let _old = self.tried.replace(Some(region.clone()));
            } else {
                self.regions.borrow_mut().push(region.clone());
            }
        }
        Some(region)
    }

    /// Whether this entry is native code's, as long as it has not shown that it gains.
    #[cold]
    fn is_natives_turn(&self, guards: &Guards, head: u32, region: &Compiled) -> bool {
        let version = &region.version;
        if !version.is_unasked.get() || self.is_body() || version.flags.ticks || settings().compiles_everything() {
            version.contest.call_off();
            return true;
        }
        let entries = u32::try_from(version.entered.get()).unwrap_or(u32::MAX);
        match version.contest.turn(version.worked.get() < SHORT.saturating_mul(entries)) {
            Turn::Native => true,
            Turn::Interpreted => {
                guards.sleep(head);
                false
            }
            Turn::Won => {
                guards.turn_loop_at(head, true);
                true
            }
            Turn::Lost { again } => {
                crate::guards::put_off(guards, head, Some(again));
                false
            }
        }
    }

    /// Takes out what was compiled for the function of this weak reference.
    pub fn forget(&self, weak: Raw) -> Vec<Rc<Compiled>> {
        let Ok(mut regions) = self.regions.try_borrow_mut() else { return Vec::new() };
        let tried = self.tried.borrow_mut().take_if(|tried| tried.function.as_ptr() == weak);
        let (mut gone, kept): (Vec<Rc<Compiled>>, _) = regions.drain(..).partition(|region| region.function.as_ptr() == weak);
        *regions = kept;
        let waited = self.hotness.waited().as_secs_f64();
        let mut past = self.past.borrow_mut();
        past.extend(gone.iter().map(|region| Row::of(&region.version, waited)));
        past.truncate(REGIONS_AT_MOST);
        gone.extend(tried);
        gone
    }

    fn miss(&self, guards: &Guards, head: u32) {
        self.misses.set(self.misses.get() + 1);
        if self.misses.get() >= MISSES_BEFORE_TURNING_OFF {
            guards.turn_loop_at(head, false);
        }
    }
}

unsafe fn run(
    thread: *mut frames::PyThreadState,
    host: &mut Host,
    guards: &Guards,
    looped: &Loop,
    region: &Compiled,
    held: &mut Held,
    words: &[u64],
) -> Option<Raw> {
    unsafe {
        let (Place::Loop(head) | Place::Body(head)) = looped.place else { return None };
        let Outcome::Native(unit) = region.version.outcome.borrow().clone() else {
            looped.miss(guards, head);
            return None;
        };
        looped.misses.set(0);
        let function: Raw = host.func.cast();
        if !region.version.is_trial && !region.version.contest.is_over() && !looped.is_natives_turn(guards, head, region) {
            return None;
        }
        let is_valid = Python::attach(|py| unit.is_valid(&Bound::from_borrowed_ptr(py, function)));
        if !is_valid {
            let compiling = Python::attach(|py| region.version.compile(&looped.is_compiling, &Bound::from_borrowed_ptr(py, function)));
            return compiling.err().map(|raised| raise(thread, host, guards, head, raised));
        }
        let mut state = MaybeUninit::uninit();
        frames::lh_call_state(host.func, state.as_mut_ptr());
        let state: &CallState = state.assume_init_ref();
        let depth_left = depth_left(*state.levels, state.stack);
        if depth_left <= 0 {
            return None;
        }
        let is_trial = region.version.is_trial;
        let ticks_left = if is_trial { trial::PLACES } else { settings().deopt_every() };
        let context = Context { breaker: state.breaker.cast(), depth_left, ticks_left, sites: unit.sites() };
        held.hand_over(host, &region.entry, words);
        region.version.entered.set(region.version.entered.get() + 1);
        count(&settings().counters.entered);
        count(&settings().counters.came_back);
        frames::lh_host_hide(thread, host);
        let running = &*state.own.cast::<Running>();
        let mut call = Call::new(context, &unit, function, running, state);
        call.holds_names = !looped.names.is_empty();
        let began = Instant::now();
        let mut out = [const { MaybeUninit::<u64>::uninit() }; infer::RESULT_WORDS_AT_MOST];
        let status = match &unit.program {
            Program::Machine { entry, .. } => {
                let _watch = Watch::begin(running, &unit.report);
                entry((&raw mut call).cast(), words.as_ptr(), out.as_mut_ptr().cast())
            }
            Program::Ir { unit: ir, .. } => call.interpret(ir, words, &unit.scalar_words(), &mut out),
        };
        crate::mirror::settle();
        assert_eq!(status, codegen::LEFT, "a region leaves, it does not return");
        let worked = began.elapsed();
        let left_at = call.left_at();
        let mut left = call.frames(&|slot, now, record| kept(region, slot, now, record, &held.values, words));
        if is_trial {
            let why = left_at.map(|resume| unit.meta.resumes[resume].why);
            let will_leave_again = matches!(why, Some(Why::NotCompiled | Why::Calls | Why::Python | Why::Raises));
            looped.trial.note(will_leave_again, call.context.ticks_left);
            if looped.trial.finding() != Finding::Open {
                // The caller of this holds it too, so nothing is freed in the middle of what follows.
                looped.tried.take();
            }
        } else if let Some(resume) = left_at {
            region.version.worked.set(region.version.worked.get() + worked);
            budget::gained(worked);
            note_leave(region, looped, function, &unit, resume);
        }
        let mut names = std::mem::take(&mut left[0].names);
        let waiting = Python::attach(PyErr::take);
        if write_names(host, looped, &mut names) {
            Python::attach(|py| waiting.into_iter().for_each(|error| error.restore(py)));
        } else {
            left.last_mut().expect("something was left").throw();
        }
        held.give_up();
        let mut chain: Vec<Activation> = left.iter_mut().map(Frame::activation).collect();
        // The outermost one is the host itself.
        chain[0].code = host.code;
        frames::lh_host_continue(thread, host, chain.as_mut_ptr(), chain.len() as isize, guards.landing()).cast::<ffi::PyObject>().into()
    }
}

/// What was raised while the loop was compiled is raised at the loop.
unsafe fn raise(thread: *mut frames::PyThreadState, host: &mut Host, guards: &Guards, head: u32, raised: PyErr) -> Raw {
    Python::attach(|py| crate::version::bare(py, raised).restore(py));
    unsafe { frames::lh_host_raise(thread, host, guards.moved(head as i32), guards.landing()).cast() }
}

/// What native code has made of the module's names goes into the namespace. New ones are there already, and so are objects: what is
/// replaced here are numbers. False if memory ran out.
unsafe fn write_names(host: &Host, looped: &Loop, values: &mut Vec<Raw>) -> bool {
    let mut is_done = true;
    for (name, value) in looped.names.iter().zip(values.drain(..)) {
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

unsafe fn note_leave(region: &Compiled, looped: &Loop, function: Raw, unit: &Rc<LoadedUnit>, resume: usize) {
    Python::attach(|py| {
        let waiting = PyErr::take(py);
        // SAFETY: the function of a running frame.
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        region.version.note_leave(&looped.is_compiling, &function, unit, resume);
        if let Some(error) = waiting {
            error.restore(py);
        }
    });
}

/// A new reference to the object that the frame held in this slot, if the slot still means the same.
fn kept(region: &Compiled, index: usize, now: &Slot<u32>, record: &[u64], slots: &[Raw], entered: &[u64]) -> Option<Raw> {
    let (object, then) = (*slots.get(index)?, region.entry.get(index)?);
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
        (Slot::RangeIter(a), Slot::RangeIter(b)) => a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Slot::Tuple(a), Slot::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, a_words, b, b_words)),
        (Slot::Any(_, a_tag, a_bits), Slot::Any(_, b_tag, b_bits)) => same(a_tag, b_tag) && same(a_bits, b_bits),
        _ => false,
    }
}
