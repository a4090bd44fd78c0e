//! Looks once, before an innermost loop on mirrors or arrays, at what it would look at in every turn; where all holds, a version of the loop without
//! these looks runs.
//!
//! ```text
//!   ──▶ check ──holds──▶ chunk ──▶ the loop without looks ──▶ on ──▶ chunk, or the loop as it was
//!         └──────────fails───────▶ the loop as it was
//! ```
//!
//! In a loop that counts, what is computed from the counter by sums, differences and products with what doesn't change in the loop goes one
//! way: so it is between what it is in the first and in the last turn. Where these two don't overflow and are no negative index and in
//! bounds, neither is any between. What doesn't change is looked at where it stands. The version without looks does not ask either whether
//! the interpreter wants attention: that is asked between chunks of it.

mod arrays;

use self::arrays::Chunked;
use crate::copy::{Copy, copy_blocks, join_definitions};
use base::{Index, Span};
use ir::{BlockId, Comparison, Dominators, Edge, Effect, Func, Inst, Loop, Op, Tag, Term, Ty, Value, exact, loops, predecessors};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How many turns a loop makes between two looks at whether the interpreter wants attention.
const CHUNK: i64 = 8192;

pub fn hoist(func: &mut Func) {
    let dominators = Dominators::of(func);
    let all = loops(func, &dominators);
    let innermost: Vec<&Loop> =
        all.iter().filter(|one| all.iter().filter(|other| other.blocks.is_subset(&one.blocks)).count() == 1).collect();
    for each in innermost {
        if let Some(plan) = Plan::of(func, &dominators, each) {
            plan.write(func);
        }
    }
}

/// A value of the loop as it is known before the loop.
#[derive(Clone, Copy)]
enum Known {
    /// The same in every turn.
    Same(Value),
    /// Between these two, in one direction.
    Between(Value, Value),
}

enum Step {
    Do(Inst),
    /// Goes on only if this is as said.
    Check(Value, bool),
}

/// How many turns are left, by the loop's own condition.
enum Counter {
    /// A parameter that is counted down to zero.
    Down(usize),
    /// A parameter that is counted up, one by one, to a value that doesn't change.
    Up(usize, Value),
}

struct Plan {
    header: BlockId,
    blocks: BTreeSet<BlockId>,
    counter: Counter,
    /// The comparison that decides whether there is another turn, in the header.
    condition: Value,
    /// The header's parameters as they are before the loop.
    params: Vec<Value>,
    steps: Vec<Step>,
    span: Span,
    /// Values of the loop that are computed before it.
    hoisted: HashMap<Value, Value>,
    /// Results that are another value of the loop where the checks hold.
    aliases: HashMap<Value, Value>,
    /// Instructions that the version without looks does without, and those that can't overflow there; by block and place.
    dropped: HashSet<(BlockId, usize)>,
    unchecked: HashSet<(BlockId, usize)>,
    known: HashMap<Value, Known>,
    /// By how much the header's parameters grow in a turn, of those of which that is known before the loop.
    growth: HashMap<usize, Value>,
    /// Where what NumPy has to say of floats is asked behind each chunk.
    chunked: Option<Chunked>,
}

