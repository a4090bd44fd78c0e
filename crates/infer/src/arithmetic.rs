//! `+ - * / // % ** << >> & | ^`, unary operators and truth, for numbers.

use crate::body::Body;
use crate::control::{Truth, VALUES_AT_MOST};
use crate::refusal::Step;
use bytecode::{Binary, Const, OpKind, Unary};
use ir::{Comparison, Dtype, Kind, Op, ResumeId, Slot, Value, Why};

/// A number, with `bool` counted as the int that it is in arithmetic.
#[derive(Clone, Copy)]
pub enum Number {
    Int(Value),
    Uint(Value),
    Wide(Value),
    Float(Value),
}

impl Body<'_, '_> {
    pub fn number(&mut self, slot: &Slot<Value>) -> Option<Number> {
        Some(match slot {
            Slot::Bool(v) => Number::Int(self.bool_to_int(*v)),
            Slot::Int(v) => Number::Int(*v),
            Slot::Uint(v) => Number::Uint(*v),
            Slot::Wide(v) => Number::Wide(*v),
            Slot::Float(v) => Number::Float(*v),
            _ => return None,
        })
    }

    fn bool_to_int(&mut self, value: Value) -> Value {
        match self.b.known_bool(value) {
            Some(known) => self.b.int(known.into()),
            None => self.b.pure(Op::BoolToInt, &[value]),
        }
    }

    pub fn as_wide(&mut self, number: Number) -> Value {
        match number {
            Number::Wide(v) => v,
            Number::Int(v) | Number::Uint(v) if self.b.known_int(v).is_some() => {
                let known = self.b.known_int(v).expect("just looked");
                self.b.wide(known)
            }
            Number::Int(v) => self.b.pure(Op::IntToWide, &[v]),
            Number::Uint(v) => self.b.pure(Op::UintToWide, &[v]),
            Number::Float(_) => unreachable!("floats are not widened to ints"),
        }
    }

    /// As a 64-bit int; leaves where a wide one doesn't fit.
    pub fn as_int(&mut self, number: Number) -> Value {
        match number {
            Number::Int(v) => v,
            other => {
                let resume = self.resume(Why::Overflow);
                let wide = self.as_wide(other);
                self.b.checked(Op::NarrowWide, &[wide], resume)
            }
        }
    }

    pub fn as_float(&mut self, number: Number) -> Value {
        match number {
            Number::Float(v) => v,
            Number::Uint(v) => self.b.pure(Op::UintToFloat, &[v]),
            other => {
                let int = self.as_int(other);
                self.b.int_to_float(int)
            }
        }
    }

    /// The int that a number is known to be at compile time.
    fn known(&self, number: Number) -> Option<i128> {
        match number {
            Number::Int(v) | Number::Uint(v) | Number::Wide(v) => self.b.known_int(v),
            Number::Float(_) => None,
        }
    }

    pub fn binary(&mut self, op: Binary, inplace: bool) -> Step {
        if self.handling.is_some() && self.exact_sum(op) {
            return Ok(());
        }
        let gives_bools = matches!(op, Binary::And | Binary::Or | Binary::Xor);
        if self.merged_arithmetic(op)? || !gives_bools && self.split_numbers(2)? || self.split_operands(2)? || self.split_objects(2)? {
            return Ok(());
        }
        if self.numpy_binary(op)? {
            return Ok(());
        }
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if let Some(operands) = self.complex_operands(op, &left, &right) {
            let result = self.complex_arithmetic(op, operands);
            self.pop_n(2);
            self.push(result);
            return Ok(());
        }
        let result = match (&left, &right) {
            (Slot::Bool(a), Slot::Bool(b)) if matches!(op, Binary::And | Binary::Or | Binary::Xor) => {
                let op = match op {
                    Binary::And => Op::AndBool,
                    Binary::Or => Op::OrBool,
                    _ => Op::XorBool,
                };
                Some(Slot::Bool(self.b.pure(op, &[*a, *b])))
            }
            (Slot::Tuple(a), Slot::Tuple(b)) if op == Binary::Add && left.values().len() + right.values().len() <= VALUES_AT_MOST => {
                Some(Slot::Tuple(a.iter().chain(b).cloned().collect()))
            }
            _ => match (self.number(&left), self.number(&right)) {
                (Some(a), Some(b)) => self.arithmetic(op, a, b)?,
                (Some(_), None) if right == Slot::None => return self.leave(Why::Raises),
                (None, Some(_)) if left == Slot::None => return self.leave(Why::Raises),
                _ if self.split_classes(self.state.stack.len() - 2, Some(&crate::operator::operator_method(op)))? => return Ok(()),
                _ => {
                    let list = match (op, &left, &right) {
                        (Binary::Mul, Slot::List(of, _), Slot::Int(_)) => Some(of.clone()),
                        _ => None,
                    };
                    if self.instance_binary(op, inplace, &left, &right)? || self.text_binary(op)? || self.list_binary(op, inplace)? {
                        return Ok(());
                    }
                    self.object_binary(op, inplace)?;
                    if let Some(elem) = list {
                        self.known_as_list(elem);
                    }
                    return Ok(());
                }
            },
        };
        let Some(result) = result else { return Ok(()) };
        self.pop_n(2);
        self.push(result);
        Ok(())
    }

