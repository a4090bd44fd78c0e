//! The operations that only compute.

use super::{Bits, exact};
use crate::{Comparison, Op};

/// The result of an operation (anything, if it has none); None where it leaves.
pub fn compute(op: &Op, args: &[Bits]) -> Option<Bits> {
    let uint = |index: usize| args[index] as u64;
    let int = |index: usize| args[index] as i64;
    let wide = |index: usize| args[index] as i128;
    let float = |index: usize| f64::from_bits(args[index] as u64);
    Some(match op {
        Op::ConstBool(value) => (*value).into(),
        Op::ConstInt(value) => of_int(*value),
        Op::ConstWide(value) => *value as Bits,
        Op::ConstFloat(bits) => (*bits).into(),
        Op::CompareInt(c) => c.holds(int(0), int(1)).into(),
        Op::CompareUint(c) => c.holds(uint(0), uint(1)).into(),
        Op::CompareWide(c) => c.holds(wide(0), wide(1)).into(),
        // False where an operand is a NaN, but for `!=`.
        Op::CompareFloat(c) => c.holds(float(0), float(1)).into(),
        Op::Select(_) => args[if args[0] != 0 { 1 } else { 2 }],
        Op::Exact(function) => return exact::call(function, args),
        Op::ExactFails(function) => exact::call(function, args).is_none().into(),
        Op::ExactValue(function) => exact::call(function, args).unwrap_or(0),
        Op::AddInt => of_int(int(0).checked_add(int(1))?),
        Op::SubInt => of_int(int(0).checked_sub(int(1))?),
        Op::MulInt => of_int(int(0).checked_mul(int(1))?),
        Op::WrapAddInt => uint(0).wrapping_add(uint(1)).into(),
        Op::WrapSubInt => uint(0).wrapping_sub(uint(1)).into(),
        Op::ArrayAt => uint(0).wrapping_add(uint(1).wrapping_mul(uint(2))).into(),
        Op::AddWide => wide(0).checked_add(wide(1))? as Bits,
        Op::SubWide => wide(0).checked_sub(wide(1))? as Bits,
        Op::MulWide => multiply_wide(wide(0), wide(1))? as Bits,
        Op::AddOverflows => int(0).checked_add(int(1)).is_none().into(),
        Op::SubOverflows => int(0).checked_sub(int(1)).is_none().into(),
        Op::MulOverflows => int(0).checked_mul(int(1)).is_none().into(),
        Op::AndInt | Op::AndWide | Op::AndBool => args[0] & args[1],
        Op::OrInt | Op::OrWide | Op::OrBool => args[0] | args[1],
        Op::XorInt | Op::XorWide | Op::XorBool => args[0] ^ args[1],
        Op::NotBool => args[0] ^ 1,
        Op::ShrWide => (wide(0) >> wide(1)) as Bits,
        Op::ShrUint => (uint(0) >> uint(1)).into(),
        Op::DivUint => (uint(0) / uint(1)).into(),
        Op::RemUint => (uint(0) % uint(1)).into(),
        Op::AddFloat => of_float(float(0) + float(1)),
        Op::SubFloat => of_float(float(0) - float(1)),
        Op::MulFloat => of_float(float(0) * float(1)),
        Op::DivFloat => of_float(float(0) / float(1)),
        Op::NegFloat => of_float(-float(0)),
        Op::AbsFloat => of_float(float(0).abs()),
        Op::IntToFloat => of_float(int(0) as f64),
        Op::UintToFloat => of_float(int(0) as u64 as f64),
        Op::IntToWide => i128::from(int(0)) as Bits,
        Op::UintToWide | Op::WideToInt => uint(0).into(),
        Op::NarrowWide => of_int(i64::try_from(wide(0)).ok()?),
        Op::BoolToInt | Op::FloatToBits | Op::BitsToFloat | Op::ObjectToBits | Op::BitsToObject => args[0],
        Op::BitsToBool => args[0] & 1,
        Op::IsSameObject => (args[0] == args[1]).into(),
        Op::GuardTrue => (args[0] != 0).then_some(0)?,
        Op::GuardFalse => (args[0] == 0).then_some(0)?,
        Op::ConstObject(_)
        | Op::LoadScalar { .. }
        | Op::Runtime(_)
        | Op::Call(_)
        | Op::CallOut
        | Op::Tick
        | Op::Safepoint
        | Op::IncRef
        | Op::DecRef
        | Op::ShareAny
        | Op::DropAny
        | Op::GuardQuiet
        | Op::GuardQuietAny
        | Op::GuardClass(_)
        | Op::GuardAbsent(_)
        | Op::LoadAttribute(..)
        | Op::StoreAttribute(..)
        | Op::LoadCell
        | Op::StoreCell
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
        | Op::MirrorSite(_)
        | Op::TapeEnter(_)
        | Op::TapeRewind(_)
        | Op::TapePut(..)
        | Op::TapeNext(..)
        | Op::TapeSpoil(_)
        | Op::TapeIsWhole(_)
        | Op::TapeMissed(_)
        | Op::IsWanted
        | Op::LeaveIfWanted
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
        | Op::BoolToObject => unreachable!("{op} needs more than its operands"),
    })
}

pub fn of_int(value: i64) -> Bits {
    (value as u64).into()
}

pub fn of_float(value: f64) -> Bits {
    value.to_bits().into()
}

/// Leaves earlier than it must, as native code does: one factor must fit i64, and the other i64 or u64. Then the product fits.
fn multiply_wide(a: i128, b: i128) -> Option<i128> {
    let is_signed = |x: i128| i64::try_from(x).is_ok();
    let is_either = |x: i128| is_signed(x) || u64::try_from(x).is_ok();
    let is_small = is_signed(a) && is_either(b) || is_signed(b) && is_either(a);
    is_small.then(|| a * b)
}

/// What an int compares as with a float; a NaN differs from all.
pub fn compare_int_float(comparison: Comparison, int: i64, float: f64) -> Bits {
    match runtime::exact::compare::cmp_i64_f64(int, float) {
        Some(order) => comparison.holds(order, std::cmp::Ordering::Equal).into(),
        None => (comparison == Comparison::Ne).into(),
    }
}
