//! What a start knows from those before it.

use std::time::Duration;
use worth::Past;

const COST: Duration = Duration::from_millis(20);

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn in_the_first_start_what_seems_worth_it_is_compiled() {
    assert!(Past::default().lets_compile(false, ms(45), COST, false));
}

#[test]
fn the_second_start_compiles_nothing_that_was_not_worth_it_in_the_first() {
    // Put off in the first, or not even that.
    assert!(!Past::default().with_start(ms(45)).lets_compile(true, ms(45), COST, false));
    assert!(!Past::default().with_start(ms(90)).lets_compile(true, ms(90), COST, true));
    assert!(!Past::default().lets_compile(true, ms(45), COST, false));
}

#[test]
fn a_start_that_takes_much_longer_is_another_matter() {
    assert!(Past::default().with_start(ms(45)).lets_compile(true, ms(100), COST, true));
    assert!(Past::default().lets_compile(true, ms(100), COST, true));
}

#[test]
fn what_adds_up_over_some_starts_is_compiled() {
    let past = Past::default().with_start(ms(60)).with_start(ms(60));
    assert!(past.lets_compile(true, ms(60), COST, false));
    assert!(!past.lets_compile(true, ms(10), COST, false));
    // But not where it was no faster.
    assert!(!past.with_loss().lets_compile(true, ms(60), COST, false));
    assert!(past.with_loss().without_loss().lets_compile(true, ms(60), COST, false));
}

#[test]
fn what_has_lost_is_not_even_loaded() {
    assert!(Past::default().with_start(ms(30)).lets_load());
    assert!(!Past::default().with_loss().lets_load());
}

#[test]
fn it_is_kept_whole() {
    let past = Past::default().with_start(ms(30)).with_loss();
    assert_eq!(Past::recalled(past.memory()), past);
}
