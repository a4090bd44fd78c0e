//! A second version of some blocks of a function, and what that asks of the blocks behind them: a value that was defined in one place now
//! has two definitions, and where their ways meet it becomes a parameter.

use base::Index;
use ir::{Block, BlockId, Func, Term, Value, predecessors};
use std::collections::{BTreeSet, HashMap};

#[derive(Default)]
pub struct Copy {
    pub blocks: HashMap<BlockId, BlockId>,
    pub values: HashMap<Value, Value>,
}

impl Copy {
    pub fn value(&self, value: Value) -> Value {
        self.values.get(&value).copied().unwrap_or(value)
    }
}

/// Copies blocks, with all they define and the resumes they name; edges among them lead to the copies. Nothing leads to the copies yet.
pub fn copy_blocks(func: &mut Func, blocks: &BTreeSet<BlockId>) -> Copy {
    let mut copy = Copy::default();
    for block in blocks {
        copy.blocks.insert(*block, func.block());
        let Block { params, insts, .. } = &func.blocks[block.index()];
        for value in params.iter().chain(insts.iter().flat_map(|inst| &inst.results)).copied().collect::<Vec<_>>() {
            let ty = func.ty(value);
            copy.values.insert(value, func.value(ty));
        }
    }
    for (from, to) in &copy.blocks {
        let mut block = func.blocks[from.index()].clone();
        let mut other = |value: Value| copy.value(value);
        block.params.iter_mut().for_each(|value| *value = other(*value));
        for inst in &mut block.insts {
            inst.args.iter_mut().chain(&mut inst.results).for_each(|value| *value = other(*value));
        }
        block.term.replace_uses(&mut other);
        for edge in block.term.edges_mut() {
            edge.to = copy.blocks.get(&edge.to).copied().unwrap_or(edge.to);
        }
        let left_at = if let Term::Leave(resume) = &mut block.term { Some(resume) } else { None };
        for resume in block.insts.iter_mut().filter_map(|inst| inst.resume.as_mut()).chain(left_at) {
            let mut copied = func.resumes[resume.index()].clone();
            copied.replace_uses(&mut other);
            *resume = func.add_resume(copied);
        }
        func.blocks[to.index()] = block;
    }
    copy
}

/// Mends the blocks that read what was defined in the blocks that were copied, and now is in either.
pub fn join_definitions(func: &mut Func, copy: &Copy) {
    let originals: BTreeSet<BlockId> = copy.blocks.keys().copied().collect();
    let copies: BTreeSet<BlockId> = copy.blocks.values().copied().collect();
    let outside: Vec<BlockId> =
        (0..func.blocks.len()).map(BlockId::new).filter(|block| !originals.contains(block) && !copies.contains(block)).collect();
    let predecessors = predecessors(func);
    let mut wanted = BTreeSet::new();
    for block in &outside {
        let read = reads(func, *block);
        wanted.extend(read.into_iter().filter(|value| copy.values.contains_key(value)));
    }
    let mut joins: Vec<Join> = wanted
        .into_iter()
        .map(|value| Join { value, copied: copy.values[&value], originals: &originals, copies: &copies, at_start: HashMap::new() })
        .collect();
    // All values of a block at once: its resumes are read through one table.
    for block in &outside {
        let read = reads(func, *block);
        let mut now = HashMap::new();
        for join in joins.iter_mut().filter(|join| read.contains(&join.value)) {
            now.insert(join.value, join.at_start(func, &predecessors, *block));
        }
        if now.is_empty() {
            continue;
        }
        let mut other = |value: Value| now.get(&value).copied().unwrap_or(value);
        let mut whole = std::mem::take(&mut func.blocks[block.index()]);
        whole.insts.iter_mut().flat_map(|inst| &mut inst.args).for_each(|value| *value = other(*value));
        whole.term.replace_uses(&mut other);
        let left_at = if let Term::Leave(resume) = &mut whole.term { Some(resume) } else { None };
        for resume in whole.insts.iter_mut().filter_map(|inst| inst.resume.as_mut()).chain(left_at) {
            let mut resumed = func.resumes[resume.index()].clone();
            resumed.replace_uses(&mut other);
            *resume = func.add_resume(resumed);
        }
        func.blocks[block.index()] = whole;
    }
}

/// Every value that a block reads, in its resumes too.
fn reads(func: &Func, block: BlockId) -> BTreeSet<Value> {
    let block = &func.blocks[block.index()];
    let left_at = if let Term::Leave(resume) = &block.term { Some(*resume) } else { None };
    let resumes = block.insts.iter().filter_map(|inst| inst.resume).chain(left_at);
    let resumed = resumes.flat_map(|resume| func.resumes[resume.index()].values()).map(|(_, value)| value);
    let edges = block.term.edges();
    let args = block.insts.iter().flat_map(|inst| &inst.args).chain(edges.iter().flat_map(|edge| &edge.args)).copied();
    args.chain(block.term.uses()).chain(resumed).collect()
}

/// One value with two definitions.
struct Join<'a> {
    value: Value,
    copied: Value,
    originals: &'a BTreeSet<BlockId>,
    copies: &'a BTreeSet<BlockId>,
    at_start: HashMap<BlockId, Value>,
}

impl Join<'_> {
    /// The value at the start of a block outside.
    fn at_start(&mut self, func: &mut Func, predecessors: &[Vec<BlockId>], block: BlockId) -> Value {
        if let Some(value) = self.at_start.get(&block) {
            return *value;
        }
        let before = &predecessors[block.index()];
        if let [only] = before[..] {
            let value = self.at_end(func, predecessors, only);
            self.at_start.insert(block, value);
            return value;
        }
        let ty = func.ty(self.value);
        let param = func.value(ty);
        func.blocks[block.index()].params.push(param);
        self.at_start.insert(block, param);
        let distinct: BTreeSet<BlockId> = before.iter().copied().collect();
        for from in distinct {
            let value = self.at_end(func, predecessors, from);
            for edge in func.blocks[from.index()].term.edges_mut().into_iter().filter(|edge| edge.to == block) {
                edge.args.push(value);
            }
        }
        param
    }

    fn at_end(&mut self, func: &mut Func, predecessors: &[Vec<BlockId>], block: BlockId) -> Value {
        match () {
            () if self.originals.contains(&block) => self.value,
            () if self.copies.contains(&block) => self.copied,
            () => self.at_start(func, predecessors, block),
        }
    }
}