impl Plan {
    fn of(func: &mut Func, dominators: &Dominators, each: &Loop) -> Option<Plan> {
        let insts = || each.blocks.iter().flat_map(|block| &func.blocks[block.index()].insts);
        let works_on_mirrors =
            insts().any(|inst| matches!(inst.op, Op::MirrorFloat | Op::MirrorInt | Op::MirrorSetFloat | Op::MirrorSetInt));
        let constants: HashMap<Value, i64> = func
            .blocks
            .iter()
            .flat_map(|block| &block.insts)
            .filter_map(|inst| if let Op::ConstInt(value) = inst.op { Some((inst.results[0], value)) } else { None })
            .collect();
        let drops_a_number =
            |inst: &Inst| inst.op == Op::DropAny && is_number_after_first_turn(func, each.header, &each.blocks, inst.args[0], &constants);
        if !works_on_mirrors && !arrays::works_on_arrays(insts(), drops_a_number) || insts().any(|inst| inst.op == Op::MirrorSetRow) {
            return None;
        }
        let inside: HashSet<Value> = each
            .blocks
            .iter()
            .map(|block| &func.blocks[block.index()])
            .flat_map(|block| block.params.iter().chain(block.insts.iter().flat_map(|inst| &inst.results)))
            .copied()
            .collect();
        let steps = steps_of_params(func, each);
        let (counter, condition) = counter(func, each, &steps, &constants)?;

        let header_params = func.blocks[each.header.index()].params.clone();
        let types: Vec<Ty> = header_params.iter().map(|param| func.ty(*param)).collect();
        let params: Vec<Value> = types.into_iter().map(|ty| func.value(ty)).collect();
        let span = func.blocks[each.header.index()].insts.first().map(|inst| inst.span).unwrap_or_default();
        let mut plan = Plan {
            header: each.header,
            blocks: each.blocks.clone(),
            counter,
            condition,
            params,
            steps: Vec::new(),
            span,
            hoisted: HashMap::new(),
            aliases: HashMap::new(),
            dropped: HashSet::new(),
            unchecked: HashSet::new(),
            known: HashMap::new(),
            growth: HashMap::new(),
            chunked: None,
        };
        plan.count(func, &header_params, &steps, &constants, &inside)?;
        for (index, param) in header_params.iter().enumerate() {
            if back_edges(func, each).all(|edge| edge.args[index] == *param) {
                plan.known.insert(*param, Known::Same(plan.params[index]));
            }
        }
        let mut order: Vec<BlockId> = each.blocks.iter().copied().collect();
        order.sort_by_key(|block| dominators.order(block.index()));
        let selected_only = selected_only(func);
        for block in order {
            for place in 0..func.blocks[block.index()].insts.len() {
                let inst = func.blocks[block.index()].insts[place].clone();
                plan.look_at(func, (block, place), &inst, &inside, &constants, &selected_only);
            }
        }
        plan.ask_for_chunks(func);
        // The comparison of the header is decided anew.
        let gains = plan.steps.iter().any(|step| matches!(step, Step::Check(..))) && !plan.hoisted.contains_key(&plan.condition);
        gains.then_some(plan)
    }

    /// Computes before the loop how many turns are left, and what each counting parameter is in the last one.
    fn count(
        &mut self,
        func: &mut Func,
        header_params: &[Value],
        steps: &HashMap<usize, Value>,
        constants: &HashMap<Value, i64>,
        inside: &HashSet<Value>,
    ) -> Option<()> {
        let one = self.int(func, 1);
        let turns = match self.counter {
            Counter::Down(index) => {
                let left = self.params[index];
                let zero = self.int(func, 0);
                let is_left = self.one(func, Op::CompareInt(Comparison::Gt), &[left, zero]);
                self.check(is_left, true);
                left
            }
            Counter::Up(index, end) => {
                let next = self.params[index];
                let end = if inside.contains(&end) { self.length_before(func, end, inside)? } else { end };
                self.counter = Counter::Up(index, end);
                let is_left = self.one(func, Op::CompareUint(Comparison::Lt), &[next, end]);
                self.check(is_left, true);
                self.one(func, Op::WrapSubInt, &[end, next])
            }
        };
        let last_turn = self.one(func, Op::WrapSubInt, &[turns, one]);
        for (index, step) in steps {
            let step = match constants.get(step) {
                Some(step) => self.int(func, *step),
                None if inside.contains(step) => continue,
                None => *step,
            };
            self.growth.insert(*index, step);
            let first = self.params[*index];
            let way = self.checked(func, &Op::MulInt, last_turn, step);
            let last = self.checked(func, &Op::AddInt, first, way);
            self.known.insert(header_params[*index], Known::Between(first, last));
        }
        Some(())
    }

