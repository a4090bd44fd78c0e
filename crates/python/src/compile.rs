//! From a function and entry shapes to a loaded unit: through the cache, or through every stage.

use crate::beside;
use crate::bug;
use crate::guards::fingerprint;
use crate::interpretable::{self, Interpretable};
use crate::leave::address_of;
use crate::llvmlite;
use crate::lock;
use crate::patience::Patience;
use crate::settings::{count, settings};
use crate::unit::{LoadedUnit, Origin, Stored};
use crate::world::ProcessWorld;
use base::Span;
use infer::{Entry, Guesses, Place, Refusal, Translation};
use ir::Shape;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use runtime::cache::Cache;
use runtime::crash::Report;
use runtime::signals::Held;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use worth::{Past, trial};

/// Why there is no native code for a function and these types.
#[derive(Debug)]
pub enum Failure {
    /// The language, the types: a verdict.
    Refused(infer::Refusal),
    /// llvmlite is missing or too old, the platform is not supported: a sentence for the user.
    Unavailable(String),
    /// Ours: reported as a bug, and the program goes on in the interpreter.
    Bug(String),
    /// Something was raised while it was compiled: by a signal's handler, or for want of memory. The caller's.
    Raised(PyErr),
    /// It is not in the cache, and was not to be compiled now.
    Postponed,
    /// It is being compiled beside the program, under this key; or waits until something else was.
    UnderWay(Option<Vec<u8>>),
}

/// How far to go for a unit that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Take it from the cache or not at all.
    Look,
    /// Compile it in a thread, where that can be, and take it when it is there. What so much time has gone into comes before what took less.
    Beside(Duration),
    Compile,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    pub fastmath: bool,
    pub strict: bool,
    pub ticks: bool,
}

impl Failure {
    /// For the user, in one line.
    pub fn words(&self) -> String {
        match self {
            Failure::Refused(refusal) => format!("{} [{}]", refusal.detail, refusal.code),
            Failure::Unavailable(reason) => reason.clone(),
            Failure::Raised(error) => error.to_string(),
            Failure::Postponed => "too little time was spent in it yet".into(),
            Failure::UnderWay(_) => "its native code is not ready yet; the next start may have it".into(),
            Failure::Bug(text) => format!("a bug of lancehead, please report it: {text}"),
        }
    }
}

pub fn cache() -> &'static Cache {
    static CACHE: OnceLock<Cache> = OnceLock::new();
    CACHE.get_or_init(|| Cache::open(None))
}

pub struct Request<'a, 'py> {
    pub function: &'a Bound<'py, PyAny>,
    pub entry: &'a Entry,
    pub flags: Flags,
    pub guesses: &'a Guesses,
    pub effort: Effort,
    /// Only to see whether its IR leaves.
    pub is_trial: bool,
    /// Nobody asked for it: why it was not worth it is remembered from one start to the next.
    pub is_unasked: bool,
}

