//! What a report says of a piece of code, for one combination of types.

use crate::version::Version;
use ir::Shape;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// What became of a loop, for one combination of types.
#[derive(Clone, Default)]
pub struct Row {
    pub types: String,
    pub is_native: bool,
    /// In native code; where there is none, about how long the interpreter was in it.
    pub seconds: f64,
    pub entered: u64,
    pub left: u64,
    /// Calls that native code made in its frame, without leaving it.
    pub called_out: u64,
    pub compile_seconds: f64,
    pub compiled_beside: bool,
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
            called_out: version.called_at.borrow().iter().sum(),
            compile_seconds: version.compile_seconds(),
            compiled_beside: version.was_compiled_beside(),
            verdict: version.verdict(),
        }
    }

    pub fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let row = PyDict::new(py);
        row.set_item("types", &self.types)?;
        row.set_item("compiled", self.is_native)?;
        row.set_item("seconds", self.seconds)?;
        row.set_item("entered", self.entered)?;
        row.set_item("left", self.left)?;
        row.set_item("called_out", self.called_out)?;
        row.set_item("compile_seconds", self.compile_seconds)?;
        row.set_item("compiled_beside", self.compiled_beside)?;
        row.set_item("verdict", &self.verdict)?;
        row.set_item("stops", PyList::empty(py))?;
        row.set_item("functions", PyList::empty(py))?;
        Ok(row)
    }
}
