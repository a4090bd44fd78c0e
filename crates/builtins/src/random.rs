//! Python's `random`: its own generator and its methods, as long as they are those that Python came with.

use crate::{Builtin, Intrinsic, Lower};

const fn row(name: &'static str, doc: &'static str, intrinsic: Intrinsic, cases: &'static [&'static str]) -> Builtin {
    Builtin { name, doc, lower: Lower::Intrinsic(intrinsic), cases }
}

pub static RANDOM: &[Builtin] = &[
    row("random.random", "the same stream, and the same state of the generator afterwards", Intrinsic::Random, &["", "1"]),
    row(
        "random.randint",
        "of two ints: the same stream",
        Intrinsic::RandomInt,
        &["1, 6", "0, 0", "5, 2", "-7, 2**62", "0, 2**63 - 1", "0.5, 2", "True, 3"],
    ),
    row(
        "random.randrange",
        "of one or two ints: the same stream",
        Intrinsic::RandomRange,
        &["10", "0", "-3", "2, 9", "9, 2", "1, 10, 3", "2**40", "2**63 - 1", "2.5"],
    ),
    row("random.uniform", "of two numbers: the same stream", Intrinsic::RandomUniform, &["0, 1", "1.5, -2.5", "3, 3", "0.0, 1e308"]),
    row(
        "random.choice",
        "of a list, a string or a tuple in place: the same stream",
        Intrinsic::RandomChoice,
        &["[1, 2, 3]", "'abc'", "[]", "''", "[1.5, 'a', None]", "(1, 2)", "range(3)", "5"],
    ),
];
