//! Guards: each loop of a code object gets a call of a constant in front of its head, which costs the interpreter nothing on the way round.
//!
//! ```text
//!     before                      after
//!                             guard:  JUMP_FORWARD 0    the switch; off: over the guard, to head
//!                                     PUSH_NULL
//!                                     LOAD_CONST        the guard's callable
//!                             call:   CALL 0
//!                             behind: POP_TOP
//!     head:   FOR_ITER        head:   FOR_ITER
//!             ...                     ...
//!             JUMP_BACKWARD           JUMP_BACKWARD     a back edge: off to head, on to guard
//!                             ..
//!                             landing: POP_TOP; JUMP_BACKWARD_NO_INTERRUPT
//! ```
//! Control that enters the loop from above, by falling into it or by a forward jump, comes by the guard. What lay on the value stack stays there below the call.
//!
//! An exception at the guard's call is that of a frame that could not be made, of the guard's own: there is no level of recursion left. It is caught where
//! the call's result is dropped, and the loop goes on.
//!
//! Off and on differ in argument bytes only. So a running code object can be patched in place whatever CPython has made of its instructions
//! (specialised, instrumented for tracing), if the opcode bytes are left alone.

use crate::decode::decode_graph;
use crate::dialect::Dialect;
use crate::exception_table::{Protection, encode as encode_protections, protection_at, protections};
use crate::flow::{Direction, FlowGraph, direction, flow_graph};
use crate::instruction::{Beginnings, Instruction, UNIT, fold_calls, scan};
use crate::layout::{Layout, MOST_UNITS, Placed, Plan, prefixes_of};
use crate::line_table::{LocationWriter, Locations};
use crate::opcode::Opcode::{self, *};
use crate::{Code, DecodeError, Hir};
use base::Index;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The parts of a code object that guards change. Offsets that are not said to be old ones are byte offsets in the new `bytecode`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guarded {
    /// With all switches on and all back edges off.
    pub bytecode: Vec<u8>,
    pub exception_table: Vec<u8>,
    pub line_table: Vec<u8>,
    pub stacksize: u32,
    /// In bytecode order. Loop k calls constant `first_const + k`.
    pub loops: Vec<GuardedLoop>,
    /// What the code means; None where there are no loops.
    #[serde(skip)]
    pub hir: Option<Hir>,
    /// The landing pad, behind all code: it pops the top of the stack and jumps to where `landing_args` say; until they are written, to itself.
    /// It has no location and no handler, and nothing leads to it. None where there are no loops.
    pub landing: Option<u32>,
    /// Of the instructions that moved otherwise than the one in front of them.
    moves: Vec<Move>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardedLoop {
    /// Old byte offset of the head.
    pub head: u32,
    pub new_head: u32,
    /// Where control that enters the loop from above arrives.
    pub guard: u32,
    /// The CALL (on 3.11 the CALL itself, behind its PRECALL).
    pub call: u32,
    /// The POP_TOP behind the call and its inline caches.
    pub behind: u32,
    /// On: into the guard. Off: over it.
    pub switch: Patch,
    /// Each backward jump to the head, those from handlers too. On: to `guard`. Off: to `new_head`.
    pub back_edges: Vec<Patch>,
}

/// Code units that are overwritten in place in a running code object. Both states have the same length and the same opcodes: only their argument bytes (each second one) differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    pub at: u32,
    pub on: Vec<u8>,
    pub off: Vec<u8>,
}

/// An instruction's old and new place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Move {
    old: Placed,
    new: Placed,
}

impl Move {
    /// Whether a later instruction has moved as far as what is directly behind this one.
    fn goes_on_with(&self, later: &Move) -> bool {
        let behind = self.new.next.wrapping_sub(self.old.next);
        let moved = |old: u32, new: u32| new.wrapping_sub(old) == behind;
        moved(later.old.start, later.new.start) && moved(later.old.at, later.new.at) && moved(later.old.next, later.new.next)
    }
}

