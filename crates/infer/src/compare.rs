//! `< <= == != > >=`, `is`, `in`.

use crate::arithmetic::Number;
use crate::body::Body;
use crate::refusal::Step;
use bytecode::Compare;
use ir::{Comparison, Op, Slot, Value, Why};

impl Body<'_, '_> {
    /// On 3.13 the result may be wanted as a bool; natively it always is one, but for NumPy's.
    pub fn compare(&mut self, op: Compare, as_bool: bool) -> Step {
        if self.merged_comparison(op) || self.split_numbers(2)? || self.split_operands(2)? || self.split_objects(2)? {
            return Ok(());
        }
        if self.numpy_compare(op, as_bool) {
            return Ok(());
        }
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if let Some(result) = self.text_comparison(op, &left, &right) {
            self.drop_operands(2);
            self.push(Slot::Bool(result));
            return Ok(());
        }
        if self.instance_compare(op, &left, &right)? {
            return Ok(());
        }
        let Some(result) = self.comparison(op, &left, &right) else {
            return match (self.number(&left), self.number(&right)) {
                (Some(_), None) if right == Slot::None => self.leave(Why::Raises),
                (None, Some(_)) if left == Slot::None => self.leave(Why::Raises),
                _ => self.object_compare(op),
            };
        };
        self.pop_n(2);
        self.push(Slot::Bool(result));
        Ok(())
    }

    /// None where it raises, or where objects compare themselves.
    pub fn comparison(&mut self, op: Compare, left: &Slot<Value>, right: &Slot<Value>) -> Option<Value> {
        if let Some(equal) = self.complex_equal(left, right) {
            return match op {
                Compare::Eq => Some(equal),
                Compare::Ne => Some(self.b.pure(Op::NotBool, &[equal])),
                _ => None,
            };
        }
        if let (Some(a), Some(b)) = (self.number(left), self.number(right)) {
            return Some(self.compare_numbers(comparison(op), a, b));
        }
        if let Some(order) = self.tuple_order(op, left, right) {
            return Some(order);
        }
        let wanted = match op {
            Compare::Eq => true,
            Compare::Ne => false,
            _ => return None,
        };
        let equal = self.equal(left, right)?;
        Some(if wanted { equal } else { self.b.pure(Op::NotBool, &[equal]) })
    }

    /// `==` of values that compare without code of the user.
    fn equal(&mut self, left: &Slot<Value>, right: &Slot<Value>) -> Option<Value> {
        let is_number = |slot: &Slot<Value>| matches!(slot, Slot::Bool(_) | Slot::Int(_) | Slot::Uint(_) | Slot::Wide(_) | Slot::Float(_));
        match (left, right) {
            (Slot::None, Slot::None) => Some(self.b.bool(true)),
            (Slot::None, Slot::Tuple(_)) | (Slot::Tuple(_), Slot::None) => Some(self.b.bool(false)),
            (Slot::None, other) | (other, Slot::None) if is_number(other) => Some(self.b.bool(false)),
            (Slot::Tuple(_), other) | (other, Slot::Tuple(_)) if is_number(other) => Some(self.b.bool(false)),
            (Slot::Tuple(a), Slot::Tuple(b)) => {
                if a.len() != b.len() {
                    return Some(self.b.bool(false));
                }
                let mut all = self.b.bool(true);
                for (a, b) in a.iter().zip(b) {
                    let item = self.equal_items(a, b)?;
                    all = self.b.pure(Op::AndBool, &[all, item]);
                }
                Some(all)
            }
            _ => None,
        }
    }

    /// `==` of items of tuples.
    fn equal_items(&mut self, a: &Slot<Value>, b: &Slot<Value>) -> Option<Value> {
        // They are equal if they are the same object, which a NaN can be: only the interpreter knows.
        if let (Slot::Float(x), Slot::Float(y)) = (a, b) {
            for number in [x, y] {
                let resume = self.resume(Why::Types);
                let is_number = self.b.pure(Op::CompareFloat(Comparison::Eq), &[*number, *number]);
                self.b.guard(Op::GuardTrue, &[is_number], resume);
            }
        }
        match (self.number(a), self.number(b)) {
            (Some(a), Some(b)) => Some(self.compare_numbers(Comparison::Eq, a, b)),
            _ => self.equal(a, b),
        }
    }

