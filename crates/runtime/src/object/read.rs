//! The ELF file as the loader needs it: which sections to load, where symbols are, what is to be patched. All offsets that leave here
//! are within their section.

use std::collections::BTreeMap;

use object::elf::{self, FileHeader64, Rela64, SectionHeader64};
use object::read::elf::{FileHeader, Rela, SectionHeader, SectionTable, Sym, SymbolTable};
use object::{LittleEndian, SectionIndex};

use super::{Result, damaged, unsupported};

type Elf = FileHeader64<LittleEndian>;
const LE: LittleEndian = LittleEndian;

/// Sections may ask for a page at most: the mapping starts at one.
const LARGEST_ALIGNMENT: u64 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionId(usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(usize);

pub struct Unit<'data> {
    /// The sections that are loaded.
    pub sections: BTreeMap<SectionId, Section<'data>>,
    /// All symbols, by `SymbolId`.
    symbols: Vec<Symbol<'data>>,
    pub relocations: Vec<Relocation>,
}

/// What a section may be used for once it is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Text,
    Constants,
    Data,
}

#[derive(Clone, Copy, Debug)]
pub struct Section<'data> {
    pub role: Use,
    pub size: usize,
    /// A power of two.
    pub align: usize,
    /// Shorter than `size` where the rest is zeros.
    pub bytes: &'data [u8],
}

#[derive(Clone, Copy, Debug)]
pub struct Symbol<'data> {
    pub at: At<'data>,
    /// The name of one that others may ask for.
    pub export: Option<&'data str>,
}

#[derive(Clone, Copy, Debug)]
pub enum At<'data> {
    /// In a loaded section, or at its end.
    Section(SectionId, usize),
    /// C's tentative definition: zeros that no section holds.
    Common {
        size: usize,
        align: usize,
    },
    Outside(&'data str),
    Absolute(usize),
    /// Section or file names and symbols of sections that are not loaded: nothing loaded may refer to them.
    Nowhere,
}

/// What is written at a place; S symbol, A addend, P place, G the symbol's slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// S + A in 64 bits.
    Address,
    /// S + A - P in 64 bits.
    Distance64,
    /// S + A - P in 32 bits, to something in this object.
    Distance32,
    /// S + A - P in 32 bits to a function: by a stub if it is outside.
    Call,
    /// G + A - P in 32 bits.
    SlotDistance,
}

