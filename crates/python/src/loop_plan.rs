//! What is known of a loop, or a function, from its code alone, before it ever runs: kept from one start to the next.

use bytecode::{CO_OPTIMIZED, Code, Hir, Local, LocalKind, OpId, OpKind};
use infer::{Place, Region};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a local is to native code.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Variable {
    Plain,
    /// Its content stands in a cell: of a variable that an inner function shares, or of an outer one where such are set.
    Cell,
    /// An outer variable that is read as it was when native code was entered.
    Outer,
}

fn variables(code: &Code, hir: &Hir) -> Vec<Variable> {
    let sets_cells = hir.ops.iter().any(|op| matches!(op.kind, OpKind::StoreDeref(_)));
    let variable = |local: &Local| match local.kind {
        LocalKind::Fast => Variable::Plain,
        LocalKind::Free if !sets_cells => Variable::Outer,
        LocalKind::Cell | LocalKind::Free => Variable::Cell,
    };
    code.locals.iter().map(variable).collect()
}

/// Where a variable may be read before it is set again.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    Within,
    /// Not before the loop is left; by whom is not known of a module's names.
    Behind,
    Never,
}

/// What is known of a loop, or a function, from its code.
#[derive(Clone, Serialize, Deserialize)]
pub struct LoopPlan {
    pub place: Place,
    pub variables: Vec<Variable>,
    pub reading: Vec<Reading>,
    /// By index into the code object's names.
    pub names: Vec<u32>,
    pub is_of_module: bool,
    pub is_of_comprehension: bool,
    pub depth: usize,
    pub is_nest: bool,
    /// Of a call with a generator: how many code units that has.
    pub generator: Option<usize>,
    pub around: Vec<u32>,
    pub operations: usize,
    pub loops: usize,
}

impl LoopPlan {
    /// What a guard stands before: a loop's head at this offset, a call with a generator whose code is one of these constants, of so many code units,
    /// else the function's first instruction.
    pub fn of(code: &Code, hir: &Hir, head: u32, generators: &[(u32, usize)]) -> Option<LoopPlan> {
        let looped = hir.blocks.iter().position(|block| block.is_loop_head && hir.ops[block.first.0 as usize].place == Some(head));
        let call = if looped.is_some() || generators.is_empty() { None } else { hir.generator_call_at(head) };
        let generator = call.and_then(|call| generators.iter().find(|(constant, _)| *constant == call.code)).map(|(_, size)| *size);
        let (place, block) = match (looped, generator) {
            (Some(block), _) => (Place::Loop(head), block),
            (None, Some(_)) => (Place::Generator(head), 0),
            (None, None) => (Place::Body(head), 0),
        };
        let is_of_module = code.flags & CO_OPTIMIZED == 0;
        let region = Region::at(hir, place)?;
        let names = if is_of_module { region.stored_names(hir) } else { Vec::new() };
        let locals = code.locals.len();
        let is_in = |live: &[Vec<u64>], variable: usize| live[block][variable / 64] >> (variable % 64) & 1 == 1;
        let reading = |variable: usize| match () {
            // What a generator shares stands in cells.
            () if generator.is_some() => Reading::Never,
            () if looped.is_none() || is_in(&hir.live_in_loop, variable) => Reading::Within,
            () if variable >= locals || is_in(&hir.live_in, variable) => Reading::Behind,
            () => Reading::Never,
        };
        Some(LoopPlan {
            place,
            variables: variables(code, hir),
            reading: (0..locals).chain(names.iter().map(|name| locals + *name as usize)).map(reading).collect(),
            names,
            is_of_module,
            is_of_comprehension: code.locals.first().is_some_and(|local| local.name == ".0"),
            depth: call.filter(|_| generator.is_some()).map_or(hir.blocks[block].depth, |call| call.depth) as usize,
            is_nest: generator.is_some() || is_nest(hir, head),
            generator,
            around: heads_around(hir, head),
            operations: region.operations(),
            loops: region.loops(hir),
        })
    }
}

/// Whether other loops begin in the one with this head.
fn is_nest(hir: &Hir, head: u32) -> bool {
    let place = |op: OpId| hir.ops[op.0 as usize].place;
    let last = hir.loops().filter(|(first, _)| place(*first) == Some(head)).map(|(_, last)| last).max();
    last.is_some_and(|last| hir.loops().any(|(first, _)| place(first) > Some(head) && first < last))
}

/// The heads of the loops around the one with this head, from the outermost on.
fn heads_around(hir: &Hir, head: u32) -> Vec<u32> {
    let place = |op: OpId| hir.ops[op.0 as usize].place;
    let Some(own) = hir.loops().map(|(first, _)| first).find(|first| place(*first) == Some(head)) else { return Vec::new() };
    let around = hir.loops().filter(|(first, last)| *first < own && own <= *last).map(|(first, _)| first);
    around.collect::<BTreeSet<OpId>>().into_iter().filter_map(place).collect()
}
