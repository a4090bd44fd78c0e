//! Entering native code at a loop, in the middle of a running frame, and moving that frame to where native code has left it.

mod judge;

use crate::account::{self, budget};
use crate::classes::EntryValues;
use crate::compile::{Effort, Failure, Flags, Gain, earlier_trials, remember_past, remember_trial};
use crate::function::{compiled, depth_left};
use crate::guards::{Guards, of_code};
use crate::held::{Argument, Held, kept, take, write_names};
use crate::inplace::cell::{is_cell, kind_of_cell};
use crate::inplace::guess::kind_of;
use crate::iterators::iterator_shape;
use crate::leave::{Call, Frame};
use crate::lock;
use crate::loop_plan::{LoopPlan, Reading, Variable};
use crate::object::{Raw, layout, shape_of};
use crate::outside::Outside;
use crate::row::Row;
use crate::settings::{count, settings};
use crate::unit::{LetGo, LoadedUnit, Program};
use crate::version::{Outcome, Version};
use bytecode::Off;
use codegen::Context;
use frames::{Activation, CallState, Host};
use infer::{Entry, Guesses, Place};
use ir::{Elem, Kind, Shape, Slot, Tag, Tags, Ty, Why};
use judge::Decided;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use runtime::crash::{Running, Watch};
use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;
use std::time::Duration;
use worth::{CallsOut, Finding, Hotness, Past, Trial, Turn, trial};

/// A loop is compiled for at most so many combinations of types.
const REGIONS_AT_MOST: usize = 4;
/// And for so many of them the class of an instance is looked at, and the type of a number that nothing reads.
const TOLD_APART: usize = 2;
/// And for so many functions that share its code and live at the same time.
const FUNCTIONS_AT_MOST: usize = 8;
/// A tuple of more values, or of tuples in tuples, is taken as the object that it is: such shapes would multiply.
const VALUES_OF_TUPLE: usize = 6;
/// So many code units, with their inline caches, an operation has.
const UNITS_OF_OPERATION: usize = 2;
/// What a frame may hold for its loops to be entered.
const WORDS_AT_MOST: usize = 256;
/// After so many entries it shows whether functions of one code that come by once each have enough to do.
const ADOPTIONS_TO_JUDGE_BY: u32 = 256;
/// Visits with types for which there is no native code, one after the other, before the guard is turned off.
const MISSES_BEFORE_TURNING_OFF: u32 = 200;

/// A loop that finds a list or a dict empty is not compiled before so many turns more.
const TURNS_TO_WAIT_FOR_ITEMS: u32 = 16;

/// A loop of a code object with guards.
pub struct Loop {
    place: Place,
    /// What the locals are to native code; and where the plain ones, and the names, are read.
    variables: Vec<Variable>,
    reading: Vec<Reading>,
    /// The names of a module's code that the loop sets: they are native code's variables, behind the locals.
    names: Vec<Py<PyString>>,
    is_of_module: bool,
    /// Its first local is the iterator that its first loop goes over, which nothing reads again.
    is_of_comprehension: bool,
    /// By the user: it has no regions, and its guard stays off.
    pub is_switched_off: bool,
    /// How deep the value stack is at the head.
    depth: usize,
    /// Whether other loops are in it.
    is_nest: bool,
    /// The heads of the loops that it is in, from the outermost on.
    around: Vec<u32>,
    /// It was found to be worth compiling, and left that to the loop around it.
    has_handed_over: Cell<bool>,
    hotness: RefCell<Hotness>,
    /// Whether it has gained in an earlier start, or in this one; None before that was asked. How it has in an earlier start.
    has_gained: Cell<Option<bool>>,
    gains: RefCell<Vec<Gain>>,
    pub is_on: Cell<bool>,
    regions: RefCell<Vec<Rc<Compiled>>>,
    /// Compiled for functions that are gone: the next one of the same code takes it.
    orphans: RefCell<Vec<Rc<Compiled>>>,
    /// What became of those whose function is gone.
    past: RefCell<Vec<Row>>,
    is_compiling: Cell<bool>,
    misses: Cell<u32>,
    trial: Trial,
    has_recalled_trials: Cell<bool>,
    /// What earlier starts have found of it, once that was asked.
    earlier: Cell<Option<Past>>,
    /// So many turns it was not compiled because something was empty.
    waited_for_items: Cell<u32>,
    /// Why its trials left.
    left_for: Cell<Option<Why>>,
    /// The IR that is being tried.
    tried: RefCell<Option<Rc<Compiled>>>,
    /// What trials have found out about guesses.
    guesses: RefCell<Guesses>,
}

/// The loop compiled for one function and one combination of types.
pub struct Compiled {
    /// A weak reference: the function owns its code, and the code the regions.
    function: RefCell<Py<PyAny>>,
    /// The function of a module's code, which is gone when the module has run, where a report is wanted.
    _kept: Option<Py<PyAny>>,
    version: Version,
    /// The entry's slots by words.
    entry: Vec<Slot<u32>>,
}

