//! Second versions of loops whose turns compute much that is the same in every turn: the first turn writes these values on a *tape*, the
//! others take them from there, in the same order.
//!
//! ```text
//! for m in range(n):                           the first turn as it was, and for each station
//!     for station in stations:                     tape.put f64 v8
//!         d = sqrt((x - station["x"]) ** 2)
//!         misfit += t[m] - d                   the others: for each station
//!                                                  v8 = tape.next f64
//!                                                  misfit += t[m] - v8
//! ```
//!
//! A value is the *same* if it is computed from what comes from outside of the loop, from memory that the loop does not change, and from
//! such values, where control gets there alike in each turn (`same`). The second version changes nothing that anyone could see: what the
//! loop changes in each turn alike, names set to the same objects and references taken and dropped, is as it was at the turn's end already.
//! Where anything else would be done, or might fail, or the interpreter wants attention, the turn is begun again in the loop as it was.
//!
//! ```text
//!   ──▶ enter ──▶ the loop as it was ──end of a turn──▶ (is the tape whole?) ──no──▶ the loop as it was
//!                   ▲                                       └──yes──▶ the second version ──end of a turn──▶ the second version
//!                   └───────────────── missed ────────────────────────────┘
//! ```

mod same;

use crate::copy::{Copy, copy_blocks};
use base::{Index, Span};
use ir::{Block, BlockId, Dominators, Edge, Effect, Func, Inst, Loop, Op, Term, Ty, Value, exact, loops, predecessors};
use same::{Kind, Same};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Loops of more blocks are left as they are.
const BLOCKS_AT_MOST: usize = 250;
/// What the second version saves must be so many times what reading the tape takes, and so much at least: by the weights below.
const WORTH: u64 = 3;
const WORTH_AT_LEAST: u64 = 8;
/// An inner loop is taken to make so many turns.
const TURNS: u64 = 8;

pub fn replay(func: &mut Func) {
    if func.is_recursive {
        return;
    }
    let dominators = Dominators::of(func);
    let all = loops(func, &dominators);
    let mut plans: Vec<Plan> = all.iter().filter_map(|each| Plan::of(func, &dominators, each, &all)).collect();
    plans.sort_by_key(|plan| std::cmp::Reverse(plan.gain));
    let mut taken: BTreeSet<BlockId> = BTreeSet::new();
    let mut tapes = 0;
    for plan in plans {
        if taken.is_disjoint(&plan.blocks) {
            taken.extend(&plan.blocks);
            plan.write(func, tapes);
            tapes += 1;
        }
    }
}

/// What becomes of an operation in the second version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is not done: its result is not needed, or on the tape, or cheap to compute.
    Erased,
    Kept,
    /// The turn is begun again in the loop as it was.
    Missed,
}

struct Plan {
    header: BlockId,
    blocks: BTreeSet<BlockId>,
    /// Blocks of the second version: what leads elsewhere is missed.
    kept: BTreeSet<BlockId>,
    fates: HashMap<(BlockId, usize), Fate>,
    /// Results that are erased where they stand, but needed.
    taped: HashSet<Value>,
    recomputed: HashSet<Value>,
    /// All that is needed.
    needed: HashSet<Value>,
    /// Parameters of inner blocks among it.
    params: HashSet<Value>,
    /// The header's parameters that are steady.
    steady: HashSet<Value>,
    gain: u64,
}

