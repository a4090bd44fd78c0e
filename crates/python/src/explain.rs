//! What became of a function, in the user's words.

use crate::compile::{Effort, Failure, Request, codegen_options, stage_text, translate};
use crate::convert::source_line;
use crate::function::{Compiled, compiled};
use crate::guards::code_of_function;
use crate::stops;
use crate::unit::{LoadedUnit, Origin};
use crate::verdict::advice;
use crate::version::{Outcome, Version};
use base::Span;
use ir::{Shape, Slot};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use std::fmt::Write;

pub fn explain(function: &Bound<'_, PyAny>) -> PyResult<String> {
    let name: String = function.getattr("__qualname__")?.extract()?;
    let code = code_of_function(function)?;
    let place = format!("{}:{}", code.getattr("co_filename")?.str()?, code.getattr("co_firstlineno")?);
    let mut text = format!("{name}  ({place})\n");
    let Some(compiled) = compiled(function) else {
        let reason = match flags_obstacle(&code)? {
            Some((code, detail)) => verdict(code, &detail),
            None => "  not compiled: it was never given to lancehead.jit\n".to_owned(),
        };
        return Ok(text + &reason);
    };
    if let Some((code, detail)) = flags_obstacle(&code)? {
        return Ok(text + &verdict(code, &detail));
    }
    if compiled.versions.borrow().is_empty() {
        text.push_str("  not called yet: it is compiled when it is called, for the types it is called with\n");
    }
    // Copies: looking lines up runs Python code, and another thread may add versions.
    let versions = compiled.versions.borrow().clone();
    for version in &versions {
        explain_version(&mut text, function, version);
    }
    Ok(text)
}

pub const TAKES_ANY: &str = "it takes *args or **kwargs";

fn flags_obstacle(code: &Bound<'_, PyAny>) -> PyResult<Option<(&'static str, String)>> {
    let flags: u32 = code.getattr("co_flags")?.extract()?;
    let suspends = bytecode::CO_GENERATOR | bytecode::CO_COROUTINE | bytecode::CO_ASYNC_GENERATOR;
    let stars = bytecode::CO_VARARGS | bytecode::CO_VARKEYWORDS;
    Ok(match () {
        () if flags & suspends != 0 => Some(("generator", "it is a generator or a coroutine".to_owned())),
        () if flags & stars != 0 => Some(("star-parameters", TAKES_ANY.to_owned())),
        () => None,
    })
}

fn verdict(code: &str, detail: &str) -> String {
    let mut text = format!("  left to Python: {detail} [{code}]\n");
    if let Some(advice) = advice(code) {
        let _ = writeln!(text, "    what helps: {advice}");
    }
    text
}

fn explain_version(text: &mut String, function: &Bound<'_, PyAny>, version: &Version) {
    let params: Vec<String> = version.entry.shapes.iter().map(|shape| shape.describe()).collect();
    let _ = writeln!(text, "\n  for ({}):", params.join(", "));
    let (entered, left) = (version.entered.get(), version.left.get());
    let outcome = version.outcome.borrow().clone();
    match &outcome {
        Outcome::Native(unit) => {
            let origin = match unit.origin {
                Origin::Cache => "machine code from the cache".to_owned(),
                Origin::Compiled => format!("compiled in {:.0} ms", unit.compile_milliseconds),
                Origin::CompiledBeside => format!("compiled in {:.0} ms beside the program", unit.compile_milliseconds),
            };
            let _ = writeln!(text, "  native, {}; {origin}; entered {entered} times, left {left} times", returns(&unit.meta.ret));
            explain_stops(text, function, version, unit);
        }
        Outcome::GivenUp(unit) => {
            text.push_str(&verdict("keeps-leaving", &format!("native code left {left} of {entered} times")));
            explain_stops(text, function, version, unit);
        }
        Outcome::Python(failure) => match &**failure {
            Failure::Refused(refusal) => text.push_str(&verdict(refusal.code, &refusal.detail)),
            Failure::Postponed | Failure::UnderWay(_) | Failure::Unavailable(_) => {
                let _ = writeln!(text, "  left to Python: {}", failure.words());
            }
            Failure::Bug(_) | Failure::Raised(_) => text.push_str("  left to Python: a bug of lancehead; please report it\n"),
        },
    }
}

fn returns(shape: &Shape) -> String {
    match shape {
        Slot::Unbound => "never returns natively".to_owned(),
        shape => format!("returns {}", shape.describe()),
    }
}

/// The places where native code really stopped, and what was left to Python when it was compiled.
fn explain_stops(text: &mut String, function: &Bound<'_, PyAny>, version: &Version, unit: &LoadedUnit) {
    for stop in stops::of(version, unit) {
        let _ = match stop.times {
            Some(times) if stop.goes_on => writeln!(text, "    called out {times} times: {}", stop.words),
            Some(1) => writeln!(text, "    left once: {}", stop.words),
            Some(times) => writeln!(text, "    left {times} times: {}", stop.words),
            None => writeln!(text, "    left to Python from here on, if reached: {}", stop.words),
        };
        show_place(text, function, unit, &stop);
        if let Some(advice) = stop.verdict.as_deref().and_then(advice) {
            let _ = writeln!(text, "      what helps: {advice}");
        }
    }
}

/// The source line with the span underlined.
fn show_place(text: &mut String, function: &Bound<'_, PyAny>, unit: &LoadedUnit, stop: &stops::Stop) {
    let Some((code, span)) = stops::place(function, unit, stop.code, stop.offset) else { return };
    let Some(line) = source_line(&code, span.line) else {
        let _ = writeln!(text, "      line {}", span.line);
        return;
    };
    let _ = writeln!(text, "      {:>4} | {line}", span.line);
    let _ = writeln!(text, "           | {}", underline(&line, span));
}

/// `^^^` under a span's part of its first line; columns are counted in bytes of UTF-8.
fn underline(line: &str, span: Span) -> String {
    let columns = |bytes: u32| line.get(..bytes as usize).map_or(0, |text| text.chars().count());
    let start = columns(span.column);
    let end = if span.end_line == span.line { columns(span.end_column) } else { line.chars().count() };
    format!("{}{}", " ".repeat(start), "^".repeat(end.saturating_sub(start).max(1)))
}

/// A stage's text for the version that was compiled last, a native one if there is one.
pub fn dump(function: &Bound<'_, PyAny>, stage: &str) -> PyResult<String> {
    let compiled: &Compiled = compiled(function).ok_or_else(|| PyValueError::new_err("this function was not given to lancehead.jit"))?;
    let versions = compiled.versions.borrow().clone();
    let version = versions.iter().rfind(|version| version.is_native()).or(versions.last()).cloned();
    let version = version.ok_or_else(|| PyValueError::new_err("not compiled yet: call the function first"))?;
    let flags = version.flags;
    let guesses = &version.guesses();
    let request = Request { function, entry: &version.entry, flags, guesses, effort: Effort::Compile, is_trial: false, is_unasked: false };
    let translation = translate(&request).map_err(|failure| PyRuntimeError::new_err(failure.words()))?;
    let module = codegen::llvm(&translation.unit, codegen_options(function.py(), flags));
    Ok(stage_text(function.py(), stage, &translation, &module))
}
