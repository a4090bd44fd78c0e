//! The running process as inference asks about it.

use crate::convert::code_of;
use crate::guards::code_of_function;
use crate::links::{default_of, digest, is_function, resolve, thing_of};
use infer::{FunctionInfo, Thing, World};
use ir::{Links, Path};
use pyo3::prelude::*;
use std::collections::HashMap;
use std::rc::Rc;

pub struct ProcessWorld<'py> {
    pub entry: Bound<'py, PyAny>,
    infos: HashMap<usize, Option<Rc<FunctionInfo>>>,
}

impl<'py> ProcessWorld<'py> {
    pub fn new(entry: Bound<'py, PyAny>) -> ProcessWorld<'py> {
        ProcessWorld { entry, infos: HashMap::new() }
    }
}

impl World for ProcessWorld<'_> {
    fn look(&mut self, links: &Links, path: &Path) -> Thing {
        resolve(&self.entry, links, path).map_or(Thing::Missing, |value| thing_of(&value))
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
    let fingerprint = digest(&bytecode::fingerprint_bytes(&code));
    let globals = function.getattr("__globals__").ok()?.as_ptr() as usize;
    let parameters = (code.argcount + code.kwonlyargcount) as usize;
    let defaults = (0..parameters).map(|parameter| default_of(function, parameter).is_some()).collect();
    Some(FunctionInfo { code, hir, fingerprint, identity: function.as_ptr() as usize, globals, defaults })
}