impl Plan {
    fn of(func: &Func, dominators: &Dominators, each: &Loop, all: &[Loop]) -> Option<Plan> {
        if each.blocks.len() > BLOCKS_AT_MOST {
            return None;
        }
        let same = Same::of(func, dominators, each)?;
        let mut plan = Plan {
            header: each.header,
            blocks: each.blocks.clone(),
            kept: BTreeSet::new(),
            fates: HashMap::new(),
            taped: HashSet::new(),
            recomputed: HashSet::new(),
            needed: HashSet::new(),
            params: HashSet::new(),
            steady: HashSet::new(),
            gain: 0,
        };
        let mut missed = BTreeSet::new();
        for block in &each.blocks {
            for (index, inst) in func.blocks[block.index()].insts.iter().enumerate() {
                let fate = fate(&same, *block, inst);
                plan.fates.insert((*block, index), fate);
                if fate == Fate::Missed {
                    missed.insert(*block);
                }
            }
        }
        // It comes round, and so do the loops in it: else only what does nothing would be replayed.
        let comes_round = |kept: &BTreeSet<BlockId>, one: &Loop| {
            let mut edges = kept.intersection(&one.blocks).flat_map(|block| func.blocks[block.index()].term.edges());
            edges.any(|edge| edge.to == one.header)
        };
        let mut work = vec![each.header];
        while let Some(block) = work.pop() {
            if each.blocks.contains(&block) && !missed.contains(&block) && plan.kept.insert(block) {
                work.extend(func.blocks[block.index()].term.edges().into_iter().map(|edge| edge.to));
            }
        }
        let mut inner = all.iter().filter(|one| plan.kept.contains(&one.header) && one.blocks.is_subset(&each.blocks));
        if !inner.all(|one| comes_round(&plan.kept, one)) {
            return None;
        }
        let header = &func.blocks[each.header.index()].params;
        plan.steady.extend(header.iter().filter(|param| matches!(same.kind(**param), Kind::Old(_))));
        plan.find_needed(func, &same)?;
        let depth = |block: &BlockId| all.iter().filter(|one| one.blocks.contains(block)).count() as u32;
        plan.weigh(func, &same, &depth)?;
        Some(plan)
    }

    /// What the second version needs of what it doesn't compute. None where it can't have that.
    fn find_needed(&mut self, func: &Func, same: &Same) -> Option<()> {
        let mut defined: HashMap<Value, (BlockId, usize)> = HashMap::new();
        let mut given: HashMap<Value, (BlockId, usize)> = HashMap::new();
        for block in &self.blocks {
            let Block { params, insts, .. } = &func.blocks[block.index()];
            given.extend(params.iter().enumerate().map(|(index, param)| (*param, (*block, index))));
            let results = insts.iter().enumerate().flat_map(|(index, inst)| inst.results.iter().map(move |value| (*value, index)));
            defined.extend(results.map(|(value, index)| (value, (*block, index))));
        }
        let mut wanted: Vec<Value> = Vec::new();
        for block in &self.kept {
            let Block { insts, term, .. } = &func.blocks[block.index()];
            for (index, inst) in insts.iter().enumerate() {
                if self.fates[&(*block, index)] == Fate::Kept && !is_idle(&inst.op) {
                    wanted.extend(&inst.args);
                }
            }
            wanted.extend(term.uses());
            for edge in term.edges().into_iter().filter(|edge| edge.to == self.header) {
                let params = &func.blocks[self.header.index()].params;
                wanted.extend(params.iter().zip(&edge.args).filter(|(param, _)| !self.steady.contains(param)).map(|(_, arg)| *arg));
            }
        }
        let mut seen = HashSet::new();
        while let Some(value) = wanted.pop() {
            if !seen.insert(value) {
                continue;
            }
            if let Some((block, index)) = given.get(&value) {
                if *block != self.header {
                    self.params.insert(value);
                    let edges = self.kept.iter().flat_map(|from| func.blocks[from.index()].term.edges());
                    wanted.extend(edges.filter(|edge| edge.to == *block).map(|edge| edge.args[*index]));
                }
                continue;
            }
            let Some((block, index)) = defined.get(&value) else { continue };
            let inst = &func.blocks[block.index()].insts[*index];
            match self.fates[&(*block, *index)] {
                Fate::Missed => return None,
                Fate::Kept => wanted.extend(&inst.args),
                Fate::Erased if same.kind(value) != Kind::Same && !is_idle(&inst.op) => return None,
                Fate::Erased if same.kind(value) != Kind::Same || is_cheap(&inst.op) => {
                    self.recomputed.insert(value);
                    wanted.extend(&inst.args);
                }
                Fate::Erased => {
                    matches!(func.ty(value), Ty::I1 | Ty::I64 | Ty::F64 | Ty::Obj).then_some(())?;
                    self.taped.insert(value);
                }
            }
        }
        self.needed = seen;
        // What is not needed gets something of its type.
        let has_dummies = |ty: Ty| ty != Ty::Mem;
        let unneeded = self.kept.iter().flat_map(|block| &func.blocks[block.index()].params);
        unneeded.copied().all(|param| self.params.contains(&param) || has_dummies(func.ty(param))).then_some(())
    }

