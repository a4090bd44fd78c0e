//! Whether a short loop gains by native code. To enter it and to leave it takes about as long as a few turns; what the interpreter would take
//! nobody knows. So a loop is entered natively a few times and left to the interpreter a few times, and the times from entry to entry are compared:
//! what lies between is the same for both.

use crate::Moment;
use std::time::Duration;

/// Entries of each kind; half as many come before the first one that counts.
const ROUNDS: usize = 32;
/// After one that was lost, the next comes so much later, and later each time.
const REST: Duration = Duration::from_millis(50);
/// What works longer natively is not short.
pub const SHORT: Duration = Duration::from_micros(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Native,
    Interpreted,
    /// Native code is faster; it was the last turn.
    Won,
    /// The interpreter is as fast, for now: later entries may be longer.
    Lost {
        again: Moment,
    },
}

#[derive(Debug)]
pub struct Contest {
    rounds: usize,
    lost: u32,
    entries: usize,
    is_over: bool,
    last: Option<Moment>,
    native: Vec<Duration>,
    interpreted: Vec<Duration>,
}

impl Default for Contest {
    fn default() -> Contest {
        Contest::of_rounds(ROUNDS)
    }
}

impl Contest {
    pub fn of_rounds(rounds: usize) -> Contest {
        Contest { rounds, lost: 0, entries: 0, is_over: false, last: None, native: Vec::new(), interpreted: Vec::new() }
    }

    #[inline]
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    pub fn call_off(&mut self) {
        self.is_over = true;
    }

    /// Whose turn an entry is. `worked`: natively, in the entries so far.
    pub fn turn(&mut self, now: Moment, worked: Duration, entered: u32) -> Turn {
        self.entries += 1;
        if self.entries <= self.rounds / 2 {
            return Turn::Native;
        }
        if worked >= SHORT.saturating_mul(entered) {
            return self.win();
        }
        if let Some(last) = self.last.replace(now) {
            let steps = if self.native.len() < self.rounds { &mut self.native } else { &mut self.interpreted };
            steps.push(now.saturating_sub(last));
        }
        if self.native.len() < self.rounds {
            return Turn::Native;
        }
        if self.interpreted.len() < self.rounds {
            return Turn::Interpreted;
        }
        if median(&mut self.native) < median(&mut self.interpreted) {
            return self.win();
        }
        let lost = self.lost;
        *self = Contest { lost: lost.saturating_add(1), ..Contest::of_rounds(self.rounds) };
        Turn::Lost { again: now + REST * 2u32.saturating_pow(lost.min(12)) }
    }

    fn win(&mut self) -> Turn {
        self.lost = 0;
        self.call_off();
        Turn::Won
    }

    pub fn is_lost(&self) -> bool {
        self.lost > 0
    }
}

pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