impl Loop {
    /// `names`: the code object's.
    pub fn new(plan: LoopPlan, names: &Bound<'_, PyTuple>, off: &Off) -> PyResult<Loop> {
        let LoopPlan { place, variables, reading, names: stored, is_of_module, is_of_comprehension, .. } = plan;
        let LoopPlan { depth, is_nest, generator, around, operations, loops, .. } = plan;
        let name = |index: u32| PyResult::Ok(names.get_item(index as usize)?.cast_into::<PyString>()?.unbind());
        let is_body = matches!(place, Place::Body(_));
        Ok(Loop {
            place,
            variables,
            reading,
            names: stored.into_iter().map(name).collect::<PyResult<_>>()?,
            is_of_module,
            is_of_comprehension,
            is_switched_off: match (off, place) {
                (Off::Loops(heads), Place::Loop(head) | Place::Body(head) | Place::Generator(head)) => heads.contains(&head),
                (Off::All, _) => true,
                _ => false,
            },
            depth,
            is_nest,
            around,
            has_handed_over: Cell::new(false),
            has_gained: Cell::new(None),
            gains: RefCell::default(),
            hotness: RefCell::new(match generator {
                Some(size) => Hotness::of_generator(size / UNITS_OF_OPERATION),
                None => Hotness::new(is_body, operations, loops),
            }),
            is_on: Cell::new(true),
            regions: RefCell::default(),
            orphans: RefCell::default(),
            past: RefCell::default(),
            is_compiling: Cell::new(false),
            misses: Cell::new(0),
            trial: Trial::default(),
            has_recalled_trials: Cell::new(false),
            earlier: Cell::new(None),
            waited_for_items: Cell::new(0),
            left_for: Cell::default(),
            tried: RefCell::default(),
            guesses: RefCell::default(),
        })
    }

    /// A row for each combination of types that it was compiled for, or one if there was none. Empty if it was never met.
    pub fn report<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let waited = self.hotness.borrow().took().as_secs_f64();
        let past = self.past.borrow().clone();
        let regions = self.regions.borrow().clone();
        let orphans = self.orphans.borrow().clone();
        let mut rows = past.iter().map(|row| row.to_python(py)).collect::<PyResult<Vec<_>>>()?;
        for region in &regions {
            let row = Row::of(&region.version, waited).to_python(py)?;
            // SAFETY: a weak reference gives a borrowed object, or None.
            let function: Bound<'py, PyAny> =
                unsafe { Bound::from_borrowed_ptr(py, ffi::PyWeakref_GetObject(region.function.borrow().as_ptr())) };
            if !function.is_none() {
                crate::stops::report(&function, &region.version, &row)?;
            }
            rows.push(row);
        }
        rows.extend(orphans.iter().map(|orphan| Row::of(&orphan.version, waited).to_python(py)).collect::<PyResult<Vec<_>>>()?);
        if rows.is_empty() && self.hotness.borrow().was_met() {
            let verdict = self.hotness.borrow().is_under_way().then(|| Failure::UnderWay(None).words());
            rows.push(Row { seconds: waited, verdict, ..Row::default() }.to_python(py)?);
        }
        Ok(rows)
    }

    fn is_body(&self) -> bool {
        matches!(self.place, Place::Body(_))
    }

    /// The shape by which a slot of the frame is taken: what the loop does not read is kept as it is, whatever it is. But numbers that are read
    /// behind it, or a module's, keep their types: setting a name that may have held an object is more than keeping a number.
    unsafe fn shape(&self, index: usize, value: Raw) -> Shape {
        let is_name = index >= self.variables.len();
        match (self.variables.get(index), self.reading.get(index)) {
            (Some(Variable::Cell), _) if unsafe { is_cell(value) } => return Slot::Exact(unsafe { kind_of_cell(value) }, ()),
            (Some(Variable::Cell | Variable::Outer), _) => return Slot::Unbound,
            (_, Some(Reading::Never)) => return any(),
            (_, None) if !value.is_null() => {
                if let Some(shape) = unsafe { iterator_shape(value) } {
                    return shape;
                }
            }
            (_, Some(Reading::Behind)) if is_name && value.is_null() => return any(),
            (_, Some(Reading::Behind)) if !value.is_null() => {
                return match unsafe { shape_of(value) } {
                    shape @ (Slot::Bool(()) | Slot::Int(()) | Slot::Float(()) | Slot::NumPy(..)) => shape,
                    _ => any_object(),
                };
            }
            _ if value.is_null() => return Slot::Unbound,
            _ => {}
        }
        match unsafe { shape_of(value) } {
            // The namespace holds the tuple itself.
            Slot::Tuple(_) if is_name && self.reading.get(index).is_some() => {
                unsafe { kind_of(value) }.map_or(Slot::Object(()), |kind| Slot::Exact(kind, ()))
            }
            Slot::Tuple(items)
                if items.iter().any(is_nested) || items.iter().map(|item| item.types().len()).sum::<usize>() > VALUES_OF_TUPLE =>
            {
                Slot::Object(())
            }
            shape => shape,
        }
    }
}