/// The unit for a request: loaded if it was compiled before, else compiled and stored.
pub fn obtain(request: &Request<'_, '_>) -> Result<LoadedUnit, Failure> {
    let key = key(request)?;
    if settings().interpret_ir() {
        return interpreted_again(request, key);
    }
    if let Some(path) = cache().barred_reason(&key) {
        let detail = format!("its machine code crashed the process when it ran; {} has its IR", path.display());
        return Err(Failure::Refused(Refusal { code: "crashed-before", detail, span: Span::default() }));
    }
    if request.is_unasked
        && let Some(refusal) = remembered_refusal(request, &key)
    {
        return Err(Failure::Refused(refusal));
    }
    if let Some(made) = beside::take(&key) {
        match made.map_err(Failure::Bug).and_then(|payload| link_made(request, &key, &payload, Origin::CompiledBeside)) {
            // What it uses has changed meanwhile: then it is another unit that is wanted.
            Err(Failure::Unavailable(_)) => {}
            linked => return linked,
        }
    }
    runtime::give_back_own_code();
    for entry in cache().lookup(&key) {
        let stored = postcard::from_bytes::<Stored<'_>>(&entry.payload);
        runtime::give_back_own_code();
        if let Ok(stored) = stored
            && let ir_bytes = stored.ir.len()
            && let Ok(Some(unit)) = LoadedUnit::link(request.function, stored, Origin::Cache, &address_of)
        {
            count(&settings().counters.loaded);
            let unit = guarded(request, unit, &key, Some(entry.path), ir_bytes);
            runtime::give_back_own_code();
            return Ok(unit);
        }
    }
    if beside::has(&key) {
        return Err(Failure::UnderWay(Some(key)));
    }
    if request.effort == Effort::Look || request.is_unasked && !can_reach_llvm(request.function.py()) {
        return Err(Failure::Postponed);
    }
    let goes_beside = match request.effort {
        Effort::Beside(waited) if beside::is_possible() => Some(waited),
        _ => None,
    };
    if goes_beside.is_some_and(|waited| !beside::takes(waited)) {
        return Err(Failure::UnderWay(None));
    }
    // Handlers run behind all that: they could change what is looked at. One whose signal has come already runs first, in the frame of a loop if it
    // is one.
    let _held = Held::begin();
    if request.is_unasked && lock::is_awaited() {
        return Err(Failure::Postponed);
    }
    // SAFETY: the lock is held, and no exception is set.
    if unsafe { ffi::PyErr_CheckSignals() } != 0 {
        return Err(Failure::Raised(PyErr::fetch(request.function.py())));
    }
    let started = Instant::now();
    // Its thread holds them too.
    let patience = goes_beside.is_none().then(|| Patience::begin(|| format!("compiling {}", subject(request.function))));
    let translation = translate_or_remember(request)?;
    let py = request.function.py();
    let module = codegen::llvm(&translation.unit, codegen_options(py, request.flags));
    dump(request, &translation, &module);
    let llvm = Llvm { library: llvmlite::library(py)?, opt: level(request.flags), output: llvm::Output::Object };
    let (meta, ir) = (translation.unit.meta(), translation.unit.to_string());
    let (notes, own_key) = (translation.notes, key.clone());
    let prepared = started.elapsed();
    let compile = move || {
        // It may have waited for others.
        let began = Instant::now();
        let object = llvm.run(&module)?;
        let compile_milliseconds = (prepared + began.elapsed()).as_secs_f64() * 1e3;
        let stored = Stored { meta, notes, object: object.into(), compile_milliseconds, ir: ir.into() };
        let text = |error: postcard::Error| error.to_string();
        let (links, payload) = (postcard::to_stdvec(&stored.meta.links).map_err(text)?, postcard::to_stdvec(&stored).map_err(text)?);
        cache().store(&own_key, &links, &payload);
        Ok(payload)
    };
    crate::restart::note(py);
    count(&settings().counters.compiled);
    if let Some(waited) = goes_beside {
        // Where there is no thread to be had, it is compiled here when it is asked for again.
        return Err(if beside::compile(py, &key, waited, Box::new(compile)) { Failure::UnderWay(Some(key)) } else { Failure::Postponed });
    }
    // Other threads of Python's go on meanwhile.
    let payload = py.detach(compile).map_err(Failure::Bug)?;
    drop(patience);
    link_made(request, &key, &payload, Origin::Compiled)
}

/// What was compiled just now.
fn link_made(request: &Request<'_, '_>, key: &[u8], payload: &[u8], origin: Origin) -> Result<LoadedUnit, Failure> {
    let stored = postcard::from_bytes::<Stored<'_>>(payload).map_err(|error| Failure::Bug(error.to_string()))?;
    let links = postcard::to_stdvec(&stored.meta.links).map_err(|error| Failure::Bug(error.to_string()))?;
    let ir_bytes = stored.ir.len();
    match LoadedUnit::link(request.function, stored, origin, &address_of) {
        Ok(Some(unit)) => Ok(guarded(request, unit, key, cache().entry_path(key, &links), ir_bytes)),
        Ok(None) => Err(Failure::Unavailable("what it uses changed while it was compiled".into())),
        Err(error) => Err(Failure::Bug(format!("the loader refused it: {error}"))),
    }
}

/// Keeps, for the next start, why something that nobody asked for stays in the interpreter.
pub fn remember_refusal(request: &Request<'_, '_>, code: &str, detail: &str) {
    if !request.is_unasked || settings().compiles_everything() {
        return;
    }
    if let (Ok(key), Ok(payload)) = (key(request), postcard::to_stdvec(&(code, detail))) {
        cache().store(&refusal_key(&key), &[], &payload);
        crate::restart::note(request.function.py());
    }
}

