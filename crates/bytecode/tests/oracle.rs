//! HIR printed as Python does what its bytecode does, on each function of the corpus and each of its cases.

mod support;

use bytecode::decode;
use serde_json::{Map, Value};
use support::{CORPUS, Sample, corpus, dump, interpreter};

/// These make closures, handlers or generators, which have no printed form; on 3.11 comprehensions are functions of their own too.
const NOT_PRINTED: &[&str] = &["protected", "managed", "generates", "awaits", "closes_over", "matches", "excepts_groups"];
const NOT_PRINTED_ON_3_11: &[&str] = &["comprehensions", "shadowing_comprehension", "comprehension_of_unbound"];

#[test]
fn python_3_11() {
    run_printed(11);
}

#[test]
fn python_3_12() {
    run_printed(12);
}

#[test]
fn python_3_13() {
    run_printed(13);
}

fn run_printed(minor: u8) {
    let Some(python) = interpreter(minor) else {
        return;
    };
    let mut printed = Map::new();
    let is_inner = |sample: &Sample| sample.code.qualname.contains(".<locals>.");
    for sample in corpus(&python).into_iter().filter(|sample| !is_inner(sample)) {
        let name = &sample.code.name;
        let hir = decode(&sample.code).unwrap_or_else(|error| panic!("{name}: {error}"));
        let source = hir.to_python(&sample.code);
        let expected = !NOT_PRINTED.contains(&name.as_str()) && (minor > 11 || !NOT_PRINTED_ON_3_11.contains(&name.as_str()));
        assert_eq!(source.is_some(), expected, "whether {name} has a printed form on 3.{minor}");
        printed.extend(source.map(|source| (name.clone(), Value::String(source))));
    }
    let mut compared = 0;
    dump(&python, &["oracle", CORPUS], &Value::Object(printed.clone()).to_string(), |row| {
        let name = row["function"].as_str().expect("a name");
        let source = printed[name].as_str().expect("source");
        assert_eq!(row["found"], row["expected"], "3.{minor}: {name}{} printed as\n{source}", row["arguments"]);
        compared += 1;
    });
    assert!(compared > 2 * printed.len(), "{compared} cases of {} functions", printed.len());
    eprintln!("3.{minor}: {compared} cases of {} functions", printed.len());
}
