use crate::{Consumer, ObjectId, Op, Shape, Slot, Ty};
use base::{Index, Span};
use serde::{Deserialize, Serialize};

base::index!(
    /// An SSA value of a function.
    Value,
    "v"
);
base::index!(
    /// A block of a function.
    BlockId,
    "b"
);
base::index!(
    /// A function of the unit.
    FuncId,
    "f"
);
base::index!(
    /// A point at which the interpreter can go on.
    ResumeId,
    "r"
);

/// A function, compiled for one tuple of parameter shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Func {
    pub name: String,
    /// Which code object of the unit it was translated from.
    pub code: CodeId,
    /// The shapes of its parameters; their machine values are the parameters of block 0, in order.
    pub params: Vec<Shape>,
    /// What it returns.
    pub ret: Shape,
    pub types: Vec<Ty>,
    pub blocks: Vec<Block>,
    pub resumes: Vec<Resume>,
    /// May call itself, directly or through others: counts its depth.
    pub is_recursive: bool,
}

base::index!(
    /// A code object of the unit.
    CodeId,
    "c"
);

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Block {
    pub params: Vec<Value>,
    pub insts: Vec<Inst>,
    pub term: Term,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Inst {
    pub op: Op,
    pub args: Vec<Value>,
    pub results: Vec<Value>,
    /// Where the interpreter goes on if the operation can't be done natively.
    pub resume: Option<ResumeId>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub enum Term {
    /// Not yet written.
    #[default]
    Missing,
    Jump(Edge),
    Branch {
        condition: Value,
        then: Edge,
        other: Edge,
    },
    /// On the tag of a `Slot::Any`; anything else goes to `default`.
    Switch {
        tag: Value,
        cases: Vec<(i64, Edge)>,
        default: Edge,
    },
    Return(Vec<Value>),
    /// Let the interpreter go on.
    Leave(ResumeId),
    /// Can't be reached (a call that never returns).
    Unreachable,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub to: BlockId,
    pub args: Vec<Value>,
}

/// How the interpreter goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResumeKind {
    /// Do the operation at the offset, from its beginning; or, if native code says that it has thrown, the current exception was
    /// raised by the instruction at `at`.
    Go,
    /// The instruction at `at` is under way, and has called: a callee that left runs first; then what comes after its result, then on at the
    /// offset.
    Call(After),
    /// The same, but the callee has returned already: its result lies on top of the stack.
    Returned(After),
    /// Native code does the operation at the offset itself, in the frame made true, with the operands on top of the stack. As `Go` where it
    /// has not; where it has, the operands are gone, and the current exception was raised at `at`, or the result lies behind.
    Out(Out),
}

/// An operation that may run anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Out {
    pub does: Does,
    /// How many operands it takes off the stack.
    pub operands: u32,
    /// Byte offset of the instruction behind it.
    pub next: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Does {
    /// Calls a callable with what lies above it; beside it, on the side where CPython has it, stands a NULL or the first argument. The names of
    /// the last arguments are a tuple.
    Call {
        keywords: Option<ObjectId>,
    },
    /// `container[key]`; sets it: [value, container, key]; deletes it.
    Item,
    SetItem,
    DeleteItem,
    /// `owner.name`; on its way to a call, beside a NULL; sets it: [value, owner].
    Attribute {
        name: ObjectId,
    },
    Method {
        name: ObjectId,
    },
    SetAttribute {
        name: ObjectId,
    },
    /// An operator, by `2 * bytecode::Binary`, one more in place.
    Binary(u8),
    /// By `bytecode::Unary`.
    Unary(u8),
    /// By `bytecode::Compare`.
    Compare {
        op: u8,
        as_bool: bool,
    },
    /// `item in container`: [item, container]
    Contains {
        invert: bool,
    },
    Iterator,
    /// The next item of the iterator on top of the stack, which stays there; where it has none, the iterator goes, and it goes on at this offset.
    Next {
        exit: u32,
    },
    /// A value as a string, by `bytecode::Conversion`.
    Format {
        conversion: u8,
    },
}

impl Does {
    /// How many slots of the stack it leaves in the place of its operands.
    pub fn results(self) -> usize {
        match self {
            Does::SetItem | Does::DeleteItem | Does::SetAttribute { .. } => 0,
            Does::Method { .. } => 2,
            _ => 1,
        }
    }
}

/// What an instruction does with the result of what it called. Its operands, where it needs them still, lie on top of the stack's slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum After {
    /// Pushes it.
    Push,
    /// It is an `__init__`'s, None: pushes the instance.
    New,
    /// Drops it: of a method that sets something.
    Drop,
    /// An operator's method may have returned NotImplemented: then the rest of what the operator means. By `2 * bytecode::Binary`, one more in
    /// place.
    Binary(u8),
    /// A comparison's, by `2 * bytecode::Compare`, one more where a bool is wanted.
    Compare(u8),
    /// `__eq__`'s, where `!=` asks it: its negation. As for `compare`.
    NotEqual(u8),
    /// That of a method for an operator in place, by `bytecode::Binary`: after NotImplemented the operands are asked as without it.
    InPlace(u8),
    /// A `__bool__`'s: a bool, of which the instruction is done again.
    Truth,
    /// A `__len__`'s: the same of whether it is not zero.
    TruthOfLength,
    /// A `__len__`'s, for `len`.
    Length,
    /// A `__contains__`'s: 1 where the answer is negated.
    Contains(u8),
    /// An `__iter__`'s: must be an iterator.
    Iterator,
    /// What was made of the items of a generator: what this consumer makes of that.
    Consumed(Consumer),
    /// A `__next__`'s: pushes it; where StopIteration was raised, drops the iterator and goes on at this offset.
    Next(u32),
}

