//! How a module's code objects are guarded, as an earlier start has found: kept in the cache as a `.pyc` keeps the code, so that a module that is
//! imported each time is taken apart once.

use crate::compile::{cache, surroundings};
use crate::loop_plan::LoopPlan;
use bytecode::Guarded;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCode, PyString, PyTuple};
use serde::{Deserialize, Serialize};

/// To take fewer apart takes less time than to read a file.
const WORTH_KEEPING: usize = 4;

/// The guards of a code object, and what native code is to know of its loops.
#[derive(Clone, Serialize, Deserialize)]
pub struct CodePlan {
    pub guarded: Guarded,
    pub loops: Vec<LoopPlan>,
}

/// The plans of a module's code objects, in the order in which they are guarded.
pub struct Plans {
    /// None: they are few, or are not to be kept.
    key: Option<Vec<u8>>,
    known: Option<std::vec::IntoIter<Option<CodePlan>>>,
    made: Vec<Option<CodePlan>>,
}

impl Plans {
    /// Of nothing that is kept.
    pub fn none() -> Plans {
        Plans { key: None, known: None, made: Vec::new() }
    }

    /// Of a module's code object and those in it.
    pub fn of(code: &Bound<'_, PyAny>) -> PyResult<Plans> {
        let mut inputs = Inputs::default();
        inputs.add(code)?;
        if inputs.looped < WORTH_KEEPING {
            return Ok(Plans::none());
        }
        let key = postcard::to_stdvec(&("guards", runtime::digest(&inputs.bytes), surroundings(code.py()))).ok();
        let entry = key.as_ref().and_then(|key| cache().lookup(key).next());
        let known: Option<Vec<Option<CodePlan>>> = entry.and_then(|entry| postcard::from_bytes(&entry.payload).ok());
        Ok(Plans { key, known: known.map(Vec::into_iter), made: Vec::new() })
    }

    /// The plan of the next code object that may have loops.
    pub fn next(&mut self, make: impl FnOnce() -> PyResult<Option<CodePlan>>) -> PyResult<Option<CodePlan>> {
        if let Some(known) = &mut self.known {
            return match known.next() {
                Some(plan) => Ok(plan),
                // Not what was kept under this key.
                None => make(),
            };
        }
        let plan = make()?;
        if self.key.is_some() {
            self.made.push(plan.clone());
        }
        Ok(plan)
    }

    /// For the next start.
    pub fn keep(self) {
        if let (Some(key), None) = (self.key, self.known)
            && let Ok(payload) = postcard::to_stdvec(&self.made)
        {
            cache().store(&key, &[], &payload);
        }
    }
}

/// All of a code object that its guards depend on, and how many may have loops.
#[derive(Default)]
struct Inputs {
    bytes: Vec<u8>,
    looped: usize,
}

impl Inputs {
    fn add(&mut self, code: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = code.py();
        let consts = code.getattr(intern!(py, "co_consts"))?;
        let consts = consts.cast::<PyTuple>()?;
        for constant in consts {
            if constant.is_instance_of::<PyCode>() {
                self.add(&constant)?;
            }
        }
        let bytecode = code.getattr(intern!(py, "co_code"))?;
        let bytecode = bytecode.cast::<PyBytes>()?.as_bytes();
        self.looped += usize::from(bytecode::may_loop(crate::convert::minor(py), bytecode));
        self.counted(bytecode);
        for table in [intern!(py, "co_exceptiontable"), intern!(py, "co_linetable")] {
            self.counted(code.getattr(table)?.cast::<PyBytes>()?.as_bytes());
        }
        let numbers = [
            intern!(py, "co_flags"),
            intern!(py, "co_stacksize"),
            intern!(py, "co_firstlineno"),
            intern!(py, "co_argcount"),
            intern!(py, "co_posonlyargcount"),
            intern!(py, "co_kwonlyargcount"),
        ];
        for number in numbers {
            let number: u32 = code.getattr(number)?.extract()?;
            self.bytes.extend(number.to_le_bytes());
        }
        self.text(&code.getattr(intern!(py, "co_name"))?)?;
        for names in [intern!(py, "co_names"), intern!(py, "co_varnames"), intern!(py, "co_cellvars"), intern!(py, "co_freevars")] {
            self.tuple(code.getattr(names)?.cast::<PyTuple>()?)?;
        }
        // Of constants their number, and the names of arguments.
        self.bytes.extend((consts.len() as u64).to_le_bytes());
        for constant in consts {
            if let Ok(names) = constant.cast_exact::<PyTuple>() {
                self.bytes.push(1);
                self.tuple(names)?;
            } else {
                self.bytes.push(0);
            }
        }
        Ok(())
    }

    /// Every variable part is preceded by its length.
    fn counted(&mut self, part: &[u8]) {
        self.bytes.extend((part.len() as u64).to_le_bytes());
        self.bytes.extend(part);
    }

    fn text(&mut self, text: &Bound<'_, PyAny>) -> PyResult<()> {
        self.counted(text.cast::<PyString>()?.to_string_lossy().as_bytes());
        Ok(())
    }

    fn tuple(&mut self, items: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.bytes.extend((items.len() as u64).to_le_bytes());
        for item in items {
            if item.is_exact_instance_of::<PyString>() {
                self.bytes.push(1);
                self.text(&item)?;
            } else if let Ok(inner) = item.cast_exact::<PyTuple>() {
                self.bytes.push(2);
                self.tuple(inner)?;
            } else {
                self.bytes.push(0);
            }
        }
        Ok(())
    }
}
