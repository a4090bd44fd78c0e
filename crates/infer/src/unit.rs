//! The functions of a unit, and the fixed point of what they return.

use crate::note::Note;
use crate::refusal::Refusal;
use crate::region::Region;
use crate::state::State;
use crate::translate::Splits;
use crate::world::{FunctionInfo, Thing, World};
use base::Index;
use bytecode::{BlockId, OpId};
use ir::{ClassKey, CodeId, Consumer, Elem, Expect, Func, FuncId, Links, ObjectId, ObjectLink, Path, ScalarLink, Shape};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Count places and leave at every n-th: `LANCEHEAD_DEOPT_EVERY`, trials. What is refused does not depend on it.
    pub ticks: bool,
    /// This machine's `pow` is known well enough for the proved fast paths of small powers.
    pub small_powers: bool,
    /// Compile also what would not gain (`LANCEHEAD_THRESHOLD=0`).
    pub compiles_everything: bool,
    /// Only to be tried: the entry is translated though it would not gain, and tells what it leaves for. What it calls is as it will be.
    pub is_trial: bool,
    pub guesses: Guesses,
    /// Leave behind calls and look-ups of whose results nothing is known, to see what they are: for trials.
    pub looks_at_results: bool,
}

/// An operation, by its function and bytecode offset.
pub type Site = ([u8; 32], u32);

/// Guesses in a fixed order: those that failed, and what was given.
pub type Sorted<'a> = (Vec<(&'a Site, &'a u8)>, Vec<(&'a Site, &'a Elem)>);

/// What was found out about guesses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Guesses {
    /// Operations whose guess failed: 1 where their ints outgrew 64 bits, or where bools and None stand among the ints of a list that they read; 2
    /// where nothing is expected of its items any more.
    pub failed: HashMap<Site, u8>,
    /// What calls and look-ups have given, by the operation behind them.
    pub results: HashMap<Site, Elem>,
}

impl Guesses {
    pub fn is_empty(&self) -> bool {
        self.failed.is_empty() && self.results.is_empty()
    }

    pub fn extend(&mut self, later: Guesses) {
        self.failed.extend(later.failed);
        self.results.extend(later.results);
    }

    /// In a fixed order.
    pub fn sorted(&self) -> Sorted<'_> {
        let (mut failed, mut results): (Vec<_>, Vec<_>) = (self.failed.iter().collect(), self.results.iter().collect());
        failed.sort();
        results.sort();
        (failed, results)
    }
}

/// What a function of a unit is translated from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub code: CodeId,
    /// None: from its start to its end.
    pub region: Option<Region>,
    pub shapes: Vec<Shape>,
    /// Builtin exceptions that whoever calls it catches natively, by name.
    pub catches: Vec<String>,
    /// Of a comprehension: the names, by their indices in its code, that are variables of native code around it. Their shapes come behind the others.
    pub captured: Vec<u32>,
    /// Of a generator: what goes through it. The shapes of its state come last.
    pub consumer: Option<Consumer>,
}

pub(crate) struct UnitTranslator<'w> {
    pub world: &'w mut dyn World,
    pub options: &'w Options,
    pub links: Links,
    pub infos: Vec<Rc<FunctionInfo>>,
    pub funcs: Vec<Option<Func>>,
    pub ids: HashMap<Key, FuncId>,
    /// What each function returns, as far as is known; kept between rounds.
    pub returns: HashMap<Key, Shape>,
    /// The shapes of what a function returns, where they do not go together: of its results the first says which it is, and those of each shape
    /// follow. Kept between rounds.
    pub alternatives: HashMap<Key, Vec<Shape>>,
    /// Entries that return objects, since what they return goes together in no other way. Kept between rounds.
    pub returns_objects: HashSet<Key>,
    /// Those that natively raise what their callers catch: the last of their results says which. Kept between rounds.
    pub raising: HashSet<Key>,
    /// Handlers that can't be entered natively: what they do may leave.
    pub unhandled: HashSet<(CodeId, BlockId)>,
    /// Versions that were widened; kept between rounds.
    pub widened: HashMap<Key, Vec<(OpId, State<()>)>>,
    /// Functions that are left to Python for these shapes.
    pub refused: HashMap<Key, Refusal>,
    pub in_progress: Vec<(Key, FuncId)>,
    pub changed: bool,
    pub notes: Vec<Note>,
    /// What the attributes of instances are expected to be, by class and name; kept between rounds.
    pub expected: HashMap<(ClassKey, String), Elem>,
    pub changing: Changing,
    /// Whether outer variables are read as they were when native code was entered, and whether cells, which may be theirs, are set: both at
    /// once can't be. Kept between rounds.
    pub outer_is_read: bool,
    pub cells_are_set: bool,
    pub splits: Splits,
    /// Whether it went on with each of several shapes that a call may have returned.
    pub has_split_returns: bool,
    /// Operations that were translated, in all attempts.
    pub steps: usize,
}

/// The global names that the module's code changes natively, and writes back when it leaves: until then nobody else may read them.
#[derive(Default)]
pub(crate) struct Changing {
    pub globals: usize,
    pub names: HashSet<String>,
}

impl UnitTranslator<'_> {
    pub fn object(&mut self, path: Path, expect: Expect) -> ObjectId {
        let known = self.links.objects.iter().position(|link| link.path == path);
        ObjectId::new(known.unwrap_or_else(|| {
            self.links.objects.push(ObjectLink { path, expect });
            self.links.objects.len() - 1
        }))
    }

    pub fn code(&mut self, function: ObjectId, info: Rc<FunctionInfo>) -> CodeId {
        let known = self.infos.iter().position(|known| known.identity == info.identity);
        let index = known.unwrap_or_else(|| {
            self.links.codes.push(function);
            self.infos.push(info);
            self.infos.len() - 1
        });
        let first = self.links.codes[index];
        if first != function {
            self.links.objects[function.index()].expect = Expect::SameAs(first);
        }
        CodeId::new(index)
    }

    pub fn reads_outer(&mut self) {
        let is_new = !std::mem::replace(&mut self.outer_is_read, true);
        self.changed |= is_new && self.cells_are_set;
    }

    pub fn may_set_cells(&mut self) -> bool {
        self.cells_are_set = true;
        !self.outer_is_read
    }

    pub fn look(&mut self, path: &Path) -> Thing {
        self.world.look(&self.links, path)
    }

    pub fn info(&mut self, function: ObjectId) -> Option<Rc<FunctionInfo>> {
        let path = self.links.objects[function.index()].path.clone();
        self.world.function(&self.links, &path)
    }

    pub fn scalar(&mut self, path: Path, shape: Shape) -> u32 {
        if let Some(known) = self.links.scalars.iter().find(|scalar| scalar.path == path) {
            return known.word;
        }
        let word = self.links.scalar_words();
        self.links.scalars.push(ScalarLink { path, shape, word });
        word
    }
}