impl Guarded {
    /// Drops what a code object was made from, and need not be kept twice.
    pub fn forget_parts(&mut self) {
        self.bytecode = Vec::new();
        self.exception_table = Vec::new();
        self.line_table = Vec::new();
        self.hir = None;
    }

    /// Where an instruction stands now, by the old byte offset of its first prefix, of itself, or of its inline caches. A loop's head is where `new_head` says:
    /// so what is behind the instruction in front of a head is the head and not the guard.
    /// A jump that had no prefix and now has some is where those begin. The old end of the code is the new one, where the landing pad begins.
    pub fn moved(&self, old: u32) -> u32 {
        let Some(last) = self.moves.partition_point(|one| one.old.start <= old).checked_sub(1) else {
            return old;
        };
        let Move { old: from, new: to } = self.moves[last];
        if old >= from.next {
            to.next + (old - from.next)
        } else if old == from.start {
            to.start
        } else if old >= from.at {
            to.at + (old - from.at)
        } else {
            to.at.min(to.start + (old - from.start))
        }
    }
}

impl GuardedLoop {
    /// The guard behind its switch, given how much lies on the stack: 3.13 looks one unit before the call.
    fn protection(&self, depth: u32) -> Protection {
        Protection { start: self.switch.at + UNIT, end: self.behind, target: self.behind, depth: depth + 1, pushes_lasti: false }
    }
}

/// The guard and the landing pad push at most two values, NULL and the callable, on what the stack holds where they stand.
const STACK: u32 = 2;

