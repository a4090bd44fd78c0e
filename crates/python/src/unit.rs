//! A compiled unit in this process: its machine code, its tables, and whether what it took from the process still holds.

use crate::guards::fingerprint;
use crate::links::{resolve, thing_of};
use crate::object::{Raw, layout, shape_of, unbox};
use codegen::{Context, Site};
use infer::{Note, OfClass, Thing};
use ir::{AttributeKind, ClassLink, Elem, Expect, Links, Path, ScalarLink, Slot, UnitMeta};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyModule, PyString};
use runtime::crash::Report;
use runtime::object::{LoadError, Loaded, Object};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::sync::Arc;

/// What the cache keeps of a unit.
#[derive(Serialize, Deserialize)]
pub struct Stored<'a> {
    pub meta: UnitMeta,
    pub notes: Vec<Note>,
    #[serde(borrow)]
    pub object: Cow<'a, [u8]>,
    /// For `explain`: what it took to compile.
    pub compile_milliseconds: f64,
    /// Its text, which only a crash is interested in. It comes last: the file of the cache ends with it.
    #[serde(borrow)]
    pub ir: Cow<'a, str>,
}

/// How a unit runs.
pub enum Program {
    Machine {
        entry: Entry,
        _code: Loaded,
    },
    /// For the tests: the IR, interpreted, and its table of scalars.
    Ir {
        unit: Arc<ir::Unit>,
        _scalars: Vec<u64>,
    },
}

pub type Entry = unsafe extern "C" fn(*mut Context, *const u64, *mut u64) -> i64;

/// Where a unit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Cache,
    /// Somebody waited for it.
    Compiled,
    CompiledBeside,
}

pub struct LoadedUnit {
    pub meta: UnitMeta,
    pub notes: Vec<Note>,
    pub compile_milliseconds: f64,
    pub origin: Origin,
    pub program: Program,
    /// What is written if it crashes.
    pub report: Report,
    /// What it returns, by words.
    pub ret: Slot<u32>,
    /// How many words that is.
    pub ret_words: usize,
    /// Which words of the arguments are objects.
    pub object_params: Vec<usize>,
    /// The objects that it knows, by `ObjectId`. The entry function owns the unit, so the unit doesn't own the entry function.
    pub objects: Vec<Raw>,
    held: Vec<Py<PyAny>>,
    /// Its functions, classes and modules are held while native code runs, and not longer: who deletes the last name of one must see it die.
    watched: Vec<Watched>,
    /// Where machine code has them; NULL for IR.
    table: *mut Raw,
    scalars: *mut u64,
    /// The objects among the scalars, by their number; alive as long as the unit is valid: their dicts, cells and defaults have them.
    scalar_objects: RefCell<Vec<(usize, Raw)>>,
    /// The same, held while native code runs, and not longer: who deletes the last name of an object must see it die.
    held_scalars: RefCell<Vec<Py<PyAny>>>,
    /// Room for the next ones.
    spare: RefCell<Vec<Py<PyAny>>>,
    running: Cell<usize>,
    /// Of the loops that have mirrored versions.
    sites: Vec<Cell<Site>>,
    seen: RefCell<Seen>,
}

#[repr(C)]
struct WeakReference {
    head: ffi::PyObject,
    referent: Raw,
}

/// An object that a unit knows, and whether it still lives.
struct Watched {
    object: Raw,
    weak: Py<PyAny>,
}

impl Watched {
    /// None if it can't be told when it dies.
    fn new(object: &Bound<'_, PyAny>) -> Option<Watched> {
        // SAFETY: a live object.
        let weak = unsafe { Bound::from_owned_ptr_or_opt(object.py(), ffi::PyWeakref_NewRef(object.as_ptr(), std::ptr::null_mut())) };
        if weak.is_none() {
            drop(PyErr::take(object.py()));
        }
        Some(Watched { object: object.as_ptr(), weak: weak?.unbind() })
    }

    #[inline]
    fn lives(&self) -> bool {
        // SAFETY: a weak reference that we own, of the layout that the C side checks; what it gives is only compared.
        unsafe { (*self.weak.as_ptr().cast::<WeakReference>()).referent == self.object }
    }
}

/// What a unit held: dropping it may run finalisers.
pub struct LetGo {
    _held: Vec<Py<PyAny>>,
    _watched: Vec<Watched>,
    _scalars: Vec<Py<PyAny>>,
    _seen: Seen,
}

