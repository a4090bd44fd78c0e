//! Writes instructions into the current block.

use base::Span;
use ir::{BlockId, Comparison, Dtype, Func, Inst, Op, Owned, ResumeId, Slot, Tag, Term, Ty, Value, exact};
use std::collections::HashMap;

/// A reference that was dropped.
#[derive(Clone)]
pub struct GivenUp {
    /// Whether the object waits for its end.
    pub waits: Value,
    pub object: Option<Value>,
}

pub struct Builder {
    pub func: Func,
    /// None between the end of a block and the beginning of the next.
    pub block: Option<BlockId>,
    pub span: Span,
    /// What was given up in this block, and whether it waits for its end (`Op::DecRef`).
    given_up: Vec<GivenUp>,
    /// What is known of values: constants, by value.
    ints: HashMap<Value, i128>,
    floats: HashMap<Value, f64>,
    bools: HashMap<Value, bool>,
}

impl Builder {
    pub fn new(func: Func) -> Builder {
        Builder {
            func,
            block: None,
            span: Span::default(),
            given_up: Vec::new(),
            ints: HashMap::new(),
            floats: HashMap::new(),
            bools: HashMap::new(),
        }
    }

    fn push(&mut self, op: Op, args: Vec<Value>, results: Vec<Value>, resume: Option<ResumeId>) {
        // Where the extension has none, what it returns is looked at behind it.
        debug_assert!(op.effect().can_leave() == resume.is_some() || matches!(op, Op::Runtime(_)), "{op}");
        let block = self.block.expect("a block is open");
        let inst = Inst { op, args, results, resume, span: self.span };
        self.func.blocks[block.0 as usize].insts.push(inst);
    }

    fn emit(&mut self, op: Op, args: &[Value], resume: Option<ResumeId>) -> Vec<Value> {
        let results: Vec<Value> = op.results().unwrap_or_default().into_iter().map(|ty| self.func.value(ty)).collect();
        self.push(op, args.to_vec(), results.clone(), resume);
        results
    }

    /// An operation with one result that can't leave.
    pub fn pure(&mut self, op: Op, args: &[Value]) -> Value {
        self.emit(op, args, None)[0]
    }

    /// An operation without a result that can't leave.
    pub fn act(&mut self, op: Op, args: &[Value]) {
        self.emit(op, args, None);
    }

    /// An operation that leaves at `resume` if it can't be done.
    pub fn checked(&mut self, op: Op, args: &[Value], resume: ResumeId) -> Value {
        self.emit(op, args, Some(resume))[0]
    }

    pub fn guard(&mut self, op: Op, args: &[Value], resume: ResumeId) {
        self.emit(op, args, Some(resume));
    }

    pub fn exact(&mut self, name: &str, args: &[Value], resume: Option<ResumeId>) -> Vec<Value> {
        let function = exact(name).unwrap_or_else(|| panic!("no exact function {name}"));
        self.emit(Op::Exact(function), args, resume.filter(|_| function.is_checked))
    }

    pub fn call(&mut self, callee: ir::FuncId, args: &[Value], results: &[Ty], resume: ResumeId) -> Vec<Value> {
        let results: Vec<Value> = results.iter().map(|ty| self.func.value(*ty)).collect();
        self.push(Op::Call(callee), args.to_vec(), results.clone(), Some(resume));
        results
    }

    /// A call of the extension.
    pub fn runtime(&mut self, function: &'static ir::Runtime, args: &[Value], resume: Option<ResumeId>) -> Option<Value> {
        self.emit(Op::Runtime(function), args, resume).first().copied()
    }

    pub fn end(&mut self, term: Term) {
        assert!(self.given_up.is_empty() || matches!(term, Term::Leave(_)), "what was given up is looked at before the block ends");
        self.given_up.clear();
        let block = self.block.take().expect("a block is open");
        self.func.blocks[block.0 as usize].term = term;
    }

    pub fn int(&mut self, value: i64) -> Value {
        let v = self.pure(Op::ConstInt(value), &[]);
        self.ints.insert(v, value.into());
        v
    }

    /// The unsigned 64 bits of an int in `0..2**64`.
    pub fn uint(&mut self, value: u64) -> Value {
        let v = self.pure(Op::ConstInt(value as i64), &[]);
        self.ints.insert(v, value.into());
        v
    }

    pub fn wide(&mut self, value: i128) -> Value {
        let v = self.pure(Op::ConstWide(value), &[]);
        self.ints.insert(v, value);
        v
    }

    pub fn float(&mut self, value: f64) -> Value {
        let v = self.pure(Op::ConstFloat(value.to_bits()), &[]);
        self.floats.insert(v, value);
        v
    }