/// A list, or a dict, of which nothing is known.
fn is_empty(shape: &Shape) -> bool {
    match shape {
        Slot::List(elem, _) => *elem == Elem::Unknown,
        Slot::Exact(Kind::Dict(guess), _) => *guess.value == Elem::Unknown && guess.fields.is_empty(),
        _ => false,
    }
}

/// A tuple that holds tuples.
fn is_nested(shape: &Shape) -> bool {
    matches!(shape, Slot::Tuple(items) if items.iter().any(|item| matches!(item, Slot::Tuple(_))))
}

/// Whether what is known of a list's items leaves it open that they are these.
fn may_be(now: &Elem, gained: &Elem) -> bool {
    match (now, gained) {
        (Elem::Unknown, _) => true,
        (Elem::List(now), Elem::List(gained)) => may_be(now, gained),
        _ => now == gained,
    }
}

/// No number.
fn any_object() -> Shape {
    let tags = [Tag::Unbound, Tag::None, Tag::Object].map(Tags::of);
    Slot::Any(tags.into_iter().fold(Tags::default(), Tags::union), (), ())
}

fn any() -> Shape {
    let tags = [Tag::Unbound, Tag::None, Tag::Bool, Tag::Int, Tag::Float, Tag::Object].map(Tags::of);
    Slot::Any(tags.into_iter().fold(Tags::default(), Tags::union), (), ())
}

impl Compiled {
    /// The words of the frame's slots, if they have the shapes that this is for.
    unsafe fn fits(&self, looped: &Loop, slots: &[Raw], words: &mut [u64]) -> bool {
        let mut at = 0;
        slots.iter().zip(&self.version.entry.shapes).enumerate().all(|(index, (value, shape))| {
            let value = if looped.variables.get(index) == Some(&Variable::Outer) { ptr::null_mut() } else { *value };
            unsafe { take(value, shape, words, &mut at) }
        })
    }

    /// Whether it was compiled for the function of this weak reference.
    pub fn is_for(&self, weak: Raw) -> bool {
        self.function.borrow().as_ptr() == weak
    }

    unsafe fn is_of(&self, function: Raw) -> bool {
        // SAFETY: a weak reference; what it gives is only compared.
        unsafe { ffi::PyWeakref_GetObject(self.function.borrow().as_ptr()) == function }
    }
}

static mut FORGET: ffi::PyMethodDef = ffi::PyMethodDef {
    ml_name: c"forget".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunction: forget },
    ml_flags: ffi::METH_O,
    ml_doc: ptr::null(),
};

/// A weak reference to a function, which tells when that is gone.
fn weak_reference(function: &Bound<'_, PyAny>) -> Option<Py<PyAny>> {
    let py = function.py();
    // SAFETY: functions can be referred to weakly; the definition lives as long as the process.
    unsafe {
        let forget = Bound::from_owned_ptr_or_opt(py, ffi::PyCFunction_New(&raw mut FORGET, ptr::null_mut()))?;
        Bound::from_owned_ptr_or_opt(py, ffi::PyWeakref_NewRef(function.as_ptr(), forget.as_ptr())).map(Bound::unbind)
    }
}

/// What a function leaves behind that is gone: dropping it may run finalisers.
#[derive(Default)]
pub struct Forgotten {
    regions: Vec<Rc<Compiled>>,
    held: Vec<LetGo>,
}

/// What a weak reference to a function calls: its loops' native code dies with it, and lets go of what it knows.
unsafe extern "C" fn forget(_: Raw, weak: Raw) -> Raw {
    // SAFETY: called with the lock held.
    let _ = catch_unwind(AssertUnwindSafe(|| crate::guards::forget(weak)));
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}

