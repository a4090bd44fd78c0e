//! Bytes to instructions: prefixes are folded in, inline caches skipped, the parts of a call put together.

use crate::dialect::Dialect;
use crate::opcode::Opcode::{self, *};
use crate::{Code, Const, DecodeError};

#[derive(Clone, Debug)]
pub(crate) struct Instruction {
    pub opcode: Opcode,
    pub arg: u32,
    /// Byte offset of its first prefix.
    pub start: u32,
    /// Byte offset of the instruction itself.
    pub at: u32,
    /// Byte offset behind its inline caches.
    pub next: u32,
    /// A call's keywords.
    pub keywords: Vec<String>,
}

pub(crate) const UNIT: u32 = 2;
const MOST_PREFIXES: u32 = 3;

/// Which of the instructions begins at a byte offset.
pub(crate) struct Beginnings(Vec<u32>);

impl Beginnings {
    const NONE: u32 = u32::MAX;

    pub fn of(instructions: &[Instruction]) -> Beginnings {
        let units = instructions.last().map_or(0, |last| last.start / UNIT + 1);
        let mut beginnings = vec![Beginnings::NONE; units as usize];
        for (index, instruction) in (0..).zip(instructions) {
            beginnings[(instruction.start / UNIT) as usize] = index;
        }
        Beginnings(beginnings)
    }

    pub fn get(&self, offset: u32) -> Option<usize> {
        self.0.get((offset / UNIT) as usize).filter(|index| **index != Beginnings::NONE).map(|index| *index as usize)
    }
}

pub(crate) fn instructions(code: &Code) -> Result<Vec<Instruction>, DecodeError> {
    fold_calls(scan(code)?, code)
}

/// Bytes to instructions, one for one.
pub(crate) fn scan(code: &Code) -> Result<Vec<Instruction>, DecodeError> {
    let (_, table) = Dialect::of(code.minor).ok_or(DecodeError::UnknownVersion(code.minor))?;
    if code.bytecode.is_empty() || code.bytecode.len() % 2 != 0 || code.bytecode.len() > i32::MAX as usize {
        return Err(DecodeError::Malformed { at: 0, what: "the bytecode is no sequence of code units" });
    }
    let end = code.bytecode.len() as u32;
    let mut instructions = Vec::with_capacity(code.bytecode.len() / 4);
    let mut start = 0;
    let mut prefixes = 0;
    let mut high_bits = 0u32;
    let mut at = 0;
    while at < end {
        let malformed = |what| DecodeError::Malformed { at, what };
        let number = code.bytecode[at as usize];
        let arg = high_bits << 8 | u32::from(code.bytecode[at as usize + 1]);
        let (opcode, caches) = table[usize::from(number)].ok_or_else(|| malformed("unknown instruction"))?;
        let next = at + UNIT + UNIT * u32::from(caches);
        if opcode == EXTENDED_ARG {
            prefixes += 1;
            if prefixes > MOST_PREFIXES {
                return Err(malformed("an argument of more than 32 bits"));
            }
            high_bits = arg;
        } else {
            if next > end {
                return Err(malformed("the inline cache is cut off"));
            }
            if code.bytecode[at as usize + 2..next as usize].iter().any(|&byte| byte != 0) {
                return Err(malformed("the inline cache is in use: this is not co_code"));
            }
            instructions.push(Instruction { opcode, arg, start, at, next, keywords: Vec::new() });
            (start, prefixes, high_bits) = (next, 0, 0);
        }
        at = next;
    }
    if prefixes != 0 {
        return Err(DecodeError::Malformed { at: start, what: "EXTENDED_ARG at the end" });
    }
    Ok(instructions)
}

/// KW_NAMES PRECALL CALL, KW_NAMES CALL, and LOAD_CONST CALL_KW each become one CALL.
pub(crate) fn fold_calls(scanned: Vec<Instruction>, code: &Code) -> Result<Vec<Instruction>, DecodeError> {
    let mut folded: Vec<Instruction> = Vec::with_capacity(scanned.len());
    let mut scanned = scanned.into_iter();
    while let Some(mut instruction) = scanned.next() {
        let malformed = |at, what| DecodeError::Malformed { at, what };
        let start = instruction.start;
        let mut keywords = Vec::new();
        if instruction.opcode == KW_NAMES {
            keywords = keyword_names(code, instruction.arg).ok_or(malformed(instruction.at, "KW_NAMES of something else than names"))?;
            instruction = scanned.next().ok_or(malformed(start, "KW_NAMES without its call"))?;
            if !matches!(instruction.opcode, PRECALL | CALL) {
                return Err(malformed(start, "KW_NAMES without its call"));
            }
        }
        if instruction.opcode == PRECALL {
            let args = instruction.arg;
            instruction = scanned.next().ok_or(malformed(start, "PRECALL without its call"))?;
            if instruction.opcode != CALL || instruction.arg != args {
                return Err(malformed(start, "PRECALL without its call"));
            }
        }
        instruction.start = start;
        instruction.keywords = keywords;
        if instruction.opcode == CALL_KW {
            let names = folded.last().filter(|load| load.opcode == LOAD_CONST);
            if let Some((start, keywords)) = names.and_then(|load| Some((load.start, keyword_names(code, load.arg)?))) {
                folded.pop();
                instruction.opcode = CALL;
                instruction.start = start;
                instruction.keywords = keywords;
            }
        }
        if instruction.keywords.len() > instruction.arg as usize {
            return Err(malformed(instruction.at, "more keywords than arguments"));
        }
        folded.push(instruction);
    }
    Ok(folded)
}

fn keyword_names(code: &Code, constant: u32) -> Option<Vec<String>> {
    let Const::Tuple(items) = code.consts.get(constant as usize)? else {
        return None;
    };
    items
        .iter()
        .map(|item| match item {
            Const::Str(name) => Some(name.clone()),
            _ => None,
        })
        .collect()
}
