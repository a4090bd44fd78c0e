//! When a loop, or a function, that nobody asked to have compiled is worth it: judged by a few looks at its guard, which cost more than a turn of a small
//! loop does.
//!
//! A guard is met at each turn of a loop that is *awake*, and only where the loop is entered if it *sleeps*. It is looked at a few times one after the
//! other, which tells what a turn takes. What the rest will take an iterator may tell; where none does, most turns (or entries) are passed by, and a look
//! now and then finds how many there were.

use crate::{Budget, Moment, budget};
use std::time::Duration;

/// After this time in a loop the cache is asked for it.
const WORTH_LOADING: Duration = Duration::from_millis(4);
/// What compiling is likely to cost: the first time, at least, for each operation, and for each loop in another.
const COST_OF_FIRST: Duration = Duration::from_millis(8);
const COST: Duration = Duration::from_millis(8);
const COST_OF_OPERATION: Duration = Duration::from_micros(350);
const COST_OF_LOOP: Duration = Duration::from_millis(15);
/// What an item of a generator takes at least, and each of its operations: little, so that it is not compiled for nothing.
const TURN_OF_GENERATOR: Duration = Duration::from_nanos(20);
const TIME_OF_OPERATION: Duration = Duration::from_nanos(4);
/// What takes so many times as long as compiling it is worth it.
const WORTH_COMPILING: u32 = 2;
/// What will take so many times as long as compiling it is compiled whatever was spent before.
const BEYOND_DOUBT: u32 = 4;
/// A loop that is still running when no more time may go into looking at its turns is compiled, while there is the chance, if it has taken this
/// part of what would be worth it.
const LAST_CHANCE: u32 = 8;
/// A longer time between two turns of a loop was spent elsewhere; between two calls of a function most is others' work.
const STEP_AT_MOST: Duration = Duration::from_millis(100);
const STEP_BETWEEN_CALLS: Duration = Duration::from_micros(20);
/// What takes so many times as long as a turn usually does was no turn.
const UNUSUAL: u32 = 4;
/// Turns of a loop by whose time the rest is estimated, or two that took so long.
const TURNS_TO_JUDGE_BY: usize = 64;
const TIME_TO_JUDGE_BY: Duration = Duration::from_millis(4);
/// What the rest of an entry is expected to take is watched if it is so much: its turns may grow.
const WORTH_WATCHING: Duration = Duration::from_millis(1);
/// Turns are passed by for so long; but not more of them.
const TIME_TO_PASS: Duration = Duration::from_micros(100);
const PASS_AT_MOST: u32 = 1024;
/// The end of an entry that is shorter than this is not to be missed.
const TURNS_TO_PASS_AFTER: u32 = 64;
/// A range with more turns left than this is looked at also where entries are passed by.
const LONG: u64 = 4096;
/// A loop that sleeps, and whose turns nobody can tell, is woken for some turns so long after it was last.
const TIME_BETWEEN_SAMPLES: Duration = Duration::from_millis(1);
/// Looks that come as seldom cost nothing to speak of.
const SELDOM: Duration = Duration::from_micros(10);
/// Calls of a recursive function after which it is judged, once and four times as many later again, and after which its guard is turned off.
const CALLS_TO_JUDGE_BY: u32 = 1 << 14;
const CALLS_AT_MOST: u32 = 1 << 16;
const CALLS_TO_PASS: u32 = 15;

/// What is to be done at a look.
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
    /// The same; but if it still runs when so much more time has gone into it, that makes it worth compiling.
    SleepUntilWorthIt(Duration),
    /// Look at turns again.
    Wake,
    /// Not at all, until there is time for it.
    GiveUp,
}

/// Of a loop that is compiled beside the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    UnderWay,
    Done,
}

/// Turns that were looked at, one by one.
#[derive(Clone, Debug, Default)]
struct Turns {
    steps: Vec<Duration>,
    time: Duration,
}

impl Turns {
    fn add(&mut self, step: Duration) {
        self.steps.push(step);
        self.time += step;
    }

    fn are_enough(&self) -> bool {
        self.steps.len() >= TURNS_TO_JUDGE_BY || self.steps.len() > 1 && self.time >= TIME_TO_JUDGE_BY
    }

    /// What one takes, but for the slowest: another process may have had the processor, or the collector run, which times 64 turns and as many
    /// thousands more would make a loop out of nothing.
    fn mean(&self) -> Duration {
        let slowest = self.steps.iter().max().copied().unwrap_or_default();
        let turns = u32::try_from(self.steps.len()).unwrap_or(u32::MAX).saturating_sub(1);
        (self.time - slowest) / turns.max(1)
    }

