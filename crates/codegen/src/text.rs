//! Types and words as LLVM's text.

use ir::Ty;
use std::fmt::Write;

pub fn ty(ty: Ty) -> &'static str {
    match ty {
        Ty::I1 => "i1",
        Ty::I64 => "i64",
        Ty::I128 => "i128",
        Ty::F64 => "double",
        Ty::Obj | Ty::Mem => "ptr",
    }
}

pub fn ret_ty(results: &[Ty]) -> String {
    let mut text = String::from("{ ");
    for result in results {
        let _ = write!(text, "{}, ", ty(*result));
    }
    text.push_str("i64 }");
    text
}

/// A float as its bits: the only form that says every NaN and zero.
pub fn float(bits: u64) -> String {
    format!("0x{bits:016X}")
}

/// `%name` = the value in the word (or words) at `%pointer`.
pub fn load_word(out: &mut String, name: &str, value: Ty, pointer: &str) {
    let _ = match value {
        Ty::I1 => writeln!(out, "  %{name}.word = load i64, ptr {pointer}\n  %{name} = trunc i64 %{name}.word to i1"),
        other => writeln!(out, "  %{name} = load {}, ptr {pointer}, align 8", ty(other)),
    };
}

pub fn store_word(out: &mut String, name: &str, kind: Ty, value: &str, pointer: &str) {
    let _ = match kind {
        Ty::I1 => writeln!(out, "  %{name}.word = zext i1 {value} to i64\n  store i64 %{name}.word, ptr {pointer}"),
        other => writeln!(out, "  store {} {value}, ptr {pointer}, align 8", ty(other)),
    };
}
