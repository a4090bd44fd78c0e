//! IR to IR. [`pipeline`] is the table of contents.
//!
//! `passes` knows no HIR and no LLVM.

mod borrow;
mod copy;
mod dead;
mod hoist;
mod mirror;
mod params;
mod replay;
mod same;
mod tidy;

use ir::Unit;

/// All passes, in order.
pub fn pipeline(unit: &mut Unit) {
    for func in &mut unit.funcs {
        tidy::remove_unreachable_blocks(func);
        params::remove_constant_params(func);
        same::remove_repeated(func);
        dead::remove_dead(func);
        borrow::borrow(func);
    }
    mirror::mirror(unit);
    for func in &mut unit.funcs {
        params::remove_constant_params(func);
        same::remove_repeated(func);
        hoist::hoist(func);
        replay::replay(func);
        params::remove_constant_params(func);
        dead::remove_dead(func);
        tidy::tidy(func);
    }
}
