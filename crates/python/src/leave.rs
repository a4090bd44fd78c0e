//! Leaving: native code's records become activations, and the interpreter goes on in them. And the functions that native code calls.

use crate::end;
use crate::guards;
use crate::lock;
use crate::object::{Boxer, Raw, is_unbound, owned_objects};
use crate::outside::{Done, Outside, call_out, object_of};
use crate::settings::{count, settings};
use crate::unit::{self, LoadedUnit};
use base::Index;
use codegen::Context;
use frames::{Activation, AfterCall, CallState, Kind};
use ir::{After, Does, Out, ResumeKind, Slot};
use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use runtime::crash::{Running, Watch};
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

/// A new reference to the object that a slot of the outermost frame stands for, by its number, itself and the words of its record; None: to
/// be made.
type Kept<'a> = dyn Fn(usize, &Slot<u32>, &[u64]) -> Option<Raw> + 'a;

/// One outermost native call. Native code sees the context, which comes first.
#[repr(C)]
pub struct Call<'a> {
    pub context: Context,
    pub unit: &'a LoadedUnit,
    pub entry: Raw,
    /// The thread's word for what it runs.
    pub(crate) running: &'a Running,
    /// It holds values of a module's names that others must see before they run: it leaves instead of lending the lock.
    pub holds_names: bool,
    /// While native code runs.
    collector: Option<Collector>,
    /// Until native code has ended.
    pub(crate) holding: Option<unit::Running<'a>>,
    /// What has been left, innermost first: the number of the resume, then its words.
    pub(crate) records: Vec<Vec<u64>>,
    /// Room for the next one.
    pub(crate) spare: Vec<u64>,
    /// The frame in which it can call out.
    pub outside: Option<Outside<'a>>,
    /// Where a call out left that was made: what came of it, and what others have made of variables meanwhile.
    pub(crate) done: Option<Done>,
    pub(crate) changed: Vec<(usize, Raw)>,
    /// What its slots refer to is held until frames are made of them.
    pub(crate) known: Vec<Py<PyAny>>,
}

/// 3.11 collects garbage wherever it allocates. While native code runs it does not: finalisers would find neither true frames nor names. It
/// is made up for where a loop comes round, or when native code has left.
struct Collector {
    switch: *mut c_int,
    was_on: c_int,
}

/// Whether the collector would be on.
static IS_HELD: AtomicBool = AtomicBool::new(false);

impl Collector {
    unsafe fn hold(switch: *mut c_int) -> Collector {
        if switch.is_null() {
            return Collector { switch, was_on: 0 };
        }
        // SAFETY: the interpreter's own, and the lock is held.
        let was_on = unsafe { std::mem::replace(&mut *switch, 0) };
        IS_HELD.store(was_on != 0, Ordering::Relaxed);
        Collector { switch, was_on }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        if !self.switch.is_null() {
            IS_HELD.store(false, Ordering::Relaxed);
            // SAFETY: as above.
            unsafe { *self.switch = self.was_on }
        }
    }
}

/// Whether making a container now would make the collector run, were it not held. Its finalisers must find names as they are at this very
/// instruction, not behind what native code does next.
pub fn is_collection_next() -> bool {
    // SAFETY: numbers of the interpreter, read with the lock held.
    IS_HELD.load(Ordering::Relaxed) && unsafe { frames::lh_collection_is_next() != 0 }
}

/// Native code made a container.
pub unsafe fn made_container(object: Raw) -> Raw {
    if IS_HELD.load(Ordering::Relaxed) {
        unsafe { frames::lh_made_container() }
    }
    object
}