/// None: the interpreter goes on with the loop. Else what the guard returns: its host was moved.
pub unsafe fn visit(index: usize) -> Option<Raw> {
    unsafe {
        let thread = ffi::PyThreadState_Get().cast();
        let mut host = Host::EMPTY;
        if frames::lh_host(thread, &mut host) == 0 {
            return None;
        }
        let guards = of_code(host.code.cast())?;
        let head = guards.is_at(index, host.next)?;
        count(&settings().counters.visited);
        if guards.loops[index].passes(&host) {
            return None;
        }
        // It stays while its code object may go.
        let guards = guards.clone();
        let looped = &guards.loops[index];
        if frames::lh_tracing(thread) != 0 {
            crate::guards::silence_all();
            return None;
        }
        if !crate::guards::runs_in(host.func.cast(), host.code.cast()) {
            // Somebody gave the function other code while this frame runs.
            return None;
        }
        if frames::lh_code_monitored(host.code) != 0 {
            crate::guards::silence_all();
            return None;
        }
        if crate::version::is_within_compiler() || looped.is_compiling.get() || host.nstack as usize != looped.depth {
            return None;
        }
        if lock::is_awaited() {
            // The next turn of the loop is early enough.
            guards.turn_loop_at(head, true);
            return None;
        }
        if looped.is_too_short_to_adopt() {
            guards.turn_loop_at(head, false);
            return None;
        }
        // Most visits end here: nothing was compiled, and it is not worth it yet.
        let has_none = looped.regions.borrow().is_empty() && looped.orphans.borrow().is_empty();
        let decided = if has_none { Some(looped.judge(&guards, head, &host)?) } else { None };
        let argument = if looped.is_of_comprehension { Argument::lend(&host) } else { None };
        let mut held = Held::of(&host, &looped.names);
        let mut words = [0u64; WORDS_AT_MOST];
        let flags = flags_of(host.func.cast());
        let region = match looped.find(&host, flags, &held.values, &mut words) {
            Some(region) => region,
            None => {
                let decided = if let Some(decided) = decided { decided } else { looped.judge(&guards, head, &host)? };
                let region = match looped.compile(&guards, head, &host, flags, &held.values, decided)? {
                    Ok(region) => region,
                    Err(raised) => {
                        drop(argument);
                        return Some(raise(thread, &mut host, &guards, head, raised));
                    }
                };
                // Compiling runs code of Python's, and the collector, in the midst of which finalisers of the user's may have set names.
                held = Held::of(&host, &looped.names);
                if !region.fits(looped, &held.values, &mut words) {
                    return None;
                }
                region
            }
        };
        let taken = Taken { held: &mut held, argument, words: &words };
        run(thread, &mut host, &guards, looped, &region, taken)
    }
}

/// As the function was given to `jit`, if it was.
unsafe fn flags_of(function: Raw) -> Flags {
    lock::attach(|py| {
        // SAFETY: the function of a running frame.
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        let flags = compiled(&function).map(|compiled| compiled.flags).unwrap_or_default();
        Flags { ticks: settings().deopt_every() > 0, ..flags }
    })
}

impl Loop {
    unsafe fn find(&self, host: &Host, flags: Flags, slots: &[Raw], words: &mut [u64]) -> Option<Rc<Compiled>> {
        let regions = self.regions.borrow();
        let fits = |region: &&Rc<Compiled>| unsafe {
            region.version.flags == flags && region.is_of(host.func.cast()) && region.fits(self, slots, words)
        };
        if let Some(found) = regions.iter().find(fits) {
            return Some(found.clone());
        }
        drop(regions);
        unsafe { self.adopt(host, flags, slots, words) }
    }

    /// What was compiled for a function that is gone becomes another's of the same code.
    unsafe fn adopt(&self, host: &Host, flags: Flags, slots: &[Raw], words: &mut [u64]) -> Option<Rc<Compiled>> {
        let fits = |orphan: &Rc<Compiled>| unsafe { orphan.version.flags == flags && orphan.fits(self, slots, words) };
        let found = self.orphans.borrow().iter().position(fits)?;
        let orphan = self.orphans.borrow_mut().remove(found);
        lock::attach(|py| {
            // SAFETY: the function of a running frame.
            let function = unsafe { Bound::<PyAny>::from_borrowed_ptr(py, host.func.cast()) };
            if orphan.version.is_unasked.get() != compiled(&function).is_none() || !orphan.version.adopt(&function) {
                return None;
            }
            let _dead = orphan.function.replace(weak_reference(&function)?);
            self.regions.borrow_mut().push(orphan.clone());
            Some(orphan)
        })
    }

