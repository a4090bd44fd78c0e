//! Code objects with guards: by our own decoder, by `dis`, and run by the interpreters of this machine.

mod support;

use base::Index;
use bytecode::{BlockId, Code, Const, DecodeError, Guarded, Hir, Op, OpKind, OpaqueFlow, decode, guard, landing_args};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use support::{Sample, interpreter, sample, talk};

const PROGRAMS: &str = "tests/guarded_programs.py";

#[test]
fn python_3_11_programs() {
    programs(11);
}

#[test]
fn python_3_12_programs() {
    programs(12);
}

#[test]
fn python_3_13_programs() {
    programs(13);
}

#[test]
fn python_3_11_standard_library() {
    standard_library(11);
}

#[test]
fn python_3_12_standard_library() {
    standard_library(12);
}

#[test]
fn python_3_13_standard_library() {
    standard_library(13);
}

fn programs(minor: u8) {
    if let Some(report) = harness(minor, &["run", PROGRAMS]) {
        assert!(report["padded"].as_u64() > Some(0), "a back edge whose off form is padded");
        assert!(report["runs"].as_u64() > Some(800) && report["calls"].as_u64() > Some(1000) && report["events"].as_u64() > Some(10_000));
    }
    if let Some(report) = harness(minor, &["check", PROGRAMS]) {
        assert!(report["with_loops"].as_u64() > Some(30));
    }
}

fn standard_library(minor: u8) {
    if let Some(report) = harness(minor, &["check"]) {
        assert!(report["with_loops"].as_u64() > Some(800));
    }
}

/// Lets `guarded.py` check or run code objects with guards, and checks each of them here too.
fn harness(minor: u8, arguments: &[&str]) -> Option<Value> {
    let python = interpreter(minor)?;
    let (mut report, mut failures, mut refused) = (None, Vec::new(), Vec::new());
    talk(&python, "tests/guarded.py", arguments, "", |value| {
        if let Some(failure) = value["failure"].as_str() {
            failures.push(failure.to_string());
        } else if value["report"].is_object() {
            report = Some(value["report"].clone());
        } else {
            let sample = sample(&value["code"]);
            let whose = format!("{}:{}", sample.code.filename, sample.code.qualname);
            match guarded(&sample) {
                Ok(guarded) => {
                    compare(&whose, &sample, &guarded);
                    return Some(parts(&sample.code, &guarded));
                }
                Err(error) => refused.push(format!("{whose}: {error}")),
            }
            return Some(json!({"loops": []}));
        }
        None
    });
    eprintln!("3.{minor} {arguments:?}: {}", report.as_ref().unwrap_or(&Value::Null));
    assert!(failures.is_empty(), "3.{minor}: {} failures\n{}", failures.len(), failures[..failures.len().min(20)].join("\n"));
    assert!(refused.is_empty(), "3.{minor}: no guards for\n{}", refused.join("\n"));
    Some(report.expect("the script reports"))
}