    fn weigh(&mut self, func: &Func, same: &Same, depth: &dyn Fn(&BlockId) -> u32) -> Option<()> {
        let (mut saved, mut read, mut heavy) = (0u64, 0u64, 0u64);
        let outside = depth(&self.header);
        for block in &self.kept {
            let turns = TURNS.pow((depth(block) - outside).min(4));
            if same.control(*block) != Kind::Same {
                continue;
            }
            for (index, inst) in func.blocks[block.index()].insts.iter().enumerate() {
                let result = inst.results.first();
                if self.fates[&(*block, index)] != Fate::Erased || result.is_some_and(|value| self.recomputed.contains(value)) {
                    continue;
                }
                let (weight, is_heavy) = weight(&inst.op);
                saved += weight * turns;
                heavy += if is_heavy { weight * turns } else { 0 };
                read += if result.is_some_and(|value| self.taped.contains(value)) { 2 * turns } else { 0 };
            }
        }
        let absolute = TURNS.pow(outside.min(6));
        self.gain = saved.saturating_sub(read) * absolute;
        (heavy >= WORTH_AT_LEAST && saved >= WORTH * read).then_some(())
    }

    fn write(&self, func: &mut Func, tape: u32) {
        let before = predecessors(func);
        let copy = copy_blocks(func, &self.blocks);
        let span = func.blocks[self.header.index()].insts.first().map(|inst| inst.span).unwrap_or_default();
        let types: Vec<Ty> = func.blocks[self.header.index()].params.iter().map(|param| func.ty(*param)).collect();
        let mut block_with_params = || {
            let block = func.block();
            let params: Vec<Value> = types.iter().map(|ty| func.value(*ty)).collect();
            func.blocks[block.index()].params = params.clone();
            (block, params)
        };
        let (enter, entered) = block_with_params();
        let (arrive, arrived) = block_with_params();
        let (start, started) = block_with_params();
        let missed = func.block();
        let second = copy.blocks[&self.header];

        let act = |op: Op| Inst { op, args: vec![], results: vec![], resume: None, span };
        func.blocks[enter.index()].insts.push(act(Op::TapeEnter(tape)));
        func.blocks[enter.index()].term = Term::Jump(Edge { to: self.header, args: entered });
        let is_whole = func.value(Ty::I1);
        let ask = Inst { results: vec![is_whole], ..act(Op::TapeIsWhole(tape)) };
        func.blocks[arrive.index()].insts.push(ask);
        let (then, other) = (Edge { to: start, args: arrived.clone() }, Edge { to: self.header, args: arrived });
        func.blocks[arrive.index()].term = Term::Branch { condition: is_whole, then, other };
        let dummies = self.dummies(func, start, span);
        func.blocks[start.index()].term = Term::Jump(Edge { to: second, args: started });
        func.blocks[missed.index()].insts.push(act(Op::TapeMissed(tape)));
        let state = func.blocks[second.index()].params.clone();
        func.blocks[missed.index()].term = Term::Jump(Edge { to: self.header, args: state });

        for from in before[self.header.index()].iter().collect::<BTreeSet<_>>() {
            let to = if self.blocks.contains(from) { arrive } else { enter };
            let edges = func.blocks[from.index()].term.edges_mut();
            edges.into_iter().filter(|edge| edge.to == self.header).for_each(|edge| edge.to = to);
        }
        for block in &self.kept {
            self.strip(func, *block, &copy, tape, missed, &dummies);
        }
        func.blocks[second.index()].insts.insert(0, act(Op::TapeRewind(tape)));
        for block in &self.blocks {
            self.record(func, *block, tape);
        }
        func.blocks[self.header.index()].insts.insert(0, act(Op::TapeRewind(tape)));
    }

    /// Something of each type, for parameters that nothing needs.
    fn dummies(&self, func: &mut Func, block: BlockId, span: Span) -> HashMap<Ty, Value> {
        let ops = [
            (Ty::I1, Op::ConstBool(false)),
            (Ty::I64, Op::ConstInt(0)),
            (Ty::I128, Op::ConstWide(0)),
            (Ty::F64, Op::ConstFloat(0)),
            (Ty::Obj, Op::NoneObject),
        ];
        ops.into_iter()
            .map(|(ty, op)| {
                let value = func.value(ty);
                func.blocks[block.index()].insts.push(Inst { op, args: vec![], results: vec![value], resume: None, span });
                (ty, value)
            })
            .collect()
    }

