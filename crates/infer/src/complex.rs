//! Complex numbers, taken apart: CPython's own steps in its order, so that each bit is the same. Powers are its C code's.

use crate::arithmetic::Number;
use crate::body::Body;
use bytecode::{Binary, Unary};
use ir::{Comparison, Op, Slot, Ty, Value, Why};

type Parts = [Value; 2];

/// The parts of a complex constant, of which the marshalled bytes are known.
pub fn constant(marshalled: &[u8]) -> Option<[f64; 2]> {
    const COMPLEX: u8 = b'y';
    const IS_SHARED: u8 = 0x80;
    let (kind, parts) = marshalled.split_first()?;
    let part = |from: usize| parts.get(from..from + 8)?.try_into().ok().map(f64::from_le_bytes);
    (kind & !IS_SHARED == COMPLEX && parts.len() == 16).then_some([part(0)?, part(8)?])
}

impl Body<'_, '_> {
    /// A number as a complex one: a real one has an imaginary part of 0.0.
    fn as_complex(&mut self, slot: &Slot<Value>) -> Option<Parts> {
        if let Slot::Complex(parts) = slot {
            return Some(*parts);
        }
        let number = self.number(slot)?;
        Some([self.as_float(number), self.b.float(0.0)])
    }

    /// The operands of an operation that is done here, one of them complex.
    pub fn complex_operands(&mut self, op: Binary, left: &Slot<Value>, right: &Slot<Value>) -> Option<[Parts; 2]> {
        let is_complex = |slot: &Slot<Value>| matches!(slot, Slot::Complex(_));
        if !is_complex(left) && !is_complex(right) || !matches!(op, Binary::Add | Binary::Sub | Binary::Mul | Binary::TrueDiv) {
            return None;
        }
        Some([self.as_complex(left)?, self.as_complex(right)?])
    }

    pub fn complex_arithmetic(&mut self, op: Binary, [a, b]: [Parts; 2]) -> Slot<Value> {
        let ([a, a_im], [b, b_im]) = (a, b);
        Slot::Complex(match op {
            Binary::Add => [self.b.pure(Op::AddFloat, &[a, b]), self.b.pure(Op::AddFloat, &[a_im, b_im])],
            Binary::Sub => [self.b.pure(Op::SubFloat, &[a, b]), self.b.pure(Op::SubFloat, &[a_im, b_im])],
            Binary::Mul => {
                let [reals, imaginaries] = [[a, b], [a_im, b_im]].map(|pair| self.b.pure(Op::MulFloat, &pair));
                let [mixed, others] = [[a, b_im], [a_im, b]].map(|pair| self.b.pure(Op::MulFloat, &pair));
                [self.b.pure(Op::SubFloat, &[reals, imaginaries]), self.b.pure(Op::AddFloat, &[mixed, others])]
            }
            _ => self.complex_quotient([a, a_im], [b, b_im]),
        })
    }

    /// By the larger part of the divisor. Leaves for a divisor of zero, and for one with a NaN.
    fn complex_quotient(&mut self, [a, a_im]: Parts, [b, b_im]: Parts) -> Parts {
        let resume = self.resume(Why::Raises);
        let [size, size_im] = [b, b_im].map(|part| self.b.pure(Op::AbsFloat, &[part]));
        let by_real = self.b.pure(Op::CompareFloat(Comparison::Ge), &[size, size_im]);
        let by_imaginary = self.b.pure(Op::CompareFloat(Comparison::Ge), &[size_im, size]);
        let is_number = self.b.pure(Op::OrBool, &[by_real, by_imaginary]);
        self.b.guard(Op::GuardTrue, &[is_number], resume);
        let mut choose = |then: Value, other: Value| self.b.pure(Op::Select(Ty::F64), &[by_real, then, other]);
        let (large, small) = (choose(b, b_im), choose(b_im, b));
        // By the real part: (a + a_im * ratio, a_im - a * ratio); else (a * ratio + a_im, a_im * ratio - a).
        let (plain, scaled) = (choose(a, a_im), choose(a_im, a));
        let zero = self.b.float(0.0);
        let is_zero = self.b.pure(Op::CompareFloat(Comparison::Eq), &[large, zero]);
        self.b.guard(Op::GuardFalse, &[is_zero], resume);
        let ratio = self.b.pure(Op::DivFloat, &[small, large]);
        let rest = self.b.pure(Op::MulFloat, &[small, ratio]);
        let divisor = self.b.pure(Op::AddFloat, &[large, rest]);
        let part = self.b.pure(Op::MulFloat, &[scaled, ratio]);
        let real = self.b.pure(Op::AddFloat, &[plain, part]);
        let part = self.b.pure(Op::MulFloat, &[plain, ratio]);
        let one = self.b.pure(Op::SubFloat, &[scaled, part]);
        let other = self.b.pure(Op::SubFloat, &[part, scaled]);
        let imaginary = self.b.pure(Op::Select(Ty::F64), &[by_real, one, other]);
        [self.b.pure(Op::DivFloat, &[real, divisor]), self.b.pure(Op::DivFloat, &[imaginary, divisor])]
    }