/// Puts a guard in front of each loop of the function proper (not those inside exception handlers), and where `at_start` in front of a function's
/// first instruction behind RESUME: a loop without a way round. So is a generator in a call outside of loops, of a code that is one of the constants
/// `generators`. Where there is no place for a guard nothing changes.
///
/// `line_table` is `co_linetable`, and `first_const` the index from which on the caller appends callables of no arguments to `co_consts`, one a loop.
pub fn guard(code: &Code, line_table: &[u8], first_const: u32, at_start: bool, generators: &[u32]) -> Result<Guarded, DecodeError> {
    let (dialect, _) = Dialect::of(code.minor).ok_or(DecodeError::UnknownVersion(code.minor))?;
    let protections = protections(code)?;
    let scanned = scan(code)?;
    let graph = flow_graph(fold_calls(scanned.clone(), code)?, dialect, &protections)?;
    let mut heads = heads(&graph, dialect, &scanned)?;
    if at_start
        && let Some(first) = scanned.iter().position(|instruction| instruction.opcode == RESUME).map(|resume| resume + 1)
        && first < scanned.len()
        && heads.first() != Some(&first)
    {
        heads.insert(0, first);
    }
    // Most code has none: what it means is found out when it is known that it gets guards.
    let decoded = if generators.is_empty() { None } else { Some(decode_graph(code, dialect, &graph)?) };
    let calls = decoded.iter().flat_map(Hir::generator_calls).filter(|call| generators.contains(&call.code));
    let place_of = |call: &crate::GeneratorCall| decoded.as_ref().and_then(|hir| hir.ops[call.made.index()].place);
    let calls: BTreeMap<usize, u32> = calls
        .filter_map(|call| {
            let start = place_of(&call)?;
            Some((scanned.binary_search_by_key(&start, |instruction| instruction.start).ok()?, call.depth))
        })
        .collect();
    heads.extend(calls.keys().filter(|head| !is_skipped(&scanned, **head, dialect)));
    heads.sort_unstable();
    heads.dedup();
    if heads.is_empty() {
        return Ok(unguarded(code, line_table, &scanned));
    }
    let beyond = |what| DecodeError::Unsupported { at: 0, what };
    if code.bytecode.len() > (UNIT * MOST_UNITS) as usize {
        return Err(beyond("code too long for guards"));
    }
    let last_const = u32::try_from(heads.len() - 1).ok().and_then(|last| first_const.checked_add(last));
    let last_const = last_const.ok_or(beyond("too many constants"))?;
    let stacksize = code.stacksize.checked_add(STACK).ok_or(beyond("the stack is too large"))?;
    let sequences: Vec<Sequence> = (first_const..=last_const).map(|constant| Sequence::new(code.minor, dialect, constant)).collect();

    let guards = heads.iter().zip(&sequences).map(|(&head, sequence)| (head, sequence.length())).collect();
    let layout = Plan { instructions: &scanned, guards }.lay_out()?;
    if layout.end + LANDING > UNIT * MOST_UNITS {
        return Err(beyond("code too long for guards"));
    }

    let mut writer = Writer {
        code,
        dialect,
        scanned: &scanned,
        layout: &layout,
        bytes: Vec::with_capacity(layout.end as usize),
        back_edges: BTreeMap::new(),
    };
    let mut loops = Vec::new();
    for index in 0..scanned.len() {
        if let Ok(number) = heads.binary_search(&index) {
            loops.push(writer.guard(index, &sequences[number]));
        }
        writer.instruction(index);
    }
    let Writer { mut bytes, mut back_edges, .. } = writer;
    for (one, head) in loops.iter_mut().zip(&heads) {
        one.back_edges = back_edges.remove(head).unwrap_or_default();
    }
    bytes.extend(landing_pad(dialect));
    let hir = match decoded {
        Some(hir) => hir,
        None => decode_graph(code, dialect, &graph)?,
    };
    let depth_at = |head: &usize| {
        if let Some(depth) = calls.get(head) {
            return *depth;
        }
        let place = Some(scanned[*head].start);
        // A function's first instruction is no loop's head: nothing is on the stack.
        hir.blocks.iter().find(|block| hir.ops[block.first.index()].place == place).map_or(0, |block| block.depth)
    };
    let own = loops.iter().zip(&heads).map(|(one, head)| one.protection(depth_at(head)));
    let own = heads.iter().copied().zip(own).collect();
    Ok(Guarded {
        exception_table: moved_protections(&scanned, &layout, &protections, &own)?,
        line_table: moved_locations(code, line_table, &scanned, &layout, bytes.len())?,
        bytecode: bytes,
        stacksize,
        loops,
        landing: Some(layout.end),
        hir: Some(hir),
        moves: moves(&scanned, &layout.placed),
    })
}

/// Whether there is a way back in this bytecode, by a look at its opcodes alone: where there is none there is no loop.
pub fn may_loop(minor: u8, bytecode: &[u8]) -> bool {
    let Some((_, numbered)) = Dialect::of(minor) else { return false };
    // An inline cache is not told from an instruction: what it holds may look like one, not the other way round.
    bytecode
        .chunks_exact(UNIT as usize)
        .any(|unit| numbered[usize::from(unit[0])].is_some_and(|(opcode, _)| direction(opcode) == Some(Direction::Backward)))
}

/// The argument bytes of the landing pad's last three code units that make it jump to `target`, which stands in front of it.
pub fn landing_args(landing: u32, target: u32) -> [u8; 3] {
    let [_, args @ ..] = ((landing + LANDING - target) / UNIT).to_be_bytes();
    args
}

fn unguarded(code: &Code, line_table: &[u8], scanned: &[Instruction]) -> Guarded {
    let unmoved: Vec<Placed> = scanned.iter().map(old_place).collect();
    Guarded {
        bytecode: code.bytecode.clone(),
        exception_table: code.exception_table.clone(),
        line_table: line_table.to_vec(),
        stacksize: code.stacksize,
        loops: Vec::new(),
        hir: None,
        landing: None,
        moves: moves(scanned, &unmoved),
    }
}

