//! Where control goes between instructions: what is reachable, and where blocks begin.

use crate::dialect::Dialect;
use crate::exception_table::{Protection, protection_at};
use crate::instruction::{Beginnings, Instruction, UNIT};
use crate::opcode::Opcode::{self, *};
use crate::{BlockId, DecodeError};
use std::collections::{BTreeMap, BTreeSet};

/// Where control goes from an instruction; targets are byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Next,
    Jump(u32),
    Branch(u32),
    End,
}

impl Flow {
    pub fn target(self) -> Option<u32> {
        match self {
            Flow::Jump(target) | Flow::Branch(target) => Some(target),
            Flow::Next | Flow::End => None,
        }
    }

    pub fn falls_through(self) -> bool {
        matches!(self, Flow::Next | Flow::Branch(_))
    }
}

/// An instruction that control can reach.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    pub instruction: Instruction,
    pub flow: Flow,
    pub protection: Option<Protection>,
    /// Only by way of an exception.
    pub in_handler: bool,
}

pub(crate) struct FlowGraph {
    /// In bytecode order.
    pub reached: Vec<Reached>,
    /// The block that begins at this byte offset.
    pub block_at: BTreeMap<u32, BlockId>,
    /// Byte offsets to which control jumps backward, other than from a handler into the function proper.
    pub loop_heads: BTreeSet<u32>,
}

pub(crate) fn flow_graph(instructions: Vec<Instruction>, dialect: &Dialect, protections: &[Protection]) -> Result<FlowGraph, DecodeError> {
    let beginnings = Beginnings::of(&instructions);
    let flows = instructions
        .iter()
        .map(|instruction| flow(instruction, dialect, &instructions, &beginnings))
        .collect::<Result<Vec<Flow>, DecodeError>>()?;

    let mut reachable =
        Reachability { instructions: &instructions, flows: &flows, beginnings: &beginnings, seen: vec![false; flows.len()] };
    reachable.from(0, 0)?;
    let in_function_proper = reachable.seen.clone();
    let protection: Vec<Option<Protection>> =
        instructions.iter().map(|instruction| protection_at(protections, instruction.at).copied()).collect();
    let mut entered = BTreeSet::new();
    loop {
        let handlers_before = entered.len();
        for (index, instruction) in instructions.iter().enumerate() {
            let handler = protection[index].filter(|_| reachable.seen[index]).map(|protection| protection.target);
            if let Some(handler) = handler.filter(|&handler| entered.insert(handler)) {
                reachable.from(handler, instruction.at)?;
            }
        }
        if entered.len() == handlers_before {
            break;
        }
    }

    let seen = reachable.seen;
    let reached = instructions
        .into_iter()
        .enumerate()
        .filter(|(index, _)| seen[*index])
        .map(|(index, instruction)| Reached {
            flow: flows[index],
            protection: protection[index],
            in_handler: !in_function_proper[index],
            instruction,
        })
        .collect::<Vec<Reached>>();
    let block_at = leaders(&reached).into_iter().zip((0..).map(BlockId)).collect();
    let loop_heads = reached
        .iter()
        .filter_map(|from| {
            let leaves_handler = |target: u32| from.in_handler && beginnings.get(target).is_some_and(|index| in_function_proper[index]);
            from.flow.target().filter(|&target| target <= from.instruction.at && !leaves_handler(target))
        })
        .collect();
    Ok(FlowGraph { reached, block_at, loop_heads })
}

struct Reachability<'a> {
    instructions: &'a [Instruction],
    flows: &'a [Flow],
    beginnings: &'a Beginnings,
    seen: Vec<bool>,
}

