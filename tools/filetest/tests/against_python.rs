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
    let mut options = Options { small_powers: true, ..Options::default() };
    for _ in 1..TRIES {
        let translation = translate(process, &shapes, &options).ok()?;
        match run(process, &translation, call) {
            Run::Leaves { wide: Some(site), .. } if options.guesses.failed.insert(site, 1).is_none() => {}
            other => return Some(other),
        }
    }
    let translation = translate(process, &shapes, &options).ok()?;
    Some(run(process, &translation, call))
}

#[test]
fn programs_of_numbers_give_what_cpython_gives() {
    for minor in [11, 12, 13] {
        let Some(python) = interpreter(minor) else { continue };
        let mut process = Process::start(&python);
        let [mut agree, mut leave, mut refused] = [0; 3];
        let mut failures = Vec::new();
        for seed in seeds(0..12) {
            let (source, calls) = process.generated(seed);
            for call in calls {
                // Anew for each call: programs change their globals.
                process.program(&source, "f");
                match outcome(&mut process, &call) {
                    Some(Run::Agrees(_)) => agree += 1,
                    Some(Run::Leaves { .. }) => leave += 1,
                    Some(Run::Differs(text)) => failures.push(format!("seed {seed}, f({call}): {text}\n{source}")),
                    None => refused += 1,
                }
            }
        }
        eprintln!("3.{minor}: {agree} calls agree, {leave} leave, {refused} are refused");
        assert!(failures.is_empty(), "3.{minor}: {} calls differ\n{}", failures.len(), failures[..failures.len().min(5)].join("\n"));
    }
}
