//! Where native code begins, and how far it goes.

use base::Index;
use bytecode::{Hir, OpId, OpKind};
use ir::Shape;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where native code begins in the entry function, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    pub place: Place,
    /// At the start: of the parameters. At a loop: of all locals, then of the value stack.
    pub shapes: Vec<Shape>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Place {
    /// A call: to the function's end.
    Start,
    /// The head of a loop, by byte offset, entered while the function runs: to the end of the outermost loop around it.
    Loop(u32),
    /// The function's first instruction, by byte offset, entered in its frame: to its end.
    Body(u32),
    /// Where a generator is made in a call, by byte offset: to the end of that call.
    Generator(u32),
}

/// What is entered in the middle of a function: the outermost loop around a loop's head, all of it, or a call with a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    pub(crate) head: OpId,
    first: OpId,
    last: OpId,
    /// What lies on the stack is known from what has loaded it.
    pub(crate) is_generator_call: bool,
}

impl Region {
    pub fn around(hir: &Hir, head: u32) -> Option<Region> {
        let op = hir.blocks.iter().find(|block| block.is_loop_head && hir.ops[block.first.index()].place == Some(head))?.first;
        let (first, last) = hir.outermost_loop(op)?;
        Some(Region { head: op, first, last, is_generator_call: false })
    }

    /// The whole function, from its first instruction on.
    pub fn whole(hir: &Hir, first: u32) -> Option<Region> {
        let head = hir.ops.iter().position(|op| op.place == Some(first))?;
        Some(Region { head: OpId::new(head), first: OpId(0), last: OpId::new(hir.ops.len() - 1), is_generator_call: false })
    }

    /// The call with the generator that is made at this place.
    pub fn generator(hir: &Hir, offset: u32) -> Option<Region> {
        let call = hir.generator_call_at(offset)?;
        Some(Region { head: call.made, first: call.made, last: call.called, is_generator_call: true })
    }

    pub fn at(hir: &Hir, place: Place) -> Option<Region> {
        match place {
            Place::Start => None,
            Place::Loop(offset) => Region::around(hir, offset),
            Place::Body(offset) => Region::whole(hir, offset),
            Place::Generator(offset) => Region::generator(hir, offset),
        }
    }

    pub fn loops(&self, hir: &Hir) -> usize {
        hir.loops().filter(|(first, _)| self.contains(*first)).count()
    }

    pub fn operations(&self) -> usize {
        self.last.index() - self.first.index() + 1
    }

    pub(crate) fn contains(&self, op: OpId) -> bool {
        (self.first..=self.last).contains(&op)
    }

    /// The names that a module's code sets in it, in order: variables of native code, as locals are.
    pub fn stored_names(&self, hir: &Hir) -> Vec<u32> {
        let ops = &hir.ops[self.first.index()..=self.last.index()];
        let stored: BTreeSet<u32> = ops
            .iter()
            .filter_map(|op| match op.kind {
                OpKind::StoreName(name) | OpKind::StoreGlobal(name) | OpKind::DeleteName(name) => Some(name),
                _ => None,
            })
            .collect();
        stored.into_iter().collect()
    }
}
