//! Loops on arrays: what is read of heads is read before the loop, and what NumPy has to say of sums is asked once for a chunk.
//!
//! In a loop that writes elements only, nobody changes heads. Elements that are walked over along the last axis are expected side by side.
//!
//! The floating-point unit remembers what it met: overflow, division by zero, and so on. So a chunk begins by clearing its flags, and ends by
//! looking at them; where any is set, and NumPy was not told to say nothing of it, the chunk is done again from its beginning, by the loop
//! with looks, which finds the operation. So a chunk must be one that can be done twice, and nobody sees that it was: it sums up, and writes
//! nothing. And each operation must be done, in each turn and between the two looks: so there are no branches, no operation that is the same
//! in every turn, and none whose result only the last turn needs.

use super::{Known, Plan, Step, ends};
use base::Index;
use ir::{ArrayGuess, BlockId, Comparison, Effect, Func, Inst, Op, Term, Value};
use std::collections::{HashMap, HashSet};

/// What is read of an array's head only where its dimensions are known, or only makes sense where indices are in bounds.
pub fn needs_ground(op: &Op) -> bool {
    matches!(op, Op::ArrayLength | Op::ArrayStride | Op::ArrayAt)
}

/// Whether the loop works on elements of arrays, and on nothing through which heads could be changed or freed.
pub fn works_on_arrays<'a>(insts: impl Iterator<Item = &'a Inst> + Clone) -> bool {
    let is_calm = |inst: &Inst| match &inst.op {
        op if op.sets_element() => true,
        Op::Tick | Op::Safepoint | Op::IncRef | Op::LeaveIfWanted => true,
        Op::Runtime(_) => false,
        op => matches!(op.effect(), Effect::Pure | Effect::Leaves | Effect::Reads | Effect::Checks),
    };
    insts.clone().any(|inst| inst.op.reads_element() || inst.op.sets_element()) && insts.clone().all(is_calm)
}

impl Plan {
    /// What is known of an operation on arrays; false if it is none, or nothing is.
    pub(super) fn look_at_array(
        &mut self,
        func: &mut Func,
        at: (BlockId, usize),
        inst: &Inst,
        args: &[Option<Known>],
        constants: &HashMap<Value, i64>,
    ) -> bool {
        let same: Option<Vec<Value>> =
            args.iter().map(|arg| if let Some(Known::Same(value)) = arg { Some(*value) } else { None }).collect();
        let result = inst.results.first().copied();
        match (&inst.op, same) {
            (Op::Safepoint, _) => {
                self.dropped.insert(at);
            }
            (
                Op::ArrayIs(_) | Op::ArrayIsWritable | Op::ArrayLength | Op::ArrayStride | Op::ArrayData | Op::LoadScalar { .. },
                Some(args),
            ) => {
                let value = self.one(func, inst.op.clone(), &args);
                self.hoist(result.expect("it has one"), value, at);
            }
            (Op::ArrayAt, Some(args)) => {
                let value = self.one(func, Op::ArrayAt, &args);
                self.hoist(result.expect("it has one"), value, at);
            }
            (Op::ArrayAt, None) => {
                let (Some(base), Some(index), Some(Known::Same(stride))) = (args[0], args[1], args[2]) else { return true };
                if let Known::Between(..) = index {
                    self.expect_side_by_side(func, inst.args[2], stride, constants);
                }
                let (bases, indices) = (ends(base), ends(index));
                let first = self.one(func, Op::ArrayAt, &[bases.0, indices.0, stride]);
                let last = self.one(func, Op::ArrayAt, &[bases.1, indices.1, stride]);
                self.known.insert(result.expect("it has one"), Known::Between(first, last));
            }
            _ => return false,
        }
        true
    }

    /// Has the stride of a last axis be that of elements that lie side by side, so that it is a constant in the loop.
    fn expect_side_by_side(&mut self, func: &mut Func, in_loop: Value, stride: Value, constants: &HashMap<Value, i64>) {
        let read = self.steps.iter().find_map(|step| match step {
            Step::Do(inst) if inst.op == Op::ArrayStride && inst.results[0] == stride => Some((inst.args[0], inst.args[1])),
            _ => None,
        });
        let Some((array, axis)) = read else { return };
        let guess = self.steps.iter().find_map(|step| match step {
            Step::Do(Inst { op: Op::ArrayIs(guess), args, .. }) if args[0] == array => Some(*guess),
            _ => None,
        });
        let Some(ArrayGuess { dtype, dimensions }) = guess else { return };
        let hoisted = self.steps.iter().find_map(|step| match step {
            Step::Do(Inst { op: Op::ConstInt(value), results, .. }) if results[0] == axis => Some(*value),
            _ => None,
        });
        if hoisted.or(constants.get(&axis).copied()) != Some(i64::from(dimensions) - 1) {
            return;
        }
        let size = self.int(func, dtype.size());
        let is_close = self.one(func, Op::CompareInt(Comparison::Eq), &[stride, size]);
        self.check(is_close, true);
        self.hoisted.insert(in_loop, size);
    }