impl<'a> Call<'a> {
    pub unsafe fn new(context: Context, unit: &'a LoadedUnit, entry: Raw, running: &'a Running, state: &CallState) -> Call<'a> {
        // SAFETY: what the caller was told of this thread.
        let collector = Some(unsafe { Collector::hold(state.collector) });
        Call {
            context,
            unit,
            entry,
            running,
            holds_names: false,
            collector,
            holding: Some(unit.begin()),
            records: Vec::new(),
            spare: Vec::new(),
            outside: None,
            done: None,
            changed: Vec::new(),
            known: Vec::new(),
        }
    }

    /// Others run: the collector is the interpreter's.
    pub(crate) fn let_collect(&mut self) -> *mut c_int {
        self.collector.take().map_or(ptr::null_mut(), |collector| collector.switch)
    }

    pub(crate) unsafe fn hold_collector(&mut self, switch: *mut c_int) {
        // SAFETY: what `let_collect` gave.
        self.collector = Some(unsafe { Collector::hold(switch) });
    }

    /// The resume that the innermost function left at.
    pub fn left_at(&self) -> Option<usize> {
        self.records.first().map(|record| record[0] as usize)
    }

    /// The frames that were left, outermost first; references are owned by them. `kept` may know an object that a slot of the outermost
    /// frame stands for.
    ///
    /// # Safety
    /// Native code of the unit has returned [`codegen::LEFT`], and the interpreter's lock is held.
    pub unsafe fn frames(&mut self, kept: &Kept<'_>) -> Vec<Frame> {
        count(&settings().counters.left);
        if self.left_at().is_some_and(|resume| self.unit.meta.resumes[resume].why == ir::Why::End) {
            count(&settings().counters.ended);
        }
        // An exception that was raised natively waits while objects are made: making them calls constructors.
        let thrown = lock::attach(PyErr::take);
        let mut frames: Vec<Frame> = Vec::with_capacity(self.records.len());
        let mut is_whole = true;
        let mut changed = std::mem::take(&mut self.changed);
        for record in std::mem::take(&mut self.records).iter().rev() {
            let resume = &self.unit.meta.resumes[record[0] as usize];
            let function = self.unit.objects[self.unit.meta.links.codes[resume.code.index()].index()];
            let is_outermost = frames.is_empty();
            // SAFETY: native code wrote the words for this resume.
            let mut boxer = unsafe { Boxer::new(&record[1..], &self.unit.objects) };
            let mut values = |slots: &[Slot<u32>], first: usize| -> Vec<Raw> {
                let value = |(index, slot): (usize, &Slot<u32>)| {
                    let (index, words) = (first + index, &record[1..]);
                    if is_outermost && let Some(set) = changed.iter().position(|(variable, _)| *variable == index) {
                        if object_of(slot, words).is_none() {
                            // The variable had an object of its own, made of parts that native code held, too.
                            // SAFETY: references of the record's own.
                            owned_objects(std::slice::from_ref(slot), words)
                                .into_iter()
                                .for_each(|object| unsafe { ffi::Py_DECREF(object) });
                        }
                        return changed.swap_remove(set).1;
                    }
                    let shown = || self.outside.as_ref().and_then(|outside| outside.shown(index, slot, words));
                    if is_outermost && let Some(value) = shown().or_else(|| kept(index, slot, words)) {
                        return value;
                    }
                    let value = boxer.object(slot);
                    if !value.is_null() || is_unbound(slot, &record[1..]) {
                        return value;
                    }
                    is_whole = false;
                    // SAFETY: None lives as long as the process.
                    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
                };
                slots.iter().enumerate().map(value).collect()
            };
            let mut locals = values(&resume.locals, 0);
            // What was done has its operands no longer.
            let done = if matches!(resume.kind, ResumeKind::Out(_)) { self.done.take() } else { None };
            let taken = if let (ResumeKind::Out(out), Some(_)) = (resume.kind, &done) { out.operands as usize } else { 0 };
            let mut stack = values(&resume.stack[..resume.stack.len() - taken], locals.len());
            // Its function may have other code by now.
            let host = self.outside.as_ref().filter(|_| is_outermost);
            let own = host.map_or_else(|| function_locals(function), Outside::locals);
            let mut names = locals.split_off(own.min(locals.len()));
            let states = match frames.last().map(|caller| caller.after) {
                Some(After::Consumed(consumer)) => Some(names.split_off(names.len() - consumer.states())),
                _ => None,
            };
            if !is_outermost {
                // A comprehension was lent them.
                // SAFETY: references of the record's own.
                names.drain(..).for_each(|object| unsafe { ffi::Py_XDECREF(object) });
            }
            // Of a comprehension the iterator lies above what it makes.
            let iterator = stack.get(usize::from(states.is_none())).copied();
            if let Some(iterator) = iterator
                && locals.first().is_some_and(|first| first.is_null())
                && is_comprehension(function)
            {
                // The iterator is a variable as well.
                // SAFETY: it lies on the stack.
                locals[0] = unsafe { ffi::Py_XNewRef(iterator) };
            }
            // SAFETY: a function that the unit knows, and what its frame held.
            let made = unsafe { with_cells(function, &locals) };
            is_whole &= !matches!(made, Some(Err(())));
            let made = made.and_then(Result::ok);
            let function = made.as_ref().map_or(function, |made| made.as_ptr());
            let mut offset = resume.offset as i32;
            let (kind, after) = match resume.kind {
                ResumeKind::Out(out) if let Some(Done::Returned(result)) = done => {
                    offset = push_result(out, &mut stack, result) as i32;
                    (Kind::Go, After::Push)
                }
                ResumeKind::Out(_) if thrown.is_some() => (Kind::Throw, After::Push),
                ResumeKind::Out(_) => (Kind::Go, After::Push),
                // What else lies on the stack goes with it.
                ResumeKind::Go | ResumeKind::Returned(_) if thrown.is_some() => (Kind::Throw, After::Push),
                ResumeKind::Call(after) => (Kind::Call, after),
                ResumeKind::Returned(after) => (Kind::Returned, after),
                ResumeKind::Go => (Kind::Go, After::Push),
            };
            let states = states.map(|states| {
                if is_whole {
                    return states;
                }
                // What the generator raises comes before anything else.
                // SAFETY: references of the record's own.
                states.into_iter().for_each(|object| unsafe { ffi::Py_XDECREF(object) });
                Vec::new()
            });
            let returned = if kind == Kind::Returned { stack.pop() } else { None };
            let operands = stack.split_off(stack.len() - after.operands());
            let at = resume.at as i32;
            frames.push(Frame { function, made, code: None, kind, at, offset, locals, names, stack, after, operands, returned, states });
        }
        // Memory ran out while objects were made: that is what the innermost frame raises. Its values don't matter any more, but that none
        // of them is missing.
        let mut raised = (!is_whole).then(|| PyMemoryError::new_err(()));
        for (index, frame) in frames.iter_mut().enumerate() {
            match self.outside.as_ref().filter(|_| index == 0) {
                Some(host) => frame.stand_in(host),
                None => raised = frame.run_guarded().err().or(raised),
            }
        }
        let is_raised = raised.is_some();
        lock::attach(|py| match (raised, thrown) {
            (None, thrown) => thrown.into_iter().for_each(|thrown| thrown.restore(py)),
            (Some(raised), thrown) => {
                raised.set_context(py, thrown);
                raised.restore(py);
            }
        });
        if is_raised {
            frames.last_mut().expect("something was left").throw();
        }
        // The frames have references of their own now.
        self.known.clear();
        self.holding = None;
        self.collector = None;
        frames
    }

    /// Lets the interpreter go on from the records; what the outermost function returns, or NULL with an exception.
    ///
    /// # Safety
    /// As for [`Call::frames`].
    pub unsafe fn go_on(&mut self) -> Raw {
        unsafe {
            let mut frames = self.frames(&|_, _, _| None);
            let mut chain: Vec<Activation> = frames.iter_mut().map(Frame::activation).collect();
            frames::lh_continue(chain.as_mut_ptr(), chain.len() as isize).cast()
        }
    }
}