    pub fn bool(&mut self, value: bool) -> Value {
        let v = self.pure(Op::ConstBool(value), &[]);
        self.bools.insert(v, value);
        v
    }

    pub fn known_int(&self, value: Value) -> Option<i128> {
        self.ints.get(&value).copied()
    }

    pub fn known_float(&self, value: Value) -> Option<f64> {
        self.floats.get(&value).copied()
    }

    pub fn known_bool(&self, value: Value) -> Option<bool> {
        self.bools.get(&value).copied()
    }

    pub fn int_to_float(&mut self, value: Value) -> Value {
        match self.known_int(value) {
            Some(known) => self.float(known as f64),
            None => self.pure(Op::IntToFloat, &[value]),
        }
    }

    pub fn compare_int(&mut self, comparison: Comparison, a: Value, b: Value) -> Value {
        self.pure(Op::CompareInt(comparison), &[a, b])
    }

    /// A slot as the tag and bits of a `Slot::Any`; takes over what the slot owns.
    pub fn tagged(&mut self, slot: &Slot<Value>) -> Option<(Value, Value)> {
        let tag = match slot {
            Slot::Any(_, tag, bits) => return Some((*tag, *bits)),
            other => crate::state::tag_of(other)?,
        };
        let bits = match slot {
            Slot::Unbound | Slot::None => self.int(0),
            Slot::Bool(v) | Slot::NumPy(Dtype::Bool, v) => self.pure(Op::BoolToInt, &[*v]),
            Slot::Int(v) | Slot::Uint(v) | Slot::NumPy(Dtype::Int64, v) => *v,
            Slot::Float(v) | Slot::NumPy(Dtype::Float64, v) => self.pure(Op::FloatToBits, &[*v]),
            Slot::Object(v) | Slot::Instance(_, v) | Slot::List(_, v) | Slot::Exact(_, v) => self.pure(Op::ObjectToBits, &[*v]),
            Slot::Known(object) => {
                let object = self.pure(Op::ConstObject(*object), &[]);
                self.act(Op::IncRef, &[object]);
                self.pure(Op::ObjectToBits, &[object])
            }
            _ => return None,
        };
        Some((self.int(tag as i64), bits))
    }

    /// The slot behind a tag.
    pub fn untagged(&mut self, tag: Tag, bits: Value) -> Slot<Value> {
        match tag {
            Tag::Unbound => Slot::Unbound,
            Tag::None => Slot::None,
            Tag::Bool => Slot::Bool(self.pure(Op::BitsToBool, &[bits])),
            Tag::Int => Slot::Int(bits),
            Tag::Uint => Slot::Uint(bits),
            Tag::Float => Slot::Float(self.pure(Op::BitsToFloat, &[bits])),
            Tag::Object => Slot::Object(self.pure(Op::BitsToObject, &[bits])),
            Tag::NumPyFloat => Slot::NumPy(Dtype::Float64, self.pure(Op::BitsToFloat, &[bits])),
            Tag::NumPyInt => Slot::NumPy(Dtype::Int64, bits),
            Tag::NumPyBool => Slot::NumPy(Dtype::Bool, self.pure(Op::BitsToBool, &[bits])),
        }
    }

    /// Gives up what a slot owns. At the next place native code leaves if something of it waits for its end.
    pub fn drop_slot(&mut self, slot: &Slot<Value>) {
        for owned in slot.owned() {
            match owned {
                Owned::Text(v) => drop(self.pure(Op::DecRef, &[v])),
                Owned::Object(v) => {
                    let waits = self.pure(Op::DecRef, &[v]);
                    self.given_up.push(GivenUp { waits, object: Some(v) });
                }
                Owned::Tagged(tag, bits) => {
                    let waits = self.pure(Op::DropAny, &[tag, bits]);
                    self.given_up.push(GivenUp { waits, object: None });
                }
            }
        }
    }

    /// What was given up before is to be looked at here.
    pub fn give_up(&mut self, given_up: Vec<GivenUp>) {
        self.given_up.extend(given_up);
    }

    /// What was given up in this block since this was asked last.
    pub fn take_given_up(&mut self) -> Vec<GivenUp> {
        std::mem::take(&mut self.given_up)
    }

    /// Makes a second owner of a slot's content.
    pub fn share_slot(&mut self, slot: &Slot<Value>) {
        for owned in slot.owned() {
            match owned {
                Owned::Text(v) | Owned::Object(v) => self.act(Op::IncRef, &[v]),
                Owned::Tagged(tag, bits) => self.act(Op::ShareAny, &[tag, bits]),
            }
        }
    }
}
