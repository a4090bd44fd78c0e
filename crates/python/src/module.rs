//! The functions of `lancehead._lancehead`.

use crate::compile::{Flags, cache, cpu};
use crate::function::{Compiled, compiled};
use crate::lock;
use crate::settings::settings;
use crate::{explain, function, verdict};
use pyo3::exceptions::{PyImportError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCFunction, PyCode, PyDict, PyTuple};
use std::ffi::c_char;
use std::sync::atomic::Ordering;

#[pymodule]
fn _lancehead(module: &Bound<'_, PyModule>) -> PyResult<()> {
    crate::bug::note_panics();
    ready(module.py())?;
    crate::guards::ready(module.py())?;
    crate::compile::remember_builtins(module.py())?;
    crate::ending::before_python_ends(module.py(), crate::guards::let_go)?;
    module.add_function(wrap_pyfunction!(jit, module)?)?;
    module.add_function(wrap_pyfunction!(explain_function, module)?)?;
    module.add_function(wrap_pyfunction!(dump, module)?)?;
    module.add_function(wrap_pyfunction!(stats, module)?)?;
    module.add_function(wrap_pyfunction!(regions, module)?)?;
    module.add_function(wrap_pyfunction!(guard_code, module)?)?;
    module.add_function(wrap_pyfunction!(keep_for_report, module)?)?;
    module.add_function(wrap_pyfunction!(switch_guards, module)?)?;
    module.add_function(wrap_pyfunction!(run_code, module)?)?;
    module.add_function(wrap_pyfunction!(call_bare, module)?)?;
    module.add_function(wrap_pyfunction!(treating_get_code, module)?)?;
    module.add_function(wrap_pyfunction!(cache_info, module)?)?;
    module.add_function(wrap_pyfunction!(cache_clear, module)?)?;
    module.add_function(wrap_pyfunction!(verdict_page, module)?)?;
    module.add_function(wrap_pyfunction!(verdict_codes, module)?)?;
    module.add_function(wrap_pyfunction!(testing, module)?)?;
    module.add_function(wrap_pyfunction!(testing_counters, module)?)?;
    module.add_function(wrap_pyfunction!(testing_crash, module)?)?;
    module.add_function(wrap_pyfunction!(testing_llvm, module)?)?;
    module.add_function(wrap_pyfunction!(testing_panic, module)?)?;
    module.add_function(wrap_pyfunction!(testing_bugs, module)?)?;
    module.add_function(wrap_pyfunction!(about, module)?)?;
    module.add_function(wrap_pyfunction!(builtins_table, module)?)?;
    // The tables that the loader has gone through, and this.
    runtime::give_back_own_code();
    Ok(())
}

/// The type of compiled functions, with its methods.
fn ready(py: Python<'_>) -> PyResult<()> {
    let method = |name: &'static std::ffi::CStr, function: frames::CFunction, flags, doc: &'static std::ffi::CStr| frames::PyMethodDef {
        name: name.as_ptr().cast::<c_char>(),
        method: Some(function),
        flags,
        doc: doc.as_ptr().cast::<c_char>(),
    };
    let methods = Box::new([
        method(
            c"explain",
            explain_method,
            ffi::METH_NOARGS,
            c"explain($self, /)\n--\n\nWhat was compiled, for which types, and what was left to Python and why.",
        ),
        method(c"dump", dump_method, ffi::METH_O, c"dump($self, kind, /)\n--\n\nThe text of a stage: 'hir', 'ir', 'llvm' or 'asm'."),
        frames::PyMethodDef { name: std::ptr::null(), method: None, flags: 0, doc: std::ptr::null() },
    ]);
    // SAFETY: called once, with the lock held; the methods live as long as the process.
    let status = unsafe {
        frames::lh_function_collect(function::traverse, function::clear);
        frames::lh_leave_ready(crate::leave::room_for_record, crate::outside::call_out);
        match frames::lh_function_ready() {
            0 => frames::lh_function_add_methods(Box::leak(methods).as_mut_ptr()),
            failed => failed,
        }
    };
    if status == 0 { Ok(()) } else { Err(PyErr::fetch(py)) }
}

unsafe extern "C" fn explain_method(function: *mut frames::PyObject, _: *mut frames::PyObject) -> *mut frames::PyObject {
    answer(|py| explain::explain(&unsafe { Bound::from_borrowed_ptr(py, function.cast()) }))
}

unsafe extern "C" fn dump_method(function: *mut frames::PyObject, kind: *mut frames::PyObject) -> *mut frames::PyObject {
    answer(|py| {
        let kind: String = unsafe { Bound::from_borrowed_ptr(py, kind.cast()) }.extract()?;
        explain::dump(&unsafe { Bound::from_borrowed_ptr(py, function.cast()) }, &kind)
    })
}