impl Call<'_> {
    /// The unit's IR in place of its machine code: what is left, is left in the same way.
    pub fn interpret(&mut self, unit: &ir::Unit, args: &[u64], scalars: &[u64], out: &mut [MaybeUninit<u64>]) -> i64 {
        match ir::interpret(unit, args, scalars, self) {
            ir::Outcome::Returned(words) => {
                for (out, word) in out.iter_mut().zip(words) {
                    out.write(word);
                }
                0
            }
            ir::Outcome::Left(records) => {
                let words = |record: ir::Record| std::iter::once(u64::from(record.resume)).chain(record.words).collect();
                self.records.extend(records.into_iter().map(words));
                codegen::LEFT
            }
            ir::Outcome::Stuck(text) => panic!("the IR interpreter: {text}\n{unit}"),
        }
    }
}

impl ir::Host for Call<'_> {
    fn object(&mut self, id: ir::ObjectId) -> u64 {
        self.unit.objects[id.index()] as u64
    }

    fn incref(&mut self, object: u64) {
        // SAFETY: an object that the unit's values hold, here and below.
        unsafe { ffi::Py_INCREF(object as Raw) }
    }

    fn decref(&mut self, object: u64) -> bool {
        unsafe { end::drop_reference(object as Raw) }
    }

    fn is_quiet(&mut self, object: u64) -> bool {
        unsafe { end::drops_quietly(object as Raw) }
    }

    fn on_object(&mut self, op: &ir::Op, args: &[u64]) -> Option<u64> {
        // SAFETY: objects that the unit's values hold; the verifier saw the operands' types.
        unsafe {
            match op {
                ir::Op::GuardClass(_) | ir::Op::GuardAbsent(_) | ir::Op::LoadAttribute(..) | ir::Op::StoreAttribute(..) => {
                    crate::inplace::instance::on_instance(op, args, self.unit.table())
                }
                ir::Op::LoadCell | ir::Op::StoreCell => crate::inplace::cell::on_cell(op, args),
                op if crate::numpy::is_on_array(op) => crate::numpy::on_array(op, args),
                _ => crate::mirror::on_mirror(op, args).or_else(|| crate::inplace::list::on_object(op, args)),
            }
        }
    }

    fn safepoint(&mut self) -> bool {
        // SAFETY: as native code does: the breaker first, then the question.
        unsafe { *self.context.breaker != 0 && lh_safepoint_native((&raw mut *self).cast()) != 0 }
    }

    fn is_wanted(&mut self) -> bool {
        // SAFETY: as native code does.
        unsafe { *self.context.breaker != 0 }
    }

    fn site(&mut self, site: u32) -> u64 {
        self.context.sites.wrapping_add(site as usize) as u64
    }

    fn call_out(&mut self, record: ir::Record) -> Option<u64> {
        self.records.push(std::iter::once(u64::from(record.resume)).chain(record.words).collect());
        // SAFETY: as native code does.
        let result = unsafe { call_out((&raw mut *self).cast()) };
        (!result.is_null()).then_some(result as u64)
    }

    fn ticks_left(&mut self) -> &mut i64 {
        &mut self.context.ticks_left
    }

    fn depth_left(&mut self) -> &mut i64 {
        &mut self.context.depth_left
    }

    fn runtime(&mut self, function: &'static ir::Runtime, args: &[u64]) -> u64 {
        type Words1 = extern "C" fn(u64) -> u64;
        type Words2 = extern "C" fn(u64, u64) -> u64;
        type Words3 = extern "C" fn(u64, u64, u64) -> u64;
        type Words4 = extern "C" fn(u64, u64, u64, u64) -> u64;
        type Words5 = extern "C" fn(u64, u64, u64, u64, u64) -> u64;
        type Words6 = extern "C" fn(u64, u64, u64, u64, u64, u64) -> u64;
        type Words7 = extern "C" fn(u64, u64, u64, u64, u64, u64, u64) -> u64;
        type Words8 = extern "C" fn(u64, u64, u64, u64, u64, u64, u64, u64) -> u64;
        let at = address_of(&format!("lh_{}", function.name)).expect("every runtime function has an address");
        type WordAndFloat = extern "C" fn(u64, f64) -> u64;
        if function.params == [ir::Ty::F64, ir::Ty::F64] {
            let [x, y] = [0, 1].map(|i| f64::from_bits(args[i]));
            // SAFETY: functions of two doubles.
            return unsafe {
                match function.result {
                    Some(ir::Ty::F64) => std::mem::transmute::<usize, extern "C" fn(f64, f64) -> f64>(at)(x, y).to_bits(),
                    _ => std::mem::transmute::<usize, extern "C" fn(f64, f64) -> u64>(at)(x, y),
                }
            };
        }
        if function.params == [ir::Ty::Obj, ir::Ty::I64, ir::Ty::F64] {
            // SAFETY: a function of an object, a word and a double.
            let function = unsafe { std::mem::transmute::<usize, extern "C" fn(u64, u64, f64) -> u64>(at) };
            return function(args[0], args[1], f64::from_bits(args[2]));
        }
        if let ([object, index], Some(ir::Ty::F64)) = (args, function.result) {
            // SAFETY: functions of two words.
            return unsafe { std::mem::transmute::<usize, extern "C" fn(u64, u64) -> f64>(at)(*object, *index) }.to_bits();
        }
        if function.result == Some(ir::Ty::F64) {
            // SAFETY: the one such function takes an object.
            return unsafe { std::mem::transmute::<usize, extern "C" fn(u64) -> f64>(at)(args[0]) }.to_bits();
        }
        // SAFETY: functions of that many words, which the C ABI passes in integer registers; two take a double.
        unsafe {
            match *args {
                [a] if function.params == [ir::Ty::F64] => std::mem::transmute::<usize, extern "C" fn(f64) -> u64>(at)(f64::from_bits(a)),
                [a, b] if function.params == [ir::Ty::Obj, ir::Ty::F64] => {
                    std::mem::transmute::<usize, WordAndFloat>(at)(a, f64::from_bits(b))
                }
                [] => std::mem::transmute::<usize, extern "C" fn() -> u64>(at)(),
                [a] => std::mem::transmute::<usize, Words1>(at)(a),
                [a, b] => std::mem::transmute::<usize, Words2>(at)(a, b),
                [a, b, c] => std::mem::transmute::<usize, Words3>(at)(a, b, c),
                [a, b, c, d] => std::mem::transmute::<usize, Words4>(at)(a, b, c, d),
                [a, b, c, d, e] => std::mem::transmute::<usize, Words5>(at)(a, b, c, d, e),
                [a, b, c, d, e, f] => std::mem::transmute::<usize, Words6>(at)(a, b, c, d, e, f),
                [a, b, c, d, e, f, g] => std::mem::transmute::<usize, Words7>(at)(a, b, c, d, e, f, g),
                [a, b, c, d, e, f, g, h] => std::mem::transmute::<usize, Words8>(at)(a, b, c, d, e, f, g, h),
                _ => unreachable!("{} takes more words than are passed here", function.name),
            }
        }
    }
}