/// Whether the unit is told when an object dies.
type Known<'a> = dyn Fn(Raw) -> bool + 'a;

/// What was there when the unit was last found valid: while nothing of it changed, the unit is valid still.
#[derive(Default)]
struct Seen {
    dicts: Vec<(Raw, u64)>,
    /// Classes and their versions.
    classes: Vec<(Raw, u32)>,
    /// What the unit takes from those dicts: looked at where something of them did change.
    names: Vec<Name>,
    /// Cells that hold objects, and the scalars that these are: they are not held here, for somebody may wait to see them die.
    cells: Vec<(Raw, usize)>,
    /// Other cells and their contents, functions' code and defaults: by address, and what stood there.
    fields: Vec<(Field, Raw)>,
    /// Of what stood there, what the unit does not watch: another object must not take its address.
    kept: Vec<Py<PyAny>>,
    /// Something was absent or can't be watched: look up everything each time.
    is_volatile: bool,
}

struct Name {
    dict: Raw,
    name: Py<PyString>,
    role: Role,
}

enum Role {
    /// Must be this object; NULL: must be absent.
    Same(Raw),
    /// The n-th scalar: may be another value of the same shape.
    Scalar(usize),
}

enum Field {
    Cell(Raw),
    Code(Raw),
    Defaults(Raw),
    KeywordDefaults(Raw),
}

