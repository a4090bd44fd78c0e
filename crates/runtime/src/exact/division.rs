//! Python's division: `/` of ints, `//`, `%` and `divmod` of floats, and what `math` builds on `fmod`.

use super::libm;

const EXACT_INT: u64 = 1 << 53;

/// `a / b`, correctly rounded whatever the ints.
pub fn truediv(a: i64, b: i64) -> Option<f64> {
    if b == 0 {
        return None;
    }
    let (n, d) = (a.unsigned_abs(), b.unsigned_abs());
    if n <= EXACT_INT && d <= EXACT_INT {
        return Some(a as f64 / b as f64);
    }
    if n == 0 {
        return Some(if b < 0 { -0.0 } else { 0.0 });
    }
    // With its leading zeros shifted out, n * 2**64 / d has more than 64 bits: a sticky last bit stands for all that
    // follow, and the conversion rounds once. The scaling is exact: nothing here is near the subnormals.
    let zeros = n.leading_zeros();
    let scaled = (n as u128) << (64 + zeros);
    let sticky = (scaled % d as u128 != 0) as u128;
    let quotient = (scaled / d as u128) | sticky;
    let magnitude = quotient as f64 * f64::from_bits(((1023 - 64 - zeros) as u64) << 52);
    Some(if (a < 0) != (b < 0) { -magnitude } else { magnitude })
}

/// `x % y`.
pub fn mod_f64(x: f64, y: f64) -> Option<f64> {
    (y != 0.0).then(|| signed_as_divisor(libm::fmod(x, y), y).0)
}

/// `divmod(x, y)`; `x // y` is its first half.
pub fn divmod_f64(x: f64, y: f64) -> Option<(f64, f64)> {
    if y == 0.0 {
        return None;
    }
    let remainder = libm::fmod(x, y);
    let mut quotient = (x - remainder) / y;
    let (modulo, moved) = signed_as_divisor(remainder, y);
    if moved {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return Some(((0.0f64).copysign(x / y), modulo));
    }
    let floor = quotient.floor();
    Some((if quotient - floor > 0.5 { floor + 1.0 } else { floor }, modulo))
}

/// The remainder with the divisor's sign, and whether a divisor was added to make it so.
fn signed_as_divisor(remainder: f64, y: f64) -> (f64, bool) {
    if remainder == 0.0 {
        (0.0f64.copysign(y), false)
    } else if (y < 0.0) != (remainder < 0.0) {
        (remainder + y, true)
    } else {
        (remainder, false)
    }
}

/// `math.fmod(x, y)`.
pub fn math_fmod(x: f64, y: f64) -> Option<f64> {
    let result = if y.is_infinite() && x.is_finite() { x } else { libm::fmod(x, y) };
    (!result.is_nan() || x.is_nan() || y.is_nan()).then_some(result)
}

/// `math.remainder(x, y)`.
pub fn math_remainder(x: f64, y: f64) -> Option<f64> {
    let result = remainder_raw(x, y);
    (!result.is_nan() || x.is_nan() || y.is_nan()).then_some(result)
}

/// `math.remainder` with a NaN where it raises.
pub(super) fn remainder_raw(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return if x.is_nan() { x } else { y };
    }
    if x.is_infinite() || y == 0.0 {
        return f64::NAN;
    }
    if y.is_infinite() {
        return x;
    }
    // IEEE's remainder is exact, so any exact way to it has the same bits.
    let (a, b) = (x.abs(), y.abs());
    let low = libm::fmod(a, b);
    let high = b - low;
    let magnitude = if low < high {
        low
    } else if low > high {
        -high
    } else {
        low - 2.0 * libm::fmod(0.5 * (a - low), b)
    };
    1.0f64.copysign(x) * magnitude
}
