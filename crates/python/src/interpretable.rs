//! Units whose IR is interpreted, and those of them that were translated before: random programs are run in many ways, most of which are alike up to here.

use crate::unit::{LoadedUnit, Stored};
use infer::{Note, Refusal, Translation};
use ir::UnitMeta;
use pyo3::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

#[derive(Clone)]
pub struct Interpretable(Arc<Parts>);

struct Parts {
    meta: UnitMeta,
    notes: Vec<Note>,
    unit: Arc<ir::Unit>,
}

impl Interpretable {
    pub fn new(translation: Translation) -> Interpretable {
        let Translation { unit, notes, .. } = translation;
        Interpretable(Arc::new(Parts { meta: unit.meta(), notes, unit: Arc::new(unit) }))
    }

    /// None if it was translated for other surroundings.
    pub fn link(&self, function: &Bound<'_, PyAny>) -> Option<LoadedUnit> {
        let Parts { meta, notes, unit } = &*self.0;
        let stored =
            Stored { meta: meta.clone(), notes: notes.clone(), object: Vec::new().into(), compile_milliseconds: 0.0, ir: "".into() };
        LoadedUnit::link_ir(function, stored, unit.clone())
    }
}

/// What decides a translation, but for what it links to: the cache's key, and whether it is for a trial.
pub type Key = (Vec<u8>, bool);

pub type Outcome = Result<Interpretable, Refusal>;

static EARLIER: LazyLock<Mutex<HashMap<Key, Vec<Outcome>>>> = LazyLock::new(Mutex::default);

/// Enough for one program.
const KEPT_AT_MOST: usize = 200;

pub fn earlier(key: &Key) -> Vec<Outcome> {
    EARLIER.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned().unwrap_or_default()
}

pub fn remember(key: Key, outcome: Outcome) {
    let mut earlier = EARLIER.lock().unwrap_or_else(PoisonError::into_inner);
    if earlier.len() >= KEPT_AT_MOST {
        earlier.clear();
    }
    earlier.entry(key).or_default().push(outcome);
}