    /// The length of a mirror that doesn't change in the loop, read before it.
    fn length_before(&mut self, func: &mut Func, length: Value, inside: &HashSet<Value>) -> Option<Value> {
        let mut places =
            self.blocks.iter().flat_map(|block| func.blocks[block.index()].insts.iter().enumerate().map(|(i, inst)| (*block, i, inst)));
        let (block, place, inst) = places.find(|(_, _, inst)| inst.results.first() == Some(&length))?;
        if inst.op != Op::MirrorLength || inside.contains(&inst.args[0]) {
            return None;
        }
        let args = inst.args.clone();
        let value = self.one(func, Op::MirrorLength, &args);
        self.hoist(length, value, (block, place));
        Some(value)
    }

    fn look_at(
        &mut self,
        func: &mut Func,
        at: (BlockId, usize),
        inst: &Inst,
        inside: &HashSet<Value>,
        constants: &HashMap<Value, i64>,
        selected_only: &HashSet<Value>,
    ) {
        if self.dropped.contains(&at) {
            return;
        }
        let args: Vec<Option<Known>> = inst.args.iter().map(|arg| self.known(*arg, inside)).collect();
        let all_same: Option<Vec<Value>> =
            args.iter().map(|arg| if let Some(Known::Same(value)) = arg { Some(*value) } else { None }).collect();
        let result = inst.results.first().copied();
        if self.look_at_array(func, at, inst, &args, constants) {
            return;
        }
        match (&inst.op, &all_same) {
            (Op::LeaveIfWanted, _) => {
                self.dropped.insert(at);
            }
            (Op::GuardTrue | Op::GuardFalse, Some(args)) => {
                self.check(args[0], inst.op == Op::GuardTrue);
                self.dropped.insert(at);
            }
            (Op::GuardTrue, None) => {
                let compared = self.compared(func, at.0, inst.args[0]);
                if let Some((op, a, b)) = compared
                    && let (Some(Known::Between(first, last)), Some(Known::Same(bound))) = (self.known(a, inside), self.known(b, inside))
                {
                    for end in [first, last] {
                        let holds = self.one(func, op.clone(), &[end, bound]);
                        self.check(holds, true);
                    }
                    self.dropped.insert(at);
                }
            }
            (Op::AddInt | Op::SubInt | Op::MulInt, Some(args)) => {
                let value = self.checked(func, &inst.op, args[0], args[1]);
                self.hoist(result.expect("it has one"), value, at);
            }
            // What an earlier loop left there is dropped in the first turn; from then on it is a number.
            (Op::DropAny, _) if is_number_after_first_turn(func, self.header, &self.blocks, inst.args[0], constants) => {
                let index = func.blocks[self.header.index()].params.iter().position(|param| *param == inst.args[0]);
                let tag = self.params[index.expect("it was just found")];
                let object = self.int(func, Tag::Object as i64);
                let is_number = self.one(func, Op::CompareInt(Comparison::Ne), &[tag, object]);
                self.check(is_number, true);
                let never_waits = self.one(func, Op::ConstBool(false), &[]);
                self.hoist(inst.results[0], never_waits, at);
            }
            (Op::DivUint | Op::RemUint, _) => {}
            (Op::MirrorLength | Op::MirrorRow | Op::MirrorList | Op::LoadScalar { .. }, Some(args)) => {
                let value = self.one(func, inst.op.clone(), args);
                self.hoist(result.expect("it has one"), value, at);
            }
            (op, Some(args)) if op.effect() == Effect::Pure && !matches!(op, Op::Exact(_)) && Some(self.condition) != result => {
                let value = self.one(func, op.clone(), args);
                self.hoist(result.expect("it has one"), value, at);
            }
            // The place that a negative index means: there is none.
            (Op::WrapAddInt, None) if selected_only.contains(&inst.results[0]) => {}
            (Op::AddInt | Op::SubInt | Op::MulInt | Op::WrapAddInt | Op::WrapSubInt, None) => {
                let (Some(a), Some(b)) = (args[0], args[1]) else { return };
                let is_product = inst.op == Op::MulInt;
                if is_product && matches!((a, b), (Known::Between(..), Known::Between(..))) {
                    return;
                }
                let (ends_a, ends_b) = (ends(a), ends(b));
                let op = match inst.op {
                    Op::WrapAddInt => Op::AddInt,
                    Op::WrapSubInt => Op::SubInt,
                    _ => inst.op.clone(),
                };
                let first = self.checked(func, &op, ends_a.0, ends_b.0);
                let last = self.checked(func, &op, ends_a.1, ends_b.1);
                self.known.insert(result.expect("it has one"), Known::Between(first, last));
                self.unchecked.insert(at);
            }
            // An index that is counted from the end where it is negative.
            (Op::CompareInt(Comparison::Lt), None)
                if constants.get(&inst.args[1]) == Some(&0) && selected_only.contains(&inst.results[0]) =>
            {
                let Some(Known::Between(first, last)) = args[0] else { return };
                let zero = self.int(func, 0);
                for end in [first, last] {
                    let is_natural = self.one(func, Op::CompareInt(Comparison::Ge), &[end, zero]);
                    self.check(is_natural, true);
                }
                self.aliases.insert(inst.results[0], inst.results[0]);
            }
            (Op::Select(_), None) if self.aliases.contains_key(&inst.args[0]) => {
                self.aliases.insert(inst.results[0], inst.args[2]);
                self.dropped.insert(at);
                if let Some(known) = args[2] {
                    self.known.insert(inst.results[0], known);
                }
            }
            _ => {}
        }
    }

