//! The exact functions by name: `runtime::exact` where it has them, else the rule of the code generator's prelude.

use super::Bits;
use super::compute::{compare_int_float, of_float, of_int};
use crate::{Comparison, Exact};
use runtime::exact::libm;
use runtime::exact::{division, integer, power, round};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The function's result; None where it leaves.
pub fn call(function: &Exact, args: &[Bits]) -> Option<Bits> {
    static RULES: OnceLock<HashMap<&'static str, Rule>> = OnceLock::new();
    let rules = RULES.get_or_init(|| TABLE.iter().copied().collect());
    let rule = rules.get(function.name).unwrap_or_else(|| panic!("{} has no rule", function.name));
    rule(Args(args))
}

type Rule = fn(Args) -> Option<Bits>;

#[derive(Clone, Copy)]
struct Args<'a>(&'a [Bits]);

impl Args<'_> {
    fn int(self, index: usize) -> i64 {
        self.0[index] as i64
    }

    fn float(self, index: usize) -> f64 {
        f64::from_bits(self.0[index] as u64)
    }

    fn ints(self, function: fn(i64, i64) -> Option<i64>) -> Option<Bits> {
        function(self.int(0), self.int(1)).map(of_int)
    }

    fn floats(self, function: fn(f64, f64) -> Option<f64>) -> Option<Bits> {
        function(self.float(0), self.float(1)).map(of_float)
    }

    fn to_int(self, function: fn(f64) -> Option<i64>) -> Option<Bits> {
        function(self.float(0)).map(of_int)
    }

    fn power(self, exponent: f64) -> Option<Bits> {
        power::pow_f64(self.float(0), exponent).map(of_float)
    }

    fn compare(self, comparison: Comparison) -> Option<Bits> {
        Some(compare_int_float(comparison, self.int(0), self.float(1)))
    }

    /// As CPython's `math` does with most functions of one argument.
    fn math(self, function: fn(f64) -> f64) -> Option<Bits> {
        let x = self.float(0);
        math_1(function(x), x).map(of_float)
    }
}

/// A NaN from a number, or an infinity from a finite number, is an error.
fn math_1(result: f64, x: f64) -> Option<f64> {
    let is_domain_error = result.is_nan() && !x.is_nan();
    let is_range_error = result.is_infinite() && x.is_finite();
    (!is_domain_error && !is_range_error).then_some(result)
}

