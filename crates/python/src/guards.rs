//! Guards: where the interpreter, in the middle of a function, lets native code take over.
//!
//! A code object with loops has a sibling, the same with a guard at each loop's head. Frames that native code has left go on in the
//! sibling. The function keeps its own code. A guard is turned on and off by overwriting code units; while it is off it costs a jump for
//! each entry of the loop, and nothing on back edges.

use crate::convert::code_of;
use crate::lock;
use crate::loop_guard;
use crate::loop_plan::LoopPlan;
use crate::object::Raw;
use crate::plans::{CodePlan, Plans};
use crate::region;
use crate::settings::{count, settings};
use bytecode::{Guarded, GuardedLoop, Off, Patch};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCode, PyDict, PyTuple};
use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::ffi::c_void;
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use worth::Moment;

/// The guards of one code object.
pub struct Guards {
    /// None where only what the code defines has guards.
    plan: Option<Guarded>,
    /// The code object that the user's source was compiled to, where functions have the one with guards as their own.
    original: Option<Py<PyAny>>,
    /// The code object that they stand in, as long as it lives.
    code: Cell<Raw>,
    pub loops: Vec<region::Loop>,
    /// Of the code object that the user's source was compiled to, once it was asked for.
    fingerprint: OnceCell<[u8; 32]>,
}

/// The guards for a function's frames, and the code object to run for them to be met, if it is not the function's own.
pub type GuardedCode = (Rc<Guards>, Option<Py<PyAny>>);

/// What hangs on a code object.
enum Extra {
    /// It has no loops, or none that can be guarded.
    Loopless,
    /// Its sibling has guards.
    Sibling(Rc<Guards>, Py<PyAny>),
    /// It has guards itself.
    Guarded(Rc<Guards>),
    /// It is the original of one with guards, and the user has switched something off in it.
    Off(Off),
}

/// The code objects with guards, by the address of their `Guards`: for when a tool wants to see the program as it was written.
static GUARDED: Mutex<Option<HashSet<usize>>> = Mutex::new(None);

impl Guards {
    /// Where an instruction of the function's own code stands in the code with guards.
    pub fn moved(&self, offset: i32) -> i32 {
        self.plan.as_ref().map_or(offset, |plan| plan.moved(offset as u32) as i32)
    }

    pub fn landing(&self) -> i32 {
        self.plan.as_ref().and_then(|plan| plan.landing).map_or(0, |landing| landing as i32)
    }

    /// The offset, in the function's own code, of the head of the loop of this index, if its guard's call is followed by that offset.
    pub fn is_at(&self, index: usize, next: i32) -> Option<u32> {
        let guarded = self.plan.as_ref()?.loops.get(index)?;
        (guarded.behind as i32 == next).then_some(guarded.head)
    }

    /// The loop whose head stands at this offset of the function's own code.
    pub fn loop_at(&self, head: u32) -> Option<&region::Loop> {
        let index = self.plan.as_ref()?.loops.iter().position(|guarded| guarded.head == head)?;
        self.loops.get(index)
    }

    /// The loops that an instruction of the code with guards is in, and their heads, from the outermost on.
    pub fn loops_around(&self, instruction: u32) -> impl Iterator<Item = (u32, &region::Loop)> {
        let guarded = self.plan.iter().flat_map(|plan| &plan.loops).zip(&self.loops);
        let is_in =
            move |guarded: &GuardedLoop| guarded.new_head <= instruction && guarded.back_edges.iter().any(|edge| instruction <= edge.at);
        guarded.filter(move |(guarded, _)| is_in(guarded)).map(|(guarded, looped)| (guarded.head, looped))
    }

    /// Whether a loop's guard is met: on its way in, and again and again.
    pub fn turn(&self, index: usize, on: bool) {
        let Some(guarded) = self.plan.as_ref().map(|plan| &plan.loops[index]) else { return };
        self.loops[index].is_on.set(on);
        for patch in std::iter::once(&guarded.switch).chain(&guarded.back_edges) {
            self.write(patch, on);
        }
    }