    /// The comparison that a guard looks at, if what holds at both ends of a way holds on all of it.
    fn compared(&self, func: &Func, block: BlockId, condition: Value) -> Option<(Op, Value, Value)> {
        let inst = func.blocks[block.index()].insts.iter().find(|inst| inst.results.first() == Some(&condition))?;
        let is_one_way = match &inst.op {
            Op::CompareInt(c) => !matches!(c, Comparison::Eq | Comparison::Ne),
            // Of what was seen not to be negative.
            Op::CompareUint(c) => matches!(c, Comparison::Lt | Comparison::Le) && self.aliases.contains_key(&inst.args[0]),
            _ => false,
        };
        is_one_way.then(|| (inst.op.clone(), inst.args[0], inst.args[1]))
    }

    fn known(&self, value: Value, inside: &HashSet<Value>) -> Option<Known> {
        match self.known.get(&value) {
            Some(known) => Some(*known),
            None => (!inside.contains(&value)).then_some(Known::Same(value)),
        }
    }

    fn hoist(&mut self, result: Value, value: Value, at: (BlockId, usize)) {
        self.known.insert(result, Known::Same(value));
        self.hoisted.insert(result, value);
        self.dropped.insert(at);
    }

    /// Computes something before the loop.
    fn one(&mut self, func: &mut Func, op: Op, args: &[Value]) -> Value {
        let done = self.steps.iter().find_map(|step| match step {
            Step::Do(inst) if inst.op == op && inst.args == args => Some(inst.results[0]),
            _ => None,
        });
        if let Some(value) = done {
            return value;
        }
        let value = func.value(op.results().expect("not a call")[0]);
        self.steps.push(Step::Do(Inst { op, args: args.to_vec(), results: vec![value], resume: None, span: self.span }));
        value
    }

    fn check(&mut self, condition: Value, wanted: bool) {
        let is_done = |step: &Step| matches!(step, Step::Check(checked, as_said) if *checked == condition && *as_said == wanted);
        if !self.steps.iter().any(is_done) {
            self.steps.push(Step::Check(condition, wanted));
        }
    }

    fn int(&mut self, func: &mut Func, value: i64) -> Value {
        self.one(func, Op::ConstInt(value), &[])
    }

    /// A sum, difference or product, after a check that it doesn't overflow.
    fn checked(&mut self, func: &mut Func, op: &Op, a: Value, b: Value) -> Value {
        let test = match op {
            Op::AddInt => Op::AddOverflows,
            Op::SubInt => Op::SubOverflows,
            _ => Op::MulOverflows,
        };
        let overflows = self.one(func, test, &[a, b]);
        self.check(overflows, false);
        self.one(func, wrapping(op), &[a, b])
    }