    /// Whether each function of this code comes by once, and has so little to do that taking the code over costs as much.
    fn is_too_short_to_adopt(&self) -> bool {
        let orphans = self.orphans.borrow();
        let Some(version) = orphans.first().map(|orphan| &orphan.version).filter(|_| self.regions.borrow().is_empty()) else {
            return false;
        };
        let entries = u32::try_from(version.entered.get()).unwrap_or(u32::MAX);
        let is_free = !version.is_unasked.get() || version.flags.ticks || settings().compiles_everything();
        !is_free && entries >= ADOPTIONS_TO_JUDGE_BY && version.worked.get() < worth::contest::SHORT.saturating_mul(entries)
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
        let own = self.regions.borrow().iter().filter(|region| unsafe { region.is_of(host.func.cast()) }).count();
        if own >= REGIONS_AT_MOST || self.regions.borrow().len() >= REGIONS_AT_MOST * FUNCTIONS_AT_MOST {
            self.miss(guards, head);
            return None;
        }
        let tried = self.tried.borrow().clone();
        if let Some(tried) =
            tried.filter(|tried| unsafe { tried.is_of(host.func.cast()) && tried.fits(self, slots, &mut [0; WORDS_AT_MOST]) })
        {
            return Some(Ok(tried));
        }
        // Where many types come by, the next version takes instances of any class, and what is not read whatever it is.
        let are_many = own >= TOLD_APART;
        let general = |(index, shape): (usize, Shape)| match shape {
            Slot::Instance(..) if are_many => Slot::Object(()),
            Slot::None | Slot::Bool(_) | Slot::Int(_) | Slot::Float(_)
                if are_many && self.reading.get(index).is_some_and(|reading| *reading != Reading::Within) =>
            {
                any()
            }
            shape => shape,
        };
        let shapes: Vec<Shape> =
            slots.iter().enumerate().map(|(index, value)| general((index, unsafe { self.shape(index, *value) }))).collect();
        // What was met in the midst of the loop in an earlier start may be met at its beginning, where lists are still empty.
        let gained = self.gains.borrow().iter().find(|gained| unsafe { self.agree(&shapes, &gained.shapes, slots) }).cloned();
        if gained.is_none() && !self.is_nest && shapes.iter().any(is_empty) && self.waits_for_items(host.func.cast(), flags) {
            guards.turn_loop_at(head, true);
            return None;
        }
        if gained.is_none() && !flags.ticks && !settings().compiles_everything() {
            // SAFETY: the function of a running frame.
            lock::attach(|py| self.recall_trials(&unsafe { Bound::from_borrowed_ptr(py, host.func.cast()) }));
        }
        let Gain { shapes, guesses } = gained.unwrap_or_else(|| Gain { shapes, guesses: self.guesses.borrow().clone() });
        // SAFETY: what the frame holds.
        let _shown = unsafe { EntryValues::show(slots) };
        if shapes.iter().flat_map(|shape| shape.types()).map(Ty::words).sum::<usize>() > WORDS_AT_MOST {
            guards.turn_loop_at(head, false);
            return None;
        }
        let mut word = 0;
        let entry = shapes.iter().map(|shape| layout(shape, &mut word)).collect();
        let region = lock::attach(|py| {
            let waiting = PyErr::take(py);
            // SAFETY: the function of a running frame.
            let function = unsafe { Bound::<PyAny>::from_borrowed_ptr(py, host.func.cast()) };
            let weak = RefCell::new(weak_reference(&function)?);
            let kept = (settings().reports() && self.is_of_module).then(|| function.clone().unbind());
            let mut version = Version::new(Entry { place: self.place, shapes }, flags, guesses);
            // A function that was given to `jit` is to be compiled; others when it is worth it.
            let is_asked = compiled(&function).is_some();
            let is_time = may_compile
                && (is_asked || (beyond_doubt || account::lets_compile_unasked()) && self.lets_compile(&function, beyond_doubt));
            version.is_unasked.set(!is_asked);
            // What is tried ends in mid-generator, and is the interpreter's from there on.
            let is_generator = matches!(self.place, Place::Generator(_));
            let is_free = is_asked || is_generator || self.is_body() || flags.ticks || settings().compiles_everything();
            let finding = if is_free { Finding::Stays } else { self.trial.finding() };
            let compiles_now = is_time && (finding == Finding::Stays || finding == Finding::Short && beyond_doubt);
            let began = account::computed();
            let mut compile = || {
                let effort = if is_asked { Effort::Compile } else { Effort::Beside(self.hotness.borrow().took()) };
                version.obtain(&self.is_compiling, &function, if compiles_now { effort } else { Effort::Look })?;
                if compiles_now || !version.is_postponed() || !is_time {
                    return Ok(());
                }
                match self.trial.finding() {
                    Finding::Open => version.try_out(&self.is_compiling, &function),
                    Finding::Stays => version.obtain(&self.is_compiling, &function, effort),
                    Finding::Short if beyond_doubt => version.obtain(&self.is_compiling, &function, effort),
                    Finding::Short => Ok(()),
                    Finding::KeepsLeaving => {
                        self.refuse_for_leaving(&version, &function);
                        Ok(())
                    }
                    Finding::CallsOut => {
                        self.refuse_for_calling(&version, &function);
                        Ok(())
                    }
                }
            };
            let compiling = compile();
            account::spent(account::computed().saturating_sub(began), version.is_trial);
            if let Some(error) = waiting {
                error.restore(py);
            }
            Some(compiling.map(|()| Rc::new(Compiled { function: weak, _kept: kept, version, entry })))
        })?;
        if let Ok(region) = &region {
            if region.version.is_postponed() {
                if let Some(key) = region.version.under_way() {
                    self.wait_for_thread(guards, head, key);
                } else if lock::is_awaited() {
                    guards.turn_loop_at(head, true);
                } else if may_compile {
                    // SAFETY: the function of a running frame.
                    lock::attach(|py| self.note_time(&unsafe { Bound::from_borrowed_ptr(py, host.func.cast()) }));
                    self.hotness.borrow_mut().was_put_off();
                    if !self.is_body() {
                        let as_long_again = self.hotness.borrow().cost() * 2;
                        self.sleep_for(guards, head, as_long_again);
                    }
                }
                return None;
            }
            guards.turn_loop_at(head, true);
            self.hotness.borrow_mut().rest();
            if region.version.is_trial {
                // It may not come to an end in this start.
                // SAFETY: the function of a running frame.
                lock::attach(|py| self.note_time(&unsafe { Bound::from_borrowed_ptr(py, host.func.cast()) }));
                count(&settings().counters.tried);
                let _old = self.tried.replace(Some(region.clone()));
            } else {
                // For other types it has to be worth it once more.
                self.hotness.borrow_mut().was_put_off();
                self.regions.borrow_mut().push(region.clone());
            }
        }
        Some(region)
    }

