//! Scalars of NumPy's, unboxed: what reading an element of an array gives.
//!
//! They are numbers of their own: what is computed with one is one, ints wrap, and where Python raises NumPy warns. So an operation is done
//! here where NumPy would say nothing of it, and leaves where it might: NumPy does it again then, and says what it has to say.

use crate::arithmetic::Number;
use crate::body::Body;
use crate::compare::comparison;
use crate::refusal::Step;
use bytecode::{Binary, Compare, Unary};
use ir::{Comparison, Dtype, Op, Slot, Value, Why};

/// Smaller results were rounded to fewer bits, which NumPy may be told to say.
const LEAST_NORMAL: f64 = f64::MIN_POSITIVE;
/// Quotients of which neither the division nor what comes of its rounding overflows or underflows.
const QUOTIENT_AT_MOST: f64 = 1e300;
const QUOTIENT_AT_LEAST: f64 = 1e-300;

pub fn is_numpy(slot: &Slot<Value>) -> bool {
    matches!(slot, Slot::NumPy(..))
}

fn is_bool(slot: &Slot<Value>) -> bool {
    matches!(slot, Slot::Bool(_) | Slot::NumPy(Dtype::Bool, _))
}

impl Body<'_, '_> {
    /// A number of 64 bits, Python's or NumPy's, a bool as the int that it is.
    pub fn any_number(&mut self, slot: &Slot<Value>) -> Option<Number> {
        match slot {
            Slot::NumPy(Dtype::Bool, v) => Some(Number::Int(self.b.pure(Op::BoolToInt, &[*v]))),
            Slot::Uint(_) | Slot::Wide(_) => None,
            other => self.real(other),
        }
    }

    /// A number as C code takes it that asks for a float or an index.
    pub fn real(&mut self, slot: &Slot<Value>) -> Option<Number> {
        match slot {
            Slot::NumPy(Dtype::Float64, v) => Some(Number::Float(*v)),
            Slot::NumPy(Dtype::Int64, v) => Some(Number::Int(*v)),
            other => self.number(other),
        }
    }

    /// [a, b] -> [a op b], where one of them is a scalar of NumPy's; false if none is.
    pub fn numpy_binary(&mut self, op: Binary) -> Step<bool> {
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if !is_numpy(&left) && !is_numpy(&right) {
            return Ok(false);
        }
        let are_floats = [&left, &right].iter().all(|slot| matches!(slot, Slot::Float(_) | Slot::NumPy(Dtype::Float64, _)));
        let result = match (self.any_number(&left), self.any_number(&right)) {
            (Some(_), Some(_)) if is_bool(&left) && is_bool(&right) => self.numpy_logic(op, &left, &right),
            (Some(Number::Int(a)), Some(Number::Int(b))) => {
                let has_numpy_bool = [&left, &right].iter().any(|slot| matches!(slot, Slot::NumPy(Dtype::Bool, _)));
                let is_plain = matches!(op, Binary::Add | Binary::Sub | Binary::Mul);
                if has_numpy_bool && !is_plain { None } else { self.numpy_ints(op, a, b) }
            }
            // NumPy does this as for arrays, and its powers of those have other bits.
            (Some(_), Some(_)) if op == Binary::Pow && [&left, &right].iter().any(|slot| matches!(slot, Slot::Float(_))) && !are_floats => {
                None
            }
            (Some(a), Some(b)) => {
                let (x, y) = (self.as_float(a), self.as_float(b));
                self.numpy_floats(op, x, y)
            }
            _ => None,
        };
        match result {
            Some(result) => {
                self.pop_n(2);
                self.push(result);
            }
            None => self.left_to_python("object-operation", "an operation of NumPy's")?,
        }
        Ok(true)
    }

    fn numpy_logic(&mut self, op: Binary, left: &Slot<Value>, right: &Slot<Value>) -> Option<Slot<Value>> {
        let op = match op {
            Binary::And => Op::AndBool,
            Binary::Or => Op::OrBool,
            Binary::Xor => Op::XorBool,
            _ => return None,
        };
        let [a, b] = [left, right].map(|slot| match slot {
            Slot::Bool(v) | Slot::NumPy(_, v) => *v,
            _ => unreachable!("both are bools"),
        });
        Some(Slot::NumPy(Dtype::Bool, self.b.pure(op, &[a, b])))
    }