/// The instructions at which a loop begins.
fn heads(graph: &FlowGraph, dialect: &Dialect, scanned: &[Instruction]) -> Result<Vec<usize>, DecodeError> {
    let offsets = graph.reached.iter().filter(|reached| !reached.in_handler && graph.loop_heads.contains(&reached.instruction.start));
    let index_at = |offset: u32| scanned.binary_search_by_key(&offset, |instruction| instruction.start);
    let heads: Vec<usize> = offsets.filter_map(|reached| index_at(reached.instruction.start).ok()).collect();
    match heads.iter().find(|&&head| is_skipped(scanned, head, dialect)) {
        Some(&head) => Err(DecodeError::Unsupported { at: scanned[head].at, what: "a loop at what ends another" }),
        None => Ok(heads),
    }
}

/// Whether an exhausted FOR_ITER skips this instruction: nothing may come in front of it.
fn is_skipped(scanned: &[Instruction], index: usize, dialect: &Dialect) -> bool {
    let ends_loop = |index: usize| scanned[index].opcode == END_FOR;
    ends_loop(index) || dialect.for_iter_exit.len() > 1 && index > 0 && ends_loop(index - 1)
}

/// The code units of a guard, its switch on.
struct Sequence {
    bytes: Vec<u8>,
    call: u32,
    behind: u32,
}

impl Sequence {
    fn new(minor: u8, dialect: &Dialect, constant: u32) -> Sequence {
        let mut bytes = instruction(dialect, JUMP_FORWARD, 0, 0);
        let push_null = instruction(dialect, PUSH_NULL, 0, 0);
        let load = instruction(dialect, LOAD_CONST, constant, prefixes_of(constant));
        bytes.extend(if dialect.null_above_callable { [load, push_null].concat() } else { [push_null, load].concat() });
        if minor == 11 {
            bytes.extend(instruction(dialect, PRECALL, 0, 0));
        }
        let call = bytes.len() as u32;
        bytes.extend(instruction(dialect, CALL, 0, 0));
        let behind = bytes.len() as u32;
        bytes.extend(instruction(dialect, POP_TOP, 0, 0));
        Sequence { bytes, call, behind }
    }

    fn length(&self) -> u32 {
        self.bytes.len() as u32
    }
}

const LANDING: u32 = 4 * UNIT;

/// The jump leads to the landing pad itself for now: CPython looks at the target of each jump when it begins to trace, and there is nothing behind the code.
fn landing_pad(dialect: &Dialect) -> Vec<u8> {
    [instruction(dialect, POP_TOP, 0, 0), instruction(dialect, JUMP_BACKWARD_NO_INTERRUPT, LANDING / UNIT, 2)].concat()
}

/// An instruction's bytes: so many prefixes, itself, and its inline caches.
fn instruction(dialect: &Dialect, opcode: Opcode, arg: u32, prefixes: u32) -> Vec<u8> {
    let (number, _, caches) = *dialect.opcodes.iter().find(|row| row.1 == opcode).expect("an instruction of this version");
    let mut bytes = units(dialect, number, arg, prefixes);
    bytes.resize(bytes.len() + UNIT as usize * usize::from(caches), 0);
    bytes
}

fn units(dialect: &Dialect, number: u8, arg: u32, prefixes: u32) -> Vec<u8> {
    let prefix = |byte: u32| [dialect.number(EXTENDED_ARG), (arg >> (8 * byte)) as u8];
    (1..=prefixes).rev().map(prefix).chain([[number, arg as u8]]).flatten().collect()
}

/// The new bytecode as it grows.
struct Writer<'a> {
    code: &'a Code,
    dialect: &'a Dialect,
    scanned: &'a [Instruction],
    layout: &'a Layout,
    bytes: Vec<u8>,
    /// By the instruction that they lead to.
    back_edges: BTreeMap<usize, Vec<Patch>>,
}

