//! Programs that never ran: loops whose turns take what the test says, looked at by the rules as guards would have them looked at.

use std::time::Duration;
use worth::{Budget, Hotness, Judgement, Moment};

const fn us(count: u64) -> Duration {
    Duration::from_micros(count)
}
const fn ns(count: u64) -> Duration {
    Duration::from_nanos(count)
}
const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// What a look takes, and what it takes to pass by.
const LOOK: Duration = ns(130);
const PASS: Duration = ns(50);

struct Program {
    now: Moment,
    budget: Budget,
    looks: u64,
    passes: u64,
}

/// A loop with its guard.
struct Loop {
    hotness: Hotness,
    is_on: bool,
    is_awake: bool,
}

impl Loop {
    fn new() -> Loop {
        Loop { hotness: Hotness::new(false, 10, 1), is_on: true, is_awake: true }
    }
}

impl Program {
    fn new() -> Program {
        Program { now: ms(20), budget: Budget::new(), looks: 0, passes: 0 }
    }

    /// The guard is met. Loads come to nothing.
    fn meet(&mut self, one: &mut Loop, turns_left: Option<u64>) -> Option<Judgement> {
        if one.hotness.passes(|| turns_left) {
            self.passes += 1;
            self.now += PASS;
            return None;
        }
        self.looks += 1;
        self.now += LOOK;
        match one.hotness.look(self.now, turns_left, &mut self.budget) {
            Judgement::Wait | Judgement::Load => None,
            Judgement::Sleep | Judgement::SleepUntilWorthIt(_) => {
                one.is_awake = false;
                one.hotness.sleep(self.now);
                None
            }
            Judgement::Wake => {
                one.is_awake = true;
                one.hotness.wake();
                None
            }
            Judgement::GiveUp => {
                one.is_on = false;
                None
            }
            compile @ Judgement::Compile { .. } => Some(compile),
        }
    }

    /// The loop runs from its start to its end, or until it is to be compiled: at which turn?
    fn run(&mut self, one: &mut Loop, turns: u64, turn: Duration, is_range: bool) -> Option<(u64, Judgement)> {
        for done in 0..turns {
            if one.is_on && (done == 0 || one.is_awake) {
                if let Some(judgement) = self.meet(one, is_range.then_some(turns - done)) {
                    return Some((done, judgement));
                }
            }
            self.now += turn;
        }
        None
    }

    /// What guards have cost.
    fn cost(&self) -> Duration {
        LOOK * u32::try_from(self.looks).unwrap() + PASS * u32::try_from(self.passes).unwrap()
    }
}

const ANY: Judgement = Judgement::Compile { beyond_doubt: false };
const BEYOND_DOUBT: Judgement = Judgement::Compile { beyond_doubt: true };

#[test]
fn a_long_range_is_compiled_after_a_few_turns() {
    let mut program = Program::new();
    let (turn, judgement) = program.run(&mut Loop::new(), 30_000_000, ns(60), true).unwrap();
    assert!(turn <= 65, "{turn}");
    assert_eq!(judgement, BEYOND_DOUBT);
}

#[test]
fn slow_turns_are_judged_by_two() {
    let mut program = Program::new();
    let (turn, _) = program.run(&mut Loop::new(), 1000, ms(3), true).unwrap();
    assert!(turn <= 4, "{turn}");
}

#[test]
fn a_range_that_is_not_worth_it_sleeps_after_a_few_turns() {
    let mut program = Program::new();
    assert_eq!(program.run(&mut Loop::new(), 20_000, ns(60), true), None);
    assert!(program.looks <= 66, "{}", program.looks);
}

#[test]
fn one_slow_turn_does_not_make_a_loop_long() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    let mut turn = 0;
    while one.is_awake {
        // Another process had the processor.
        program.now += if turn == 30 { ms(30) } else { ns(60) };
        assert_eq!(program.meet(&mut one, Some(100_000 - turn)), None);
        turn += 1;
    }
    assert!(turn <= 65);
}

#[test]
fn a_long_while_loop_is_compiled_when_it_has_taken_twice_what_compiling_takes() {
    let mut program = Program::new();
    let (turn, judgement) = program.run(&mut Loop::new(), u64::MAX, us(1), false).unwrap();
    assert_eq!(judgement, ANY);
    // 19.5 ms for ten operations, twice; turns that were passed by may take some more.
    assert!((35_000..47_000).contains(&turn), "{turn}");
}

