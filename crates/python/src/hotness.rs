//! When a loop, or a function, that nobody asked to have compiled is worth it: judged by a few visits of its guard, which cost more than a
//! turn of a small loop does.

use crate::budget;
use crate::settings::{count, settings};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// After this time in a loop the cache is asked for it.
const WORTH_LOADING: Duration = Duration::from_millis(4);
/// What compiling is likely to cost: at least, for each operation, and for each loop in another.
const COST: Duration = Duration::from_millis(25);
const COST_OF_OPERATION: Duration = Duration::from_micros(800);
const COST_OF_LOOP: Duration = Duration::from_millis(40);
/// What takes so many times as long as compiling it is worth it.
const WORTH_COMPILING: u32 = 2;
/// What will take so many times as long as compiling it is compiled whatever was spent before.
const BEYOND_DOUBT: u32 = 4;
/// An entry of a loop that takes so long is worth a visit, whatever was spent before.
const WORTH_A_VISIT: Duration = Duration::from_micros(50);
/// A longer time between two visits of a loop was spent elsewhere; between two calls of a function most is others' work.
const STEP_AT_MOST: Duration = Duration::from_millis(100);
const STEP_BETWEEN_CALLS: Duration = Duration::from_micros(20);
/// Turns of a loop by whose time the rest is estimated, or two that took so long.
const TURNS_TO_JUDGE_BY: u32 = 64;
const TIME_TO_JUDGE_BY: Duration = Duration::from_millis(4);
/// Calls of a recursive function after which it is judged, once and four times as many later again, and after which its guard is turned off.
const CALLS_TO_JUDGE_BY: u32 = 1 << 14;
const CALLS_AT_MOST: u32 = 1 << 16;

/// What is to be done at a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    Wait,
    /// Look whether the cache has it.
    Load,
    Compile {
        /// Whatever was spent on compiling before.
        beyond_doubt: bool,
    },
    /// Don't look at each turn any more: the next entry of the loop is soon enough.
    Sleep,
    /// Not at all, until there is time for it.
    GiveUp,
}

#[derive(Clone, Copy, Default)]
struct Turns {
    count: u32,
    time: Duration,
    slowest: Duration,
}

impl Turns {
    fn add(&mut self, step: Duration) {
        self.count += 1;
        self.time += step;
        self.slowest = self.slowest.max(step);
    }

    /// What one takes, but for the slowest: another process may have had the processor, or the collector run, which times 64 turns and as many
    /// thousands more would make a loop out of nothing. None where too few were seen.
    fn usual(&self) -> Option<Duration> {
        // The first visit ends no turn.
        let turns = self.count.checked_sub(2).filter(|turns| *turns > 0)?;
        (self.count >= TURNS_TO_JUDGE_BY || self.time >= TIME_TO_JUDGE_BY).then(|| (self.time - self.slowest) / turns)
    }
}

pub struct Hotness {
    is_function: bool,
    cost: Duration,
    /// About how long the interpreter was in it.
    waited: Cell<Duration>,
    /// As long it was before it was put off.
    waited_before: Cell<Duration>,
    visits: Cell<u32>,
    /// Those turns that were looked at one by one.
    seen: Cell<Turns>,
    is_awake: Cell<bool>,
    last: Cell<Option<Instant>>,
    has_looked: Cell<bool>,
}

impl Hotness {
    pub fn new(is_function: bool, operations: usize, loops: usize) -> Hotness {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let cost = COST
            .saturating_add(COST_OF_OPERATION.saturating_mul(count(operations)))
            .saturating_add(COST_OF_LOOP.saturating_mul(count(loops.saturating_sub(1))));
        Hotness {
            is_function,
            cost,
            waited: Cell::default(),
            waited_before: Cell::default(),
            visits: Cell::new(0),
            seen: Cell::default(),
            is_awake: Cell::new(true),
            last: Cell::new(None),
            has_looked: Cell::new(false),
        }
    }

    pub fn waited(&self) -> Duration {
        self.waited_before.get() + self.waited.get()
    }

    pub fn visits(&self) -> u32 {
        self.visits.get()
    }

    pub fn was_met(&self) -> bool {
        self.visits.get() > 0
    }

    /// `turns_left`: of the loop, where its iterator tells.
    pub fn visit(&self, turns_left: Option<u64>) -> Judgement {
        if settings().compiles_everything() {
            return Judgement::Compile { beyond_doubt: true };
        }
        self.visits.set(self.visits.get().saturating_add(1));
        budget::visited();
        count(&settings().counters.visited);
        let now = Instant::now();
        let step = self.last.replace(Some(now)).map_or(Duration::ZERO, |last| now - last);
        if self.is_function {
            self.waited.set(self.waited.get() + step.min(STEP_BETWEEN_CALLS));
            return self.judge_function();
        }
        if self.is_awake.get() {
            let step = step.min(STEP_AT_MOST);
            let mut seen = self.seen.get();
            seen.add(step);
            self.seen.set(seen);
            self.waited.set(self.waited.get() + step);
        }
        self.judge_loop(turns_left)
    }

    fn judge_function(&self) -> Judgement {
        let visits = self.visits.get();
        match () {
            () if visits == CALLS_TO_JUDGE_BY / 4 && !self.has_looked.replace(true) => Judgement::Load,
            () if visits > CALLS_AT_MOST => Judgement::GiveUp,
            () if visits.is_power_of_two() && visits.trailing_zeros() % 2 == 0 && visits >= CALLS_TO_JUDGE_BY => {
                Judgement::Compile { beyond_doubt: false }
            }
            () => Judgement::Wait,
        }
    }

    fn judge_loop(&self, turns_left: Option<u64>) -> Judgement {
        let usual = self.seen.get().usual();
        // What the rest of this entry will take, if the turns that were seen tell.
        let rest = match (turns_left, usual) {
            (Some(left), Some(usual)) => Duration::try_from_secs_f64(usual.as_secs_f64() * left as f64).unwrap_or(Duration::MAX),
            _ => Duration::ZERO,
        };
        let expected = self.waited.get().saturating_add(rest);
        if !self.is_awake.get() {
            self.waited.set(expected);
        }
        if expected >= WORTH_LOADING && !self.has_looked.get() && budget::allows() {
            self.has_looked.set(true);
            return Judgement::Load;
        }
        if expected >= self.cost.saturating_mul(WORTH_COMPILING) {
            let in_all = expected.saturating_add(self.waited_before.get());
            return Judgement::Compile { beyond_doubt: in_all >= self.cost.saturating_mul(BEYOND_DOUBT) };
        }
        if !self.is_awake.get() && rest < WORTH_A_VISIT && !budget::allows() {
            return Judgement::GiveUp;
        }
        if self.is_awake.get() && (usual.is_some() && turns_left.is_some() || !budget::allows()) {
            self.waited.set(expected);
            return Judgement::Sleep;
        }
        Judgement::Wait
    }

    /// Its turns are not looked at one by one any more, or again.
    pub fn set_awake(&self, is_awake: bool) {
        self.is_awake.set(is_awake);
        self.last.set(None);
    }

    /// A loop in it was found to be worth compiling: so is this one, when it is met next.
    pub fn take_over(&self) {
        self.waited.set(self.waited.get().max(self.cost.saturating_mul(WORTH_COMPILING)));
        self.set_awake(true);
    }

    /// It was not to be compiled now: once more after as long again.
    pub fn was_put_off(&self) {
        self.waited_before.set(self.waited_before.get().saturating_add(self.waited.replace(Duration::ZERO)));
    }
}
