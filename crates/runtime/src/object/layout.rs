//! Where everything lies in the mapping, and the bytes that depend on it.

use std::collections::HashMap;
use std::collections::btree_map::{BTreeMap, Entry};

use super::read::{At, Form, Relocation, SectionId, SymbolId, Unit, Use};
use super::{Externals, LoadError, Result, damaged, unsupported};
use crate::platform::{self, Protection};

/// More than any unit of ours, and little enough that a 32-bit distance reaches from end to end.
const LARGEST: usize = 256 << 20;

/// `jmp *[rip + distance]`, and traps up to a size that keeps the next stub aligned.
const STUB: [u8; 8] = [0xff, 0x25, 0, 0, 0, 0, TRAP, TRAP];
/// The jump's distance counts from its end.
const STUB_JUMP_END: usize = 6;
const TRAP: u8 = 0xcc;
const SLOT_SIZE: usize = 8;

/// All offsets count from the start of the mapping.
pub struct Layout {
    sections: BTreeMap<SectionId, usize>,
    commons: BTreeMap<SymbolId, usize>,
    /// The cell that holds a symbol's full address.
    slots: BTreeMap<SymbolId, usize>,
    /// The jump to an outside function, through its slot.
    stubs: BTreeMap<SymbolId, usize>,
    /// Whole pages of text, constants and data, in this order.
    runs: [usize; 3],
}

impl Layout {
    pub fn of(unit: &Unit<'_>) -> Result<Layout> {
        let mut layout =
            Layout { sections: BTreeMap::new(), commons: BTreeMap::new(), slots: BTreeMap::new(), stubs: BTreeMap::new(), runs: [0; 3] };
        let mut end = 0;
        let mut start = 0;
        for (run, role) in [Use::Text, Use::Constants, Use::Data].into_iter().enumerate() {
            layout.place(unit, role, &mut end)?;
            end = platform::round_up_to_page(end).unwrap_or(usize::MAX);
            layout.runs[run] = end - start;
            start = end;
        }
        Ok(layout)
    }

    /// Gives everything of one role its offset.
    fn place(&mut self, unit: &Unit<'_>, role: Use, end: &mut usize) -> Result<()> {
        for (&id, section) in unit.sections.iter().filter(|(_, section)| section.role == role) {
            self.sections.insert(id, take(end, section.size, section.align)?);
        }
        match role {
            Use::Text => {
                for relocation in unit.relocations.iter().filter(|relocation| needs_stub(unit, relocation)) {
                    if let Entry::Vacant(stub) = self.stubs.entry(relocation.symbol) {
                        stub.insert(take(end, STUB.len(), STUB.len())?);
                    }
                }
            }
            Use::Constants => {
                for relocation in &unit.relocations {
                    let symbol = relocation.symbol;
                    if relocation.form != Form::SlotDistance && !self.stubs.contains_key(&symbol) {
                        continue;
                    }
                    if let Entry::Vacant(slot) = self.slots.entry(symbol) {
                        slot.insert(take(end, SLOT_SIZE, SLOT_SIZE)?);
                    }
                }
            }
            Use::Data => {
                for (id, symbol) in unit.symbols() {
                    if let At::Common { size, align } = symbol.at {
                        self.commons.insert(id, take(end, size, align)?);
                    }
                }
            }
        }
        Ok(())
    }

    /// At least a page: a unit may be empty.
    pub fn size(&self) -> usize {
        self.runs.iter().sum::<usize>().max(1)
    }

    pub fn protections(&self) -> [(usize, Protection); 3] {
        let [text, constants, data] = self.runs;
        [(text, Protection::Execute), (constants, Protection::Read), (data, Protection::Write)]
    }

