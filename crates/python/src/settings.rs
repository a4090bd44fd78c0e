//! The switches of the environment, read once; the tests turn them at run time.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

pub struct Settings {
    /// Leave at every n-th place; 0: only where it must be.
    deopt_every: AtomicI64,
    interpret_ir: AtomicBool,
    /// LLVM's optimisation level, 0 to 3: the tests compile much and run it little.
    opt: AtomicI64,
    /// `LANCEHEAD_THRESHOLD=0`: compile also what would not gain.
    compiles_everything: AtomicBool,
    /// `LANCEHEAD_CLOCK`, for tests: each look at the clock is so many microseconds later than the last. 0: the true time.
    false_clock: AtomicU64,
    /// `LANCEHEAD_BESIDE`: what is worth compiling is compiled in a thread while the program goes on. If that is not said: where there is a second
    /// processor, and unless a test decides what is compiled.
    compiles_beside: Option<bool>,
    has_processors: bool,
    /// A report is wanted at the end: what has run by then is kept.
    reports: AtomicBool,
    /// Whether a crash of machine code is reported; not with `LANCEHEAD_NO_CRASH_HANDLER=1`.
    pub handles_crashes: bool,
    /// For the tests: what machine code finds in place of a function, so that it crashes.
    pub broken: Mutex<Option<(String, usize)>>,
    /// For the tests: the name of a function at which the compiler panics.
    pub panics_at: Mutex<Option<String>>,
    /// For the tests: how many milliseconds longer LLVM takes.
    pub lingers: AtomicU64,
    /// Which stages to print, from `LANCEHEAD_DUMP`.
    pub dump: Vec<String>,
    pub counters: Counters,
}

/// What has happened in this process, for the tests and `selftest`.
#[derive(Default)]
pub struct Counters {
    pub compiled: AtomicU64,
    pub loaded: AtomicU64,
    pub entered: AtomicU64,
    pub left: AtomicU64,
    /// Of those: where the loop had come to its end.
    pub ended: AtomicU64,
    pub interpreted: AtomicU64,
    /// Entered at a loop of a running frame.
    pub came_back: AtomicU64,
    /// Calls that native code has made in its host's frame.
    pub called_out: AtomicU64,
    /// Guards that were looked at, or passed by.
    pub visited: AtomicU64,
    pub tried: AtomicU64,
    /// Code objects that were taken apart to be guarded.
    pub planned: AtomicU64,
    pub contests_won: AtomicU64,
    pub contests_lost: AtomicU64,
    /// Loops entered with mirrors of their lists.
    pub mirrored: AtomicU64,
    /// Items that were copied into mirrors, and written back from them.
    pub copied: AtomicU64,
    /// How often it was asked what NumPy is to say.
    pub numpy_asked: AtomicU64,
}

pub fn settings() -> &'static Settings {
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let dump = std::env::var("LANCEHEAD_DUMP").unwrap_or_default();
        Settings {
            deopt_every: AtomicI64::new(number("LANCEHEAD_DEOPT_EVERY").max(0)),
            interpret_ir: AtomicBool::new(false),
            compiles_everything: AtomicBool::new(std::env::var("LANCEHEAD_THRESHOLD").is_ok_and(|text| text.trim() == "0")),
            opt: AtomicI64::new(std::env::var("LANCEHEAD_OPT").ok().and_then(|text| text.trim().parse().ok()).unwrap_or(2).clamp(0, 3)),
            false_clock: AtomicU64::new(number("LANCEHEAD_CLOCK").try_into().unwrap_or(0)),
            compiles_beside: match std::env::var("LANCEHEAD_BESIDE").as_deref().map(str::trim) {
                Ok("0") => Some(false),
                Ok("1") => Some(true),
                _ => None,
            },
            has_processors: std::thread::available_parallelism().is_ok_and(|processors| processors.get() > 1),
            reports: AtomicBool::new(false),
            handles_crashes: !std::env::var("LANCEHEAD_NO_CRASH_HANDLER").is_ok_and(|text| text.trim() == "1"),
            broken: Mutex::default(),
            panics_at: Mutex::default(),
            lingers: AtomicU64::new(0),
            dump: dump.split(',').map(|stage| stage.trim().to_owned()).filter(|stage| !stage.is_empty()).collect(),
            counters: Counters::default(),
        }
    })
}

impl Settings {
    pub fn deopt_every(&self) -> i64 {
        self.deopt_every.load(Ordering::Relaxed)
    }

    pub fn set_deopt_every(&self, n: i64) {
        self.deopt_every.store(n.max(0), Ordering::Relaxed);
    }

    pub fn compiles_everything(&self) -> bool {
        self.compiles_everything.load(Ordering::Relaxed)
    }

    pub fn set_threshold(&self, threshold: i64) {
        self.compiles_everything.store(threshold == 0, Ordering::Relaxed);
    }

    pub fn false_clock(&self) -> u64 {
        self.false_clock.load(Ordering::Relaxed)
    }

    pub fn set_false_clock(&self, step: u64) {
        self.false_clock.store(step, Ordering::Relaxed);
    }

    pub fn compiles_beside(&self) -> bool {
        let is_usual = !self.compiles_everything() && self.deopt_every() == 0 && self.false_clock() == 0;
        self.compiles_beside.unwrap_or(self.has_processors && is_usual)
    }

    pub fn opt(&self) -> i64 {
        self.opt.load(Ordering::Relaxed)
    }

    pub fn set_opt(&self, level: i64) {
        self.opt.store(level.clamp(0, 3), Ordering::Relaxed);
    }

    pub fn reports(&self) -> bool {
        self.reports.load(Ordering::Relaxed)
    }

    pub fn set_reports(&self) {
        self.reports.store(true, Ordering::Relaxed);
    }

    pub fn interpret_ir(&self) -> bool {
        self.interpret_ir.load(Ordering::Relaxed)
    }

    pub fn set_interpret_ir(&self, on: bool) {
        self.interpret_ir.store(on, Ordering::Relaxed);
    }
}

/// With the interpreter's lock held, which keeps other counters off: an atomic addition would cost as much as a small call.
pub fn count(counter: &AtomicU64) {
    count_all(counter, 1);
}

pub fn count_all(counter: &AtomicU64, many: usize) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(many as u64), Ordering::Relaxed);
}
