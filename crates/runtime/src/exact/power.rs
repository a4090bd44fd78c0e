//! `**` and `math.pow`: CPython's special cases around libm's `pow`.
//!
//! The prelude computes small constant powers without `pow`. That is right for a `pow` whose error before its
//! last rounding is small: glibc from 2.28 (and musl from 1.2) have ARM's, whose source states 0.511 ulp for its
//! `exp` step and 1.5 * 2**-68 relative for its `log` (`sysdeps/ieee754/dbl-64/e_pow.c`): for results between
//! 2**-128 and 2**128 that is 0.5152 ulp. The prelude keeps a power only if it is within 0.482 ulp of the exact
//! value, that is, as long as `pow` is within 0.518.

use super::libm;

/// `x ** y`; `None` for an error or a complex result.
pub fn pow_f64(x: f64, y: f64) -> Option<f64> {
    finite_unless_asked(pow_raw(x, y), x, y)
}

/// `math.pow(x, y)`.
pub fn math_pow(x: f64, y: f64) -> Option<f64> {
    finite_unless_asked(math_pow_raw(x, y), x, y)
}

fn finite_unless_asked(result: f64, x: f64, y: f64) -> Option<f64> {
    (result.is_finite() || !x.is_finite() || !y.is_finite()).then_some(result)
}

fn is_odd(y: f64) -> bool {
    y.abs() % 2.0 == 1.0
}

/// `x ** y`; where Python raises or turns complex, an infinity or a NaN from finite inputs.
pub(super) fn pow_raw(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        1.0
    } else if x.is_nan() || y.is_nan() {
        if x.is_nan() { x } else { y }
    } else if y.is_infinite() {
        to_infinite_power(x, y)
    } else if x.is_infinite() || x == 0.0 {
        of_zero_or_infinity(x, y)
    } else if x > 0.0 {
        libm::pow(x, y)
    } else if y != y.floor() {
        f64::NAN
    } else {
        let magnitude = if x == -1.0 { 1.0 } else { libm::pow(-x, y) };
        if is_odd(y) { -magnitude } else { magnitude }
    }
}

/// `math.pow`, likewise.
pub(super) fn math_pow_raw(x: f64, y: f64) -> f64 {
    if x.is_finite() && y.is_finite() {
        libm::pow(x, y)
    } else if x.is_nan() {
        if y == 0.0 { 1.0 } else { x }
    } else if y.is_nan() {
        if x == 1.0 { 1.0 } else { y }
    } else if y == 0.0 {
        1.0
    } else if x.is_infinite() && y.is_infinite() {
        if y > 0.0 { f64::INFINITY } else { 0.0 }
    } else if x.is_infinite() {
        of_zero_or_infinity(x, y)
    } else {
        to_infinite_power(x, y)
    }
}

fn to_infinite_power(x: f64, y: f64) -> f64 {
    if x.abs() == 1.0 {
        1.0
    } else if (y > 0.0) == (x.abs() > 1.0) {
        f64::INFINITY
    } else {
        0.0
    }
}

/// The sign of the base is kept by odd powers only.
fn of_zero_or_infinity(x: f64, y: f64) -> f64 {
    let grows = x.is_infinite() == (y > 0.0);
    let magnitude = if grows { f64::INFINITY } else { 0.0 };
    if is_odd(y) { magnitude.copysign(x) } else { magnitude }
}

/// May the prelude's `lh.pow2.f64` and its like stand for this process's `pow`?
///
/// Only where the error bound above is published. Results that are powers of two are checked one by one: there
/// the spacing halves, and the bound says less.
pub fn small_powers_hold() -> bool {
    published_bound() && (-128..128).all(power_of_two_is_exact)
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn published_bound() -> bool {
    unsafe extern "C" {
        fn gnu_get_libc_version() -> *const std::ffi::c_char;
    }
    // SAFETY: glibc returns a static, NUL-terminated string.
    let version = unsafe { std::ffi::CStr::from_ptr(gnu_get_libc_version()) }.to_string_lossy();
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next(), parts.next()) >= (Some(2), Some(28))
}

#[cfg(all(target_os = "linux", target_env = "musl"))]
fn published_bound() -> bool {
    true
}

#[cfg(not(all(target_os = "linux", any(target_env = "gnu", target_env = "musl"))))]
fn published_bound() -> bool {
    false
}

fn power_of_two_is_exact(k: i32) -> bool {
    let two_to = |n: i32| f64::from_bits(((1023 + n) as u64) << 52);
    [(2, 2.0), (3, 3.0), (4, 4.0), (5, 5.0), (6, 6.0), (-1, -1.0), (-2, -2.0)]
        .iter()
        .all(|&(n, y)| k * n < -128 || k * n >= 128 || libm::pow(two_to(k), y) == two_to(k * n))
        && [(0.5, 1), (-0.5, -1), (1.5, 3)]
            .iter()
            .all(|&(y, half)| k % 2 != 0 || k / 2 * half < -128 || k / 2 * half >= 128 || libm::pow(two_to(k), y) == two_to(k / 2 * half))
}
