//! Python compares an int and a float by value, without rounding the int.

use std::cmp::Ordering;

/// `None` where `x` is a NaN: then only `!=` holds.
pub fn cmp_i64_f64(i: i64, x: f64) -> Option<Ordering> {
    // Rounding is monotone: where the images differ, so do the values, the same way. Where they are the same,
    // `x` is a whole number from -2**63 to 2**63, and the cast back is exact but at 2**63, which every i64 is below.
    (i as f64).partial_cmp(&x).map(|order| match order {
        Ordering::Equal if x >= 9223372036854775808.0 => Ordering::Less,
        Ordering::Equal => i.cmp(&(x as i64)),
        unequal => unequal,
    })
}
