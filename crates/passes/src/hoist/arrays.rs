//! Loops on arrays: what is read of heads is read before the loop, and what NumPy has to say of sums is asked once for a chunk.
//!
//! In a loop that writes elements only, nobody changes heads. Elements that are walked over along the last axis are expected side by side.
//!
//! The floating-point unit remembers what it met: overflow, division by zero, and so on. So a chunk begins by clearing its flags, and ends by
//! looking at them; where any is set, and NumPy was not told to say nothing of it, the chunk is done again from its beginning, by the loop
//! with looks, which finds the operation. Nobody may see that it was done twice: what it overwrites is kept, and put back first.
//!
//! ```text
//!   chunk: remember what is overwritten ─▶ clear the flags ─▶ the loop without looks ─▶ said anything? ─no─▶ the next chunk
//!                                                                                            └─yes─▶ take back ─▶ the loop as it was
//! ```
//!
//! And each operation must be done, in each turn and between the two looks, though LLVM does not know of flags. So there are no branches, and each
//! result goes, by arithmetic alone, into a sum or into a store of the same turn; no store writes where another one has. What is the same
//! in every turn is opaque: it can't be computed before, and `x * 1.0` is not `x` (which would say nothing of a NaN that signals).

use super::{Known, Plan, Step, ends};
use crate::copy::Copy;
use base::Index;
use ir::{ArrayGuess, BlockId, Comparison, Dtype, Edge, Effect, Func, Inst, Op, Term, Ty, Value};
use std::collections::{HashMap, HashSet};

/// What is read of an array's head only where its dimensions are known, or only makes sense where indices are in bounds.
pub fn needs_ground(op: &Op) -> bool {
    matches!(op, Op::ArrayLength | Op::ArrayStride | Op::ArrayAt)
}

/// Whether the loop works on elements of arrays, and on nothing through which heads could be changed or freed.
pub fn works_on_arrays<'a>(insts: impl Iterator<Item = &'a Inst> + Clone, drops_a_number: impl Fn(&Inst) -> bool) -> bool {
    let is_calm = |inst: &Inst| match &inst.op {
        Op::DropAny => drops_a_number(inst),
        op if op.sets_element() => true,
        Op::Tick | Op::Safepoint | Op::IncRef | Op::LeaveIfWanted | Op::Opaque => true,
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
        let Some((chunked, looks)) = Chunked::of(self, func) else { return };
        self.dropped.extend(looks);
        // What would be computed before the flags are cleared.
        for block in &self.blocks {
            for (place, inst) in func.blocks[block.index()].insts.iter().enumerate() {
                if is_arithmetic(&inst.op) && self.hoisted.remove(&inst.results[0]).is_some() {
                    self.dropped.remove(&(*block, place));
                }
            }
        }
        self.chunked = Some(chunked);
    }

    /// Ends the block in front of a chunk: keeps what it will overwrite, clears the flags, and hides what LLVM could compute with.
    pub(super) fn begin_chunk(
        &self,
        func: &mut Func,
        copy: &Copy,
        chunked: &Chunked,
        chunk: BlockId,
        header: BlockId,
        (begun, turns): (&[Value], Value),
    ) {
        let header_params = func.blocks[header.index()].params.clone();
        let blocks: Vec<BlockId> = copy.blocks.values().copied().collect();
        let insts: HashMap<Value, Inst> = blocks
            .iter()
            .flat_map(|block| &func.blocks[block.index()].insts)
            .flat_map(|inst| inst.results.iter().map(|value| (*value, inst.clone())))
            .collect();
        let mut first: HashMap<Value, Value> = header_params.iter().copied().zip(begun.iter().copied()).collect();
        let mut second = first.clone();
        for (index, growth) in &self.growth {
            let next = self.line(func, chunk, Op::WrapAddInt, &[begun[*index], *growth]);
            second.insert(header_params[*index], next);
        }
        let mut all_apart = None;
        for (number, store) in chunked.stores.iter().enumerate() {
            let place = copy.value(store.place);
            let [first, second] = [&mut first, &mut second].map(|now| self.computed_there(func, chunk, &insts, now, place));
            let [size, number] = [store.dtype.size(), number as i64].map(|n| self.line(func, chunk, Op::ConstInt(n), &[]));
            let apart = self.line(func, chunk, Op::ArrayRemember, &[first, second, turns, size, number]);
            all_apart = Some(all_apart.map_or(apart, |all| self.line(func, chunk, Op::AndBool, &[all, apart])));
        }
        let begin = all_apart.map_or(chunk, |condition| {
            let begin = func.block();
            let again = Edge { to: self.header, args: begun.to_vec() };
            func.blocks[chunk.index()].term = Term::Branch { condition, then: Edge { to: begin, args: Vec::new() }, other: again };
            begin
        });
        self.act(func, begin, Op::FlagsClear, &[]);
        let mut hidden = HashMap::new();
        for block in blocks {
            for place in 0..func.blocks[block.index()].insts.len() {
                let inst = func.blocks[block.index()].insts[place].clone();
                if !is_arithmetic(&inst.op) {
                    continue;
                }
                let args: Vec<Value> = inst
                    .args
                    .iter()
                    .map(|arg| {
                        let is_outside = !insts.contains_key(arg) && !header_params.contains(arg);
                        if !is_outside || is_common_constant(func, *arg) {
                            return *arg;
                        }
                        *hidden.entry(*arg).or_insert_with(|| self.line(func, begin, Op::Opaque, &[*arg]))
                    })
                    .collect();
                func.blocks[block.index()].insts[place].args = args;
            }
        }
        let args = begun
            .iter()
            .map(|value| if func.ty(*value) == Ty::F64 { self.line(func, begin, Op::Opaque, &[*value]) } else { *value })
            .collect();
        func.blocks[begin.index()].term = Term::Jump(Edge { to: header, args });
    }

    /// A value of the loop as it is in one turn, computed in another block, from the header's parameters in that turn.
    fn computed_there(
        &self,
        func: &mut Func,
        block: BlockId,
        insts: &HashMap<Value, Inst>,
        now: &mut HashMap<Value, Value>,
        value: Value,
    ) -> Value {
        if let Some(known) = now.get(&value) {
            return *known;
        }
        let Some(inst) = insts.get(&value) else { return value };
        let args: Vec<Value> = inst.args.iter().map(|arg| self.computed_there(func, block, insts, now, *arg)).collect();
        let computed = self.line(func, block, inst.op.clone(), &args);
        now.insert(value, computed);
        computed
    }
}

