//! About the CPU time that threads have taken, by looks at the clock on the wall.

use std::time::Duration;

/// A step that is no longer was taken by the thread itself: asking costs ten times as much as a look at the wall.
const SHORT: Duration = Duration::from_millis(1);

/// What waits, for input or for the machine's other work, does not count: native code would wait as long. Who looks often is running; only where
/// nobody did for long is the thread asked what it has taken. One clock for all threads, of which one runs at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// By the wall.
    looked: Duration,
    taken: Duration,
}

impl Clock {
    pub const fn new() -> Clock {
        Clock { looked: Duration::ZERO, taken: Duration::ZERO }
    }

    /// What has been taken until now. `thread`: what the one that looks had taken at its last look; `ask`: what it has by now, if it can tell.
    pub fn look(&mut self, now: Duration, thread: &mut Duration, ask: impl FnOnce() -> Option<Duration>) -> Duration {
        let step = now.saturating_sub(self.looked);
        let asked = if step <= SHORT { None } else { ask() };
        let told = asked.unwrap_or(*thread + step);
        self.taken += told.saturating_sub(*thread).min(step);
        self.looked = self.looked.max(now);
        *thread = told;
        self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn short_steps_are_taken_from_the_wall_and_long_ones_from_the_thread() {
        let (mut clock, mut thread) = (Clock::new(), Duration::ZERO);
        assert_eq!(clock.look(ms(1), &mut thread, || unreachable!()), ms(1));
        assert_eq!(clock.look(ms(2), &mut thread, || unreachable!()), ms(2));
        // It waited for 60 ms of 80.
        assert_eq!(clock.look(ms(82), &mut thread, || Some(ms(22))), ms(22));
        assert_eq!(clock.look(ms(83), &mut thread, || unreachable!()), ms(23));
        assert_eq!(clock.look(ms(93), &mut thread, || Some(ms(33))), ms(33));
    }

    #[test]
    fn it_never_goes_back_nor_faster_than_the_wall() {
        let (mut clock, mut thread) = (Clock::new(), Duration::ZERO);
        clock.look(ms(1), &mut thread, || None);
        // A thread whose time was not known when the clock began, and one that waited in short steps.
        assert_eq!(clock.look(ms(11), &mut thread, || Some(ms(500))), ms(11));
        assert_eq!(clock.look(ms(12), &mut thread, || None), ms(12));
        assert_eq!(clock.look(ms(22), &mut thread, || Some(ms(400))), ms(12));
        assert_eq!(clock.look(ms(32), &mut thread, || Some(ms(410))), ms(22));
        // Where nothing can be asked.
        assert_eq!(clock.look(ms(52), &mut thread, || None), ms(42));
        assert_eq!(clock.look(ms(50), &mut thread, || None), ms(42));
    }

    #[test]
    fn threads_that_take_turns_count_once() {
        let (mut clock, mut one, mut other) = (Clock::new(), Duration::ZERO, Duration::ZERO);
        assert_eq!(clock.look(ms(50), &mut one, || Some(ms(50))), ms(50));
        assert_eq!(clock.look(ms(60), &mut other, || Some(ms(10))), ms(60));
        assert_eq!(clock.look(ms(90), &mut one, || Some(ms(80))), ms(90));
        // It has worked for 20 ms since its own last look, of which 10 are since anybody's.
        assert_eq!(clock.look(ms(100), &mut other, || Some(ms(30))), ms(100));
    }
}
