//! Calling out: what may run anything is done for native code in the frame of its host, which is made true for that time.
//!
//! The frame gets the very references that native code holds of its locals, and gives them back; the namespace of a module gets the values of
//! the names that native code has. So whoever looks finds what the interpreter would have there, and counts the same references. Behind it
//! native code goes on if nothing has changed of what it takes for granted.

use crate::account;
use crate::guards::Guards;
use crate::held::{Held, kept};
use crate::inplace::{BINARY, EXHAUSTED, converted, own_names};
use crate::leave::Call;
use crate::lock;
use crate::object::{Boxer, Raw, is_unbound, owned_objects};
use crate::settings::{count, settings};
use crate::unit::{LoadedUnit, Program};
use frames::{Host, PyThreadState};
use ir::{Does, Dtype, Kind, ObjectId, Out, ResumeKind, ResumeMeta, Slot, Tag};
use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use runtime::crash::Watch;
use std::ffi::c_void;
use std::ptr;
use std::time::Duration;

/// C stack that what is called may need before it looks itself.
const STACK_KEPT: usize = 512 * 1024;
/// And levels of C's recursion, where they are counted.
const LEVELS_KEPT: i32 = 64;
/// Of the first calls each is timed, then one of so many.
const TIMED: u64 = 16;
const TIMED_OF: u64 = 32;

/// The frame that native code was entered in, and what is known of what others see of it.
pub struct Outside<'a> {
    thread: *mut PyThreadState,
    host: *mut Host,
    guards: &'a Guards,
    /// The names of the module that native code has.
    names: &'a [Py<PyString>],
    /// What native code was entered with.
    entry: &'a [Slot<u32>],
    held: *const Held,
    words: &'a [u64],
    /// The frame lacks what native code was lent of it.
    pub is_lent: bool,
    /// Which locals are the frame's own; empty before the first call.
    is_own: Vec<bool>,
    /// The numbers of locals and names as objects, where they were shown as such.
    shown: Vec<Option<Shown>>,
    /// Of each name: what the namespace held when it was called out last; and the namespace's version then.
    expected: Vec<Raw>,
    version: u64,
    /// What the frame's locals were made, and whose reference that is.
    placed: Vec<(Raw, Owner)>,
    calls: u64,
    /// The same by the number of the resume.
    calls_at: Vec<u64>,
    took: Duration,
    /// How many objects were made of numbers for it.
    made: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Owner {
    /// None: there is nothing, or it is a cell, which the frame has kept.
    Cell,
    /// It is native code's, which gets it back.
    Native,
    /// It was made for the frame.
    Frame,
    /// Of a number: the frame has one of its own.
    Nobody,
}

/// A number, whatever slot it stands in.
#[derive(Clone, Copy, PartialEq)]
struct Number {
    tag: i64,
    low: u64,
    high: u64,
}

/// A number and an object of it, which is held.
struct Shown(Number, Raw);

impl Drop for Shown {
    fn drop(&mut self) {
        // SAFETY: held since it was made; a number ends quietly.
        unsafe { ffi::Py_DECREF(self.1) }
    }
}

/// What became of an operation that was done outside, where native code leaves.
pub enum Done {
    Raised,
    Returned(Raw),
}

