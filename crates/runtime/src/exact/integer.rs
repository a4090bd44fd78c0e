//! Python's int arithmetic on 64-bit ints; `None` where the result needs more, or Python raises.

/// `a // b`.
pub fn floordiv(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

/// `a % b`: the remainder has the divisor's sign.
pub fn modulo(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let remainder = a.wrapping_rem(b);
    Some(if remainder != 0 && (remainder < 0) != (b < 0) { remainder + b } else { remainder })
}

/// `x << n`.
pub fn shl(x: i64, n: i64) -> Option<i64> {
    match n {
        ..0 => None,
        _ if x == 0 => Some(0),
        0..64 => Some(x << n).filter(|shifted| shifted >> n == x),
        64.. => None,
    }
}

/// `x >> n`.
pub fn shr(x: i64, n: i64) -> Option<i64> {
    (n >= 0).then(|| x >> n.min(63))
}

/// `x.bit_length()`.
pub fn bit_length(x: i64) -> i64 {
    64 - x.unsigned_abs().leading_zeros() as i64
}

/// `x.bit_count()`.
pub fn bit_count(x: i64) -> i64 {
    x.unsigned_abs().count_ones() as i64
}

/// `base ** exponent`; a negative exponent gives a float and is the caller's.
pub fn pow(base: i64, exponent: i64) -> Option<i64> {
    match (base, exponent) {
        (_, ..0) => None,
        (_, 0) | (1, _) => Some(1),
        (0, _) => Some(0),
        (-1, _) => Some(1 - 2 * (exponent & 1)),
        (_, 64..) => None,
        _ => base.checked_pow(exponent as u32),
    }
}

/// `pow(base, exponent, modulus)`: the result has the modulus' sign.
pub fn powmod(base: i64, exponent: i64, modulus: i64) -> Option<i64> {
    if modulus == 0 || exponent < 0 {
        return None;
    }
    let m = modulus.unsigned_abs() as u128;
    let mut square = (base as i128).rem_euclid(m as i128) as u128;
    let mut result = 1 % m;
    let mut bits = exponent;
    while bits != 0 {
        if bits & 1 != 0 {
            result = result * square % m;
        }
        square = square * square % m;
        bits >>= 1;
    }
    let result = result as i128;
    Some(if modulus < 0 && result != 0 { result + modulus as i128 } else { result } as i64)
}

fn gcd_magnitude(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        (a, b) = (a.min(b), a.abs_diff(b));
    }
    a << shift
}

/// `math.gcd(a, b)`.
pub fn gcd(a: i64, b: i64) -> Option<i64> {
    i64::try_from(gcd_magnitude(a.unsigned_abs(), b.unsigned_abs())).ok()
}

/// `math.lcm(a, b)`.
pub fn lcm(a: i64, b: i64) -> Option<i64> {
    let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
    if a == 0 || b == 0 {
        return Some(0);
    }
    i64::try_from((a / gcd_magnitude(a, b)).checked_mul(b)?).ok()
}

/// `math.isqrt(x)`.
pub fn isqrt(x: i64) -> Option<i64> {
    x.checked_isqrt()
}

/// `math.comb(n, k)`.
pub fn comb(n: i64, k: i64) -> Option<i64> {
    if n < 0 || k < 0 {
        return None;
    }
    if k > n {
        return Some(0);
    }
    // Up to the middle, comb(n, i) grows with i: each one fits if the last does, and its product with n - i
    // stays below 2**126.
    let mut result: u128 = 1;
    for i in 0..k.min(n - k) {
        result = result * (n - i) as u128 / (i + 1) as u128;
        if result > i64::MAX as u128 {
            return None;
        }
    }
    Some(result as i64)
}

/// `math.perm(n, k)`.
pub fn perm(n: i64, k: i64) -> Option<i64> {
    if n < 0 || k < 0 {
        return None;
    }
    if k > n {
        return Some(0);
    }
    // A zero factor cannot occur, so more than 21 factors either overflow or include 1 as the last.
    (0..k).try_fold(1i64, |product, i| product.checked_mul(n - i))
}

/// `math.factorial(n)`.
pub fn factorial(n: i64) -> Option<i64> {
    if n > 20 { None } else { perm(n, n) }
}
