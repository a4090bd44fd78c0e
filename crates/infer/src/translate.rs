//! The driver: from the entry to a unit whose functions' results have settled.

use crate::note::Note;
use crate::refusal::{Refusal, Stop, TOO_MANY_VERSIONS, too_many_versions};
use crate::region::{Entry, Place, Region};
use crate::unit::{Changing, Key, Options, UnitTranslator};
use crate::world::{FunctionInfo, World};
use base::Span;
use ir::{Expect, Func, Links, Op, Path, Unit};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// A unit with more operations is left to Python: LLVM would take several seconds.
const OPERATIONS_AT_MOST: usize = 6000;
const ROUNDS_AT_MOST: usize = 12;

#[derive(Debug)]
pub struct Translation {
    pub unit: Unit,
    /// The functions that were translated, by `CodeId`.
    pub infos: Vec<Rc<FunctionInfo>>,
    pub notes: Vec<Note>,
}

/// What may make versions of what comes behind an operation.
#[derive(Clone, Copy)]
pub(crate) struct Splits {
    /// Objects of unknown types that are numbers, for each type of number.
    pub numbers: bool,
    /// What is returned, for each shape that does not go together with the others.
    pub returns: bool,
}

/// Translates the world's entry function. Where telling things apart makes too many versions, less is told apart.
pub fn translate(world: &mut dyn World, entry: &Entry, options: &Options) -> Result<Translation, Refusal> {
    let mut splits = Splits { numbers: true, returns: true };
    loop {
        let mut has_split_returns = false;
        match translate_for(world, entry, options, splits, &mut has_split_returns) {
            Err(refusal) if refusal.code == TOO_MANY_VERSIONS && splits.numbers => {
                splits = Splits { numbers: splits.returns && has_split_returns, returns: false };
            }
            result => return result,
        }
    }
}

fn translate_for(
    world: &mut dyn World,
    entry: &Entry,
    options: &Options,
    splits: Splits,
    has_split_returns: &mut bool,
) -> Result<Translation, Refusal> {
    let links = Links::default();
    let info = world.function(&links, &Path::Entry).ok_or_else(|| Refusal {
        code: "not-a-function",
        detail: "it is not a Python function".into(),
        span: Span::default(),
    })?;
    let first_line = Span { line: info.code.first_line, ..Span::default() };
    let obstacle = if entry.place == Place::Start { info.obstacle() } else { info.obstacle_to_loops() };
    if let Some((code, detail)) = obstacle {
        return Err(Refusal { code, detail, span: first_line });
    }
    let region = match entry.place {
        Place::Start => None,
        place => {
            let region = Region::at(&info.hir, place);
            let detail = "nothing begins at this place".into();
            Some(region.ok_or(Refusal { code: "not-a-function", detail, span: first_line })?)
        }
    };
    let mut unit = UnitTranslator {
        world,
        options,
        links,
        infos: Vec::new(),
        funcs: Vec::new(),
        ids: HashMap::new(),
        returns: HashMap::new(),
        alternatives: HashMap::new(),
        returns_objects: HashSet::new(),
        raising: HashSet::new(),
        unhandled: HashSet::new(),
        widened: HashMap::new(),
        refused: HashMap::new(),
        in_progress: Vec::new(),
        has_split_returns: false,
        changed: false,
        notes: Vec::new(),
        expected: HashMap::new(),
        changing: Changing::default(),
        outer_is_read: false,
        cells_are_set: false,
        splits,
        steps: 0,
    };
    if let Some(region) = region
        && info.is_module()
    {
        let names = region.stored_names(&info.hir).into_iter().map(|name| info.code.names[name as usize].clone()).collect();
        unit.changing = Changing { globals: info.globals, names };
    }
    let itself = unit.object(Path::Entry, Expect::Function(info.fingerprint));
    let code = unit.code(itself, info);
    if entry.place == Place::Start
        && let Some(refusal) = unit.obstacle_of_cells(code, &entry.shapes)
    {
        return Err(refusal);
    }
    let key = Key { code, region, shapes: entry.shapes.clone(), catches: Vec::new(), captured: Vec::new(), consumer: None };
    for _ in 0..ROUNDS_AT_MOST {
        unit.changed = false;
        unit.funcs.clear();
        unit.ids.clear();
        unit.notes.clear();
        let done = unit.function(&key);
        *has_split_returns |= unit.has_split_returns;
        done.map_err(|stop| match stop {
            Stop::Refused(refusal) => refusal,
            Stop::Again => unreachable!("a body restarts itself"),
        })?;
        unit.expect_what_was_seen();
        if !unit.changed {
            let funcs: Vec<Func> = unit.funcs.into_iter().map(|func| func.expect("every function is finished")).collect();
            let insts = funcs.iter().flat_map(|func| &func.blocks).flat_map(|block| &block.insts);
            let operations = insts.filter(|inst| inst.op != Op::Tick).count();
            if operations > OPERATIONS_AT_MOST {
                return Err(too_many_versions(first_line));
            }
            let mut notes = unit.notes;
            notes.sort();
            notes.dedup();
            return Ok(Translation { unit: Unit { funcs, links: unit.links }, infos: unit.infos, notes });
        }
    }
    Err(Refusal { code: TOO_MANY_VERSIONS, detail: "what its functions return does not settle".into(), span: Span::default() })
}
