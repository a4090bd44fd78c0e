//! The account of what goes into looking at loops and compiling them unasked, and the clock by which it is kept.

use crate::settings::settings;
use std::cell::{Cell, RefCell};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use worth::{Budget, Contest, Moment};

thread_local! {
    static BUDGET: RefCell<Budget> = const { RefCell::new(Budget::new()) };
    static FALSE_CLOCK: Cell<u64> = const { Cell::new(0) };
}

static BEGAN: OnceLock<Instant> = OnceLock::new();

/// Since this module was loaded; or what `LANCEHEAD_CLOCK` makes of it.
pub fn now() -> Moment {
    match settings().false_clock() {
        0 => BEGAN.get_or_init(Instant::now).elapsed(),
        step => tell_false_time(step),
    }
}

/// A clock that goes on by so many microseconds at each look, more or less: what a program does about time is then the same in each run, and comes soon.
fn tell_false_time(step: u64) -> Moment {
    let looks = FALSE_CLOCK.get() + 1;
    FALSE_CLOCK.set(looks);
    // Some looks come sooner and some later, so that contests are won and lost.
    let jitter = looks.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    Duration::from_micros(looks * step + jitter % (step / 2 + 1))
}

/// With this thread's budget. Nothing of the user's may run within.
pub fn budget<T>(with: impl FnOnce(&mut Budget) -> T) -> T {
    BUDGET.with_borrow_mut(with)
}

pub fn lets_compile() -> bool {
    settings().compiles_everything() || budget(|budget| budget.lets_compile(now()))
}

/// So much time went into compiling, or only into trying out whether that is worth it.
pub fn spent(took: Duration, is_trial: bool) {
    // By a false clock everything may be compiled.
    if settings().false_clock() == 0 {
        budget(|budget| if is_trial { budget.tried(took) } else { budget.compiled(took) });
    }
}

/// One that is soon over where a false clock decides it.
pub fn contest() -> Contest {
    if settings().false_clock() > 0 { Contest::of_rounds(2) } else { Contest::default() }
}