    /// The same of the loop at this offset; nothing is turned on once somebody has watched.
    pub fn turn_loop_at(&self, head: u32, on: bool) {
        let loops = self.plan.iter().flat_map(|plan| &plan.loops);
        if let Some((index, _)) = loops.enumerate().find(|(_, guarded)| guarded.head == head) {
            self.turn(index, on && !STAYS_OFF.load(Ordering::Relaxed));
        }
    }

    /// The loop at this offset is met where it is entered from above only.
    pub fn sleep(&self, head: u32) {
        let loops = self.plan.iter().flat_map(|plan| &plan.loops);
        for edge in loops.filter(|guarded| guarded.head == head).flat_map(|guarded| &guarded.back_edges) {
            self.write(edge, false);
        }
    }

    /// Whether some frame stands in the loop of this index.
    fn is_running(&self, index: usize) -> bool {
        let Some(guarded) = self.plan.as_ref().map(|plan| &plan.loops[index]) else { return false };
        let last = guarded.back_edges.iter().map(|edge| edge.at as usize + edge.on.len()).max().unwrap_or_default();
        // SAFETY: it only compares the code, which lives or is null.
        unsafe { frames::lh_runs_within(self.code.get().cast(), guarded.guard as i32, last as i32) != 0 }
    }

    /// Whether some loop's guard can still be met.
    pub fn is_on(&self) -> bool {
        self.loops.iter().any(|looped| looped.is_on.get())
    }

    fn write(&self, patch: &Patch, on: bool) {
        let units = if on { &patch.on } else { &patch.off };
        if !self.code.get().is_null() {
            // SAFETY: the plan was made for this code object, which lives, and both forms are as long.
            unsafe { frames::lh_patch(self.code.get().cast(), patch.at as i32, units.as_ptr(), units.len() as isize) };
        }
    }

    fn silence(&self) {
        (0..self.loops.len()).for_each(|index| self.turn(index, false));
        // Where the landing pad led last would be taken for the beginning of a line: CPython looks at each jump's target when it begins to trace.
        if let Some(landing) = self.plan.as_ref().and_then(|plan| plan.landing)
            && !self.code.get().is_null()
        {
            let [high, middle, low] = bytecode::landing_args(landing, landing);
            let pad = [0, 0, 0, high, 0, middle, 0, low];
            // SAFETY: as for `write`; nobody stands there: what lands goes on at once.
            unsafe { frames::lh_patch(self.code.get().cast(), landing as i32, pad.as_ptr(), pad.len() as isize) };
        }
    }
}

impl Drop for Guards {
    fn drop(&mut self) {
        if let Some(known) = GUARDED.lock().expect("nothing panics inside").as_mut() {
            known.remove(&(std::ptr::from_ref(self) as usize));
        }
    }
}

/// Turns every guard off: somebody watches. Who watched once may do so again, so they stay off.
pub fn silence_all() {
    let known: Vec<usize> = GUARDED.lock().expect("nothing panics inside").iter().flatten().copied().collect();
    for guards in known {
        // SAFETY: it takes itself out when it is dropped, which takes the interpreter's lock, as this does.
        unsafe { &*(guards as *const Guards) }.silence();
    }
}

/// Loops, by their guards' address and their index, that `switch(false)` turned off.
static SWITCHED_OFF: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

