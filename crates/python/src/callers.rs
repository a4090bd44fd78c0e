//! The loops of the frames that have called the one whose guard was met.

use crate::guards::{self, Guards};
use crate::region::Loop;
use pyo3::ffi;
use pyo3::prelude::*;

/// Frames that are looked at.
const DEPTH: usize = 64;

/// Whether this is so of a loop that a caller is in: asked from the outermost one on, with its guards and head.
pub fn any_loop_around(py: Python<'_>, is_it: impl Fn(&Guards, u32, &Loop) -> bool) -> bool {
    callers(py).unwrap_or_default().iter().rev().any(|(code, instruction)| {
        let Some(guards) = guards::of_code(code.as_ptr()) else { return false };
        guards.loops_around(*instruction).any(|(head, looped)| is_it(guards, head, looped))
    })
}

/// Their code and where they stand, from the nearest on. The guard's own frame comes first, and that of its host.
fn callers(py: Python<'_>) -> PyResult<Vec<(Bound<'_, PyAny>, u32)>> {
    // SAFETY: the lock is held; a borrowed frame, or null.
    let own = unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyEval_GetFrame().cast()) };
    let Some(own) = own else { return Ok(Vec::new()) };
    let host = own.getattr("f_back")?;
    let mut found = Vec::new();
    let mut frame = if host.is_none() { host } else { host.getattr("f_back")? };
    while !frame.is_none() && found.len() < DEPTH {
        let instruction: i64 = frame.getattr("f_lasti")?.extract()?;
        found.push((frame.getattr("f_code")?, u32::try_from(instruction).unwrap_or_default()));
        frame = frame.getattr("f_back")?;
    }
    Ok(found)
}