/// A frame that native code has left.
pub struct Frame {
    function: Raw,
    /// The function, if it was made for this frame.
    made: Option<Py<PyAny>>,
    /// What it runs, if not the function's own code.
    code: Option<Py<PyAny>>,
    kind: Kind,
    at: i32,
    offset: i32,
    locals: Vec<Raw>,
    /// The values of a module's names that native code had.
    pub names: Vec<Raw>,
    stack: Vec<Raw>,
    after: After,
    /// What comes after the call needs them.
    operands: Vec<Raw>,
    /// What the callee has returned already.
    returned: Option<Raw>,
    /// Of a generator: what its consumer has made of the items so far.
    states: Option<Vec<Raw>>,
}

/// The function of a comprehension's frame, with the cells that it shares; None where it has what it needs.
unsafe fn with_cells(function: Raw, locals: &[Raw]) -> Option<Result<Py<PyAny>, ()>> {
    // SAFETY: promised by the caller.
    unsafe {
        let fields = function.cast::<ffi::PyFunctionObject>();
        let shared = frames::lh_free_variables(function.cast()) as usize;
        if shared == 0 || !(*fields).func_closure.is_null() {
            return None;
        }
        let cells = locals[locals.len().saturating_sub(shared)..].iter().map(|cell| ffi::Py_XNewRef(*cell)).collect();
        let made = crate::links::with_closure(function, cells);
        Some(lock::attach(|py| Bound::from_owned_ptr_or_opt(py, made).map(Bound::unbind).ok_or(())))
    }
}