/// Turns every guard off at the user's wish, or on again those that were.
pub fn switch(on: bool) {
    let known: Vec<usize> = GUARDED.lock().expect("nothing panics inside").iter().flatten().copied().collect();
    let mut switched = SWITCHED_OFF.lock().expect("nothing panics inside");
    if on {
        for (guards, index) in switched.drain(..).filter(|(guards, _)| known.contains(guards)) {
            // SAFETY: as for `silence_all`.
            unsafe { &*(guards as *const Guards) }.turn(index, !STAYS_OFF.load(Ordering::Relaxed));
        }
        return;
    }
    for address in known {
        // SAFETY: as for `silence_all`.
        let guards = unsafe { &*(address as *const Guards) };
        for index in (0..guards.loops.len()).filter(|index| guards.loops[*index].is_on.get()) {
            guards.turn(index, false);
            switched.push((address, index));
        }
    }
}

/// A function is gone: what was compiled for its loops holds nothing any more that only the function held. Its code may live on.
pub fn forget(weak: Raw) {
    forget_those(|region| region.is_for(weak));
}

/// Python ends: nothing is entered any more, and nothing of the program's is held, so that its modules come apart as they do without us.
pub fn let_go() {
    STAYS_OFF.store(true, Ordering::Relaxed);
    silence_all();
    forget_those(|_| true);
}

fn forget_those(are_they: impl Fn(&region::Compiled) -> bool) {
    let known: Vec<usize> = GUARDED.lock().expect("nothing panics inside").iter().flatten().copied().collect();
    // SAFETY: they take themselves out when they are dropped, which nothing does before the last of them was looked at.
    let loops = known.iter().flat_map(|guards| unsafe { &*(*guards as *const Guards) }.loops.iter());
    let gone: Vec<_> = loops.map(|looped| looped.forget(&are_they)).collect();
    // Now finalisers may run.
    drop(gone);
}

/// Loops, by their guards' address and their offset, whose guards were turned off because too much time had gone into visiting and compiling, or
/// because native code did not gain: those till then.
static PUT_OFF: Mutex<Vec<(usize, u32, Option<Moment>)>> = Mutex::new(Vec::new());
static HAS_PUT_OFF: AtomicBool = AtomicBool::new(false);

/// Turns a loop's guard off until there is time for it again, or until then.
pub fn put_off(guards: &Guards, head: u32, until: Option<Moment>) {
    guards.turn_loop_at(head, false);
    HAS_PUT_OFF.store(true, Ordering::Relaxed);
    PUT_OFF.lock().expect("nothing panics inside").push((std::ptr::from_ref(guards) as usize, head, until));
}

/// Turns those on again, to be met where they are entered, if there is time.
pub fn take_up_again(now: Moment) {
    if !HAS_PUT_OFF.load(Ordering::Relaxed) || !crate::account::budget(|budget| budget.lets_look_again(now)) {
        return;
    }
    let put_off = std::mem::take(&mut *PUT_OFF.lock().expect("nothing panics inside"));
    let (due, later): (Vec<_>, Vec<_>) = put_off.into_iter().partition(|(.., until)| until.is_none_or(|until| until <= now));
    HAS_PUT_OFF.store(!later.is_empty(), Ordering::Relaxed);
    PUT_OFF.lock().expect("nothing panics inside").extend(later);
    for (guards, head, _) in due {
        if GUARDED.lock().expect("nothing panics inside").as_ref().is_some_and(|known| known.contains(&guards)) {
            // SAFETY: as for `silence_all`.
            let guards = unsafe { &*(guards as *const Guards) };
            guards.turn_loop_at(head, true);
            guards.sleep(head);
        }
    }
}

/// So much time has gone into a loop since it went to sleep, if it still runs: then it is met at its next turn. By its guards' address.
pub fn ran_on(guards: usize, head: u32, took: Duration) {
    if !GUARDED.lock().expect("nothing panics inside").as_ref().is_some_and(|known| known.contains(&guards)) {
        return;
    }
    // SAFETY: as for `silence_all`.
    let guards = unsafe { &*(guards as *const Guards) };
    let index = guards.plan.iter().flat_map(|plan| &plan.loops).position(|guarded| guarded.head == head);
    if let Some(index) = index.filter(|index| guards.loops[*index].is_on.get() && guards.is_running(*index))
        && guards.loops[index].ran_on(took)
    {
        guards.turn_loop_at(head, true);
    }
}

