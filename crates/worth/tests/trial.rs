//! What a few interpreted entries tell of a loop.

use std::time::Duration;
use worth::trial::PLACES;
use worth::{CallsOut, Finding, Trial};

fn calls(calls: u64, waited: Duration) -> CallsOut {
    CallsOut { calls, waited, ..CallsOut::default() }
}

#[test]
fn nothing_is_known_at_first() {
    assert_eq!(Trial::default().finding(), Finding::Open);
}

#[test]
fn one_long_entry_shows_that_it_stays() {
    let trial = Trial::default();
    trial.note(false, 0, CallsOut::default());
    assert_eq!(trial.finding(), Finding::Stays);
}

#[test]
fn an_entry_that_ended_halfway_stays_too() {
    let trial = Trial::default();
    trial.note(false, PLACES / 3, CallsOut::default());
    assert_eq!(trial.finding(), Finding::Stays);
}

#[test]
fn what_leaves_three_times_keeps_leaving() {
    let trial = Trial::default();
    trial.note(true, PLACES - 10, CallsOut::default());
    trial.note(true, PLACES - 10, CallsOut::default());
    assert_eq!(trial.finding(), Finding::Open, "the first or the last turn may be another");
    trial.note(true, PLACES - 10, CallsOut::default());
    assert_eq!(trial.finding(), Finding::KeepsLeaving);
}

#[test]
fn what_leaves_after_its_thousand_places_stays() {
    let trial = Trial::default();
    for _ in 0..3 {
        trial.note(true, 0, CallsOut::default());
    }
    assert_eq!(trial.finding(), Finding::Stays);
}

#[test]
fn eight_short_entries_are_short_and_a_long_one_behind_them_stays() {
    let trial = Trial::default();
    for _ in 0..8 {
        assert_eq!(trial.finding(), Finding::Open);
        trial.note(false, PLACES - 20, CallsOut::default());
    }
    assert_eq!(trial.finding(), Finding::Short);
    trial.note(false, 0, CallsOut::default());
    assert_eq!(trial.finding(), Finding::Stays);
}

#[test]
fn a_loop_that_does_little_but_call_out_is_refused_at_once() {
    let trial = Trial::default();
    trial.note(false, 0, calls(100, Duration::ZERO));
    assert_eq!(trial.finding(), Finding::CallsOut);
}

#[test]
fn so_is_one_that_waits_for_what_it_calls() {
    let trial = Trial::default();
    trial.note(false, 0, calls(10, Duration::from_millis(5)));
    assert_eq!(trial.finding(), Finding::CallsOut);
}

#[test]
fn one_call_that_takes_nearly_the_whole_turn_is_enough() {
    let turn = Some(Duration::from_millis(35));
    let trial = Trial::default();
    trial.note(false, 0, CallsOut { turns: 1, turn, ..calls(1, Duration::from_millis(30)) });
    assert_eq!(trial.finding(), Finding::CallsOut);
    let trial = Trial::default();
    trial.note(false, 0, CallsOut { turns: 1, turn, ..calls(1, Duration::from_millis(20)) });
    assert_eq!(trial.finding(), Finding::Stays);
}

#[test]
fn a_long_call_says_nothing_before_it_is_known_what_a_turn_takes() {
    let trial = Trial::default();
    trial.note(false, 0, calls(1, Duration::from_millis(30)));
    assert_eq!(trial.finding(), Finding::Open);
    trial.note(false, 0, CallsOut { turns: 1, turn: Some(Duration::from_millis(35)), ..calls(1, Duration::from_millis(30)) });
    assert_eq!(trial.finding(), Finding::CallsOut);
}

#[test]
fn a_few_calls_out_say_nothing() {
    let trial = Trial::default();
    let turn = Some(Duration::from_secs(10));
    trial.note(false, 0, CallsOut { turns: 2, turn, ..calls(2, Duration::from_secs(1)) });
    assert_eq!(trial.finding(), Finding::Stays);
}

#[test]
fn the_next_start_goes_on_with_what_was_found() {
    let (first, second) = (Trial::default(), Trial::default());
    first.note(true, PLACES - 10, CallsOut::default());
    first.note(true, PLACES - 10, CallsOut::default());
    second.recall(first.memory());
    assert_eq!(second.finding(), Finding::Open);
    second.note(true, PLACES - 10, CallsOut::default());
    assert_eq!(second.finding(), Finding::KeepsLeaving);
}

#[test]
fn guesses_that_fail_tell_nothing_until_they_are_many() {
    let trial = Trial::default();
    for _ in 0..31 {
        trial.note_wrong_guess();
    }
    assert_eq!(trial.finding(), Finding::Open);
    trial.note_wrong_guess();
    assert_eq!(trial.finding(), Finding::Short);
    trial.note(false, 0, CallsOut::default());
    assert_eq!(trial.finding(), Finding::Stays);
}