    fn write(mut self, func: &mut Func) {
        let before = predecessors(func);
        let mut copy = copy_blocks(func, &self.blocks);
        let header = copy.blocks[&self.header];
        // The way there.
        let check = func.block();
        let chunk = func.block();
        let on = func.block();
        func.blocks[check.index()].params = self.params.clone();
        let mut block = check;
        let mut all: Option<Value> = None;
        for step in std::mem::take(&mut self.steps) {
            match step {
                // An index must be in bounds before what stands there is read.
                Step::Do(inst) if inst.op == Op::MirrorRow || arrays::needs_ground(&inst.op) => {
                    if let Some(condition) = all.take() {
                        let next = func.block();
                        let other = Edge { to: self.header, args: self.params.clone() };
                        func.blocks[block.index()].term = Term::Branch { condition, then: Edge { to: next, args: Vec::new() }, other };
                        block = next;
                    }
                    func.blocks[block.index()].insts.push(inst);
                }
                Step::Do(inst) => func.blocks[block.index()].insts.push(inst),
                Step::Check(condition, wanted) => {
                    let holds = if wanted { condition } else { self.line(func, block, Op::NotBool, &[condition]) };
                    all = Some(all.map_or(holds, |all| self.line(func, block, Op::AndBool, &[all, holds])));
                }
            }
        }
        let holds = Edge { to: chunk, args: self.params.clone() };
        func.blocks[block.index()].term = match all {
            Some(condition) => Term::Branch { condition, then: holds, other: Edge { to: self.header, args: self.params.clone() } },
            None => Term::Jump(holds),
        };
        for from in before[self.header.index()].iter().filter(|from| !self.blocks.contains(from)).collect::<BTreeSet<_>>() {
            let edges = func.blocks[from.index()].term.edges_mut();
            edges.into_iter().filter(|edge| edge.to == self.header).for_each(|edge| edge.to = check);
        }
        self.strip(func, &mut copy);
        self.run_in_chunks(func, &copy, header, chunk, on);
        join_definitions(func, &copy);
    }

    fn line(&self, func: &mut Func, block: BlockId, op: Op, args: &[Value]) -> Value {
        let value = func.value(op.results().expect("not a call")[0]);
        func.blocks[block.index()].insts.push(Inst { op, args: args.to_vec(), results: vec![value], resume: None, span: self.span });
        value
    }

    fn act(&self, func: &mut Func, block: BlockId, op: Op, args: &[Value]) {
        func.blocks[block.index()].insts.push(Inst { op, args: args.to_vec(), results: vec![], resume: None, span: self.span });
    }

    /// Takes out of the copy what was looked at before.
    fn strip(&self, func: &mut Func, copy: &mut Copy) {
        let mut same: HashMap<Value, Value> = self.hoisted.iter().map(|(from, to)| (copy.value(*from), *to)).collect();
        same.extend(self.aliases.iter().filter(|(from, to)| from != to).map(|(from, to)| (copy.value(*from), copy.value(*to))));
        let other = |mut value: Value| {
            while let Some(next) = same.get(&value) {
                value = *next;
            }
            value
        };
        copy.values.values_mut().for_each(|value| *value = other(*value));
        for (from, to) in &copy.blocks {
            let insts = std::mem::take(&mut func.blocks[to.index()].insts);
            let mut kept = Vec::with_capacity(insts.len());
            for (place, mut inst) in insts.into_iter().enumerate() {
                if self.dropped.contains(&(*from, place)) {
                    continue;
                }
                if self.unchecked.contains(&(*from, place)) {
                    inst.op = wrapping(&inst.op);
                    inst.resume = None;
                }
                inst.args.iter_mut().for_each(|value| *value = other(*value));
                if let Some(resume) = inst.resume {
                    func.resumes[resume.index()].replace_uses(&mut |value| other(value));
                }
                kept.push(inst);
            }
            let block = &mut func.blocks[to.index()];
            block.insts = kept;
            block.term.replace_uses(&mut |value| other(value));
            if let Term::Leave(resume) = block.term {
                func.resumes[resume.index()].replace_uses(&mut |value| other(value));
            }
        }
    }