    /// `<` and its like of tuples of numbers: the first items that are not equal decide, or the lengths.
    fn tuple_order(&mut self, op: Compare, left: &Slot<Value>, right: &Slot<Value>) -> Option<Value> {
        let (Slot::Tuple(a), Slot::Tuple(b)) = (left, right) else { return None };
        let decided = match op {
            Compare::Lt => a.len() < b.len(),
            Compare::Le => a.len() <= b.len(),
            Compare::Gt => a.len() > b.len(),
            Compare::Ge => a.len() >= b.len(),
            Compare::Eq | Compare::Ne => return None,
        };
        let pairs: Vec<(&Slot<Value>, &Slot<Value>)> = a.iter().zip(b).collect();
        if !pairs.iter().all(|(a, b)| self.number(a).is_some() && self.number(b).is_some()) {
            return None;
        }
        let mut result = self.b.bool(decided);
        for (a, b) in pairs.into_iter().rev() {
            let (x, y) = (self.number(a)?, self.number(b)?);
            let (equal, order) = (self.equal_items(a, b)?, self.compare_numbers(comparison(op), x, y));
            result = self.b.pure(Op::Select(ir::Ty::I1), &[equal, result, order]);
        }
        Some(result)
    }

    pub fn compare_numbers(&mut self, comparison: Comparison, a: Number, b: Number) -> Value {
        match (a, b) {
            (Number::Float(x), Number::Float(y)) => self.b.pure(Op::CompareFloat(comparison), &[x, y]),
            (Number::Int(x), Number::Int(y)) => self.b.compare_int(comparison, x, y),
            (Number::Uint(x), Number::Uint(y)) => self.b.pure(Op::CompareUint(comparison), &[x, y]),
            (Number::Float(x), other) => self.compare_int_float(mirrored(comparison), other, x),
            (other, Number::Float(y)) => self.compare_int_float(comparison, other, y),
            (a, b) => {
                let (x, y) = (self.as_wide(a), self.as_wide(b));
                self.b.pure(Op::CompareWide(comparison), &[x, y])
            }
        }
    }

    pub fn compare_int_float(&mut self, comparison: Comparison, int: Number, y: Value) -> Value {
        let int = self.as_int(int);
        if let Some(known) = self.b.known_int(int)
            && known.unsigned_abs() <= 1 << 53
        {
            let x = self.b.float(known as f64);
            return self.b.pure(Op::CompareFloat(comparison), &[x, y]);
        }
        let function = match comparison {
            Comparison::Lt => "lt.i64.f64",
            Comparison::Le => "le.i64.f64",
            Comparison::Eq => "eq.i64.f64",
            Comparison::Ne => "ne.i64.f64",
            Comparison::Gt => "gt.i64.f64",
            Comparison::Ge => "ge.i64.f64",
        };
        self.b.exact(function, &[int, y], None)[0]
    }

