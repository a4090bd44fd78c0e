//! Removes operations without an effect whose results nobody reads.
//!
//! ```text
//! b0(v0: i64):                 b0(v0: i64):
//!     v1 = const.i64 7             return v0
//!     return v0
//! ```
//!
//! What only a resume reads is read: the interpreter may need it.

use base::Index;
use ir::{Effect, Func, Term, Value};

pub fn remove_dead(func: &mut Func) {
    let mut used = vec![false; func.types.len()];
    let mut wanted: Vec<Value> = Vec::new();
    for block in &func.blocks {
        wanted.extend(block.term.uses());
        wanted.extend(block.term.edges().into_iter().flat_map(|edge| edge.args.iter().copied()));
        if let Term::Leave(resume) = &block.term {
            wanted.extend(func.resumes[resume.index()].values().into_iter().map(|(_, value)| value));
        }
        for inst in block.insts.iter().filter(|inst| !is_removable(inst.op.effect())) {
            wanted.extend(&inst.args);
            if let Some(resume) = inst.resume {
                wanted.extend(func.resumes[resume.index()].values().into_iter().map(|(_, value)| value));
            }
        }
    }
    let mut definitions = vec![None; func.types.len()];
    for (b, block) in func.blocks.iter().enumerate() {
        for (i, inst) in block.insts.iter().enumerate() {
            inst.results.iter().for_each(|value| definitions[value.index()] = Some((b, i)));
        }
    }
    while let Some(value) = wanted.pop() {
        if !std::mem::replace(&mut used[value.index()], true)
            && let Some((b, i)) = definitions[value.index()]
        {
            wanted.extend(&func.blocks[b].insts[i].args);
        }
    }
    for block in &mut func.blocks {
        block.insts.retain(|inst| !is_removable(inst.op.effect()) || inst.results.iter().any(|value| used[value.index()]));
    }
}

fn is_removable(effect: Effect) -> bool {
    matches!(effect, Effect::Pure | Effect::Reads)
}

#[cfg(test)]
mod tests {
    use ir::{Block, CodeId, Func, Inst, Op, Slot, Term};

    #[test]
    fn what_is_not_read_goes_and_what_is_stays() {
        let mut func = Func::new("f".into(), CodeId(0), vec![]);
        let (dead, kept) = (func.value(ir::Ty::I64), func.value(ir::Ty::I64));
        let constant =
            |value, result| Inst { op: Op::ConstInt(value), args: vec![], results: vec![result], resume: None, span: Default::default() };
        func.ret = Slot::Int(());
        func.blocks.push(Block { params: vec![], insts: vec![constant(7, dead), constant(8, kept)], term: Term::Return(vec![kept]) });
        super::remove_dead(&mut func);
        assert_eq!(func.blocks[0].insts.len(), 1);
        assert_eq!(func.blocks[0].insts[0].op, Op::ConstInt(8));
    }
}