fn remembered_refusal(request: &Request<'_, '_>, own: &[u8]) -> Option<Refusal> {
    let entry = cache().lookup(&refusal_key(own)).next().or_else(|| {
        // What trials refuse they refuse whatever they have found out about guesses.
        let guesses = &Guesses::default();
        let of_trials = (request.guesses != guesses).then(|| key(&Request { guesses, ..*request }).ok()).flatten()?;
        cache().lookup(&refusal_key(&of_trials)).next()
    })?;
    let (code, detail): (String, String) = postcard::from_bytes(&entry.payload).ok()?;
    let (code, _) = crate::verdict::PAGES.iter().find(|(known, _)| *known == code)?;
    Some(Refusal { code, detail, span: Span::default() })
}

fn refusal_key(key: &[u8]) -> Vec<u8> {
    [key, b"refused"].concat()
}

/// The unit, with what is to be done if it crashes.
fn guarded(request: &Request<'_, '_>, mut unit: LoadedUnit, key: &[u8], entry: Option<PathBuf>, ir_bytes: usize) -> LoadedUnit {
    if settings().handles_crashes {
        runtime::crash::install();
        unit.report = Report::new(&subject(request.function), cache().bar_path(key), entry, ir_bytes);
    }
    unit
}

/// The function's name and place, for the user.
fn subject(function: &Bound<'_, PyAny>) -> String {
    let code = function.getattr("__code__").ok();
    let text = |name: &str| -> Option<String> { code.as_ref()?.getattr(name).ok()?.extract().ok() };
    let line: Option<u32> = code.as_ref().and_then(|code| code.getattr("co_firstlineno").ok()?.extract().ok());
    format!("{} ({}:{})", text("co_qualname").unwrap_or_default(), text("co_filename").unwrap_or_default(), line.unwrap_or(0))
}

/// The unit as IR, to be interpreted: no cache, no LLVM.
pub fn interpreted(request: &Request<'_, '_>) -> Result<LoadedUnit, Failure> {
    interpretable(request).map(|(unit, _)| unit)
}

/// The same where everything is interpreted: what was translated before in this process is linked again, and what was refused is refused, as by the cache.
fn interpreted_again(request: &Request<'_, '_>, key: Vec<u8>) -> Result<LoadedUnit, Failure> {
    let key = (key, request.is_trial);
    for earlier in interpretable::earlier(&key) {
        match earlier {
            Ok(translated) => {
                if let Some(unit) = translated.link(request.function) {
                    count(&settings().counters.loaded);
                    return Ok(unit);
                }
            }
            Err(refusal) => return Err(Failure::Refused(refusal)),
        }
    }
    let outcome = interpretable(request);
    match &outcome {
        Ok((_, translated)) => interpretable::remember(key, Ok(translated.clone())),
        Err(Failure::Refused(refusal)) => interpretable::remember(key, Err(refusal.clone())),
        Err(_) => {}
    }
    outcome.map(|(unit, _)| unit)
}

fn interpretable(request: &Request<'_, '_>) -> Result<(LoadedUnit, Interpretable), Failure> {
    let translated = Interpretable::new(translate_or_remember(request)?);
    if !request.is_trial {
        count(&settings().counters.compiled);
    }
    let unit =
        translated.link(request.function).ok_or_else(|| Failure::Unavailable("what it uses changed while it was compiled".into()))?;
    Ok((unit, translated))
}

fn translate_or_remember(request: &Request<'_, '_>) -> Result<Translation, Failure> {
    translate(request).inspect_err(|failure| {
        if let Failure::Refused(refusal) = failure {
            remember_refusal(request, refusal.code, &refusal.detail);
        }
    })
}

/// HIR to optimised, verified IR.
pub fn translate(request: &Request<'_, '_>) -> Result<Translation, Failure> {
    bug::panic_if_asked(request.function);
    let mut world = ProcessWorld::new(request.function.clone());
    let small_powers = runtime::exact::power::small_powers_hold();
    let options = infer::Options {
        small_powers,
        ticks: request.flags.ticks || request.is_trial,
        guesses: request.guesses.clone(),
        looks_at_results: request.is_trial && request.guesses.results.len() < LOOKS_AT_MOST,
        // Forced leaving is to be met by whatever can be compiled.
        compiles_everything: settings().compiles_everything() || request.flags.ticks,
        is_trial: request.is_trial,
    };
    let mut translation = infer::translate(&mut world, request.entry, &options).map_err(Failure::Refused)?;
    let check = |stage: &str, unit: &ir::Unit| ir::verify(unit).map_err(|text| Failure::Bug(format!("after {stage}: {text}\n{unit}")));
    check("translation", &translation.unit)?;
    passes::pipeline(&mut translation.unit);
    check("the passes", &translation.unit)?;
    Ok(translation)
}