    /// None if the block ended because only the interpreter can do it.
    pub fn arithmetic(&mut self, op: Binary, a: Number, b: Number) -> Step<Option<Slot<Value>>> {
        if matches!(a, Number::Float(_)) || matches!(b, Number::Float(_)) {
            return self.float_arithmetic(op, a, b);
        }
        if op == Binary::TrueDiv {
            if let (Number::Uint(x), Some(divisor)) = (a, self.known(b))
                && divisor > 0
                && divisor.count_ones() == 1
            {
                // Rounded once, when it becomes a float: the division only changes the exponent.
                let x = self.b.pure(Op::UintToFloat, &[x]);
                let divisor = self.b.float(divisor as f64);
                return Ok(Some(Slot::Float(self.b.pure(Op::DivFloat, &[x, divisor]))));
            }
            let (a, b) = (self.as_int(a), self.as_int(b));
            let resume = self.resume(Why::Raises);
            return Ok(Some(Slot::Float(self.b.exact("truediv.i64", &[a, b], Some(resume))[0])));
        }
        if let (Number::Int(x), Number::Int(y)) = (a, b)
            && !self.is_wide_site(op)
        {
            return self.int_arithmetic(op, x, y);
        }
        self.wide_arithmetic(op, a, b)
    }

    /// Whether the result of this operation on ints is better computed in 128 bits: it outgrew 64 before, or it is about to be masked.
    fn is_wide_site(&self, op: Binary) -> bool {
        if !matches!(op, Binary::Add | Binary::Sub | Binary::Mul | Binary::LShift) {
            return false;
        }
        if self.is_wide_place() {
            return true;
        }
        let next = self.op.0 as usize + 1;
        match self.info.hir.ops.get(next..next + 2) {
            Some([constant, masking]) => {
                let OpKind::LoadConst(index) = constant.kind else { return false };
                let masks = match (&masking.kind, &self.info.code.consts[index as usize]) {
                    (OpKind::Binary { op: Binary::And, .. }, Const::Int(mask)) => *mask >= 0,
                    (OpKind::Binary { op: Binary::Mod, .. }, Const::Int(modulus)) => *modulus > 0 && modulus.count_ones() == 1,
                    (OpKind::Binary { op: Binary::And | Binary::Mod, .. }, Const::Wide(_)) => true,
                    _ => false,
                };
                masks && op != Binary::LShift
            }
            _ => false,
        }
    }

    /// Whether a guess about the current operation failed before.
    pub fn is_wide_place(&self) -> bool {
        self.is_wide_at(self.current().place.unwrap_or(u32::MAX))
    }

    pub fn is_wide_at(&self, offset: u32) -> bool {
        self.failures_at(offset) > 0
    }

    /// So many guesses about the operation at this place have failed.
    pub fn failures_at(&self, offset: u32) -> u8 {
        self.unit.options.guesses.failed.get(&(self.info.fingerprint, offset)).copied().unwrap_or(0)
    }

    fn int_arithmetic(&mut self, op: Binary, x: Value, y: Value) -> Step<Option<Slot<Value>>> {
        if op == Binary::Pow {
            return self.int_power(x, y);
        }
        let pure = match op {
            Binary::And => Some(Op::AndInt),
            Binary::Or => Some(Op::OrInt),
            Binary::Xor => Some(Op::XorInt),
            _ => None,
        };
        if let Some(op) = pure {
            return Ok(Some(Slot::Int(self.b.pure(op, &[x, y]))));
        }
        // More bits help neither against a division by zero nor against a negative count.
        let why = if matches!(op, Binary::FloorDiv | Binary::Mod | Binary::RShift) { Why::Raises } else { Why::Overflow };
        let resume = self.resume(why);
        let value = match op {
            Binary::Add => self.b.checked(Op::AddInt, &[x, y], resume),
            Binary::Sub => self.b.checked(Op::SubInt, &[x, y], resume),
            Binary::Mul => self.b.checked(Op::MulInt, &[x, y], resume),
            Binary::FloorDiv => self.b.exact("floordiv.i64", &[x, y], Some(resume))[0],
            Binary::Mod => self.b.exact("mod.i64", &[x, y], Some(resume))[0],
            Binary::LShift => self.b.exact("shl.i64", &[x, y], Some(resume))[0],
            Binary::RShift => self.b.exact("shr.i64", &[x, y], Some(resume))[0],
            _ => {
                self.leave(Why::Raises)?;
                return Ok(None);
            }
        };
        Ok(Some(Slot::Int(value)))
    }