    /// Fills the mapping, which is `memory` and will be seen at `base`.
    pub fn write(&self, unit: &Unit<'_>, externals: &Externals, base: usize, memory: &mut [u8]) -> Result<()> {
        // A jump astray ends at once.
        memory[..self.runs[0]].fill(TRAP);
        for (id, section) in &unit.sections {
            let start = self.sections[id];
            memory[start..start + section.bytes.len()].copy_from_slice(section.bytes);
        }
        for (&symbol, &slot) in &self.slots {
            let address = self.address(unit, externals, base, symbol)?;
            memory[slot..slot + SLOT_SIZE].copy_from_slice(&address.to_le_bytes());
        }
        for (symbol, &stub) in &self.stubs {
            let distance = distance32(self.slots[symbol] as i128 - (stub + STUB_JUMP_END) as i128)?;
            memory[stub..stub + STUB.len()].copy_from_slice(&STUB);
            memory[stub + 2..stub + STUB_JUMP_END].copy_from_slice(&distance.to_le_bytes());
        }
        for relocation in &unit.relocations {
            self.apply(unit, externals, base, relocation, memory)?;
        }
        Ok(())
    }

    fn apply(&self, unit: &Unit<'_>, externals: &Externals, base: usize, relocation: &Relocation, memory: &mut [u8]) -> Result<()> {
        let &Relocation { form, section, offset, symbol, addend } = relocation;
        let place = self.sections[&section] + offset;
        let here = base + place;
        let target = match form {
            Form::SlotDistance => base + self.slots[&symbol],
            Form::Call if self.stubs.contains_key(&symbol) => base + self.stubs[&symbol],
            Form::Distance32 if matches!(unit.symbol(symbol).at, At::Outside(_)) => {
                return unsupported("a direct reference to data from outside (it must not be `dso_local`)");
            }
            _ => self.address(unit, externals, base, symbol)?,
        };
        // Wide enough for any two addresses and an addend: nothing here can overflow.
        let value = target as i128 + addend as i128;
        let distance = value - here as i128;
        let out = &mut memory[place..place + form.size()];
        match form {
            Form::Address => out.copy_from_slice(&(value as u64).to_le_bytes()),
            Form::Distance64 => out.copy_from_slice(&(distance as i64).to_le_bytes()),
            Form::Distance32 | Form::Call | Form::SlotDistance => out.copy_from_slice(&distance32(distance)?.to_le_bytes()),
        }
        Ok(())
    }

    fn address(&self, unit: &Unit<'_>, externals: &Externals, base: usize, symbol: SymbolId) -> Result<usize> {
        match unit.symbol(symbol).at {
            At::Section(section, offset) => Ok(base + self.sections[&section] + offset),
            At::Common { .. } => Ok(base + self.commons[&symbol]),
            At::Outside(name) => externals.get(&symbol).copied().ok_or_else(|| LoadError::Unresolved(name.to_owned())),
            At::Absolute(address) => Ok(address),
            At::Nowhere => unsupported("a reference to a section that is not loaded"),
        }
    }

    /// The addresses that others may ask for.
    pub fn exports(&self, unit: &Unit<'_>, base: usize) -> Result<HashMap<String, usize>> {
        let exported = unit.symbols().filter_map(|(id, symbol)| Some((id, symbol.export?)));
        exported.map(|(id, name)| Ok((name.to_owned(), self.address(unit, &Externals::new(), base, id)?))).collect()
    }
}

fn needs_stub(unit: &Unit<'_>, relocation: &Relocation) -> bool {
    relocation.form == Form::Call && matches!(unit.symbol(relocation.symbol).at, At::Outside(_))
}

/// Room for one more thing.
fn take(end: &mut usize, size: usize, align: usize) -> Result<usize> {
    let start = end.checked_next_multiple_of(align);
    let placed = start.and_then(|start| Some((start, start.checked_add(size)?))).filter(|&(_, end)| end <= LARGEST);
    match placed {
        Some((start, new_end)) => {
            *end = new_end;
            Ok(start)
        }
        None => unsupported(format!("more than {} MiB in one object", LARGEST >> 20)),
    }
}

fn distance32(distance: i128) -> Result<i32> {
    i32::try_from(distance).or_else(|_| damaged("a distance that does not fit 32 bits"))
}