    /// A chunk at a time; then, if the interpreter wants nothing and turns are left, the next. The last look is the loop's own.
    fn run_in_chunks(&self, func: &mut Func, copy: &Copy, header: BlockId, chunk: BlockId, on: BlockId) {
        let header_params = func.blocks[header.index()].params.clone();
        let fresh = |func: &mut Func| -> Vec<Value> {
            let types: Vec<Ty> = header_params.iter().map(|param| func.ty(*param)).collect();
            types.into_iter().map(|ty| func.value(ty)).collect()
        };
        let begun = fresh(func);
        func.blocks[chunk.index()].params = begun.clone();
        let line = |func: &mut Func, block: BlockId, op: Op, args: &[Value]| self.line(func, block, op, args);
        let keeps = self.chunked.as_ref().is_some_and(|chunked| !chunked.stores.is_empty());
        let size = line(func, chunk, Op::ConstInt(if keeps { Op::TURNS_KEPT } else { CHUNK }), &[]);
        let (end, counter) = match &self.counter {
            Counter::Down(index) => {
                let zero = line(func, chunk, Op::ConstInt(0), &[]);
                let rest = line(func, chunk, Op::WrapSubInt, &[begun[*index], size]);
                let is_last = line(func, chunk, Op::CompareInt(Comparison::Lt), &[rest, zero]);
                (line(func, chunk, Op::Select(Ty::I64), &[is_last, zero, rest]), *index)
            }
            Counter::Up(index, end) => {
                let rest = line(func, chunk, Op::WrapSubInt, &[*end, begun[*index]]);
                let is_last = line(func, chunk, Op::CompareInt(Comparison::Lt), &[rest, size]);
                let stop = line(func, chunk, Op::WrapAddInt, &[begun[*index], size]);
                (line(func, chunk, Op::Select(Ty::I64), &[is_last, *end, stop]), *index)
            }
        };
        let again = Edge { to: self.header, args: begun.clone() };
        match &self.chunked {
            Some(chunked) => {
                let turns = match &self.counter {
                    Counter::Down(_) => line(func, chunk, Op::WrapSubInt, &[begun[counter], end]),
                    Counter::Up(..) => line(func, chunk, Op::WrapSubInt, &[end, begun[counter]]),
                };
                self.begin_chunk(func, copy, chunked, chunk, header, (&begun, turns));
            }
            None => func.blocks[chunk.index()].term = Term::Jump(Edge { to: header, args: begun }),
        }

        // The header of the copy asks whether the chunk has ended.
        let condition = copy.value(self.condition);
        let ask = func.blocks[header.index()].insts.iter_mut().find(|inst| inst.results.first() == Some(&condition));
        ask.expect("the header has it").args = vec![header_params[counter], end];
        if let Term::Branch { other, .. } = &mut func.blocks[header.index()].term {
            *other = Edge { to: on, args: Vec::new() };
        }
        let asked = on;
        let on = if self.chunked.is_some() { func.block() } else { on };
        if let Some(chunked) = &self.chunked {
            chunked.kept.iter().for_each(|index| self.act(func, asked, Op::Keep, &[header_params[*index]]));
            let said = line(func, asked, Op::FlagsSaid, &[]);
            let redo = func.block();
            if keeps {
                self.act(func, redo, Op::ArrayTakeBack, &[]);
            }
            func.blocks[redo.index()].term = Term::Jump(again);
            let [then, other] = [redo, on].map(|to| Edge { to, args: Vec::new() });
            func.blocks[asked.index()].term = Term::Branch { condition: said, then, other };
        }
        let last = match &self.counter {
            Counter::Down(_) => line(func, on, Op::ConstInt(0), &[]),
            Counter::Up(_, end) => *end,
        };
        let is_done = line(func, on, Op::CompareInt(Comparison::Eq), &[header_params[counter], last]);
        let is_wanted = line(func, on, Op::IsWanted, &[]);
        let stops = line(func, on, Op::OrBool, &[is_done, is_wanted]);
        // Every chunk has a turn: what each turn but the first finds the same is known behind it.
        let now = self.known_behind(func, copy, header, asked, on);
        func.blocks[on.index()].term =
            Term::Branch { condition: stops, then: Edge { to: self.header, args: now.clone() }, other: Edge { to: chunk, args: now } };
    }