    /// Goes on with what trials have found in earlier starts.
    fn recall_trials(&self, function: &Bound<'_, PyAny>) {
        if self.trial.finding() == Finding::Open
            && !self.has_recalled_trials.replace(true)
            && let Some((found, guesses)) = earlier_trials(function, self.place)
        {
            self.trial.recall(found);
            self.guesses.replace(guesses);
        }
    }

    fn refuse_for_leaving(&self, version: &Version, function: &Bound<'_, PyAny>) {
        let reason = self.left_for.get().map_or("see below", crate::stops::reason);
        version.refuse(function, "keeps-leaving", &format!("each turn leaves native code: {reason}"));
    }

    fn refuse_for_calling(&self, version: &Version, function: &Bound<'_, PyAny>) {
        version.refuse(function, "calls-out", "each turn does little but call what is the interpreter's");
    }

    /// An entry of its trial has ended: true if a guess has failed. The next start goes on with what was found: the loop may never come by
    /// often enough in one.
    #[cold]
    unsafe fn note_trial(&self, version: &Version, function: Raw, left_for: Option<Why>, places_left: i64, calls_out: CallsOut) -> bool {
        if matches!(left_for, Some(Why::Overflow | Why::Element | Why::Unseen)) && !calls_out.are_waited_for() {
            self.trial.note_wrong_guess();
            if self.trial.finding() != Finding::Open {
                self.tried.take();
            }
            return true;
        }
        let will_leave_again = matches!(left_for, Some(Why::NotCompiled | Why::Calls | Why::Python | Why::Raises));
        self.trial.note(will_leave_again, places_left, calls_out);
        if will_leave_again {
            self.left_for.set(left_for);
        }
        lock::attach(|py| {
            let waiting = PyErr::take(py);
            // SAFETY: the function of a running frame.
            let function = unsafe { Bound::from_borrowed_ptr(py, function) };
            remember_trial(&function, self.place, self.trial.memory(), &self.guesses.borrow());
            match self.trial.finding() {
                Finding::KeepsLeaving => self.refuse_for_leaving(version, &function),
                Finding::CallsOut => self.refuse_for_calling(version, &function),
                _ => {}
            }
            if let Some(error) = waiting {
                error.restore(py);
            }
        });
        if self.trial.finding() != Finding::Open {
            // Whoever runs it holds it too, so nothing is freed in the middle of what follows.
            self.tried.take();
        }
        false
    }

    /// What has stayed in its trial is compiled beside the program at once: a nest may come by its head much later.
    #[cold]
    unsafe fn compile_after_trial(&self, guards: &Guards, head: u32, tried: &Version, function: Raw) {
        if !crate::beside::is_possible() || !account::lets_compile_unasked() {
            return;
        }
        let version = Version::new(tried.entry.clone(), tried.flags, tried.guesses());
        version.is_unasked.set(true);
        let began = account::computed();
        lock::attach(|py| {
            // SAFETY: the function of a running frame.
            let function = unsafe { Bound::from_borrowed_ptr(py, function) };
            let effort = Effort::Beside(self.hotness.borrow().took());
            if let Err(raised) = version.obtain(&self.is_compiling, &function, effort) {
                // The frame has been left: it would reach nobody.
                raised.write_unraisable(py, Some(&function));
            }
        });
        account::spent(account::computed().saturating_sub(began), false);
        if let Some(key) = version.under_way() {
            self.wait_for_thread(guards, head, key);
        }
    }

    /// Whether the loop's next turn may find something in what is empty at this one: a stack, of which nothing can be told then. Turns of
    /// a loop without loops in it are short.
    fn waits_for_items(&self, function: Raw, flags: Flags) -> bool {
        // SAFETY: the function of a running frame.
        let is_asked = || lock::attach(|py| compiled(&unsafe { Bound::<PyAny>::from_borrowed_ptr(py, function) }).is_some());
        let turns = self.waited_for_items.get();
        if turns >= TURNS_TO_WAIT_FOR_ITEMS || self.is_body() || flags.ticks || settings().compiles_everything() || is_asked() {
            return false;
        }
        self.waited_for_items.set(turns + 1);
        true
    }

