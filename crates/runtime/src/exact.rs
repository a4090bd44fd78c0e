//! Scalar arithmetic with CPython's own bits (3.11 to 3.13), for the IR interpreter and for the rare lanes of
//! native code. `crates/codegen/src/prelude.ll` holds the inline twin of each function; both are tested against
//! CPython's operators in `tests/python/test_exact.py`.
//!
//! `None` (or `Checked::leave`) means: leave to the interpreter, which finds the exact place and raises, or
//! computes with big ints or complex numbers. Nothing here raises, allocates in the fast lane, or keeps state.
//!
//! | Python | here | why it is exact |
//! |---|---|---|
//! | `int // int`, `int % int` | `integer::floordiv`, `modulo` | hardware quotient, then floor by the remainder's sign |
//! | `int << int`, `int >> int` | `integer::shl`, `shr` | shifted back and compared |
//! | `int ** int`, `pow(a, b, m)` | `integer::pow`, `powmod` | overflow-checked squaring; residues in 128 bits |
//! | `math.gcd lcm isqrt comb perm factorial` | `integer::*` | whole numbers, each intermediate fits 128 bits |
//! | `int.bit_length`, `int.bit_count`, `abs`, `-x` | `integer::*` | on the magnitude, which fits u64 |
//! | `int / int` | `division::truediv` | both within 2**53: one IEEE division; else 128-bit quotient of 64 bits with a sticky bit, rounded once |
//! | `float // float`, `%`, `divmod` | `division::divmod_f64` | CPython's own steps on libm's `fmod`, which is exact |
//! | `math.fmod`, `math.remainder` | `division::math_fmod`, `math_remainder` | CPython's steps on `fmod` |
//! | `int < float` and the like | `compare::cmp_i64_f64` | int to float is monotone; equal images are compared as ints |
//! | `float ** float`, `math.pow` | `power::pow_f64`, `math_pow` | CPython's special cases, else libm's `pow` |
//! | `round(x)`, `floor`, `ceil`, `trunc`, `int(x)` | `round::*_to_i64` | below 2**63 all are exact in hardware |
//! | `round(x, n)` | `round::round_f64` | rounds the exact decimal expansion, half to even, reads it back correctly rounded |
//! | `round(i, n)` | `round::round_i64` | 128-bit remainder, half to even |
//! | `sum` of floats | `sum::Plain`, `sum::Compensated` | the same additions in the same order |
//! | `math.fsum` | `sum::fsum` | a fixed-point sum of every bit, rounded once; CPython's is proved correctly rounded |
//! | `math.hypot`, `math.dist` | prelude only, `lh.math.hypot` | double-double; kept only where CPython's 100-bit result cannot round otherwise |
//! | `math.exp`, `sin`, ... | `libm::*` | the very functions CPython's `math` calls |
//! | `math.gamma`, `lgamma`, `sumprod` | not here | algorithms of CPython's own: call the Python function |
//!
//! Which NaN comes out of NaNs (sign and payload) is the one thing not promised: C compilers do not either.

pub mod compare;
pub mod division;
pub mod integer;
pub mod libm;
pub mod power;
pub mod round;
pub mod sum;

use sum::lh_math_fsum;

/// An int result as C and LLVM IR return it, `{ i64, i64 }`; `leave` is 0 or 1.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    pub value: i64,
    pub leave: i64,
}

impl From<Option<i64>> for Checked {
    fn from(result: Option<i64>) -> Checked {
        Checked { value: result.unwrap_or(0), leave: result.is_none() as i64 }
    }
}

