//! An interpreter of IR: what each operation means, in words of Rust. Native code must do the same, bit by bit.
//!
//! It takes and gives what native code does: arguments and results as words, and a record of each frame where it leaves.

mod compute;
mod exact;

use crate::{BlockId, Edge, Func, FuncId, Inst, ObjectId, Op, ResumeId, Runtime, Slot, Tag, Term, Ty, Unit, Value};
use base::Index;
use std::collections::BTreeMap;

/// How many values a tape has room for, and how often it may be missed before its loop runs as it was written.
pub const VALUES_OF_TAPE: usize = 1023;
pub const MISSES_OF_TAPE: u32 = 4;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The words of what function 0 returns.
    Returned(Vec<u64>),
    /// One record a frame, innermost first.
    Left(Vec<Record>),
    /// Never of a unit that the verifier passed, but for one that runs too long: what it did then.
    Stuck(String),
}

/// A frame that was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of its resume among those of the unit.
    pub resume: u32,
    /// What the frame is rebuilt from, in the order of [`crate::Resume::record`].
    pub words: Vec<u64>,
}

/// What stands around native code.
pub trait Host {
    /// The address of an object of the unit's table.
    fn object(&mut self, id: ObjectId) -> u64;
    fn incref(&mut self, object: u64);
    /// True as for `Op::DecRef`.
    fn decref(&mut self, object: u64) -> bool;
    /// Whether dropping a reference runs no code of the user's.
    fn is_quiet(&mut self, object: u64) -> bool;
    /// Calls a function of the extension: its result, or anything if it has none.
    fn runtime(&mut self, function: &'static Runtime, args: &[u64]) -> u64;
    /// Does an operation on real lists and numbers: its result (anything, if it has none); None where it leaves.
    fn on_object(&mut self, op: &Op, args: &[u64]) -> Option<u64>;
    /// The interpreter may want attention: true if it needs a frame for that.
    fn safepoint(&mut self) -> bool;
    /// Whether it wants attention.
    fn is_wanted(&mut self) -> bool;
    /// The address of what is remembered of a site.
    fn site(&mut self, site: u32) -> u64;
    /// Does what the resume of a record says: the result; None with the record where native code leaves.
    fn call_out(&mut self, record: Record) -> Option<u64>;
    /// Places until the next forced leave.
    fn ticks_left(&mut self) -> &mut i64;
    /// How many more recursive calls may be made.
    fn depth_left(&mut self) -> &mut i64;
    /// Instructions and jumps until the run is given up.
    fn steps_at_most(&self) -> u64 {
        1 << 34
    }
}

/// Runs function 0 of a verified unit. `args` are the words of its parameters, `scalars` the unit's table of them.
pub fn interpret(unit: &Unit, args: &[u64], scalars: &[u64], host: &mut dyn Host) -> Outcome {
    let mut machine = Machine { unit, scalars, steps_left: host.steps_at_most(), host, frames: Vec::new() };
    let types = unit.funcs[0].params.iter().flat_map(Slot::types);
    machine.run(from_words(types, args))
}

/// A machine value, by its bits: what is narrower has zeros above.
type Bits = u128;

struct Machine<'a> {
    unit: &'a Unit,
    scalars: &'a [u64],
    host: &'a mut dyn Host,
    steps_left: u64,
    /// Outermost first.
    frames: Vec<Frame<'a>>,
}

struct Frame<'a> {
    id: FuncId,
    func: &'a Func,
    values: Vec<Bits>,
    block: BlockId,
    /// The next instruction of the block.
    next: usize,
    /// What was left of the depth before the call.
    depth: i64,
    tapes: BTreeMap<u32, Tape>,
}

/// See [`Op::TapeEnter`].
#[derive(Default)]
struct Tape {
    values: Vec<Bits>,
    next: usize,
    is_spoilt: bool,
    missed: u32,
}

/// What follows an instruction or a block's end.
enum Next {
    Step,
    Leave(ResumeId),
    /// A call out left: its record is the host's already.
    LeftOut,
    Call(FuncId, Vec<Bits>),
    Return(Vec<Bits>),
    Stuck(String),
}

