//! The files of `tests/text/`.
//!
//! ```text
//! test ir
//!
//! # for: int, float
//! def scaled(n, x):
//!     return n * x
//!
//! # run: 2, 1.5
//! ---
//! .. the IR, then a line a run ..
//! ```
//!
//! The first line may also say `ticks`: leaves are counted at every place; and `wide 6`: the operation at byte 6 outgrew 64 bits before.

use crate::process::fingerprint;
use crate::{Process, run, stage_text, translate};
use infer::Options;
use ir::Shape;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Hir,
    Ir,
    Llvm,
}

pub struct Case {
    pub stage: Stage,
    options: Options,
    pub source: String,
    entry: String,
    params: Vec<Shape>,
    runs: Vec<String>,
    pub expected: String,
}

impl Case {
    pub fn read(text: &str) -> Result<Case, String> {
        let (first, rest) = text.split_once('\n').ok_or("it is empty")?;
        let (source, expected) = rest.split_once("\n---\n").ok_or("a line `---` is missing")?;
        let mut options = Options { small_powers: true, ..Options::default() };
        let mut words = first.split(' ');
        let stage = match (words.next(), words.next()) {
            (Some("test"), Some("hir")) => Stage::Hir,
            (Some("test"), Some("ir")) => Stage::Ir,
            (Some("test"), Some("llvm")) => Stage::Llvm,
            _ => return Err("its first line is none of `test hir`, `test ir`, `test llvm`".into()),
        };
        while let Some(word) = words.next() {
            match (word, words.clone().next().and_then(|offset| offset.parse().ok())) {
                ("ticks", _) => options.ticks = true,
                ("wide", Some(offset)) => {
                    words.next();
                    options.guesses.failed.insert((fingerprint(1), offset), 1);
                }
                _ => return Err(format!("there is no option {word:?}")),
            }
        }
        let comments = |mark: &'static str| source.lines().filter_map(move |line| line.trim_start().strip_prefix(mark));
        let types = comments("# for:").next().ok_or("a line `# for:` with the types is missing")?;
        let behind = &source[source.find("# for:").expect("just found")..];
        let entry = behind.lines().find_map(|line| line.trim_start().strip_prefix("def ")?.split('(').next());
        // The types are written as those of a tuple.
        let Ok(Shape::Tuple(params)) = format!("({types})").parse() else { return Err(format!("{types:?} are no types")) };
        Ok(Case {
            stage,
            options,
            source: source.to_owned(),
            entry: entry.ok_or("no function stands behind `# for:`")?.to_owned(),
            params,
            runs: comments("# run:").map(|arguments| arguments.trim().to_owned()).collect(),
            expected: expected.to_owned(),
        })
    }

    /// What should stand under the source, and the runs that went wrong.
    pub fn found(&self, process: &mut Process) -> (String, Vec<String>) {
        // With the first line, so that places in the text are those in the file.
        process.program(&format!("\n{}", self.source), &self.entry);
        let translation = match translate(process, &self.params, &self.options) {
            Ok(translation) => translation,
            Err(refusal) => return (format!("refused: {}: {}\n", refusal.code, refusal.detail), Vec::new()),
        };
        let mut text = stage_text(self.stage, &translation).trim().to_owned() + "\n";
        let mut wrong = Vec::new();
        for (index, arguments) in self.runs.iter().enumerate() {
            let outcome = run(process, &translation, arguments);
            let line = format!("{}({arguments}) {outcome}\n", self.entry);
            if matches!(outcome, crate::Run::Differs(_)) {
                wrong.push(line.clone());
            }
            text.push_str(if index == 0 { "\n" } else { "" });
            text.push_str(&line);
        }
        (text, wrong)
    }
}
