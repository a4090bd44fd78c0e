//! Edges by hand; `tests/python/test_exact.py` compares everything with CPython itself.

use std::cmp::Ordering;

use super::*;

const MIN: i64 = i64::MIN;
const MAX: i64 = i64::MAX;

#[test]
fn ints_divide_towards_the_floor() {
    assert_eq!((integer::floordiv(-7, 2), integer::modulo(-7, 2)), (Some(-4), Some(1)));
    assert_eq!((integer::floordiv(7, -2), integer::modulo(7, -2)), (Some(-4), Some(-1)));
    assert_eq!((integer::floordiv(MIN, -1), integer::modulo(MIN, -1)), (None, Some(0)));
    assert_eq!((integer::floordiv(1, 0), integer::modulo(1, 0)), (None, None));
}

#[test]
fn shifts_and_powers_leave_when_64_bits_are_not_enough() {
    assert_eq!((integer::shl(1, 62), integer::shl(1, 63), integer::shl(-1, 63)), (Some(1 << 62), None, Some(MIN)));
    assert_eq!((integer::shl(0, MAX), integer::shl(0, -1), integer::shr(-5, 1000)), (Some(0), None, Some(-1)));
    assert_eq!((integer::pow(-2, 63), integer::pow(2, 63), integer::pow(-1, MAX)), (Some(MIN), None, Some(-1)));
    assert_eq!((integer::pow(0, 0), integer::pow(2, -1)), (Some(1), None));
    assert_eq!((integer::powmod(3, 4, -5), integer::powmod(3, 0, 1), integer::powmod(MIN, 2, MIN)), (Some(-4), Some(0), Some(0)));
    assert_eq!((integer::gcd(MIN, 0), integer::gcd(MIN, 6), integer::lcm(MIN, 0)), (None, Some(2), Some(0)));
    assert_eq!((integer::comb(66, 33), integer::comb(67, 33)), (Some(7219428434016265740), None));
    assert_eq!((integer::perm(MAX, 1), integer::factorial(20), integer::factorial(21)), (Some(MAX), Some(2432902008176640000), None));
    assert_eq!((integer::isqrt(MAX), integer::isqrt(-1)), (Some(3037000499), None));
}

#[test]
fn ints_and_floats_compare_by_value() {
    assert_eq!(compare::cmp_i64_f64((1 << 53) + 1, 9007199254740992.0), Some(Ordering::Greater));
    assert_eq!(compare::cmp_i64_f64(MAX, 9223372036854775808.0), Some(Ordering::Less));
    assert_eq!(compare::cmp_i64_f64(MIN, -9223372036854775808.0), Some(Ordering::Equal));
    assert_eq!(compare::cmp_i64_f64(0, f64::NAN), None);
}

#[test]
fn int_division_rounds_once() {
    assert_eq!(division::truediv(MAX, MAX - 1), Some(1.0));
    assert_eq!(division::truediv(3, MAX), Some(3.0 / 9223372036854775808.0));
    assert_eq!(division::truediv(0, MIN).map(f64::to_bits), Some((-0.0f64).to_bits()));
    assert_eq!(division::truediv((1 << 53) + 1, 1), Some(9007199254740992.0));
}

#[test]
fn float_remainders_have_the_divisors_sign() {
    let bits = |pair: Option<(f64, f64)>| pair.map(|(quotient, modulo)| (quotient.to_bits(), modulo.to_bits()));
    assert_eq!(bits(division::divmod_f64(-1.0, 3.0)), bits(Some((-1.0, 2.0))));
    assert_eq!(bits(division::divmod_f64(-0.0, 3.0)), bits(Some((-0.0, 0.0))));
    assert_eq!(bits(division::divmod_f64(6.0, -3.0)), bits(Some((-2.0, -0.0))));
    assert_eq!(bits(division::divmod_f64(1.0, 0.1)), bits(Some((9.0, 0.09999999999999995))));
    assert_eq!(division::divmod_f64(1.0, -0.0), None);
    assert_eq!(division::math_remainder(5.0, 2.0), Some(1.0));
    assert_eq!(division::math_remainder(1.0, 0.0), None);
}

#[test]
fn powers_leave_for_errors_and_complex_results() {
    assert_eq!((power::pow_f64(0.0, -1.0), power::pow_f64(-2.0, 0.5), power::pow_f64(1e200, 2.0)), (None, None, None));
    assert_eq!((power::pow_f64(0.0, f64::NEG_INFINITY), power::pow_f64(1.0, f64::NAN)), (Some(f64::INFINITY), Some(1.0)));
    assert_eq!((power::pow_f64(-2.0, 3.0), power::pow_f64(1e-200, 2.0)), (Some(-8.0), Some(0.0)));
    assert_eq!(power::pow_f64(f64::NEG_INFINITY, -3.0).map(f64::to_bits), Some((-0.0f64).to_bits()));
}

#[test]
fn rounding_is_half_to_even_of_the_exact_value() {
    assert_eq!((round::round_to_i64(2.5), round::round_to_i64(0.49999999999999994)), (Some(2), Some(0)));
    assert_eq!((round::round_f64(2.675, 2), round::round_f64(0.125, 2), round::round_f64(1e22, 400)), (Some(2.67), Some(0.12), Some(1e22)));
    assert_eq!(
        (round::round_f64(15.0, -1), round::round_f64(25.0, -1), round::round_f64(999.5, -3)),
        (Some(20.0), Some(20.0), Some(1000.0))
    );
    assert_eq!(round::round_f64(1.7e308, -308), None);
    assert_eq!((round::round_i64(25, -1), round::round_i64(-35, -1), round::round_i64(MAX, -19)), (Some(20), Some(-40), None));
    assert_eq!((round::trunc_to_i64(-9223372036854775808.0), round::trunc_to_i64(9223372036854775808.0)), (Some(MIN), None));
}

#[test]
fn sums_keep_what_additions_lose() {
    assert_eq!([1e16, 1.0, -1e16].into_iter().fold(sum::Compensated::default(), sum::Compensated::with).finish(), 1.0);
    assert_eq!(sum::fsum(&[0.1; 10]), Some(1.0));
    assert_eq!(sum::fsum(&[1e16, 1.0, 1e-16, -1e16]), Some(1.0));
    assert_eq!(sum::fsum(&[f64::MAX, f64::MAX, -f64::MAX]), None);
    assert_eq!(sum::fsum(&[-5e-324, 5e-324, -5e-324]), Some(-5e-324));
}

#[test]
fn every_name_has_an_address() {
    assert!(EXACT.iter().all(|name| exact_address(name).is_some()));
    assert!(libm::LIBM.iter().all(|name| libm::libm_address(name).is_some()));
    assert_eq!((exact_address("lh_nothing"), libm::libm_address("pow")), (None, None));
}
