//! Random programs of `lancehead selftest` by the IR interpreter, against CPython. `LANCEHEAD_PROGRAMS=first..end` says which.

use filetest::{Process, Run, interpreter, run, shape_of, translate};

#[test]
fn random_programs_give_what_cpython_gives() {
    let given = std::env::var("LANCEHEAD_PROGRAMS").unwrap_or_else(|_| "0..150".into());
    let (first, end) = given.split_once("..").expect("first..end");
    let seeds = first.parse::<u64>().expect("a number")..end.parse().expect("a number");
    for minor in [11, 12, 13] {
        let Some(python) = interpreter(minor) else { continue };
        let mut process = Process::start(&python);
        let [mut agree, mut leave, mut refused] = [0; 3];
        let mut failures = Vec::new();
        for seed in seeds.clone() {
            let (source, arguments) = process.generated(seed, "scalar");
            for call in arguments {
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
                    Run::Differs(text) => failures.push(format!("seed {seed}, f(*{call}): {text}\n{source}")),
                }
            }
        }
        eprintln!("3.{minor}: {agree} calls agree, {leave} leave, {refused} are refused");
        assert!(failures.is_empty(), "3.{minor}: {} calls differ\n{}", failures.len(), failures[..failures.len().min(5)].join("\n"));
    }
}