    /// The header's parameters behind a chunk. A parameter that turns give a constant, and that only what leaves would read, is taken out
    /// of the loop if nothing leaves.
    fn known_behind(&self, func: &mut Func, copy: &Copy, header: BlockId, behind: BlockId, on: BlockId) -> Vec<Value> {
        let params = func.blocks[header.index()].params.clone();
        let blocks: Vec<BlockId> = copy.blocks.values().copied().collect();
        let mut used: HashSet<Value> = HashSet::new();
        let mut constants: HashMap<Value, Op> = HashMap::new();
        for block in &blocks {
            let block = &func.blocks[block.index()];
            for inst in &block.insts {
                used.extend(&inst.args);
                if let Some(resume) = inst.resume {
                    used.extend(func.resumes[resume.index()].values().into_iter().map(|(_, value)| value));
                }
                if matches!(inst.op, Op::ConstInt(_) | Op::ConstFloat(_) | Op::ConstBool(_)) {
                    constants.insert(inst.results[0], inst.op.clone());
                }
            }
            used.extend(block.term.uses());
            used.extend(block.term.edges().into_iter().flat_map(|edge| &edge.args));
            if let Term::Leave(resume) = block.term {
                used.extend(func.resumes[resume.index()].values().into_iter().map(|(_, value)| value));
            }
        }
        // What an instruction before the loop computed, where it was a constant of the loop.
        let outside: HashMap<Value, Op> = func
            .blocks
            .iter()
            .flat_map(|block| &block.insts)
            .filter(|inst| matches!(inst.op, Op::ConstInt(_) | Op::ConstFloat(_) | Op::ConstBool(_)))
            .map(|inst| (inst.results[0], inst.op.clone()))
            .collect();
        let mut now = params.clone();
        let stays = |edge: &Edge| edge.to == behind || blocks.contains(&edge.to);
        let may_end_elsewhere = blocks
            .iter()
            .map(|block| &func.blocks[block.index()].term)
            .any(|term| matches!(term, Term::Leave(_) | Term::Return(_)) || !term.edges().into_iter().all(stays));
        if may_end_elsewhere {
            return now;
        }
        for index in (0..params.len()).rev() {
            let given: Vec<Value> = blocks
                .iter()
                .flat_map(|block| func.blocks[block.index()].term.edges())
                .filter(|edge| edge.to == header)
                .map(|edge| edge.args[index])
                .collect();
            let constant = given.first().and_then(|value| constants.get(value).or_else(|| outside.get(value)));
            let is_one = given.iter().all(|value| constants.get(value).or_else(|| outside.get(value)) == constant);
            if let (Some(op), true, false) = (constant.cloned(), is_one, used.contains(&params[index])) {
                let value = func.value(func.ty(params[index]));
                let inst = Inst { op, args: vec![], results: vec![value], resume: None, span: self.span };
                func.blocks[on.index()].insts.push(inst);
                now[index] = value;
                func.blocks[header.index()].params.remove(index);
                for block in &mut func.blocks {
                    block.term.edges_mut().into_iter().filter(|edge| edge.to == header).for_each(|edge| {
                        edge.args.remove(index);
                    });
                }
            }
        }
        now
    }
}

fn ends(known: Known) -> (Value, Value) {
    match known {
        Known::Same(value) => (value, value),
        Known::Between(first, last) => (first, last),
    }
}

fn wrapping(op: &Op) -> Op {
    match op {
        Op::AddInt => Op::WrapAddInt,
        Op::SubInt => Op::WrapSubInt,
        Op::MulInt => Op::Exact(exact("wrap_mul.i64").expect("the table has it")),
        other => other.clone(),
    }
}

