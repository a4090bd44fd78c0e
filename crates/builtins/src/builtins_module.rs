//! Python's `builtins`.

use crate::{Builtin, Intrinsic, Lower};

const fn row(name: &'static str, doc: &'static str, intrinsic: Intrinsic, cases: &'static [&'static str]) -> Builtin {
    Builtin { name, doc, lower: Lower::Intrinsic(intrinsic), cases }
}

const OF_EXTREMES: &str = "of two or more numbers, or over a list, tuple, set, dict or view";
/// What `max` and `min` are tried on.
const EXTREMES: &[&str] = &[
    "1, 2",
    "2, 1.5",
    "1, 2.5, 2",
    "2.5, 1, True, -0.0",
    "3, 3.0, True, 3",
    "float('nan'), 1, 2.0, 3",
    "0.0, -0.0",
    "float('nan'), 1",
    "1, float('nan')",
    "(3, 1)",
    "[3, 1.5]",
    "{2: 1}",
    "[]",
];

pub static BUILTINS: &[Builtin] = &[
    row("builtins.abs", "the absolute value of an int, float or bool", Intrinsic::Abs, &["-3", "-0.0", "True", "-2**63", "float('-inf')"]),
    row(
        "builtins.all",
        "over a tuple, list, set, dict or view",
        Intrinsic::All,
        &["()", "(1, 0.0)", "(True, 2)", "(1, 'a')", "[1, 0]", "{}"],
    ),
    row(
        "builtins.any",
        "over a tuple, list, set, dict or view",
        Intrinsic::Any,
        &["()", "(0, 0.0)", "(False, 2)", "(0, 'a')", "[0, 2.5]", "{0}"],
    ),
    row("builtins.bool", "the truth of a number, None or a tuple", Intrinsic::Bool, &["", "0", "-0.0", "float('nan')", "()", "None"]),
    row(
        "builtins.divmod",
        "quotient and remainder of ints or floats",
        Intrinsic::Divmod,
        &["7, -3", "-7.5, 2", "1, 0", "-2**63, -1", "0.0, -1.0"],
    ),
    row(
        "builtins.enumerate",
        "of a range, a tuple, a list or a zip",
        Intrinsic::Enumerate,
        &["range(3)", "(1, 2.0), 5", "range(2), 2**63", "[1.5, 2]"],
    ),
    row("builtins.float", "of a number", Intrinsic::Float, &["", "3", "True", "2**53 + 1", "2.5"]),
    row("builtins.int", "of a number: truncates", Intrinsic::Int, &["", "3.9", "-3.9", "1e300", "float('nan')", "True"]),
    row(
        "builtins.len",
        "of a tuple, range, list, or another builtin container in place",
        Intrinsic::Len,
        &["()", "(1, 2)", "range(0, 10, 3)", "range(10, 0, -3)", "3"],
    ),
    row("builtins.max", OF_EXTREMES, Intrinsic::Max, EXTREMES),
    row("builtins.min", OF_EXTREMES, Intrinsic::Min, EXTREMES),
    row("builtins.pow", "with two or three arguments", Intrinsic::Pow, &["2, 10", "2, -1", "2.0, 0.5", "3, 200, 7", "0, -1"]),
    row("builtins.range", "of ints", Intrinsic::Range, &["3", "1, 10, 3", "10, 0, -3", "0, 1, 0", "2.0"]),
    row("builtins.reversed", "of a range, a tuple or a list", Intrinsic::Reversed, &["range(5)", "range(0, 10, 3)", "(1, 2)"]),
    row(
        "builtins.round",
        "of an int or a float, to an int or to a number of digits",
        Intrinsic::Round,
        &["2.5", "-2.5", "7", "1e300", "float('nan')", "2.675, 2", "2.5, None", "True, None"],
    ),
    row(
        "builtins.sum",
        "over a range, tuple, list, set, dict or view of numbers",
        Intrinsic::Sum,
        &[
            "(1, 2)",
            "(0.1, 0.2, 0.3)",
            "(1, 2.5), 3",
            "()",
            "[0.1, 0.2, 0.3]",
            "[1, 2.5], 3",
            "{1, 2}",
            "[]",
            "range(10)",
            "range(10, 0, -3), 5",
            "range(0), 7",
            "range(2**62, 2**63 - 1, 2**60)",
            "range(9), 2.5",
            "range(-2**63, 2**62, 2**58)",
            "range(5), True",
        ],
    ),
    row("builtins.tuple", "of a tuple", Intrinsic::Tuple, &["", "(1, 2)", "[1]"]),
    row(
        "builtins.zip",
        "of ranges, tuples and lists; `zip(*rows)`",
        Intrinsic::Zip,
        &["", "range(3), (1, 2)", "range(0), range(5)", "[1.5, 2], (3, 4, 5)"],
    ),
];
