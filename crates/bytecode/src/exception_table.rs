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
    use super::varint;

    #[test]
    fn varints_have_their_high_bits_first() {
        assert_eq!(varint(&mut &[0x81][..]), Some(1));
        assert_eq!(varint(&mut &[0x80 | 0x40 | 1, 2][..]), Some(66));
        assert_eq!(varint(&mut &[0x40][..]), None, "cut off");
        assert_eq!(varint(&mut &[0x7f; 7][..]), None, "too large");
    }
}