impl Writer<'_> {
    fn guard(&mut self, index: usize, sequence: &Sequence) -> GuardedLoop {
        let guard = self.layout.guards[&index];
        let new_head = self.layout.placed[index].start;
        self.bytes.extend(&sequence.bytes);
        let over = (sequence.length() - UNIT) / UNIT;
        let jump = |arg| units(self.dialect, self.dialect.number(JUMP_FORWARD), arg, 0);
        GuardedLoop {
            head: self.scanned[index].start,
            new_head,
            guard,
            call: guard + sequence.call,
            behind: guard + sequence.behind,
            switch: Patch { at: guard, on: jump(0), off: jump(over) },
            back_edges: Vec::new(),
        }
    }

    fn instruction(&mut self, index: usize) {
        let Instruction { start, at, next, .. } = self.scanned[index];
        let old = |from: u32, to: u32| &self.code.bytecode[from as usize..to as usize];
        let Some(jump) = self.layout.jumps.get(&index) else {
            return self.bytes.extend(old(start, next));
        };
        let placed = self.layout.placed[index];
        let number = self.code.bytecode[at as usize];
        let with = |arg| units(self.dialect, number, arg, placed.prefixes());
        let off = with(jump.arg);
        self.bytes.extend(&off);
        self.bytes.extend(old(at + UNIT, next));
        if let Some(arg) = jump.arg_to_guard {
            self.back_edges.entry(jump.to).or_default().push(Patch { at: placed.start, on: with(arg), off });
        }
    }
}

/// What was protected before is so now, and the switch of a guard and the end of it like the head behind it.
fn moved_protections(
    scanned: &[Instruction],
    layout: &Layout,
    protections: &[Protection],
    own: &BTreeMap<usize, Protection>,
) -> Result<Vec<u8>, DecodeError> {
    if protections.is_empty() {
        return Ok(encode_protections(&own.values().copied().collect::<Vec<_>>()));
    }
    let beginnings = Beginnings::of(scanned);
    let mut moved = Vec::new();
    for (index, instruction) in scanned.iter().enumerate() {
        let own = own.get(&index).copied();
        let Some(&protection) = protection_at(protections, instruction.at) else {
            moved.extend(own);
            continue;
        };
        let handler = beginnings.get(protection.target);
        let handler = handler.ok_or(DecodeError::Malformed { at: instruction.at, what: "control goes to where no instruction begins" })?;
        let Placed { start, next, .. } = layout.placed[index];
        let like_before = |start, end| Protection { start, end, target: layout.placed[handler].start, ..protection };
        let begin = own.map_or(start, |own| {
            moved.extend([like_before(layout.guards[&index], own.start), own]);
            own.end
        });
        moved.push(like_before(begin, next));
    }
    Ok(encode_protections(&moved))
}

/// A guard has the location of the head behind it, so that tracing sees no other line; the landing pad has none.
fn moved_locations(code: &Code, table: &[u8], scanned: &[Instruction], layout: &Layout, length: usize) -> Result<Vec<u8>, DecodeError> {
    let mut old = Locations::of(table, code.first_line)?;
    let mut new = LocationWriter::new(code.first_line);
    for (instruction, placed) in scanned.iter().zip(&layout.placed) {
        new.up_to(placed.at / UNIT, old.at(instruction.start / UNIT));
        for unit in instruction.at / UNIT..instruction.next / UNIT {
            new.push(old.at(unit), 1);
        }
    }
    new.up_to(length as u32 / UNIT, None);
    Ok(new.finish())
}

fn old_place(instruction: &Instruction) -> Placed {
    Placed { start: instruction.start, at: instruction.at, next: instruction.next }
}

fn moves(scanned: &[Instruction], placed: &[Placed]) -> Vec<Move> {
    let all = scanned.iter().zip(placed).map(|(instruction, &new)| Move { old: old_place(instruction), new });
    let mut moves: Vec<Move> = Vec::new();
    for one in all {
        if moves.last().is_none_or(|last| !last.goes_on_with(&one)) {
            moves.push(one);
        }
    }
    moves.shrink_to_fit();
    moves
}