/// A string for a method of C, or NULL with the exception set.
fn answer(text: impl FnOnce(Python<'_>) -> PyResult<String>) -> *mut frames::PyObject {
    lock::attach(|py| {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| text(py)));
        match result.unwrap_or_else(|_| Err(pyo3::exceptions::PySystemError::new_err("lancehead: a bug of ours"))) {
            Ok(text) => pyo3::types::PyString::new(py, &text).into_ptr().cast(),
            Err(error) => {
                error.restore(py);
                std::ptr::null_mut()
            }
        }
    })
}

#[pyfunction]
fn jit<'py>(func: &Bound<'py, PyAny>, fastmath: bool, strict: bool) -> PyResult<Bound<'py, PyAny>> {
    function::jit(func, Flags { fastmath, strict, ticks: false })
}

#[pyfunction]
#[pyo3(name = "explain")]
fn explain_function(func: &Bound<'_, PyAny>) -> PyResult<String> {
    if !func.hasattr("__code__")? {
        return Err(PyTypeError::new_err("explain takes a Python function"));
    }
    explain::explain(func)
}

#[pyfunction]
fn dump(func: &Bound<'_, PyAny>, kind: &str) -> PyResult<String> {
    explain::dump(func, kind)
}

#[pyfunction]
fn stats<'py>(py: Python<'py>, func: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let compiled: &Compiled = compiled(func).ok_or_else(|| PyTypeError::new_err("this function was not given to lancehead.jit"))?;
    let stats = PyDict::new(py);
    let versions = compiled.versions.borrow();
    stats.set_item("versions", versions.len())?;
    stats.set_item("native", versions.iter().filter(|version| version.is_native()).count())?;
    stats.set_item("entered", versions.iter().map(|version| version.entered.get()).sum::<u64>())?;
    stats.set_item("left", versions.iter().map(|version| version.left.get()).sum::<u64>())?;
    Ok(stats)
}

/// A module's code with guards at its loops, and at those of the functions that it defines.
/// `off`: first and last lines of loops and functions that are switched off.
#[pyfunction]
#[pyo3(signature = (code, off=Vec::new()))]
fn guard_code<'py>(code: &Bound<'py, PyCode>, off: Vec<(u32, u32)>) -> PyResult<Bound<'py, PyAny>> {
    crate::guards::guard_deeply(code.as_any(), &off)
}

/// Turns all guards off, or on again those that were on.
#[pyfunction]
fn switch_guards(on: bool) {
    crate::guards::switch(on);
}

/// Runs a module's code in a namespace as if it were the first of all; what it raises is returned, with no frame of ours in its traceback.
#[pyfunction]
fn run_code<'py>(code: &Bound<'py, PyCode>, namespace: &Bound<'py, PyDict>) -> Option<Bound<'py, PyAny>> {
    run_bare(code.as_any(), namespace.as_any())
}

/// The same of a call.
#[pyfunction]
fn call_bare<'py>(callable: &Bound<'py, PyAny>, args: &Bound<'py, PyTuple>) -> Option<Bound<'py, PyAny>> {
    run_bare(callable, args.as_any())
}

fn run_bare<'py>(what: &Bound<'py, PyAny>, with: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    let py = what.py();
    runtime::give_back_own_code();
    // SAFETY: a code object and a dict, or a callable and a tuple, with the lock held.
    let result = unsafe { frames::lh_run_bare(ffi::PyThreadState_Get().cast(), what.as_ptr().cast(), with.as_ptr().cast()) };
    // SAFETY: a new reference, or NULL with the exception set.
    let result = unsafe { Bound::from_owned_ptr_or_err(py, result.cast::<ffi::PyObject>()) };
    result.err().map(|raised| raised.into_value(py).into_bound(py).into_any())
}

/// A loader's `get_code` that gives `treated(module's name, path, code)`. A function of C: tracebacks don't show it.
#[pyfunction]
fn treating_get_code<'py>(get_code: Bound<'py, PyAny>, treated: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = get_code.py();
    let (get_code, treated) = (get_code.unbind(), treated.unbind());
    let treating = PyCFunction::new_closure(py, Some(c"get_code"), None, move |args, keywords| -> PyResult<Py<PyAny>> {
        let py = args.py();
        let code = get_code.bind(py).call(args, keywords)?;
        let path = args.get_item(0).and_then(|loader| loader.getattr("path"));
        match (path, args.get_item(1)) {
            (Ok(path), Ok(name)) if code.is_instance_of::<PyCode>() => Ok(treated.bind(py).call1((name, path, code))?.unbind()),
            _ => Ok(code.unbind()),
        }
    })?;
    // SAFETY: a callable; what comes back binds to instances as a function does.
    unsafe {
        unsafe extern "C" {
            fn PyInstanceMethod_New(function: *mut ffi::PyObject) -> *mut ffi::PyObject;
        }
        Bound::from_owned_ptr_or_err(py, PyInstanceMethod_New(treating.as_ptr()))
    }
}

/// From now on, what `regions` tells of is kept until the process ends.
#[pyfunction]
fn keep_for_report() {
    settings().set_reports();
}

/// What became of the loops that were met, and of the functions given to `jit`.
#[pyfunction]
fn regions(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let mut rows = crate::guards::report(py)?;
    rows.extend(crate::function::report(py)?);
    Ok(rows)
}

