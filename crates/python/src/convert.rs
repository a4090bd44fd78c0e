//! CPython's code objects as plain data.

use base::Span;
use bytecode::{Code, Const, Local, LocalKind, fingerprint_bytes};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyCode, PyDict, PyFloat, PyInt, PyString, PyTuple};
use std::sync::OnceLock;

/// Python's minor version; to ask for it takes as long as much else here.
pub fn minor(py: Python<'_>) -> u8 {
    static MINOR: OnceLock<u8> = OnceLock::new();
    *MINOR.get_or_init(|| py.version_info().minor)
}

/// A code object as data. Positions cost time, and are only needed to compile and to explain.
pub fn code_of(code: &Bound<'_, PyAny>, with_positions: bool) -> PyResult<Code> {
    // Not by `str()`, which would run signal handlers, and the exception of one would be taken for a mistake of the code object.
    let string = |value: Bound<'_, PyAny>| -> PyResult<String> { Ok(value.cast::<PyString>()?.to_string_lossy().into_owned()) };
    let text = |name: &str| -> PyResult<String> { string(code.getattr(name)?) };
    let number = |name: &str| -> PyResult<u32> { code.getattr(name)?.extract() };
    let names = |name: &str| -> PyResult<Vec<String>> { code.getattr(name)?.try_iter()?.map(|item| string(item?)).collect() };
    let minor = minor(code.py());
    Ok(Code {
        minor,
        name: text("co_name")?,
        qualname: text("co_qualname")?,
        filename: text("co_filename")?,
        first_line: number("co_firstlineno")?,
        flags: number("co_flags")?,
        argcount: number("co_argcount")?,
        posonlyargcount: number("co_posonlyargcount")?,
        kwonlyargcount: number("co_kwonlyargcount")?,
        stacksize: number("co_stacksize")?,
        bytecode: code.getattr("co_code")?.extract()?,
        consts: code.getattr("co_consts")?.try_iter()?.map(|item| const_of(&item?)).collect::<PyResult<_>>()?,
        names: names("co_names")?,
        locals: locals_of(names("co_varnames")?, names("co_cellvars")?, names("co_freevars")?),
        exception_table: code.getattr("co_exceptiontable")?.extract()?,
        positions: if with_positions { positions_of(code)? } else { Vec::new() },
        off: crate::guards::off(code),
    })
}

/// In the order of `localsplus`: the variables, those cells that aren't among them, the free variables.
fn locals_of(variables: Vec<String>, cells: Vec<String>, free: Vec<String>) -> Vec<Local> {
    let kind = |name: &String| if cells.contains(name) { LocalKind::Cell } else { LocalKind::Fast };
    let mut locals: Vec<Local> = variables.iter().map(|name| Local { name: name.clone(), kind: kind(name) }).collect();
    locals.extend(cells.iter().filter(|name| !variables.contains(name)).map(|name| Local { name: name.clone(), kind: LocalKind::Cell }));
    locals.extend(free.into_iter().map(|name| Local { name, kind: LocalKind::Free }));
    locals
}

fn const_of(value: &Bound<'_, PyAny>) -> PyResult<Const> {
    if value.is_none() {
        return Ok(Const::None);
    }
    if let Ok(value) = value.cast_exact::<PyBool>() {
        return Ok(Const::Bool(value.is_true()));
    }
    if let Ok(int) = value.cast_exact::<PyInt>() {
        if let Ok(value) = int.extract::<i64>() {
            return Ok(Const::Int(value));
        }
        if let Ok(value) = int.extract::<i128>() {
            return Ok(Const::Wide(value));
        }
    }
    if let Ok(value) = value.cast_exact::<PyFloat>() {
        return Ok(Const::Float(value.value().to_bits()));
    }
    if let Ok(value) = value.cast_exact::<PyString>()
        && let Ok(text) = value.to_str()
    {
        return Ok(Const::Str(text.to_owned()));
    }
    if let Ok(value) = value.cast_exact::<PyTuple>() {
        return Ok(Const::Tuple(value.iter().map(|item| const_of(&item)).collect::<PyResult<_>>()?));
    }
    if value.is_instance_of::<PyCode>() {
        return Ok(Const::Object(fingerprint_bytes(&code_of(&crate::guards::original(value.clone()), false)?)));
    }
    let marshal = value.py().import("marshal")?;
    let bytes = marshal.call_method1("dumps", (value,)).and_then(|bytes| bytes.extract());
    Ok(Const::Object(match bytes {
        Ok(bytes) => bytes,
        // Not a constant of the compiler's: somebody replaced it.
        Err(_) => value.repr()?.to_string_lossy().into_owned().into_bytes(),
    }))
}

fn positions_of(code: &Bound<'_, PyAny>) -> PyResult<Vec<Span>> {
    let mut positions = Vec::new();
    for position in code.call_method0("co_positions")?.try_iter()? {
        let (line, end_line, column, end_column): (Option<u32>, Option<u32>, Option<u32>, Option<u32>) = position?.extract()?;
        positions.push(Span {
            line: line.unwrap_or(0),
            end_line: end_line.or(line).unwrap_or(0),
            column: column.unwrap_or(0),
            end_column: end_column.unwrap_or(0),
        });
    }
    Ok(positions)
}

/// The span of the instruction at a byte offset.
pub fn span_at(code: &Bound<'_, PyAny>, offset: u32) -> Option<Span> {
    positions_of(code).ok()?.get(offset as usize / 2).copied().filter(|span| span.is_known())
}

/// The lines of the file that the code came from, if they can be had.
pub fn source_line(code: &Bound<'_, PyAny>, line: u32) -> Option<String> {
    let linecache = code.py().import("linecache").ok()?;
    let globals: Option<Bound<'_, PyDict>> = None;
    let text: String = linecache.call_method1("getline", (code.getattr("co_filename").ok()?, line, globals)).ok()?.extract().ok()?;
    (!text.trim().is_empty()).then(|| text.trim_end().to_owned())
}
