//! Calls with a generator expression that who is called may go through at once: `sum(x * x for x in xs)`.

use crate::{Hir, OpId, OpKind};
use base::Index;

/// Where a generator is made of its iterator, and the call behind that has it as its first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneratorCall {
    /// [who is called, its NULL, function, iterator] -> [who is called, its NULL, generator]
    pub made: OpId,
    pub called: OpId,
    /// The constant that the function's code is, and what loads it.
    pub code: u32,
    pub loads_code: OpId,
    /// So many variables are shared with it: LOAD_CLOSUREs in front of that, and a BUILD_TUPLE.
    pub shares: usize,
    /// The name of who is called.
    pub callee: u32,
    /// How deep the stack is before the generator is made.
    pub depth: u32,
}

impl Hir {
    /// The one that is made at this byte offset.
    pub fn generator_call_at(&self, offset: u32) -> Option<GeneratorCall> {
        let at = self.ops.iter().position(|op| op.place == Some(offset))?;
        self.generator_call(OpId::new(at))
    }

    /// Those outside of all loops.
    pub fn generator_calls(&self) -> Vec<GeneratorCall> {
        let calls = (0..self.ops.len()).filter_map(|at| self.generator_call(OpId::new(at)));
        calls.filter(|call| self.outermost_loop(call.made).is_none()).collect()
    }

    fn generator_call(&self, made: OpId) -> Option<GeneratorCall> {
        let is_made = matches!(&self.ops[made.index()].kind, OpKind::Call { args: 0, keywords } if keywords.is_empty());
        if !is_made || self.ops[made.index().checked_sub(1)?].kind != OpKind::GetIter {
            return None;
        }
        let block = self.blocks.iter().find(|block| (block.first..block.end).contains(&made) && !block.is_handler)?;
        let mut depth = i64::from(block.depth);
        // Behind each operation of the block so far.
        let depths: Vec<i64> = (block.first.index()..made.index())
            .map(|at| {
                depth += self.ops[at].kind.stack_effect().falling;
                depth
            })
            .collect();
        // What made the function is the last that left the stack so deep that the iterator came next.
        let function = block.first.index() + depths.iter().rposition(|behind| *behind == depth - 1)?;
        let is_opaque = |at: usize, wanted: &str| matches!(self.ops[at].kind, OpKind::Opaque { name, .. } if name == wanted);
        let makes = if is_opaque(function, "SET_FUNCTION_ATTRIBUTE") { function.checked_sub(1)? } else { function };
        let loads_code = makes.checked_sub(1).filter(|_| is_opaque(makes, "MAKE_FUNCTION"))?;
        let OpKind::LoadConst(code) = self.ops[loads_code].kind else { return None };
        let shares = match self.ops[loads_code.checked_sub(1)?].kind {
            OpKind::BuildTuple(n) if matches!(self.ops[loads_code.checked_sub(2)?].kind, OpKind::LoadClosure(_)) => n as usize,
            _ => 0,
        };
        let mut callee = loads_code.checked_sub(1 + if shares > 0 { shares + 1 } else { 0 })?;
        if self.ops[callee].kind == OpKind::PushNull {
            callee = callee.checked_sub(1)?;
        }
        let (OpKind::LoadGlobal(callee) | OpKind::LoadName(callee)) = self.ops[callee].kind else { return None };
        let behind = |n: usize| self.ops.get(made.index() + n).map(|op| &op.kind);
        let called = match (behind(1)?, behind(2)) {
            (OpKind::Call { args: 1, .. }, _) => made.index() + 1,
            (OpKind::LoadConst(_), Some(OpKind::Call { args: 2, .. })) => made.index() + 2,
            _ => return None,
        };
        let depth = u32::try_from(depth).ok()?;
        Some(GeneratorCall { made, called: OpId::new(called), code, loads_code: OpId::new(loads_code), shares, callee, depth })
    }
}
