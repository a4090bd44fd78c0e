//! Where native code stopped, and where it would: for `explain` and the reports.

use crate::convert::span_at;
use crate::guards::code_of_function;
use crate::links::resolve;
use crate::unit::LoadedUnit;
use crate::version::{Outcome, Version};
use base::{Index, Span};
use infer::Note;
use ir::{CodeId, ResumeKind, Why};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A place where native code stops, as facts and words.
pub struct Stop {
    pub code: CodeId,
    pub offset: u32,
    /// How often native code was left there. None: it was seen when it was compiled that the rest is the interpreter's.
    pub times: Option<u64>,
    /// It called out there, and did not leave.
    pub goes_on: bool,
    pub words: String,
    /// The page that says more.
    pub verdict: Option<String>,
}

/// First the places where it really stopped, then what was left to Python when it was compiled, reached or not.
pub fn of(version: &Version, unit: &LoadedUnit) -> Vec<Stop> {
    let left_at = version.left_at.borrow();
    let left = unit.meta.resumes.iter().zip(left_at.iter()).filter(|(_, times)| **times > 0).map(|(resume, times)| Stop {
        code: resume.code,
        offset: resume.at,
        times: Some(*times),
        goes_on: false,
        words: why(resume.why).to_owned(),
        verdict: verdict(resume.why).map(str::to_owned),
    });
    let calls_out_at = |code: CodeId, offset: u32| {
        unit.meta.resumes.iter().any(|resume| matches!(resume.kind, ResumeKind::Out(_)) && (resume.code, resume.at) == (code, offset))
    };
    let noted =
        unit.notes.iter().filter(|note| !calls_out_at(note.function, note.offset)).map(|Note { function, offset, code, detail }| Stop {
            code: *function,
            offset: *offset,
            times: None,
            goes_on: false,
            words: format!("{detail} [{code}]"),
            verdict: Some(code.clone()),
        });
    let called_at = version.called_at.borrow();
    let called = unit.meta.resumes.iter().zip(called_at.iter()).filter(|(_, times)| **times > 0).map(|(resume, times)| Stop {
        code: resume.code,
        offset: resume.at,
        times: Some(*times),
        goes_on: true,
        words: match unit.notes.iter().find(|note| (note.function, note.offset) == (resume.code, resume.at)) {
            Some(note) => format!("{} [{}]; native code goes on behind it", note.detail, note.code),
            None => "it may run code of yours; native code goes on behind it".to_owned(),
        },
        verdict: None,
    });
    left.chain(called).chain(noted).collect()
}

/// Why native code leaves at each turn, without the names of pages.
pub fn reason(why_left: Why) -> &'static str {
    why(why_left).split(" [").next().unwrap_or_default()
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Overflow => "an int outgrew its machine type",
        Why::Unseen => "what a call or a look-up gives is not what it was",
        Why::Element => "an item of a list is of another type than the first and the last one",
        Why::Raises => "the operation raises, or only the interpreter can do it",
        Why::Python => "the interpreter does this; see below",
        Why::NotCompiled => "objects that may run code of yours are the interpreter's [object-operation]",
        Why::Calls => "a call that may run code of yours is the interpreter's [unknown-callable]",
        Why::Types => "types that it was not compiled for",
        Why::End => "the loop ends",
        Why::Callee => "a callee left",
        Why::Finaliser => "what runs at the end of an object (`__del__`, a weak reference) is the interpreter's",
        Why::Interrupt => "a signal, a thread or the depth of the recursion",
        Why::Forced => "LANCEHEAD_DEOPT_EVERY",
    }
}

fn verdict(why: Why) -> Option<&'static str> {
    match why {
        Why::NotCompiled => Some("object-operation"),
        Why::Calls => Some("unknown-callable"),
        _ => None,
    }
}

/// The code object of a unit for this function, if it can still be found, without guards.
pub fn code<'py>(function: &Bound<'py, PyAny>, unit: &LoadedUnit, code: CodeId) -> Option<Bound<'py, PyAny>> {
    let links = &unit.meta.links;
    let function = resolve(function, links, &links.objects[links.codes[code.index()].index()].path)?;
    code_of_function(&function).ok()
}

/// Where in the source an instruction stands.
pub fn place<'py>(function: &Bound<'py, PyAny>, unit: &LoadedUnit, at: CodeId, offset: u32) -> Option<(Bound<'py, PyAny>, Span)> {
    let code = code(function, unit, at)?;
    let span = span_at(&code, offset)?;
    Some((code, span))
}

/// For a report: the stops with their places, and the functions that were compiled along.
pub fn report<'py>(function: &Bound<'py, PyAny>, version: &Version, row: &Bound<'py, PyDict>) -> PyResult<()> {
    let (Outcome::Native(unit) | Outcome::GivenUp(unit)) = version.outcome.borrow().clone() else { return Ok(()) };
    let py = function.py();
    let (stops, functions) = (row_list(row, "stops")?, row_list(row, "functions")?);
    for stop in of(version, &unit) {
        let Some((code, span)) = place(function, &unit, stop.code, stop.offset) else { continue };
        let entry = PyDict::new(py);
        entry.set_item("file", code.getattr("co_filename")?)?;
        entry.set_item("line", span.line)?;
        entry.set_item("end_line", span.end_line)?;
        entry.set_item("column", span.column)?;
        entry.set_item("end_column", span.end_column)?;
        entry.set_item("times", stop.times)?;
        entry.set_item("goes_on", stop.goes_on)?;
        entry.set_item("reason", stop.words)?;
        entry.set_item("verdict", stop.verdict)?;
        stops.append(entry)?;
    }
    for at in (1..unit.meta.links.codes.len()).map(CodeId::new) {
        let Some(code) = code(function, &unit, at) else { continue };
        let entry = PyDict::new(py);
        entry.set_item("file", code.getattr("co_filename")?)?;
        entry.set_item("line", code.getattr("co_firstlineno")?)?;
        entry.set_item("function", code.getattr("co_qualname")?)?;
        functions.append(entry)?;
    }
    Ok(())
}

fn row_list<'py>(row: &Bound<'py, PyDict>, name: &str) -> PyResult<Bound<'py, pyo3::types::PyList>> {
    let list = pyo3::types::PyList::empty(row.py());
    row.set_item(name, &list)?;
    Ok(list)
}