    /// Writes a block of the second version.
    fn strip(&self, func: &mut Func, block: BlockId, copy: &Copy, tape: u32, missed: BlockId, dummies: &HashMap<Ty, Value>) {
        let copied = copy.blocks[&block];
        let insts = std::mem::take(&mut func.blocks[copied.index()].insts);
        let term = std::mem::take(&mut func.blocks[copied.index()].term);
        let originals: Vec<Option<Value>> = func.blocks[block.index()].insts.iter().map(|inst| inst.results.first().copied()).collect();
        let mut at = Cut { func: &mut *func, block: copied, missed };
        for (index, inst) in insts.into_iter().enumerate() {
            let original = originals[index];
            match self.fates[&(block, index)] {
                Fate::Erased if original.is_some_and(|value| self.taped.contains(&value)) => {
                    let ty = at.func.ty(inst.results[0]);
                    at.push(Inst { op: Op::TapeNext(tape, ty), args: vec![], resume: None, ..inst });
                }
                Fate::Erased if original.is_some_and(|value| self.recomputed.contains(&value)) => at.push(Inst { resume: None, ..inst }),
                Fate::Erased => {}
                _ if is_idle(&inst.op) && original.is_none_or(|value| !self.needed.contains(&value)) => {}
                _ => at.keep(inst),
            }
        }
        let last = at.block;
        func.blocks[last.index()].term = self.lead(func, block, term, copy, missed, dummies);
    }

    /// The end of a block of the second version, from that of its copy.
    fn lead(&self, func: &Func, block: BlockId, mut term: Term, copy: &Copy, missed: BlockId, dummies: &HashMap<Ty, Value>) -> Term {
        let originals: Vec<BlockId> = func.blocks[block.index()].term.edges().into_iter().map(|edge| edge.to).collect();
        for (edge, original) in term.edges_mut().into_iter().zip(originals) {
            // The original's edges to the header lead to where it is asked for the tape by now.
            let is_back = edge.to == copy.blocks[&self.header];
            if !is_back && !self.kept.contains(&original) {
                *edge = Edge { to: missed, args: vec![] };
                continue;
            }
            let to = if is_back { self.header } else { original };
            for (param, arg) in func.blocks[to.index()].params.iter().zip(&mut edge.args) {
                if is_back && self.steady.contains(param) {
                    *arg = copy.value(*param);
                } else if !is_back && !self.params.contains(param) {
                    *arg = dummies[&func.ty(*param)];
                }
            }
        }
        term
    }

    /// Has a block of the loop as it was write the tape, and say where that does not hold.
    fn record(&self, func: &mut Func, block: BlockId, tape: u32) {
        let insts = std::mem::take(&mut func.blocks[block.index()].insts);
        let term = std::mem::take(&mut func.blocks[block.index()].term);
        let act = |op: Op, args: Vec<Value>, span: Span| Inst { op, args, results: vec![], resume: None, span };
        let mut here = block;
        let is_missed = (0..insts.len()).any(|index| self.fates[&(block, index)] == Fate::Missed);
        if is_missed {
            func.blocks[here.index()].insts.push(act(Op::TapeSpoil(tape), vec![], insts[0].span));
        }
        for inst in insts {
            let span = inst.span;
            if matches!(inst.op, Op::Safepoint) {
                // Whatever runs there may change what the tape's values are computed from.
                let (asked, next) = (func.block(), func.block());
                let wanted = func.value(Ty::I1);
                func.blocks[here.index()].insts.push(Inst { op: Op::IsWanted, args: vec![], results: vec![wanted], resume: None, span });
                let edge = |to| Edge { to, args: vec![] };
                func.blocks[here.index()].term = Term::Branch { condition: wanted, then: edge(asked), other: edge(next) };
                func.blocks[asked.index()].insts.extend([act(Op::TapeSpoil(tape), vec![], span), inst]);
                func.blocks[asked.index()].term = Term::Jump(edge(next));
                here = next;
                continue;
            }
            let taped = inst.results.first().copied().filter(|value| self.taped.contains(value));
            func.blocks[here.index()].insts.push(inst);
            if let Some(value) = taped {
                let ty = func.ty(value);
                func.blocks[here.index()].insts.push(act(Op::TapePut(tape, ty), vec![value], span));
            }
        }
        func.blocks[here.index()].term = term;
    }
}

