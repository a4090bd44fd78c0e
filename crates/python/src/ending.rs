//! When Python ends.

use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict};

/// What is to be done before Python takes its modules apart, behind all that is registered later, the program's own included.
pub fn before_python_ends(py: Python<'_>, act: fn()) -> PyResult<()> {
    let modules = py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
    let was_imported = modules.contains("atexit")?;
    let atexit = py.import("atexit")?;
    if !was_imported {
        // The program need not see it.
        modules.del_item("atexit")?;
    }
    let act = PyCFunction::new_closure(py, Some(c"end"), None, move |_, _| act())?;
    atexit.call_method1("register", (act,)).map(drop)
}
