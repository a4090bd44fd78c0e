//! What is promised of bits and of errors, with the llvmlite of a Python that is here: `LANCEHEAD_TEST_PYTHON` names one, else the `.venv`'s.

use llvm::{Job, Library, Output, compile};
use std::path::{Path, PathBuf};
use std::process::Command;

const UNIT: &str = "
declare double @lh_pow(double, double)
define double @multiply_add(double %a, double %b, double %c) nounwind {
  %m = fmul double %a, %b
  %r = fadd double %m, %c
  ret double %r
}
define void @axpy(ptr noalias %x, ptr noalias %y, double %a, i64 %n) nounwind {
entry:
  br label %loop
loop:
  %i = phi i64 [0, %entry], [%j, %loop]
  %px = getelementptr double, ptr %x, i64 %i
  %py = getelementptr double, ptr %y, i64 %i
  %vx = load double, ptr %px
  %vy = load double, ptr %py
  %m = fmul double %vx, %a
  %s = fadd double %m, %vy
  store double %s, ptr %py
  %j = add nuw nsw i64 %i, 1
  %c = icmp slt i64 %j, %n
  br i1 %c, label %loop, label %out
out:
  ret void
}
define double @sum(ptr %x, i64 %n) nounwind {
entry:
  br label %loop
loop:
  %i = phi i64 [0, %entry], [%j, %loop]
  %acc = phi double [0.0, %entry], [%s, %loop]
  %px = getelementptr double, ptr %x, i64 %i
  %vx = load double, ptr %px
  %s = fadd double %acc, %vx
  %j = add nuw nsw i64 %i, 1
  %c = icmp slt i64 %j, %n
  br i1 %c, label %loop, label %out
out:
  ret double %s
}
define double @square(double %x) nounwind {
  %r = call double @lh_pow(double %x, double 2.0)
  ret double %r
}
";

/// None: no Python with llvmlite here.
fn library() -> Option<Library> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = std::env::var_os("LANCEHEAD_TEST_PYTHON").map(PathBuf::from);
    let python = python.unwrap_or_else(|| match repository.join(".venv/bin/python") {
        venv if venv.exists() => venv,
        _ => "python3".into(),
    });
    let done = Command::new(python).args(["-c", "import llvmlite; print(llvmlite.__path__[0], end='')"]).output().ok()?;
    if !done.status.success() {
        eprintln!("skipped: no llvmlite for this Python");
        return None;
    }
    let folder = PathBuf::from(String::from_utf8(done.stdout).unwrap());
    // SAFETY: an llvmlite that the package may be installed with.
    Some(unsafe { Library::open(&folder.join("binding/libllvmlite.so")) }.unwrap())
}

/// For a processor with FMA and vectors, so that the test says the same on every x86-64.
fn assembly(library: &Library, text: &str, kernels: &str) -> String {
    let job = Job { text, kernels, opt: 2, cpu: Some("x86-64-v3"), output: Output::Assembly };
    String::from_utf8(compile(library, &job).unwrap()).unwrap()
}

fn function<'a>(assembly: &'a str, name: &str) -> &'a str {
    let start = assembly.find(&format!("\n{name}:")).unwrap();
    &assembly[start..start + assembly[start..].find(".size").unwrap()]
}

#[test]
fn nothing_is_contracted_or_reassociated_unless_asked() {
    let Some(library) = library() else { return };
    let exact = assembly(&library, UNIT, "");
    assert!(!exact.contains("fmadd"));
    assert!(function(&exact, "axpy").contains("mulpd"), "element-wise loops are vectorised");
    assert!(!function(&exact, "sum").contains("addpd"), "sums keep their order");
    let relaxed = UNIT.replace("fmul double", "fmul contract reassoc double").replace("fadd double", "fadd contract reassoc double");
    let relaxed = assembly(&library, &relaxed, "");
    assert!(relaxed.contains("fmadd"));
    assert!(function(&relaxed, "sum").contains("addpd"));
}

#[test]
fn calls_under_our_own_names_stay_calls() {
    let Some(library) = library() else { return };
    assert!(function(&assembly(&library, UNIT, ""), "square").contains("lh_pow"));
}

#[test]
fn there_are_no_unwind_tables_and_no_frame_pointers() {
    let Some(library) = library() else { return };
    let text = assembly(&library, UNIT, "");
    assert!(!text.contains(".cfi") && !text.contains("rbp"));
}

#[test]
fn every_level_compiles_for_this_machine() {
    let Some(library) = library() else { return };
    for opt in 0..4 {
        let object = compile(&library, &Job { text: UNIT, kernels: "", opt, cpu: None, output: Output::Object }).unwrap();
        assert_eq!(object[..4], *b"\x7fELF");
    }
}

/// A long text gets few passes, its kernels all of them; the one calls the others directly.
#[test]
fn kernels_are_linked_with_what_calls_them() {
    let Some(library) = library() else { return };
    let kernels = UNIT.replace("define void @axpy", "define hidden void @axpy");
    let filler: String = (0..400).map(|n| format!("; {n}\n")).collect();
    let text = format!(
        "declare hidden void @axpy(ptr, ptr, double, i64)\ndefine void @twice(ptr %x, ptr %y, i64 %n) nounwind {{\n\
         \x20 call void @axpy(ptr %x, ptr %y, double 2.0, i64 %n)\n  call void @axpy(ptr %x, ptr %y, double 3.0, i64 %n)\n  ret void\n}}\n{filler}"
    );
    let whole = assembly(&library, &text, &kernels);
    assert!(function(&whole, "axpy").contains("mulpd"));
    assert!(function(&whole, "twice").contains("axpy") && !function(&whole, "twice").contains("PLT"));
}

#[test]
fn bad_modules_are_errors_not_aborts() {
    let Some(library) = library() else { return };
    let undominated = "define i32 @f(i32 %a) {\n %x = add i32 %y, 1\n %y = add i32 %a, 1\n ret i32 %x\n}";
    for (text, words) in [("define", "cannot read"), ("define i32 @f() { ret double 0.0 }", "cannot read"), (undominated, "dominate")] {
        let job = Job { text, kernels: "", opt: 2, cpu: None, output: Output::Object };
        let refused = compile(&library, &job).unwrap_err().to_string();
        assert!(refused.contains(words), "{refused}");
    }
}

#[test]
fn what_is_no_llvmlite_is_said() {
    // SAFETY: there is nothing to open, and libc has none of the functions.
    let trouble = ["/nowhere/libllvmlite.so", "libc.so.6"].map(|path| unsafe { Library::open(Path::new(path)) }.err());
    assert!(trouble[0].as_ref().unwrap().contains("/nowhere/libllvmlite.so"));
    assert!(trouble[1].as_ref().unwrap().contains("LLVMPY_"));
}