impl<'a> Machine<'a> {
    fn run(&mut self, args: Vec<Bits>) -> Outcome {
        let mut next = self.enter(FuncId(0), args);
        loop {
            if self.steps_left == 0 {
                return Outcome::Stuck("took too many steps".into());
            }
            self.steps_left -= 1;
            next = match next {
                Next::Step => self.step(),
                Next::Call(callee, args) => self.enter(callee, args),
                Next::Leave(resume) => return Outcome::Left(self.records(Some(resume))),
                Next::LeftOut => return Outcome::Left(self.records(None)),
                Next::Stuck(text) => return Outcome::Stuck(text),
                Next::Return(results) => {
                    let left = self.frames.pop().expect("a frame returns");
                    if left.func.is_recursive {
                        *self.host.depth_left() = left.depth;
                    }
                    let Some(caller) = self.frames.last_mut() else {
                        return Outcome::Returned(to_words(left.func.ret.types().into_iter().zip(results)));
                    };
                    let call = &caller.func.blocks[caller.block.index()].insts[caller.next - 1];
                    caller.define(&call.results, &results);
                    Next::Step
                }
            }
        }
    }

    fn enter(&mut self, id: FuncId, args: Vec<Bits>) -> Next {
        let func = self.unit.func(id);
        let depth = *self.host.depth_left();
        let mut frame = Frame { id, func, values: vec![0; func.types.len()], block: BlockId(0), next: 0, depth, tapes: BTreeMap::new() };
        frame.define(&func.blocks[0].params, &args);
        self.frames.push(frame);
        if func.is_recursive {
            *self.host.depth_left() = depth - 1;
            if depth < 1 {
                return Next::Leave(ResumeId(0));
            }
        }
        Next::Step
    }

    fn step(&mut self) -> Next {
        let frame = self.frames.last_mut().expect("the entry's frame stays");
        let block = &frame.func.blocks[frame.block.index()];
        match block.insts.get(frame.next) {
            None => frame.end(&block.term),
            Some(inst) => {
                frame.next += 1;
                self.inst(inst)
            }
        }
    }

