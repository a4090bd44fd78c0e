//! Numbers of which only the run time knows whether they are ints or floats: attributes of instances often are. Where such meet, both cases
//! are computed and the result is one slot again; a version for each combination would be too many.

use crate::body::Body;
use crate::refusal::Step;
use bytecode::{Binary, Compare};
use ir::{Comparison, Edge, Op, Slot, Tag, Tags, Term, Ty, Value, Why};

/// A number as what says whether it is a float, and its 64 bits.
struct Either {
    is_float: Value,
    int: Value,
    float: Value,
}

pub fn int_or_float() -> Tags {
    Tags::of(Tag::Int).union(Tags::of(Tag::Float))
}

pub fn int_or_bool() -> Tags {
    Tags::of(Tag::Int).union(Tags::of(Tag::Bool))
}

pub fn int_or_singleton() -> Tags {
    int_or_bool().union(Tags::of(Tag::None))
}

fn is_either(slot: &Slot<Value>) -> bool {
    matches!(slot, Slot::Any(tags, ..) if int_or_float().contains(*tags))
}

impl Body<'_, '_> {
    /// Whether the operands are better taken together: one of them may be an int or a float, the other is a number too. Only where instances
    /// take part: elsewhere versions tell such numbers apart for good.
    fn are_merged(&self, left: &Slot<Value>, right: &Slot<Value>) -> bool {
        let is_number = |slot: &Slot<Value>| is_either(slot) || matches!(slot, Slot::Int(_) | Slot::Float(_));
        !self.unit.links.classes.is_empty() && (is_either(left) || is_either(right)) && is_number(left) && is_number(right)
    }

    fn either(&mut self, slot: &Slot<Value>) -> Either {
        match slot {
            Slot::Float(v) => Either { is_float: self.b.bool(true), int: self.b.int(0), float: *v },
            Slot::Int(v) => Either { is_float: self.b.bool(false), int: *v, float: self.b.int_to_float(*v) },
            Slot::Any(_, tag, bits) => {
                let wanted = self.b.int(Tag::Float as i64);
                let is_float = self.b.compare_int(Comparison::Eq, *tag, wanted);
                let (as_float, converted) = (self.b.pure(Op::BitsToFloat, &[*bits]), self.b.int_to_float(*bits));
                let float = self.b.pure(Op::Select(Ty::F64), &[is_float, as_float, converted]);
                Either { is_float, int: *bits, float }
            }
            other => unreachable!("{} is no number", other.shape().describe()),
        }
    }

    /// `+ - * /` of them; false if it is not such a case.
    pub fn merged_arithmetic(&mut self, op: Binary) -> Step<bool> {
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let float_op = match op {
            Binary::Add => Op::AddFloat,
            Binary::Sub => Op::SubFloat,
            Binary::Mul => Op::MulFloat,
            Binary::TrueDiv => Op::DivFloat,
            _ => return Ok(false),
        };
        if !self.are_merged(&left, &right) || op != Binary::TrueDiv && self.is_wide_place() {
            return Ok(false);
        }
        let (a, b) = (self.either(&left), self.either(&right));
        let has_float = [&left, &right].iter().any(|slot| matches!(slot, Slot::Float(_)));
        if has_float {
            if op == Binary::TrueDiv {
                self.guard_divisor(b.float);
            }
            // An int of 64 bits becomes a float as it would alone.
            let result = self.b.pure(float_op, &[a.float, b.float]);
            self.pop_n(2);
            self.push(Slot::Float(result));
            return Ok(true);
        }
        let is_float = self.b.pure(Op::OrBool, &[a.is_float, b.is_float]);
        let (floats, ints, behind) = (self.b.func.block(), self.b.func.block(), self.b.func.block());
        let edge = |to, args: &[Value]| Edge { to, args: args.to_vec() };
        self.b.end(Term::Branch { condition: is_float, then: edge(floats, &[]), other: edge(ints, &[]) });
        self.b.block = Some(floats);
        if op == Binary::TrueDiv {
            self.guard_divisor(b.float);
        }
        let float = self.b.pure(float_op, &[a.float, b.float]);
        let (float_tag, float_bits) = (self.b.int(Tag::Float as i64), self.b.pure(Op::FloatToBits, &[float]));
        self.b.end(Term::Jump(edge(behind, &[float_tag, float_bits])));
        self.b.block = Some(ints);
        let (tag, bits) = match op {
            Binary::TrueDiv => {
                let resume = self.resume(Why::Raises);
                let result = self.b.exact("truediv.i64", &[a.int, b.int], Some(resume))[0];
                (Tag::Float, self.b.pure(Op::FloatToBits, &[result]))
            }
            _ => {
                let int_op = match op {
                    Binary::Add => Op::AddInt,
                    Binary::Sub => Op::SubInt,
                    _ => Op::MulInt,
                };
                let resume = self.resume(Why::Overflow);
                (Tag::Int, self.b.checked(int_op, &[a.int, b.int], resume))
            }
        };
        let tag = self.b.int(tag as i64);
        self.b.end(Term::Jump(edge(behind, &[tag, bits])));
        self.b.block = Some(behind);
        let [tag, bits] = [0, 1].map(|_| {
            let value = self.b.func.value(Ty::I64);
            self.b.func.blocks[behind.0 as usize].params.push(value);
            value
        });
        self.pop_n(2);
        let result = match op {
            Binary::TrueDiv => Slot::Float(self.b.pure(Op::BitsToFloat, &[bits])),
            _ => Slot::Any(int_or_float(), tag, bits),
        };
        self.push(result);
        Ok(true)
    }

    fn guard_divisor(&mut self, divisor: Value) {
        let resume = self.resume(Why::Raises);
        let zero = self.b.float(0.0);
        let is_zero = self.b.pure(Op::CompareFloat(Comparison::Eq), &[divisor, zero]);
        self.b.guard(Op::GuardFalse, &[is_zero], resume);
    }

    /// A comparison of them; false if it is not such a case. An int and a float compare exactly, not as floats.
    pub fn merged_comparison(&mut self, op: Compare) -> bool {
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if !self.are_merged(&left, &right) {
            return false;
        }
        let comparison = crate::compare::comparison(op);
        let (a, b) = (self.either(&left), self.either(&right));
        let floats = self.b.pure(Op::CompareFloat(comparison), &[a.float, b.float]);
        let ints = self.b.compare_int(comparison, a.int, b.int);
        let int_float = self.compare_int_float(comparison, crate::arithmetic::Number::Int(a.int), b.float);
        let float_int = self.compare_int_float(crate::compare::mirrored(comparison), crate::arithmetic::Number::Int(b.int), a.float);
        let if_float = self.b.pure(Op::Select(Ty::I1), &[b.is_float, floats, float_int]);
        let if_int = self.b.pure(Op::Select(Ty::I1), &[b.is_float, int_float, ints]);
        let result = self.b.pure(Op::Select(Ty::I1), &[a.is_float, if_float, if_int]);
        self.pop_n(2);
        self.push(Slot::Bool(result));
        true
    }
}
