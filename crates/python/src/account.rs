//! The account of what goes into looking at loops and compiling them unasked, and the clock by which it is kept.

use crate::settings::settings;
use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};
use worth::{Budget, Clock, Contest, Moment};

thread_local! {
    static BUDGET: RefCell<Budget> = const { RefCell::new(Budget::new()) };
    static FALSE_CLOCK: Cell<u64> = const { Cell::new(0) };
    static THREAD: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// What the process has computed, about; or what `LANCEHEAD_CLOCK` makes of it. What waits, for the machine's other work too, does not count: what
/// is worth it does not depend on who else is there.
pub fn now() -> Moment {
    match settings().false_clock() {
        0 => computed(),
        step => tell_false_time(step),
    }
}

/// Nanoseconds that went into compiling, loading and trying.
static OURS: AtomicU64 = AtomicU64::new(0);

/// The same without what we took ourselves, which no program would gain.
pub fn without_us(now: Moment) -> Moment {
    now.saturating_sub(Duration::from_nanos(OURS.load(Ordering::Relaxed)))
}

/// By the true clock.
pub fn computed() -> Moment {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    static CLOCK: Mutex<Clock> = Mutex::new(Clock::new());
    let now = BEGAN.get_or_init(Instant::now).elapsed();
    let mut thread = THREAD.get();
    let computed = CLOCK.lock().expect("nothing panics inside").look(now, &mut thread, runtime::clock::thread_busy);
    THREAD.set(thread);
    computed
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

/// The same for what nobody waits for, where that is possible.
pub fn lets_compile_unasked() -> bool {
    let now = now();
    budget(|budget| if crate::beside::is_possible() { budget.lets_compile_beside(now) } else { budget.lets_compile(now) })
        || settings().compiles_everything()
}

/// So much time went into compiling, or only into trying out whether that is worth it.
pub fn spent(took: Duration, is_trial: bool) {
    // By a false clock everything may be compiled.
    if settings().false_clock() == 0 {
        OURS.fetch_add(u64::try_from(took.as_nanos()).unwrap_or_default(), Ordering::Relaxed);
        budget(|budget| if is_trial { budget.tried(took) } else { budget.compiled(took) });
    }
}

/// So much time of another thread went into compiling.
pub fn compiled_beside(took: Duration) {
    budget(|budget| budget.compiled_beside(took));
}

/// One that is soon over where a false clock decides it.
pub fn contest() -> Contest {
    if settings().false_clock() > 0 { Contest::of_rounds(2) } else { Contest::default() }
}