    fn inst(&mut self, inst: &Inst) -> Next {
        let frame = self.frames.last_mut().expect("the entry's frame stays");
        let args = frame.values_of(&inst.args);
        let word = |index: usize| args[index] as u64;
        let result = match &inst.op {
            Op::Call(callee) => return Next::Call(*callee, args),
            Op::CallOut => {
                let resume = resume_of(inst);
                let record = self.record(self.frames.len() - 1, resume);
                match self.host.call_out(record) {
                    Some(result) => Some(result.into()),
                    None => return Next::LeftOut,
                }
            }
            Op::Runtime(function) => {
                let words = to_words(function.params.iter().copied().zip(args));
                let result = self.host.runtime(function, &words);
                let has_failed = match function.result {
                    Some(Ty::Obj) => result < 2,
                    Some(_) => (result as i64) < 0,
                    None => false,
                };
                (!has_failed || inst.resume.is_none()).then_some(result.into())
            }
            Op::TapeEnter(tape)
            | Op::TapeRewind(tape)
            | Op::TapePut(tape, _)
            | Op::TapeNext(tape, _)
            | Op::TapeSpoil(tape)
            | Op::TapeIsWhole(tape)
            | Op::TapeMissed(tape) => Some(frame.tapes.entry(*tape).or_default().step(&inst.op, &args)),
            Op::ConstObject(object) => Some(self.host.object(*object).into()),
            Op::LoadScalar { slot, ty } => Some(from_words([*ty], &self.scalars[*slot as usize..])[0]),
            Op::IncRef => self.act(|host| host.incref(word(0))),
            Op::DecRef => Some(self.host.decref(word(0)).into()),
            Op::GuardQuiet => self.host.is_quiet(word(0)).then_some(0),
            Op::GuardQuietAny => (!is_object(word(0)) || self.host.is_quiet(word(1))).then_some(0),
            Op::ShareAny if is_object(word(0)) => self.act(|host| host.incref(word(1))),
            Op::DropAny => Some((is_object(word(0)) && self.host.decref(word(1))).into()),
            Op::ShareAny => Some(0),
            Op::Safepoint => (!self.host.safepoint()).then_some(0),
            Op::IsWanted => Some(self.host.is_wanted().into()),
            Op::LeaveIfWanted => (!self.host.is_wanted()).then_some(0),
            Op::MirrorSite(site) => Some(self.host.site(*site).into()),
            Op::Tick => {
                let ticks = self.host.ticks_left();
                *ticks -= 1;
                (*ticks != 0).then_some(0)
            }
            Op::GuardClass(_)
            | Op::GuardAbsent(_)
            | Op::LoadAttribute(..)
            | Op::StoreAttribute(..)
            | Op::LoadCell
            | Op::StoreCell
            | Op::ListLength
            | Op::ListItem
            | Op::ListSetFloat
            | Op::ListSetInt
            | Op::ListSetObject
            | Op::GuardList
            | Op::GuardStr
            | Op::GuardComplex
            | Op::ComplexReal
            | Op::ComplexImaginary
            | Op::GuardDict
            | Op::GuardSet
            | Op::GuardRow
            | Op::GuardTuple
            | Op::TupleItem
            | Op::Length
            | Op::FloatOf
            | Op::IntOf
            | Op::BoolOf
            | Op::MirrorEnter
            | Op::MirrorDue
            | Op::MirrorFlush
            | Op::MirrorSettle
            | Op::MirrorSettleAll
            | Op::MirrorOfFloats
            | Op::MirrorOfInts
            | Op::MirrorNoteFloat
            | Op::MirrorNoteInt
            | Op::MirrorList
            | Op::MirrorLength
            | Op::MirrorRow
            | Op::MirrorFloat
            | Op::MirrorInt
            | Op::MirrorSetFloat
            | Op::MirrorSetInt
            | Op::MirrorSetRow
            | Op::ArrayIs(_)
            | Op::NumPyOf(_)
            | Op::GuardArray
            | Op::ArrayIsWritable
            | Op::ArrayLength
            | Op::ArrayStride
            | Op::ArrayData
            | Op::ArrayFloat
            | Op::ArrayInt
            | Op::ArrayBool
            | Op::ArraySetFloat
            | Op::ArraySetInt
            | Op::ArraySetBool
            | Op::QuietSum
            | Op::QuietProduct
            | Op::QuietQuotient
            | Op::FlagsClear
            | Op::FlagsSaid
            | Op::Keep
            | Op::Opaque
            | Op::ArrayRemember
            | Op::ArrayTakeBack
            | Op::NumberTag
            | Op::NumberBits
            | Op::IsNone
            | Op::IsNotImplemented
            | Op::NoneObject
            | Op::BoolToObject => {
                let words: Vec<u64> = args.iter().map(|bits| *bits as u64).collect();
                self.host.on_object(&inst.op, &words).map(Bits::from)
            }
            op => compute::compute(op, &args),
        };
        let frame = self.frames.last_mut().expect("the entry's frame stays");
        match (result, inst.resume) {
            (Some(bits), _) => {
                if let Some(value) = inst.results.first() {
                    frame.values[value.index()] = bits;
                }
                Next::Step
            }
            (None, Some(resume)) => Next::Leave(resume),
            (None, None) => Next::Stuck(format!("{} leaves without a resume", inst.op)),
        }
    }

    fn act(&mut self, action: impl FnOnce(&mut dyn Host)) -> Option<Bits> {
        action(self.host);
        Some(0)
    }

    /// The innermost frame leaves at `resume`, if it has not left yet, and so does each caller at its call.
    fn records(&mut self, resume: Option<ResumeId>) -> Vec<Record> {
        let innermost = self.frames.len() - 1;
        let mut records: Vec<Record> = resume.map(|resume| self.record(innermost, resume)).into_iter().collect();
        for index in (0..innermost).rev() {
            let frame = &self.frames[index];
            let call = resume_of(&frame.func.blocks[frame.block.index()].insts[frame.next - 1]);
            records.push(self.record(index, call));
        }
        records
    }

