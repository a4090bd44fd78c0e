//! The exception table: which instructions are protected, by which handler.

use crate::instruction::UNIT;
use crate::{Code, DecodeError};

/// Instructions at byte offsets `start..end` are protected by the handler at `target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Protection {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    /// Depth of the stack when the handler starts: what the table says, and the exception (and the offset that raised it).
    pub depth: u32,
    /// Whether the offset that raised is pushed as well.
    pub pushes_lasti: bool,
}

const STARTS_ENTRY: u8 = 0x80;
const CONTINUES: u8 = 0x40;
const PAYLOAD: u8 = 0x3f;

pub(crate) fn protections(code: &Code) -> Result<Vec<Protection>, DecodeError> {
    let malformed = DecodeError::Malformed { at: 0, what: "the exception table" };
    let mut bytes = code.exception_table.as_slice();
    let mut protections = Vec::new();
    while let Some(&first) = bytes.first() {
        if first & STARTS_ENTRY == 0 {
            return Err(malformed);
        }
        let mut number = || varint(&mut bytes);
        let entry = (|| {
            let (start, length, target, depth_and_lasti) = (number()?, number()?, number()?, number()?);
            let (depth, pushes_lasti) = (depth_and_lasti >> 1, depth_and_lasti & 1);
            Some(Protection {
                start: start.checked_mul(UNIT)?,
                end: start.checked_add(length)?.checked_mul(UNIT)?,
                target: target.checked_mul(UNIT)?,
                depth: depth + pushes_lasti + 1,
                pushes_lasti: pushes_lasti != 0,
            })
        })();
        match entry {
            Some(entry) if entry.end as usize <= code.bytecode.len() => protections.push(entry),
            _ => return Err(malformed),
        }
    }
    Ok(protections)
}

pub(crate) fn protection_at(protections: &[Protection], at: u32) -> Option<&Protection> {
    protections.iter().find(|protection| (protection.start..protection.end).contains(&at))
}

/// The table of these, which are in order and don't overlap; one where neighbours differ in their range only.
pub(crate) fn encode(protections: &[Protection]) -> Vec<u8> {
    let mut table = Vec::new();
    let alike = |one: &Protection, next: &Protection| {
        one.end == next.start && (one.target, one.depth, one.pushes_lasti) == (next.target, next.depth, next.pushes_lasti)
    };
    for run in protections.chunk_by(alike) {
        let Protection { start, target, depth, pushes_lasti, .. } = run[0];
        let lasti = u32::from(pushes_lasti);
        let entry = table.len();
        push_varint(&mut table, start / UNIT);
        push_varint(&mut table, (run[run.len() - 1].end - start) / UNIT);
        push_varint(&mut table, target / UNIT);
        push_varint(&mut table, (depth - 1 - lasti) << 1 | lasti);
        table[entry] |= STARTS_ENTRY;
    }
    table
}

fn push_varint(table: &mut Vec<u8>, value: u32) {
    let more = (1..6).rev().filter(|digit| value >> (6 * digit) != 0);
    table.extend(more.map(|digit| (value >> (6 * digit)) as u8 & PAYLOAD | CONTINUES));
    table.push(value as u8 & PAYLOAD);
}

/// Six bits a byte, the highest first.
fn varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0u32;
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if value > u32::MAX >> 6 {
            return None;
        }
        value = value << 6 | u32::from(byte & PAYLOAD);
        if byte & CONTINUES == 0 {
            return Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{push_varint, varint};

    #[test]
    fn varints_have_their_high_bits_first() {
        assert_eq!(varint(&mut &[0x81][..]), Some(1));
        assert_eq!(varint(&mut &[0x80 | 0x40 | 1, 2][..]), Some(66));
        assert_eq!(varint(&mut &[0x40][..]), None, "cut off");
        assert_eq!(varint(&mut &[0x7f; 7][..]), None, "too large");
    }

    #[test]
    fn varints_are_read_as_they_were_written() {
        for value in [0, 1, 63, 64, 66, 4095, 4096, 1 << 24, u32::MAX >> 1, u32::MAX] {
            let mut bytes = Vec::new();
            push_varint(&mut bytes, value);
            assert_eq!(varint(&mut bytes.as_slice()), Some(value));
        }
    }
}
