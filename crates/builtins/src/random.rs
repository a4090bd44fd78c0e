//! Python's `random`.

use crate::{Builtin, Intrinsic, Lower};

pub static RANDOM: &[Builtin] = &[Builtin {
    name: "random.random",
    doc: "the same stream, and the same state of the generator afterwards",
    lower: Lower::Intrinsic(Intrinsic::Random),
    cases: &["", "1"],
}];
