//! Loader of compiled units: a relocatable ELF object becomes code in memory that can be called.
//!
//! Every section lies in one mapping, so that the small code model's 32-bit distances always fit, wherever the mapping lands:
//!
//! ```text
//! | text, stubs | slots, constants, pointer tables | data, zeros |
//!   R+X           R                                  R+W           (page-aligned; protections are final before a symbol is handed out)
//! ```
//!
//! Functions outside are farther than 2 GB away: a call goes to a stub, the stub jumps through a slot that holds the full address.
//!
//! The bytes come from a file, so they are not trusted to be whole: every offset is checked, and what is cut or flipped gives a
//! `LoadError`. That the *code* does what it should is the checksum's business, in `cache`.
//!
//! No `unsafe` here: the memory is `platform`'s.

mod layout;
mod read;

use std::collections::HashMap;
use std::{fmt, io};

use crate::platform::{Pages, Sealed};
use layout::Layout;
use read::Unit;

/// The loader's door: bytes of a relocatable object in, code out.
pub struct Object;

impl Object {
    /// Puts an object into memory, ready to be called. `resolve` gives the address of a symbol from outside.
    pub fn load(bytes: &[u8], resolve: &dyn Fn(&str) -> Option<usize>) -> Result<Loaded> {
        if !cfg!(target_arch = "x86_64") {
            return unsupported("this processor (the loader knows x86-64)");
        }
        let unit = Unit::read(bytes)?;
        let layout = Layout::of(&unit)?;
        let externals = resolve_all(&unit, resolve)?;
        let mut pages = Pages::map(layout.size()).map_err(LoadError::Memory)?;
        let base = pages.address();
        layout.write(&unit, &externals, base, pages.bytes())?;
        let pages = pages.seal(&layout.protections()).map_err(LoadError::Memory)?;
        Ok(Loaded { pages, symbols: layout.exports(&unit, base)? })
    }

    /// The symbols that an object wants from outside, in order of name.
    pub fn needed(bytes: &[u8]) -> Result<Vec<String>> {
        let unit = Unit::read(bytes)?;
        let mut names: Vec<String> = unit.externals().map(|(_, name)| name.to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }
}

/// Addresses from outside, by symbol.
type Externals = HashMap<read::SymbolId, usize>;

fn resolve_all(unit: &Unit<'_>, resolve: &dyn Fn(&str) -> Option<usize>) -> Result<Externals> {
    let address = |(symbol, name): (_, &str)| match resolve(name) {
        Some(address) if address != 0 => Ok((symbol, address)),
        _ => Err(LoadError::Unresolved(name.to_owned())),
    };
    unit.externals().map(address).collect()
}

/// Why an object was not loaded.
#[derive(Debug)]
pub enum LoadError {
    /// The file is cut, flipped or no object at all. Expected of a disk: compile again.
    Damaged(String),
    /// A kind of section, relocation or machine that the loader does not know. From our own code generator it is a bug.
    Unsupported(String),
    /// An external symbol that `resolve` does not know. From our own code generator it is a bug.
    Unresolved(String),
    /// The system refused the memory, or refused to let it be executed. A limit of the machine.
    Memory(io::Error),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Damaged(what) => write!(f, "the compiled file is damaged: {what}"),
            LoadError::Unsupported(what) => write!(f, "the compiled file needs what the loader does not do: {what}"),
            LoadError::Unresolved(name) => write!(f, "the compiled file calls `{name}`, which is not known here"),
            LoadError::Memory(error) => {
                write!(f, "the system gave no memory for machine code: {error}")
            }
        }
    }
}

impl std::error::Error for LoadError {}

impl From<object::read::Error> for LoadError {
    fn from(error: object::read::Error) -> LoadError {
        LoadError::Damaged(error.to_string())
    }
}

type Result<T> = std::result::Result<T, LoadError>;

fn damaged<T>(what: impl Into<String>) -> Result<T> {
    Err(LoadError::Damaged(what.into()))
}

fn unsupported<T>(what: impl Into<String>) -> Result<T> {
    Err(LoadError::Unsupported(what.into()))
}

/// A unit in memory. Its addresses are good for as long as it lives: whoever calls into it must keep it alive.
pub struct Loaded {
    pages: Sealed,
    symbols: HashMap<String, usize>,
}

impl Loaded {
    /// The address of a function or table that the object defines for others.
    pub fn symbol(&self, name: &str) -> Option<usize> {
        self.symbols.get(name).copied()
    }

    /// Bytes of memory it takes.
    pub fn size(&self) -> usize {
        self.pages.len()
    }

    /// Whether an address lies in it: "a crash in generated code" is told by this.
    pub fn contains(&self, address: usize) -> bool {
        (self.pages.address()..self.pages.address() + self.pages.len()).contains(&address)
    }

    /// Keeps it for the life of the process.
    pub fn leak(self) -> &'static Loaded {
        Box::leak(Box::new(self))
    }
}
