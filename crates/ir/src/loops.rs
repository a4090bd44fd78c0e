//! The loops of a function: what leads back to a block that dominates it.

use crate::{BlockId, Dominators, Func};
use base::Index;
use std::collections::{BTreeMap, BTreeSet};

pub struct Loop {
    pub header: BlockId,
    /// All of its blocks, the header and inner loops included.
    pub blocks: BTreeSet<BlockId>,
}

/// The function's loops, larger ones first: outer before inner. What is entered in the middle is none.
pub fn loops(func: &Func, dominators: &Dominators) -> Vec<Loop> {
    let predecessors = predecessors(func);
    let mut tails: BTreeMap<BlockId, Vec<BlockId>> = BTreeMap::new();
    for (b, block) in func.blocks.iter().enumerate().filter(|(b, _)| dominators.is_reachable(*b)) {
        for edge in block.term.edges().into_iter().filter(|edge| dominators.dominates(edge.to.index(), b)) {
            tails.entry(edge.to).or_default().push(BlockId::new(b));
        }
    }
    let mut loops: Vec<Loop> = tails
        .into_iter()
        .map(|(header, mut work)| {
            let mut blocks = BTreeSet::from([header]);
            while let Some(block) = work.pop() {
                if blocks.insert(block) {
                    work.extend(predecessors[block.index()].iter().filter(|b| dominators.is_reachable(b.index())));
                }
            }
            Loop { header, blocks }
        })
        .collect();
    loops.sort_by_key(|a| std::cmp::Reverse(a.blocks.len()));
    loops
}

pub fn predecessors(func: &Func) -> Vec<Vec<BlockId>> {
    let mut predecessors = vec![Vec::new(); func.blocks.len()];
    for (b, block) in func.blocks.iter().enumerate() {
        for edge in block.term.edges() {
            predecessors[edge.to.index()].push(BlockId::new(b));
        }
    }
    predecessors
}
