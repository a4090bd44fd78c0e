"""What looks into a program, or starts others, does the same under `lancehead run`: debuggers, profilers, `inspect`, `pickle`, `runpy`, pytest,
and the processes of `multiprocessing`, which run natively too."""

import os
import re
import subprocess
import sys

import pytest

RUN = [sys.executable, "-m", "lancehead", "run"]
LOOP = """\
def total(n):
    s = 0
    for i in range(n):
        s += i * i % 7
    return s
"""
# Whether a function's loops have guards.
GUARDED = "def is_guarded(f): return 'loop_guard' in str(f.__code__.co_consts)\n"


def done(folder, command, stdin="", **environment):
    environment = os.environ | {"LANCEHEAD_CACHE_DIR": str(folder / "cache"), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80"} | environment
    done = subprocess.run(command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, timeout=40)
    return done.stdout, done.stderr, done.returncode


def assert_same(folder, arguments, stdin="", varying=r"$^"):
    """With everything compiled at first sight, and left often. `varying` matches what differs from run to run."""
    plain = [re.sub(varying, "*", str(part)) for part in done(folder, [sys.executable, *arguments], stdin)]
    for settings in ({"LANCEHEAD_THRESHOLD": "0"}, {"LANCEHEAD_THRESHOLD": "0", "LANCEHEAD_DEOPT_EVERY": "7"}):
        got = [re.sub(varying, "*", str(part)) for part in done(folder, [*RUN, *arguments], stdin, LANCEHEAD_OPT="0", **settings)]
        assert got == plain, settings
    return plain


PROGRAMS = {
    "inspect": LOOP
    + """
import inspect, sys
class A:
    def f(self):
        for i in range(3): yield i
def outer():
    for i in range(2):
        frame = inspect.currentframe()
        print(inspect.getframeinfo(frame).code_context, [f.function for f in inspect.stack()])
outer()
print(inspect.getsource(total), inspect.getsource(A), inspect.getsource(A.f), inspect.signature(total))
print(inspect.getsource(sys.modules['__main__'])[:40], inspect.getsourcefile(total), inspect.getsourcelines(total)[1])
print(total.__code__.co_firstlineno, list(total.__code__.co_lines())[0], total.__code__.co_varnames, total.__qualname__)
""",
    "pickle": LOOP
    + """
import copy, pickle
class Point:
    def __init__(self, x): self.x = [x] * 3
    def __eq__(self, other): return self.x == other.x
for i in range(3):
    data = pickle.dumps((total, Point, Point(i), Point.__init__))
    f, P, p, g = pickle.loads(data)
    print(f is total, P is Point, p == Point(i), g is Point.__init__, len(data), f(10), copy.deepcopy(p) == p)
""",
    "runpy": """
import runpy, sys
names = runpy.run_path("total.py", run_name="somebody")
print(sorted(names), names["total"](100), names["__name__"])
print(runpy.run_module("total", run_name="another")["total"](50))
for i in range(3):
    runpy.run_path("prints.py", {"i": i})
""",
    "exec and compile": """
source = open("total.py").read()
names = {}
for i in range(3):
    exec(compile(source, "total.py", "exec"), names)
    print(names["total"](10 * i), eval("total(5) + i", names, {"i": i}))
""",
    "settrace": LOOP
    + """
import sys
seen = []
def tracer(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        seen.append((frame.f_code.co_name, event, frame.f_lineno, dict(frame.f_locals) if frame.f_code.co_name == "total" else None))
    return tracer
total(5)
sys.settrace(tracer)
total(5)
sys.settrace(None)
total(5)
print(seen)
""",
    "profile": LOOP
    + """
import cProfile, pstats
total(10)
profile = cProfile.Profile()
profile.enable()
for i in range(4): total(i)
profile.disable()
stats = pstats.Stats(profile)
print(sorted((key[1:], value[:2]) for key, value in stats.stats.items()))
""",
    "trace module": LOOP
    + """
import trace
tracer = trace.Trace(count=1, trace=0)
tracer.runfunc(total, 20)
print(sorted((line, count) for (file, line), count in tracer.results().counts.items() if file == __file__))
""",
    "traceback of threads": LOOP
    + """
import threading
def fails():
    for i in range(3):
        total(1 // (2 - i))
threading.excepthook = lambda args: print(args.exc_type, args.exc_value, args.exc_traceback.tb_next.tb_lineno)
thread = threading.Thread(target=fails); thread.start(); thread.join()
""",
    "warnings": """
import warnings
for i in range(3):
    warnings.warn(f"number {i}")
    warnings.warn("once")
""",
    "logging": """
import logging
logging.basicConfig(format="%(filename)s %(lineno)d %(funcName)s %(message)s")
def f():
    for i in range(3):
        logging.warning("in %d", i)
f()
""",
    "dis and ast": LOOP
    + """
import ast, dis, symtable
print(ast.dump(ast.parse("for i in x: pass")))
for i in range(2):
    print([type(node).__name__ for node in ast.walk(ast.parse(open(__file__).read()))][:5])
""",
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "total.py").write_text(LOOP)
    (tmp_path / "prints.py").write_text("for j in range(2): print(i, j, __name__)\n")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_program_that_looks_does_the_same(program, folder):
    (folder / "program.py").write_text(program)
    _, err, status = assert_same(folder, ["program.py"])
    assert status == "0", err


def test_pdb_steps_and_shows_what_it_would(folder):
    (folder / "program.py").write_text(LOOP + "x = total(3)\nbreakpoint()\ny = total(4)\nprint(x, y)\n")
    commands = "p x\nb total\nc\nn\nn\nn\np s, i\nw\nl\nr\ncl 1\nc\n"
    assert_same(folder, ["program.py"], commands)
    assert_same(folder, ["-m", "pdb", "program.py"], "b 4\nc\np s\nc\np s\ncl 1\nc\nc\nq\n")
    assert_same(folder, ["-c", "import pdb, total\npdb.run('total.total(2)')"], "s\ns\ns\nn\nn\np s\nc\n")


def test_post_mortem_shows_the_frames(folder):
    (folder / "program.py").write_text(
        "import pdb, sys\ndef f(n):\n    for i in range(n):\n        s = 1 // (2 - i)\ntry: f(5)\nexcept ZeroDivisionError: pdb.post_mortem()\n"
    )
    out, _, _ = assert_same(folder, ["program.py"], "p i, s\nw\nu\nq\n")
    assert "(2, 1)" in out


def test_interactive_mode_goes_on_with_the_variables(folder):
    (folder / "program.py").write_text(LOOP + "x = total(10)\n")
    out, _, _ = assert_same(folder, ["-i", "program.py"], "print(x, total(3))\nfor i in range(2): print(i)\n\n")
    assert out == "19 5\n0\n1\n"


@pytest.mark.parametrize("end", ["1 / 0", "sys.exit(3)", "sys.exit('text')", "x = ("])
def test_interactive_mode_goes_on_after_an_error(end, folder):
    (folder / "program.py").write_text("import sys\nfor i in range(3): pass\n" + end)
    assert_same(
        folder, ["-i", "program.py"], "print(sys.last_type, sys.last_traceback)\n1 + ''\nimport sys\nprint(sys.last_type)\n", r"0x\w+"
    )
    assert_same(folder, ["-i", "-c", "import sys\nx = 1\n" + end], "print(x)\n2 / 0\n")
    assert_same(folder, ["-i", "-m", "program"], "print(sys.last_value)\n2 / 0\n")


def test_cprofile_of_a_program(folder):
    (folder / "program.py").write_text("from total import total\nfor i in range(5): total(i)\nprint('done')\n")
    # The hook of imports is profiled too; what counts is the program's part.
    own = r"(?m)(^(?!.*(total|program)\.py:).*\n)+|\d+\.\d+"
    out, _, _ = assert_same(folder, ["-m", "cProfile", "-s", "nfl", "program.py"], varying=own)
    assert "total.py:1(total)" in out


def test_coverage_sees_every_line(folder):
    pytest.importorskip("coverage")
    (folder / "program.py").write_text(
        LOOP + "if total(3) > 100:\n    print('never')\nfor k in range(30):\n    x = total(k)\n    if k > 40:\n        y = 1\n"
    )
    for measure in (["-m", "coverage", "run", "program.py"], ["-m", "coverage", "run", "--branch", "program.py"]):
        assert_same(folder, measure)
        reports = []
        for launcher in ([sys.executable], RUN):
            done(folder, [*launcher, *measure], LANCEHEAD_THRESHOLD="0")
            reports.append(done(folder, [sys.executable, "-m", "coverage", "report", "-m"]))
        assert reports[0] == reports[1] and "program.py" in reports[0][0] and "7, 11" in reports[0][0].replace("10->8, ", "")


def test_pytest_inside(folder):
    (folder / "test_it.py").write_text(
        GUARDED
        + LOOP
        + "import pytest\n@pytest.mark.parametrize('n, wanted', [(3, 5), (4, 5)])\ndef test_total(n, wanted):\n"
        + "    for i in range(3):\n        assert total(n) == wanted, i\ndef test_print(capsys):\n    for i in range(3): print(i)\n"
        + "    assert capsys.readouterr().out == '0\\n1\\n2\\n'\n"
    )
    out, _, status = assert_same(folder, ["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"], varying=r"\d+\.\d+s")
    assert status == "1" and "1 failed, 2 passed" in out


def test_a_python_that_the_program_starts_is_python(folder):
    (folder / "program.py").write_text(
        "import subprocess, sys\nfor i in range(2):\n    print(subprocess.run([sys.executable, 'child.py', str(i)], capture_output=True, text=True))\n"
    )
    (folder / "child.py").write_text(
        GUARDED + LOOP + "import os, sys\nprint(is_guarded(total), sys.argv, sorted(k for k in os.environ if 'VERIFY' in k))\n"
    )
    out, _, _ = assert_same(folder, ["program.py"], varying=r"'[^']*bin/python[^']*'")
    assert out.count("False") == 2


CHILDREN = (
    GUARDED
    + LOOP
    + """
import concurrent.futures, multiprocessing, os, sys
import total as module

def work(n):
    return n, total(n), module.total(n), __name__, SHOW and (is_guarded(total), is_guarded(module.total))

SHOW = len(sys.argv) > 2
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(2) as pool:
        print(pool.map(work, range(4)))
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        print(list(pool.map(work, range(3))), pool.submit(work, 5).result())
    process = context.Process(target=print, args=("in a process", total(7)))
    process.start(); process.join(); print(process.exitcode)
    print(sorted(name for name in vars(sys.modules["__main__"]) if "lance" in name or "install" in name))
    with context.Pool(1) as pool:
        try: pool.apply(work, ("x",))
        except TypeError as error: print(str(error.__cause__)[-200:])
"""
)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_do_the_same_and_run_natively(method, folder):
    (folder / "program.py").write_text(CHILDREN)
    options = ["-W", "ignore::DeprecationWarning"]  # 3.12 warns of fork beside threads
    assert_same(folder, [*options, "program.py", method])
    assert_same(folder, [*options, "-m", "program", method])
    for command, guarded in (
        ([*RUN, *options, "program.py", method, "show"], "(True, True)"),
        ([*RUN, *options, "-m", "program", method, "show"], "(True, True)"),
        ([*RUN, *options, "--exclude", "total", "program.py", method, "show"], "(True, False)"),
        ([sys.executable, *options, "program.py", method, "show"], "(False, False)"),
    ):
        out, err, status = done(folder, command)
        assert status == 0 and err == "", err
        assert out.count("True, ") + out.count("False, ") == out.count(guarded) == 8, out


def test_a_child_without_lancehead_is_a_plain_one(folder):
    """The program found Lancehead where its children do not look."""
    (folder / "program.py").write_text(
        "import multiprocessing, sys\ndef work(): print('worked', 'lancehead' in sys.modules)\n"
        "if __name__ == '__main__':\n    import os\n    os.environ['PYTHONPATH'] = 'blocking'\n"
        "    p = multiprocessing.get_context('spawn').Process(target=work); p.start(); p.join()\n"
    )
    (folder / "blocking").mkdir()
    (folder / "blocking" / "lancehead.py").write_text("raise ImportError('not here')\n")
    out, err, _ = done(folder, [*RUN, "program.py"])
    assert (out, err) == ("worked False\n", "")
