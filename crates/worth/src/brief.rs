//! Whether brief entries of a loop gain by mirrors. To ask for them takes about as long as some turns in place. So a loop that is entered again and again
//! within microseconds is entered some times with mirrors and some times without, and the times from entry to entry are compared: what lies
//! between is the same for both.

use crate::Moment;
use crate::contest::median;
use std::time::Duration;

/// An entry that comes sooner than this after the one before is brief. So many in a row call for a comparison.
const BRIEF: Duration = Duration::from_micros(20);
const IN_A_ROW: u32 = 32;
/// Entries with mirrors; and means of entries in place, which nobody is asked about, so that they cost what they cost.
const WITH_MIRRORS: usize = 32;
const MEANS: usize = 3;
const ENTRIES_OF_A_MEAN: u32 = 16;
/// Turns until it is asked how many entries they were: twice as many if those were few.
const TURNS: i64 = 64;
const TURNS_AT_MOST: i64 = 1 << 20;
/// What was found holds for so long, and for longer each time that it is found again.
const HOLDS: Duration = Duration::from_millis(50);
const TURNS_OF_A_REST: i64 = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Mirrors,
    /// To be asked again after so many turns. `begins`: there are to be no mirrors now.
    InPlace {
        turns: i64,
        begins: bool,
    },
}

#[derive(Debug)]
enum State {
    Watching { last: Option<Moment>, brief: u32 },
    WithMirrors { last: Moment, times: Vec<Duration> },
    InPlace { since: Moment, entries: u32, turns: i64, means: Vec<Duration>, with_mirrors: Duration },
    Found { gains: bool, until: Moment },
}

#[derive(Debug)]
pub struct BriefEntries {
    state: State,
    found: u32,
    last_gained: bool,
}

impl Default for BriefEntries {
    fn default() -> BriefEntries {
        BriefEntries { state: State::Watching { last: None, brief: 0 }, found: 0, last_gained: false }
    }
}

impl BriefEntries {
    /// How the loop is to go on. `entered`: how often since it was asked last; not at all if it is still the same entry.
    pub fn ask(&mut self, now: Moment, entered: u32) -> Answer {
        match &mut self.state {
            State::Watching { last, brief } => {
                let is_brief = last.is_some_and(|last| now.saturating_sub(last) < BRIEF);
                if entered > 0 {
                    *brief = if entered == 1 && is_brief { *brief + 1 } else { 0 };
                    *last = Some(now);
                }
                if *brief >= IN_A_ROW {
                    self.state = State::WithMirrors { last: now, times: Vec::new() };
                }
                Answer::Mirrors
            }
            State::WithMirrors { last, times } => {
                match entered {
                    0 => return Answer::Mirrors,
                    1 => times.push(now.saturating_sub(std::mem::replace(last, now))),
                    // It was not asked about each.
                    _ => return self.watch(),
                }
                if times.len() < WITH_MIRRORS {
                    return Answer::Mirrors;
                }
                let with_mirrors = median(times);
                self.state = State::InPlace { since: now, entries: 0, turns: TURNS, means: Vec::new(), with_mirrors };
                Answer::InPlace { turns: TURNS, begins: true }
            }
            State::InPlace { since, entries, turns, means, with_mirrors } => {
                *entries += entered;
                if *entries < ENTRIES_OF_A_MEAN {
                    if *turns >= TURNS_AT_MOST {
                        return self.watch();
                    }
                    *turns *= 2;
                    return Answer::InPlace { turns: *turns, begins: false };
                }
                means.push(now.saturating_sub(std::mem::replace(since, now)) / *entries);
                if means.len() < MEANS {
                    *entries = 0;
                    return Answer::InPlace { turns: *turns, begins: false };
                }
                let gains = *with_mirrors < median(means);
                self.find(gains, now)
            }
            State::Found { until, .. } if now >= *until => self.watch(),
            State::Found { gains: true, .. } => Answer::Mirrors,
            State::Found { gains: false, .. } => Answer::InPlace { turns: TURNS_OF_A_REST, begins: false },
        }
    }

    fn watch(&mut self) -> Answer {
        self.state = State::Watching { last: None, brief: 0 };
        Answer::Mirrors
    }

    fn find(&mut self, gains: bool, now: Moment) -> Answer {
        self.found = if gains == self.last_gained { self.found.saturating_add(1) } else { 0 };
        self.last_gained = gains;
        self.state = State::Found { gains, until: now + HOLDS * 2u32.saturating_pow(self.found.min(12)) };
        if gains { Answer::Mirrors } else { Answer::InPlace { turns: TURNS_OF_A_REST, begins: false } }
    }
}
