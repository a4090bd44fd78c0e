//! IR to IR. [`pipeline`] is the table of contents.
//!
//! `passes` knows no HIR and no LLVM.

mod borrow;
mod dead;
mod tidy;

use ir::Unit;

/// All passes, in order.
pub fn pipeline(unit: &mut Unit) {
    for func in &mut unit.funcs {
        dead::remove_dead(func);
        borrow::borrow(func);
        tidy::tidy(func);
    }
}
