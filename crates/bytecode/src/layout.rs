//! Where each instruction of a code object comes to stand when guards are put in front of its loops, and how its jumps are written there.

use crate::DecodeError;
use crate::flow::{Direction, aim, direction};
use crate::instruction::{Beginnings, Instruction, UNIT};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every offset, and every distance, fits the three bytes of an argument that the landing pad has room for.
pub(crate) const MOST_UNITS: u32 = 0xff_ffff;

/// What the layout is made from.
pub(crate) struct Plan<'a> {
    /// All of the code's, in order, unreachable ones too.
    pub instructions: &'a [Instruction],
    /// Which of the instructions begin a loop, and how long the guard in front is.
    pub guards: BTreeMap<usize, u32>,
}

/// New byte offsets.
pub(crate) struct Layout {
    pub placed: Vec<Placed>,
    /// By the instruction that begins the loop.
    pub guards: BTreeMap<usize, u32>,
    /// By the instruction that jumps.
    pub jumps: BTreeMap<usize, Jump>,
    pub end: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub start: u32,
    pub at: u32,
    pub next: u32,
}

/// A jump's arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Jump {
    /// The instruction that it leads to.
    pub to: usize,
    pub arg: u32,
    /// A backward jump to a loop's beginning can lead to the guard instead.
    pub arg_to_guard: Option<u32>,
}

impl Placed {
    /// EXTENDED_ARGs.
    pub fn prefixes(self) -> u32 {
        (self.at - self.start) / UNIT
    }
}

impl Plan<'_> {
    /// Lays out, widens the jumps whose distance has grown too long for their prefixes, and again until all fit.
    pub fn lay_out(self) -> Result<Layout, DecodeError> {
        let targets = self.targets()?;
        let mut prefixes: Vec<u32> = self.instructions.iter().map(|instruction| (instruction.at - instruction.start) / UNIT).collect();
        loop {
            let mut layout = self.place(&prefixes)?;
            let mut fits = true;
            for (&from, &to) in &targets {
                let jump = self.jump(&layout, from, to)?;
                let needed = prefixes_of(jump.arg.max(jump.arg_to_guard.unwrap_or(0)));
                fits &= needed <= prefixes[from];
                prefixes[from] = prefixes[from].max(needed);
                layout.jumps.insert(from, jump);
            }
            if fits {
                return Ok(layout);
            }
        }
    }

    /// Where each jump leads.
    fn targets(&self) -> Result<BTreeMap<usize, usize>, DecodeError> {
        let beginnings = Beginnings::of(self.instructions);
        let mut targets = BTreeMap::new();
        for (from, instruction) in self.instructions.iter().enumerate() {
            if let Some(target) = aim(instruction)? {
                let to = beginnings
                    .get(target)
                    .ok_or(DecodeError::Malformed { at: instruction.at, what: "control goes to where no instruction begins" })?;
                targets.insert(from, to);
            }
        }
        Ok(targets)
    }

    fn place(&self, prefixes: &[u32]) -> Result<Layout, DecodeError> {
        let mut layout = Layout { placed: Vec::with_capacity(prefixes.len()), guards: BTreeMap::new(), jumps: BTreeMap::new(), end: 0 };
        for (index, instruction) in self.instructions.iter().enumerate() {
            if let Some(length) = self.guards.get(&index) {
                layout.guards.insert(index, layout.end);
                layout.end += length;
            }
            let start = layout.end;
            let at = start + UNIT * prefixes[index];
            let next = at + (instruction.next - instruction.at);
            layout.placed.push(Placed { start, at, next });
            layout.end = next;
            if layout.end > UNIT * MOST_UNITS {
                return Err(DecodeError::Unsupported { at: instruction.at, what: "code too long for guards" });
            }
        }
        Ok(layout)
    }

    fn jump(&self, layout: &Layout, from: usize, to: usize) -> Result<Jump, DecodeError> {
        let (instruction, target) = (&self.instructions[from], &self.instructions[to]);
        let next = layout.placed[from].next;
        let distance = |target: u32| {
            let distance = match direction(instruction.opcode) {
                Some(Direction::Backward) => next.checked_sub(target),
                _ => target.checked_sub(next),
            };
            distance
                .map(|distance| distance / UNIT)
                .ok_or(DecodeError::Malformed { at: instruction.at, what: "a jump against its direction" })
        };
        let head = layout.placed[to].start;
        Ok(match layout.guards.get(&to) {
            Some(&guard) if target.start > instruction.at => Jump { to, arg: distance(guard)?, arg_to_guard: None },
            Some(&guard) => Jump { to, arg: distance(head)?, arg_to_guard: Some(distance(guard)?) },
            None => Jump { to, arg: distance(head)?, arg_to_guard: None },
        })
    }
}

/// How many EXTENDED_ARGs this argument needs.
pub(crate) fn prefixes_of(arg: u32) -> u32 {
    (1..4).filter(|byte| arg >> (8 * byte) != 0).count() as u32
}