    /// Leaves where the result wraps. Not for the reason of an overflow: in more bits it would be another number.
    fn numpy_ints(&mut self, op: Binary, a: Value, b: Value) -> Option<Slot<Value>> {
        let resume = self.resume(Why::Raises);
        let value = match op {
            Binary::TrueDiv => {
                let (x, y) = (self.b.int_to_float(a), self.b.int_to_float(b));
                return self.numpy_floats(op, x, y);
            }
            Binary::And => self.b.pure(Op::AndInt, &[a, b]),
            Binary::Or => self.b.pure(Op::OrInt, &[a, b]),
            Binary::Xor => self.b.pure(Op::XorInt, &[a, b]),
            Binary::Add => self.b.checked(Op::AddInt, &[a, b], resume),
            Binary::Sub => self.b.checked(Op::SubInt, &[a, b], resume),
            Binary::Mul => self.b.checked(Op::MulInt, &[a, b], resume),
            Binary::FloorDiv => self.b.exact("floordiv.i64", &[a, b], Some(resume))[0],
            Binary::Mod => self.b.exact("mod.i64", &[a, b], Some(resume))[0],
            Binary::LShift => self.b.exact("shl.i64", &[a, b], Some(resume))[0],
            Binary::RShift => self.b.exact("shr.i64", &[a, b], Some(resume))[0],
            Binary::Pow => self.b.exact("pow.i64", &[a, b], Some(resume))[0],
            _ => return None,
        };
        Some(Slot::NumPy(Dtype::Int64, value))
    }

    fn numpy_floats(&mut self, op: Binary, x: Value, y: Value) -> Option<Slot<Value>> {
        let resume = self.resume(Why::Raises);
        let (compute, look) = match op {
            Binary::Add => (Op::AddFloat, Op::QuietSum),
            Binary::Sub => (Op::SubFloat, Op::QuietSum),
            Binary::Mul => (Op::MulFloat, Op::QuietProduct),
            Binary::TrueDiv => (Op::DivFloat, Op::QuietQuotient),
            Binary::FloorDiv | Binary::Mod => {
                self.guard_quotient(x, y, resume);
                let name = if op == Binary::Mod { "mod.f64" } else { "floordiv.f64" };
                return Some(Slot::NumPy(Dtype::Float64, self.b.exact(name, &[x, y], Some(resume))[0]));
            }
            Binary::Pow => {
                let value = self.float_power(x, y, resume);
                self.guard_power(x, y, value, resume);
                return Some(Slot::NumPy(Dtype::Float64, value));
            }
            _ => return None,
        };
        let y = if self.is_neutral(op, y) { self.b.pure(Op::Opaque, &[y]) } else { y };
        let x = if matches!(op, Binary::Add | Binary::Mul) && self.is_neutral(op, x) { self.b.pure(Op::Opaque, &[x]) } else { x };
        let value = self.b.pure(compute, &[x, y]);
        self.b.guard(look, &[x, y, value], resume);
        Some(Slot::NumPy(Dtype::Float64, value))
    }

    /// Whether LLVM would take the other operand for the result: a NaN in it that signals is one that doesn't in the result.
    fn is_neutral(&self, op: Binary, operand: Value) -> bool {
        self.b.known_float(operand).is_some_and(|value| match op {
            Binary::Add => value == 0.0 && value.is_sign_negative(),
            Binary::Sub => value == 0.0 && value.is_sign_positive(),
            _ => value.abs() == 1.0,
        })
    }

