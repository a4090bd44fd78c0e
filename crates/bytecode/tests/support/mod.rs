//! Real code objects from the interpreters of this machine.
#![allow(dead_code)]

use base::Span;
use bytecode::{Code, Const, Local, LocalKind};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A code object and what `dis` says about it.
pub struct Sample {
    pub code: Code,
    pub line_table: Vec<u8>,
    /// Empty, like the next, for a code object that comes without `dis`.
    pub instructions: Vec<Disassembled>,
    /// Byte offsets that a handler protects.
    pub protected: Vec<(u32, u32)>,
}

pub struct Disassembled {
    pub offset: u32,
    pub name: String,
    pub target: Option<u32>,
    /// None if control never gets here.
    pub depth: Option<u32>,
}

pub const CORPUS: &str = "tests/corpus.py";

/// The interpreter of this minor version: one of `LANCEHEAD_TEST_PYTHONS` (paths, separated by colons), or pyenv's newest. None skips a test, aloud.
pub fn interpreter(minor: u8) -> Option<PathBuf> {
    let candidates: Vec<PathBuf> = match std::env::var_os("LANCEHEAD_TEST_PYTHONS") {
        Some(paths) => std::env::split_paths(&paths).collect(),
        None => {
            let home = std::env::var_os("PYENV_ROOT").map_or_else(|| Path::new("/root/.pyenv").to_path_buf(), PathBuf::from);
            let versions = std::fs::read_dir(home.join("versions")).into_iter().flatten().flatten();
            versions.map(|version| version.path().join("bin/python3")).collect()
        }
    };
    let found = candidates.into_iter().find(|python| {
        let version = Command::new(python).args(["-c", "import sys; print(*sys.version_info[:2])"]).output();
        version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == format!("3 {minor}"))
    });
    if found.is_none() {
        eprintln!("skipped: no Python 3.{minor} here");
    }
    found
}

/// Runs `dump.py` with these arguments and this input; each line of its output is a value.
pub fn dump(python: &Path, arguments: &[&str], input: &str, each: impl FnMut(Value)) {
    let mut each = each;
    talk(python, "tests/dump.py", arguments, input, |value| {
        each(value);
        None
    });
}

/// Runs a script with these arguments and this input; each line of its output is a value, and may be answered on a line of its input.
pub fn talk(python: &Path, script: &str, arguments: &[&str], input: &str, mut each: impl FnMut(Value) -> Option<Value>) {
    let mut child = Command::new(python)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg(script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter starts");
    let mut answers = child.stdin.take().expect("a pipe");
    answers.write_all(input.as_bytes()).expect("the script reads its input");
    let mut answers = input.is_empty().then_some(answers);
    for line in BufReader::new(child.stdout.take().expect("a pipe")).lines() {
        let value = serde_json::from_str(&line.expect("the script writes UTF-8")).expect("the script writes JSON");
        if let (Some(answer), Some(answers)) = (each(value), &mut answers) {
            writeln!(answers, "{answer}").expect("the script reads the answer");
        }
    }
    drop(answers);
    assert!(child.wait().expect("the script ends").success(), "{script} failed");
}

pub fn corpus(python: &Path) -> Vec<Sample> {
    let mut samples = Vec::new();
    dump(python, &["corpus", CORPUS], "", |value| samples.push(sample(&value)));
    samples
}

pub fn sample(value: &Value) -> Sample {
    let number = |key: &str| value[key].as_u64().expect("a number") as u32;
    let text = |key: &str| value[key].as_str().expect("a text").to_string();
    let code = Code {
        minor: number("minor") as u8,
        name: text("name"),
        qualname: text("qualname"),
        filename: text("filename"),
        first_line: number("first_line"),
        flags: number("flags"),
        argcount: number("argcount"),
        posonlyargcount: number("posonlyargcount"),
        kwonlyargcount: number("kwonlyargcount"),
        stacksize: number("stacksize"),
        bytecode: unhex(&value["bytecode"]),
        consts: items(&value["consts"]).map(constant).collect(),
        names: items(&value["names"]).map(|name| name.as_str().expect("a name").to_string()).collect(),
        locals: items(&value["locals"]).map(local).collect(),
        exception_table: unhex(&value["exception_table"]),
        positions: items(&value["positions"]).map(span).collect(),
        off: bytecode::Off::Nothing,
    };
    let offset = |value: &Value| u32::try_from(value.as_i64().expect("an offset")).ok();
    let instructions = items(&value["instructions"]).map(|instruction| Disassembled {
        offset: offset(&instruction[0]).expect("an offset"),
        name: instruction[1].as_str().expect("a name").to_string(),
        target: offset(&instruction[2]),
        depth: offset(&instruction[3]),
    });
    let range = |range: &Value| (offset(&range[0]).expect("an offset"), offset(&range[1]).expect("an offset"));
    Sample {
        code,
        line_table: unhex(&value["line_table"]),
        instructions: instructions.collect(),
        protected: items(&value["protected"]).map(range).collect(),
    }
}

fn items(value: &Value) -> std::slice::Iter<'_, Value> {
    value.as_array().map_or(&[][..], Vec::as_slice).iter()
}

pub fn unhex(value: &Value) -> Vec<u8> {
    let digits = value.as_str().expect("hex digits");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex digits")).collect()
}

fn local(value: &Value) -> Local {
    let kind = match value[1].as_str() {
        Some("fast") => LocalKind::Fast,
        Some("cell") => LocalKind::Cell,
        Some("free") => LocalKind::Free,
        other => panic!("a local of kind {other:?}"),
    };
    Local { name: value[0].as_str().expect("a name").to_string(), kind }
}

fn span(value: &Value) -> Span {
    let number = |index: usize| value[index].as_u64().expect("a number") as u32;
    Span { line: number(0), end_line: number(1), column: number(2), end_column: number(3) }
}

fn constant(value: &Value) -> Const {
    let Value::Object(tagged) = value else {
        return value.as_bool().map_or(Const::None, Const::Bool);
    };
    let (kind, content) = tagged.iter().next().expect("a tag");
    let digits = || content.as_str().expect("digits");
    match kind.as_str() {
        "int" => match digits().parse() {
            Ok(value) => Const::Int(value),
            Err(_) => Const::Wide(digits().parse().expect("an int of 128 bits")),
        },
        "float" => Const::Float(u64::from_str_radix(digits(), 16).expect("64 bits")),
        "str" => Const::Str(digits().to_string()),
        "tuple" => Const::Tuple(items(content).map(constant).collect()),
        "object" => Const::Object(unhex(content)),
        other => panic!("a constant of kind {other}"),
    }
}
