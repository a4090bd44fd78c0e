//! Removes what was computed before, of the same operands: in the block, or in one that comes first on every way there.
//!
//! ```text
//! v3 = list.length v0                  v3 = list.length v0
//! v4 = add.i64 v1, v2 else r1          v4 = add.i64 v1, v2 else r1
//! v5 = list.length v0                  v7 = float.of v6 else r3
//! v6 = add.i64 v1, v2 else r2
//! v7 = float.of v6 else r3
//! ```
//!
//! What may leave and didn't the first time doesn't the second time. What reads memory is the same until something in the block may write;
//! only what is read of the heads of mirrors stays as long as the mirror.

use base::Index;
use ir::{Dominators, Effect, Func, Inst, Op, Value};
use std::collections::HashMap;

pub fn remove_repeated(func: &mut Func) {
    let dominators = Dominators::of(func);
    let mut order: Vec<usize> = (0..func.blocks.len()).filter(|b| dominators.is_reachable(*b)).collect();
    order.sort_by_key(|b| dominators.order(*b));
    let rows_change = func.blocks.iter().flat_map(|block| &block.insts).any(|inst| inst.op == Op::MirrorSetRow);
    let mut known: HashMap<Key, Vec<(usize, Op, Option<Value>)>> = HashMap::new();
    let mut same: HashMap<Value, Value> = HashMap::new();
    for b in order {
        let mut read: HashMap<Key, Vec<(Op, Option<Value>)>> = HashMap::new();
        let insts = std::mem::take(&mut func.blocks[b].insts);
        let mut kept = Vec::with_capacity(insts.len());
        for mut inst in insts {
            inst.args.iter_mut().for_each(|value| *value = same.get(value).copied().unwrap_or(*value));
            let key = Key::of(&inst);
            let result = inst.results.first().copied();
            let lifetime = if rows_change && inst.op == Op::MirrorRow { Lifetime::UntilWritten } else { lifetime(&inst.op) };
            match lifetime {
                Lifetime::Always => {
                    let places = known.entry(key).or_default();
                    let found = places.iter().find(|(place, op, _)| *op == inst.op && dominators.dominates(*place, b));
                    if let Some((_, _, before)) = found {
                        same.extend(result.zip(*before));
                        continue;
                    }
                    places.push((b, inst.op.clone(), result));
                }
                Lifetime::UntilWritten => {
                    let places = read.entry(key).or_default();
                    if let Some((_, before)) = places.iter().find(|(op, _)| *op == inst.op) {
                        same.extend(result.zip(*before));
                        continue;
                    }
                    places.push((inst.op.clone(), result));
                }
                Lifetime::Once => {
                    if inst.op.sets_element() {
                        read.retain(|_, places| !places.iter().any(|(op, _)| op.reads_element()));
                    } else if matches!(inst.op.effect(), Effect::Writes | Effect::Calls) {
                        read.clear();
                    }
                }
            }
            kept.push(inst);
        }
        func.blocks[b].insts = kept;
    }
    func.replace_uses(&mut |value| same.get(&value).copied().unwrap_or(value));
}

enum Lifetime {
    Always,
    UntilWritten,
    Once,
}

fn lifetime(op: &Op) -> Lifetime {
    match op {
        Op::MirrorLength | Op::MirrorRow | Op::MirrorList => Lifetime::Always,
        Op::IsWanted | Op::LeaveIfWanted | Op::Runtime(_) => Lifetime::Once,
        // What it finds was not always there.
        Op::GuardList | Op::BoolOf => Lifetime::UntilWritten,
        op => match op.effect() {
            Effect::Pure | Effect::Leaves => Lifetime::Always,
            Effect::Reads | Effect::Checks => Lifetime::UntilWritten,
            Effect::Writes | Effect::Calls => Lifetime::Once,
        },
    }
}

/// What tells most operations apart.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    name: &'static str,
    parameter: u64,
    args: Vec<Value>,
}

impl Key {
    fn of(inst: &Inst) -> Key {
        let parameter = match inst.op {
            Op::ConstInt(value) => value as u64,
            Op::ConstFloat(bits) => bits,
            Op::ConstObject(object) => object.index() as u64,
            Op::LoadScalar { slot, .. } => slot.into(),
            _ => 0,
        };
        Key { name: inst.op.name(), parameter, args: inst.args.clone() }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_computed_before_is_not_computed_again() {
        let text = "
f0: func f of c0 (list[float], int) -> int
b0(v0: obj, v1: i64):
    v2 = list.length v0
    v3 = add.i64 v1, v1 else r0
    v4 = list.length v0
    v5 = add.i64 v1, v1 else r0
    incref v0
    v6 = list.length v0
    v7 = wadd.i64 v2, v4
    v8 = wadd.i64 v7, v6
    branch v10 b1() b2()
b1():
    v11 = add.i64 v1, v1 else r0
    return v11
b2():
    v9 = wadd.i64 v5, v8
    return v9
r0: go 0 at 0 Overflow locals [list[float] v0, int v1] stack []
";
        let text = text.replace("    branch v10", "    v10 = cmp.i64 lt v3, v8\n    branch v10");
        let mut unit = ir::read(&text).unwrap();
        super::remove_repeated(&mut unit.funcs[0]);
        ir::verify(&unit).unwrap();
        let text = unit.to_string();
        let body = &text[text.find("b0").unwrap()..text.find("r0:").unwrap()];
        assert_eq!(
            body,
            "b0(v0: obj, v1: i64):\n    v2 = list.length v0\n    v3 = add.i64 v1, v1 else r0\n    incref v0\n    v6 = list.length v0\n    \
             v7 = wadd.i64 v2, v2\n    v8 = wadd.i64 v7, v6\n    v10 = cmp.i64 lt v3, v8\n    branch v10 b1() b2()\nb1():\n    return v3\n\
             b2():\n    v9 = wadd.i64 v3, v8\n    return v9\n"
        );
    }
}
