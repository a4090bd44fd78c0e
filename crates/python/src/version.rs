//! The native code for one entry: a function called with some types, or a loop entered with them; and what becomes of it when it leaves.

use crate::bug;
use crate::compile::{Effort, Failure, Flags, Request, interpreted, obtain, remember_refusal};
use crate::inplace::guess::elem_of_object;
use crate::lock;
use crate::object::Raw;
use crate::settings::settings;
use crate::unit::{LetGo, LoadedUnit, Origin};
use base::{Index, Span};
use infer::{Entry, Guesses, Place, Refusal, Site};
use ir::{Elem, Kind, Why};
use pyo3::ffi;
use pyo3::prelude::*;
use runtime::signals::Held;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;
use worth::Contest;

/// A version that left this often, and in most of its calls, is given up.
const LEAVES_BEFORE_GIVING_UP: u64 = 64;
/// A loop that does less natively than this, until it leaves, had better stay in the interpreter: entering and leaving take about as long.
const WORK_WORTH_LEAVING: Duration = Duration::from_micros(5);
/// An operation that left this often for an int that didn't fit is compiled with wider ints; one for an item of another type than was
/// expected, to take any.
const LEAVES_BEFORE_WIDENING: u64 = 2;
/// What was compiled anew for that before, or in an earlier start, waits for so many leaves more, in which other guesses may fail: LLVM takes as long for many as for one.
const LEAVES_TO_FIND_MORE: u64 = 16;
/// Items of a list or tuple, at each end, by which it is guessed anew what they are.
const ITEMS_TO_GUESS_BY: isize = 64;

/// The code for one entry.
pub struct Version {
    pub entry: Entry,
    pub flags: Flags,
    /// Its IR is interpreted for some places, to see whether it leaves; see `trial`.
    pub is_trial: bool,
    /// Nobody asked to have it compiled.
    pub is_unasked: Cell<bool>,
    pub outcome: RefCell<Outcome>,
    guesses: RefCell<Guesses>,
    /// What was found out about guesses since it was compiled, and how often it has left since the first of that.
    learned: RefCell<Guesses>,
    left_since: Cell<u64>,
    /// How often it was compiled anew for such.
    widened: Cell<u64>,
    pub entered: Cell<u64>,
    pub left: Cell<u64>,
    /// Of a loop's: the time that was spent natively in the entries that left.
    pub worked: Cell<Duration>,
    /// How often each resume was left at.
    pub left_at: RefCell<Vec<u64>>,
    /// And how often native code called out there, and went on or left.
    pub called_at: RefCell<Vec<u64>>,
    /// Of a loop that nobody asked to have compiled.
    pub contest: RefCell<Contest>,
}

#[derive(Clone)]
pub enum Outcome {
    Native(Rc<LoadedUnit>),
    /// Left to Python, and why.
    Python(Rc<Failure>),
    /// It left again and again.
    GivenUp(Rc<LoadedUnit>),
}

impl Version {
    /// `guesses`: what is known of guesses that fail.
    pub fn new(entry: Entry, flags: Flags, guesses: Guesses) -> Version {
        Version {
            entry,
            flags,
            is_trial: false,
            is_unasked: Cell::new(false),
            outcome: RefCell::new(Outcome::Python(Rc::new(Failure::Unavailable("it is being compiled".into())))),
            guesses: RefCell::new(guesses),
            learned: RefCell::default(),
            left_since: Cell::new(0),
            widened: Cell::new(0),
            entered: Cell::new(0),
            left: Cell::new(0),
            worked: Cell::default(),
            left_at: RefCell::default(),
            called_at: RefCell::default(),
            contest: RefCell::new(crate::account::contest()),
        }
    }

    /// Its IR is to be tried; what can't be translated at all is refused as it would be without a trial.
    pub fn try_out(&mut self, is_compiling: &Cell<bool>, function: &Bound<'_, PyAny>) -> PyResult<()> {
        self.is_trial = true;
        self.compile(is_compiling, function)?;
        self.is_trial = self.is_native();
        Ok(())
    }

    /// `is_compiling` belongs to whoever has versions: another thread, or a call from within the compiler, must not compile it again.
    /// An error is not about the function: something else was raised meanwhile.
    pub fn compile(&self, is_compiling: &Cell<bool>, function: &Bound<'_, PyAny>) -> PyResult<()> {
        self.obtain(is_compiling, function, Effort::Compile)
    }

