//! Random programs by the IR interpreter, against CPython. `LANCEHEAD_PROGRAMS=first..end` says which, in place of the first few.

use filetest::{Process, Run, interpreter, run, shape_of, translate};
use infer::Options;
use std::ops::Range;

/// How often a call that leaves because an int outgrew 64 bits is compiled again, with more bits there.
const TRIES: usize = 5;

fn seeds(few: Range<u64>) -> Range<u64> {
    let Ok(given) = std::env::var("LANCEHEAD_PROGRAMS") else { return few };
    let (first, end) = given.split_once("..").expect("first..end");
    first.parse().expect("a number")..end.parse().expect("a number")
}

/// What becomes of a call in the end; None if the function is refused.
fn outcome(process: &mut Process, call: &str) -> Option<Run> {
    let shapes: Vec<_> = process.arguments(call).iter().map(shape_of).collect();
    let mut options = Options::default();
    for _ in 1..TRIES {
        let translation = { let t=std::time::Instant::now(); let r=translate(process, &shapes, &options); let e=t.elapsed(); if e.as_millis()>200 {eprintln!("SLOW {e:?} {call}");} match r { Ok(t)=>t, Err(r)=>{eprintln!("REFUSED {} {}", r.code, r.detail); return None} } };
        match run(process, &translation, call) {
            Run::Leaves { wide: Some(site), .. } if options.wide.insert(site) => {}
            other => return Some(other),
        }
    }
    let translation = { let t=std::time::Instant::now(); let r=translate(process, &shapes, &options); let e=t.elapsed(); if e.as_millis()>200 {eprintln!("SLOW {e:?} {call}");} match r { Ok(t)=>t, Err(r)=>{eprintln!("REFUSED {} {}", r.code, r.detail); return None} } };
    Some(run(process, &translation, call))
}

fn compare(kind: &str, seeds: Range<u64>) {
    for minor in [11, 12, 13] {
        let Some(python) = interpreter(minor) else { continue };
        let mut process = Process::start(&python);
        let [mut agree, mut leave, mut refused] = [0; 3];
        let mut failures = Vec::new();
        for seed in seeds.clone() {
            let (source, calls) = process.generated(seed, kind);
            for call in calls {
                // Anew for each call: programs change their globals.
                process.program(&source, "f");
                match outcome(&mut process, &call) {
                    Some(Run::Agrees(_)) => agree += 1,
                    Some(Run::Leaves { at, finds, .. }) => {leave += 1; eprintln!("LEFT {} {}", at.rsplit(": ").next().unwrap(), if finds.contains("Error") {"raises"} else {"goes on"}); if !finds.contains("Error") && at.ends_with("Raises") {eprintln!("ODD seed {seed} {call} {at}")}},
                    Some(Run::Differs(text)) => failures.push(format!("seed {seed}, f({call}): {text}\n{source}")),
                    None => refused += 1,
                }
            }
        }
        eprintln!("3.{minor}, {kind}: {agree} calls agree, {leave} leave, {refused} are refused");
        assert!(failures.is_empty(), "3.{minor}: {} calls differ\n{}", failures.len(), failures[..failures.len().min(5)].join("\n"));
    }
}

#[test]
fn programs_of_numbers_give_what_cpython_gives() {
    compare("numeric", seeds(0..12));
}

#[test]
fn programs_of_the_selftest_give_what_cpython_gives() {
    compare("scalar", seeds(0..4));
}