/// What LLVM neither drops nor does in another way, so that its flags are set, if what becomes of it is needed.
fn is_arithmetic(op: &Op) -> bool {
    matches!(op, Op::AddFloat | Op::SubFloat | Op::MulFloat | Op::DivFloat | Op::NegFloat | Op::AbsFloat)
}

/// A constant that leaves something to compute: LLVM may know it.
fn is_common_constant(func: &Func, value: Value) -> bool {
    let mut insts = func.blocks.iter().flat_map(|block| &block.insts);
    insts.any(|inst| match inst.op {
        Op::ConstFloat(bits) if inst.results[0] == value => {
            let size = f64::from_bits(bits).abs();
            size.is_finite() && size != 0.0 && size != 1.0
        }
        _ => false,
    })
}

/// A loop of which the chunks can be asked.
pub(super) struct Chunked {
    /// The header's floats that are summed up.
    pub kept: Vec<usize>,
    pub stores: Vec<Store>,
}

pub(super) struct Store {
    place: Value,
    dtype: Dtype,
}

impl Chunked {
    /// With the looks that it does without.
    fn of(plan: &Plan, func: &Func) -> Option<(Chunked, Vec<(BlockId, usize)>)> {
        let mut looks = Vec::new();
        let mut stores = Vec::new();
        let mut stored = Vec::new();
        let mut defined: HashMap<Value, &Inst> = HashMap::new();
        for block in &plan.blocks {
            let of = &func.blocks[block.index()];
            let is_straight = *block == plan.header || matches!(of.term, Term::Jump(_));
            if !is_straight {
                return None;
            }
            for (place, inst) in of.insts.iter().enumerate() {
                defined.extend(inst.results.iter().map(|value| (*value, inst)));
                let at = (*block, place);
                match &inst.op {
                    Op::QuietSum | Op::QuietProduct | Op::QuietQuotient => looks.push(at),
                    op if let Some(dtype) = op.element_set() => {
                        stores.push(Store { place: inst.args[0], dtype });
                        stored.push(inst.args[1]);
                    }
                    // Nothing may leave in the middle of a chunk, or do what can't be done twice.
                    op if !plan.dropped.contains(&at) => {
                        let is_calm =
                            matches!(op.effect(), Effect::Pure | Effect::Reads) || *op == Op::Opaque || plan.unchecked.contains(&at);
                        if !is_calm {
                            return None;
                        }
                    }
                    _ => {}
                }
            }
        }
        if looks.is_empty() || stores.len() > Op::KEPT_AT_MOST as usize {
            return None;
        }
        let is_walked = |store: &Store| matches!(plan.known.get(&store.place), Some(Known::Between(..)));
        let arrays: HashSet<Value> = stores.iter().map(|store| array_of(&defined, store.place)).collect();
        if !stores.iter().all(is_walked) || arrays.len() < stores.len() {
            return None;
        }
        let edges: Vec<&Edge> =
            plan.blocks.iter().flat_map(|block| func.blocks[block.index()].term.edges()).filter(|edge| edge.to == plan.header).collect();
        let [back] = edges[..] else { return None };
        let params = &func.blocks[plan.header.index()].params;

        // What a turn hands on to the next, and the next computes with to hand it on.
        let kept: Vec<usize> = (0..params.len())
            .filter(|index| func.ty(params[*index]) == Ty::F64 && back.args[*index] != params[*index])
            .filter(|index| needs(&defined, vec![back.args[*index]], |_| true).contains(&params[*index]))
            .collect();
        let ends: Vec<Value> = kept.iter().map(|index| back.args[*index]).chain(stored).collect();
        let needed = needs(&defined, ends, is_arithmetic);
        let are_needed = looks.iter().all(|(block, place)| needed.contains(&func.blocks[block.index()].insts[*place].args[2]));
        are_needed.then_some((Chunked { kept, stores }, looks))
    }
}

/// What values are computed from in one turn, by such operations.
fn needs(defined: &HashMap<Value, &Inst>, roots: Vec<Value>, goes_through: impl Fn(&Op) -> bool) -> HashSet<Value> {
    let mut needed = HashSet::new();
    let mut work = roots;
    while let Some(value) = work.pop() {
        if needed.insert(value)
            && let Some(inst) = defined.get(&value)
            && goes_through(&inst.op)
        {
            work.extend(&inst.args);
        }
    }
    needed
}

/// What tells which array a place is in: the array, or a place in it that is known outside the loop.
fn array_of(defined: &HashMap<Value, &Inst>, mut place: Value) -> Value {
    while let Some(before) = defined.get(&place).and_then(|inst| inst.args.first()) {
        place = *before;
    }
    place
}