    fn int_power(&mut self, x: Value, y: Value) -> Step<Option<Slot<Value>>> {
        if self.b.known_int(y).is_some_and(|exponent| exponent < 0) {
            // As `int.__pow__` does: both are made floats.
            let (x, y) = (Number::Float(self.b.int_to_float(x)), Number::Float(self.b.int_to_float(y)));
            return self.float_arithmetic(Binary::Pow, x, y);
        }
        let resume = self.resume(Why::Overflow);
        Ok(Some(Slot::Int(self.b.exact("pow.i64", &[x, y], Some(resume))[0])))
    }

    fn wide_arithmetic(&mut self, op: Binary, a: Number, b: Number) -> Step<Option<Slot<Value>>> {
        // A mask, or a modulus that is a power of two, decides how many bits are left.
        let mask = match (op, self.known(b), self.known(a)) {
            (Binary::And, Some(mask), _) | (Binary::And, _, Some(mask)) if mask >= 0 => Some(mask),
            (Binary::Mod, Some(modulus), _) if modulus > 0 && modulus.count_ones() == 1 => Some(modulus - 1),
            _ => None,
        };
        let left = self.as_wide(a);
        if let Some(mask) = mask {
            let other = match (op, self.known(b)) {
                (Binary::And, None) => self.as_wide(b),
                _ => left,
            };
            return Ok(Some(self.masked(other, mask)));
        }
        if let (Number::Uint(x), Number::Uint(y)) = (a, b) {
            let result = match op {
                Binary::And => Some(Op::AndInt),
                Binary::Or => Some(Op::OrInt),
                Binary::Xor => Some(Op::XorInt),
                _ => None,
            };
            if let Some(op) = result {
                return Ok(Some(Slot::Uint(self.b.pure(op, &[x, y]))));
            }
        }
        match (op, a, self.known(b)) {
            (Binary::RShift, Number::Uint(x), Some(count)) if (1..64).contains(&count) => {
                let count = self.b.int(count as i64);
                return Ok(Some(Slot::Int(self.b.pure(Op::ShrUint, &[x, count]))));
            }
            (Binary::RShift, _, Some(count)) if (0..128).contains(&count) => {
                let count = self.b.wide(count);
                return Ok(Some(Slot::Wide(self.b.pure(Op::ShrWide, &[left, count]))));
            }
            (Binary::LShift, _, Some(count)) if (0..126).contains(&count) => {
                let factor = self.b.wide(1 << count);
                let resume = self.resume(Why::Overflow);
                return Ok(Some(Slot::Wide(self.b.checked(Op::MulWide, &[left, factor], resume))));
            }
            (Binary::FloorDiv | Binary::Mod, Number::Uint(x), Some(divisor)) if (1..1 << 63).contains(&divisor) => {
                let divisor = self.b.int(divisor as i64);
                return Ok(Some(match op {
                    Binary::Mod => Slot::Int(self.b.pure(Op::RemUint, &[x, divisor])),
                    _ => Slot::Uint(self.b.pure(Op::DivUint, &[x, divisor])),
                }));
            }
            _ => {}
        }
        let op = match op {
            Binary::Add => Op::AddWide,
            Binary::Sub => Op::SubWide,
            Binary::Mul => Op::MulWide,
            Binary::And => Op::AndWide,
            Binary::Or => Op::OrWide,
            Binary::Xor => Op::XorWide,
            _ => {
                // Rare on wide ints: in 64 bits where they fit.
                let (x, y) = (self.as_int(a), self.as_int(b));
                return self.int_arithmetic(op, x, y);
            }
        };
        let right = self.as_wide(b);
        let value = match op.effect() {
            ir::Effect::Pure => self.b.pure(op, &[left, right]),
            _ => {
                let resume = self.resume(Why::Overflow);
                self.b.checked(op, &[left, right], resume)
            }
        };
        Ok(Some(Slot::Wide(value)))
    }

