//! What functions of the standard library's C modules give, where that is always the same.

use ir::{Elem, Kind};

/// Of the function of this name, in its module written in C.
pub fn result_of(name: &str) -> Option<Elem> {
    let (module, function) = name.split_once('.')?;
    Some(match (module, function) {
        ("cmath", "phase") => Elem::Float,
        ("cmath", "polar") => Elem::Exact(Kind::Tuple(vec![Elem::Float, Elem::Float])),
        ("cmath", "isclose" | "isfinite" | "isinf" | "isnan") => Elem::Bool,
        ("cmath", _) => Elem::Complex,
        ("math", "dist" | "fsum" | "gamma" | "lgamma" | "hypot") => Elem::Float,
        ("math", "isclose") => Elem::Bool,
        ("math", "modf") => Elem::Exact(Kind::Tuple(vec![Elem::Float, Elem::Float])),
        ("math", "frexp") => Elem::Exact(Kind::Tuple(vec![Elem::Float, Elem::Int])),
        ("_bisect", "bisect_left" | "bisect_right") => Elem::Int,
        _ => return None,
    })
}
