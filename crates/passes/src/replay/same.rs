//! What the turns of a loop have in common: which values each computes anew, and are the same, and where control gets alike.
//!
//! Found from above: all is taken to be the same until something shows that it is not. A parameter of the loop's head is *old* if what it is
//! given at the end of a turn is itself or the same in each turn: whatever it was at first, it is steady from the second turn on.

use base::Index;
use ir::{BlockId, Dominators, Effect, Func, Inst, Loop, Op, Term, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Same,
    /// What this parameter of the head was, or the same in each turn.
    Old(Value),
    /// The same in each turn but the first one.
    Steady,
    /// Its own in each turn.
    Own,
}

impl Kind {
    fn join(self, other: Kind) -> Kind {
        match (self, other) {
            (a, b) if a == b => a,
            (Kind::Own, _) | (_, Kind::Own) => Kind::Own,
            (Kind::Same, Kind::Old(param)) | (Kind::Old(param), Kind::Same) => Kind::Old(param),
            _ => Kind::Steady,
        }
    }

    /// Of what is computed from such values.
    fn computed(self) -> Kind {
        if let Kind::Old(_) = self { Kind::Steady } else { self }
    }
}

pub struct Same {
    header: BlockId,
    /// Whether the end of something has to wait, which it has not where others hold it.
    waits: HashSet<Value>,
    /// Values of the loop; what comes from outside is the same.
    kinds: HashMap<Value, Kind>,
    /// Never old.
    controls: BTreeMap<BlockId, Kind>,
}

impl Same {
    pub fn kind(&self, value: Value) -> Kind {
        self.kinds.get(&value).copied().unwrap_or(Kind::Same)
    }

    pub fn control(&self, block: BlockId) -> Kind {
        self.controls.get(&block).copied().unwrap_or(Kind::Own)
    }

    /// A look at whether what was dropped has to wait for its end. Others hold it from the second turn on: all that is the same in each turn
    /// comes from outside or from containers.
    pub fn is_of_dropped(&self, inst: &Inst) -> bool {
        inst.op == Op::GuardFalse && self.waits.contains(&inst.args[0])
    }

    pub fn of(func: &Func, dominators: &Dominators, each: &Loop) -> Option<Same> {
        let mut order: Vec<BlockId> = each.blocks.iter().copied().collect();
        order.sort_by_key(|block| dominators.order(block.index()));
        let turn = Turn::of(func, each);
        let insts = each.blocks.iter().flat_map(|block| &func.blocks[block.index()].insts);
        let waits = insts.filter(|inst| matches!(inst.op, Op::DecRef | Op::DropAny)).flat_map(|inst| inst.results.clone()).collect();
        let mut same =
            Same { header: each.header, waits, kinds: HashMap::new(), controls: each.blocks.iter().map(|b| (*b, Kind::Same)).collect() };
        for param in &func.blocks[each.header.index()].params {
            same.kinds.insert(*param, Kind::Old(*param));
        }
        loop {
            let mut has_changed = false;
            for block in &order {
                has_changed |= same.look_at_params(func, each, *block);
                for inst in &func.blocks[block.index()].insts {
                    let kind = same.of_inst(inst, *block);
                    for result in &inst.results {
                        has_changed |= same.raise(*result, kind);
                    }
                }
            }
            has_changed |= same.look_at_branches(func, &turn)?;
            if !has_changed {
                return Some(same);
            }
        }
    }

    /// Kinds only become less alike.
    fn raise(&mut self, value: Value, kind: Kind) -> bool {
        let known = self.kinds.get(&value).copied();
        let now = known.map_or(kind, |known| known.join(kind));
        if Some(now) == known {
            return false;
        }
        self.kinds.insert(value, now);
        true
    }

    /// What a block's parameters are given from within the loop.
    fn look_at_params(&mut self, func: &Func, each: &Loop, block: BlockId) -> bool {
        let mut has_changed = false;
        let edges: Vec<_> =
            each.blocks.iter().flat_map(|from| func.blocks[from.index()].term.edges()).filter(|edge| edge.to == block).collect();
        for (index, param) in func.blocks[block.index()].params.iter().enumerate() {
            // What was not reached yet does not count.
            let known = edges.iter().filter_map(|edge| self.kind_so_far(func, each, edge.args[index]));
            let given = known.reduce(Kind::join);
            let kind = match given {
                None => continue,
                Some(kind) if block != self.header => kind.join(self.control(block)),
                Some(Kind::Same) => Kind::Old(*param),
                Some(Kind::Old(old)) if old == *param => Kind::Old(*param),
                Some(_) => Kind::Own,
            };
            has_changed |= self.raise(*param, kind);
        }
        has_changed
    }

    /// None of what is defined in the loop and was not looked at yet.
    fn kind_so_far(&self, func: &Func, each: &Loop, value: Value) -> Option<Kind> {
        if let Some(kind) = self.kinds.get(&value) {
            return Some(*kind);
        }
        let is_inside = each.blocks.iter().any(|block| {
            let block = &func.blocks[block.index()];
            block.params.contains(&value) || block.insts.iter().any(|inst| inst.results.contains(&value))
        });
        (!is_inside).then_some(Kind::Same)
    }