    /// Whether this entry is native code's, as long as it has not shown that it gains.
    #[cold]
    unsafe fn is_natives_turn(&self, guards: &Guards, head: u32, region: &Compiled, function: Raw) -> bool {
        let version = &region.version;
        if !version.is_unasked.get() || self.is_body() || version.flags.ticks || settings().compiles_everything() {
            version.contest.borrow_mut().call_off();
            return true;
        }
        let entered = u32::try_from(version.entered.get()).unwrap_or(u32::MAX);
        // By a false clock each entry is short.
        let worked = if settings().false_clock() > 0 { Duration::ZERO } else { version.worked.get() };
        let turn = version.contest.borrow_mut().turn(account::now(), worked, entered.max(1));
        match turn {
            Turn::Native => true,
            Turn::Interpreted => {
                guards.sleep(head);
                false
            }
            Turn::Won => {
                count(&settings().counters.contests_won);
                unsafe { self.note_contest(function, Past::without_loss) };
                guards.turn_loop_at(head, true);
                true
            }
            Turn::Lost { again } => {
                count(&settings().counters.contests_lost);
                unsafe { self.note_contest(function, Past::with_loss) };
                crate::guards::put_off(guards, head, Some(again));
                false
            }
        }
    }

    /// Keeps for the next start how a contest has ended, where that start would not know.
    unsafe fn note_contest(&self, function: Raw, ended: fn(Past) -> Past) {
        if settings().false_clock() > 0 {
            return;
        }
        lock::attach(|py| {
            let waiting = PyErr::take(py);
            // SAFETY: the function of a running frame.
            let function = unsafe { Bound::from_borrowed_ptr(py, function) };
            let earlier = self.earlier(&function);
            let known = ended(earlier);
            if known != earlier {
                self.earlier.set(Some(known));
                remember_past(&function, self.place, known);
            }
            if let Some(error) = waiting {
                error.restore(py);
            }
        });
    }

    /// Takes out what was compiled for functions that are gone; the machine code waits for another function of the same code.
    pub fn forget(&self, is_gone: &impl Fn(&Compiled) -> bool) -> Forgotten {
        let mut forgotten = Forgotten::default();
        let Ok(mut regions) = self.regions.try_borrow_mut() else { return forgotten };
        forgotten.regions.extend(self.tried.borrow_mut().take_if(|tried| is_gone(tried)));
        let (gone, kept): (Vec<Rc<Compiled>>, _) = regions.drain(..).partition(|region| is_gone(region));
        *regions = kept;
        let mut orphans = self.orphans.borrow_mut();
        for region in gone {
            match region.version.let_go() {
                Some(held) => {
                    forgotten.held.extend(held);
                    orphans.insert(0, region);
                }
                None => forgotten.regions.push(region),
            }
        }
        if orphans.len() > REGIONS_AT_MOST {
            forgotten.regions.extend(orphans.drain(REGIONS_AT_MOST..));
        }
        let waited = self.hotness.borrow().took().as_secs_f64();
        let mut past = self.past.borrow_mut();
        past.extend(forgotten.regions.iter().filter(|region| !region.version.is_trial).map(|region| Row::of(&region.version, waited)));
        past.truncate(REGIONS_AT_MOST);
        forgotten
    }

    /// Whether the frame can be entered with these shapes, though it has others: an empty list may be one of anything, and what is not read is
    /// whatever it is.
    unsafe fn agree(&self, now: &[Shape], gained: &[Shape], slots: &[Raw]) -> bool {
        let agrees = |(now, gained): (&Shape, &Shape)| match (now, gained) {
            (Slot::List(now, ()), Slot::List(gained, ())) => may_be(now, gained),
            (now, gained) => now == gained || *gained == any(),
        };
        if now.len() != gained.len() || !now.iter().zip(gained).all(agrees) {
            return false;
        }
        let (mut words, mut at) = ([0; WORDS_AT_MOST], 0);
        let variables = slots.iter().enumerate();
        let values =
            variables.map(|(index, value)| if self.variables.get(index) == Some(&Variable::Outer) { ptr::null_mut() } else { *value });
        gained.iter().flat_map(|shape| shape.types()).map(Ty::words).sum::<usize>() <= WORDS_AT_MOST
            && values.zip(gained).all(|(value, shape)| unsafe { take(value, shape, &mut words, &mut at) })
    }

    fn miss(&self, guards: &Guards, head: u32) {
        self.misses.set(self.misses.get() + 1);
        if self.misses.get() >= MISSES_BEFORE_TURNING_OFF {
            guards.turn_loop_at(head, false);
        }
    }
}

/// What native code takes over from a frame.
struct Taken<'a> {
    held: &'a mut Held,
    argument: Option<Argument>,
    words: &'a [u64],
}