    /// As [`Version::compile`], but what is not in the cache may be left for later.
    pub fn obtain(&self, is_compiling: &Cell<bool>, function: &Bound<'_, PyAny>, effort: Effort) -> PyResult<()> {
        let obtain = if self.is_trial { interpreted } else { obtain };
        is_compiling.set(true);
        let _compiling = Compiling::begin();
        let _levels = LentLevels::begin();
        // An exception may be waiting to be handled by the caller of a finaliser; compiling runs Python code.
        let waiting = PyErr::take(function.py());
        let guesses = self.guesses.borrow().clone();
        let result = catch_unwind(AssertUnwindSafe(|| obtain(&self.request(function, &guesses, effort))));
        if let Some(error) = waiting {
            error.restore(function.py());
        }
        is_compiling.set(false);
        let outcome = match result {
            Ok(Ok(unit)) => {
                *self.left_at.borrow_mut() = vec![0; unit.meta.resumes.len()];
                self.called_at.borrow_mut().clear();
                Outcome::Native(Rc::new(unit))
            }
            Ok(Err(Failure::Raised(raised))) => return Err(raised),
            Ok(Err(failure)) => {
                if let Failure::Bug(text) = &failure {
                    bug::report(text);
                }
                Outcome::Python(Rc::new(failure))
            }
            Err(_) => {
                let text = "the compiler panicked";
                bug::say(text);
                Outcome::Python(Rc::new(Failure::Bug(text.into())))
            }
        };
        *self.outcome.borrow_mut() = outcome;
        Ok(())
    }

    /// How often native code called out, by the number of the resume.
    pub fn note_calls(&self, calls: &[u64]) {
        let mut called_at = self.called_at.borrow_mut();
        if called_at.len() < calls.len() {
            called_at.resize(calls.len(), 0);
        }
        called_at.iter_mut().zip(calls).for_each(|(all, new)| *all += new);
    }

    /// Its function is gone: what was compiled is kept for another of the same code, but nothing that it held. None if it is in use.
    pub fn let_go(&self) -> Option<Option<LetGo>> {
        match &mut *self.outcome.borrow_mut() {
            Outcome::Native(unit) | Outcome::GivenUp(unit) => Rc::get_mut(unit).map(|unit| Some(unit.let_go())),
            Outcome::Python(_) => Some(None),
        }
    }

    /// Takes what was let go for another function; false if it can't be that one's.
    pub fn adopt(&self, function: &Bound<'_, PyAny>) -> bool {
        match &mut *self.outcome.borrow_mut() {
            Outcome::Native(unit) => Rc::get_mut(unit).is_some_and(|unit| unit.adopt(function)),
            Outcome::GivenUp(_) | Outcome::Python(_) => true,
        }
    }

    /// There is nothing yet.
    pub fn is_postponed(&self) -> bool {
        matches!(&*self.outcome.borrow(), Outcome::Python(failure) if matches!(**failure, Failure::Postponed | Failure::UnderWay(_)))
    }