/// What a loop waits for was compiled: if that `is_its_own`, it is met at its next turn. By its guards' address.
pub fn has_waited(guards: usize, head: u32, is_its_own: bool) {
    if GUARDED.lock().expect("nothing panics inside").as_ref().is_some_and(|known| known.contains(&guards)) {
        // SAFETY: as for `silence_all`.
        let guards = unsafe { &*(guards as *const Guards) };
        let index = guards.plan.iter().flat_map(|plan| &plan.loops).position(|guarded| guarded.head == head);
        if let Some(index) = index.filter(|index| guards.loops[*index].is_on.get()) {
            guards.loops[index].has_waited(is_its_own);
            if is_its_own {
                guards.turn_loop_at(head, true);
            }
        }
    }
}

/// Somebody has asked to watch, or Python ends: no guard is turned on any more.
static STAYS_OFF: AtomicBool = AtomicBool::new(false);

unsafe extern "C" fn tool_installed() {
    STAYS_OFF.store(true, Ordering::Relaxed);
    silence_all();
}

/// What became of the loops that were met, each with its place.
pub fn report(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let known: Vec<usize> = GUARDED.lock().expect("nothing panics inside").iter().flatten().copied().collect();
    let mut rows = Vec::new();
    for guards in known {
        // SAFETY: as for `silence_all`; nothing here drops code objects.
        let guards = unsafe { &*(guards as *const Guards) };
        let (Some(plan), false) = (&guards.plan, guards.code.get().is_null()) else { continue };
        // SAFETY: it lives.
        let code: Bound<'_, PyAny> = unsafe { Bound::from_borrowed_ptr(py, guards.code.get()) };
        for (looped, guarded) in guards.loops.iter().zip(&plan.loops) {
            for row in looped.report(py)? {
                row.set_item("file", code.getattr("co_filename")?)?;
                row.set_item("line", crate::convert::span_at(&code, guarded.new_head).map_or(0, |span| span.line))?;
                row.set_item("function", code.getattr("co_qualname")?)?;
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

unsafe extern "C" fn release(extra: *mut c_void) {
    if !extra.is_null() {
        // SAFETY: made by `hang`, and released once, with its code object.
        let extra = unsafe { Box::from_raw(extra.cast::<Extra>()) };
        if let Extra::Guarded(guards) = &*extra {
            guards.code.set(std::ptr::null_mut());
        }
    }
}

/// Once, before anything else here.
pub fn ready(py: Python<'_>) -> PyResult<()> {
    loop_guard::ready(py)?;
    // SAFETY: with the lock held.
    match unsafe { frames::lh_extra_ready(release) } {
        0 => Ok(()),
        _ => Err(pyo3::exceptions::PySystemError::new_err("lancehead: no room beside code objects")),
    }
}

fn extra<'a>(code: Raw) -> Option<&'a Extra> {
    // SAFETY: what hangs on a code object is ours, and lives as long as it.
    unsafe { frames::lh_extra(code.cast()).cast::<Extra>().as_ref() }
}

fn hang(code: Raw, extra: Extra) -> bool {
    let extra = Box::into_raw(Box::new(extra));
    // SAFETY: a code object without an extra of ours.
    if unsafe { frames::lh_extra_set(code.cast(), extra.cast()) } == 0 {
        return true;
    }
    // SAFETY: just made, and given to nobody.
    unsafe {
        ffi::PyErr_Clear();
        drop(Box::from_raw(extra));
    }
    false
}

/// A function's code as the compiler takes it: without our guards.
pub fn code_of_function<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    Ok(original(function.getattr("__code__")?))
}

/// What decides the behaviour of a function's code, hashed.
pub fn fingerprint(function: &Bound<'_, PyAny>) -> Option<[u8; 32]> {
    let hashed = |code: Bound<'_, PyAny>| Some(runtime::digest(&bytecode::fingerprint_bytes(&code_of(&code, false).ok()?)));
    let code = function.getattr("__code__").ok()?;
    let Some(Extra::Guarded(guards)) = extra(code.as_ptr()) else { return hashed(original(code)) };
    if let Some(known) = guards.fingerprint.get() {
        return Some(*known);
    }
    let guards = guards.clone();
    let found = hashed(original(code))?;
    let _ = guards.fingerprint.set(found);
    Some(found)
}

/// A code object without our guards.
pub fn original(code: Bound<'_, PyAny>) -> Bound<'_, PyAny> {
    match extra(code.as_ptr()) {
        Some(Extra::Guarded(guards)) => guards.original.as_ref().map_or(code.clone(), |original| original.bind(code.py()).clone()),
        _ => code,
    }
}

/// The guards that a running code object has.
pub fn of_code<'a>(code: Raw) -> Option<&'a Rc<Guards>> {
    match extra(code)? {
        Extra::Guarded(guards) => Some(guards),
        _ => None,
    }
}

/// Whether a code object with guards is a function's own, or the sibling of its own.
pub fn runs_in(function: Raw, guarded: Raw) -> bool {
    // SAFETY: a function, or a compiled one.
    let code = unsafe { (*function.cast::<ffi::PyFunctionObject>()).func_code };
    code == guarded || matches!(extra(code), Some(Extra::Sibling(_, sibling)) if sibling.as_ptr() == guarded)
}

/// What a function's frames are to run in. An error is not about the function: something else was raised meanwhile.
pub fn of_function(function: Raw) -> PyResult<Option<GuardedCode>> {
    // SAFETY: a function, or a compiled one.
    let code = unsafe { (*function.cast::<ffi::PyFunctionObject>()).func_code };
    if extra(code).is_none() {
        if lock::is_awaited() {
            // A signal's handler must not run in the middle of us.
            return Ok(None);
        }
        lock::attach(|py| {
            // SAFETY: the function's code.
            let made = sibling(&unsafe { Bound::from_borrowed_ptr(py, code) })?;
            hang(code, made.map_or(Extra::Loopless, |(guards, sibling)| Extra::Sibling(guards, sibling)));
            PyResult::Ok(())
        })?;
    }
    Ok(match extra(code) {
        Some(Extra::Sibling(guards, sibling)) => Some((guards.clone(), Some(lock::attach(|py| sibling.clone_ref(py))))),
        Some(Extra::Guarded(guards)) => Some((guards.clone(), None)),
        _ => None,
    })
}

/// A module's code with guards in it and in all that it defines: functions made from it have code with guards as their own.
/// `off`: first and last lines of what is switched off.
pub fn guard_deeply<'py>(code: &Bound<'py, PyAny>, off: &[(u32, u32)]) -> PyResult<Bound<'py, PyAny>> {
    let mut plans = if off.is_empty() { Plans::of(code)? } else { Plans::none() };
    let guarded = guard_with(code, off, &mut plans)?;
    plans.keep();
    Ok(guarded)
}

fn guard_with<'py>(code: &Bound<'py, PyAny>, off: &[(u32, u32)], plans: &mut Plans) -> PyResult<Bound<'py, PyAny>> {
    if matches!(extra(code.as_ptr()), Some(Extra::Guarded(_))) {
        return Ok(code.clone());
    }
    let mut has_changed = false;
    let mut consts = Vec::new();
    for constant in code.getattr(intern!(code.py(), "co_consts"))?.try_iter()? {
        let constant = constant?;
        let guarded = if constant.is_instance_of::<PyCode>() { guard_with(&constant, off, plans)? } else { constant.clone() };
        has_changed |= !guarded.is(&constant);
        consts.push(guarded);
    }
    if !off.is_empty() {
        switch_off(code, off)?;
    }
    let plan = plan(code, true, plans)?;
    if plan.is_none() && !has_changed {
        return Ok(code.clone());
    }
    let original = Some(code.clone().unbind());
    Ok(build(code, plan, consts, original)?.map_or_else(|| code.clone(), |(_, guarded)| guarded))
}

