//! How much time may go into compiling what nobody asked to have compiled: a share of what the program has taken, and of what it has gained.

use crate::settings::settings;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// So much is always allowed: what a program that gains nothing may lose.
const FREE: Duration = Duration::from_millis(30);
/// Beyond, a share of the time that the process has run...
const SHARE_OF_TIME: f64 = 0.03;
/// ...and what was gained: time in native code, in which the interpreter would have done so much less.
const GAIN: f64 = 8.0;

/// What visiting a guard costs.
const COST_OF_VISIT: Duration = Duration::from_nanos(130);

thread_local! {
    static HAS_COMPILED: Cell<bool> = const { Cell::new(false) };
    static SPENT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static WORKED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static BEGAN: Instant = Instant::now();
}

/// Whether something may be compiled now.
pub fn allows() -> bool {
    if settings().compiles_everything() {
        return true;
    }
    let began = BEGAN.with(|began| *began);
    let allowance = FREE.as_secs_f64() + SHARE_OF_TIME * began.elapsed().as_secs_f64() + GAIN * WORKED.get().as_secs_f64();
    // The first one is always allowed.
    !HAS_COMPILED.get() || SPENT.get().as_secs_f64() < allowance
}

/// A guard was visited, and the interpreter goes on.
pub fn visited() {
    SPENT.set(SPENT.get() + COST_OF_VISIT);
}

/// Does what may take long, and keeps the account.
pub fn spend<T>(work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    HAS_COMPILED.set(HAS_COMPILED.get() || began.elapsed() > FREE / 3);
    SPENT.set(SPENT.get() + began.elapsed());
    done
}

/// So long native code has run that was compiled unasked.
pub fn gained(worked: Duration) {
    WORKED.set(WORKED.get() + worked);
}