impl<'a> Outside<'a> {
    pub fn of(
        thread: *mut PyThreadState,
        host: *mut Host,
        guards: &'a Guards,
        names: &'a [Py<PyString>],
        (entry, held, words): (&'a [Slot<u32>], *const Held, &'a [u64]),
    ) -> Outside<'a> {
        let (is_own, shown, expected) = (Vec::new(), Vec::new(), Vec::new());
        Outside {
            thread,
            host,
            guards,
            names,
            entry,
            held,
            words,
            is_lent: false,
            is_own,
            shown,
            expected,
            version: 0,
            placed: Vec::new(),
            calls: 0,
            calls_at: Vec::new(),
            took: Duration::ZERO,
            made: 0,
        }
    }

    /// How long what it called has taken, about.
    pub fn took(&self) -> Duration {
        self.took
    }

    pub fn work(&self) -> worth::CallsOut {
        let weight = if self.names.is_empty() { 1 } else { 2 };
        // A name is looked up in the namespace, and again behind the call.
        let variables = (self.is_own.len() + 3 * self.names.len()) as u64;
        let turns = self.calls_at.iter().copied().max().unwrap_or(0);
        worth::CallsOut { calls: self.calls, turns, shown: self.calls * variables, made: self.made * weight, waited: self.took, turn: None }
    }

    pub fn calls_at(&self) -> &[u64] {
        &self.calls_at
    }

    /// A new reference to the object that a variable was shown as, if it still means the same.
    pub fn shown(&self, index: usize, slot: &Slot<u32>, words: &[u64]) -> Option<Raw> {
        let Shown(number, object) = self.shown.get(index)?.as_ref()?;
        // SAFETY: held.
        (number_of(slot, words)? == *number).then(|| unsafe { ffi::Py_NewRef(*object) })
    }

    unsafe fn has_room(&self) -> bool {
        // SAFETY: the lock is held.
        unsafe {
            let levels = frames::lh_c_recursion_remaining(self.thread);
            frames::lh_stack_left() > STACK_KEPT && (levels.is_null() || *levels > LEVELS_KEPT)
        }
    }

    /// Where the host's code, which has guards, has this place of the function's own.
    pub fn moved(&self, offset: i32) -> i32 {
        self.guards.moved(offset)
    }

    pub fn locals(&self) -> usize {
        // SAFETY: a frame that waits for its guard.
        unsafe { (*self.host).nlocals as usize }
    }

    /// At the first call.
    unsafe fn prepare(&mut self, variables: usize, resumes: usize) {
        if self.calls_at.is_empty() {
            self.calls_at.resize(resumes, 0);
            self.shown.resize_with(variables, || None);
            // SAFETY: the host's locals.
            self.is_own = (0..self.locals()).map(|local| unsafe { frames::lh_host_owns(self.host, local as isize) != 0 }).collect();
        }
    }

    /// The object of a variable that holds a number: borrowed, as long as it holds the same. NULL if memory ran out.
    unsafe fn object_of_number(&mut self, index: usize, slot: &Slot<u32>, number: Number, words: &[u64], boxer: &mut Boxer<'_>) -> Raw {
        if let Some(Shown(known, object)) = &self.shown[index]
            && *known == number
        {
            return *object;
        }
        // SAFETY: what native code was entered with is there while it runs.
        let held = unsafe { &(*self.held).values };
        let object = kept(self.entry, index, slot, words, held, self.words).unwrap_or_else(|| boxer.object(slot));
        if !object.is_null() {
            self.shown[index] = Some(Shown(number, object));
            self.made += 1;
        }
        object
    }

    /// Writes into the namespace what it does not have; it holds the objects then, and native code does not. False if memory ran out.
    unsafe fn show_names(&mut self, slots: &[Slot<u32>], words: &[u64], boxer: &mut Boxer<'_>, unit: &LoadedUnit) -> bool {
        unsafe {
            let (namespace, locals) = ((*self.host).names.cast::<ffi::PyObject>(), self.locals());
            // Native code writes some of its names at once.
            let are_own = self.version != 0 && own_names::are_all(namespace);
            let is_as_left = are_own && own_names::are_none(namespace);
            self.expected.resize(self.names.len(), ptr::null_mut());
            for (i, name) in self.names.iter().enumerate() {
                let (index, slot) = (locals + i, &slots[locals + i]);
                let shown = match (number_of(slot, words), object_of(slot, words)) {
                    (Some(number), _) => self.object_of_number(index, slot, number, words, boxer),
                    (_, Some(object)) => object,
                    // It was written at once.
                    _ => {
                        self.expected[i] = ffi::PyDict_GetItem(namespace, name.as_ptr());
                        continue;
                    }
                };
                if shown.is_null() {
                    return false;
                }
                if !is_as_left || self.expected[i] != shown {
                    if ffi::PyDict_GetItem(namespace, name.as_ptr()) != shown && ffi::PyDict_SetItem(namespace, name.as_ptr(), shown) != 0 {
                        return false;
                    }
                    self.expected[i] = shown;
                }
            }
            if are_own {
                unit.knows_of_own_names(namespace, self.version);
            }
            true
        }
    }

    /// Whether the namespace has them still. Else what it has now is noted, by the variable.
    unsafe fn take_names_back(&mut self, slots: &[Slot<u32>], words: &[u64], is_untouched: bool, changed: &mut Vec<(usize, Raw)>) {
        unsafe {
            let (namespace, locals) = ((*self.host).names.cast::<ffi::PyObject>(), self.locals());
            for (i, name) in self.names.iter().enumerate() {
                let (index, expected) = (locals + i, self.expected[i]);
                let now = if is_untouched { expected } else { ffi::PyDict_GetItem(namespace, name.as_ptr()) };
                if now != expected {
                    changed.push((index, ffi::Py_XNewRef(now)));
                } else if object_of(&slots[index], words).is_some() {
                    ffi::Py_INCREF(now);
                }
            }
            self.version = own_names::begin(namespace);
        }
    }

    /// The frame's own locals get what native code has of them. False if memory ran out.
    unsafe fn show_locals(&mut self, slots: &[Slot<u32>], words: &[u64], boxer: &mut Boxer<'_>) -> bool {
        unsafe {
            self.placed.clear();
            // All that may fail comes first.
            for (index, slot) in slots[..self.locals()].iter().enumerate() {
                let (object, owner) = match (number_of(slot, words), object_of(slot, words)) {
                    _ if !self.is_own[index] => (ptr::null_mut(), Owner::Cell),
                    (Some(number), _) => (self.object_of_number(index, slot, number, words, boxer), Owner::Nobody),
                    (_, Some(object)) => (object, Owner::Native),
                    _ if is_unbound(slot, words) => (ptr::null_mut(), Owner::Cell),
                    _ => {
                        // Native code holds its parts, too.
                        owned_objects(std::slice::from_ref(slot), words).into_iter().for_each(|object| ffi::Py_INCREF(object));
                        (boxer.object(slot), Owner::Frame)
                    }
                };
                if object.is_null() && owner != Owner::Cell {
                    self.placed.iter().filter(|(_, owner)| *owner == Owner::Frame).for_each(|(object, _)| ffi::Py_DECREF(*object));
                    return false;
                }
                self.placed.push((object, owner));
            }
            for (index, (object, owner)) in self.placed.iter().enumerate() {
                if *owner == Owner::Nobody {
                    ffi::Py_INCREF(*object);
                }
                if self.is_own[index] {
                    *(*self.host).slots.add(index) = object.cast();
                }
            }
            true
        }
    }

    /// Takes them back. What somebody has set meanwhile is noted.
    unsafe fn take_locals_back(&self, changed: &mut Vec<(usize, Raw)>) {
        unsafe {
            for (index, (object, owner)) in self.placed.iter().enumerate().filter(|(index, _)| self.is_own[*index]) {
                let now = ptr::replace((*self.host).slots.add(index).cast::<Raw>(), ptr::null_mut());
                if now != *object {
                    changed.push((index, now));
                } else if matches!(owner, Owner::Nobody | Owner::Frame) {
                    ffi::Py_DECREF(now);
                }
            }
        }
    }

    /// A new reference to what an operand is; takes over what its slot owns.
    unsafe fn operand(&self, slot: &Slot<u32>, locals: &[Slot<u32>], words: &[u64], boxer: &mut Boxer<'_>) -> Raw {
        if let Some(object) = object_of(slot, words) {
            return object;
        }
        // What is one value is one object.
        let is_number = !matches!(slot, Slot::Unbound | Slot::None | Slot::Bool(_)) && number_of(slot, words).is_some();
        let same = if is_number { locals.iter().position(|local| local == slot) } else { None };
        same.and_then(|index| self.shown(index, slot, words)).unwrap_or_else(|| boxer.object(slot))
    }
}