#[pyfunction]
fn cache_info(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let info = cache().info();
    let dict = PyDict::new(py);
    dict.set_item("path", info.path.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default())?;
    dict.set_item("entries", info.entries)?;
    dict.set_item("bytes", info.bytes)?;
    dict.set_item("limit", info.limit)?;
    dict.set_item("trouble", cache().trouble())?;
    dict.set_item("crashes", cache().bars().into_iter().map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>())?;
    Ok(dict)
}

#[pyfunction]
fn cache_clear() -> usize {
    cache().clear()
}

#[pyfunction]
fn verdict_page(code: &str) -> Option<&'static str> {
    verdict::page(code)
}

#[pyfunction]
fn verdict_codes() -> Vec<&'static str> {
    verdict::PAGES.iter().map(|(code, _)| *code).collect()
}

/// Turns the switches of the environment while the process runs.
#[pyfunction]
#[pyo3(signature = (*, deopt_every=None, interpret_ir=None, opt=None, threshold=None, clock=None, lingers=None))]
fn testing(
    deopt_every: Option<i64>,
    interpret_ir: Option<bool>,
    opt: Option<i64>,
    threshold: Option<i64>,
    clock: Option<u64>,
    lingers: Option<u64>,
) {
    if let Some(milliseconds) = lingers {
        settings().lingers.store(milliseconds, Ordering::Relaxed);
    }
    if let Some(step) = clock {
        settings().set_false_clock(step);
    }
    if let Some(threshold) = threshold {
        settings().set_threshold(threshold);
    }
    if let Some(level) = opt {
        settings().set_opt(level);
    }
    if let Some(n) = deopt_every {
        settings().set_deopt_every(n);
    }
    if let Some(on) = interpret_ir {
        settings().set_interpret_ir(on);
    }
}

/// LLVM's text to an object file.
#[pyfunction]
#[pyo3(signature = (text, opt=2))]
fn testing_llvm<'py>(py: Python<'py>, text: &str, opt: u8) -> PyResult<Bound<'py, PyBytes>> {
    let library = crate::llvmlite::library(py).map_err(|failure| PyImportError::new_err(failure.words()))?;
    let job = llvm::Job { text, kernels: "", opt, cpu: None, output: llvm::Output::Object };
    let object = py.detach(|| llvm::compile(library, &job)).map_err(|refused| PyValueError::new_err(refused.to_string()))?;
    Ok(PyBytes::new(py, &object))
}

/// From now on, code that is loaded crashes where it would call the function of that symbol.
#[pyfunction]
fn testing_crash(symbol: String, kind: &str) -> PyResult<()> {
    let address = crate::broken::address_of(kind).ok_or_else(|| PyTypeError::new_err("there is no such crash"))?;
    *settings().broken.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((symbol, address));
    Ok(())
}

/// From now on, the compiler panics at functions and modules of that name; None: at none.
#[pyfunction]
#[pyo3(signature = (name))]
fn testing_panic(name: Option<String>) {
    *settings().panics_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = name;
}

/// The bugs of lancehead itself, panics foremost, that were met in this process since this was last asked.
#[pyfunction]
fn testing_bugs() -> Vec<String> {
    crate::bug::take_notes()
}

#[pyfunction]
fn testing_counters(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let counters = &settings().counters;
    let dict = PyDict::new(py);
    for (name, counter) in [
        ("compiled", &counters.compiled),
        ("loaded", &counters.loaded),
        ("entered", &counters.entered),
        ("left", &counters.left),
        ("ended", &counters.ended),
        ("interpreted", &counters.interpreted),
        ("came_back", &counters.came_back),
        ("called_out", &counters.called_out),
        ("visited", &counters.visited),
        ("mirrored", &counters.mirrored),
        ("copied", &counters.copied),
        ("numpy_asked", &counters.numpy_asked),
        ("visited", &counters.visited),
        ("tried", &counters.tried),
        ("planned", &counters.planned),
        ("contests_won", &counters.contests_won),
        ("contests_lost", &counters.contests_lost),
    ] {
        dict.set_item(name, counter.load(Ordering::Relaxed))?;
    }
    Ok(dict)
}

#[pyfunction]
fn about(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let version = py.version_info();
    let dict = PyDict::new(py);
    dict.set_item("version", env!("CARGO_PKG_VERSION"))?;
    dict.set_item("build", env!("LANCEHEAD_BUILD"))?;
    dict.set_item("python", format!("{}.{}.{}", version.major, version.minor, version.patch))?;
    dict.set_item("cpu", cpu())?;
    dict.set_item("libm", runtime::cpu::libm())?;
    dict.set_item("oldest llvmlite", crate::llvmlite::oldest())?;
    Ok(dict)
}

/// Every builtin that has a native form: name, what of it, and arguments to try.
#[pyfunction]
fn builtins_table() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    builtins::all().map(|builtin| (builtin.name, builtin.doc, builtin.cases.to_vec())).collect()
}
