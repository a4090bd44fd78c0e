//! What is to be done about a loop whose guard is met, and for which there is no native code: whether it is worth compiling, by what this start and
//! earlier ones have found, or is left to a loop around it, or waits.

use super::Loop;
use crate::account::{self, budget};
use crate::compile::{Gain, gains, past, remember_gain, remember_past};
use crate::guards::Guards;
use crate::held::turns_left;
use crate::lock;
use crate::object::Raw;
use crate::settings::settings;
use crate::version::Version;
use frames::Host;
use pyo3::prelude::*;
use std::time::Duration;
use worth::{Beside, Finding, Judgement, Past};

/// What has worked so long natively is looked up at once in the next start.
const WORTH_REMEMBERING: Duration = Duration::from_millis(10);
/// What the interpreter takes in a loop is noted for the next start if it is so much, and if the loop was woken each time that it is so much more.
const WORTH_NOTING: Duration = Duration::from_millis(10);
/// Of a loop that gained in an earlier start: at which visits it is looked up, each with the types that it has by then. The turns of one that
/// has no loops in it are short, and most such loops too.
const FIRST_LOOKS: std::ops::RangeInclusive<u32> = 1..=64;
const FIRST_LOOK_AT_SMALL_LOOP: u32 = 8;

/// To load or to compile a loop.
#[derive(Clone, Copy)]
pub(super) struct Decided {
    pub may_compile: bool,
    /// Whatever was spent on compiling before.
    pub beyond_doubt: bool,
}

impl Loop {
    /// Whether nothing is to be done this time, not even to look at the clock.
    pub(super) unsafe fn passes(&self, host: &Host) -> bool {
        self.regions.borrow().is_empty()
            && self.orphans.borrow().is_empty()
            && self.hotness.borrow_mut().passes(|| unsafe { turns_left(host) })
    }

    /// What to do about the loop's types, for which there is no native code; None if nothing for now.
    pub(super) unsafe fn judge(&self, guards: &Guards, head: u32, host: &Host) -> Option<Decided> {
        if settings().compiles_everything() {
            return Some(Decided { may_compile: true, beyond_doubt: true });
        }
        let beside = self.hotness.borrow_mut().beside();
        match beside {
            // It is woken; or nobody could be asked to.
            Some(Beside::UnderWay) if crate::beside::is_busy() => {
                if !self.is_body() {
                    guards.sleep(head);
                }
                return None;
            }
            Some(Beside::UnderWay | Beside::Done) => return Some(Decided { may_compile: true, beyond_doubt: false }),
            None => {}
        }
        let now = account::now();
        crate::guards::take_up_again(now);
        let judgement = budget(|budget| self.hotness.borrow_mut().look(account::without_us(now), unsafe { turns_left(host) }, budget));
        if matches!(judgement, Judgement::Wait | Judgement::Sleep | Judgement::SleepUntilWorthIt(_))
            && unsafe { self.is_to_be_looked_up(host) }
        {
            return Some(Decided { may_compile: false, beyond_doubt: false });
        }
        match judgement {
            Judgement::Wait => {}
            Judgement::Sleep => self.sleep(guards, head),
            Judgement::SleepUntilWorthIt(more) => {
                // SAFETY: the function of a running frame.
                let is_worth_it = lock::attach(|py| {
                    let function = unsafe { Bound::from_borrowed_ptr(py, host.func.cast()) };
                    self.note_time(&function);
                    self.earlier(&function).starts > 0 && self.lets_compile(&function, false)
                });
                if is_worth_it {
                    self.hotness.borrow_mut().take_over();
                    guards.turn_loop_at(head, true);
                    return None;
                }
                self.sleep_for(guards, head, more.min((more / 4).max(WORTH_NOTING)));
            }
            Judgement::Wake => {
                guards.turn_loop_at(head, true);
                self.hotness.borrow_mut().wake();
            }
            Judgement::GiveUp if self.is_body() => guards.turn_loop_at(head, false),
            Judgement::GiveUp => crate::guards::put_off(guards, head, None),
            Judgement::Load => {
                let lets_load = lock::attach(|py| {
                    crate::restart::note(py);
                    // SAFETY: the function of a running frame.
                    self.earlier(&unsafe { Bound::from_borrowed_ptr(py, host.func.cast()) }).lets_load()
                });
                return lets_load.then_some(Decided { may_compile: false, beyond_doubt: false });
            }
            Judgement::Compile { .. } if self.is_within_what_is_under_way(guards) => self.wait_for_thread(guards, head, None),
            Judgement::Compile { .. } if self.hands_over(guards) => {}
            Judgement::Compile { beyond_doubt } => return Some(Decided { may_compile: true, beyond_doubt }),
        }
        None
    }

    pub(super) fn earlier(&self, function: &Bound<'_, PyAny>) -> Past {
        let earlier = self.earlier.get().unwrap_or_else(|| match settings().false_clock() {
            0 => past(function, self.place),
            _ => Past::default(),
        });
        self.earlier.set(Some(earlier));
        earlier
    }

    /// Notes for the next start what the interpreter takes in the loop: a program that is started again and again is worth compiling though no start is.
    pub(super) fn note_time(&self, function: &Bound<'_, PyAny>) {
        let took = self.hotness.borrow().took();
        if took >= WORTH_NOTING && settings().false_clock() == 0 && !settings().compiles_everything() {
            remember_past(function, self.place, self.earlier(function).with_start(took));
        }
    }

    /// Whether earlier starts leave it open that it is worth compiling in this one.
    pub(super) fn lets_compile(&self, function: &Bound<'_, PyAny>, beyond_doubt: bool) -> bool {
        if settings().false_clock() > 0 || settings().compiles_everything() {
            return true;
        }
        let is_restart = crate::restart::is_restart(function.py());
        let hotness = self.hotness.borrow();
        self.earlier(function).lets_compile(is_restart, hotness.took(), hotness.cost(), beyond_doubt)
    }