    /// Leaves unless the quotient is of a common size, or of zero.
    fn guard_quotient(&mut self, x: Value, y: Value, resume: ir::ResumeId) {
        let zero = self.b.float(0.0);
        let divides = self.b.pure(Op::CompareFloat(Comparison::Ne), &[y, zero]);
        let quotient = self.b.pure(Op::DivFloat, &[x, y]);
        let size = self.b.pure(Op::AbsFloat, &[quotient]);
        let (least, most) = (self.b.float(QUOTIENT_AT_LEAST), self.b.float(QUOTIENT_AT_MOST));
        let is_small_enough = self.b.pure(Op::CompareFloat(Comparison::Lt), &[size, most]);
        let is_large_enough = self.b.pure(Op::CompareFloat(Comparison::Gt), &[size, least]);
        let is_of_zero = self.b.pure(Op::CompareFloat(Comparison::Eq), &[x, zero]);
        // An infinite divisor gives a quotient of zero.
        let is_common = self.b.pure(Op::OrBool, &[is_large_enough, is_of_zero]);
        let is_finite = self.b.exact("math.isfinite", &[y], None)[0];
        for condition in [divides, is_small_enough, is_common, is_finite] {
            self.b.guard(Op::GuardTrue, &[condition], resume);
        }
    }

    /// Leaves unless the power is a normal number, or one of zero that is zero.
    fn guard_power(&mut self, x: Value, y: Value, power: Value, resume: ir::ResumeId) {
        let size = self.b.pure(Op::AbsFloat, &[power]);
        let (least, most, zero) = (self.b.float(LEAST_NORMAL), self.b.float(f64::INFINITY), self.b.float(0.0));
        let is_large_enough = self.b.pure(Op::CompareFloat(Comparison::Ge), &[size, least]);
        let is_finite = self.b.pure(Op::CompareFloat(Comparison::Lt), &[size, most]);
        let is_normal = self.b.pure(Op::AndBool, &[is_large_enough, is_finite]);
        let is_of_zero = self.b.pure(Op::CompareFloat(Comparison::Eq), &[x, zero]);
        let is_natural = self.b.pure(Op::CompareFloat(Comparison::Gt), &[y, zero]);
        let is_zero = self.b.pure(Op::AndBool, &[is_of_zero, is_natural]);
        let is_quiet = self.b.pure(Op::OrBool, &[is_normal, is_zero]);
        self.b.guard(Op::GuardTrue, &[is_quiet], resume);
    }

    /// `- + ~` of a scalar of NumPy's; None where it is NumPy's to do.
    pub fn numpy_unary(&mut self, op: Unary, slot: &Slot<Value>) -> Option<Slot<Value>> {
        let Slot::NumPy(dtype, v) = slot else { return None };
        let value = match (op, dtype) {
            (Unary::Pos, Dtype::Float64 | Dtype::Int64) => *v,
            (Unary::Neg, Dtype::Float64) => self.b.pure(Op::NegFloat, &[*v]),
            (Unary::Neg, Dtype::Int64) => {
                let resume = self.resume(Why::Raises);
                let zero = self.b.int(0);
                self.b.checked(Op::SubInt, &[zero, *v], resume)
            }
            (Unary::Invert, Dtype::Int64) => {
                let ones = self.b.int(-1);
                self.b.pure(Op::XorInt, &[*v, ones])
            }
            (Unary::Invert, Dtype::Bool) => self.b.pure(Op::NotBool, &[*v]),
            _ => return None,
        };
        Some(Slot::NumPy(*dtype, value))
    }

    /// [a, b] -> [a op b], where one of them is a scalar of NumPy's; false if none is, or where NumPy has to do it.
    pub fn numpy_compare(&mut self, op: Compare, as_bool: bool) -> bool {
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if !is_numpy(&left) && !is_numpy(&right) {
            return false;
        }
        let Some(value) = self.compare_with_numpy(op, &left, &right) else { return false };
        self.pop_n(2);
        self.push(if as_bool { Slot::Bool(value) } else { Slot::NumPy(Dtype::Bool, value) });
        true
    }

    /// `a op b`, where one of them is a scalar of NumPy's: ints and floats compare as floats.
    pub fn compare_with_numpy(&mut self, op: Compare, left: &Slot<Value>, right: &Slot<Value>) -> Option<Value> {
        Some(match (self.any_number(left)?, self.any_number(right)?) {
            (Number::Int(a), Number::Int(b)) => self.b.compare_int(comparison(op), a, b),
            (a, b) => {
                let (x, y) = (self.as_float(a), self.as_float(b));
                self.b.pure(Op::CompareFloat(comparison(op)), &[x, y])
            }
        })
    }
}
