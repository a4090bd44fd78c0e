//! Whether the program has been started before, with the cache that there is: then it was decided what of it is worth compiling.

use crate::compile::{cache, surroundings};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyString};
use std::os::unix::fs::MetadataExt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static IS_RESTART: OnceLock<bool> = OnceLock::new();
static IS_NOTED: AtomicBool = AtomicBool::new(false);

/// Whether this was so in an earlier start.
pub fn is_restart(py: Python<'_>) -> bool {
    *IS_RESTART.get_or_init(|| key(py).is_some_and(|key| cache().lookup(&key).next().is_some()))
}

/// Something of it was looked at for whether it is worth compiling: the next start knows that it is not the first.
pub fn note(py: Python<'_>) {
    if !is_restart(py)
        && !IS_NOTED.swap(true, Ordering::Relaxed)
        && let Some(key) = key(py)
    {
        cache().store(&key, &[], &[]);
    }
}

/// The file of the program, as it is now: one that was changed is another. None where it has none.
fn key(py: Python<'_>) -> Option<Vec<u8>> {
    let modules = py.import("sys").ok()?.getattr("modules").ok()?.cast_into::<PyDict>().ok()?;
    let main = modules.get_item("__main__").ok()??.cast_into::<PyModule>().ok()?;
    let file = main.dict().get_item("__file__").ok()??.cast_into_exact::<PyString>().ok()?;
    let path = std::path::absolute(file.to_str().ok()?).ok()?;
    let found = std::fs::metadata(&path).ok()?;
    let version = (found.len(), found.mtime(), found.mtime_nsec());
    postcard::to_stdvec(&("program", path.to_str()?, version, surroundings(py))).ok()
}