    /// Its key, if it is compiled beside the program; None within if it waits until something else was.
    pub fn under_way(&self) -> Option<Option<Vec<u8>>> {
        match &*self.outcome.borrow() {
            Outcome::Python(failure) => match &**failure {
                Failure::UnderWay(key) => Some(key.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn is_native(&self) -> bool {
        matches!(&*self.outcome.borrow(), Outcome::Native(_))
    }

    /// Why not all of it is native, if so: the first reason.
    pub fn verdict(&self) -> Option<String> {
        match &*self.outcome.borrow() {
            Outcome::Native(_) if self.contest.borrow().is_lost() => {
                Some("the interpreter is as fast, so short is each entry [no-gain]".into())
            }
            Outcome::Native(unit) => unit.notes.first().map(|note| format!("{} [{}]", note.detail, note.code)),
            Outcome::GivenUp(_) => Some("native code left again and again [keeps-leaving]".into()),
            Outcome::Python(failure) => Some(failure.words()),
        }
    }

    pub fn compile_seconds(&self) -> f64 {
        match &*self.outcome.borrow() {
            Outcome::Native(unit) | Outcome::GivenUp(unit) if unit.origin != Origin::Cache => unit.compile_milliseconds / 1e3,
            _ => 0.0,
        }
    }

    /// Whether that held nobody up.
    pub fn was_compiled_beside(&self) -> bool {
        let origin = match &*self.outcome.borrow() {
            Outcome::Native(unit) | Outcome::GivenUp(unit) => unit.origin,
            Outcome::Python(_) => Origin::Cache,
        };
        origin == Origin::CompiledBeside
    }

    pub fn guesses(&self) -> Guesses {
        self.guesses.borrow().clone()
    }

    /// Notes what its having left at this place, with this stack, tells about guesses.
    fn learn(&self, why: Why, site: Site, stack: &[Raw]) {
        let known = self.guesses.borrow();
        let mut learned = self.learned.borrow_mut();
        if why == Why::Unseen {
            // SAFETY: an object that the frame owns.
            let seen = stack.last().map_or(Elem::Object, |object| unsafe { elem_of_object(*object) });
            // Of views and iterators nothing is expected.
            let is_expected = !matches!(seen, Elem::Exact(Kind::View(_) | Kind::Iter(_) | Kind::Cell(_)));
            let before = known.results.get(&site);
            let joined = learned.results.get(&site).or(before).map_or(seen.clone(), |before| before.join(&seen));
            // It may have been of that type, and yet not what native code takes: a large int.
            let is_news = is_expected && before != Some(&joined);
            learned.results.insert(site, if is_news { joined } else { Elem::Object });
            return;
        }
        let failed = known.failed.get(&site).copied().unwrap_or(0);
        let guess = if why == Why::Element { guess_anew(stack, failed) } else { 1 };
        if guess > failed {
            learned.failed.insert(site, guess);
        }
    }

    /// Notes a leave, and acts where leaving has become a habit. `stack`: of the frame that was left, if it is there already.
    #[cold]
    pub fn note_leave(&self, is_compiling: &Cell<bool>, function: &Bound<'_, PyAny>, unit: &Rc<LoadedUnit>, resume: usize, stack: &[Raw]) {
        if unit.meta.resumes[resume].why == Why::End && !matches!(self.entry.place, Place::Body(_)) {
            return;
        }
        self.left.set(self.left.get() + 1);
        let times = match self.left_at.borrow_mut().get_mut(resume) {
            Some(times) => {
                *times += 1;
                *times
            }
            None => return,
        };
        let place = &unit.meta.resumes[resume];
        let is_failure = matches!(place.why, Why::Overflow | Why::Element | Why::Unseen) && times >= LEAVES_BEFORE_WIDENING;
        let links = &unit.meta.links;
        if (is_failure || self.is_trial && place.why == Why::Unseen)
            && let ir::Expect::Function(fingerprint) = &links.objects[links.codes[place.code.index()].index()].expect
        {
            self.learn(place.why, (*fingerprint, place.offset), stack);
        }
        if !self.learned.borrow().is_empty() && self.has_waited_for_more(unit) {
            // The frame has been left: what a signal's handler raised here would reach nobody.
            let _held = Held::begin();
            if is_compiling.get() || is_within_compiler() || lock::is_awaited() {
                return;
            }
            self.guesses.borrow_mut().extend(self.learned.take());
            self.left_since.set(0);
            self.widened.set(self.widened.get() + 1);
            if let Err(raised) = self.compile(is_compiling, function) {
                raised.write_unraisable(function.py(), Some(function));
            }
            return;
        }
        // Forced leaves are no habit.
        if self.flags.ticks {
            return;
        }
        let is_in_vain = match self.entry.place {
            Place::Start => self.left.get() * 2 > self.entered.get(),
            Place::Loop(_) | Place::Body(_) | Place::Generator(_) => {
                self.worked.get() < WORK_WORTH_LEAVING * u32::try_from(self.left.get()).unwrap_or(u32::MAX)
            }
        };
        if self.left.get() >= LEAVES_BEFORE_GIVING_UP && is_in_vain {
            *self.outcome.borrow_mut() = Outcome::GivenUp(unit.clone());
            self.remember_refusal(function, "keeps-leaving", "native code left again and again");
        }
    }

    /// Whether it is to be compiled anew for the guesses that have failed by now.
    fn has_waited_for_more(&self, unit: &LoadedUnit) -> bool {
        let left = self.left_since.get() + 1;
        self.left_since.set(left);
        let waits = self.is_unasked.get() && !self.is_trial && !self.flags.ticks && !settings().compiles_everything();
        !waits || left > (self.widened.get() + u64::from(unit.origin == Origin::Cache)) * LEAVES_TO_FIND_MORE
    }

    /// It stays in the interpreter, at the next start too.
    pub fn refuse(&self, function: &Bound<'_, PyAny>, code: &'static str, why: &str) {
        *self.outcome.borrow_mut() =
            Outcome::Python(Rc::new(Failure::Refused(Refusal { code, detail: why.into(), span: Span::default() })));
        self.remember_refusal(function, code, why);
    }

    fn remember_refusal(&self, function: &Bound<'_, PyAny>, code: &str, why: &str) {
        remember_refusal(&self.request(function, &Guesses::default(), Effort::Look), code, why);
    }

    fn request<'a, 'py>(&'a self, function: &'a Bound<'py, PyAny>, guesses: &'a Guesses, effort: Effort) -> Request<'a, 'py> {
        let (is_trial, is_unasked) = (self.is_trial, self.is_unasked.get());
        Request { function, entry: &self.entry, flags: self.flags, guesses, effort, is_trial, is_unasked }
    }
}

/// What is to be expected of items where a guess has failed (`infer::Guesses::failed`), by a look at what is left on the stack.
fn guess_anew(stack: &[Raw], failed: u8) -> u8 {
    // SAFETY: objects that the frame owns, of which only builtin ones are looked into.
    let is_simple = |item: Raw| unsafe { item == ffi::Py_None() || ffi::PyBool_Check(item) != 0 || ffi::PyLong_CheckExact(item) != 0 };
    // The one that is read, or a list below its index; below an iterator stands what has nothing to do with it.
    let is_sequence =
        |object: Raw| unsafe { !object.is_null() && (ffi::PyList_CheckExact(object) != 0 || ffi::PyTuple_CheckExact(object) != 0) };
    // `stack.pop` stands there as the method that it is.
    let owner = |object: Raw| unsafe {
        let is_method = !object.is_null() && ffi::PyCFunction_CheckExact(object) != 0;
        if is_method { ffi::PyCFunction_GetSelf(object) } else { object }
    };
    let is_index = |object: Raw| unsafe { !object.is_null() && ffi::PyLong_Check(object) != 0 };
    let container = match *stack {
        [.., top] if is_sequence(owner(top)) => Some(owner(top)),
        [.., below, top] if is_index(top) && is_sequence(owner(below)) => Some(owner(below)),
        _ => None,
    };
    let are_simple = container.is_some_and(|container| unsafe {
        let is_list = ffi::PyList_CheckExact(container) != 0;
        let length = ffi::Py_SIZE(container);
        let item = |at: isize| if is_list { ffi::PyList_GET_ITEM(container, at) } else { ffi::PyTuple_GET_ITEM(container, at) };
        (0..length.min(ITEMS_TO_GUESS_BY)).chain((length - ITEMS_TO_GUESS_BY).max(0)..length).all(|at| is_simple(item(at)))
    });
    if failed == 0 && are_simple { 1 } else { 2 }
}

thread_local! {
    static COMPILING: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread is compiling: what runs now was called from within the compiler, a signal's handler or a finaliser. The compiler may be
/// half imported, and is not entered again.
pub fn is_within_compiler() -> bool {
    COMPILING.get() > 0
}

/// Compiling runs Python's code, however deep in a recursion: the levels for that are lent for its time.
struct LentLevels(*mut std::ffi::c_int);

impl LentLevels {
    const LENT: std::ffi::c_int = 500;

    fn begin() -> LentLevels {
        // SAFETY: the lock is held; a count of this thread's, which lives as long as it does.
        unsafe {
            let left = frames::lh_recursion_remaining(ffi::PyThreadState_Get().cast());
            *left += LentLevels::LENT;
            LentLevels(left)
        }
    }
}

impl Drop for LentLevels {
    fn drop(&mut self) {
        // SAFETY: as it began.
        unsafe { *self.0 -= LentLevels::LENT }
    }
}

struct Compiling;

impl Compiling {
    fn begin() -> Compiling {
        COMPILING.set(COMPILING.get() + 1);
        Compiling
    }
}

impl Drop for Compiling {
    fn drop(&mut self) {
        COMPILING.set(COMPILING.get() - 1);
    }
}

/// What was raised while something was compiled, without the compiler's frames: the program knows nothing of them.
pub fn bare(py: Python<'_>, raised: PyErr) -> PyErr {
    raised.set_traceback(py, None);
    raised
}