impl After {
    /// How many operands it needs.
    pub fn operands(self) -> usize {
        match self {
            After::Push | After::Drop | After::Next(_) => 0,
            After::New | After::Truth | After::TruthOfLength | After::Length | After::Iterator | After::Consumed(_) => 1,
            After::Binary(_) | After::Compare(_) | After::NotEqual(_) | After::InPlace(_) | After::Contains(_) => 2,
        }
    }

    /// Whether the instruction is done again, with what was pushed.
    pub fn is_done_again(self) -> bool {
        matches!(self, After::Truth | After::TruthOfLength)
    }
}

/// Why native code leaves there, for `explain` and for widening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Why {
    /// An int outgrew its machine type.
    Overflow,
    /// An item of a list is not of the type that was expected.
    Element,
    /// Nobody has seen yet what a call or a look-up gives, or it is not what it was.
    Unseen,
    /// The operation raises, or may: the interpreter does it.
    Raises,
    /// Not compiled (yet): the interpreter's.
    NotCompiled,
    /// A call that may run code of the user.
    Calls,
    /// A statement, or a form of it, that is the interpreter's: a note says which.
    Python,
    /// The types are not the ones this was compiled for.
    Types,
    /// The end of a region that was entered at a loop: the interpreter goes on behind it.
    End,
    /// A callee left.
    Callee,
    /// An object comes to its end, which may run code of the user.
    Finaliser,
    /// A signal, a tracer, the recursion limit.
    Interrupt,
    /// `LANCEHEAD_DEOPT_EVERY`
    Forced,
}

impl Why {
    pub const ALL: [Why; 13] = [
        Why::Overflow,
        Why::Element,
        Why::Unseen,
        Why::Raises,
        Why::NotCompiled,
        Why::Calls,
        Why::Python,
        Why::Types,
        Why::End,
        Why::Callee,
        Why::Finaliser,
        Why::Interrupt,
        Why::Forced,
    ];
}

#[derive(Clone, Debug, PartialEq)]
pub struct Resume {
    pub kind: ResumeKind,
    pub why: Why,
    /// Byte offset in the code object where the interpreter goes on.
    pub offset: u32,
    /// Byte offset of the instruction that is being done: where its exceptions are raised.
    pub at: u32,
    pub locals: Vec<Slot<Value>>,
    pub stack: Vec<Slot<Value>>,
    /// Objects of which the slots own one reference more than native code holds (a pass saw that it need not count it): leaving takes them.
    pub borrowed: Vec<Value>,
    pub span: Span,
}

impl Func {
    pub fn new(name: String, code: CodeId, params: Vec<Shape>) -> Func {
        Func { name, code, params, ret: Slot::Unbound, types: Vec::new(), blocks: Vec::new(), resumes: Vec::new(), is_recursive: false }
    }

    pub fn value(&mut self, ty: Ty) -> Value {
        self.types.push(ty);
        Value::new(self.types.len() - 1)
    }