/// Whether its argument is the iterator that it goes through.
fn is_comprehension(function: Raw) -> bool {
    lock::attach(|py| {
        // SAFETY: a function that the unit knows.
        let function = unsafe { Bound::<PyAny>::from_borrowed_ptr(py, function) };
        let names = function.getattr("__code__").and_then(|code| code.getattr("co_varnames"));
        names.and_then(|names| names.get_item(0)).and_then(|name| name.extract::<String>()).is_ok_and(|name| name == ".0")
    })
}

/// How many local variables a function's frame has.
fn function_locals(function: Raw) -> usize {
    // SAFETY: a function that the unit knows.
    unsafe { frames::lh_locals(function.cast()) as usize }
}

impl Frame {
    /// Lets it go on in code with guards at its loops, so that native code can take over again.
    fn run_guarded(&mut self) -> PyResult<()> {
        if self.states.is_none()
            && let Some((guards, code)) = guards::of_function(self.function)?
        {
            self.at = guards.moved(self.at);
            self.offset = guards.moved(self.offset);
            if let After::Next(exit) = &mut self.after {
                *exit = guards.moved(*exit as i32) as u32;
            }
            self.code = code;
        }
        Ok(())
    }

    /// It is the host, whose code has the guards already.
    fn stand_in(&mut self, host: &Outside<'_>) {
        self.at = host.moved(self.at);
        self.offset = host.moved(self.offset);
        if let After::Next(exit) = &mut self.after {
            *exit = host.moved(*exit as i32) as u32;
        }
    }

