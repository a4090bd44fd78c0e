//! Before LLVM is asked: whether a loop stays in native code at all, and for how long. Its IR takes milliseconds and is interpreted for some
//! places. What leaves at every turn, because it calls something that only the interpreter can, never gains, and LLVM would take a hundred times
//! as long to show it. What ends soon gains little. Nor does what calls out after every few places, which costs more than an interpreted call, or
//! waits for what it calls nearly all the time.

use std::cell::Cell;
use std::time::Duration;

/// So many places are worth a turn of any loop.
pub const PLACES: i64 = 1000;
/// What has not ended by then is not short.
const SHORT: i64 = 500;
/// A turn may be the first of its kind, or the last.
const FAILURES: u32 = 3;
const SHORT_ONES: u32 = 8;
/// After so many turns it is known what one takes.
const UNTOLD: u32 = 4;
/// A guess that fails is not made again. But there may be many.
const WRONG_GUESSES: u32 = 32;
/// So many calls out tell how many places lie between two.
const CALLS_TO_JUDGE_BY: u64 = 4;
/// So many places gain what a call out costs, what each variable costs that is shown for it, and what it costs to make an object of a number.
const PLACES_A_CALL: u64 = 60;
const PLACES_A_VARIABLE: u64 = 2;
const PLACES_AN_OBJECT: u64 = 4;
/// What is gained at a place is less than a fiftieth of this.
const WAITING_A_PLACE: Duration = Duration::from_nanos(750);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Not known yet.
    Open,
    Stays,
    /// Each entry ends after a few turns.
    Short,
    KeepsLeaving,
    /// It does little but call out.
    CallsOut,
}

/// What was called out meanwhile.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallsOut {
    pub calls: u64,
    /// In so many turns, about: as often as one call was made.
    pub turns: u64,
    /// Variables that others saw meanwhile, for all calls.
    pub shown: u64,
    /// Objects that were made of numbers so that others see them.
    pub made: u64,
    pub waited: Duration,
    /// What the interpreter takes for a turn of the loop, if that is known.
    pub turn: Option<Duration>,
}

impl CallsOut {
    /// Whether turns do little but wait for what they call.
    pub fn are_waited_for(&self) -> bool {
        let turns = u32::try_from(self.turns).unwrap_or(u32::MAX);
        self.turn.is_some_and(|turn| turns > 0 && self.waited >= turn.saturating_mul(turns) / 5 * 4)
    }

    /// Whether they may: nobody knows what a turn takes.
    fn may_be_waited_for(&self, places: u64) -> bool {
        self.turn.is_none() && self.calls > 0 && self.is_long_for(places)
    }

    fn is_long_for(&self, places: u64) -> bool {
        self.waited > WAITING_A_PLACE * u32::try_from(places).unwrap_or(u32::MAX)
    }

    /// Whether that costs more than so many places gain, or took nearly all of the time.
    fn outweigh(&self, places: u64) -> bool {
        self.are_waited_for()
            || self.calls >= CALLS_TO_JUDGE_BY
                && (places < self.calls * PLACES_A_CALL + self.shown * PLACES_A_VARIABLE + self.made * PLACES_AN_OBJECT
                    || self.is_long_for(places))
    }
}

/// How many entries have failed, how many were short, how many did little but call out, whether one stayed.
pub type Memory = (u32, u32, u32, bool);

#[derive(Default)]
pub struct Trial {
    failures: Cell<u32>,
    short: Cell<u32>,
    wrong_guesses: Cell<u32>,
    calling: Cell<u32>,
    /// Told nothing, since nobody knew yet what a turn takes.
    untold: Cell<u32>,
    stays: Cell<bool>,
}

impl Trial {
    pub fn finding(&self) -> Finding {
        match () {
            () if self.stays.get() => Finding::Stays,
            () if self.failures.get() >= FAILURES => Finding::KeepsLeaving,
            () if self.calling.get() >= FAILURES => Finding::CallsOut,
            () if self.short.get() >= SHORT_ONES || self.wrong_guesses.get() >= WRONG_GUESSES => Finding::Short,
            () => Finding::Open,
        }
    }

    /// What is known, for a later start to go on with.
    pub fn memory(&self) -> Memory {
        (self.failures.get(), self.short.get(), self.calling.get(), self.stays.get())
    }

    pub fn recall(&self, (failures, short, calling, stays): Memory) {
        self.failures.set(failures);
        self.calling.set(calling);
        self.short.set(short);
        self.stays.set(stays);
    }

    /// It left because values were not what was expected, and will be translated for what they were.
    pub fn note_wrong_guess(&self) {
        self.wrong_guesses.set(self.wrong_guesses.get() + 1);
    }

    /// `left`: of itself, for a reason that will come again; `places_left`: of [`PLACES`].
    pub fn note(&self, left: bool, places_left: i64, calls_out: CallsOut) {
        let places = u64::try_from(PLACES - places_left.max(0)).unwrap_or(0);
        let is_calling = calls_out.outweigh(places);
        let counter = match () {
            () if is_calling && places_left <= 0 => return self.calling.set(FAILURES),
            () if is_calling => &self.calling,
            () if self.untold.get() < UNTOLD && calls_out.may_be_waited_for(places) => &self.untold,
            () if places_left <= 0 => return self.stays.set(true),
            () if left => &self.failures,
            () if PLACES - places_left < SHORT => &self.short,
            () => return self.stays.set(true),
        };
        counter.set(counter.get() + 1);
    }
}