/// The number in a slot, or None or a bool: what has no identity that native code keeps.
fn number_of(slot: &Slot<u32>, words: &[u64]) -> Option<Number> {
    let word = |at: &u32| words[*at as usize];
    let of = |tag: Tag, low: u64| Some(Number { tag: tag as i64, low, high: 0 });
    match slot {
        Slot::None => of(Tag::None, 0),
        Slot::Bool(at) => of(Tag::Bool, word(at) & 1),
        Slot::Int(at) => of(Tag::Int, word(at)),
        Slot::Uint(at) => of(Tag::Uint, word(at)),
        Slot::Wide(at) => Some(Number { tag: -1, low: word(at), high: words[*at as usize + 1] }),
        Slot::Float(at) => of(Tag::Float, word(at)),
        Slot::NumPy(dtype, at) => of(Tag::of_numpy(*dtype), if *dtype == Dtype::Bool { word(at) & 1 } else { word(at) }),
        Slot::Any(_, tag, bits) => match Tag::from_bits(word(tag))? {
            Tag::Unbound | Tag::Object => None,
            tag @ (Tag::Bool | Tag::NumPyBool) => of(tag, word(bits) & 1),
            Tag::None => of(Tag::None, 0),
            tag => of(tag, word(bits)),
        },
        _ => None,
    }
}