macro_rules! externs {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $ty:ty),*) -> $out:ty $body:block)* also $also:ident) => {
        $($(#[$doc])* #[unsafe(no_mangle)] pub extern "C" fn $name($($arg: $ty),*) -> $out $body)*

        /// Every `lh_*` helper that native code may call, by name.
        pub const EXACT: &[&str] = &[$(stringify!($name),)* stringify!($also)];

        /// Where the loader finds the helper `name`.
        pub fn exact_address(name: &str) -> Option<usize> {
            match name {
                $(stringify!($name) => Some($name as *const () as usize),)*
                stringify!($also) => Some($also as *const () as usize),
                _ => None,
            }
        }
    };
}

externs! {
    fn lh_floordiv_i64(a: i64, b: i64) -> Checked { integer::floordiv(a, b).into() }
    fn lh_mod_i64(a: i64, b: i64) -> Checked { integer::modulo(a, b).into() }
    fn lh_shl_i64(x: i64, n: i64) -> Checked { integer::shl(x, n).into() }
    fn lh_shr_i64(x: i64, n: i64) -> Checked { integer::shr(x, n).into() }
    fn lh_abs_i64(x: i64) -> Checked { x.checked_abs().into() }
    fn lh_neg_i64(x: i64) -> Checked { x.checked_neg().into() }
    fn lh_bit_length_i64(x: i64) -> i64 { integer::bit_length(x) }
    fn lh_bit_count_i64(x: i64) -> i64 { integer::bit_count(x) }
    fn lh_pow_i64(base: i64, exponent: i64) -> Checked { integer::pow(base, exponent).into() }
    fn lh_powmod_i64(base: i64, exponent: i64, modulus: i64) -> Checked { integer::powmod(base, exponent, modulus).into() }
    fn lh_gcd_i64(a: i64, b: i64) -> Checked { integer::gcd(a, b).into() }
    fn lh_lcm_i64(a: i64, b: i64) -> Checked { integer::lcm(a, b).into() }
    fn lh_isqrt_i64(x: i64) -> Checked { integer::isqrt(x).into() }
    fn lh_comb_i64(n: i64, k: i64) -> Checked { integer::comb(n, k).into() }
    fn lh_perm_i64(n: i64, k: i64) -> Checked { integer::perm(n, k).into() }
    fn lh_factorial_i64(n: i64) -> Checked { integer::factorial(n).into() }
    fn lh_round_i64(x: i64, digits: i64) -> Checked { round::round_i64(x, digits).into() }
    fn lh_trunc_f64(x: f64) -> Checked { round::trunc_to_i64(x).into() }
    fn lh_floor_f64(x: f64) -> Checked { round::floor_to_i64(x).into() }
    fn lh_ceil_f64(x: f64) -> Checked { round::ceil_to_i64(x).into() }
    fn lh_round_to_i64(x: f64) -> Checked { round::round_to_i64(x).into() }
    /// -1, 0, 1, or 2 where the float is a NaN.
    fn lh_cmp_i64_f64(i: i64, x: f64) -> i64 { compare::cmp_i64_f64(i, x).map_or(2, |order| order as i64) }
    /// The caller has seen that `b` is not zero (else NaN).
    fn lh_truediv_i64(a: i64, b: i64) -> f64 { division::truediv(a, b).unwrap_or(f64::NAN) }
    /// The caller has seen that `y` is not zero (else NaN).
    fn lh_floordiv_f64(x: f64, y: f64) -> f64 { division::divmod_f64(x, y).map_or(f64::NAN, |(quotient, _)| quotient) }
    /// The caller has seen that `y` is not zero (else NaN).
    fn lh_mod_f64(x: f64, y: f64) -> f64 { division::mod_f64(x, y).unwrap_or(f64::NAN) }
    /// Leave iff the result is not finite and both inputs are.
    fn lh_pow_f64(x: f64, y: f64) -> f64 { power::pow_raw(x, y) }
    /// Leave iff the result is not finite and both inputs are.
    fn lh_math_pow(x: f64, y: f64) -> f64 { power::math_pow_raw(x, y) }
    /// Leave iff the result is NaN and neither input is.
    fn lh_math_remainder(x: f64, y: f64) -> f64 { division::remainder_raw(x, y) }
    /// Leave iff the result is infinite and `x` is finite.
    fn lh_math_ldexp(x: f64, exponent: i64) -> f64 { round::ldexp_raw(x, exponent) }
    /// Leave iff the result is infinite and `x` is finite.
    fn lh_round_f64(x: f64, digits: i64) -> f64 { round::round_raw(x, digits) }
    also lh_math_fsum
}

#[cfg(test)]
mod tests;