    /// Where what NumPy has to say of the loop's floats can be asked once for a chunk, the looks at each operation are dropped.
    pub(super) fn ask_for_chunks(&mut self, func: &mut Func) {
        let Some(Chunked { looks, kept }) = Chunked::of(self, func) else { return };
        self.dropped.extend(looks);
        (self.asks, self.kept) = (true, kept);
    }
}

/// A loop of which the chunks can be asked.
struct Chunked {
    looks: Vec<(BlockId, usize)>,
    /// The header's floats that are summed up.
    kept: Vec<usize>,
}

impl Chunked {
    fn of(plan: &Plan, func: &Func) -> Option<Chunked> {
        let mut looks = Vec::new();
        let mut defined: HashMap<Value, &Inst> = HashMap::new();
        let mut insts: Vec<&Inst> = Vec::new();
        for block in &plan.blocks {
            let of = &func.blocks[block.index()];
            let is_straight = *block == plan.header || matches!(of.term, Term::Jump(_));
            if !is_straight {
                return None;
            }
            for (place, inst) in of.insts.iter().enumerate() {
                defined.extend(inst.results.iter().map(|value| (*value, inst)));
                insts.push(inst);
                let at = (*block, place);
                match inst.op {
                    Op::QuietSum | Op::QuietProduct | Op::QuietQuotient => looks.push(at),
                    Op::IncRef => return None,
                    // What was written behind the operation would be seen, where NumPy raises.
                    ref op if op.sets_element() => return None,
                    // Nothing may leave in the middle of a chunk.
                    _ if inst.resume.is_some() && !plan.dropped.contains(&at) && !plan.unchecked.contains(&at) => return None,
                    _ => {}
                }
            }
        }
        if looks.is_empty() {
            return None;
        }
        let edges: Vec<&ir::Edge> =
            plan.blocks.iter().flat_map(|block| func.blocks[block.index()].term.edges()).filter(|edge| edge.to == plan.header).collect();
        let [back] = edges[..] else { return None };
        let params = &func.blocks[plan.header.index()].params;
        let of_turns: HashSet<Value> = plan.blocks.iter().flat_map(|block| &func.blocks[block.index()].params).copied().collect();

        // What a turn hands on to the next, and the next computes with to hand it on.
        let needs = |roots: Vec<Value>| -> HashSet<Value> {
            let mut needed = HashSet::new();
            let mut work = roots;
            while let Some(value) = work.pop() {
                if needed.insert(value)
                    && let Some(inst) = defined.get(&value)
                {
                    work.extend(&inst.args);
                }
            }
            needed
        };
        let kept: Vec<usize> = (0..params.len())
            .filter(|index| func.ty(params[*index]) == ir::Ty::F64 && back.args[*index] != params[*index])
            .filter(|index| needs(vec![back.args[*index]]).contains(&params[*index]))
            .collect();
        let needed = needs(kept.iter().map(|index| back.args[*index]).collect());

        // What could be the same in every turn: LLVM would compute it before the flags are cleared.
        let mut constant: HashSet<Value> =
            params.iter().zip(&back.args).filter(|(param, arg)| param == arg).map(|(param, _)| *param).collect();
        let is_constant = |constant: &HashSet<Value>, value: &Value| match defined.get(value) {
            _ if constant.contains(value) => true,
            None => !of_turns.contains(value),
            Some(_) => false,
        };
        loop {
            let more: Vec<Value> = insts
                .iter()
                .filter(|inst| inst.args.iter().all(|arg| is_constant(&constant, arg)))
                .flat_map(|inst| &inst.results)
                .copied()
                .filter(|value| !constant.contains(value))
                .collect();
            if more.is_empty() {
                break;
            }
            constant.extend(more);
        }
        for (block, place) in &looks {
            let look = &func.blocks[block.index()].insts[*place];
            let result = look.args[2];
            if !needed.contains(&result) || constant.contains(&result) {
                return None;
            }
        }

        Some(Chunked { looks, kept })
    }
}
