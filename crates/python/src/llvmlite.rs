//! Where the package llvmlite is, and its shared library, without importing it.

use crate::compile::Failure;
use llvm::Library;
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

type Version = (u32, u32);

const OLDEST: Version = (0, 45);
/// Up to here it is known that the library's functions are those of `llvm::SIGNATURES`; of newer ones the package is asked.
const NEWEST_KNOWN: Version = (0, 50);

static LIBRARY: OnceLock<Library> = OnceLock::new();

/// For `doctor`.
pub fn oldest() -> String {
    words(OLDEST)
}

/// Whether nothing of Python's is needed any more to compile.
pub fn is_open() -> bool {
    LIBRARY.get().is_some()
}

pub fn library(py: Python<'_>) -> Result<&'static Library, Failure> {
    if let Some(library) = LIBRARY.get() {
        return Ok(library);
    }
    let folder = package(py).map_err(|error| match error.is_instance_of::<PyImportError>(py) {
        true => missing(&error.value(py).to_string()),
        false => Failure::Raised(error),
    })?;
    let version = version(&folder);
    if let Some(found) = version.filter(|found| *found < OLDEST) {
        return Err(Failure::Unavailable(format!(
            "Lancehead needs llvmlite {} or newer, and found {}, which has an older LLVM. Code that is already in the cache runs without it; to compile new \
             code: {} (a Numba that pins the older one needs a newer release too, or an environment of its own)",
            words(OLDEST),
            words(found),
            install()
        )));
    }
    if version.is_none_or(|found| found > NEWEST_KNOWN) && !has_known_functions(py).unwrap_or(false) {
        return Err(Failure::Unavailable(format!(
            "this llvmlite is newer than this Lancehead and calls LLVM differently; either update Lancehead, or install {}",
            words(NEWEST_KNOWN)
        )));
    }
    // SAFETY: its functions were compared with the signatures, for this version or just now.
    let library = unsafe { Library::open(&folder.join("binding/libllvmlite.so")) }.map_err(|trouble| missing(&trouble))?;
    Ok(LIBRARY.get_or_init(|| library))
}

fn missing(why: &str) -> Failure {
    Failure::Unavailable(format!(
        "Lancehead compiles with LLVM from the package llvmlite, which cannot be imported here ({why}). Code that is already in the cache runs without it; \
         to compile new code: {}",
        install()
    ))
}

fn install() -> String {
    format!("python -m pip install --upgrade \"llvmlite>={}\"", words(OLDEST))
}

fn words((major, minor): Version) -> String {
    format!("{major}.{minor}")
}

/// The package's folder, as an import would find it.
fn package(py: Python<'_>) -> PyResult<PathBuf> {
    let sys = py.import("sys")?;
    let absent = || PyImportError::new_err("No module named 'llvmlite'");
    if let Some(module) = sys.getattr("modules")?.cast_into::<PyDict>()?.get_item("llvmlite")? {
        return first(&module.getattr("__path__").map_err(|_| absent())?);
    }
    for finder in sys.getattr("meta_path")?.try_iter()? {
        let Some(find) = finder?.getattr_opt("find_spec")? else { continue };
        let spec = find.call1(("llvmlite", py.None()))?;
        if !spec.is_none() {
            let folders = spec.getattr("submodule_search_locations")?;
            return if folders.is_none() { Err(absent()) } else { first(&folders) };
        }
    }
    Err(absent())
}

fn first(folders: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    folders.try_iter()?.next().ok_or_else(|| PyImportError::new_err("llvmlite has no files"))??.extract()
}

/// Its first two numbers.
fn version(folder: &Path) -> Option<Version> {
    let text = std::fs::read_to_string(folder.join("_version.py")).ok()?;
    let written = text.split_once("version_version = '")?.1.split_once('\'')?.0;
    let mut numbers = written.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Whether the package calls the functions with as many arguments as we do.
fn has_known_functions(py: Python<'_>) -> PyResult<bool> {
    let functions = py.import("llvmlite.binding")?.getattr("ffi")?.getattr("lib")?;
    for (name, count) in llvm::SIGNATURES {
        let types = functions.getattr(*name)?.getattr("argtypes")?;
        // Where it does not say, it has always been so.
        let found = if types.is_none() { *count } else { types.len()? };
        // The level of size, which is gone: see there.
        let expected = if *name == "LLVMPY_buildPerModuleDefaultPipeline" { found.clamp(count - 1, *count) } else { *count };
        if found != expected {
            return Ok(false);
        }
    }
    Ok(true)
}
