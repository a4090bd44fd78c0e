//! IR to LLVM's text.
//!
//! A function becomes `{results.., i64 status} @f<n>(ptr ctx, params..)`: status 0 is a return, 1 says that it has left, and that a record of
//! its frame lies in the context. `lh_entry(ctx, args, out)` is what the outside calls. Names of Python and HIR don't reach here.

mod array;
mod cell;
mod context;
mod func;
mod instance;
mod kernel;
mod list;
mod prelude;
mod tape;
mod text;

pub use context::{Context, LEFT, RECORD_THREW, Site};
pub use instance::Values;

use ir::{Effect, FuncId, Op, RUNTIME, Runtime, Tag, Ty, Unit};
use std::fmt::{self, Write};

#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Reassociation, FMA and powers by multiplication.
    pub fastmath: bool,
    /// The target has fused multiply-add.
    pub fma: bool,
    /// From Python 3.12 on: objects whose count, in 32 bits, is negative are never counted.
    pub immortal_objects: bool,
    /// Where a class has its version, in bytes.
    pub class_version: usize,
    /// Where instances have their attributes.
    pub values: Values,
}

impl Options {
    /// How the length and the sign of an int are kept: see `lists.ll`.
    fn layout_of_ints(&self) -> &'static str {
        if self.immortal_objects { "tagged" } else { "sized" }
    }
}

/// A unit as LLVM's text.
pub struct Module {
    pub text: String,
    /// The loops that LLVM is to take more time for, as a module of their own: it defines functions that `text` calls. Empty if there are none.
    pub kernels: String,
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        if self.kernels.is_empty() { Ok(()) } else { write!(f, "\n; kernels\n{}", self.kernels) }
    }
}

pub fn llvm(unit: &Unit, options: Options) -> Module {
    let mut out = String::with_capacity(65536);
    let objects = unit.links.objects.len().max(1);
    let scalars = unit.links.scalar_words().max(1);
    let _ = write!(
        out,
        "
@lh_objects = global [{objects} x ptr] zeroinitializer
@lh_scalars = global [{scalars} x i64] zeroinitializer

declare void @lh_leave(ptr, i64, i64, i64, ...) cold nounwind
declare ptr @lh_call_out(ptr, i64, i64, i64, ...) nounwind
declare i64 @lh_safepoint_native(ptr) cold nounwind
declare i64 @lh_end(ptr) nounwind
declare i64 @lh_is_quiet(ptr) cold nounwind
declare i64 @lh_is_quiet_any(i64, i64) nounwind
declare void @lh_share_any(i64, i64) nounwind
declare i64 @lh_drop_any(i64, i64) nounwind
"
    );
    out.push_str(OVERFLOW);
    out.push_str(if options.immortal_objects { IMMORTAL_COUNTS } else { COUNTS });
    out.push_str(&DECREF.replace("OBJECT", &(Tag::Object as i64).to_string()));
    for runtime in runtime_functions(unit) {
        let params: Vec<&str> = runtime.params.iter().map(|ty| text::ty(*ty)).collect();
        let result = runtime.result.map_or("void", text::ty);
        // What only reads is one with its like as long as nothing is written.
        let memory = if matches!(runtime.effect, Effect::Reads | Effect::Checks) { " willreturn memory(read)" } else { "" };
        let _ = writeln!(out, "declare {result} @lh_{}({}) nounwind{memory}", runtime.name, params.join(", "));
    }
    let mut kernels = String::new();
    for index in 0..unit.funcs.len() {
        func::define(&mut out, &mut kernels, unit, FuncId(index as u32), options);
    }
    for header in kernels.lines().filter_map(|line| line.strip_prefix("define ")) {
        let _ = writeln!(out, "declare {}", header.trim_end_matches(" {"));
    }
    entry(&mut out, unit);
    if !kernels.is_empty() {
        kernels = format!("{OVERFLOW}{kernels}");
    }
    for text in [&mut out, &mut kernels].into_iter().filter(|text| !text.is_empty()) {
        text.push_str(METADATA);
        prelude::complete(text);
    }
    Module { text: out, kernels }
}

const OVERFLOW: &str = "declare { i64, i1 } @llvm.sadd.with.overflow.i64(i64, i64)
declare { i64, i1 } @llvm.ssub.with.overflow.i64(i64, i64)
declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)
declare { i128, i1 } @llvm.sadd.with.overflow.i128(i128, i128)
declare { i128, i1 } @llvm.ssub.with.overflow.i128(i128, i128)
";

/// How likely branches are; from 20 on, kinds of memory that don't overlap (`mirrors.ll`, `arrays.ll`), and what a length can be.
const METADATA: &str = r#"
!0 = !{!"branch_weights", i32 1, i32 1000000}
!1 = !{!"branch_weights", i32 1000000, i32 1}
!2 = !{}
!3 = !{!"branch_weights", i32 1000, i32 30}
!20 = !{!"mirrors"}
!21 = !{!22, !22, i64 0}
!22 = !{!"heads", !20}
!23 = !{!24, !24, i64 0}
!24 = !{!"floats", !20}
!25 = !{!26, !26, i64 0}
!26 = !{!"ints", !20}
!27 = !{i64 0, i64 1152921504606846976}
!28 = !{!29, !29, i64 0}
!29 = !{!"heads of arrays", !20}
!30 = !{!31, !31, i64 0}
!31 = !{!"elements", !20}
"#;