/// Notes what of a code object stands in these lines.
fn switch_off(code: &Bound<'_, PyAny>, lines: &[(u32, u32)]) -> PyResult<()> {
    let decoded = code_of(code, true)?;
    let is_within = |line: u32| lines.iter().any(|(first, last)| (*first..=*last).contains(&line));
    let off = if decoded.flags & bytecode::CO_OPTIMIZED != 0 && is_within(decoded.first_line) {
        Off::All
    } else {
        let Ok(hir) = bytecode::decode(&decoded) else { return Ok(()) };
        let heads = hir.blocks.iter().filter(|block| block.is_loop_head).map(|block| &hir.ops[block.first.0 as usize]);
        Off::Loops(heads.filter(|op| is_within(op.span.line)).filter_map(|op| op.place).collect())
    };
    if off != Off::Loops(Vec::new()) && extra(code.as_ptr()).is_none() {
        hang(code.as_ptr(), Extra::Off(off));
    }
    Ok(())
}

/// What the user has switched off in a code object.
pub fn off(code: &Bound<'_, PyAny>) -> Off {
    match extra(code.as_ptr()) {
        Some(Extra::Off(off)) => off.clone(),
        _ => Off::Nothing,
    }
}

/// The sibling of a code object with loops.
fn sibling(code: &Bound<'_, PyAny>) -> PyResult<Option<(Rc<Guards>, Py<PyAny>)>> {
    let Some(plan) = plan(code, false, &mut Plans::none())? else { return Ok(None) };
    let consts = code.getattr(intern!(code.py(), "co_consts"))?.try_iter()?.collect::<PyResult<_>>()?;
    Ok(build(code, Some(plan), consts, None)?.map(|(guards, sibling)| (guards, sibling.unbind())))
}