/// A block that is being written, and is cut where something may be missed.
struct Cut<'a> {
    func: &'a mut Func,
    block: BlockId,
    missed: BlockId,
}

impl Cut<'_> {
    fn push(&mut self, inst: Inst) {
        self.func.blocks[self.block.index()].insts.push(inst);
    }

    fn one(&mut self, op: Op, args: &[Value], span: Span) -> Value {
        let result = self.func.value(op.results().expect("not a call")[0]);
        self.push(Inst { op, args: args.to_vec(), results: vec![result], resume: None, span });
        result
    }

    /// Goes on in a new block where the condition is as wanted; else the turn is missed.
    fn unless(&mut self, condition: Value, wanted: bool) {
        let next = self.func.block();
        let (on, off) = (Edge { to: next, args: vec![] }, Edge { to: self.missed, args: vec![] });
        let (then, other) = if wanted { (on, off) } else { (off, on) };
        self.func.blocks[self.block.index()].term = Term::Branch { condition, then, other };
        self.block = next;
    }

    /// What may leave is missed instead.
    fn keep(&mut self, inst: Inst) {
        let span = inst.span;
        let whole = |op: Op| Inst { op, resume: None, ..inst.clone() };
        match &inst.op {
            Op::Exact(exact) if exact.is_checked => {
                let fails = self.one(Op::ExactFails(exact), &inst.args, span);
                self.unless(fails, false);
                self.push(whole(Op::ExactValue(exact)));
            }
            Op::AddInt | Op::SubInt | Op::MulInt => {
                let (overflows, wrapping) = match inst.op {
                    Op::AddInt => (Op::AddOverflows, Op::WrapAddInt),
                    Op::SubInt => (Op::SubOverflows, Op::WrapSubInt),
                    _ => (Op::MulOverflows, Op::Exact(exact("wrap_mul.i64").expect("the table has it"))),
                };
                let fails = self.one(overflows, &inst.args, span);
                self.unless(fails, false);
                self.push(whole(wrapping));
            }
            Op::GuardTrue => self.unless(inst.args[0], true),
            Op::GuardFalse => self.unless(inst.args[0], false),
            Op::Safepoint => {
                let wanted = self.one(Op::IsWanted, &[], span);
                self.unless(wanted, false);
            }
            _ => self.push(inst),
        }
    }
}

fn fate(same: &Same, block: BlockId, inst: &Inst) -> Fate {
    let kinds = || inst.args.iter().map(|arg| same.kind(*arg)).chain([same.control(block)]);
    let is_steady = kinds().all(|kind| kind != Kind::Own);
    let is_same = kinds().all(|kind| kind == Kind::Same);
    match &inst.op {
        // Every place is counted.
        Op::Tick => Fate::Missed,
        Op::Safepoint => Fate::Kept,
        Op::IsWanted | Op::LeaveIfWanted => Fate::Missed,
        op if is_steady && same::is_alike(op, is_same || same.is_of_dropped(inst)) => Fate::Erased,
        op if matches!(op.effect(), Effect::Pure | Effect::Reads) => Fate::Kept,
        Op::Exact(_) | Op::AddInt | Op::SubInt | Op::MulInt | Op::GuardTrue | Op::GuardFalse => Fate::Kept,
        _ => Fate::Missed,
    }
}

/// Done for its result alone.
fn is_idle(op: &Op) -> bool {
    matches!(op.effect(), Effect::Pure | Effect::Reads)
}

/// What takes no longer than reading the tape.
fn is_cheap(op: &Op) -> bool {
    use Op::*;
    matches!(
        op,
        ConstBool(_)
            | ConstInt(_)
            | ConstWide(_)
            | ConstFloat(_)
            | ConstObject(_)
            | NoneObject
            | BoolToObject
            | LoadScalar { .. }
            | CompareInt(_)
            | CompareUint(_)
            | AndBool
            | OrBool
            | XorBool
            | NotBool
            | BoolToInt
            | WrapAddInt
            | WrapSubInt
            | ObjectToBits
            | IsSameObject
            | ListLength
            | Length
            | IntToFloat
    )
}

