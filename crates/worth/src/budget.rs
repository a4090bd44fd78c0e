//! How much time may go into what nobody asked for: into looking at loops, and into compiling them. Each has something for a start, a share of the time that
//! the process has run, and of what was gained. Together with the start of the command that is what a program that gains nothing may lose: 30 ms and 3 %.

use crate::Moment;
use std::time::Duration;

const LOOKING: Allowance = Allowance { free: Duration::from_millis(8), share_of_time: 0.01, share_of_gain: 0.25 };
const COMPILING: Allowance = Allowance { free: Duration::from_millis(12), share_of_time: 0.02, share_of_gain: 8.0 };

/// By another thread: that holds up nobody, but somebody else may have wanted the processor.
const BESIDE: Allowance = Allowance { free: Duration::from_millis(500), share_of_time: 0.25, share_of_gain: 8.0 };

/// What a look at a guard costs, and what it costs to pass by one.
const LOOK: Duration = Duration::from_nanos(130);
const PASS: Duration = Duration::from_nanos(50);
/// Once looking was given up, it begins again when so much can be spent.
const NEW_START: Duration = Duration::from_millis(1);
/// What took less was a look into the cache, no compiling.
const COMPILED: Duration = Duration::from_millis(10);

struct Allowance {
    free: Duration,
    share_of_time: f64,
    /// Of the time in native code, in which the interpreter would have done so much less.
    share_of_gain: f64,
}

/// What a look costs that comes after so many guards were passed by.
pub fn cost(passed: u32) -> Duration {
    LOOK + PASS * passed
}

impl Allowance {
    fn by(&self, now: Moment, worked: Duration) -> Duration {
        self.free + now.mul_f64(self.share_of_time) + worked.mul_f64(self.share_of_gain)
    }
}

#[derive(Debug, Default)]
pub struct Budget {
    has_compiled: bool,
    looking: Duration,
    compiling: Duration,
    beside: Duration,
    worked: Duration,
}

impl Budget {
    pub const fn new() -> Budget {
        Budget { has_compiled: false, looking: Duration::ZERO, compiling: Duration::ZERO, beside: Duration::ZERO, worked: Duration::ZERO }
    }

    /// Whether LLVM is there already.
    pub fn has_compiled(&self) -> bool {
        self.has_compiled
    }

    /// Whether something may be compiled now. The first that seems worth it always may.
    pub fn lets_compile(&self, now: Moment) -> bool {
        !self.has_compiled || self.compiling < COMPILING.by(now, self.worked)
    }

    /// The same for what is compiled while the program goes on.
    pub fn lets_compile_beside(&self, now: Moment) -> bool {
        self.beside < BESIDE.by(now, self.worked)
    }

    /// Whether a guard may be looked at that costs more than it is likely to tell.
    pub fn lets_look(&self, now: Moment) -> bool {
        self.looking < LOOKING.by(now, self.worked)
    }

    /// The same for guards that were turned off because it did not.
    pub fn lets_look_again(&self, now: Moment) -> bool {
        self.looking + NEW_START < LOOKING.by(now, self.worked)
    }

    /// A guard was looked at, and passed by so many times before.
    pub fn looked(&mut self, passed: u32) {
        self.looking += cost(passed);
    }

    pub fn compiled(&mut self, took: Duration) {
        self.has_compiled |= took >= COMPILED;
        self.compiling += took;
    }

    /// The same, by another thread, while the program went on.
    pub fn compiled_beside(&mut self, took: Duration) {
        self.has_compiled = true;
        self.beside += took;
    }

    /// A loop was tried: LLVM was not asked.
    pub fn tried(&mut self, took: Duration) {
        self.compiling += took;
    }

    /// So long native code has run that was compiled unasked.
    pub fn gained(&mut self, worked: Duration) {
        self.worked += worked;
    }

    /// What has gone into looking at guards.
    pub fn looking(&self) -> Duration {
        self.looking
    }
}