    pub fn ty(&self, value: Value) -> Ty {
        self.types[value.index()]
    }

    pub fn block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId::new(self.blocks.len() - 1)
    }

    pub fn add_resume(&mut self, resume: Resume) -> ResumeId {
        self.resumes.push(resume);
        ResumeId::new(self.resumes.len() - 1)
    }

    /// Reads other values wherever values are read; definitions stay.
    pub fn replace_uses(&mut self, other: &mut impl FnMut(Value) -> Value) {
        for block in &mut self.blocks {
            block.insts.iter_mut().flat_map(|inst| &mut inst.args).for_each(|value| *value = other(*value));
            block.term.replace_uses(other);
        }
        self.resumes.iter_mut().for_each(|resume| resume.replace_uses(other));
    }
}

impl Term {
    pub fn edges(&self) -> Vec<&Edge> {
        match self {
            Term::Jump(edge) => vec![edge],
            Term::Branch { then, other, .. } => vec![then, other],
            Term::Switch { cases, default, .. } => cases.iter().map(|(_, edge)| edge).chain([default]).collect(),
            _ => Vec::new(),
        }
    }

    pub fn edges_mut(&mut self) -> Vec<&mut Edge> {
        match self {
            Term::Jump(edge) => vec![edge],
            Term::Branch { then, other, .. } => vec![then, other],
            Term::Switch { cases, default, .. } => cases.iter_mut().map(|(_, edge)| edge).chain([default]).collect(),
            _ => Vec::new(),
        }
    }

    /// Reads other values, its edges' arguments included.
    pub fn replace_uses(&mut self, other: &mut impl FnMut(Value) -> Value) {
        self.edges_mut().into_iter().flat_map(|edge| &mut edge.args).for_each(|value| *value = other(*value));
        match self {
            Term::Branch { condition: value, .. } | Term::Switch { tag: value, .. } => *value = other(*value),
            Term::Return(values) => values.iter_mut().for_each(|value| *value = other(*value)),
            _ => {}
        }
    }

    /// The values that it reads itself, its edges' arguments aside.
    pub fn uses(&self) -> Vec<Value> {
        match self {
            Term::Branch { condition, .. } => vec![*condition],
            Term::Switch { tag, .. } => vec![*tag],
            Term::Return(values) => values.clone(),
            _ => Vec::new(),
        }
    }
}

impl Func {
    /// Whether items come out of the list in this word of the table of scalars, as far as can be seen at once: not those that are appended.
    pub fn reads_items_of(&self, word: u32) -> bool {
        let insts = || self.blocks.iter().flat_map(|block| &block.insts);
        let loads = insts().filter(|inst| matches!(inst.op, Op::LoadScalar { slot, .. } if slot == word));
        let lists: Vec<Value> = loads.flat_map(|load| load.results.iter().copied()).collect();
        let is_one = |value: &Value| lists.contains(value);
        let gives_items = |inst: &Inst| match &inst.op {
            Op::ListItem | Op::Call(_) => true,
            Op::Runtime(runtime) => runtime.result == Some(Ty::Obj),
            _ => false,
        };
        insts().any(|inst| gives_items(inst) && inst.args.iter().any(is_one))
            || self.blocks.iter().any(|block| block.term.edges().into_iter().any(|edge| edge.args.iter().any(is_one)))
    }
}

impl Resume {
    /// Rebuilds the frame from other values.
    pub fn replace_uses(&mut self, other: &mut impl FnMut(Value) -> Value) {
        self.locals.iter_mut().chain(&mut self.stack).for_each(|slot| *slot = slot.map(&mut |_, value| other(*value)));
        self.borrowed.iter_mut().for_each(|value| *value = other(*value));
    }

    /// What a record of the frame holds: each machine value once, however many slots it stands in. So a float that stands in two of them
    /// becomes one object. Floats come last: who writes the record then needs no more than two counts.
    pub fn record(&self) -> Vec<(Ty, Value)> {
        let mut record = Vec::new();
        for value in self.values() {
            if !record.contains(&value) {
                record.push(value);
            }
        }
        record.sort_by_key(|(ty, _)| *ty == Ty::F64);
        record
    }

    /// Every machine value that the frame is rebuilt from, slot by slot.
    pub fn values(&self) -> Vec<(Ty, Value)> {
        self.locals.iter().chain(&self.stack).flat_map(Slot::values).collect()
    }
}