const TABLE: &[(&str, Rule)] = &[
    ("floordiv.i64", |a| a.ints(integer::floordiv)),
    ("mod.i64", |a| a.ints(integer::modulo)),
    ("shl.i64", |a| a.ints(integer::shl)),
    ("shr.i64", |a| a.ints(integer::shr)),
    ("pow.i64", |a| a.ints(integer::pow)),
    ("gcd.i64", |a| a.ints(integer::gcd)),
    ("lcm.i64", |a| a.ints(integer::lcm)),
    ("comb.i64", |a| a.ints(integer::comb)),
    ("perm.i64", |a| a.ints(integer::perm)),
    ("round.i64", |a| a.ints(round::round_i64)),
    ("abs.i64", |a| a.int(0).checked_abs().map(of_int)),
    ("isqrt.i64", |a| integer::isqrt(a.int(0)).map(of_int)),
    ("factorial.i64", |a| integer::factorial(a.int(0)).map(of_int)),
    ("powmod.i64", |a| integer::powmod(a.int(0), a.int(1), a.int(2)).map(of_int)),
    ("truediv.i64", |a| division::truediv(a.int(0), a.int(1)).map(of_float)),
    ("floordiv.f64", |a| a.floats(|x, y| division::divmod_f64(x, y).map(|(quotient, _)| quotient))),
    ("mod.f64", |a| a.floats(division::mod_f64)),
    ("pow.f64", |a| a.floats(power::pow_f64)),
    ("pow2.f64", |a| a.power(2.0)),
    ("pow3.f64", |a| a.power(3.0)),
    ("pow4.f64", |a| a.power(4.0)),
    ("pow5.f64", |a| a.power(5.0)),
    ("pow6.f64", |a| a.power(6.0)),
    ("pow_1.f64", |a| a.power(-1.0)),
    ("pow_2.f64", |a| a.power(-2.0)),
    ("pow_half.f64", |a| a.power(0.5)),
    ("pow_mhalf.f64", |a| a.power(-0.5)),
    ("pow_3half.f64", |a| a.power(1.5)),
    ("trunc.f64", |a| a.to_int(round::trunc_to_i64)),
    ("floor.f64", |a| a.to_int(round::floor_to_i64)),
    ("ceil.f64", |a| a.to_int(round::ceil_to_i64)),
    ("round.to.i64", |a| a.to_int(round::round_to_i64)),
    ("round.any.f64", |a| round::round_f64(a.float(0), a.int(1)).map(of_float)),
    ("lt.i64.f64", |a| a.compare(Comparison::Lt)),
    ("le.i64.f64", |a| a.compare(Comparison::Le)),
    ("eq.i64.f64", |a| a.compare(Comparison::Eq)),
    ("ne.i64.f64", |a| a.compare(Comparison::Ne)),
    ("gt.i64.f64", |a| a.compare(Comparison::Gt)),
    ("ge.i64.f64", |a| a.compare(Comparison::Ge)),
    ("range.length", |a| Some(range_length(a.int(0), a.int(1), a.int(2)).into())),
    ("wrap_mul.i64", |a| Some(of_int(a.int(0).wrapping_mul(a.int(1))))),
    ("math.acos", |a| a.math(libm::acos)),
    ("math.acosh", |a| a.math(libm::acosh)),
    ("math.asin", |a| a.math(libm::asin)),
    ("math.asinh", |a| a.math(libm::asinh)),
    ("math.atan", |a| a.math(libm::atan)),
    ("math.atanh", |a| a.math(libm::atanh)),
    ("math.cbrt", |a| a.math(libm::cbrt)),
    ("math.cos", |a| a.math(libm::cos)),
    ("math.cosh", |a| a.math(libm::cosh)),
    ("math.erf", |a| Some(of_float(libm::erf(a.float(0))))),
    ("math.erfc", |a| Some(of_float(libm::erfc(a.float(0))))),
    ("math.exp", |a| a.math(libm::exp)),
    ("math.exp2", |a| a.math(libm::exp2)),
    ("math.expm1", |a| a.math(libm::expm1)),
    // Some libms lose the sign of a zero.
    ("math.log1p", |a| a.math(|x| if x == 0.0 { x } else { libm::log1p(x) })),
    ("math.sin", |a| a.math(libm::sin)),
    ("math.sinh", |a| a.math(libm::sinh)),
    ("math.sqrt", |a| a.math(f64::sqrt)),
    ("math.tan", |a| a.math(libm::tan)),
    ("math.tanh", |a| a.math(libm::tanh)),
    ("math.log", |a| a.math(libm::log)),
    ("math.log2", |a| a.math(libm::log2)),
    ("math.log10", |a| a.math(libm::log10)),
    ("math.fmod", |a| a.floats(division::math_fmod)),
    ("math.remainder", |a| a.floats(division::math_remainder)),
    ("math.pow", |a| a.floats(power::math_pow)),
    ("math.hypot", |a| a.floats(hypot)),
    ("math.log.base", |a| a.floats(log_base)),
    ("math.ldexp", |a| round::math_ldexp(a.float(0), a.int(1)).map(of_float)),
    ("math.fma", |a| fma([a.float(0), a.float(1), a.float(2)]).map(of_float)),
    ("math.copysign", |a| a.floats(|x, y| Some(x.copysign(y)))),
    ("math.atan2", |a| a.floats(|y, x| Some(libm::atan2(y, x)))),
    ("math.nextafter", |a| a.floats(|x, y| Some(libm::nextafter(x, y)))),
    ("math.fabs", |a| Some(of_float(a.float(0).abs()))),
    ("math.ulp", |a| Some(of_float(ulp(a.float(0))))),
    ("math.degrees", |a| Some(of_float(a.float(0) * (180.0 / std::f64::consts::PI)))),
    ("math.radians", |a| Some(of_float(a.float(0) * (std::f64::consts::PI / 180.0)))),
    ("math.isfinite", |a| Some(a.float(0).is_finite().into())),
    ("math.isinf", |a| Some(a.float(0).is_infinite().into())),
    ("math.isnan", |a| Some(a.float(0).is_nan().into())),
];

/// How many items `range(start, stop, step)` has, as an unsigned int; the step is not zero.
fn range_length(start: i64, stop: i64, step: i64) -> u64 {
    let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
    match low < high {
        true => (high.abs_diff(low) - 1) / step.unsigned_abs() + 1,
        false => 0,
    }
}