fn guarded(sample: &Sample) -> Result<Guarded, DecodeError> {
    // Whatever is made of a constant and called with an iterator: what is no generator is guarded as well.
    let constants: Vec<u32> = (0..sample.code.consts.len() as u32).collect();
    guard(&sample.code, &sample.line_table, sample.code.consts.len() as u32, false, &constants)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parts(code: &Code, guarded: &Guarded) -> Value {
    let patch = |patch: &bytecode::Patch| json!({"at": patch.at, "on": hex(&patch.on), "off": hex(&patch.off)});
    let one = |one: &bytecode::GuardedLoop| {
        json!({
            "head": one.head, "new_head": one.new_head, "guard": one.guard, "call": one.call, "behind": one.behind,
            "switch": patch(&one.switch), "back_edges": one.back_edges.iter().map(patch).collect::<Vec<_>>(),
        })
    };
    let landings = guarded.landing.iter().flat_map(|&landing| {
        guarded.loops.iter().flat_map(|one| [one.new_head, one.guard, one.behind]).chain([0]).map(move |to| (to, landing_args(landing, to)))
    });
    json!({
        "bytecode": hex(&guarded.bytecode),
        "exception_table": hex(&guarded.exception_table),
        "line_table": hex(&guarded.line_table),
        "stacksize": guarded.stacksize,
        "landing": guarded.landing,
        "landings": landings.take(8).collect::<Vec<_>>(),
        "loops": guarded.loops.iter().map(one).collect::<Vec<_>>(),
        "moved": (0..=code.bytecode.len() as u32).step_by(2).map(|old| guarded.moved(old)).collect::<Vec<_>>(),
    })
}

fn with_guards(sample: &Sample, guarded: &Guarded, states: impl Fn(&mut Vec<u8>)) -> Code {
    let mut code = sample.code.clone();
    code.bytecode = guarded.bytecode.clone();
    states(&mut code.bytecode);
    code.exception_table = guarded.exception_table.clone();
    code.stacksize = guarded.stacksize;
    code.consts.extend(guarded.loops.iter().map(|_| Const::None));
    code
}

/// The HIR of the code with guards is the HIR of the code, moved, and the guards' operations.
fn compare(whose: &str, sample: &Sample, guarded: &Guarded) {
    let Ok(old) = decode(&sample.code) else {
        return;
    };
    if guarded.loops.is_empty() {
        assert_eq!(old.blocks.iter().filter(|block| block.is_loop_head && !block.is_handler).count(), 0, "{whose}: loops");
        assert_eq!(
            (&guarded.bytecode, &guarded.exception_table, &guarded.line_table, guarded.stacksize, guarded.landing),
            (&sample.code.bytecode, &sample.code.exception_table, &sample.line_table, sample.code.stacksize, None),
            "{whose}: no loops, no change"
        );
        return;
    }
    compare_hir(whose, sample, &old, guarded, false);
    compare_hir(whose, sample, &old, guarded, true);
}

fn compare_hir(whose: &str, sample: &Sample, old: &Hir, guarded: &Guarded, back_edges_are_on: bool) {
    let code = with_guards(sample, guarded, |bytes| {
        for patch in guarded.loops.iter().flat_map(|one| &one.back_edges).filter(|_| back_edges_are_on) {
            let at = patch.at as usize;
            assert_eq!(bytes[at..at + patch.off.len()], patch.off, "{whose}: back edges are off at first");
            bytes[at..at + patch.on.len()].copy_from_slice(&patch.on);
        }
    });
    let new = decode(&code).unwrap_or_else(|error| panic!("{whose} with guards: {error}"));
    let guard_of: HashMap<u32, u32> = guarded.loops.iter().map(|one| (one.head, one.guard)).collect();
    let mut new_ops = Ops::of(&new);
    for op in &old.ops {
        let whose = format!("{whose}: {:?} at {}", op.kind, op.at);
        let moved = new_ops.take(guarded.moved(op.place.unwrap_or(op.at)), op.place.is_some());
        let next = |old: u32| guard_of.get(&old).copied().unwrap_or(guarded.moved(old));
        assert_eq!((moved.place, moved.next), (op.place.map(|old| guarded.moved(old)), op.next.map(next)), "{whose}");
        assert_eq!(moved.is_protected, op.is_protected, "{whose}: protection");
        let Some(target) = op.target() else {
            assert_eq!(moved.kind, op.kind, "{whose}");
            continue;
        };
        let to = start(old, target);
        let is_back = to <= op.at;
        let expected = guard_of.get(&to).filter(|_| !is_back || back_edges_are_on).copied().unwrap_or(guarded.moved(to));
        assert_eq!(start(&new, moved.target().expect("a jump")), expected, "{whose}: target");
        assert_eq!(aimless(&moved.kind), aimless(&op.kind), "{whose}");
    }
    for (number, one) in guarded.loops.iter().enumerate() {
        let guard: Vec<&Op> = new_ops.take_range(one.guard, one.new_head);
        let load = OpKind::LoadConst((sample.code.consts.len() + number) as u32);
        let mut push = vec![OpKind::PushNull, load];
        if sample.code.minor >= 13 {
            push.reverse();
        }
        let call = OpKind::Call { args: 0, keywords: Vec::new() };
        let kinds: Vec<OpKind> = guard.iter().map(|op| aimless(&op.kind)).collect();
        assert_eq!(kinds, [vec![OpKind::Jump(BlockId(0))], push, vec![call, OpKind::Pop]].concat(), "{whose}: guard {number}");
        assert_eq!((guard[3].at, guard[3].next, guard[4].at), (one.call, Some(one.behind), one.behind), "{whose}: guard {number}");
    }
    assert!(new_ops.rest().is_empty(), "{whose}: more operations: {:?}", new_ops.rest());

    let blocks: HashMap<u32, usize> = (0..new.blocks.len()).map(|block| (start(&new, BlockId::new(block)), block)).collect();
    for (index, block) in old.blocks.iter().enumerate() {
        let at = start(old, BlockId::new(index));
        let moved = *blocks.get(&guarded.moved(at)).unwrap_or_else(|| &blocks[&guard_of[&at]]);
        assert_eq!((new.blocks[moved].depth, new.blocks[moved].is_handler), (block.depth, block.is_handler), "{whose}: block at {at}");
        assert_eq!(new.live_in[moved], old.live_in[index], "{whose}: live at {at}");
        if !back_edges_are_on {
            assert_eq!(new.blocks[moved].is_loop_head, block.is_loop_head, "{whose}: block at {at}");
        }
    }
}

/// Operations by their place, or by the byte offset of their instruction if they have none; and whether they have one.
struct Ops<'a>(BTreeMap<(u32, bool), Vec<&'a Op>>);

impl<'a> Ops<'a> {
    fn of(hir: &'a Hir) -> Self {
        let mut ops: BTreeMap<_, Vec<&Op>> = BTreeMap::new();
        for op in &hir.ops {
            ops.entry((op.place.unwrap_or(op.at), op.place.is_some())).or_default().push(op);
        }
        Ops(ops)
    }

    fn take(&mut self, at: u32, has_place: bool) -> &'a Op {
        let ops = self.0.remove(&(at, has_place)).unwrap_or_else(|| panic!("no operation at {at}"));
        assert_eq!(ops.len(), 1);
        ops[0]
    }

    fn take_range(&mut self, from: u32, to: u32) -> Vec<&'a Op> {
        let keys: Vec<_> = self.0.range((from, false)..(to, false)).map(|(&key, _)| key).collect();
        keys.into_iter().flat_map(|key| self.0.remove(&key).expect("an operation")).collect()
    }

    fn rest(&self) -> Vec<&'a Op> {
        self.0.values().flatten().copied().collect()
    }
}

fn start(hir: &Hir, block: BlockId) -> u32 {
    hir.ops[hir.blocks[block.index()].first.index()].place.expect("a block begins at a place")
}

/// The operation with its target taken out.
fn aimless(kind: &OpKind) -> OpKind {
    let mut kind = kind.clone();
    match &mut kind {
        OpKind::ForIter { exit: target }
        | OpKind::Jump(target)
        | OpKind::JumpBack(target)
        | OpKind::JumpIf { target, .. }
        | OpKind::JumpIfNone { target, .. }
        | OpKind::JumpIfOrPop { target, .. }
        | OpKind::Opaque { flow: OpaqueFlow::Branch { target, .. }, .. } => *target = BlockId(0),
        _ => {}
    }
    kind
}
