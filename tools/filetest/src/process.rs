//! A Python process with a program in it: what inference asks of the world.

use crate::support::sample;
use crate::value::shape_of;
use base::Index;
use infer::{FunctionInfo, Thing, World};
use ir::{Links, ObjectId, Path};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

pub struct Process {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What was asked before of this program.
    things: HashMap<String, Thing>,
    infos: HashMap<u64, Option<Rc<FunctionInfo>>>,
}

impl Process {
    pub fn start(python: &std::path::Path) -> Process {
        let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new(python)
            .arg("-B")
            .arg(here.join("src/process.py"))
            .arg(here.join("../../crates/bytecode/tests/dump.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the interpreter starts");
        let questions = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Process { child, questions, answers, things: HashMap::new(), infos: HashMap::new() }
    }

    /// Runs the source of a module, in which `entry` names the function to compile.
    pub fn program(&mut self, source: &str, entry: &str) {
        self.things.clear();
        self.infos.clear();
        self.ask(json!(["program", source, entry]));
    }

    /// A random program of numbers: its source, and arguments for its `f`.
    pub fn generated(&mut self, seed: u64) -> (String, Vec<String>) {
        let answer = self.ask(json!(["generated", seed]));
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        (text(&answer[0]), answer[1].as_array().expect("a list").iter().map(text).collect())
    }

    /// The values of a call's arguments, written as Python.
    pub fn arguments(&mut self, text: &str) -> Vec<Value> {
        self.ask(json!(["arguments", text])).as_array().expect("a list").clone()
    }

    /// What CPython returns, as data and in words; the data is null where it raises (and for None).
    pub fn call(&mut self, arguments: &str) -> (Value, String) {
        let answer = self.ask(json!(["call", arguments]));
        (answer[0].clone(), answer[1].as_str().expect("a text").to_owned())
    }

    fn ask(&mut self, question: Value) -> Value {
        writeln!(self.questions, "{question}").expect("the process reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the process writes UTF-8");
        assert!(!line.is_empty(), "process.py died of {question}");
        serde_json::from_str(&line).expect("the process writes JSON")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl World for Process {
    fn look(&mut self, links: &Links, path: &Path) -> Thing {
        let path = path_of(links, path);
        let key = path.to_string();
        if let Some(known) = self.things.get(&key) {
            return known.clone();
        }
        let answer = self.ask(json!(["look", path]));
        let text = || answer[1].as_str().expect("a name").to_owned();
        let thing = match answer[0].as_str().expect("a kind") {
            "missing" => Thing::Missing,
            "scalar" => Thing::Scalar(shape_of(&answer[1])),
            "builtin" => Thing::Builtin(text()),
            "module" => Thing::Module(text()),
            "function" => Thing::Function(fingerprint(answer[1].as_u64().expect("a number"))),
            _ => Thing::Other,
        };
        self.things.insert(key, thing.clone());
        thing
    }

    fn function(&mut self, links: &Links, path: &Path) -> Option<Rc<FunctionInfo>> {
        let Thing::Function(fingerprint) = self.look(links, path) else { return None };
        let number = fingerprint.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        if !self.infos.contains_key(&number) {
            let answer = self.ask(json!(["function", path_of(links, path)]));
            let code = sample(&answer["code"]).code;
            let defaults = answer["defaults"].as_array()?.iter().map(|is_there| is_there == true).collect();
            let info = bytecode::decode(&code)
                .ok()
                .map(|hir| Rc::new(FunctionInfo { code, hir, fingerprint, identity: number as usize, globals: 0, defaults }));
            self.infos.insert(number, info);
        }
        self.infos[&number].clone()
    }

    fn of_class(&mut self, _: ir::ClassKey, _: &str) -> infer::OfClass {
        infer::OfClass::Other
    }

    fn of_super(&mut self, _: ir::ClassKey, _: ir::ClassKey, _: &str) -> infer::OfClass {
        infer::OfClass::Other
    }

    fn is_own(&mut self, _: ir::ClassKey, _: &str) -> bool {
        false
    }

    fn class_name(&mut self, _: ir::ClassKey) -> String {
        String::new()
    }

    fn is_subclass(&mut self, _: ir::ClassKey, _: ir::ClassKey) -> Option<bool> {
        None
    }

    fn has_dict(&mut self, _: ir::ClassKey) -> bool {
        true
    }

    fn fields(&mut self, _: ir::ClassKey) -> Option<Vec<String>> {
        None
    }

    fn classes_met(&mut self) -> Vec<ir::ClassKey> {
        Vec::new()
    }

    fn expected(&mut self, _: ir::ClassKey, _: &str) -> ir::Elem {
        ir::Elem::Unknown
    }
}

/// A short one, the same for each patch version of Python: functions are numbered as they are met.
pub fn fingerprint(number: u64) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    fingerprint[..8].copy_from_slice(&number.to_le_bytes());
    fingerprint
}

/// A path whose steps don't refer to tables.
fn path_of(links: &Links, path: &Path) -> Value {
    let object = |id: ObjectId| path_of(links, &links.objects[id.index()].path);
    let function = |code: ir::CodeId| object(links.codes[code.index()]);
    match path {
        Path::Entry => json!(["entry"]),
        Path::Name { text } => json!(["name", text]),
        Path::Names { texts } => json!(["names", texts]),
        Path::Const { code, index } => json!(["const", function(*code), index]),
        Path::Globals { code } => json!(["globals", function(*code)]),
        Path::Global { code, name } => json!(["global", function(*code), name]),
        Path::Closure { code, index } => json!(["closure", function(*code), index]),
        Path::Attribute { of, name } => json!(["attribute", object(*of), name]),
        Path::Inner { code, index } => json!(["inner", function(*code), index]),
        // Classes have no keys here: nothing leads to them.
        Path::Class { .. } | Path::OfClass { .. } | Path::Super { .. } => json!(["nothing"]),
        Path::Default { of, parameter } => json!(["default", object(*of), parameter]),
    }
}

/// Values of the unit's table of scalars, as the process has them now.
pub fn scalars(process: &mut Process, links: &Links) -> Vec<u64> {
    let mut words = vec![0; links.scalar_words() as usize];
    for scalar in &links.scalars {
        let answer = process.ask(json!(["look", path_of(links, &scalar.path)]));
        let mut found = Vec::new();
        crate::value::words_of(&answer[1], &scalar.shape, &mut found);
        words[scalar.word as usize..][..found.len()].copy_from_slice(&found);
    }
    words
}