    fn of_inst(&self, inst: &Inst, block: BlockId) -> Kind {
        let args = inst.args.iter().map(|arg| self.kind(*arg)).fold(self.control(block), Kind::join).computed();
        match &inst.op {
            _ if args == Kind::Own => Kind::Own,
            Op::DecRef | Op::DropAny => Kind::Steady,
            Op::Runtime(runtime) if runtime.name == "py_store_name" => Kind::Steady,
            op if is_alike(op, args == Kind::Same) => args,
            op if matches!(op.effect(), Effect::Pure | Effect::Reads) && !matches!(op, Op::IsWanted) => args,
            _ => Kind::Own,
        }
    }

    /// Where control parts: what lies between there and where it meets again is as much alike as the condition is.
    fn look_at_branches(&mut self, func: &Func, turn: &Turn) -> Option<bool> {
        let mut has_changed = false;
        for (block, ways) in &turn.ways {
            let condition = match &func.blocks[block.index()].term {
                Term::Branch { condition, .. } => *condition,
                Term::Switch { tag, .. } => *tag,
                _ => continue,
            };
            let kind = self.kind(condition).computed().join(self.control(*block));
            if kind == Kind::Same {
                continue;
            }
            // Both ways may lead to one block, and give it something else.
            let meet = match ways.iter().next() {
                Some(only) if ways.len() == 1 => Some(*only).filter(|only| *only != self.header),
                Some(_) => turn.meets(*block)?,
                None => continue,
            };
            let between = if ways.len() == 1 { BTreeSet::new() } else { turn.between(ways, meet) };
            for inner in &between {
                let control = self.control(*inner).join(kind);
                has_changed |= self.controls.insert(*inner, control) != Some(control);
            }
            // What the parameters there are given depends on the way.
            let to = meet.unwrap_or(self.header);
            let from = between.iter().chain([block]);
            let edges: Vec<_> = from.flat_map(|from| func.blocks[from.index()].term.edges()).filter(|edge| edge.to == to).collect();
            for (index, param) in func.blocks[to.index()].params.iter().enumerate() {
                let is_one = edges.iter().all(|edge| edge.args[index] == edges[0].args[index]);
                if !is_one {
                    has_changed |= self.raise(*param, if to == self.header { Kind::Own } else { kind });
                }
            }
        }
        Some(has_changed)
    }
}

/// Whether doing this in each turn alike comes to the same as having done it in the first one. What may leave is so only if it is done with
/// the very same values: then it did not leave.
pub fn is_alike(op: &Op, with_same: bool) -> bool {
    match op {
        Op::IsWanted | Op::LeaveIfWanted => false,
        Op::IncRef | Op::DecRef | Op::ShareAny | Op::DropAny | Op::GuardQuiet | Op::GuardQuietAny => true,
        Op::Runtime(runtime) if runtime.name == "py_store_name" => true,
        op => match op.effect() {
            Effect::Pure | Effect::Reads => true,
            Effect::Leaves | Effect::Checks => with_same,
            Effect::Writes | Effect::Calls => false,
        },
    }
}

/// One turn of a loop, from its head to where it begins again. Ways out of the loop don't count: who takes one does not come back.
struct Turn {
    header: BlockId,
    /// Where each block leads to in the loop; to its head where the turn ends.
    ways: BTreeMap<BlockId, BTreeSet<BlockId>>,
    /// Which blocks lie on every way from a block to the turn's end, itself included.
    behind: BTreeMap<BlockId, BTreeSet<BlockId>>,
}

impl Turn {
    fn of(func: &Func, each: &Loop) -> Turn {
        let mut ways = BTreeMap::new();
        let mut ends = BTreeSet::new();
        for block in &each.blocks {
            let targets: BTreeSet<BlockId> = func.blocks[block.index()].term.edges().into_iter().map(|edge| edge.to).collect();
            if targets.contains(&each.header) {
                ends.insert(*block);
            }
            ways.insert(*block, targets.into_iter().filter(|to| each.blocks.contains(to)).collect::<BTreeSet<_>>());
        }
        let mut behind: BTreeMap<BlockId, BTreeSet<BlockId>> = each.blocks.iter().map(|block| (*block, each.blocks.clone())).collect();
        loop {
            let mut has_changed = false;
            for block in each.blocks.iter().rev() {
                let mut common: Option<BTreeSet<BlockId>> = ends.contains(block).then(BTreeSet::new);
                for to in ways[block].iter().filter(|to| **to != each.header) {
                    common = Some(match common {
                        None => behind[to].clone(),
                        Some(common) => common.intersection(&behind[to]).copied().collect(),
                    });
                }
                let mut now = common.unwrap_or_default();
                now.insert(*block);
                if behind[block] != now {
                    behind.insert(*block, now);
                    has_changed = true;
                }
            }
            if !has_changed {
                return Turn { header: each.header, ways, behind };
            }
        }
    }

    /// Where all ways from a block meet again: Some(None) is the end of the turn. None if that is not known.
    fn meets(&self, block: BlockId) -> Option<Option<BlockId>> {
        let behind = &self.behind[&block];
        let next = behind.iter().filter(|other| **other != block).max_by_key(|other| self.behind[*other].len());
        match next {
            None => Some(None),
            Some(next) if self.behind[next].len() + 1 == behind.len() => Some(Some(*next)),
            Some(_) => None,
        }
    }

    /// What lies on these ways before they meet.
    fn between(&self, ways: &BTreeSet<BlockId>, meet: Option<BlockId>) -> BTreeSet<BlockId> {
        let mut between = BTreeSet::new();
        let mut work: Vec<BlockId> = ways.iter().copied().collect();
        while let Some(block) = work.pop() {
            if Some(block) != meet && block != self.header && between.insert(block) {
                work.extend(&self.ways[&block]);
            }
        }
        between
    }
}
