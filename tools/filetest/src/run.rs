//! A call of the function by the IR interpreter, held against CPython.

use crate::process::scalars;
use crate::value::{are_same, value_of};
use crate::{Process, words_of};
use base::Index;
use infer::Translation;
use ir::{Effect, Func, Host, ObjectId, Op, Outcome, Record, Resume, Runtime, Tag, Ty, Why};

/// What became of a call.
#[derive(Debug, PartialEq)]
pub enum Run {
    /// Native code and CPython agree: what it returned, in Python's words.
    Agrees(String),
    /// The interpreter does it: where and why the innermost function leaves, and what CPython then finds.
    Leaves {
        at: String,
        finds: String,
        /// The operation, if an int outgrew 64 bits there: for `infer::Options::wide`.
        wide: Option<([u8; 32], u32)>,
    },
    /// A bug.
    Differs(String),
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Run::Agrees(result) => write!(f, "= {result}"),
            Run::Leaves { at, finds, .. } => write!(f, "leaves {at}, then = {finds}"),
            Run::Differs(text) => write!(f, "DIFFERS: {text}"),
        }
    }
}

/// Calls the entry function; the arguments, written as Python, have the types that it was translated for.
pub fn run(process: &mut Process, translation: &Translation, arguments: &str) -> Run {
    let unit = &translation.unit;
    let values = process.arguments(arguments);
    let mut words = Vec::new();
    values.iter().zip(&unit.funcs[0].params).for_each(|(value, shape)| words_of(value, shape, &mut words));
    let scalars = scalars(process, &unit.links);
    let outcome = ir::interpret(unit, &words, &scalars, &mut Room::default());
    let (expected, text) = process.call(arguments);
    match outcome {
        Outcome::Returned(words) => match value_of(&unit.funcs[0].ret, &words) {
            Some(found) if are_same(&found, &expected) && !(expected.is_null() && text != "None") => Run::Agrees(text),
            Some(found) => Run::Differs(format!("native code returns {found}, CPython {text}")),
            None => Run::Agrees(format!("an object: {text}")),
        },
        Outcome::Left(records) => {
            let (func, resume) = place(translation, &records);
            let fingerprint = translation.infos[func.code.index()].fingerprint;
            Run::Leaves {
                at: format!("{} at line {}: {:?}", func.name, resume.span.line, resume.why),
                finds: text,
                wide: (resume.why == Why::Overflow).then_some((fingerprint, resume.offset)),
            }
        }
        Outcome::Stuck(text) => Run::Differs(text),
    }
}

/// Where the innermost frame was left.
fn place<'a>(translation: &'a Translation, records: &[Record]) -> (&'a Func, &'a Resume) {
    let mut number = records[0].resume as usize;
    for func in &translation.unit.funcs {
        match func.resumes.get(number) {
            Some(resume) => return (func, resume),
            None => number -= func.resumes.len(),
        }
    }
    panic!("the unit has no resume {}", records[0].resume)
}

/// A host in which nothing happens.
struct Room {
    ticks: i64,
    depth: i64,
}

impl Default for Room {
    fn default() -> Room {
        Room { ticks: 0, depth: 500 }
    }
}

impl Host for Room {
    fn object(&mut self, id: ObjectId) -> u64 {
        (id.index() as u64 + 1) << 32
    }
    fn incref(&mut self, _: u64) {}
    fn decref(&mut self, _: u64) -> bool {
        false
    }
    fn is_quiet(&mut self, _: u64) -> bool {
        true
    }
    /// There are no objects here: what can leave does, and nothing is known of any.
    fn runtime(&mut self, function: &'static Runtime, _: &[u64]) -> u64 {
        match (function.name, function.result) {
            ("py_tag", _) => Tag::Object as u64,
            (_, Some(Ty::Obj)) if function.effect == Effect::Calls => 1,
            (_, Some(_)) if function.effect == Effect::Calls => u64::MAX,
            (_, Some(Ty::Obj)) => 3,
            _ => 0,
        }
    }
    fn on_object(&mut self, _: &Op, _: &[u64]) -> Option<u64> {
        None
    }
    fn safepoint(&mut self) -> bool {
        false
    }
    fn is_wanted(&mut self) -> bool {
        false
    }
    fn site(&mut self, _: u32) -> u64 {
        0
    }
    fn call_out(&mut self, _: Record) -> Option<u64> {
        None
    }
    fn ticks_left(&mut self) -> &mut i64 {
        &mut self.ticks
    }
    fn depth_left(&mut self) -> &mut i64 {
        &mut self.depth
    }
    fn steps_at_most(&self) -> u64 {
        20_000_000
    }
}