/// The object that a slot owns itself.
pub(crate) fn object_of(slot: &Slot<u32>, words: &[u64]) -> Option<Raw> {
    match slot {
        Slot::Exact(Kind::Cell(_), _) => None,
        Slot::Object(at) | Slot::Instance(_, at) | Slot::List(_, at) | Slot::Exact(_, at) => Some(words[*at as usize] as Raw),
        Slot::Any(_, tag, bits) => (Tag::from_bits(words[*tag as usize]) == Some(Tag::Object)).then(|| words[*bits as usize] as Raw),
        _ => None,
    }
}

/// Holds the objects that slots are known to be.
fn known_objects<'s>(slots: impl Iterator<Item = &'s Slot<u32>>, objects: &[Raw]) -> Vec<Py<PyAny>> {
    let mut known = Vec::new();
    slots.for_each(|slot| {
        slot.known(&mut |object| {
            // SAFETY: the unit holds it, and the lock is held.
            known.push(unsafe { Bound::from_borrowed_ptr(Python::assume_attached(), objects[base::Index::index(object)]) }.unbind());
        });
    });
    known
}

/// What native code calls: the last record says what is to be done.
///
/// # Safety
/// The context is the first field of a call on this thread's stack, and the lock is held.
pub unsafe extern "C" fn call_out(context: *mut c_void) -> *mut frames::PyObject {
    unsafe {
        let call = &mut *context.cast::<Call>();
        let record = call.records.pop().expect("the record was just written");
        match call.do_outside(&record) {
            Some(result) => {
                call.spare = record;
                result.cast()
            }
            None => {
                call.records.push(record);
                ptr::null_mut()
            }
        }
    }
}