/// What an operation takes, and whether that is the more than a few instructions for which loops are replayed.
fn weight(op: &Op) -> (u64, bool) {
    match op {
        Op::Runtime(runtime) => (if runtime.name == "py_store_name" { 8 } else { 10 }, true),
        Op::Exact(_) => (8, true),
        Op::DivFloat => (3, true),
        Op::IncRef | Op::DecRef | Op::ShareAny | Op::DropAny => (2, false),
        op if matches!(op.effect(), Effect::Reads | Effect::Checks) => (2, false),
        op if is_cheap(op) => (0, false),
        _ => (1, false),
    }
}

#[cfg(test)]
mod tests {
    const ROOTS: &str = "
f0: func f of c0 (int, float) -> float
b0(v0: i64, v1: f64):
    v2 = const.f64 0.0
    v3 = const.i64 0
    jump b1(v3, v2)
b1(v4: i64, v5: f64):
    v6 = cmp.i64 lt v4, v0
    branch v6 b2(v3, v5) b5()
b2(v7: i64, v8: f64):
    v9 = const.i64 3
    v10 = cmp.i64 lt v7, v9
    branch v10 b3() b4()
b3():
    v11 = i64.to.f64 v7
    v12 = add.f64 v11, v1
    v13 = math.sqrt v12 else r1
    v14 = i64.to.f64 v4
    v15 = mul.f64 v13, v14
    v16 = add.f64 v8, v15
    v17 = const.i64 1
    v18 = wadd.i64 v7, v17
    jump b2(v18, v16)
b4():
    safepoint else r2
    v19 = const.i64 1
    v20 = wadd.i64 v4, v19
    jump b1(v20, v8)
b5():
    return v5
r0: go 0 at 0 Interrupt locals [int v0, float v1] stack []
r1: go 4 at 4 Raises locals [int v0, float v1] stack [int v4, float v8, int v7]
r2: go 8 at 8 Interrupt locals [int v0, float v1] stack [int v4, float v8]
";

    fn replayed(text: &str) -> String {
        let mut unit = ir::read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        super::replay(&mut unit.funcs[0]);
        crate::params::remove_constant_params(&mut unit.funcs[0]);
        crate::dead::remove_dead(&mut unit.funcs[0]);
        crate::tidy::tidy(&mut unit.funcs[0]);
        ir::verify(&unit).unwrap_or_else(|error| panic!("{error}\n{unit}"));
        unit.to_string()
    }

    #[test]
    fn what_each_turn_computes_alike_is_taken_from_the_tape() {
        let text = replayed(ROOTS);
        let count = |what: &str| text.matches(what).count();
        assert_eq!((count("math.sqrt"), count("tape.put f64 0"), count("tape.next f64 0")), (1, 1, 1), "{text}");
    }

    #[test]
    fn what_is_its_own_in_each_turn_is_not() {
        let text = replayed(&ROOTS.replace("v12 = add.f64 v11, v1", "v12 = add.f64 v11, v5"));
        assert!(!text.contains("tape"), "{text}");
        // Nor where the turns part by what is their own.
        let text = ROOTS.replace("v10 = cmp.i64 lt v7, v9", "v10 = cmp.i64 lt v7, v4");
        assert!(!replayed(&text).contains("tape"), "{text}");
    }

    #[test]
    fn what_flips_at_each_turn_is_not_steady() {
        let text = ROOTS
            .replace("jump b1(v3, v2)", "jump b1(v3, v2, v1)")
            .replace("b1(v4: i64, v5: f64):", "b1(v4: i64, v5: f64, v21: f64):")
            .replace("v12 = add.f64 v11, v1", "v12 = add.f64 v11, v21")
            .replace("    v20 = wadd", "    v22 = neg.f64 v21\n    v20 = wadd")
            .replace("jump b1(v20, v8)", "jump b1(v20, v8, v22)");
        assert!(!replayed(&text).contains("tape"), "{text}");
    }
}
