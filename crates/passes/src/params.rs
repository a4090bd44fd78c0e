//! Removes parameters of blocks that are always given the same value.
//!
//! ```text
//! b0(v0: i64):                 b0(v0: i64):
//!     jump b1(v0, v0)              jump b1(v0)
//! b1(v1: i64, v2: i64):        b1(v2: i64):
//!     v3 = wadd.i64 v1, v2         v3 = wadd.i64 v0, v2
//!     jump b1(v1, v3)              jump b1(v3)
//! ```
//!
//! Translation hands every local to every block. What a loop doesn't change is then seen to come from outside.

use base::Index;
use ir::{Func, Value};

pub fn remove_constant_params(func: &mut Func) {
    let mut same = Same { as_: (0..func.types.len()).map(Value::new).collect() };
    // What each block is given, edge by edge.
    let mut given: Vec<Vec<Vec<Value>>> = vec![Vec::new(); func.blocks.len()];
    for edge in func.blocks.iter().flat_map(|block| block.term.edges()) {
        given[edge.to.index()].push(edge.args.clone());
    }
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        // The function's own parameters come from outside.
        for (block, edges) in func.blocks.iter().zip(&given).skip(1) {
            for (index, param) in block.params.iter().enumerate() {
                if same.of(*param) != *param {
                    continue;
                }
                let mut values = edges.iter().map(|args| same.of(args[index])).filter(|value| value != param);
                if let Some(first) = values.next()
                    && values.all(|value| value == first)
                {
                    same.as_[param.index()] = first;
                    has_changed = true;
                }
            }
        }
    }
    let kept: Vec<Vec<bool>> =
        func.blocks.iter().map(|block| block.params.iter().map(|param| same.of(*param) == *param).collect()).collect();
    for block in &mut func.blocks {
        for edge in block.term.edges_mut() {
            let mut kept = kept[edge.to.index()].iter();
            edge.args.retain(|_| *kept.next().expect("an argument a parameter"));
        }
    }
    for (block, kept) in func.blocks.iter_mut().zip(&kept) {
        let mut kept = kept.iter();
        block.params.retain(|_| *kept.next().expect("one flag a parameter"));
    }
    func.replace_uses(&mut |value| same.of(value));
}

/// For each value, the one that it is always equal to.
struct Same {
    as_: Vec<Value>,
}

impl Same {
    fn of(&self, mut value: Value) -> Value {
        while self.as_[value.index()] != value {
            value = self.as_[value.index()];
        }
        value
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_loop_does_not_change_comes_from_outside() {
        let text = "
f0: func f of c0 (int) -> int
b0(v0: i64):
    jump b1(v0, v0)
b1(v1: i64, v2: i64):
    v3 = wadd.i64 v1, v2
    jump b2(v1, v3)
b2(v4: i64, v5: i64):
    safepoint else r1
    jump b1(v4, v5)
r0: go 0 at 0 Interrupt locals [int v0] stack []
r1: go 2 at 2 Interrupt locals [int v4] stack [int v5]
";
        let mut unit = ir::read(text).unwrap();
        super::remove_constant_params(&mut unit.funcs[0]);
        ir::verify(&unit).unwrap();
        let text = unit.to_string();
        assert!(
            text.contains("b1(v2: i64):\n    v3 = wadd.i64 v0, v2\n    jump b2()\nb2():\n    safepoint else r1\n    jump b1(v3)\n"),
            "{text}"
        );
        assert!(text.contains("r1: go 2 at 2 Interrupt locals [int v0] stack [int v3]"), "{text}");
    }
}
