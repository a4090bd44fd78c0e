//! The depth of the value stack at the start of each block.

use crate::{BlockId, Code, DecodeError, Hir};
use base::Index;
use std::collections::BTreeMap;

/// Fills in `depth` of each block, from the entry's and the handlers' on, and checks that no operation reaches below the stack or above its size.
pub(crate) fn assign(hir: &mut Hir, handlers: &BTreeMap<BlockId, u32>, code: &Code) -> Result<(), DecodeError> {
    let mut known: Vec<Option<i64>> = vec![None; hir.blocks.len()];
    let mut todo: Vec<(BlockId, i64)> = vec![(BlockId(0), 0)];
    todo.extend(handlers.iter().map(|(&block, &depth)| (block, i64::from(depth))));
    while let Some((block, depth)) = todo.pop() {
        let at = hir.ops[hir.blocks[block.index()].first.index()].at;
        match known[block.index()].replace(depth) {
            None => todo.extend(depths_behind(hir, block, depth, code)?),
            Some(before) if before == depth => {}
            Some(_) => {
                return Err(DecodeError::Malformed { at, what: "the depth of the stack depends on the way here" });
            }
        }
    }
    for (block, depth) in hir.blocks.iter_mut().zip(known) {
        let at = hir.ops[block.first.index()].at;
        let depth = depth.ok_or(DecodeError::Unsupported { at, what: "the depth of the stack is unknown" })?;
        block.depth = u32::try_from(depth).map_err(|_| DecodeError::Malformed { at, what: "the stack is too deep" })?;
    }
    Ok(())
}

fn depths_behind(hir: &Hir, block: BlockId, mut depth: i64, code: &Code) -> Result<Vec<(BlockId, i64)>, DecodeError> {
    let mut behind = Vec::new();
    let range = &hir.blocks[block.index()];
    for op in &hir.ops[range.first.index()..range.end.index()] {
        let effect = op.kind.stack_effect();
        if effect.needs > depth {
            return Err(DecodeError::Malformed { at: op.at, what: "an operation on less than the stack holds" });
        }
        behind.extend(op.target().map(|target| (target, depth + effect.jumping)));
        depth += effect.falling;
        if depth > i64::from(code.stacksize) {
            return Err(DecodeError::Malformed { at: op.at, what: "the stack grows beyond its size" });
        }
    }
    if hir.ops[range.end.index() - 1].falls_through() {
        behind.push((BlockId(block.0 + 1), depth));
    }
    Ok(behind)
}