/// Reference counts stand first in an object.
const COUNTS: &str = "
define internal void @lh_incref(ptr %object) alwaysinline nounwind {
  %old = load i64, ptr %object
  %new = add i64 %old, 1
  store i64 %new, ptr %object
  ret void
}
; True where that was the last one: then it is to be freed.
define internal i1 @lh_drop(ptr %object) alwaysinline nounwind {
  %old = load i64, ptr %object
  %new = sub i64 %old, 1
  store i64 %new, ptr %object
  %dead = icmp eq i64 %new, 0
  ret i1 %dead
}
";

const IMMORTAL_COUNTS: &str = "
define internal void @lh_incref(ptr %object) alwaysinline nounwind {
  %old = load i32, ptr %object
  %new = add i32 %old, 1
  %immortal = icmp eq i32 %new, 0
  br i1 %immortal, label %done, label %count
count:
  store i32 %new, ptr %object
  br label %done
done:
  ret void
}
define internal i1 @lh_drop(ptr %object) alwaysinline nounwind {
  %old = load i64, ptr %object
  %low = trunc i64 %old to i32
  %immortal = icmp slt i32 %low, 0
  br i1 %immortal, label %alive, label %count
count:
  %new = sub i64 %old, 1
  store i64 %new, ptr %object
  %dead = icmp eq i64 %new, 0
  ret i1 %dead
alive:
  ret i1 false
}
";

const DECREF: &str = "
; True where the object's end waits for native code to leave.
define internal i1 @lh_decref(ptr %object) alwaysinline nounwind {
  %dead = call i1 @lh_drop(ptr %object)
  br i1 %dead, label %free, label %alive, !prof !0
free:
  %status = call i64 @lh_end(ptr %object)
  %waits = icmp ne i64 %status, 0
  ret i1 %waits
alive:
  ret i1 false
}
; What a `Slot::Any` owns: most hold numbers.
define internal void @lh.share.any(i64 %tag, i64 %bits) alwaysinline nounwind {
  %owns = icmp eq i64 %tag, OBJECT
  br i1 %owns, label %share, label %done
share:
  call void @lh_share_any(i64 %tag, i64 %bits)
  br label %done
done:
  ret void
}
define internal i1 @lh.drop.any(i64 %tag, i64 %bits) alwaysinline nounwind {
  %owns = icmp eq i64 %tag, OBJECT
  br i1 %owns, label %drop, label %nothing
drop:
  %status = call i64 @lh_drop_any(i64 %tag, i64 %bits)
  %waits = icmp ne i64 %status, 0
  ret i1 %waits
nothing:
  ret i1 false
}
define internal i1 @lh_drops_quietly(ptr %object) alwaysinline nounwind {
  %count = load i64, ptr %object
  %last = icmp eq i64 %count, 1
  br i1 %last, label %ask, label %quiet, !prof !0
ask:
  %status = call i64 @lh_is_quiet(ptr %object)
  %answer = icmp ne i64 %status, 0
  ret i1 %answer
quiet:
  ret i1 true
}
";

/// The functions of the extension that the unit calls.
fn runtime_functions(unit: &Unit) -> impl Iterator<Item = &'static Runtime> + '_ {
    let insts = || unit.funcs.iter().flat_map(|func| &func.blocks).flat_map(|block| &block.insts);
    RUNTIME.iter().filter(move |runtime| insts().any(|inst| matches!(inst.op, Op::Runtime(used) if used == *runtime)))
}

/// `i64 lh_entry(ptr ctx, ptr args, ptr out)`: unpacks the words of the arguments, packs those of the result.
fn entry(out: &mut String, unit: &Unit) {
    let func = &unit.funcs[0];
    out.push_str("\ndefine i64 @lh_entry(ptr %ctx, ptr %args, ptr %out) nounwind {\n");
    let mut args = String::new();
    if !func::depth_param(unit).is_empty() {
        let _ = writeln!(out, "  %depth.at = getelementptr i8, ptr %ctx, i64 {}\n  %depth = load i64, ptr %depth.at", context::DEPTH_LEFT);
        args.push_str(func::depth_param(unit));
    }
    let mut word = 0;
    for (index, ty) in func.params.iter().flat_map(|shape| shape.types()).enumerate() {
        let _ = writeln!(out, "  %p{index} = getelementptr i64, ptr %args, i64 {word}");
        text::load_word(out, &format!("a{index}"), ty, &format!("%p{index}"));
        let _ = write!(args, ", {} %a{index}", text::ty(ty));
        word += ty.words();
    }
    let results = func.ret.types();
    let ret = text::ret_ty(&results);
    let _ = writeln!(out, "  %r = call fastcc {ret} @f0(ptr %ctx{args})");
    let mut word = 0;
    for (index, ty) in results.iter().enumerate() {
        let _ = writeln!(out, "  %v{index} = extractvalue {ret} %r, {index}");
        let _ = writeln!(out, "  %o{index} = getelementptr i64, ptr %out, i64 {word}");
        text::store_word(out, &format!("o{index}"), *ty, &format!("%v{index}"), &format!("%o{index}"));
        word += ty.words();
    }
    let _ = writeln!(out, "  %status = extractvalue {ret} %r, {}\n  ret i64 %status\n}}", results.len());
}

/// The widest result that `lh_entry` writes, in words.
pub fn result_words(results: &[Ty]) -> usize {
    results.iter().map(|ty| ty.words()).sum()
}
