//! From a program to the text of a stage.

use crate::{Process, Stage};
use infer::{Options, Refusal, Translation};
use ir::Shape;
use std::fmt::Write;

/// HIR to verified IR that prints as what is read back, before and behind the passes.
pub fn translate(process: &mut Process, params: &[Shape], options: &Options) -> Result<Translation, Refusal> {
    let mut translation = infer::translate(process, &infer::Entry { place: infer::Place::Start, shapes: params.to_vec() }, options)?;
    check("translation", &translation.unit);
    passes::pipeline(&mut translation.unit);
    check("the passes", &translation.unit);
    Ok(translation)
}

fn check(stage: &str, unit: &ir::Unit) {
    if let Err(error) = ir::verify(unit) {
        panic!("after {stage}: {error}\n{unit}");
    }
    match ir::read(&unit.to_string()) {
        Ok(found) => assert!(found == *unit, "after {stage}: what is read back is another unit:\n{unit}"),
        Err(error) => panic!("after {stage}: {error}\n{unit}"),
    }
}

pub fn stage_text(stage: Stage, translation: &Translation) -> String {
    match stage {
        Stage::Hir => {
            let texts: Vec<_> =
                translation.infos.iter().map(|info| format!("{}\n{}", info.code.name, info.hir.print(&info.code))).collect();
            texts.join("\n")
        }
        Stage::Ir => translation.unit.to_string(),
        Stage::Llvm => functions(&codegen::llvm(&translation.unit, codegen::Options { fma: true, ..Default::default() }).to_string()),
    }
}

/// The unit's own functions; what every module has is left out.
fn functions(module: &str) -> String {
    let mut text = String::new();
    let mut is_inside = false;
    for line in module.lines() {
        is_inside |= line.starts_with("define internal fastcc ") || line.starts_with("define hidden fastcc ");
        if is_inside {
            let _ = writeln!(text, "{line}");
        }
        is_inside &= line != "}";
    }
    text
}