#[test]
fn a_while_loop_of_tiny_turns_is_compiled_before_the_budget_is_spent() {
    let mut program = Program::new();
    let (_, judgement) = program.run(&mut Loop::new(), u64::MAX, ns(50), false).unwrap();
    assert_eq!(judgement, ANY);
    assert!(program.cost() < ms(12), "{:?}", program.cost());
}

#[test]
fn hundreds_of_while_loops_that_are_hot_for_a_moment_cost_what_is_allowed() {
    let mut program = Program::new();
    let began = program.now;
    let mut compiled = 0;
    for _ in 0..300 {
        if program.run(&mut Loop::new(), 12_000, ns(60), false).is_some() {
            compiled += 1;
            program.budget.compiled(ms(40));
        }
    }
    let (cost, took) = (program.cost(), program.now - began);
    assert!(cost < ms(15) + took / 50, "{cost:?} of {took:?}");
    assert_eq!(compiled, 0);
}

#[test]
fn short_loops_that_are_entered_often_cost_little() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    let began = program.now;
    for _ in 0..1_000_000 {
        if program.run(&mut one, 3, ns(60), true).is_some() {
            // Not now.
            one.hotness.was_put_off();
            one.is_awake = false;
            one.hotness.sleep(program.now);
        }
        program.now += us(1);
    }
    let (cost, took) = (program.cost(), program.now - began);
    assert!(cost < ms(10) + took * 3 / 100, "{cost:?} of {took:?}");
}

#[test]
fn the_time_between_short_ranges_is_not_theirs() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    for _ in 0..1000 {
        assert_eq!(program.run(&mut one, 3, ns(60), true), None);
        program.now += ms(1);
    }
    assert!(one.hotness.took() < ms(2), "{:?}", one.hotness.took());
}

#[test]
fn a_loop_that_was_short_a_thousand_times_is_compiled_when_it_is_long() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    for _ in 0..1000 {
        assert_eq!(program.run(&mut one, 5, ns(60), true), None);
        program.now += us(2);
    }
    let (turn, judgement) = program.run(&mut one, 100_000_000, ns(60), true).unwrap();
    assert_eq!((turn, judgement), (0, BEYOND_DOUBT));
}

#[test]
fn a_while_loop_that_sleeps_is_compiled_when_its_entries_have_taken_long_enough() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    assert_eq!(program.run(&mut one, 200, us(1), false), None);
    one.hotness.sleep(program.now);
    one.is_awake = false;
    let began = program.now;
    while program.run(&mut one, 200, us(1), false).is_none() {
        program.now += us(100);
        assert!(program.now - began < ms(1000), "it never is");
    }
    // Two thirds of the time are its own, or more: so short a pause between entries may pass for a turn.
    assert!(program.now - began > ms(35), "{:?}", program.now - began);
    assert!(program.cost() < ms(5), "{:?}", program.cost());
}

#[test]
fn a_while_loop_with_a_small_share_of_the_time_is_not_compiled() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    for _ in 0..5_000 {
        assert_eq!(program.run(&mut one, 20, ns(60), false), None);
        program.now += us(300);
    }
    // 6 ms of 1.5 s.
    assert!(one.hotness.took() < ms(30), "{:?}", one.hotness.took());
}

#[test]
fn a_while_loop_that_sleeps_and_is_entered_seldom_is_not_compiled() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    assert_eq!(program.run(&mut one, 200, us(1), false), None);
    one.hotness.sleep(program.now);
    one.is_awake = false;
    for _ in 0..60 {
        assert_eq!(program.run(&mut one, 200, us(1), false), None);
        program.now += ms(300);
    }
    // 12 ms of 18 s.
    assert!(one.hotness.took() < ms(25), "{:?}", one.hotness.took());
}

#[test]
fn a_while_loop_that_sleeps_is_compiled_in_an_entry_that_is_long() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    assert_eq!(program.run(&mut one, 200, us(1), false), None);
    one.hotness.sleep(program.now);
    one.is_awake = false;
    program.now += ms(2);
    assert!(program.run(&mut one, 10_000_000, us(1), false).is_some());
}

#[test]
fn a_recursive_function_is_judged_twice_and_given_up() {
    let (mut program, mut function) = (Program::new(), Loop { hotness: Hotness::new(true, 10, 0), is_on: true, is_awake: true });
    let (mut compiles, mut calls) = (0, 0);
    while function.is_on && calls < 1_000_000 {
        compiles += u32::from(program.meet(&mut function, None).is_some());
        program.now += ns(200);
        calls += 1;
    }
    assert_eq!(compiles, 2);
    assert!((65_000..67_000).contains(&calls), "{calls}");
}