fn log_base(x: f64, base: f64) -> Option<f64> {
    let divisor = math_1(libm::log(base), base)?;
    let dividend = math_1(libm::log(x), x)?;
    (divisor != 0.0).then(|| dividend / divisor)
}

fn fma([x, y, z]: [f64; 3]) -> Option<f64> {
    let result = libm::fma(x, y, z);
    let is_domain_error = result.is_nan() && ![x, y, z].iter().any(|arg| arg.is_nan());
    let is_range_error = !result.is_finite() && [x, y, z].iter().all(|arg| arg.is_finite());
    (!is_domain_error && !is_range_error).then_some(result)
}

fn ulp(x: f64) -> f64 {
    let x = x.abs();
    let neighbour = |bits: u64| f64::from_bits(bits);
    match x {
        _ if !x.is_finite() => x,
        f64::MAX => x - neighbour(x.to_bits() - 1),
        _ => neighbour(x.to_bits() + 1) - x,
    }
}

/// In double-double, where that leaves no doubt how the sum is rounded: CPython's versions have algorithms of their own, all good to 100 bits.
fn hypot(x: f64, y: f64) -> Option<f64> {
    let (a, b) = if x.abs() >= y.abs() { (x.abs(), y.abs()) } else { (y.abs(), x.abs()) };
    if b == 0.0 && a.is_finite() {
        return Some(a);
    }
    let (p, q) = (a * a, b * b);
    let (p_error, q_error) = (libm::fma(a, a, -p), libm::fma(b, b, -q));
    let sum = p + q;
    let sum_error = ((p - sum) + q) + (p_error + q_error);
    let root = sum.sqrt();
    let square = root * root;
    let residual = (sum - square) - libm::fma(root, root, -square);
    let correction = (residual + sum_error) / (root + root);
    let result = root + correction;
    let doubt = ((root - result) + correction).abs();
    let bits = result.to_bits();
    let is_in_range = (623..1423).contains(&(bits >> 52));
    let is_power_of_two = bits & ((1 << 52) - 1) == 0;
    let clear = f64::from_bits(if is_power_of_two { 0x3C8F_FFFF_2940_6B2A } else { 0x3C9F_FFFF_94A0_3595 });
    let scale = f64::from_bits(bits & 0x7FF0_0000_0000_0000);
    (is_in_range && doubt < scale * clear).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EXACT, Ty};

    #[test]
    fn every_exact_function_has_a_rule_and_no_other() {
        let mut names: Vec<_> = TABLE.iter().map(|(name, _)| *name).collect();
        let mut wanted: Vec<_> = EXACT.iter().map(|exact| exact.name).collect();
        names.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(names, wanted);
    }

    #[test]
    fn angles_are_converted_by_the_prelude_s_factors() {
        let factor = |name| call(crate::exact(name).unwrap(), &[of_float(1.0)]);
        assert_eq!(factor("math.degrees"), Some(0x404C_A5DC_1A63_C1F8));
        assert_eq!(factor("math.radians"), Some(0x3F91_DF46_A252_9D39));
    }

    /// And those that are not checked never leave.
    #[test]
    fn every_exact_function_can_be_called() {
        let ints = [0, 1, -1, 2, 3, 64, i64::MIN, i64::MAX].map(of_int);
        let floats = [0.0, -0.0, 1.0, -2.5, 0.5, 1e300, 5e-324, f64::INFINITY, f64::NAN].map(of_float);
        for function in EXACT {
            let choices: Vec<&[Bits]> = function.params.iter().map(|ty| if *ty == Ty::I64 { &ints[..] } else { &floats[..] }).collect();
            let combinations: usize = choices.iter().map(|choice| choice.len()).product();
            let mut has_result = false;
            for mut index in 0..combinations {
                let mut args = Vec::new();
                for choice in &choices {
                    args.push(choice[index % choice.len()]);
                    index /= choice.len();
                }
                if function.name == "range.length" && args[2] == 0 {
                    continue;
                }
                let result = call(function, &args);
                assert!(result.is_some() || function.is_checked, "{} leaves", function.name);
                assert!(result.is_none_or(|bits| bits >> 64 == 0), "{}", function.name);
                has_result |= result.is_some();
            }
            assert!(has_result, "{} always leaves", function.name);
        }
    }
}