    pub fn stack(&self) -> &[Raw] {
        &self.stack
    }

    /// Takes the reference.
    pub unsafe fn set_first_local(&mut self, value: Raw) {
        // SAFETY: a local is the frame's own reference, or NULL.
        unsafe { ffi::Py_XDECREF(std::mem::replace(&mut self.locals[0], value)) };
    }

    /// The current exception is raised where it stands.
    pub fn throw(&mut self) {
        self.kind = Kind::Throw;
        // SAFETY: references of the frame's own, which nothing comes after any more.
        self.operands.drain(..).chain(self.returned.take()).for_each(|object| unsafe { ffi::Py_DECREF(object) });
    }

    pub fn activation(&mut self) -> Activation {
        let (after, symbol) = match self.after {
            After::Push => (AfterCall::Push, 0),
            After::New => (AfterCall::New, 0),
            After::Drop => (AfterCall::Drop, 0),
            After::Binary(symbol) => (AfterCall::Binary, symbol.into()),
            After::Compare(symbol) => (AfterCall::Compare, symbol.into()),
            After::NotEqual(symbol) => (AfterCall::NotEqual, symbol.into()),
            After::InPlace(operator) => (AfterCall::InPlace, i32::from(operator) * 2 + 1),
            After::Truth => (AfterCall::Truth, 0),
            After::TruthOfLength => (AfterCall::TruthOfLength, 0),
            After::Length => (AfterCall::Length, 0),
            After::Contains(negates) => (AfterCall::Contains, negates.into()),
            After::Iterator => (AfterCall::Iterator, 0),
            After::Next(exit) => (AfterCall::Next, exit as i32),
            After::Consumed(consumer) => (AfterCall::Consumed, consumer as i32),
        };
        let state = |index: usize| self.states.as_ref().and_then(|states| states.get(index)).map_or(ptr::null_mut(), |state| state.cast());
        let operand = |index: usize| self.operands.get(index).map_or(ptr::null_mut(), |operand| operand.cast());
        Activation {
            func: self.function.cast(),
            made: self.made.take().map_or(ptr::null_mut(), |made| made.into_ptr().cast()),
            code: self.code.as_ref().map_or(ptr::null_mut(), |code| code.as_ptr().cast()),
            kind: self.kind,
            at: self.at,
            offset: self.offset,
            nlocals: self.locals.len() as isize,
            locals: self.locals.as_mut_ptr().cast(),
            nstack: self.stack.len() as isize,
            stack: self.stack.as_mut_ptr().cast(),
            after,
            symbol,
            operands: [operand(0), operand(1)],
            returned: self.returned.map_or(ptr::null_mut(), |returned| returned.cast()),
            is_generator: self.states.is_some().into(),
            states: [state(0), state(1)],
        }
    }
}

/// What was done outside has given this; where the interpreter goes on.
fn push_result(out: Out, stack: &mut Vec<Raw>, result: Raw) -> u32 {
    match (out.does, out.does.results()) {
        (Does::Next { exit }, _) if result == crate::inplace::EXHAUSTED => {
            // SAFETY: the iterator, a reference of the frame's own; the loop has ended with it.
            stack.pop().into_iter().for_each(|iterator| unsafe { ffi::Py_DECREF(iterator) });
            return exit;
        }
        // SAFETY: None.
        (_, 0) => unsafe { ffi::Py_DECREF(result) },
        (_, 2) if lock::attach(crate::convert::minor) >= 13 => stack.extend([result, ptr::null_mut()]),
        (_, 2) => stack.extend([ptr::null_mut(), result]),
        _ => stack.push(result),
    }
    out.next
}