#[test]
fn a_loop_whose_entries_are_long_is_met_there_whatever_was_spent_before() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    while program.budget.lets_look(program.now + ms(1000)) {
        program.budget.looked(100);
    }
    program.budget.compiled(ms(500));
    let mut judgements = Vec::new();
    for _ in 0..60 {
        if let Some((_, judgement)) = program.run(&mut one, 450, us(100), true) {
            judgements.push(judgement);
            one.hotness.was_put_off();
            one.is_awake = false;
            one.hotness.sleep(program.now);
            program.now += ms(45);
        }
    }
    assert!(one.is_on && judgements.contains(&BEYOND_DOUBT), "{judgements:?}");
}

#[test]
fn what_a_loop_took_is_told_though_it_was_put_off() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    assert!(program.run(&mut one, 1_000_000, us(1), true).is_some());
    one.hotness.was_put_off();
    one.hotness.sleep(program.now);
    assert!((ms(900)..ms(1100)).contains(&one.hotness.took()), "{:?}", one.hotness.took());
}

#[test]
fn operations_and_nests_raise_the_price() {
    let turn = |operations, loops| {
        let mut one = Loop { hotness: Hotness::new(false, operations, loops), ..Loop::new() };
        Program::new().run(&mut one, u64::MAX, us(10), false).unwrap().0
    };
    assert!(turn(100, 1) > turn(10, 1) * 2);
    assert!(turn(10, 3) > turn(10, 1) * 2);
}

#[test]
fn a_long_while_loop_of_large_turns_sleeps_until_it_is_worth_it() {
    let mut program = Program::new();
    let mut hotness = Hotness::new(false, 400, 1);
    let more = loop {
        program.now += ns(100);
        if hotness.passes(|| None) {
            continue;
        }
        match hotness.look(program.now, None, &mut program.budget) {
            Judgement::SleepUntilWorthIt(more) => break more,
            judgement => assert!(matches!(judgement, Judgement::Wait | Judgement::Load), "{judgement:?}"),
        }
    };
    let before = hotness.took();
    hotness.sleep(program.now);
    assert!(more > ms(200), "{more:?}");
    assert!(hotness.ran_on(more));
    assert!(!hotness.ran_on(more), "it is awake");
    assert_eq!(hotness.look(program.now + more, None, &mut program.budget), ANY);
    assert_eq!(hotness.took(), before + more);
}

#[test]
fn a_loop_that_was_entered_anew_has_not_run_on() {
    let (mut program, mut hotness) = (Program::new(), Hotness::new(false, 10, 1));
    hotness.sleep(program.now);
    program.now += ms(5);
    hotness.look(program.now, None, &mut program.budget);
    assert!(!hotness.ran_on(ms(4)));
}

#[test]
fn a_range_whose_turns_grow_is_compiled_while_it_runs() {
    let (mut program, mut hotness) = (Program::new(), Hotness::new(false, 10, 1));
    let mut left = 3000;
    let turn = |left: u64| ns((3000 - left) * 40);
    let more = loop {
        match hotness.look(program.now, Some(left), &mut program.budget) {
            Judgement::SleepUntilWorthIt(more) => break more,
            judgement => assert!(matches!(judgement, Judgement::Wait | Judgement::Load), "{judgement:?}"),
        }
        program.now += turn(left);
        left -= 1;
    };
    assert!(left > 2900, "{left}");
    hotness.sleep(program.now);
    let began = program.now;
    while program.now < began + more / 2 {
        program.now += turn(left);
        left -= 1;
    }
    assert!(left > 1500, "{left}");
    assert!(hotness.ran_on(program.now - began));
    let judgement = hotness.look(program.now, Some(left), &mut program.budget);
    assert!(matches!(judgement, Judgement::Compile { .. }), "{judgement:?}");
}

#[test]
fn what_was_foreseen_of_a_range_is_not_counted_twice() {
    let (mut program, mut one) = (Program::new(), Loop::new());
    assert_eq!(program.run(&mut one, 20_000, ns(60), true), None);
    let before = one.hotness.took();
    assert!(one.hotness.ran_on(us(1300)));
    let after = one.hotness.took();
    assert!(after < before + us(300), "{before:?} {after:?}");
}