impl LoadedUnit {
    /// Links a stored unit into this process; `address_of` tells where the functions are that machine code calls. None if it was compiled for other surroundings.
    pub fn link(
        entry: &Bound<'_, PyAny>,
        stored: Stored<'_>,
        origin: Origin,
        address_of: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<Option<LoadedUnit>, LoadError> {
        let Some(found) = find_objects(entry, &stored.meta.links) else { return Ok(None) };
        let code = Object::load(&stored.object, address_of)?;
        let symbol = |name: &str| code.symbol(name).ok_or_else(|| LoadError::Damaged(format!("no symbol {name}")));
        let table = symbol("lh_objects")? as *mut Raw;
        let scalars = symbol("lh_scalars")? as *mut u64;
        // SAFETY: `lh_entry` is a function of this type in every module that codegen writes.
        let function = unsafe { std::mem::transmute::<usize, Entry>(symbol("lh_entry")?) };
        let program = Program::Machine { entry: function, _code: code };
        let mut unit = LoadedUnit::new(stored, origin, program, scalars, table);
        unit.hold(entry, found);
        Ok(unit.look_up(entry).then_some(unit))
    }

    /// The same of IR that is to be interpreted.
    pub fn link_ir(entry: &Bound<'_, PyAny>, stored: Stored<'_>, ir: Arc<ir::Unit>) -> Option<LoadedUnit> {
        let found = find_objects(entry, &stored.meta.links)?;
        let mut words = vec![0; stored.meta.links.scalar_words() as usize + 1];
        let scalars = words.as_mut_ptr();
        let mut unit = LoadedUnit::new(stored, Origin::Compiled, Program::Ir { unit: ir, _scalars: words }, scalars, std::ptr::null_mut());
        unit.hold(entry, found);
        unit.look_up(entry).then_some(unit)
    }

    fn new(stored: Stored<'_>, origin: Origin, program: Program, scalars: *mut u64, table: *mut Raw) -> LoadedUnit {
        let Stored { meta, notes, compile_milliseconds, .. } = stored;
        let sites = vec![Cell::new(Site::default()); meta.sites as usize];
        let mut ret_words = 0;
        let params = meta.params.iter().flat_map(|shape| shape.types());
        let object_params = params.enumerate().filter(|(_, ty)| *ty == ir::Ty::Obj).map(|(word, _)| word).collect();
        LoadedUnit {
            ret: layout(&meta.ret, &mut ret_words),
            ret_words: ret_words as usize,
            object_params,
            meta,
            notes,
            compile_milliseconds,
            origin,
            program,
            report: Report::default(),
            objects: Vec::new(),
            held: Vec::new(),
            watched: Vec::new(),
            table,
            scalars,
            scalar_objects: RefCell::default(),
            held_scalars: RefCell::default(),
            spare: RefCell::default(),
            running: Cell::new(0),
            sites,
            seen: RefCell::default(),
        }
    }

    /// Takes the objects of its links.
    fn hold(&mut self, entry: &Bound<'_, PyAny>, found: Vec<Py<PyAny>>) {
        self.objects = found.iter().map(|object| object.as_ptr()).collect();
        if !self.table.is_null() {
            // SAFETY: the module defines the table with room for the unit's objects, and its data is writable.
            unsafe { std::ptr::copy_nonoverlapping(self.objects.as_ptr(), self.table, self.objects.len()) };
        }
        self.held.clear();
        self.watched.clear();
        for (link, object) in self.meta.links.objects.iter().zip(found) {
            if object.as_ptr() == entry.as_ptr() || self.watched.iter().any(|watched| watched.object == object.as_ptr()) {
                continue;
            }
            // The function of a comprehension is ours.
            let is_of_program = matches!(link.expect, Expect::Function(_) | Expect::Class(_) | Expect::Module(_))
                && !matches!(link.path, Path::Inner { .. });
            match is_of_program.then(|| Watched::new(object.bind(entry.py()))).flatten() {
                Some(watched) => self.watched.push(watched),
                None => self.held.push(object),
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.watched.iter().all(Watched::lives)
    }

    /// Its function is gone: hands back all that it holds. Until it is adopted its machine code is nobody's.
    pub fn let_go(&mut self) -> LetGo {
        self.scalar_objects.get_mut().clear();
        LetGo {
            _held: std::mem::take(&mut self.held),
            _watched: std::mem::take(&mut self.watched),
            _scalars: self.held_scalars.take(),
            _seen: self.seen.take(),
        }
    }

    /// Links what was let go to another function of the same code; false if it was compiled for other surroundings.
    pub fn adopt(&mut self, entry: &Bound<'_, PyAny>) -> bool {
        let Some(found) = find_objects(entry, &self.meta.links) else { return false };
        self.hold(entry, found);
        self.look_up(entry)
    }

    /// What native code counts in.
    pub fn sites(&self) -> *mut Site {
        self.sites.as_ptr() as *mut Site
    }

    /// Native code of the unit, which is valid, begins to run. It has ended when what comes back is dropped, which may run a finaliser.
    pub fn begin(&self) -> Running<'_> {
        self.running.set(self.running.get() + 1);
        if self.running.get() == 1 {
            // SAFETY: alive, as the unit is valid.
            self.watched.iter().for_each(|watched| unsafe { ffi::Py_INCREF(watched.object) });
            if !self.scalar_objects.borrow().is_empty() {
                self.hold_scalars();
            }
        }
        Running(self)
    }

    fn hold_scalars(&self) {
        let mut held = self.spare.take();
        // SAFETY: a unit runs with the lock held.
        let py = unsafe { Python::assume_attached() };
        // SAFETY: alive, as the unit is valid.
        let hold = |(_, object): &(usize, Raw)| unsafe { Bound::from_borrowed_ptr(py, *object) }.unbind();
        held.extend(self.scalar_objects.borrow().iter().map(hold));
        self.let_scalars_go(held);
    }

    /// What is held instead from now on. Dropping the old ones comes last: a finaliser may run.
    fn let_scalars_go(&self, held: Vec<Py<PyAny>>) {
        let mut old = self.held_scalars.replace(held);
        old.clear();
        self.spare.replace(old);
    }

    /// The table of scalars itself.
    pub fn table(&self) -> *mut u64 {
        self.scalars
    }

    /// The table of scalars as it is now.
    pub fn scalar_words(&self) -> Vec<u64> {
        let count = self.meta.links.scalar_words() as usize;
        // SAFETY: the table has that many words. A copy: a safepoint may load them anew.
        unsafe { std::slice::from_raw_parts(self.scalars, count) }.to_vec()
    }

    /// Every reference that it holds, for the cycle collector.
    pub fn references(&self) -> Vec<Raw> {
        let mut references: Vec<Raw> = self.held.iter().map(|object| object.as_ptr()).collect();
        if let (Ok(scalars), Ok(seen)) = (self.held_scalars.try_borrow(), self.seen.try_borrow()) {
            references.extend(scalars.iter().map(|object| object.as_ptr()));
            references.extend(seen.kept.iter().map(|value| value.as_ptr()));
        }
        references
    }

    /// Whether everything that the unit was compiled for is still so; loads the scalars anew.
    pub fn is_valid(&self, entry: &Bound<'_, PyAny>) -> bool {
        self.is_unchanged() || self.is_whole() && self.look_up(entry)
    }

    /// Nothing was changed since, or numbers and objects alone, which are loaded anew. False says nothing.
    #[inline]
    pub fn is_unchanged(&self) -> bool {
        // First: the rest is looked at through them.
        if !self.is_whole() {
            return false;
        }
        let seen = self.seen.borrow();
        if !seen.are_fields_unchanged() || !seen.are_classes_unchanged() {
            return false;
        }
        if seen.are_dicts_unchanged() && seen.cells.is_empty() {
            return true;
        }
        drop(seen);
        self.renew()
    }

    /// Native code itself has set names of this namespace, which the unit takes nothing from, since it had this version.
    pub fn knows_of_own_names(&self, namespace: Raw, version: u64) {
        if let Ok(mut seen) = self.seen.try_borrow_mut()
            && let Some((_, seen)) = seen.dicts.iter_mut().find(|(dict, seen)| *dict == namespace && *seen == version)
        {
            // SAFETY: a namespace that is in use.
            *seen = unsafe { frames::lh_dict_version(namespace.cast()) };
        }
    }

    fn renew(&self) -> bool {
        let is_as_before = self.renew_cells() && self.renew_names();
        if is_as_before && self.running.get() > 0 {
            self.hold_scalars();
        }
        is_as_before
    }

    /// The dicts have changed, but perhaps not what the unit takes from them.
    fn renew_names(&self) -> bool {
        let Ok(mut seen) = self.seen.try_borrow_mut() else { return false };
        // SAFETY: the functions live, and through them their dicts; the names are strings, so no code of the user runs.
        let is_as_before = seen.names.iter().all(|Name { dict, name, role }| unsafe {
            let now = ffi::PyDict_GetItem(*dict, name.as_ptr());
            match role {
                Role::Same(expected) => now == *expected,
                Role::Scalar(number) => self.renew_scalar(*number, now),
            }
        });
        if is_as_before {
            // SAFETY: as above.
            seen.dicts.iter_mut().for_each(|(dict, version)| *version = unsafe { frames::lh_dict_version(dict.cast()) });
        }
        is_as_before
    }

    fn renew_cells(&self) -> bool {
        let Ok(seen) = self.seen.try_borrow() else { return false };
        // SAFETY: the functions live, and through them their cells.
        seen.cells.iter().all(|(cell, number)| unsafe { self.renew_scalar(*number, Field::Cell(*cell).now()) })
    }

    /// Loads a scalar anew, from what stands there now: borrowed, or NULL.
    unsafe fn renew_scalar(&self, number: usize, now: Raw) -> bool {
        // SAFETY: a unit is only asked with the lock held.
        let py = unsafe { Python::assume_attached() };
        // SAFETY: promised by the caller.
        let Some(value) = (unsafe { Bound::from_borrowed_ptr_or_opt(py, now) }) else { return false };
        if !self.load_scalar(number, &value) {
            return false;
        }
        if let Some((_, object)) = self.scalar_objects.borrow_mut().iter_mut().find(|(known, _)| *known == number) {
            *object = now;
        }
        true
    }

    #[cold]
    fn look_up(&self, entry: &Bound<'_, PyAny>) -> bool {
        let links = &self.meta.links;
        for (link, object) in links.objects.iter().zip(&self.objects) {
            if link.expect != Expect::Constant && resolve(entry, links, &link.path).is_none_or(|found| found.as_ptr() != *object) {
                return false;
            }
        }
        let mut seen = Seen::default();
        // SAFETY: what stood at their paths just now.
        let object = |id: ir::ObjectId| unsafe { Bound::from_borrowed_ptr(entry.py(), self.objects[id.0 as usize]) };
        let functions: Vec<Bound<'_, PyAny>> = links.codes.iter().map(|id| object(*id)).collect();
        let paths = links.objects.iter().map(|link| &link.path).chain(links.scalars.iter().map(|link| &link.path));
        let takes_defaults = paths.into_iter().any(|path| matches!(path, Path::Default { .. }));
        for (id, object) in links.codes.iter().zip(&functions) {
            let Some(code) = seen.watch_function(object, takes_defaults) else { return false };
            let Expect::Function(expected) = &links.objects[id.0 as usize].expect else { return false };
            let was_seen = self
                .seen
                .borrow()
                .fields
                .iter()
                .any(|(field, old)| matches!(field, Field::Code(function) if *function == object.as_ptr()) && *old == code.as_ptr());
            if !was_seen && fingerprint(object).as_ref() != Some(expected) {
                return false;
            }
        }
        let known = |value: Raw| value == entry.as_ptr() || self.watched.iter().any(|watched| watched.object == value);
        let mut scalar_objects = Vec::new();
        let mut values = Vec::new();
        for (number, scalar) in links.scalars.iter().enumerate() {
            let Some(value) = resolve(entry, links, &scalar.path) else { return false };
            if !self.load_scalar(number, &value) {
                return false;
            }
            if scalar.shape.types().contains(&ir::Ty::Obj) {
                scalar_objects.push((number, value.as_ptr()));
                values.push(value.clone());
            }
            if let Path::Closure { code, index } = &scalar.path {
                seen.watch_cell(&functions[code.0 as usize], *index as usize, &value, Some(number), &known);
            }
        }
        for link in &links.objects {
            if let Path::Closure { code, index } = &link.path
                && let Some(value) = resolve(entry, links, &link.path)
            {
                seen.watch_cell(&functions[code.0 as usize], *index as usize, &value, None, &known);
            }
        }
        let of_objects = links.objects.iter().zip(&self.objects).map(|(link, object)| (&link.path, Role::Same(*object)));
        let of_scalars = links.scalars.iter().enumerate().map(|(number, scalar)| (&scalar.path, Role::Scalar(number)));
        for (path, role) in of_objects.chain(of_scalars) {
            match path {
                Path::Global { code, name } => {
                    let function = &functions[code.0 as usize];
                    let (globals, builtins) = (function.getattr("__globals__").ok(), function.getattr("__builtins__").ok());
                    let is_global = globals.as_ref().is_some_and(|globals| globals.contains(name).unwrap_or(true));
                    if is_global {
                        seen.watch_name(globals, name, role);
                    } else {
                        seen.watch_name(globals, name, Role::Same(std::ptr::null_mut()));
                        seen.watch_name(builtins, name, role);
                    }
                }
                // What `object` has, never changes.
                Path::Attribute { of, name } if object(*of).is_instance_of::<PyModule>() => {
                    seen.watch_name(object(*of).getattr("__dict__").ok(), name, role)
                }
                _ => {}
            }
        }
        for class in &links.classes {
            match self.look_up_class(entry.py(), class) {
                Some(version) => seen.classes.push((self.objects[class.object.0 as usize], version)),
                None => return false,
            }
        }
        *self.scalar_objects.borrow_mut() = scalar_objects;
        let _old = self.seen.replace(seen);
        if self.running.get() > 0 {
            self.hold_scalars();
        }
        true
    }

    /// Writes the words of a class and its attributes, if they are found as they were when the unit was compiled. Its version.
    fn look_up_class(&self, py: Python<'_>, link: &ClassLink) -> Option<u32> {
        // SAFETY: an object of the table is held.
        let class = unsafe { Bound::from_borrowed_ptr(py, self.objects[link.object.0 as usize]) };
        if crate::classes::fields(&class) != link.fields {
            return None;
        }
        for attribute in &link.attributes {
            let found = crate::classes::of_class(&class, &attribute.name);
            let is_as_before = match attribute.kind {
                AttributeKind::Value => matches!(found, OfClass::Nothing | OfClass::Value) && crate::classes::has_dict(&class),
                AttributeKind::Slot => matches!(found, OfClass::Slot | OfClass::Field),
                AttributeKind::Method => found == OfClass::Method,
                AttributeKind::Static => found == OfClass::Static,
                AttributeKind::ClassMethod => found == OfClass::ClassMethod,
                AttributeKind::OfClass => found == OfClass::Value,
                AttributeKind::Property => found == OfClass::Property,
                AttributeKind::Nothing => found == OfClass::Nothing,
            };
            if !is_as_before {
                return None;
            }
            // SAFETY: the table has room for the words of every attribute; the name is held.
            unsafe {
                let words = self.scalars.add(attribute.word as usize);
                *words = self.objects[attribute.object.0 as usize] as u64;
                match attribute.kind {
                    AttributeKind::Slot => {
                        *words.add(1) = crate::classes::slot_offset(&class, &attribute.name)?;
                        *words.add(2) = 0;
                    }
                    kind => frames::lh_attribute_link(class.as_ptr().cast(), words, (kind == AttributeKind::Value).into()),
                }
            }
        }
        // SAFETY: as above.
        unsafe {
            let version = frames::lh_class_version(class.as_ptr().cast());
            *self.scalars.add(link.word as usize) = class.as_ptr() as u64;
            *self.scalars.add(link.word as usize + 1) = version.into();
            (version != 0).then_some(version)
        }
    }

    fn load_scalar(&self, number: usize, value: &Bound<'_, PyAny>) -> bool {
        let ScalarLink { shape, word, .. } = &self.meta.links.scalars[number];
        let word = *word as usize;
        // SAFETY: a live object.
        match (shape, unsafe { shape_of(value.as_ptr()) }) {
            // What it is expected to hold is a guess: only that something is known at last of items that are read is worth another compilation.
            (Slot::List(..), Slot::List(found, ())) if found == Elem::Unknown || !self.meta.guesses.contains(&(number as u32)) => {
                // SAFETY: the table has room for every scalar of the links.
                unsafe { *self.scalars.add(word) = value.as_ptr() as u64 };
                return true;
            }
            (Slot::Exact(wanted, ()), Slot::Exact(found, ())) if found.serves(wanted) => {
                // SAFETY: as above.
                unsafe { *self.scalars.add(word) = value.as_ptr() as u64 };
                return true;
            }
            (Slot::Instance(..), Slot::Instance(..) | Slot::Object(()) | Slot::None) => {
                // SAFETY: as above. Whose instance it is, is a guess too.
                unsafe { *self.scalars.add(word) = value.as_ptr() as u64 };
                return true;
            }
            (wanted, found) if found != *wanted => return false,
            _ => {}
        }
        let mut words = [MaybeUninit::<u64>::uninit(); 32];
        let mut count = 0;
        // SAFETY: tuples of at most eight machine values are scalars; nested ones may be larger, and are refused here.
        if shape.types().len() > words.len() || !unsafe { unbox(value.as_ptr(), shape, &mut words, &mut count) } {
            return false;
        }
        // SAFETY: the module's table has room for every scalar of the links; `unbox` has written so many words.
        unsafe { std::ptr::copy_nonoverlapping(words.as_ptr().cast::<u64>(), self.scalars.add(word), count) };
        true
    }
}

/// Every object of the links, if what stands at each path is what is expected there.
fn find_objects(entry: &Bound<'_, PyAny>, links: &Links) -> Option<Vec<Py<PyAny>>> {
    // Whose classes were made in a function: they are known by their instances alone.
    for value in links.scalars.iter().filter_map(|scalar| resolve(entry, links, &scalar.path)) {
        // SAFETY: a live object.
        unsafe { shape_of(value.as_ptr()) };
    }
    let objects = links.objects.iter().map(|link| resolve(entry, links, &link.path)).collect::<Option<Vec<_>>>()?;
    for (link, found) in links.objects.iter().zip(&objects) {
        let fits = match (&link.expect, thing_of(entry, found)) {
            (Expect::Constant, _) => true,
            (Expect::Builtin(name), Thing::Builtin(found)) => *name == found,
            (Expect::Module(name), Thing::Module(found)) => *name == found,
            (Expect::Class(class), Thing::Class(found)) => *class == found,
            (Expect::Function(fingerprint), Thing::Function(found)) => *fingerprint == found,
            // Which may come first, or behind: a function that is called here may have called it before.
            (Expect::SameAs(other), _) => objects.get(other.0 as usize).is_some_and(|other| other.is(found)),
            _ => false,
        };
        if !fits {
            return None;
        }
    }
    Some(objects.into_iter().map(Bound::unbind).collect())
}

impl Seen {
    #[inline]
    fn are_dicts_unchanged(&self) -> bool {
        // SAFETY: the functions of the unit live, and through them their dicts, cells and fields; the lock is held.
        self.dicts.iter().all(|(dict, version)| unsafe { frames::lh_dict_version(dict.cast()) } == *version)
    }

    #[inline]
    fn are_classes_unchanged(&self) -> bool {
        // SAFETY: the classes of the unit live.
        self.classes.iter().all(|(class, version)| unsafe { frames::lh_class_version(class.cast()) } == *version)
    }

    #[inline]
    fn are_fields_unchanged(&self) -> bool {
        // SAFETY: as above.
        !self.is_volatile && self.fields.iter().all(|(field, value)| unsafe { field.now() } == *value)
    }

    fn watch_name(&mut self, dict: Option<Bound<'_, PyAny>>, name: &str, role: Role) {
        let Some(dict) = dict else {
            self.is_volatile = true;
            return;
        };
        self.names.push(Name { dict: dict.as_ptr(), name: PyString::intern(dict.py(), name).unbind(), role });
        if self.dicts.iter().any(|(known, _)| *known == dict.as_ptr()) {
            return;
        }
        // SAFETY: a live object; what is no dict has no version.
        let version = unsafe { if ffi::PyDict_CheckExact(dict.as_ptr()) == 1 { frames::lh_dict_version(dict.as_ptr().cast()) } else { 0 } };
        self.is_volatile |= version == 0;
        self.dicts.push((dict.as_ptr(), version));
    }

    /// `number`: of the scalar that is taken from the cell, if it is one.
    fn watch_cell(
        &mut self,
        function: &Bound<'_, PyAny>,
        index: usize,
        value: &Bound<'_, PyAny>,
        number: Option<usize>,
        known: &Known<'_>,
    ) {
        match (function.getattr("__closure__").and_then(|closure| closure.get_item(index)), number) {
            (Ok(cell), Some(number)) if holds_objects(value) => self.cells.push((cell.as_ptr(), number)),
            (Ok(cell), _) => self.watch_field(Field::Cell(cell.as_ptr()), value, known),
            (Err(_), _) => self.is_volatile = true,
        }
    }

    /// The function's code object, watched with its defaults; the dict of those by keyword may be changed where it stands.
    fn watch_function<'py>(&mut self, function: &Bound<'py, PyAny>, takes_defaults: bool) -> Option<Bound<'py, PyAny>> {
        let raw = function.as_ptr();
        for field in [Field::Code(raw), Field::Defaults(raw), Field::KeywordDefaults(raw)] {
            // SAFETY: a function that the unit holds.
            let value = unsafe { Bound::from_borrowed_ptr_or_opt(function.py(), field.now()) };
            if let Some(value) = value {
                self.is_volatile |= takes_defaults && matches!(field, Field::KeywordDefaults(_));
                self.watch_field(field, &value, &|_| false);
            }
        }
        function.getattr("__code__").ok()
    }

