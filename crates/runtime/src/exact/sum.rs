//! `sum` of floats, whose algorithm changed in Python 3.12, and `math.fsum`.

/// `sum` up to 3.11: one addition after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain {
    pub sum: f64,
}

impl Plain {
    pub fn with(self, x: f64) -> Plain {
        Plain { sum: self.sum + x }
    }
}

/// `sum` from 3.12: Neumaier's compensated summation. Ints among the floats are added plainly, to `sum` alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compensated {
    pub sum: f64,
    pub lost: f64,
}

impl Compensated {
    pub fn with(self, x: f64) -> Compensated {
        let sum = self.sum + x;
        let lost = if self.sum.abs() >= x.abs() { (self.sum - sum) + x } else { (x - sum) + self.sum };
        Compensated { sum, lost: self.lost + lost }
    }

    /// Zero or useless compensation is not added: it would change -0.0, or turn an infinity to NaN.
    pub fn finish(self) -> f64 {
        if self.lost != 0.0 && self.lost.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

/// `math.fsum`; `None` for infinities and NaNs, and where CPython's partial sums might overflow.
pub fn fsum(values: &[f64]) -> Option<f64> {
    // Partial sums never exceed this; its own roundings cannot reach from half the range to all of it.
    let magnitude = values.iter().fold(0.0, |total, x| total + x.abs());
    if magnitude.is_nan() || magnitude > f64::MAX / 4.0 {
        return None;
    }
    let mut total = FixedPoint::new();
    for block in values.chunks(1 << 24) {
        block.iter().for_each(|&x| total.add(x));
        total.carry();
    }
    Some(total.round())
}

/// `fsum` for native code; leave iff the result is NaN.
///
/// # Safety
/// `values` are `count` readable doubles.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lh_math_fsum(values: *const f64, count: u64) -> f64 {
    if count == 0 {
        return 0.0;
    }
    // SAFETY: the caller's promise; a buffer that holds something is not at null.
    let values = unsafe { std::slice::from_raw_parts(values, count as usize) };
    fsum(values).unwrap_or(f64::NAN)
}

/// A sum as digits of 32 bits, from 2**-1074 up; a digit may lend and borrow until `carry`.
struct FixedPoint {
    digits: [i64; FixedPoint::DIGITS],
}

impl FixedPoint {
    const DIGITS: usize = 68; // 2098 bits of a double, and 64 more

    fn new() -> FixedPoint {
        FixedPoint { digits: [0; FixedPoint::DIGITS] }
    }

    fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let biased = (bits >> 52 & 0x7ff) as usize;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, place) = if biased == 0 { (fraction, 0) } else { (fraction | 1 << 52, biased - 1) };
        let shifted = (mantissa as u128) << (place % 32);
        for (i, digit) in self.digits[place / 32..][..3].iter_mut().enumerate() {
            let part = (shifted >> (32 * i)) as u32 as i64;
            *digit += if x < 0.0 { -part } else { part };
        }
    }

    /// All digits but the highest to 0..2**32.
    fn carry(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits[..FixedPoint::DIGITS - 1] {
            let value = *digit + carry;
            *digit = value & 0xffff_ffff;
            carry = value >> 32;
        }
        self.digits[FixedPoint::DIGITS - 1] += carry;
    }

    /// To the nearest double, half to even; the digits have been carried.
    fn round(mut self) -> f64 {
        let negative = self.digits[FixedPoint::DIGITS - 1] < 0;
        if negative {
            self.digits.iter_mut().for_each(|digit| *digit = -*digit);
            self.carry();
        }
        let Some(top) = self.digits.iter().rposition(|&digit| digit != 0) else {
            return 0.0;
        };
        let low = top.saturating_sub(2);
        let window = (low..=top).rev().fold(0u128, |window, i| window << 32 | self.digits[i] as u128);
        let sticky = self.digits[..low].iter().any(|&digit| digit != 0);
        // 65 bits or more stand above the sticky one, if there is any below; then the scaling by a power of two is
        // exact: a sum of doubles is subnormal only if it needs no rounding.
        let scale = 32 * low as i32 - 1074;
        let value = super::libm::ldexp((window | sticky as u128) as f64, scale);
        if negative { -value } else { value }
    }
}