/// Room for the record of a frame that is being left.
pub unsafe extern "C" fn room_for_record(context: *mut c_void, resume: u64, words: u64) -> *mut u64 {
    // SAFETY: the context is the first field of a call that is on the stack of this thread.
    let call = unsafe { &mut *context.cast::<Call>() };
    let mut record = std::mem::take(&mut call.spare);
    record.clear();
    record.push(resume);
    record.resize(words as usize + 1, 0);
    call.records.push(record);
    let record = call.records.last_mut().expect("just pushed");
    record[1..].as_mut_ptr()
}

/// The interpreter wants attention: 0 if it was given and native code can go on.
unsafe extern "C" fn lh_safepoint_native(context: *mut Context) -> i64 {
    // SAFETY: as above; native code runs with the lock held.
    unsafe {
        let call = &mut *context.cast::<Call>();
        // The collector, and code of the user's that it runs, are not ours.
        if call.holds_names || crate::mirror::are_live() {
            frames::lh_forget_containers(ffi::PyThreadState_Get().cast());
            return 1;
        }
        let _suspended = Watch::suspend(call.running);
        let switch = call.let_collect();
        let answer = frames::lh_safepoint(ffi::PyThreadState_Get().cast());
        call.hold_collector(switch);
        if answer != 0 {
            return 1;
        }
        // Another thread may have run: what the unit was compiled for may have changed, and a tracer may have come.
        let is_watched = frames::lh_tracing(ffi::PyThreadState_Get().cast()) != 0;
        lock::attach(|py| {
            let entry = Bound::from_borrowed_ptr(py, call.entry);
            i64::from(is_watched || !call.unit.is_valid(&entry))
        })
    }
}

/// The last reference is gone. 1: the object waits for its end.
unsafe extern "C" fn lh_end(object: Raw) -> i64 {
    unsafe { i64::from(end::end(object)) }
}

/// 1: dropping a reference that is the last one runs no code of the user's.
unsafe extern "C" fn lh_is_quiet(object: Raw) -> i64 {
    unsafe { i64::from(end::is_quiet(object)) }
}

unsafe extern "C" fn lh_is_quiet_any(tag: u64, bits: u64) -> i64 {
    i64::from(ir::Tag::from_bits(tag) != Some(ir::Tag::Object) || unsafe { end::drops_quietly(bits as Raw) })
}

unsafe extern "C" fn lh_share_any(tag: u64, bits: u64) {
    if ir::Tag::from_bits(tag) == Some(ir::Tag::Object) {
        unsafe { ffi::Py_INCREF(bits as Raw) }
    }
}

unsafe extern "C" fn lh_drop_any(tag: u64, bits: u64) -> i64 {
    i64::from(ir::Tag::from_bits(tag) == Some(ir::Tag::Object) && unsafe { end::drop_reference(bits as Raw) })
}

/// Where the loader finds what machine code calls.
pub fn address_of(symbol: &str) -> Option<usize> {
    if let Some((broken, address)) = &*settings().broken.lock().ok()?
        && broken == symbol
    {
        return Some(*address);
    }
    Some(match symbol {
        "lh_call_out" => frames::lh_call_out as *const () as usize,
        "lh_leave" => frames::lh_leave as *const () as usize,
        "lh_safepoint_native" => lh_safepoint_native as *const () as usize,
        "lh_end" => lh_end as *const () as usize,
        "lh_is_quiet" => lh_is_quiet as *const () as usize,
        "lh_is_quiet_any" => lh_is_quiet_any as *const () as usize,
        "lh_share_any" => lh_share_any as *const () as usize,
        "lh_drop_any" => lh_drop_any as *const () as usize,
        _ => {
            return crate::inplace::address_of(symbol)
                .or_else(|| crate::mirror::address_of(symbol))
                .or_else(|| crate::numpy::address_of(symbol))
                .or_else(|| runtime::exact::libm::libm_address(symbol))
                .or_else(|| runtime::exact::exact_address(symbol));
        }
    })
}