impl Reachability<'_> {
    fn from(&mut self, offset: u32, because_of: u32) -> Result<(), DecodeError> {
        let mut todo = vec![(offset, because_of)];
        while let Some((offset, because_of)) = todo.pop() {
            let index = self
                .beginnings
                .get(offset)
                .ok_or(DecodeError::Malformed { at: because_of, what: "control goes to where no instruction begins" })?;
            if !std::mem::replace(&mut self.seen[index], true) {
                let Instruction { at, next, .. } = self.instructions[index];
                todo.extend(self.flows[index].target().map(|target| (target, at)));
                todo.extend(self.flows[index].falls_through().then_some((next, at)));
            }
        }
        Ok(())
    }
}

fn flow(instruction: &Instruction, dialect: &Dialect, instructions: &[Instruction], beginnings: &Beginnings) -> Result<Flow, DecodeError> {
    let malformed = |what| DecodeError::Malformed { at: instruction.at, what };
    let Some(mut target) = aim(instruction)? else {
        let ends = matches!(instruction.opcode, RETURN_VALUE | RETURN_CONST | RAISE_VARARGS | RERAISE);
        return Ok(if ends { Flow::End } else { Flow::Next });
    };
    Ok(match instruction.opcode {
        JUMP_FORWARD | JUMP_BACKWARD | JUMP_BACKWARD_NO_INTERRUPT => Flow::Jump(target),
        FOR_ITER => {
            for &skipped in dialect.for_iter_exit {
                let exit = beginnings.get(target).map(|index| &instructions[index]);
                target = exit.filter(|exit| exit.opcode == skipped).ok_or(malformed("a FOR_ITER without the END_FOR that it skips"))?.next;
            }
            Flow::Branch(target)
        }
        _ => Flow::Branch(target),
    })
}

/// Which way the argument of a jump counts, from behind its inline caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

pub(crate) fn direction(opcode: Opcode) -> Option<Direction> {
    match opcode {
        JUMP_FORWARD
        | FOR_ITER
        | POP_JUMP_IF_FALSE
        | POP_JUMP_IF_TRUE
        | POP_JUMP_IF_NONE
        | POP_JUMP_IF_NOT_NONE
        | POP_JUMP_FORWARD_IF_FALSE
        | POP_JUMP_FORWARD_IF_TRUE
        | POP_JUMP_FORWARD_IF_NONE
        | POP_JUMP_FORWARD_IF_NOT_NONE
        | JUMP_IF_FALSE_OR_POP
        | JUMP_IF_TRUE_OR_POP
        | SEND => Some(Direction::Forward),
        JUMP_BACKWARD
        | JUMP_BACKWARD_NO_INTERRUPT
        | POP_JUMP_BACKWARD_IF_FALSE
        | POP_JUMP_BACKWARD_IF_TRUE
        | POP_JUMP_BACKWARD_IF_NONE
        | POP_JUMP_BACKWARD_IF_NOT_NONE => Some(Direction::Backward),
        _ => None,
    }
}

/// The byte offset that the argument of a jump tells. An exhausted FOR_ITER goes on behind the end of the loop that stands there.
pub(crate) fn aim(instruction: &Instruction) -> Result<Option<u32>, DecodeError> {
    let next = i64::from(instruction.next);
    let distance = i64::from(UNIT) * i64::from(instruction.arg);
    let target = match direction(instruction.opcode) {
        None => return Ok(None),
        Some(Direction::Forward) => next + distance,
        Some(Direction::Backward) => next - distance,
    };
    let target = u32::try_from(target).map_err(|_| DecodeError::Malformed { at: instruction.at, what: "a jump out of the code" })?;
    Ok(Some(target))
}

/// A block begins at the entry, at a target of a jump or of an exception, behind whatever jumps, and where the handler changes.
fn leaders(reached: &[Reached]) -> BTreeSet<u32> {
    let handler = |of: &Reached| of.protection.map(|protection| protection.target);
    let mut leaders = BTreeSet::from([0]);
    for one in reached {
        leaders.extend(one.flow.target());
        leaders.extend(handler(one));
    }
    for pair in reached.windows(2) {
        if pair[0].flow != Flow::Next || handler(&pair[0]) != handler(&pair[1]) {
            leaders.insert(pair[1].instruction.start);
        }
    }
    leaders
}
