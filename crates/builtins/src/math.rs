//! Python's `math`.

use crate::{Builtin, Intrinsic, Kind, Lower, Overload};

const FLOATS: &[&str] = &[
    "0.0",
    "-0.0",
    "1",
    "-1",
    "0.5",
    "-0.75",
    "2.5",
    "1e300",
    "-1e300",
    "5e-324",
    "700.5",
    "float('inf')",
    "float('-inf')",
    "float('nan')",
    "True",
    "10**400",
    "'x'",
];

macro_rules! float_functions {
    ($($name:literal $doc:literal)*) => {
        [$(Builtin {
            name: concat!("math.", $name),
            doc: $doc,
            lower: Lower::Exact(&[Overload { params: &[Kind::Float], result: Kind::Float, function: concat!("math.", $name) }]),
            cases: FLOATS,
        },)*]
    };
}

macro_rules! predicates {
    ($($name:literal $doc:literal)*) => {
        [$(Builtin {
            name: concat!("math.", $name),
            doc: $doc,
            lower: Lower::Exact(&[Overload { params: &[Kind::Float], result: Kind::Bool, function: concat!("math.", $name) }]),
            cases: FLOATS,
        },)*]
    };
}

macro_rules! pair_functions {
    ($($name:literal $doc:literal)*) => {
        [$(Builtin {
            name: concat!("math.", $name),
            doc: $doc,
            lower: Lower::Exact(&[Overload { params: &[Kind::Float, Kind::Float], result: Kind::Float, function: concat!("math.", $name) }]),
            cases: &["0.0, -0.0", "1, 2.5", "-1.5, 3", "7.5, -2", "float('inf'), 2", "1, float('nan')", "1e308, 10", "-8, 1/3", "0, -1", "1, 'x'"],
        },)*]
    };
}

const fn intrinsic(name: &'static str, doc: &'static str, intrinsic: Intrinsic, cases: &'static [&'static str]) -> Builtin {
    Builtin { name, doc, lower: Lower::Intrinsic(intrinsic), cases }
}

const FLOAT_FUNCTIONS: &[Builtin] = &float_functions! {
    "acos" "arc cosine"
    "acosh" "inverse hyperbolic cosine"
    "asin" "arc sine"
    "asinh" "inverse hyperbolic sine"
    "atan" "arc tangent"
    "atanh" "inverse hyperbolic tangent"
    "cbrt" "cube root"
    "cos" "cosine"
    "cosh" "hyperbolic cosine"
    "erf" "error function"
    "erfc" "complementary error function"
    "degrees" "of an angle in radians"
    "exp" "e to the x"
    "exp2" "2 to the x"
    "expm1" "e to the x, less 1"
    "log1p" "logarithm of 1 + x"
    "radians" "of an angle in degrees"
    "sin" "sine"
    "sinh" "hyperbolic sine"
    "sqrt" "square root"
    "tan" "tangent"
    "tanh" "hyperbolic tangent"
    "ulp" "the value of the last bit"
    "log2" "logarithm to base 2 of a float"
    "log10" "logarithm to base 10 of a float"
};

const PREDICATES: &[Builtin] = &predicates! {
    "isfinite" "neither an infinity nor a NaN"
    "isinf" "an infinity"
    "isnan" "not a number"
};

const PAIR_FUNCTIONS: &[Builtin] = &pair_functions! {
    "atan2" "angle of a point"
    "copysign" "magnitude of x, sign of y"
    "fmod" "remainder as C computes it"
    "hypot" "the length of a vector, of two coordinates"
    "nextafter" "the next float towards another"
    "pow" "x to the y, in floats"
    "remainder" "IEEE's remainder"
};

/// Of whole numbers; floats are the interpreter's.
const INT_FUNCTIONS: &[Builtin] = &[
    exact(
        "math.comb",
        "ways to choose k of n",
        &[Overload { params: &[Kind::Int, Kind::Int], result: Kind::Int, function: "comb.i64" }],
        &["5, 2", "70, 35", "3, 5", "-1, 2", "2.0, 1"],
    ),
    exact(
        "math.factorial",
        "n!",
        &[Overload { params: &[Kind::Int], result: Kind::Int, function: "factorial.i64" }],
        &["0", "20", "21", "-1", "3.0"],
    ),
    exact(
        "math.gcd",
        "greatest common divisor of two ints",
        &[Overload { params: &[Kind::Int, Kind::Int], result: Kind::Int, function: "gcd.i64" }],
        &["12, -18", "0, 0", "-2**63, 6", "7, True", "2.0, 3"],
    ),
    exact(
        "math.isqrt",
        "the whole square root",
        &[Overload { params: &[Kind::Int], result: Kind::Int, function: "isqrt.i64" }],
        &["0", "15", "16", "2**63 - 1", "-1", "4.0"],
    ),
    exact(
        "math.lcm",
        "least common multiple of two ints",
        &[Overload { params: &[Kind::Int, Kind::Int], result: Kind::Int, function: "lcm.i64" }],
        &["4, 6", "0, 3", "2**40, 3**30", "-4, 6"],
    ),
    exact(
        "math.perm",
        "ways to arrange k of n",
        &[Overload { params: &[Kind::Int, Kind::Int], result: Kind::Int, function: "perm.i64" }],
        &["5, 2", "25, 20", "3, 5", "-1, 2"],
    ),
    exact(
        "math.ldexp",
        "x times 2 to the n",
        &[Overload { params: &[Kind::Float, Kind::Int], result: Kind::Float, function: "math.ldexp" }],
        &["1.5, 3", "1.0, 2000", "5e-324, -1", "0.0, 10**20", "1, 2.0"],
    ),
];

const fn exact(name: &'static str, doc: &'static str, overloads: &'static [Overload], cases: &'static [&'static str]) -> Builtin {
    Builtin { name, doc, lower: Lower::Exact(overloads), cases }
}

const LOGARITHMS: &[Builtin] = &[exact(
    "math.log",
    "natural logarithm, or to a base",
    &[
        Overload { params: &[Kind::Float], result: Kind::Float, function: "math.log" },
        Overload { params: &[Kind::Float, Kind::Float], result: Kind::Float, function: "math.log.base" },
    ],
    &["1", "2.5", "0.0", "-1", "10**400", "8, 2", "8.0, 1", "float('nan')", "'x'"],
)];

const INTRINSICS: &[Builtin] = &[
    intrinsic("math.ceil", "the smallest int that is not less", Intrinsic::MathCeil, FLOATS),
    intrinsic("math.fabs", "the absolute value, as a float", Intrinsic::MathFabs, FLOATS),
    intrinsic("math.floor", "the largest int that is not greater", Intrinsic::MathFloor, FLOATS),
    intrinsic("math.trunc", "the int without the fraction", Intrinsic::MathTrunc, FLOATS),
];

/// By kind.
pub static TABLES: &[&[Builtin]] = &[FLOAT_FUNCTIONS, PREDICATES, PAIR_FUNCTIONS, INT_FUNCTIONS, LOGARITHMS, INTRINSICS];
