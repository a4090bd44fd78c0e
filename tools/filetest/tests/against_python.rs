//! Random programs by the IR interpreter, against CPython. `LANCEHEAD_PROGRAMS=first..end` says which, in place of the first few.

use filetest::{Process, Run, interpreter, run, shape_of, translate};
use std::ops::Range;

fn seeds(few: Range<u64>) -> Range<u64> {
    let Ok(given) = std::env::var("LANCEHEAD_PROGRAMS") else { return few };
    let (first, end) = given.split_once("..").expect("first..end");
    first.parse().expect("a number")..end.parse().expect("a number")
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
                let shapes: Vec<_> = process.arguments(&call).iter().map(shape_of).collect();
                let Ok(translation) = translate(&mut process, &shapes, &Default::default()) else {
                    refused += 1;
                    continue;
                };
                match run(&mut process, &translation, &call) {
                    Run::Agrees(_) => agree += 1,
                    Run::Leaves { .. } => leave += 1,
                    Run::Differs(text) => failures.push(format!("seed {seed}, f({call}): {text}\n{source}")),
                }
            }
        }
        eprintln!("3.{minor}, {kind}: {agree} calls agree, {leave} leave, {refused} are refused");
        assert!(failures.is_empty(), "3.{minor}: {} calls differ\n{}", failures.len(), failures[..failures.len().min(5)].join("\n"));
    }
}

#[test]
fn programs_of_numbers_give_what_cpython_gives() {
    compare("numeric", seeds(0..60));
}

#[test]
fn programs_of_the_selftest_give_what_cpython_gives() {
    compare("scalar", seeds(0..20));
}
