use crate::{Dominators, Func, FuncId, Op, ResumeKind, Term, Ty, Unit, Value};
use base::Index;

/// Whether the unit keeps the rules of the IR: types match the table, each value is defined once and before its uses,
/// and whatever can leave says where to. The text of the first broken rule otherwise.
pub fn verify(unit: &Unit) -> Result<(), String> {
    unit.funcs.iter().try_for_each(|func| verify_func(unit, func).map_err(|text| format!("{}: {text}", func.name)))
}

fn verify_func(unit: &Unit, func: &Func) -> Result<(), String> {
    let mut definition: Vec<Option<(usize, usize)>> = vec![None; func.types.len()];
    for (b, block) in func.blocks.iter().enumerate() {
        let results = block.insts.iter().enumerate().flat_map(|(i, inst)| inst.results.iter().map(move |v| (*v, i + 1)));
        for (value, place) in block.params.iter().map(|v| (*v, 0)).chain(results) {
            if definition[value.index()].replace((b, place)).is_some() {
                return Err(format!("{value} is defined twice"));
            }
        }
    }
    let dominators = Dominators::of(func);
    let visible = |value: Value, block: usize, place: usize| match definition[value.index()] {
        Some((b, p)) if b == block => p < place,
        Some((b, _)) => dominators.dominates(b, block),
        None => false,
    };
    for (b, block) in func.blocks.iter().enumerate() {
        if !dominators.is_reachable(b) {
            continue;
        }
        for (i, inst) in block.insts.iter().enumerate() {
            let at = || format!("b{b}: {} {:?}", inst.op, inst.args);
            let mut uses: Vec<Value> = inst.args.clone();
            if let Some(resume) = inst.resume {
                let resume = func.resumes.get(resume.index()).ok_or_else(|| format!("{}: no such resume", at()))?;
                for (ty, value) in resume.values() {
                    if func.ty(value) != ty {
                        return Err(format!("{}: {value} in its resume is not {}", at(), ty.name()));
                    }
                    uses.push(value);
                }
                if let Some(value) = resume.borrowed.iter().find(|value| !resume.values().contains(&(Ty::Obj, **value))) {
                    return Err(format!("{}: {value} is borrowed, but no object of its resume", at()));
                }
            }
            if let Some(value) = uses.iter().find(|v| !visible(**v, b, i + 1)) {
                return Err(format!("{}: {value} is not defined here", at()));
            }
            let (params, results) = match &inst.op {
                Op::Call(callee) => call_types(unit, *callee),
                op => (op.params().unwrap_or_default(), op.results().unwrap_or_default()),
            };
            if inst.args.iter().map(|v| func.ty(*v)).ne(params.iter().copied()) {
                return Err(format!("{}: operands should be {params:?}", at()));
            }
            if inst.results.iter().map(|v| func.ty(*v)).ne(results.iter().copied()) {
                return Err(format!("{}: results should be {results:?}", at()));
            }
            let calls_out = inst.resume.is_some_and(|resume| matches!(func.resumes[resume.index()].kind, ResumeKind::Out(_)));
            if calls_out != (inst.op == Op::CallOut) {
                return Err(format!("{}: what calls out has a resume that says what is done", at()));
            }
            let can_leave = inst.op.effect().can_leave();
            // What a function of the extension returns may be looked at behind it.
            let is_looked_at = matches!(inst.op, Op::Runtime(_)) && inst.resume.is_none();
            if can_leave != inst.resume.is_some() && !is_looked_at {
                return Err(format!("{}: resume {:?}, effect {:?}", at(), inst.resume, inst.op.effect()));
            }
        }
        let end = block.insts.len() + 1;
        let mut uses = block.term.uses();
        if let Term::Leave(resume) = &block.term {
            uses.extend(func.resumes[resume.index()].values().iter().map(|(_, value)| *value));
        }
        for edge in block.term.edges() {
            let target = &func.blocks[edge.to.index()];
            let (given, wanted): (Vec<_>, Vec<_>) =
                (edge.args.iter().map(|v| func.ty(*v)).collect(), target.params.iter().map(|v| func.ty(*v)).collect());
            if given != wanted {
                return Err(format!("b{b}: edge to {} gives {given:?}, wants {wanted:?}", edge.to));
            }
            uses.extend(&edge.args);
        }
        if let Some(value) = uses.iter().find(|v| !visible(**v, b, end)) {
            return Err(format!("b{b}: {} uses {value}, not defined here", block.term));
        }
        match &block.term {
            Term::Missing => return Err(format!("b{b} has no end")),
            Term::Return(values) => {
                let given: Vec<_> = values.iter().map(|v| func.ty(*v)).collect();
                if given != func.ret.types() {
                    return Err(format!("b{b}: returns {given:?}"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn call_types(unit: &Unit, callee: FuncId) -> (Vec<Ty>, Vec<Ty>) {
    let callee = unit.func(callee);
    (callee.params.iter().flat_map(|shape| shape.types()).collect(), callee.ret.types())
}