/// How to guard the loops of a code object; None if it has none, or none that native code could be entered at.
fn plan(code: &Bound<'_, PyAny>, at_start: bool, plans: &mut Plans) -> PyResult<Option<CodePlan>> {
    // Most code has no loops, and to take it apart is what costs.
    let bytecode = code.getattr(intern!(code.py(), "co_code"))?;
    let may_loop = bytecode::may_loop(crate::convert::minor(code.py()), bytecode.cast::<PyBytes>()?.as_bytes());
    let is_recursive = at_start && is_recursive(code)?;
    let generators = generators(code)?;
    if !may_loop && !is_recursive && generators.is_empty() {
        return Ok(None);
    }
    let flags: u32 = code.getattr(intern!(code.py(), "co_flags"))?.extract()?;
    if flags & (bytecode::CO_GENERATOR | bytecode::CO_COROUTINE | bytecode::CO_ASYNC_GENERATOR) != 0 {
        return Ok(None);
    }
    plans.next(|| {
        count(&settings().counters.planned);
        let decoded = code_of(code, false)?;
        let line_table: Vec<u8> = code.getattr(intern!(code.py(), "co_linetable"))?.extract()?;
        let constants: Vec<u32> = generators.iter().map(|(constant, _)| *constant).collect();
        let Ok(mut guarded) = bytecode::guard(&decoded, &line_table, decoded.consts.len() as u32, is_recursive, &constants) else {
            return Ok(None);
        };
        // It is as large as all the rest, and not needed any more.
        let Some(hir) = guarded.hir.take() else { return Ok(None) };
        let plan = |guarded: &bytecode::GuardedLoop| LoopPlan::of(&decoded, &hir, guarded.head, &generators);
        let loops: Option<Vec<LoopPlan>> = guarded.loops.iter().map(plan).collect();
        Ok(loops.map(|loops| CodePlan { guarded, loops }))
    })
}