unsafe fn run(
    thread: *mut frames::PyThreadState,
    host: &mut Host,
    guards: &Guards,
    looped: &Loop,
    region: &Compiled,
    taken: Taken<'_>,
) -> Option<Raw> {
    let Taken { held, argument, words } = taken;
    unsafe {
        let (Place::Loop(head) | Place::Body(head) | Place::Generator(head)) = looped.place else { return None };
        let Outcome::Native(unit) = region.version.outcome.borrow().clone() else {
            looped.miss(guards, head);
            return None;
        };
        looped.misses.set(0);
        let function: Raw = host.func.cast();
        if !region.version.is_trial && !region.version.contest.borrow().is_over() && !looped.is_natives_turn(guards, head, region, function)
        {
            return None;
        }
        let is_valid = lock::attach(|py| unit.is_valid(&Bound::from_borrowed_ptr(py, function)));
        if !is_valid {
            let compiling = lock::attach(|py| region.version.compile(&looped.is_compiling, &Bound::from_borrowed_ptr(py, function)));
            drop(argument);
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
        let argument = argument.map(|argument| argument.keep());
        region.version.entered.set(region.version.entered.get() + 1);
        count(&settings().counters.entered);
        count(&settings().counters.came_back);
        frames::lh_host_hide(thread, host);
        let running = &*state.own.cast::<Running>();
        let mut call = Call::new(context, &unit, function, running, state);
        call.holds_names = !looped.names.is_empty();
        let host_at = &raw mut *host;
        call.outside = Some(Outside::of(thread, host_at, guards, &looped.names, (&region.entry, &raw const *held, words)));
        if let Some(outside) = &mut call.outside {
            outside.is_lent = argument.is_some();
        }
        let namespace = if looped.names.is_empty() { ptr::null_mut() } else { host.names };
        let namespace_before = frames::lh_hold_namespace(namespace);
        let began = account::computed();
        let mut out = [const { MaybeUninit::<u64>::uninit() }; infer::RESULT_WORDS_AT_MOST];
        let status = match &unit.program {
            Program::Machine { entry, .. } => {
                let _watch = Watch::begin(running, &unit.report);
                entry((&raw mut call).cast(), words.as_ptr(), out.as_mut_ptr().cast())
            }
            Program::Ir { unit: ir, .. } => call.interpret(ir, words, &unit.scalar_words(), &mut out),
        };
        crate::mirror::settle();
        frames::lh_hold_namespace(namespace_before);
        assert_eq!(status, codegen::LEFT, "a region leaves, it does not return");
        if let Some(outside) = &call.outside {
            region.version.note_calls(outside.calls_at());
        }
        let took_outside = call.outside.as_ref().map_or(Duration::ZERO, Outside::took);
        let worked = account::computed().saturating_sub(began).saturating_sub(took_outside);
        let left_at = call.left_at();
        let mut left = call.frames(&|slot, now, record| kept(&region.entry, slot, now, record, &held.values, words));
        if is_trial {
            let why = left_at.map(|resume| unit.meta.resumes[resume].why);
            let turn = looped.hotness.borrow().turn();
            let calls_out = call.outside.as_ref().map(|outside| CallsOut { turn, ..outside.work() }).unwrap_or_default();
            let resume = left_at.filter(|_| looped.note_trial(&region.version, function, why, call.context.ticks_left, calls_out));
            if let Some(resume) = resume {
                note_leave(region, looped, function, &unit, resume, left.last().map_or(&[], Frame::stack));
                looped.guesses.replace(region.version.guesses());
            }
            if looped.trial.finding() == Finding::Stays {
                looped.compile_after_trial(guards, head, &region.version, function);
            }
        } else if let Some(resume) = left_at {
            region.version.worked.set(region.version.worked.get() + worked);
            budget(|budget| budget.gained(worked));
            looped.note_gain(function, &region.version);
            note_leave(region, looped, function, &unit, resume, left.last().map_or(&[], Frame::stack));
        }
        if let Some(argument) = argument {
            argument.give_back(&mut left[0]);
        }
        let mut names = std::mem::take(&mut left[0].names);
        let waiting = lock::attach(PyErr::take);
        if write_names(host, &looped.names, &mut names) {
            lock::attach(|py| waiting.into_iter().for_each(|error| error.restore(py)));
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
    lock::attach(|py| crate::version::bare(py, raised).restore(py));
    unsafe { frames::lh_host_raise(thread, host, guards.moved(head as i32), guards.landing()).cast() }
}

unsafe fn note_leave(region: &Compiled, looped: &Loop, function: Raw, unit: &Rc<LoadedUnit>, resume: usize, stack: &[Raw]) {
    lock::attach(|py| {
        let waiting = PyErr::take(py);
        // SAFETY: the function of a running frame.
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        region.version.note_leave(&looped.is_compiling, &function, unit, resume, stack);
        if let Some(error) = waiting {
            error.restore(py);
        }
    });
}
