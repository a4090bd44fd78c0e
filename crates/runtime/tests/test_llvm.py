"""What `lancehead._llvm` promises of bits and of its messages. Under pytest, or as a script in a throw-away environment:

    python crates/runtime/tests/test_llvm.py
"""

import importlib.util
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).parents[3] / "python/lancehead/_llvm.py"

UNIT = """
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
"""


def load():
    spec = importlib.util.spec_from_file_location("_llvm", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def function(assembly, name):
    start = assembly.index(f"\n{name}:")
    return assembly[start : assembly.index(".size", start)]


# A processor with FMA and vectors, so that the test says the same on every x86-64.
CPU = {"cpu": "x86-64-v3"}


def test_nothing_is_contracted_or_reassociated_unless_asked():
    llvm = load()
    exact = llvm.compile_asm(UNIT, **CPU)
    assert "fmadd" not in exact
    assert "mulpd" in function(exact, "axpy"), "element-wise loops are vectorised"
    assert "addpd" not in function(exact, "sum"), "sums keep their order"
    relaxed = llvm.compile_asm(UNIT, fastmath=True, **CPU)
    assert "fmadd" in relaxed
    assert "addpd" in function(relaxed, "sum")


def test_calls_under_our_own_names_stay_calls():
    assert "lh_pow" in function(load().compile_asm(UNIT, **CPU), "square")


def test_no_unwind_tables_and_no_frame_pointers():
    assembly = load().compile_asm(UNIT, **CPU)
    assert ".cfi" not in assembly and "rbp" not in assembly


def test_every_level_compiles_for_this_machine():
    llvm = load()
    for opt in range(4):
        assert llvm.compile_ir(UNIT, opt=opt)[:4] == b"\x7fELF"


def test_bad_modules_are_errors_not_aborts():
    llvm = load()
    undominated = "define i32 @f(i32 %a) {\n %x = add i32 %y, 1\n %y = add i32 %a, 1\n ret i32 %x\n}"
    for text, words in [("define", "cannot read"), ("define i32 @f() { ret double 0.0 }", "cannot read"), (undominated, "dominate")]:
        try:
            llvm.compile_ir(text)
        except llvm.CompileError as error:
            assert words in str(error) and error.text == text
        else:
            raise AssertionError(text)


def import_error(program):
    output = subprocess.run([sys.executable, "-c", program, str(SOURCE.parent)], capture_output=True, text=True)
    return output.stderr.splitlines()[-1]


def test_a_missing_or_old_llvmlite_is_said_with_what_to_do():
    start = "import sys, types; sys.path.insert(0, sys.argv[1]); "
    missing = import_error(start + "sys.modules['llvmlite'] = None; import _llvm")
    assert "ImportError" in missing and "pip install" in missing
    old = import_error(
        start + "m = types.ModuleType('llvmlite'); m.__version__ = '0.44.0'; m.__path__ = []; "
        "b = types.ModuleType('llvmlite.binding'); m.binding = b; "
        "sys.modules.update({'llvmlite': m, 'llvmlite.binding': b}); import _llvm"
    )
    assert "found 0.44.0" in old and "pip install" in old


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name)
    print(load().version())
