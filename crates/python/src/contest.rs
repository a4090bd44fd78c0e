//! Whether a short loop gains by native code. To enter it and to leave it takes about as long as a few turns; what the interpreter would take
//! nobody knows. So a loop is entered natively a few times and left to the interpreter a few times, and the times from entry to entry are compared:
//! what lies between is the same for both.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

const ROUNDS: usize = 32;
/// Entries before the first one that counts.
const WARM_UP: u32 = 16;
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
        again: Instant,
    },
}

#[derive(Default)]
pub struct Contest {
    lost: Cell<u32>,
    entries: Cell<u32>,
    is_over: Cell<bool>,
    last: Cell<Option<Instant>>,
    native: RefCell<Vec<Duration>>,
    interpreted: RefCell<Vec<Duration>>,
}

impl Contest {
    #[inline]
    pub fn is_over(&self) -> bool {
        self.is_over.get()
    }

    pub fn call_off(&self) {
        self.is_over.set(true);
    }

    /// Whose turn an entry is. `is_short`: as far as is known.
    pub fn turn(&self, is_short: bool) -> Turn {
        let entries = self.entries.get() + 1;
        self.entries.set(entries);
        if entries <= WARM_UP {
            return Turn::Native;
        }
        if !is_short {
            self.call_off();
            return Turn::Won;
        }
        let now = Instant::now();
        let step = self.last.replace(Some(now)).map(|last| now - last);
        let (mut native, mut interpreted) = (self.native.borrow_mut(), self.interpreted.borrow_mut());
        if let Some(step) = step {
            if native.len() < ROUNDS { native.push(step) } else { interpreted.push(step) }
        }
        if native.len() < ROUNDS {
            return Turn::Native;
        }
        if interpreted.len() < ROUNDS {
            return Turn::Interpreted;
        }
        if median(&mut native) < median(&mut interpreted) {
            self.lost.set(0);
            self.call_off();
            return Turn::Won;
        }
        native.clear();
        interpreted.clear();
        self.last.set(None);
        self.entries.set(0);
        let lost = self.lost.replace(self.lost.get().saturating_add(1));
        Turn::Lost { again: now + REST * 2u32.saturating_pow(lost.min(12)) }
    }

    pub fn is_lost(&self) -> bool {
        self.lost.get() > 0
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