/// The constants that are generator expressions' codes, and how many code units they have.
fn generators(code: &Bound<'_, PyAny>) -> PyResult<Vec<(u32, usize)>> {
    let mut found = Vec::new();
    for (index, constant) in code.getattr("co_consts")?.cast::<PyTuple>()?.iter().enumerate() {
        if constant.is_exact_instance_of::<PyCode>() && constant.getattr("co_name")?.eq("<genexpr>")? {
            found.push((index as u32, constant.getattr("co_code")?.len()? / 2));
        }
    }
    Ok(found)
}

/// Whether it is a function that calls itself, as far as names tell. Others are compiled with the loops that call them.
fn is_recursive(code: &Bound<'_, PyAny>) -> PyResult<bool> {
    let flags: u32 = code.getattr(intern!(code.py(), "co_flags"))?.extract()?;
    if flags & bytecode::CO_OPTIMIZED == 0 {
        return Ok(false);
    }
    let name = code.getattr(intern!(code.py(), "co_name"))?;
    for names in [intern!(code.py(), "co_names"), intern!(code.py(), "co_freevars")] {
        for one in code.getattr(names)?.cast::<PyTuple>()? {
            // Of strings: nothing of the user's runs.
            if one.eq(&name)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The code object with guards, and with these constants. None where nothing can hang on it.
fn build<'py>(
    code: &Bound<'py, PyAny>,
    plan: Option<CodePlan>,
    mut consts: Vec<Bound<'py, PyAny>>,
    original: Option<Py<PyAny>>,
) -> PyResult<Option<(Rc<Guards>, Bound<'py, PyAny>)>> {
    let py = code.py();
    let changes = PyDict::new(py);
    let (mut plan, loops) = plan.map_or((None, Vec::new()), |plan| (Some(plan.guarded), plan.loops));
    let (names, off) = (code.getattr(intern!(code.py(), "co_names"))?.cast_into::<PyTuple>()?, off(code));
    let loops: Vec<region::Loop> = loops.into_iter().map(|plan| region::Loop::new(plan, &names, &off)).collect::<PyResult<_>>()?;
    if let Some(plan) = &plan {
        for index in 0..loops.len() {
            consts.push(loop_guard::guard_function(py, index)?);
        }
        changes.set_item(intern!(py, "co_code"), PyBytes::new(py, &plan.bytecode))?;
        changes.set_item(intern!(py, "co_exceptiontable"), PyBytes::new(py, &plan.exception_table))?;
        changes.set_item(intern!(py, "co_linetable"), PyBytes::new(py, &plan.line_table))?;
        changes.set_item(intern!(py, "co_stacksize"), plan.stacksize)?;
    }
    if let Some(plan) = &mut plan {
        // The code object has them now.
        plan.forget_parts();
    }
    changes.set_item(intern!(py, "co_consts"), PyTuple::new(py, consts)?)?;
    let guarded = code.call_method(intern!(py, "replace"), (), Some(&changes))?;
    let guards = Rc::new(Guards { plan, original, code: Cell::new(guarded.as_ptr()), loops, fingerprint: OnceCell::new() });
    if !hang(guarded.as_ptr(), Extra::Guarded(guards.clone())) {
        return Ok(None);
    }
    for (index, looped) in guards.loops.iter().enumerate() {
        guards.turn(index, !looped.is_switched_off && !STAYS_OFF.load(Ordering::Relaxed));
    }
    GUARDED.lock().expect("nothing panics inside").get_or_insert_default().insert(Rc::as_ptr(&guards) as usize);
    // SAFETY: the hook does nothing but `silence_all`.
    match unsafe { frames::lh_watch_tools(tool_installed) } {
        0 => Ok(Some((guards, guarded))),
        _ => Err(PyErr::fetch(py)),
    }
}
