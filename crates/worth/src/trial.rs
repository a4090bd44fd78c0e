//! Before LLVM is asked: whether a loop stays in native code at all, and for how long. Its IR takes milliseconds and is interpreted for some
//! places. What leaves at every turn, because it calls something that only the interpreter can, never gains, and LLVM would take a hundred times
//! as long to show it. What ends soon gains little.

use std::cell::Cell;

/// So many places are worth a turn of any loop.
pub const PLACES: i64 = 1000;
/// What has not ended by then is not short.
const SHORT: i64 = 500;
/// A turn may be the first of its kind, or the last.
const FAILURES: u32 = 3;
const SHORT_ONES: u32 = 8;
/// A guess that fails is not made again. But there may be many.
const WRONG_GUESSES: u32 = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Not known yet.
    Open,
    Stays,
    /// Each entry ends after a few turns.
    Short,
    KeepsLeaving,
}

/// How many entries have failed, how many were short, whether one stayed.
pub type Memory = (u32, u32, bool);

#[derive(Default)]
pub struct Trial {
    failures: Cell<u32>,
    short: Cell<u32>,
    wrong_guesses: Cell<u32>,
    stays: Cell<bool>,
}

impl Trial {
    pub fn finding(&self) -> Finding {
        match () {
            () if self.stays.get() => Finding::Stays,
            () if self.failures.get() >= FAILURES => Finding::KeepsLeaving,
            () if self.short.get() >= SHORT_ONES || self.wrong_guesses.get() >= WRONG_GUESSES => Finding::Short,
            () => Finding::Open,
        }
    }

    /// What is known, for a later start to go on with.
    pub fn memory(&self) -> Memory {
        (self.failures.get(), self.short.get(), self.stays.get())
    }

    pub fn recall(&self, (failures, short, stays): Memory) {
        self.failures.set(failures);
        self.short.set(short);
        self.stays.set(stays);
    }

    /// It left because values were not what was expected, and will be translated for what they were.
    pub fn note_wrong_guess(&self) {
        self.wrong_guesses.set(self.wrong_guesses.get() + 1);
    }

    /// `left`: of itself, for a reason that will come again; `places_left`: of [`PLACES`].
    pub fn note(&self, left: bool, places_left: i64) {
        let counter = match () {
            () if places_left <= 0 => return self.stays.set(true),
            () if left => &self.failures,
            () if PLACES - places_left < SHORT => &self.short,
            () => return self.stays.set(true),
        };
        counter.set(counter.get() + 1);
    }
}
