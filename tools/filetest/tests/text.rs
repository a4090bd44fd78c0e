//! `tests/text/*.txt`: what each stage makes of a function. `make bless` writes what it makes now.

use filetest::{Case, Process, interpreter};
use std::path::{Path, PathBuf};

#[test]
fn each_stage_makes_what_is_written_there() {
    let Some(python) = interpreter(11) else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/text");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).expect("tests/text").map(|entry| entry.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let is_blessing = std::env::var_os("LANCEHEAD_BLESS").is_some();
    let mut process = Process::start(&python);
    let mut failures = Vec::new();
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(file).expect("a text");
        let case = Case::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (found, wrong) = case.found(&mut process);
        failures.extend(wrong.into_iter().map(|run| format!("{name}: {run}")));
        if found == case.expected {
            continue;
        }
        if is_blessing {
            let head = text.split_once("\n---\n").expect("it was read").0;
            std::fs::write(file, format!("{head}\n---\n{found}")).expect("the file can be written");
        } else {
            failures.push(format!("{name}:\n{}", difference(&case.expected, &found)));
        }
    }
    assert!(
        failures.is_empty(),
        "{}\nIf the new text is right: make bless, or LANCEHEAD_BLESS=1 cargo test -p lancehead-filetest --test text",
        failures.join("\n")
    );
}

/// The lines between the common beginning and the common end.
fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    let first = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let last = old[first..].iter().rev().zip(new[first..].iter().rev()).take_while(|(a, b)| a == b).count();
    let marked = |mark, lines: &[&str]| lines.iter().map(|line| format!("{mark} {line}\n")).collect::<String>();
    marked("-", &old[first..old.len() - last]) + &marked("+", &new[first..new.len() - last])
}