pub fn codegen_options(py: Python<'_>, flags: Flags) -> codegen::Options {
    let immortal_objects = py.version_info() >= (3, 12);
    let values = match py.version_info().minor {
        ..=11 => codegen::Values::Pointer,
        12 => codegen::Values::Tagged,
        _ => codegen::Values::Inline,
    };
    // SAFETY: a number.
    let class_version = unsafe { frames::lh_class_version_offset() };
    codegen::Options { fastmath: flags.fastmath, fma: cpu().contains("+fma"), immortal_objects, class_version, values }
}

/// What the builtins were when the extension was imported.
static BUILTINS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();

/// So many calls of a loop are looked at in its trials: each look takes another translation.
const LOOKS_AT_MOST: usize = 16;

/// Of the builtins, what programs replace for purposes of their own, and compiling does not need.
const NOT_NEEDED: [&str; 8] = ["print", "input", "open", "help", "exit", "quit", "breakpoint", "__import__"];

/// Once, when the extension is imported.
pub fn remember_builtins(py: Python<'_>) -> PyResult<()> {
    let builtins = py.import("builtins")?.dict().copy()?;
    let _ = BUILTINS.set(py, builtins.unbind());
    Ok(())
}

/// Whether Python's code that compiles finds the builtins that it needs: not where the program has put its own `len` there.
fn are_builtins_usual(py: Python<'_>) -> PyResult<bool> {
    let Some(usual) = BUILTINS.get(py) else { return Ok(true) };
    let now = py.import("builtins")?.dict();
    for (name, value) in usual.bind(py) {
        let is_there = now.get_item(&name)?.is_some_and(|now| now.is(&value));
        if !is_there && !name.extract::<&str>().is_ok_and(|name| NOT_NEEDED.contains(&name)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Looking for llvmlite runs Python's own code of imports.
fn can_reach_llvm(py: Python<'_>) -> bool {
    llvmlite::is_open() || are_builtins_usual(py).unwrap_or(true)
}

/// Code that leaves at every place is run once or twice: it need not be fast.
fn level(flags: Flags) -> u8 {
    let opt = if flags.ticks { settings().opt().min(1) } else { settings().opt() };
    u8::try_from(opt).unwrap_or_default()
}

/// What LLVM is to do, in whatever thread.
struct Llvm {
    library: &'static llvm::Library,
    opt: u8,
    output: llvm::Output,
}

impl Llvm {
    fn run(&self, module: &codegen::Module) -> Result<Vec<u8>, String> {
        bug::linger_if_asked();
        let job = llvm::Job { text: &module.text, kernels: &module.kernels, opt: self.opt, cpu: None, output: self.output };
        llvm::compile(self.library, &job).map_err(|refused| refused.to_string())
    }
}

pub fn assembly(py: Python<'_>, module: &codegen::Module) -> String {
    let run = |library| Llvm { library, opt: level(Flags::default()), output: llvm::Output::Assembly }.run(module);
    match llvmlite::library(py).map_err(|failure| failure.words()).and_then(|library| py.detach(|| run(library))) {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(why) => why,
    }
}

/// Everything that decides the machine code, but for what it links to.
fn key(request: &Request<'_, '_>) -> Result<Vec<u8>, Failure> {
    let function = fingerprint(request.function).ok_or_else(|| Failure::Bug("its code can't be read".into()))?;
    let guesses = request.guesses.sorted();
    let flags = (request.flags.fastmath, request.flags.ticks, settings().opt(), settings().compiles_everything());
    let surroundings = surroundings(request.function.py());
    postcard::to_stdvec(&(function, request.entry, flags, guesses, surroundings)).map_err(|error| Failure::Bug(error.to_string()))
}

pub type Surroundings = (&'static str, &'static str, u8, u8, usize, &'static str, &'static str);

pub fn surroundings(py: Python<'_>) -> Surroundings {
    let version = py.version_info();
    let word = std::mem::size_of::<usize>();
    (env!("CARGO_PKG_VERSION"), env!("LANCEHEAD_BUILD"), version.major, version.minor, word, cpu(), libm())
}

/// Where it is kept what was found at a place of a function, for whatever types.
fn place_key(what: &str, function: &Bound<'_, PyAny>, place: Place) -> Option<Vec<u8>> {
    postcard::to_stdvec(&(what, fingerprint(function)?, place, surroundings(function.py()))).ok()
}

/// For which types native code has gained, and which guesses had failed by then.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Gain {
    pub shapes: Vec<Shape>,
    pub guesses: Guesses,
}

/// Keeps for the next start that native code has gained at this place: what it took need not be found out again.
pub fn remember_gain(function: &Bound<'_, PyAny>, place: Place, gain: &Gain) {
    if let (Some(key), Ok(shapes), Ok(gain)) =
        (place_key("gained", function, place), postcard::to_stdvec(&gain.shapes), postcard::to_stdvec(gain))
    {
        cache().store(&key, &shapes, &gain);
    }
}

/// Those of earlier starts, one for each combination of types.
pub fn gains(function: &Bound<'_, PyAny>, place: Place) -> Vec<Gain> {
    let Some(key) = place_key("gained", function, place) else { return Vec::new() };
    cache().lookup(&key).filter_map(|entry| postcard::from_bytes(&entry.payload).ok()).collect()
}

/// Keeps for the next start what trials at this place have found so far: its IR is not tried again.
pub fn remember_trial(function: &Bound<'_, PyAny>, place: Place, found: trial::Memory, guesses: &Guesses) {
    if let (Some(key), Ok(payload)) = (place_key("tried", function, place), postcard::to_stdvec(&(found, guesses))) {
        cache().store(&key, &[], &payload);
    }
}

/// What trials at this place have found in earlier starts, also of guesses.
pub fn earlier_trials(function: &Bound<'_, PyAny>, place: Place) -> Option<(trial::Memory, Guesses)> {
    let key = place_key("tried", function, place)?;
    let entry = cache().lookup(&key).next()?;
    postcard::from_bytes(&entry.payload).ok()
}

/// Keeps for the next start what was found of a place whose native code did not gain, or that was left to the interpreter.
pub fn remember_past(function: &Bound<'_, PyAny>, place: Place, past: Past) {
    if let (Some(key), Ok(payload)) = (place_key("past", function, place), postcard::to_stdvec(&past.memory())) {
        cache().store(&key, &[], &payload);
        crate::restart::note(function.py());
    }
}

/// What was found of it in earlier starts.
pub fn past(function: &Bound<'_, PyAny>, place: Place) -> Past {
    let entry = place_key("past", function, place).and_then(|key| cache().lookup(&key).next());
    entry.and_then(|entry| postcard::from_bytes(&entry.payload).ok()).map(Past::recalled).unwrap_or_default()
}

/// The features of this CPU that generated code may use.
pub fn cpu() -> &'static str {
    static CPU: OnceLock<String> = OnceLock::new();
    CPU.get_or_init(runtime::cpu::features)
}

/// Whose `sin` and `pow` are called: other bits, other machine code.
fn libm() -> &'static str {
    static LIBM: OnceLock<String> = OnceLock::new();
    LIBM.get_or_init(runtime::cpu::libm)
}

fn dump(request: &Request<'_, '_>, translation: &Translation, module: &codegen::Module) {
    for stage in &settings().dump {
        let text = stage_text(request.function.py(), stage, translation, module);
        eprintln!("; lancehead: {stage} of {}\n{text}", translation.infos[0].code.qualname);
    }
}

/// What a stage made, as text.
pub fn stage_text(py: Python<'_>, stage: &str, translation: &Translation, module: &codegen::Module) -> String {
    match stage {
        "hir" => translation.infos.iter().map(|info| info.hir.print(&info.code)).collect::<Vec<_>>().join("\n"),
        "ir" => translation.unit.to_string(),
        "llvm" => module.to_string(),
        "asm" => assembly(py, module),
        other => format!("there is no stage {other:?}: hir, ir, llvm or asm"),
    }
}