    fn record(&mut self, frame: usize, resume: ResumeId) -> Record {
        let frame = &self.frames[frame];
        let resumed = &frame.func.resumes[resume.index()];
        resumed.borrowed.iter().for_each(|value| self.host.incref(frame.values[value.index()] as u64));
        let values = resumed.record();
        let words = to_words(values.into_iter().map(|(ty, value)| (ty, frame.values[value.index()])));
        Record { resume: self.unit.first_resume(frame.id) + resume.0, words }
    }
}

impl Tape {
    fn step(&mut self, op: &Op, args: &[Bits]) -> Bits {
        match op {
            Op::TapeEnter(_) => self.missed = 0,
            Op::TapeRewind(_) => (self.next, self.is_spoilt) = (0, false),
            Op::TapePut(..) => {
                self.values.truncate(self.next);
                if self.next < VALUES_OF_TAPE {
                    self.values.push(args[0]);
                }
                self.next += 1;
            }
            Op::TapeNext(..) => {
                self.next += 1;
                return self.values[self.next - 1];
            }
            Op::TapeSpoil(_) => self.is_spoilt = true,
            Op::TapeMissed(_) => self.missed += 1,
            _ => return (!self.is_spoilt && self.next <= VALUES_OF_TAPE && self.missed < MISSES_OF_TAPE).into(),
        }
        0
    }
}

impl Frame<'_> {
    fn define(&mut self, values: &[Value], bits: &[Bits]) {
        for (value, bits) in values.iter().zip(bits) {
            self.values[value.index()] = *bits;
        }
    }

    fn values_of(&self, values: &[Value]) -> Vec<Bits> {
        values.iter().map(|value| self.values[value.index()]).collect()
    }

    fn end(&mut self, term: &Term) -> Next {
        let edge = match term {
            Term::Jump(edge) => edge,
            Term::Branch { condition, then, other } => match self.values[condition.index()] {
                0 => other,
                _ => then,
            },
            Term::Switch { tag, cases, default } => {
                let tag = self.values[tag.index()] as i64;
                cases.iter().find(|(case, _)| *case == tag).map_or(default, |(_, edge)| edge)
            }
            Term::Return(values) => return Next::Return(self.values_of(values)),
            Term::Leave(resume) => return Next::Leave(*resume),
            Term::Missing | Term::Unreachable => return Next::Stuck(format!("{}: {} was reached", self.func.name, self.block)),
        };
        self.follow(edge);
        Next::Step
    }

    /// Arguments are read before parameters are written: a block may be its own predecessor.
    fn follow(&mut self, edge: &Edge) {
        let args = self.values_of(&edge.args);
        self.block = edge.to;
        self.next = 0;
        let func = self.func;
        self.define(&func.blocks[edge.to.index()].params, &args);
    }
}

fn resume_of(inst: &Inst) -> ResumeId {
    inst.resume.expect("the verifier saw that what can leave says where to")
}

fn is_object(tag: u64) -> bool {
    Tag::from_bits(tag) == Some(Tag::Object)
}

fn from_words(types: impl IntoIterator<Item = Ty>, words: &[u64]) -> Vec<Bits> {
    let mut words = words.iter().map(|word| Bits::from(*word));
    let mut next = || words.next().expect("as many words as the types take");
    types
        .into_iter()
        .map(|ty| match ty {
            Ty::I1 => next() & 1,
            Ty::I128 => next() | next() << 64,
            Ty::I64 | Ty::F64 | Ty::Obj | Ty::Mem => next(),
        })
        .collect()
}

fn to_words(values: impl IntoIterator<Item = (Ty, Bits)>) -> Vec<u64> {
    let mut words = Vec::new();
    for (ty, bits) in values {
        words.push(bits as u64);
        if ty == Ty::I128 {
            words.push((bits >> 64) as u64);
        }
    }
    words
}