impl Call<'_> {
    /// The result, if native code can go on with it.
    unsafe fn do_outside(&mut self, record: &[u64]) -> Option<Raw> {
        let unit = self.unit;
        let resume: &ResumeMeta = &unit.meta.resumes[record[0] as usize];
        let (ResumeKind::Out(out), words) = (resume.kind, &record[1..]) else { return None };
        unsafe {
            if !ffi::PyErr_Occurred().is_null() {
                return None;
            }
            let outside = self.outside.as_mut().filter(|outside| !outside.is_lent && outside.has_room())?;
            let (thread, host) = (outside.thread, outside.host);
            outside.prepare(resume.locals.len(), unit.meta.resumes.len());
            count(&settings().counters.called_out);
            let mut boxer = Boxer::new(words, &unit.objects);
            let mut changed = Vec::new();
            let has_names = !outside.names.is_empty();
            if has_names && !outside.show_names(&resume.locals, words, &mut boxer, unit)
                || !outside.show_locals(&resume.locals, words, &mut boxer)
            {
                outside.version = 0;
                return lock::attach(|py| {
                    if PyErr::take(py).is_none_or(|raised| raised.is_instance_of::<PyMemoryError>(py)) {
                        PyMemoryError::new_err(()).restore(py);
                    }
                    None
                });
            }
            // From here on the operands are no longer native code's.
            let (below, operands) = resume.stack.split_at(resume.stack.len() - out.operands as usize);
            // What native code knows, and has no reference of, may lose its last one meanwhile.
            let known = known_objects(resume.locals.iter().chain(below), &unit.objects);
            let below = below.last().and_then(|slot| object_of(slot, words));
            let mut is_whole = true;
            let operands: Vec<Raw> = operands
                .iter()
                .map(|slot| {
                    let object = outside.operand(slot, &resume.locals, words, &mut boxer);
                    is_whole &= !object.is_null() || is_unbound(slot, words);
                    object
                })
                .collect();
            if has_names {
                // The namespace holds them.
                let objects = resume.locals[outside.locals()..].iter().filter_map(|slot| object_of(slot, words));
                objects.for_each(|object| ffi::Py_DECREF(object));
            }
            let suspended = Watch::suspend(self.running);
            let switch = self.let_collect();
            let namespace_held = frames::lh_hold_namespace(ptr::null_mut());
            let outside = self.outside.as_mut()?;
            crate::mirror::settle();
            frames::lh_host_stand(thread, host, outside.guards.moved(resume.at as i32));
            self.holding = None;
            outside.calls += 1;
            outside.calls_at[record[0] as usize] += 1;
            let is_timed = outside.calls <= TIMED || outside.calls % TIMED_OF == 0;
            let began = is_timed.then(account::computed);
            let namespace = (*host).names;
            let version = if has_names { frames::lh_dict_version(namespace) } else { 0 };
            let result = match is_whole {
                true => perform(thread, &out, operands, below, &unit.objects),
                false => {
                    operands.into_iter().for_each(|object| ffi::Py_XDECREF(object));
                    ffi::PyErr_NoMemory()
                }
            };
            if let Some(began) = began {
                let took = account::computed().saturating_sub(began);
                outside.took += took * if outside.calls <= TIMED { 1 } else { TIMED_OF as u32 };
            }
            outside.take_locals_back(&mut changed);
            if has_names {
                let is_untouched = version != 0 && frames::lh_dict_version(namespace) == version;
                outside.take_names_back(&resume.locals, words, is_untouched, &mut changed);
            }
            let is_forced = settings().deopt_every() > 0 && {
                self.context.ticks_left -= 1;
                self.context.ticks_left == 0
            };
            let is_watched = frames::lh_tracing(thread) != 0 || frames::lh_code_monitored((*host).code) != 0;
            let goes_on = !result.is_null() && changed.is_empty() && !is_forced && !is_watched && *self.context.breaker == 0;
            frames::lh_hold_namespace(namespace_held);
            self.hold_collector(switch);
            drop(suspended);
            if goes_on && self.is_still_valid() {
                self.holding = Some(unit.begin());
                drop(known);
                return Some(result);
            }
            self.known = known;
            self.changed = changed;
            self.done = Some(if result.is_null() { Done::Raised } else { Done::Returned(result) });
            None
        }
    }

    /// Whether what the unit takes for granted is as it was, or was loaded anew.
    unsafe fn is_still_valid(&self) -> bool {
        if matches!(self.unit.program, Program::Machine { .. }) && self.unit.is_unchanged() {
            return true;
        }
        lock::attach(|py| {
            // SAFETY: the function that was called.
            let entry = unsafe { Bound::from_borrowed_ptr(py, self.entry) };
            match self.unit.program {
                Program::Machine { .. } => self.unit.is_valid(&entry),
                // Who interprets has a table of its own.
                Program::Ir { .. } => {
                    let before = self.unit.scalar_words();
                    self.unit.is_valid(&entry) && self.unit.scalar_words() == before
                }
            }
        })
    }
}

