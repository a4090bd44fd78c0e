//! Removes blocks that nothing leads to, and resumes that nothing leaves at; numbers what is left in order.
//!
//! ```text
//! b0(v0: i64):                 b0(v0: i64):
//!     v3 = neg.i64 v0 else r7      v1 = neg.i64 v0 else r1
//!     jump b2()                    jump b1()
//! b1(v1: i64):                 b1():
//!     missing                      return v1
//! b2():
//!     return v3
//! ```
//!
//! Resume 0, the function's beginning, stays.

use base::Index;
use ir::{BlockId, Func, ResumeId, Term, Value};

pub fn tidy(func: &mut Func) {
    remove_unreachable_blocks(func);
    remove_unused_resumes(func);
    number_values(func);
}

/// New numbers for those of a table that are kept.
fn renumbered<T: Index>(kept: &[bool]) -> Vec<T> {
    let mut next = 0;
    kept.iter()
        .map(|kept| {
            let number = T::new(next);
            next += usize::from(*kept);
            number
        })
        .collect()
}

fn retain<T>(items: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    items.retain(|_| *kept.next().expect("one flag an item"));
}

pub fn remove_unreachable_blocks(func: &mut Func) {
    let mut kept = vec![false; func.blocks.len()];
    let mut work = vec![BlockId(0)];
    while let Some(block) = work.pop() {
        if !std::mem::replace(&mut kept[block.index()], true) {
            work.extend(func.blocks[block.index()].term.edges().into_iter().map(|edge| edge.to));
        }
    }
    let numbers = renumbered(&kept);
    retain(&mut func.blocks, &kept);
    for edge in func.blocks.iter_mut().flat_map(|block| block.term.edges_mut()) {
        edge.to = numbers[edge.to.index()];
    }
}

fn resumes_mut(func: &mut Func) -> impl Iterator<Item = &mut ResumeId> {
    func.blocks.iter_mut().flat_map(|block| {
        let left_at = if let Term::Leave(resume) = &mut block.term { Some(resume) } else { None };
        block.insts.iter_mut().filter_map(|inst| inst.resume.as_mut()).chain(left_at)
    })
}

fn remove_unused_resumes(func: &mut Func) {
    let mut kept = vec![false; func.resumes.len()];
    kept.iter_mut().take(1).for_each(|first| *first = true);
    resumes_mut(func).for_each(|resume| kept[resume.index()] = true);
    let numbers = renumbered(&kept);
    retain(&mut func.resumes, &kept);
    resumes_mut(func).for_each(|resume| *resume = numbers[resume.index()]);
}

fn number_values(func: &mut Func) {
    let mut numbers: Vec<Option<Value>> = vec![None; func.types.len()];
    let mut types = Vec::new();
    for block in &func.blocks {
        for value in block.params.iter().chain(block.insts.iter().flat_map(|inst| &inst.results)) {
            numbers[value.index()] = Some(Value::new(types.len()));
            types.push(func.ty(*value));
        }
    }
    let number = |value: Value| numbers[value.index()].expect("the verifier saw that what is used is defined");
    func.types = types;
    func.replace_uses(&mut |value| number(value));
    for block in &mut func.blocks {
        let results = block.insts.iter_mut().flat_map(|inst| &mut inst.results);
        block.params.iter_mut().chain(results).for_each(|value| *value = number(*value));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_left_is_numbered_in_order() {
        let text = "
f0: func f of c0 (int) -> int
undefined v5: f64
b0(v0: i64):
    v3 = add.i64 v0, v0 else r2
    jump b2()
b1(v1: i64):
    missing
b2():
    return v3
r0: go 0 at 0 Interrupt locals [int v0] stack []
r1: go 2 at 2 Raises locals [int v1] stack []
r2: go 4 at 4 Overflow locals [int v0] stack []
";
        let tidied = "
f0: func f of c0 (int) -> int
b0(v0: i64):
    v1 = add.i64 v0, v0 else r1
    jump b1()
b1():
    return v1
r0: go 0 at 0 Interrupt locals [int v0] stack []
r1: go 4 at 4 Overflow locals [int v0] stack []
";
        let mut unit = ir::read(&text.replace("v3 = add", "v2 = const.i64 1\n    v3 = add").replace("v5", "v4")).unwrap();
        crate::pipeline(&mut unit);
        assert_eq!(unit.to_string(), tidied);
    }
}
