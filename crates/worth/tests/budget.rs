//! What may be spent, and when.

use std::time::Duration;
use worth::Budget;

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn the_first_that_seems_worth_it_is_compiled_whatever_it_takes() {
    let mut budget = Budget::new();
    for _ in 0..100 {
        budget.compiled(ms(1));
    }
    assert!(budget.lets_compile(ms(100)));
    budget.compiled(ms(40));
    assert!(!budget.lets_compile(ms(100)));
}

#[test]
fn time_gives_compiling_a_share() {
    let mut budget = Budget::new();
    budget.compiled(ms(40));
    assert!(!budget.lets_compile(ms(1000)));
    assert!(budget.lets_compile(ms(2000)));
}

#[test]
fn what_gained_pays_for_more() {
    let mut budget = Budget::new();
    budget.compiled(ms(40));
    budget.gained(ms(5));
    assert!(budget.lets_compile(ms(100)));
}

#[test]
fn a_program_that_gains_nothing_loses_no_more_than_is_said() {
    // A third of 30 ms is the start of the command; 3 % are shared by looking and compiling.
    for seconds in [0, 1, 10] {
        let now = Duration::from_secs(seconds);
        let mut budget = Budget::new();
        budget.compiled(ms(11));
        let mut spent = ms(11);
        while budget.lets_look(now) {
            budget.looked(0);
        }
        while budget.lets_compile(now) {
            budget.compiled(ms(1));
            spent += ms(1);
        }
        assert!(spent + budget.looking() <= ms(22) + now * 3 / 100, "{spent:?} {:?}", budget.looking());
    }
}

#[test]
fn who_gave_up_looking_waits_for_more_than_a_moment() {
    let mut budget = Budget::new();
    while budget.lets_look(ms(0)) {
        budget.looked(100);
    }
    assert!(budget.lets_look(ms(10)));
    assert!(!budget.lets_look_again(ms(10)));
    assert!(budget.lets_look_again(ms(200)));
}
