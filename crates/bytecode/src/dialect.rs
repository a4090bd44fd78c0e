//! What differs between the instruction sets of the minor versions, as data.

use crate::opcode::Opcode;
use crate::{python_3_11, python_3_12, python_3_13};
use std::sync::LazyLock;

pub(crate) struct Dialect {
    /// Number, instruction, and how many code units of inline cache follow it.
    pub opcodes: &'static [(u8, Opcode, u8)],
    /// COMPARE_OP keeps the operator in the bits from here up.
    pub compare_shift: u32,
    /// The bit of COMPARE_OP that asks for `bool()` of the result; 0 where there is none.
    pub compare_bool_flag: u32,
    /// Whether a call's NULL slot lies above the callable, or below it.
    pub null_above_callable: bool,
    /// LOAD_ATTR's lowest bit asks for the method form; before, LOAD_METHOD did.
    pub attr_has_method_bit: bool,
    /// LOAD_FAST of a cell's slot stands for LOAD_CLOSURE.
    pub closures_load_as_fast: bool,
    /// The instructions at FOR_ITER's target which an exhausted iterator skips.
    pub for_iter_exit: &'static [Opcode],
    /// What SEND does to the depth where it jumps.
    pub send_done_effect: i32,
}

type Numbered = [Option<(Opcode, u8)>; 256];

impl Dialect {
    pub fn of(minor: u8) -> Option<(&'static Dialect, &'static Numbered)> {
        static TABLES: LazyLock<[Numbered; 3]> =
            LazyLock::new(|| [python_3_11::DIALECT.numbered(), python_3_12::DIALECT.numbered(), python_3_13::DIALECT.numbered()]);
        match minor {
            11 => Some((&python_3_11::DIALECT, &TABLES[0])),
            12 => Some((&python_3_12::DIALECT, &TABLES[1])),
            13 => Some((&python_3_13::DIALECT, &TABLES[2])),
            _ => None,
        }
    }

    pub fn number(&self, wanted: Opcode) -> u8 {
        self.opcodes.iter().find(|row| row.1 == wanted).expect("an instruction of this version").0
    }

    fn numbered(&self) -> Numbered {
        let mut table = [None; 256];
        for &(number, opcode, caches) in self.opcodes {
            table[usize::from(number)] = Some((opcode, caches));
        }
        table
    }
}

/// The instructions of a minor version that the decoder knows: number, CPython's name, code units of inline cache. Empty for an unknown version.
pub fn opcode_table(minor: u8) -> Vec<(u8, &'static str, u8)> {
    let opcodes = Dialect::of(minor).map_or(&[][..], |(dialect, _)| dialect.opcodes);
    opcodes.iter().map(|&(number, opcode, caches)| (number, opcode.name(), caches)).collect()
}
