//! Contests between native code and the interpreter, with times that the test says.

use std::time::Duration;
use worth::{Contest, Moment, Turn};

fn us(count: u64) -> Duration {
    Duration::from_micros(count)
}

struct Played {
    natively: u32,
    interpreted: u32,
    last: Turn,
}

/// From entry to entry it takes so long natively, and so long interpreted; of the native one `worked` is native code's own.
fn play(
    contest: &mut Contest,
    now: &mut Moment,
    native: impl Fn(u32) -> Duration,
    interpreted: impl Fn(u32) -> Duration,
    worked: Duration,
) -> Played {
    let mut played = Played { natively: 0, interpreted: 0, last: Turn::Native };
    loop {
        played.last = contest.turn(*now, worked * played.natively, played.natively);
        *now += match played.last {
            Turn::Native => {
                played.natively += 1;
                native(played.natively)
            }
            Turn::Interpreted => {
                played.interpreted += 1;
                interpreted(played.interpreted)
            }
            Turn::Won | Turn::Lost { .. } => return played,
        };
    }
}

#[test]
fn the_faster_one_wins() {
    let played = play(&mut Contest::default(), &mut us(0), |_| us(3), |_| us(4), us(1));
    assert_eq!(played.last, Turn::Won);
    let played = play(&mut Contest::default(), &mut us(0), |_| us(4), |_| us(3), us(1));
    assert!(matches!(played.last, Turn::Lost { .. }));
}

#[test]
fn native_code_that_only_is_as_fast_loses() {
    let played = play(&mut Contest::default(), &mut us(0), |_| us(3), |_| us(3), us(1));
    assert!(matches!(played.last, Turn::Lost { .. }));
}

#[test]
fn it_is_short() {
    let played = play(&mut Contest::default(), &mut us(0), |_| us(3), |_| us(4), us(1));
    assert!(played.natively <= 50 && played.interpreted <= 33, "{} {}", played.natively, played.interpreted);
}

#[test]
fn a_few_slow_entries_decide_nothing() {
    let slow = |turn: u32| if turn % 4 == 0 { us(30_000) } else { us(3) };
    assert_eq!(play(&mut Contest::default(), &mut us(0), slow, |_| us(4), us(1)).last, Turn::Won);
    assert!(matches!(play(&mut Contest::default(), &mut us(0), |_| us(5), slow, us(1)).last, Turn::Lost { .. }));
}

#[test]
fn what_works_long_natively_need_not_play() {
    let played = play(&mut Contest::default(), &mut us(0), |_| us(50), |_| us(1), us(40));
    assert_eq!((played.last, played.interpreted), (Turn::Won, 0));
}

#[test]
fn the_next_one_comes_later_each_time() {
    let (mut contest, mut now) = (Contest::default(), us(0));
    let mut rests = Vec::new();
    for _ in 0..4 {
        let Turn::Lost { again } = play(&mut contest, &mut now, |_| us(4), |_| us(3), us(1)).last else { panic!("it lost") };
        rests.push(again - now);
        now = again;
    }
    assert!(contest.is_lost());
    assert!(rests.windows(2).all(|pair| pair[1] == pair[0] * 2), "{rests:?}");
    assert_eq!(play(&mut contest, &mut now, |_| us(3), |_| us(4), us(1)).last, Turn::Won);
    assert!(!contest.is_lost() && contest.is_over());
}
