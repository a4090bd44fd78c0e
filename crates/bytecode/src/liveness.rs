//! Which locals may be read before they are written, from the start of each block on.

use crate::{BlockId, CO_OPTIMIZED, Code, Hir, LocalKind, OpId, OpKind};
use base::Index;

/// Cells and free variables are not locals here: their content lives elsewhere.
/// A handler may run at any point of the block that it protects, so whatever it reads is live throughout.
pub(crate) fn live_in(hir: &Hir, handler_of: &[Option<BlockId>], code: &Code) -> Vec<Vec<u64>> {
    solve(hir, handler_of, code, |_, _| true)
}

/// The same as far as control stays in the outermost loop around a block; elsewhere all of it.
pub(crate) fn live_in_loop(hir: &Hir, handler_of: &[Option<BlockId>], code: &Code) -> Vec<Vec<u64>> {
    let outermost: Vec<Option<(OpId, OpId)>> = hir.blocks.iter().map(|block| hir.outermost_loop(block.first)).collect();
    let live = solve(hir, handler_of, code, |from, to| outermost[from.index()] == outermost[to.index()]);
    let all = hir.live_in.iter().cloned();
    live.into_iter().zip(all).zip(&outermost).map(|((live, all), outermost)| if outermost.is_some() { live } else { all }).collect()
}

fn solve(hir: &Hir, handler_of: &[Option<BlockId>], code: &Code, follows: impl Fn(BlockId, BlockId) -> bool) -> Vec<Vec<u64>> {
    let words = variables(code).div_ceil(64);
    let summaries: Vec<Summary> = (0..hir.blocks.len()).map(|block| Summary::of(hir, BlockId::new(block), code)).collect();
    let mut live = vec![vec![0u64; words]; hir.blocks.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for block in (0..hir.blocks.len()).rev() {
            let mut now = vec![0u64; words];
            for successor in successors(hir, BlockId::new(block)).filter(|to| follows(BlockId::new(block), *to)) {
                union(&mut now, &live[successor.index()]);
            }
            for (word, written) in now.iter_mut().zip(&summaries[block].written) {
                *word &= !written;
            }
            union(&mut now, &summaries[block].read_first);
            if let Some(handler) = handler_of[block].filter(|to| follows(BlockId::new(block), *to)) {
                union(&mut now, &live[handler.index()]);
            }
            if live[block] != now {
                live[block] = now;
                changed = true;
            }
        }
    }
    live
}

/// Whether it is no function's: its variables are looked up by name.
fn has_names(code: &Code) -> bool {
    code.flags & CO_OPTIMIZED == 0
}

fn variables(code: &Code) -> usize {
    code.locals.len() + if has_names(code) { code.names.len() } else { 0 }
}

struct Summary {
    read_first: Vec<u64>,
    written: Vec<u64>,
}

impl Summary {
    fn of(hir: &Hir, block: BlockId, code: &Code) -> Summary {
        let words = variables(code).div_ceil(64);
        let mut summary = Summary { read_first: vec![0; words], written: vec![0; words] };
        let range = &hir.blocks[block.index()];
        for op in &hir.ops[range.first.index()..range.end.index()] {
            let name = |index: u32| code.locals.len() as u32 + index;
            let (local, reads, writes) = match op.kind {
                OpKind::LoadFast(local) => (local, true, false),
                OpKind::StoreFast(local) => (local, false, true),
                OpKind::DeleteFast(local) | OpKind::LoadFastAndClear(local) => (local, true, true),
                OpKind::LoadName(index) | OpKind::LoadGlobal(index) if has_names(code) => (name(index), true, false),
                OpKind::StoreName(index) | OpKind::StoreGlobal(index) if has_names(code) => (name(index), false, true),
                OpKind::DeleteName(index) => (name(index), true, true),
                _ => continue,
            };
            if code.locals.get(local as usize).is_some_and(|local| local.kind != LocalKind::Fast) {
                continue;
            }
            let (word, bit) = (local as usize / 64, 1 << (local % 64));
            if reads && summary.written[word] & bit == 0 {
                summary.read_first[word] |= bit;
            }
            if writes {
                summary.written[word] |= bit;
            }
        }
        summary
    }
}

fn successors(hir: &Hir, block: BlockId) -> impl Iterator<Item = BlockId> {
    let last = &hir.ops[hir.blocks[block.index()].end.index() - 1];
    last.target().into_iter().chain(last.falls_through().then(|| BlockId(block.0 + 1)))
}

fn union(into: &mut [u64], other: &[u64]) {
    for (word, other) in into.iter_mut().zip(other) {
        *word |= other;
    }
}