    fn masked(&mut self, value: Value, mask: i128) -> Slot<Value> {
        let mask_value = self.b.wide(mask);
        let wide = self.b.pure(Op::AndWide, &[value, mask_value]);
        match () {
            () if mask <= i64::MAX.into() => Slot::Int(self.b.pure(Op::WideToInt, &[wide])),
            () if mask <= u64::MAX.into() => Slot::Uint(self.b.pure(Op::WideToInt, &[wide])),
            () => Slot::Wide(wide),
        }
    }

    fn float_arithmetic(&mut self, op: Binary, a: Number, b: Number) -> Step<Option<Slot<Value>>> {
        let (x, y) = (self.as_float(a), self.as_float(b));
        let value = match op {
            Binary::Add => self.b.pure(Op::AddFloat, &[x, y]),
            Binary::Sub => self.b.pure(Op::SubFloat, &[x, y]),
            Binary::Mul => self.b.pure(Op::MulFloat, &[x, y]),
            Binary::TrueDiv => {
                if self.b.known_float(y).is_none_or(|divisor| divisor == 0.0) {
                    let resume = self.resume(Why::Raises);
                    let zero = self.b.float(0.0);
                    let is_zero = self.b.pure(Op::CompareFloat(Comparison::Eq), &[y, zero]);
                    self.b.guard(Op::GuardFalse, &[is_zero], resume);
                }
                self.b.pure(Op::DivFloat, &[x, y])
            }
            Binary::FloorDiv | Binary::Mod => {
                let resume = self.resume(Why::Raises);
                let name = if op == Binary::Mod { "mod.f64" } else { "floordiv.f64" };
                self.b.exact(name, &[x, y], Some(resume))[0]
            }
            Binary::Pow => {
                let resume = self.resume(Why::Raises);
                self.float_power(x, y, resume)
            }
            _ => {
                self.leave(Why::Raises)?;
                return Ok(None);
            }
        };
        Ok(Some(Slot::Float(value)))
    }

    /// Leaves where the power raises, or is no float.
    pub fn float_power(&mut self, x: Value, y: Value, resume: ResumeId) -> Value {
        let small = self.b.known_float(y).filter(|_| self.unit.options.small_powers).and_then(power_function);
        match small {
            Some(name) => self.b.exact(name, &[x], Some(resume))[0],
            None => self.b.exact("pow.f64", &[x, y], Some(resume))[0],
        }
    }

    pub fn unary(&mut self, op: Unary) -> Step {
        if self.split_operands(1)? || op != Unary::Not && self.split_objects(1)? || op == Unary::Not && self.settle_truth()? {
            return Ok(());
        }
        let slot = self.state.stack[self.state.stack.len() - 1].clone();
        if op == Unary::Not {
            let Some(truth) = self.truth(&slot) else {
                return self.left_to_python("object-operation", "`not` of an object");
            };
            let result = match truth {
                Truth::Known(known) => self.b.bool(!known),
                Truth::Value(value) => self.b.pure(Op::NotBool, &[value]),
            };
            self.pop();
            self.b.drop_slot(&slot);
            self.push(Slot::Bool(result));
            return Ok(());
        }
        if let Slot::Complex(parts) = slot
            && let Some(result) = self.complex_unary(op, parts)
        {
            self.pop();
            self.push(result);
            return Ok(());
        }
        if let Some(result) = self.numpy_unary(op, &slot) {
            self.pop();
            self.push(result);
            return Ok(());
        }
        if self.instance_unary(op, &slot)? {
            return Ok(());
        }
        let Some(number) = self.number(&slot) else { return self.object_unary(op) };
        let zero = 0;
        let result = match (op, number) {
            (Unary::Pos, Number::Int(v)) => Slot::Int(v),
            (Unary::Pos, Number::Uint(v)) => Slot::Uint(v),
            (Unary::Pos, Number::Wide(v)) => Slot::Wide(v),
            (Unary::Pos, Number::Float(v)) => Slot::Float(v),
            (Unary::Neg, Number::Float(v)) => Slot::Float(self.b.pure(Op::NegFloat, &[v])),
            (Unary::Neg, Number::Int(v)) => {
                let resume = self.resume(Why::Overflow);
                let zero = self.b.int(zero);
                Slot::Int(self.b.checked(Op::SubInt, &[zero, v], resume))
            }
            (Unary::Neg, wide @ (Number::Uint(_) | Number::Wide(_))) => {
                let wide = self.as_wide(wide);
                let resume = self.resume(Why::Overflow);
                let zero = self.b.wide(0);
                Slot::Wide(self.b.checked(Op::SubWide, &[zero, wide], resume))
            }
            (Unary::Invert, Number::Int(v)) => {
                if matches!(slot, Slot::Bool(_)) && self.info.code.minor >= 12 {
                    // ~True warns there.
                    return self.leave(Why::Raises);
                }
                let ones = self.b.int(-1);
                Slot::Int(self.b.pure(Op::XorInt, &[v, ones]))
            }
            (Unary::Invert, wide @ (Number::Uint(_) | Number::Wide(_))) => {
                let wide = self.as_wide(wide);
                let ones = self.b.wide(-1);
                Slot::Wide(self.b.pure(Op::XorWide, &[wide, ones]))
            }
            (Unary::Invert, Number::Float(_)) | (Unary::Not, _) => return self.leave(Why::Raises),
        };
        self.pop();
        self.push(result);
        Ok(())
    }