    fn watch_field(&mut self, field: Field, value: &Bound<'_, PyAny>, known: &Known<'_>) {
        self.fields.push((field, value.as_ptr()));
        if !known(value.as_ptr()) {
            self.kept.push(value.clone().unbind());
        }
    }
}

/// Whether somebody could see it die: it is an object, or holds some.
fn holds_objects(value: &Bound<'_, PyAny>) -> bool {
    // SAFETY: a live object, and the lock is held.
    unsafe { shape_of(value.as_ptr()) }.types().contains(&ir::Ty::Obj)
}

/// As long as native code of the unit runs.
pub struct Running<'a>(&'a LoadedUnit);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let running = self.0.running.get() - 1;
        self.0.running.set(running);
        if running == 0 {
            // SAFETY: held since it began.
            self.0.watched.iter().for_each(|watched| unsafe { ffi::Py_DECREF(watched.object) });
            if !self.0.held_scalars.borrow().is_empty() {
                self.0.let_scalars_go(Vec::new());
            }
        }
    }
}

impl Field {
    /// What stands there now: borrowed, or NULL.
    unsafe fn now(&self) -> Raw {
        unsafe {
            match self {
                Field::Cell(cell) => {
                    let content = ffi::PyCell_Get(*cell);
                    ffi::Py_XDECREF(content);
                    content
                }
                // The accessors of the C API refuse subtypes of function.
                Field::Code(function) => (*function.cast::<ffi::PyFunctionObject>()).func_code,
                Field::Defaults(function) => (*function.cast::<ffi::PyFunctionObject>()).func_defaults,
                Field::KeywordDefaults(function) => (*function.cast::<ffi::PyFunctionObject>()).func_kwdefaults,
            }
        }
    }
}