    /// Whether a loop around it is going to be met soon, in its own frame or in one that has called this one: then the nest is compiled there, at the
    /// outermost such, and not for both heads. Where it is entered in its innermost loop, the loops around that one have no beginning of their own,
    /// and nothing is gained for their turns.
    pub(super) fn hands_over(&self, guards: &Guards) -> bool {
        if settings().compiles_everything() || self.has_handed_over.get() {
            return false;
        }
        let has_taken = |guards: &Guards, head: u32, outer: &Loop| {
            let is_willing = outer.is_willing();
            if is_willing {
                outer.hotness.borrow_mut().take_over();
                guards.turn_loop_at(head, true);
            }
            is_willing
        };
        let is_taken = !self.is_body() && lock::attach(|py| crate::callers::any_loop_around(py, has_taken))
            || self.around.iter().any(|head| guards.loop_at(*head).is_some_and(|outer| has_taken(guards, *head, outer)));
        if is_taken {
            self.has_handed_over.set(true);
            self.hotness.borrow_mut().was_put_off();
        }
        is_taken
    }

    /// Whether a loop around it is being compiled beside the program, and this one with it.
    pub(super) fn is_within_what_is_under_way(&self, guards: &Guards) -> bool {
        let is_under_way = |outer: &Loop| outer.hotness.borrow().is_under_way();
        !self.is_body() && crate::beside::is_busy() && {
            let is_called = lock::attach(|py| crate::callers::any_loop_around(py, |_, _, outer| is_under_way(outer)));
            is_called || self.around.iter().any(|head| guards.loop_at(*head).is_some_and(is_under_way))
        }
    }

    /// Until what is being compiled beside the program is there, nothing is decided. `key`: of its own, if that will be.
    pub(super) fn wait_for_thread(&self, guards: &Guards, head: u32, key: Option<Vec<u8>>) {
        if !self.is_body() {
            self.sleep(guards, head);
        }
        self.hotness.borrow_mut().wait_for_thread();
        crate::beside::wake_when_done(guards, head, key);
    }

    /// Whether it is met again and again, and nothing was decided about it.
    pub(super) fn is_willing(&self) -> bool {
        let is_met_again = self.hotness.borrow().looks() > 1 || self.has_gained.get() == Some(true);
        let is_new = self.regions.borrow().is_empty() && self.orphans.borrow().is_empty() && self.trial.finding() == Finding::Open;
        is_met_again && is_new && self.is_on.get()
    }

    /// Whether the cache may have it, since it has gained in an earlier start: then nobody waits for it to be hot again.
    pub(super) unsafe fn is_to_be_looked_up(&self, host: &Host) -> bool {
        let looks = self.hotness.borrow().looks();
        let first = if self.is_nest { 1 } else { FIRST_LOOK_AT_SMALL_LOOP };
        let is_time = looks.is_power_of_two() && looks >= first && FIRST_LOOKS.contains(&looks);
        if !is_time || self.is_body() || settings().compiles_everything() || settings().deopt_every() > 0 || !account::lets_compile() {
            return false;
        }
        let known = self.has_gained.get().unwrap_or_else(|| {
            // SAFETY: the function of a running frame.
            let gains = lock::attach(|py| gains(&unsafe { Bound::from_borrowed_ptr(py, host.func.cast()) }, self.place));
            let has_gained = !gains.is_empty();
            self.gains.replace(gains);
            has_gained
        });
        self.has_gained.set(Some(known));
        known
    }

    /// The next start is to look it up at once.
    pub(super) fn note_gain(&self, function: Raw, version: &Version) {
        if version.worked.get() < WORTH_REMEMBERING || settings().compiles_everything() {
            return;
        }
        let gain = Gain { shapes: version.entry.shapes.clone(), guesses: version.guesses() };
        let is_outdated = |known: &Gain| known.shapes == gain.shapes && known.guesses != gain.guesses;
        let is_known = self.has_gained.get() == Some(true) && !self.gains.borrow().iter().any(is_outdated);
        if !is_known && version.is_unasked.get() && !self.is_body() && !version.flags.ticks {
            self.has_gained.set(Some(true));
            // SAFETY: the function of a running frame.
            lock::attach(|py| remember_gain(&unsafe { Bound::from_borrowed_ptr(py, function) }, self.place, &gain));
            let mut gains = self.gains.borrow_mut();
            gains.retain(|known| known.shapes != gain.shapes);
            gains.push(gain);
        }
    }

    /// It sleeps, and still runs. False if it is not to be met for that.
    pub fn ran_on(&self, took: Duration) -> bool {
        let is_new = self.regions.borrow().is_empty() && self.orphans.borrow().is_empty();
        is_new && self.hotness.borrow_mut().ran_on(took)
    }

    /// It sleeps, and is woken if it still runs when so much more time has gone into it.
    pub(super) fn sleep_for(&self, guards: &Guards, head: u32, more: Duration) {
        self.sleep(guards, head);
        // By a false clock nothing comes by itself.
        if settings().false_clock() == 0 {
            crate::waker::wake_after(guards, head, more);
        }
    }

    /// What it waits for was compiled. If that was something else, it has to be worth it once more: a loop around it may come by first.
    pub fn has_waited(&self, is_its_own: bool) {
        let mut hotness = self.hotness.borrow_mut();
        if is_its_own { hotness.was_compiled() } else { hotness.has_waited_for_others() }
    }

    pub(super) fn sleep(&self, guards: &Guards, head: u32) {
        guards.sleep(head);
        self.hotness.borrow_mut().sleep(account::without_us(account::now()));
    }
}