    /// `bool(slot)`; None for what isn't known to be without a `__bool__` of its own.
    pub fn truth(&mut self, slot: &Slot<Value>) -> Option<Truth> {
        let known = match slot {
            Slot::Bool(v) | Slot::NumPy(Dtype::Bool, v) => return Some(self.b.known_bool(*v).map_or(Truth::Value(*v), Truth::Known)),
            Slot::Int(v) | Slot::Uint(v) | Slot::NumPy(Dtype::Int64, v) => match self.b.known_int(*v) {
                Some(known) => known != 0,
                None => {
                    let zero = self.b.int(0);
                    return Some(Truth::Value(self.b.compare_int(Comparison::Ne, *v, zero)));
                }
            },
            Slot::Wide(v) => {
                let zero = self.b.wide(0);
                return Some(Truth::Value(self.b.pure(Op::CompareWide(Comparison::Ne), &[*v, zero])));
            }
            Slot::Float(v) | Slot::NumPy(Dtype::Float64, v) => {
                let zero = self.b.float(0.0);
                return Some(Truth::Value(self.b.pure(Op::CompareFloat(Comparison::Ne), &[*v, zero])));
            }
            Slot::Complex(parts) => return Some(Truth::Value(self.is_not_zero(*parts))),
            Slot::None => false,
            Slot::Tuple(items) => !items.is_empty(),
            Slot::Range([start, stop, step]) => {
                let length = self.range_length(*start, *stop, *step);
                let zero = self.b.int(0);
                return Some(Truth::Value(self.b.compare_int(Comparison::Ne, length, zero)));
            }
            Slot::Exact(
                Kind::Str | Kind::Tuple(_) | Kind::Row(_) | Kind::Dict(_) | Kind::Bytes | Kind::ByteArray | Kind::Array(_),
                object,
            ) => {
                let (length, zero) = (self.b.pure(Op::Length, &[*object]), self.b.int(0));
                return Some(Truth::Value(self.b.compare_int(Comparison::Ne, length, zero)));
            }
            Slot::List(_, list) => {
                let (length, zero) = (self.list_length(*list), self.b.int(0));
                return Some(Truth::Value(self.b.compare_int(Comparison::Ne, length, zero)));
            }
            Slot::Instance(class, v) => return Some(self.instance_truth(*class, *v)),
            Slot::Object(_) | Slot::Known(_) | Slot::Exact(..) => return self.object_truth(slot).map(Truth::Value),
            _ => return None,
        };
        Some(Truth::Known(known))
    }

    pub fn bool_on_stack(&mut self) -> Step {
        let slot = self.state.stack[self.state.stack.len() - 1].clone();
        let Some(truth) = self.truth(&slot) else {
            return self.left_to_python("object-operation", "the truth of an object");
        };
        let value = match truth {
            Truth::Known(known) => self.b.bool(known),
            Truth::Value(value) => value,
        };
        self.pop();
        self.b.drop_slot(&slot);
        self.push(Slot::Bool(value));
        Ok(())
    }
}

/// The function for a power that has a proved fast path.
fn power_function(exponent: f64) -> Option<&'static str> {
    let functions = [
        (2.0, "pow2.f64"),
        (3.0, "pow3.f64"),
        (4.0, "pow4.f64"),
        (5.0, "pow5.f64"),
        (6.0, "pow6.f64"),
        (-1.0, "pow_1.f64"),
        (-2.0, "pow_2.f64"),
        (0.5, "pow_half.f64"),
        (-0.5, "pow_mhalf.f64"),
        (1.5, "pow_3half.f64"),
    ];
    functions.iter().find(|(known, _)| *known == exponent).map(|(_, name)| *name)
}