impl Form {
    pub fn size(self) -> usize {
        match self {
            Form::Address | Form::Distance64 => 8,
            Form::Distance32 | Form::Call | Form::SlotDistance => 4,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Relocation {
    pub form: Form,
    pub section: SectionId,
    /// Within the section, with room for `form.size()` bytes of the file.
    pub offset: usize,
    pub symbol: SymbolId,
    pub addend: i64,
}

impl<'data> Unit<'data> {
    pub fn read(bytes: &'data [u8]) -> Result<Unit<'data>> {
        let header = Elf::parse(bytes)?;
        header.endian()?;
        if header.e_machine(LE) != elf::EM_X86_64 || header.e_type(LE) != elf::ET_REL {
            return unsupported("an object for another machine, or one that is linked already");
        }
        let table = header.sections(LE, bytes)?;
        let mut sections = BTreeMap::new();
        for (index, section) in table.enumerate() {
            if let Some(section) = read_section(bytes, &table, section)? {
                sections.insert(SectionId(index.0), section);
            }
        }
        let symbol_table = table.symbols(LE, bytes, elf::SHT_SYMTAB)?;
        let symbols = read_symbols(&symbol_table, &sections)?;
        let relocations = read_relocations(bytes, &table, &symbol_table, &sections)?;
        Ok(Unit { sections, symbols, relocations })
    }

    pub fn symbol(&self, id: SymbolId) -> Symbol<'data> {
        self.symbols[id.0]
    }

    pub fn symbols(&self) -> impl Iterator<Item = (SymbolId, Symbol<'data>)> {
        self.symbols.iter().enumerate().map(|(index, symbol)| (SymbolId(index), *symbol))
    }

    /// The symbols that loaded sections want from outside.
    pub fn externals(&self) -> impl Iterator<Item = (SymbolId, &'data str)> {
        let mut used: Vec<SymbolId> = self.relocations.iter().map(|relocation| relocation.symbol).collect();
        used.sort_unstable();
        used.dedup();
        used.into_iter().filter_map(|id| match self.symbol(id).at {
            At::Outside(name) => Some((id, name)),
            _ => None,
        })
    }
}

/// None: the section has no part in running the code.
fn read_section<'data>(
    bytes: &'data [u8],
    table: &SectionTable<'data, Elf>,
    section: &SectionHeader64<LittleEndian>,
) -> Result<Option<Section<'data>>> {
    let flags = section.sh_flags(LE).0;
    let has = |flag: elf::SectionFlags| flags & flag.0 != 0;
    if !has(elf::SHF_ALLOC) {
        return Ok(None);
    }
    let name = table.section_name(LE, section)?;
    let shown = || String::from_utf8_lossy(name);
    let zeros = match section.sh_type(LE) {
        // Nobody unwinds through compiled code: an error is a returned status.
        elf::SHT_X86_64_UNWIND | elf::SHT_NOTE => return Ok(None),
        _ if name == b".eh_frame" => return Ok(None),
        elf::SHT_PROGBITS => false,
        elf::SHT_NOBITS => true,
        _ => {
            return unsupported(format!("section {}, which is neither code nor data", shown()));
        }
    };
    if has(elf::SHF_TLS) || has(elf::SHF_COMPRESSED) {
        return unsupported(format!("section {} of thread-local or compressed data", shown()));
    }
    let role = match (has(elf::SHF_EXECINSTR), has(elf::SHF_WRITE)) {
        (true, false) if !zeros => Use::Text,
        (true, _) => return unsupported(format!("section {}, code that is written to", shown())),
        // Pointers that are filled in here, once.
        (false, true) if name.starts_with(b".data.rel.ro") => Use::Constants,
        (false, true) => Use::Data,
        (false, false) => Use::Constants,
    };
    let size = usize::try_from(section.sh_size(LE)).unwrap_or(usize::MAX);
    let align = alignment(section.sh_addralign(LE))?;
    let bytes = section.data(LE, bytes)?;
    Ok(Some(Section { role, size, align, bytes }))
}

fn alignment(align: u64) -> Result<usize> {
    match align.max(1) {
        align if !align.is_power_of_two() => damaged("an alignment that is no power of two"),
        align if align > LARGEST_ALIGNMENT => unsupported(format!("data aligned to {align} bytes")),
        align => Ok(align as usize),
    }
}

fn read_symbols<'data>(table: &SymbolTable<'data, Elf>, sections: &BTreeMap<SectionId, Section<'data>>) -> Result<Vec<Symbol<'data>>> {
    let mut symbols = Vec::with_capacity(table.len());
    for (index, symbol) in table.enumerate() {
        let name = || {
            let name = table.symbol_name(LE, symbol)?;
            std::str::from_utf8(name).or_else(|_| damaged("a symbol's name is not text"))
        };
        let value = usize::try_from(symbol.st_value(LE)).unwrap_or(usize::MAX);
        let at = match symbol.st_shndx(LE) {
            _ if index.0 == 0 => At::Nowhere,
            _ if matches!(symbol.st_type(), elf::STT_TLS | elf::STT_GNU_IFUNC) => At::Nowhere,
            elf::SHN_UNDEF => At::Outside(name()?),
            elf::SHN_ABS => At::Absolute(value),
            elf::SHN_COMMON => {
                let size = usize::try_from(symbol.st_size(LE)).unwrap_or(usize::MAX);
                At::Common { size, align: alignment(symbol.st_value(LE))? }
            }
            _ => match table.symbol_section(LE, symbol, index)? {
                Some(SectionIndex(section)) => match sections.get(&SectionId(section)) {
                    Some(section) if value > section.size => {
                        return damaged("a symbol outside its section");
                    }
                    Some(_) => At::Section(SectionId(section), value),
                    None => At::Nowhere,
                },
                None => At::Nowhere,
            },
        };
        let defined = matches!(at, At::Section(..) | At::Common { .. });
        let export = if defined && !symbol.is_local() { Some(name()?) } else { None };
        symbols.push(Symbol { at, export });
    }
    Ok(symbols)
}

fn read_relocations<'data>(
    bytes: &'data [u8],
    table: &SectionTable<'data, Elf>,
    symbols: &SymbolTable<'data, Elf>,
    sections: &BTreeMap<SectionId, Section<'data>>,
) -> Result<Vec<Relocation>> {
    let mut found = Vec::new();
    for header in table.iter() {
        let is_relocations = matches!(header.sh_type(LE), elf::SHT_RELA | elf::SHT_REL | elf::SHT_CREL | elf::SHT_RELR);
        let target = SectionId(header.sh_info(LE) as usize);
        let Some(section) = sections.get(&target).filter(|_| is_relocations) else {
            continue;
        };
        let Some((entries, symbol_table)) = header.rela(LE, bytes)? else {
            return unsupported("relocations without addends, or packed");
        };
        if symbol_table != symbols.section() {
            return damaged("relocations that use another symbol table");
        }
        for entry in entries {
            found.extend(read_relocation(entry, target, section, symbols.len())?);
        }
    }
    Ok(found)
}

fn read_relocation(entry: &Rela64<LittleEndian>, id: SectionId, section: &Section<'_>, symbols: usize) -> Result<Option<Relocation>> {
    let form = match Rela::r_type(entry, LE, false) {
        elf::R_X86_64_NONE => return Ok(None),
        elf::R_X86_64_64 => Form::Address,
        elf::R_X86_64_PC64 => Form::Distance64,
        elf::R_X86_64_PC32 => Form::Distance32,
        elf::R_X86_64_PLT32 => Form::Call,
        // A linker may shorten the instruction around an X form; going through the slot is right as well.
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX | elf::R_X86_64_CODE_4_GOTPCRELX => {
            Form::SlotDistance
        }
        other => {
            return unsupported(format!("relocation type {} (not reloc=pic, codemodel=small?)", other.0));
        }
    };
    let offset = usize::try_from(entry.r_offset.get(LE)).ok();
    let inside = |offset: &usize| offset.checked_add(form.size()).is_some_and(|end| end <= section.bytes.len());
    let Some(offset) = offset.filter(inside) else {
        return damaged("a relocation outside its section");
    };
    match Rela::symbol(entry, LE, false) {
        Some(symbol) if symbol.0 < symbols => {
            Ok(Some(Relocation { form, section: id, offset, symbol: SymbolId(symbol.0), addend: entry.r_addend.get(LE) }))
        }
        _ => damaged("a relocation against no symbol"),
    }
}
