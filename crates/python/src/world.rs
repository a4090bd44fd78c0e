//! The running process as inference asks about it.

use crate::classes::{self, Samples};
use crate::convert::code_of;
use crate::guards::code_of_function;
use crate::links::{default_of, is_function, resolve, thing_of};
use infer::{FunctionInfo, OfClass, Thing, World};
use ir::{ClassKey, Elem, Links, Path};
use pyo3::prelude::*;
use std::collections::HashMap;
use std::rc::Rc;

pub struct ProcessWorld<'py> {
    pub entry: Bound<'py, PyAny>,
    infos: HashMap<usize, Option<Rc<FunctionInfo>>>,
    samples: Samples,
    /// Functions that nobody else holds.
    comprehensions: Vec<Bound<'py, PyAny>>,
}

impl<'py> ProcessWorld<'py> {
    pub fn new(entry: Bound<'py, PyAny>) -> ProcessWorld<'py> {
        ProcessWorld { entry, infos: HashMap::new(), samples: Samples::of_entry(), comprehensions: Vec::new() }
    }
}

impl World for ProcessWorld<'_> {
    fn look(&mut self, links: &Links, path: &Path) -> Thing {
        let Some(value) = resolve(&self.entry, links, path) else { return Thing::Missing };
        if matches!(path, Path::Inner { .. }) {
            self.comprehensions.push(value.clone());
        }
        let thing = thing_of(&self.entry, &value);
        if matches!(thing, Thing::Scalar(_)) {
            self.samples.look_into(value.as_ptr());
        }
        thing
    }

    fn of_class(&mut self, class: ClassKey, name: &str) -> OfClass {
        classes::class_of(self.entry.py(), class).map_or(OfClass::Other, |class| classes::of_class(&class, name))
    }

    fn of_super(&mut self, class: ClassKey, after: ClassKey, name: &str) -> OfClass {
        let py = self.entry.py();
        let classes = classes::class_of(py, class).zip(classes::class_of(py, after));
        classes.map_or(OfClass::Other, |(class, after)| classes::of_super(&class, &after, name))
    }

    fn is_own(&mut self, class: ClassKey, name: &str) -> bool {
        classes::class_of(self.entry.py(), class).is_some_and(|class| classes::is_own(&class, name))
    }

    fn class_name(&mut self, class: ClassKey) -> String {
        classes::class_of(self.entry.py(), class).map(|class| classes::name_of(&class)).unwrap_or_default()
    }

    fn is_subclass(&mut self, class: ClassKey, other: ClassKey) -> Option<bool> {
        let py = self.entry.py();
        classes::is_subclass(&classes::class_of(py, class)?, &classes::class_of(py, other)?)
    }

    fn has_dict(&mut self, class: ClassKey) -> bool {
        classes::class_of(self.entry.py(), class).is_none_or(|class| classes::has_dict(&class))
    }

    fn fields(&mut self, class: ClassKey) -> Option<Vec<String>> {
        classes::fields(&classes::class_of(self.entry.py(), class)?)
    }

    fn classes_met(&mut self) -> Vec<ClassKey> {
        self.samples.classes()
    }

    fn expected(&mut self, class: ClassKey, name: &str) -> Elem {
        self.samples.expected(self.entry.py(), class, name)
    }

    fn function(&mut self, links: &Links, path: &Path) -> Option<Rc<FunctionInfo>> {
        let function = resolve(&self.entry, links, path).filter(|value| is_function(value.as_ptr()))?;
        let code = code_of_function(&function).ok()?;
        self.infos.entry(function.as_ptr() as usize).or_insert_with(|| decode(&function, &code).map(Rc::new)).clone()
    }
}

fn decode(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> Option<FunctionInfo> {
    let code = code_of(code, true).ok()?;
    let hir = bytecode::decode(&code).ok()?;
    let fingerprint = runtime::digest(&bytecode::fingerprint_bytes(&code));
    let globals = function.getattr("__globals__").ok()?.as_ptr() as usize;
    let parameters = (code.argcount + code.kwonlyargcount) as usize;
    let defaults = (0..parameters).map(|parameter| default_of(function, parameter).is_some()).collect();
    Some(FunctionInfo { code, hir, fingerprint, identity: function.as_ptr() as usize, globals, defaults })
}