    pub fn is(&mut self, invert: bool) -> Step {
        if self.split_operands(2)? {
            return Ok(());
        }
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let same = match (&left, &right) {
            (Slot::None, Slot::None) => self.b.bool(true),
            (Slot::Known(a), Slot::Known(b)) if a == b => self.b.bool(true),
            // By whatever paths they were found.
            (Slot::Known(a), Slot::Known(b)) if self.class_known(*a).is_some() && self.class_known(*b).is_some() => {
                let is_same = self.class_known(*a) == self.class_known(*b);
                self.b.bool(is_same)
            }
            (Slot::Bool(a), Slot::Bool(b)) => {
                let differ = self.b.pure(Op::XorBool, &[*a, *b]);
                self.b.pure(Op::NotBool, &[differ])
            }
            (Slot::None | Slot::Bool(_), Slot::None | Slot::Bool(_) | Slot::Int(_) | Slot::Float(_) | Slot::Tuple(_))
            | (Slot::Int(_) | Slot::Float(_) | Slot::Tuple(_), Slot::None | Slot::Bool(_)) => self.b.bool(false),
            // Unboxed numbers have no identity: they are the same where they could be.
            (Slot::Int(a), Slot::Int(b)) => self.b.compare_int(Comparison::Eq, *a, *b),
            (Slot::Object(object) | Slot::Instance(_, object), Slot::None)
            | (Slot::None, Slot::Object(object) | Slot::Instance(_, object)) => self.object_is_none(*object),
            (
                Slot::Object(a) | Slot::Instance(_, a) | Slot::List(_, a) | Slot::Exact(_, a),
                Slot::Object(b) | Slot::Instance(_, b) | Slot::List(_, b) | Slot::Exact(_, b),
            ) => self.b.pure(Op::IsSameObject, &[*a, *b]),
            (Slot::List(..), Slot::None | Slot::Bool(_) | Slot::Int(_) | Slot::Float(_) | Slot::Tuple(_))
            | (Slot::None | Slot::Bool(_) | Slot::Int(_) | Slot::Float(_) | Slot::Tuple(_), Slot::List(..))
            | (Slot::Exact(..), Slot::None | Slot::Bool(_) | Slot::Int(_) | Slot::Float(_))
            | (Slot::None | Slot::Bool(_) | Slot::Int(_) | Slot::Float(_), Slot::Exact(..)) => self.b.bool(false),
            _ => return self.left_to_python("identity", format!("`is` of {} and {}", left.shape().describe(), right.shape().describe())),
        };
        let result = if invert { self.b.pure(Op::NotBool, &[same]) } else { same };
        for slot in self.pop_n(2) {
            self.b.drop_slot(&slot);
        }
        self.push(Slot::Bool(result));
        Ok(())
    }

    /// `item in (a, b, c)`, for ints and for constants that are no NaN.
    pub fn contains(&mut self, invert: bool) -> Step {
        if self.split_operands(2)? {
            return Ok(());
        }
        let [item, container] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if self.dict_contains(invert) || self.instance_contains(invert)? || self.list_contains(invert) || self.text_contains(invert) {
            return Ok(());
        }
        let Slot::Tuple(items) = &container else { return self.object_contains(invert) };
        if crate::state::owns_references(&item) || crate::state::owns_references(&container) {
            return self.object_contains(invert);
        }
        let mut found = self.b.bool(false);
        for candidate in items {
            let may_be_same_nan =
                matches!((&item, candidate), (Slot::Float(_), Slot::Float(v)) if self.b.known_float(*v).is_none_or(f64::is_nan));
            let equal = match (self.number(&item), self.number(candidate)) {
                _ if may_be_same_nan => None,
                (Some(a), Some(b)) => Some(self.compare_numbers(Comparison::Eq, a, b)),
                _ => self.equal(&item, candidate),
            };
            let Some(equal) = equal else {
                return self.left_to_python("object-operation", "`in` of a tuple of objects");
            };
            found = self.b.pure(Op::OrBool, &[found, equal]);
        }
        let result = if invert { self.b.pure(Op::NotBool, &[found]) } else { found };
        self.pop_n(2);
        self.push(Slot::Bool(result));
        Ok(())
    }
}

pub fn comparison(op: Compare) -> Comparison {
    match op {
        Compare::Lt => Comparison::Lt,
        Compare::Le => Comparison::Le,
        Compare::Eq => Comparison::Eq,
        Compare::Ne => Comparison::Ne,
        Compare::Gt => Comparison::Gt,
        Compare::Ge => Comparison::Ge,
    }
}

/// What holds of (b, a) where this holds of (a, b).
pub fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Lt => Comparison::Gt,
        Comparison::Le => Comparison::Ge,
        Comparison::Gt => Comparison::Lt,
        Comparison::Ge => Comparison::Le,
        same => same,
    }
}