    /// What three of four don't exceed: where nobody can tell an entry from a turn, some steps were from the end of the loop to the next time.
    fn usual(&self) -> Duration {
        let mut steps = self.steps.clone();
        steps.sort_unstable();
        steps.get(steps.len() * 3 / 4).copied().unwrap_or_default()
    }
}

#[derive(Debug)]
enum State {
    /// Of a loop that is awake: turns are being looked at one by one, to learn what one takes.
    Learning(Turns),
    /// It is known, and how many come nobody can tell: most are passed by.
    Counting,
    Sleeping,
    /// It slept, and is awake for an entry: how long is that?
    Sampling(Sample),
    /// It has come to an end.
    Sampled,
}

#[derive(Debug, Default)]
struct Sample {
    own: Duration,
    turns: u32,
}

#[derive(Debug)]
pub struct Hotness {
    is_function: bool,
    cost: Duration,
    state: State,
    /// About how long the interpreter was in it, since it was put off last; and with what the rest of this entry was to take at the last look.
    waited: Duration,
    expected: Duration,
    /// The same until it was put off.
    before: Duration,
    looks: u32,
    /// What a turn takes, once that is known.
    usual: Option<Duration>,
    last: Option<Moment>,
    /// As the iterator told at the last look.
    turns_left: Option<u64>,
    /// What of the time waited is the rest of an entry that runs, as it was reckoned; and what it has really taken by now.
    foreseen: Duration,
    ran_on: Option<Duration>,
    last_sample: Moment,
    /// Since then.
    entries: u32,
    has_looked_into_cache: bool,
    /// It is being compiled beside the program; or is to be looked at for that now.
    beside: Option<Beside>,
    /// So many times the guard is passed by, and was since the last look.
    to_pass: u32,
    passed: u32,
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
            state: State::Learning(Turns::default()),
            waited: Duration::ZERO,
            expected: Duration::ZERO,
            before: Duration::ZERO,
            looks: 0,
            usual: None,
            last: None,
            turns_left: None,
            foreseen: Duration::ZERO,
            ran_on: None,
            last_sample: Moment::ZERO,
            entries: 0,
            has_looked_into_cache: false,
            beside: None,
            to_pass: 0,
            passed: 0,
        }
    }

    /// Of a generator of so many operations, which has no turns that could be looked at: what one takes is reckoned.
    pub fn of_generator(operations: usize) -> Hotness {
        let turn = TURN_OF_GENERATOR + TIME_OF_OPERATION * u32::try_from(operations).unwrap_or(u32::MAX);
        Hotness { usual: Some(turn), state: State::Sleeping, ..Hotness::new(false, operations, 1) }
    }

    /// About how long the interpreter was in it, as far as it was looked at: for reports.
    pub fn took(&self) -> Duration {
        self.before.saturating_add(self.waited.max(self.expected))
    }

    /// What a turn takes, once that is known.
    pub fn turn(&self) -> Option<Duration> {
        self.usual
    }

    /// What compiling it is likely to cost.
    pub fn cost(&self) -> Duration {
        self.cost
    }

    pub fn was_met(&self) -> bool {
        self.looks > 0
    }

    /// So many times its guard was met.
    pub fn looks(&self) -> u32 {
        self.looks
    }

    /// A loop in it was found to be worth compiling: so is this one, when it is met next.
    pub fn take_over(&mut self) {
        self.waited = self.waited.max((self.cost + COST_OF_FIRST).saturating_mul(WORTH_COMPILING));
        self.wake();
    }

    /// Whether the guard is passed by this time. `turns_left`: of the loop, where its iterator tells.
    #[inline]
    pub fn passes(&mut self, turns_left: impl FnOnce() -> Option<u64>) -> bool {
        let passes = self.passed < self.to_pass && turns_left().is_none_or(|left| left < LONG);
        self.passed += u32::from(passes);
        passes
    }

    pub fn look(&mut self, now: Moment, turns_left: Option<u64>, budget: &mut Budget) -> Judgement {
        let passed = std::mem::take(&mut self.passed);
        self.to_pass = 0;
        self.looks = self.looks.saturating_add(1).saturating_add(passed);
        budget.looked(passed);
        let last = self.last.replace(now);
        // Without what looking takes, as far as it is known.
        let step = last.map(|last| now.saturating_sub(last)).map(|step| step.saturating_sub(budget::cost(passed)).max(step / 4));
        if self.is_function {
            self.waited += step.unwrap_or_default().min(STEP_BETWEEN_CALLS * (passed + 1));
            return self.judge_function();
        }
        let left_then = std::mem::replace(&mut self.turns_left, turns_left);
        if let (Some(took), Some(then), Some(left)) = (self.ran_on.take(), left_then, turns_left)
            && let Ok(turns @ 1..) = u32::try_from(then.saturating_sub(left))
        {
            // Turns may take more and more.
            self.usual = self.usual.max(Some(took / turns));
        }
        // Where the iterator tells, an entry is known from a turn.
        let is_turn = turns_left.is_none_or(|left| left_then.is_some_and(|then| left < then));
        if let Some(step) = step
            && (is_turn || !matches!(self.state, State::Learning(_)))
        {
            self.note_step(step, passed + 1, now, turns_left.is_some());
        }
        self.judge_loop(now, step, passed + 1, turns_left, budget)
    }

    fn judge_function(&mut self) -> Judgement {
        let calls = self.looks;
        self.to_pass = CALLS_TO_PASS;
        match () {
            () if calls >= CALLS_TO_JUDGE_BY / 4 && !std::mem::replace(&mut self.has_looked_into_cache, true) => Judgement::Load,
            () if calls > CALLS_AT_MOST => Judgement::GiveUp,
            () if calls >= CALLS_TO_JUDGE_BY && (calls < CALLS_TO_JUDGE_BY + CALLS_TO_PASS || calls + CALLS_TO_PASS >= CALLS_AT_MOST) => {
                Judgement::Compile { beyond_doubt: false }
            }
            () => Judgement::Wait,
        }
    }

    /// `turns`: that ended with this step; entries, if it sleeps.
    fn note_step(&mut self, step: Duration, turns: u32, now: Moment, ends_are_known: bool) {
        match &mut self.state {
            State::Learning(seen) => {
                let step = step.min(STEP_AT_MOST);
                seen.add(step);
                self.waited += step;
                if seen.are_enough() {
                    self.usual = Some(if ends_are_known { seen.mean() } else { seen.usual() });
                    self.state = State::Counting;
                }
            }
            State::Counting => self.waited += part_of(step, self.usual, turns),
            State::Sleeping => {}
            State::Sampling(sample) => {
                let own = part_of(step, self.usual, turns);
                sample.own += own;
                sample.turns += turns;
                self.waited += own;
                if own < step {
                    // Its end lies in this step. The entries since the last time were like this one.
                    let before = sample.own.saturating_mul(self.entries.saturating_sub(1));
                    self.waited += before.min(now.saturating_sub(self.last_sample));
                    self.state = State::Sampled;
                }
            }
            State::Sampled => {}
        }
    }

    fn judge_loop(&mut self, now: Moment, step: Option<Duration>, entries: u32, turns_left: Option<u64>, budget: &Budget) -> Judgement {
        // What the rest of this entry will take, if the turns that were seen tell.
        let rest = match (turns_left, self.usual) {
            (Some(left), Some(usual)) => Duration::try_from_secs_f64(usual.as_secs_f64() * left as f64).unwrap_or(Duration::MAX),
            _ => Duration::ZERO,
        };
        let period = step.map(|step| step / entries);
        let is_sleeping = matches!(self.state, State::Sleeping);
        let expected = self.waited.saturating_add(rest);
        self.expected = expected;
        if is_sleeping {
            self.entries = self.entries.saturating_add(entries);
            // Those that were passed by were like this one.
            self.waited = expected.saturating_add(rest.saturating_mul(entries - 1));
        }
        let cost = if budget.has_compiled() { self.cost } else { self.cost + COST_OF_FIRST };
        // Which looks into the cache too.
        let worth_it = cost.saturating_mul(WORTH_COMPILING);
        if expected >= worth_it {
            let in_all = expected.saturating_add(self.before);
            return Judgement::Compile { beyond_doubt: in_all >= cost.saturating_mul(BEYOND_DOUBT) };
        }
        if expected >= WORTH_LOADING && !self.has_looked_into_cache && budget.lets_compile(now) {
            self.has_looked_into_cache = true;
            return Judgement::Load;
        }
        match &self.state {
            State::Learning(_) => Judgement::Wait,
            State::Sampling(_) if !budget.lets_look(now) => Judgement::SleepUntilWorthIt(worth_it - expected),
            State::Sampling(Sample { turns, .. }) => {
                if *turns >= TURNS_TO_PASS_AFTER {
                    self.pass_for(TIME_TO_PASS, self.usual);
                }
                Judgement::Wait
            }
            State::Sampled => Judgement::Sleep,
            State::Counting if turns_left.is_some() && rest < WORTH_WATCHING => {
                self.waited = expected;
                Judgement::Sleep
            }
            State::Counting if turns_left.is_some() => {
                self.waited = expected;
                self.foreseen = rest;
                Judgement::SleepUntilWorthIt(worth_it - expected)
            }
            State::Counting if !budget.lets_look(now) => {
                if expected >= worth_it / LAST_CHANCE && budget.lets_compile(now) {
                    return Judgement::Compile { beyond_doubt: false };
                }
                Judgement::SleepUntilWorthIt(worth_it - expected)
            }
            State::Counting => {
                self.pass_for(TIME_TO_PASS, self.usual);
                Judgement::Wait
            }
            State::Sleeping if !budget.lets_look(now) && period.is_some_and(|period| period < SELDOM) => Judgement::GiveUp,
            State::Sleeping if turns_left.is_some() => {
                self.pass_for(TIME_TO_PASS, period);
                Judgement::Wait
            }
            State::Sleeping => {
                let due = self.last_sample + TIME_BETWEEN_SAMPLES;
                if now >= due {
                    return Judgement::Wake;
                }
                self.pass_for(due - now, period);
                Judgement::Wait
            }
        }
    }

    fn pass_for(&mut self, time: Duration, period: Option<Duration>) {
        let count = period.map_or(0, |period| time.as_nanos() / period.as_nanos().max(1));
        self.to_pass = u32::try_from(count).unwrap_or(u32::MAX).min(PASS_AT_MOST);
    }

    /// Its turns are not looked at any more.
    pub fn sleep(&mut self, now: Moment) {
        self.ran_on = None;
        self.state = State::Sleeping;
        self.last_sample = now;
        self.entries = 0;
        self.rest();
    }

    /// An entry is looked at, to estimate how much time went into those since the last time.
    pub fn wake(&mut self) {
        self.state = if self.usual.is_some() { State::Sampling(Sample::default()) } else { State::Learning(Turns::default()) };
        self.rest();
    }

    /// Of a loop that sleeps and still runs: so much time has gone into it since. Nothing is to be told of one that was entered anew meanwhile.
    pub fn ran_on(&mut self, took: Duration) -> bool {
        let ran_on = matches!(self.state, State::Sleeping) && self.entries == 0;
        if ran_on {
            self.waited = self.waited.saturating_sub(std::mem::take(&mut self.foreseen)) + took;
            self.ran_on = Some(took);
            self.state = State::Counting;
            self.rest();
        }
        ran_on
    }

    /// It is compiled beside the program, or will be: nothing is to be decided until then.
    pub fn wait_for_thread(&mut self) {
        self.beside = Some(Beside::UnderWay);
    }

    pub fn is_under_way(&self) -> bool {
        self.beside == Some(Beside::UnderWay)
    }

    /// Something else was compiled.
    pub fn has_waited_for_others(&mut self) {
        self.beside = None;
        self.was_put_off();
    }

    /// What was to be compiled is there: it is taken at the next look.
    pub fn was_compiled(&mut self) {
        self.beside = Some(Beside::Done);
        self.rest();
    }

    /// What of that is so; that it is done is said once.
    pub fn beside(&mut self) -> Option<Beside> {
        match self.beside {
            Some(Beside::Done) => self.beside.take(),
            other => other,
        }
    }

    /// The next look is at something else: there is native code, or was.
    pub fn rest(&mut self) {
        self.last = None;
        self.to_pass = 0;
    }

    /// It was not to be compiled now: once more after as long again.
    pub fn was_put_off(&mut self) {
        self.before = self.took();
        (self.waited, self.expected) = (Duration::ZERO, Duration::ZERO);
    }
}

/// What of a step is the loop's own: all of it, if so many turns may have taken as long.
fn part_of(step: Duration, usual: Option<Duration>, turns: u32) -> Duration {
    let usual = usual.unwrap_or(STEP_AT_MOST).min(STEP_AT_MOST) * turns;
    if step <= usual * UNUSUAL { step } else { usual }
}
