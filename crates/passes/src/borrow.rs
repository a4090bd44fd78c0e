//! Borrows objects where counting a reference is for nothing: it is taken and dropped again, and nothing in between could drop the others.
//!
//! ```text
//! incref v0                              v1 = list.length v0
//! v1 = list.length v0                    ...
//! ...                                    v4 = float.of v3 else r1
//! v4 = float.of v3 else r1
//! v5 = decref v0
//! r1: .. stack [list[float] v0]          r1: .. stack [list[float] v0] borrowed [v0]
//! ```
//!
//! Where the reference is taken somebody else owns one, so the object lives; as long as nothing is released, it does to the end. A frame
//! that is left in between owns the reference all the same: its resume says that leaving has to take it first.
//!
//! The last operation in between may release if it holds its list itself and nobody looks at the list behind it: `u[i][j] = x`.

use base::Index;
use ir::{Block, Func, Inst, Op, Resume, Term, Value};

pub fn borrow(func: &mut Func) {
    give_each_its_own_resume(func);
    let Func { blocks, resumes, .. } = func;
    let mut never_waits = Vec::new();
    for block in &mut *blocks {
        // Each pair that goes may be what stood in the way of another.
        while let Some((taken, dropped)) = (0..block.insts.len()).find_map(|taken| Some((taken, end_of_loan(block, resumes, taken)?))) {
            let object = block.insts[taken].args[0];
            for resume in block.insts[taken + 1..dropped].iter().filter_map(|inst| inst.resume) {
                let resume = &mut resumes[resume.index()];
                if resume.values().iter().any(|(_, value)| *value == object) {
                    resume.borrowed.push(object);
                }
            }
            never_waits.extend(block.insts.remove(dropped).results);
            block.insts.remove(taken);
        }
    }
    for block in blocks {
        block.insts.retain(|inst| inst.op != Op::GuardFalse || !never_waits.contains(&inst.args[0]));
    }
}

/// Where the reference that is taken at an instruction is dropped again, if the object can be borrowed in between.
fn end_of_loan(block: &Block, resumes: &[Resume], taken: usize) -> Option<usize> {
    let Inst { op: Op::IncRef, args, .. } = &block.insts[taken] else { return None };
    let object = args[0];
    let mentions = |inst: &Inst| {
        let resumed = inst.resume.map(|resume| resumes[resume.index()].values()).unwrap_or_default();
        inst.args.contains(&object) || resumed.iter().any(|(_, value)| *value == object)
    };
    let mut has_released = false;
    for (index, inst) in block.insts.iter().enumerate().skip(taken + 1) {
        match &inst.op {
            Op::DecRef if inst.args[0] == object => return Some(index),
            _ if has_released && mentions(inst) => return None,
            op if !op.may_release() => {}
            op if !has_released && op.holds_list() && is_only_its_list(inst, object) => has_released = true,
            _ => return None,
        }
    }
    None
}

fn is_only_its_list(inst: &Inst, object: Value) -> bool {
    inst.args.first() == Some(&object) && !inst.args[1..].contains(&object)
}

/// Resume 0 is the function's own, and a block that ends in leaving has its own as well.
fn give_each_its_own_resume(func: &mut Func) {
    let mut is_taken = vec![false; func.resumes.len()];
    is_taken.iter_mut().take(1).for_each(|entry| *entry = true);
    for block in &func.blocks {
        if let Term::Leave(resume) = block.term {
            is_taken[resume.index()] = true;
        }
    }
    for resume in func.blocks.iter_mut().flat_map(|block| &mut block.insts).filter_map(|inst| inst.resume.as_mut()) {
        if std::mem::replace(&mut is_taken[resume.index()], true) {
            func.resumes.push(func.resumes[resume.index()].clone());
            is_taken.push(true);
            *resume = Index::new(func.resumes.len() - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    fn borrowed(insts: &str, resumes: &str) -> String {
        let text = format!(
            "
f0: func f of c0 (list[float], object) -> none
b0(v0: obj, v1: obj):
{insts}    return
r0: go 0 at 0 Interrupt locals [list[float] v0, object v1] stack []
{resumes}"
        );
        let mut unit = ir::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        super::borrow(&mut unit.funcs[0]);
        ir::verify(&unit).unwrap();
        let text = unit.to_string();
        let start = text.find("):\n").unwrap() + 3;
        text[start..].replace("r0: go 0 at 0 Interrupt locals [list[float] v0, object v1] stack []\n", "")
    }

    #[test]
    fn a_reference_that_nothing_in_between_needs_is_not_counted() {
        let resume = "r1: go 2 at 2 Element locals [list[float] v0, object v1] stack [list[float] v0]";
        let behind = "r2: go 4 at 2 Finaliser locals [] stack []";
        let insts = "    incref v0\n    v2 = const.i64 0\n    v3 = list.item v0, v2\n    v4 = float.of v3 else r1\n    v5 = decref v0\n    guard.false v5 else r2\n";
        assert_eq!(
            borrowed(insts, &format!("{resume}\n{behind}\n")),
            format!(
                "    v2 = const.i64 0\n    v3 = list.item v0, v2\n    v4 = float.of v3 else r1\n    return\n{resume} borrowed [v0]\n{behind}\n"
            )
        );
    }

    #[test]
    fn what_could_drop_the_owner_stands_in_the_way() {
        let insts = "    incref v0\n    v2 = decref v1\n    v3 = list.length v0\n    v4 = decref v0\n    return\n";
        assert_eq!(borrowed(&insts.replace("    return\n", ""), ""), insts);
    }

    #[test]
    fn a_store_holds_its_list() {
        let resume = "r1: go 2 at 2 Finaliser locals [object v1] stack []\n";
        let kept = "    v2 = const.i64 0\n    list.set.obj v0, v2, v1 else r1\n    return\n";
        let insts = "    incref v0\n    v2 = const.i64 0\n    list.set.obj v0, v2, v1 else r1\n    v3 = decref v0\n";
        assert_eq!(borrowed(insts, resume), format!("{kept}{resume}"));
        let looks =
            "    incref v0\n    v2 = const.i64 0\n    list.set.obj v0, v2, v1 else r1\n    v3 = list.length v0\n    v4 = decref v0\n";
        assert_eq!(borrowed(looks, resume), format!("{looks}    return\n{resume}"));
    }
}
