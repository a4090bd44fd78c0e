//! Floats to ints, and `round`.

use super::libm;

const TWO_63: f64 = 9223372036854775808.0;

/// `int(x)`, `math.trunc(x)`; `None` for a NaN, an infinity, or beyond 64 bits.
pub fn trunc_to_i64(x: f64) -> Option<i64> {
    (-TWO_63..TWO_63).contains(&x).then_some(x as i64)
}

/// `math.floor(x)`.
pub fn floor_to_i64(x: f64) -> Option<i64> {
    trunc_to_i64(x.floor())
}

/// `math.ceil(x)`.
pub fn ceil_to_i64(x: f64) -> Option<i64> {
    trunc_to_i64(x.ceil())
}

/// `round(x)`: half to even.
pub fn round_to_i64(x: f64) -> Option<i64> {
    trunc_to_i64(x.round_ties_even())
}

/// `round(x, digits)`; `None` where the rounded value overflows.
pub fn round_f64(x: f64, digits: i64) -> Option<f64> {
    let result = round_raw(x, digits);
    (result.is_finite() || !x.is_finite()).then_some(result)
}

/// Beyond these many digits CPython returns `x`, or zero with its sign.
const MOST_DIGITS: i64 = 323;
const LEAST_DIGITS: i64 = -308;

pub(super) fn round_raw(x: f64, digits: i64) -> f64 {
    if !x.is_finite() || digits > MOST_DIGITS || x == 0.0 {
        return x;
    }
    if digits < LEAST_DIGITS {
        return 0.0 * x;
    }
    let rounded =
        if digits >= 0 { format!("{:.*}", digits as usize, x.abs()) } else { round_whole_digits(x.abs(), digits.unsigned_abs() as usize) };
    rounded.parse::<f64>().expect("a decimal number of our own").copysign(x)
}

/// The decimal digits of a positive `x`, rounded half to even to a multiple of 10**`dropped`.
fn round_whole_digits(x: f64, dropped: usize) -> String {
    // The exact expansion: a double has at most 1074 binary, and so decimal, places.
    let exact = format!("{x:.1074}");
    let (whole, fraction) = exact.split_once('.').expect("1074 places were asked for");
    let padded = format!("{whole:0>width$}", width = dropped + 1);
    let (kept, tail) = padded.split_at(padded.len() - dropped);
    let mut kept: Vec<u8> = format!("0{kept}").into_bytes();
    let (first, rest) = tail.split_at(1);
    let more_than_half = rest.bytes().chain(fraction.bytes()).any(|digit| digit != b'0');
    let odd = kept.last().is_some_and(|digit| digit % 2 == 1);
    if first > "5" || (first == "5" && (more_than_half || odd)) {
        let mut place = kept.len() - 1;
        while kept[place] == b'9' {
            kept[place] = b'0';
            place -= 1; // stops at the leading zero at the latest
        }
        kept[place] += 1;
    }
    format!("{}e{dropped}", String::from_utf8(kept).expect("digits"))
}

/// `round(x, digits)` of an int.
pub fn round_i64(x: i64, digits: i64) -> Option<i64> {
    if digits >= 0 {
        return Some(x);
    }
    if digits < -19 {
        return Some(0); // half of 10**20 is beyond every i64
    }
    let unit = 10i128.pow(digits.unsigned_abs() as u32);
    let x = x as i128;
    let (quotient, remainder) = (x.div_euclid(unit), x.rem_euclid(unit));
    let up = 2 * remainder > unit || (2 * remainder == unit && quotient % 2 != 0);
    i64::try_from((quotient + up as i128) * unit).ok()
}

/// `math.ldexp(x, exponent)`; `None` where it overflows.
pub fn math_ldexp(x: f64, exponent: i64) -> Option<f64> {
    let result = ldexp_raw(x, exponent);
    (result.is_finite() || !x.is_finite()).then_some(result)
}

pub(super) fn ldexp_raw(x: f64, exponent: i64) -> f64 {
    // From the smallest subnormal to the largest double are 2098 binary places.
    libm::ldexp(x, exponent.clamp(-4000, 4000) as i32)
}