/// By how much each parameter of the header grows in a turn, of those that count.
fn steps_of_params(func: &Func, each: &Loop) -> HashMap<usize, Value> {
    let header = &func.blocks[each.header.index()];
    let insts: HashMap<Value, &Inst> = each
        .blocks
        .iter()
        .flat_map(|block| &func.blocks[block.index()].insts)
        .flat_map(|inst| inst.results.iter().map(move |value| (*value, inst)))
        .collect();
    let mut steps = HashMap::new();
    for (index, param) in header.params.iter().enumerate() {
        let mut step = None;
        let counts = back_edges(func, each).all(|edge| {
            let Some(inst) = insts.get(&edge.args[index]) else { return false };
            let by = match inst.op {
                Op::AddInt | Op::WrapAddInt if inst.args[0] == *param => inst.args[1],
                Op::AddInt | Op::WrapAddInt if inst.args[1] == *param => inst.args[0],
                _ => return false,
            };
            *step.get_or_insert(by) == by
        });
        if let (true, Some(step)) = (counts, step) {
            steps.insert(index, step);
        }
    }
    steps
}

/// Whether a tag is a parameter of the loop that every turn gives the same tag, and not an object's.
fn is_number_after_first_turn(
    func: &Func,
    header: BlockId,
    blocks: &BTreeSet<BlockId>,
    tag: Value,
    constants: &HashMap<Value, i64>,
) -> bool {
    let Some(index) = func.blocks[header.index()].params.iter().position(|param| *param == tag) else { return false };
    let edges = blocks.iter().flat_map(|block| func.blocks[block.index()].term.edges());
    let mut given = edges.filter(|edge| edge.to == header).map(|edge| constants.get(&edge.args[index]));
    given.all(|tag| tag.is_some_and(|tag| *tag != Tag::Object as i64))
}

fn back_edges<'a>(func: &'a Func, each: &'a Loop) -> impl Iterator<Item = &'a Edge> {
    each.blocks.iter().flat_map(|block| func.blocks[block.index()].term.edges()).filter(|edge| edge.to == each.header)
}

/// How the loop counts, and the comparison that asks whether there is another turn.
fn counter(func: &Func, each: &Loop, steps: &HashMap<usize, Value>, constants: &HashMap<Value, i64>) -> Option<(Counter, Value)> {
    let header = &func.blocks[each.header.index()];
    let Term::Branch { condition, then, other } = &header.term else { return None };
    if !each.blocks.contains(&then.to) || each.blocks.contains(&other.to) {
        return None;
    }
    let compare = header.insts.iter().find(|inst| inst.results.first() == Some(condition))?;
    let index = header.params.iter().position(|param| *param == compare.args[0])?;
    let insts = || each.blocks.iter().flat_map(|block| &func.blocks[block.index()].insts);
    match compare.op {
        Op::CompareInt(Comparison::Ne) if constants.get(&compare.args[1]) == Some(&0) => {
            let counts_down = back_edges(func, each).all(|edge| {
                let inst = insts().find(|inst| inst.results.first() == Some(&edge.args[index]));
                inst.is_some_and(|inst| {
                    inst.op == Op::WrapSubInt && inst.args[0] == header.params[index] && constants.get(&inst.args[1]) == Some(&1)
                })
            });
            counts_down.then_some((Counter::Down(index), *condition))
        }
        Op::CompareUint(Comparison::Lt) => {
            let step = steps.get(&index)?;
            let end = compare.args[1];
            (constants.get(step) == Some(&1)).then_some((Counter::Up(index, end), *condition))
        }
        _ => None,
    }
}

/// What is only read by a choice: as its condition, or as the first of its values.
fn selected_only(func: &Func) -> HashSet<Value> {
    let mut selected = HashSet::new();
    let mut otherwise = HashSet::new();
    for block in &func.blocks {
        for inst in &block.insts {
            match inst.op {
                Op::Select(_) => {
                    selected.extend(&inst.args[..2]);
                    otherwise.insert(inst.args[2]);
                }
                _ => otherwise.extend(&inst.args),
            }
        }
        otherwise.extend(block.term.uses());
        otherwise.extend(block.term.edges().into_iter().flat_map(|edge| &edge.args));
    }
    otherwise.extend(func.resumes.iter().flat_map(|resume| resume.values()).map(|(_, value)| value));
    selected.difference(&otherwise).copied().collect()
}