/// Takes the operands over; `below`: what lies beneath them.
unsafe fn perform(thread: *mut PyThreadState, out: &Out, mut operands: Vec<Raw>, below: Option<Raw>, objects: &[Raw]) -> Raw {
    unsafe {
        let object = |id: ObjectId| objects[base::Index::index(id)];
        if let Does::Call { keywords } = out.does {
            let names: Raw = keywords.map_or(ptr::null_mut(), object);
            // Between functions of Python's the interpreter takes no level of C's; how much of the stack is left was looked at.
            let levels = frames::lh_c_recursion_remaining(thread);
            if !levels.is_null() {
                *levels += 1;
            }
            let result = frames::lh_call_handing_over(operands.as_mut_ptr().cast(), operands.len() as isize, names.cast());
            if !levels.is_null() {
                *levels -= 1;
            }
            return result.cast();
        }
        let done = |status: std::ffi::c_int| if status < 0 { ptr::null_mut() } else { ffi::Py_NewRef(ffi::Py_None()) };
        let bool_of = |truth: std::ffi::c_int| if truth < 0 { ptr::null_mut() } else { ffi::PyBool_FromLong(truth.into()) };
        let result = match (out.does, &operands[..]) {
            (Does::Item, [container, key]) => ffi::PyObject_GetItem(*container, *key),
            (Does::SetItem, [value, container, key]) => done(ffi::PyObject_SetItem(*container, *key, *value)),
            (Does::DeleteItem, [container, key]) => done(ffi::PyObject_DelItem(*container, *key)),
            (Does::Attribute { name } | Does::Method { name }, [owner]) => ffi::PyObject_GetAttr(*owner, object(name)),
            (Does::SetAttribute { name }, [value, owner]) => done(ffi::PyObject_SetAttr(*owner, object(name), *value)),
            (Does::Binary(code), [a, b]) => BINARY[usize::from(code / 2)][usize::from(code % 2)](*a, *b),
            (Does::Unary(code), [a]) => match code {
                0 => ffi::PyNumber_Negative(*a),
                1 => ffi::PyNumber_Positive(*a),
                _ => ffi::PyNumber_Invert(*a),
            },
            (Does::Compare { op, as_bool }, [a, b]) => {
                let op = [ffi::Py_LT, ffi::Py_LE, ffi::Py_EQ, ffi::Py_NE, ffi::Py_GT, ffi::Py_GE][usize::from(op)];
                let result = ffi::PyObject_RichCompare(*a, *b, op);
                if as_bool && !result.is_null() {
                    let truth = ffi::PyObject_IsTrue(result);
                    ffi::Py_DECREF(result);
                    bool_of(truth)
                } else {
                    result
                }
            }
            (Does::Contains { invert }, [item, container]) => match ffi::PySequence_Contains(*container, *item) {
                found if found >= 0 => bool_of(found ^ i32::from(invert)),
                failed => bool_of(failed),
            },
            (Does::Iterator, [iterable]) => ffi::PyObject_GetIter(*iterable),
            (Does::Next { .. }, []) => next(below.expect("the iterator lies there")),
            (Does::Format { conversion }, [value, spec @ ..]) => format(conversion, *value, spec.first().copied()),
            (does, operands) => unreachable!("{does:?} of {} operands", operands.len()),
        };
        let raised = if result.is_null() { lock::attach(PyErr::take) } else { None };
        operands.into_iter().for_each(|object| ffi::Py_XDECREF(object));
        if let Some(raised) = raised {
            lock::attach(|py| raised.restore(py));
        }
        result
    }
}

/// [`EXHAUSTED`] where there is no more.
unsafe fn next(iterator: Raw) -> Raw {
    unsafe {
        let next = (*ffi::Py_TYPE(iterator)).tp_iternext.expect("an iterator has a next");
        let item = next(iterator);
        if !item.is_null() {
            return item;
        }
        if !ffi::PyErr_Occurred().is_null() {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_StopIteration) == 0 {
                return ptr::null_mut();
            }
            ffi::PyErr_Clear();
        }
        EXHAUSTED
    }
}

unsafe fn format(conversion: u8, value: Raw, spec: Option<Raw>) -> Raw {
    unsafe {
        let value = converted(conversion.into(), value);
        if value.is_null() || spec.is_none() && ffi::Py_TYPE(value) == &raw mut ffi::PyUnicode_Type {
            return value;
        }
        let text = ffi::PyObject_Format(value, spec.unwrap_or(ptr::null_mut()));
        ffi::Py_DECREF(value);
        text
    }
}
