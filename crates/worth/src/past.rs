//! What earlier starts have found of a place that is the interpreter's: so that a start does not find out again what the one before it has.

use std::time::Duration;

/// What was left to the interpreter in the first start is compiled in a later one where all of them together make it worth it, but not in the second:
/// that one compiles nothing.
const STARTS_TO_JUDGE_BY: u32 = 2;
/// A start that takes so many times as long as those before is another matter.
const LONGER: u32 = 2;
/// Where it took so many times in all as compiling is likely to cost, which is often more.
const WORTH_COMPILING: u32 = 8;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Starts in which it was not compiled, though it took its time.
    pub starts: u32,
    /// How long the interpreter was in it, in all of those.
    pub took: Duration,
    /// Native code was no faster.
    pub has_lost: bool,
}

/// As it is kept.
pub type Memory = (u32, Duration, bool);

impl Past {
    pub fn recalled((starts, took, has_lost): Memory) -> Past {
        Past { starts, took, has_lost }
    }

    pub fn memory(&self) -> Memory {
        (self.starts, self.took, self.has_lost)
    }

    /// With this start, in which the interpreter has taken so long.
    pub fn with_start(self, took: Duration) -> Past {
        Past { starts: self.starts.saturating_add(1), took: self.took.saturating_add(took), ..self }
    }

    /// Native code was no faster.
    pub fn with_loss(self) -> Past {
        Past { has_lost: true, ..self }
    }

    /// It was faster, after all.
    pub fn without_loss(self) -> Past {
        Past { has_lost: false, ..self }
    }

    /// Whether it may be compiled in this start, if that seems worth it by itself. `is_restart`: something of the program was kept in an earlier one.
    /// `took`: in this start. `beyond_doubt`: and that is much more than compiling costs.
    pub fn lets_compile(&self, is_restart: bool, took: Duration, cost: Duration, beyond_doubt: bool) -> bool {
        match self.starts {
            0 => beyond_doubt || !is_restart,
            starts => {
                let is_longer = took > self.took / starts * LONGER;
                let adds_up = starts >= STARTS_TO_JUDGE_BY && !self.has_lost && self.took.saturating_add(took) >= cost * WORTH_COMPILING;
                beyond_doubt && is_longer || adds_up
            }
        }
    }

    /// Whether the cache may be asked for it: not for what has lost.
    pub fn lets_load(&self) -> bool {
        !self.has_lost
    }
}