    /// `- +`; None for what there is not.
    pub fn complex_unary(&mut self, op: Unary, parts: Parts) -> Option<Slot<Value>> {
        match op {
            Unary::Neg => Some(Slot::Complex(parts.map(|part| self.b.pure(Op::NegFloat, &[part])))),
            Unary::Pos => Some(Slot::Complex(parts)),
            _ => None,
        }
    }

    pub fn is_not_zero(&mut self, parts: Parts) -> Value {
        let zero = self.b.float(0.0);
        let [real, imaginary] = parts.map(|part| self.b.pure(Op::CompareFloat(Comparison::Ne), &[part, zero]));
        self.b.pure(Op::OrBool, &[real, imaginary])
    }

    /// `==`, where one of the two is complex and the other a number.
    pub fn complex_equal(&mut self, left: &Slot<Value>, right: &Slot<Value>) -> Option<Value> {
        let (parts, other) = match (left, right) {
            (Slot::Complex(parts), other) | (other, Slot::Complex(parts)) => (*parts, other),
            _ => return None,
        };
        let [real, imaginary] = match other {
            Slot::Complex(others) => [0, 1].map(|i| self.b.pure(Op::CompareFloat(Comparison::Eq), &[parts[i], others[i]])),
            other => {
                let number = self.number(other)?;
                let zero = self.b.float(0.0);
                let real = self.compare_numbers(Comparison::Eq, Number::Float(parts[0]), number);
                [real, self.b.pure(Op::CompareFloat(Comparison::Eq), &[parts[1], zero])]
            }
        };
        Some(self.b.pure(Op::AndBool, &[real, imaginary]))
    }

    /// Leaves where it is infinite or no number: the interpreter knows which, and what raises.
    pub fn complex_abs(&mut self, parts: Parts) -> Value {
        let resume = self.resume(Why::Raises);
        let size = self.runtime_value("py_complex_abs", &parts);
        let is_finite = self.b.exact("math.isfinite", &[size], None)[0];
        self.b.guard(Op::GuardTrue, &[is_finite], resume);
        size
    }

    /// [number] -> [its real or imaginary part]; false if it is looked up as any other attribute.
    pub fn complex_part(&mut self, name: &str) -> bool {
        let Some(Slot::Complex([real, imaginary])) = self.state.stack.last().cloned() else { return false };
        let part = match name {
            "real" => real,
            "imag" => imaginary,
            _ => return false,
        };
        self.pop();
        self.push(Slot::Float(part));
        true
    }

    /// `complex(real, imaginary)` of real numbers, and of one complex.
    pub fn complex_call(&mut self, arguments: &[Slot<Value>]) -> Option<Slot<Value>> {
        let parts = match arguments {
            [] => [self.b.float(0.0), self.b.float(0.0)],
            [one] => self.as_complex(one)?,
            [real, imaginary] => {
                let (real, imaginary) = (self.number(real)?, self.number(imaginary)?);
                [self.as_float(real), self.as_float(imaginary)]
            }
            _ => return None,
        };
        Some(Slot::Complex(parts))
    }
}
