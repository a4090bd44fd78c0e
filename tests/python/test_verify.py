"""`lancehead verify` finds each kind of difference, and no difference where there is none. The programs tell the two runs apart by the switch
that `verify` sets, and so play a Lancehead that is wrong."""

import os
import signal
import subprocess
import sys
import time

import pytest

from lancehead._verify.compare import first_difference, without_addresses

WRONG = "import os\nwrong = os.environ.pop('LANCEHEAD') == '1'\n"


def verify(folder, *arguments, stdin=b"", **environment):
    environment = os.environ | {"LANCEHEAD_CACHE_DIR": str(folder / "cache")} | environment
    command = [sys.executable, "-m", "lancehead", "verify", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, input=stdin, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def verify_text(folder, text, *arguments, **more):
    (folder / "program.py").write_text(text)
    return verify(folder, *arguments, "program.py", **more)


RICH = """\
import array, collections, enum, functools, random, sys
class Point:
    made = 0
    def __init__(self, x): self.x = x; Point.made += 1
class Slotted:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1.5
class Colour(enum.Enum):
    RED = 1
slotted, points = Slotted(), [Point(i * 0.1) for i in range(5)]
grid = [[0.0] * 8 for _ in range(8)]
also = grid[3]
total = 0
for k in range(40):
    for i in range(1, 8):
        for j in range(8):
            grid[i][j] = grid[i - 1][j] * 0.25 + k
            total += i * j
cyclic = [1]; cyclic.append((cyclic, total))
mixed = {"a": (1, 2.5, float("nan"), -0.0, 1j, 2**90), (1, "b"): {3, 4}, None: frozenset({"x", b"y"})}
queue = collections.deque([1, total], 5)
numbers = array.array("d", [1, 2])
def counter():
    n = 0
    def bump():
        nonlocal n
        n += 1
        return n
    return bump
count = counter(); count()
partial = functools.partial(max, grid)
random.seed(3)
drawn = [random.random() for _ in range(10)]
walk = iter(grid); next(walk)
later = (row for row in grid)
del k
print(total, points[0], sys.stdin.read(), sys.argv)
"""


@pytest.mark.parametrize("options", [[], ["--threshold", "0", "--deopt-every=7"]], ids=" ".join)
def test_a_program_does_the_same(options, tmp_path):
    (tmp_path / "rich.py").write_text(RICH)
    status, text = verify(tmp_path, *options, "rich.py", "--timeout", "x", stdin=b"some\ninput")
    assert status == 0, text
    assert "variables   the same: " in text and "the state of random" in text and "later (generator" in text
    assert "stdout      the same but for the addresses of objects" in text
    assert ("entered" if options else "nothing ran natively") in text
    assert text.endswith("\nthe same\n") and "python " in text.splitlines()[-2]


DIFFERENCES = {
    "a line of stdout": (
        "print('first')\nprint(1.0 if wrong else 1)",
        ["stdout      DIFFERENT: line 2", "python    | 1\n", "lancehead | 1.0\n"],
    ),
    "a line more": ("print('first')\nif wrong: print('second')", ["line 2", "(nothing more)"]),
    "no end of line": ("print('x', end='' if wrong else '\\n')", ["stdout      DIFFERENT: line 1", "end of line"]),
    "a long line": ("print('x' * 500 + str(wrong))", ["…", "True", "False"]),
    "a line of stderr": ("import sys\nprint(wrong, file=sys.stderr)", ["stderr      DIFFERENT: line 1"]),
    "an exit status": ("import sys\nsys.exit(3 if wrong else 0)", ["exit        DIFFERENT: 0 with python, 3 with lancehead run"]),
    "a death": (
        "import os, signal\nif wrong: os.kill(os.getpid(), signal.SIGKILL)",
        ["killed by SIGKILL", "lancehead run did not come to its end"],
    ),
    "a traceback": ("if wrong: 1 / 0", ["stderr      DIFFERENT", "exit        DIFFERENT: 0 with python, 1"]),
    "a number": ("x = [[0.1 + 0.2, 1], 3]\nif wrong: x[0][0] = 0.3", ["x[0][0]", "0.30000000000000004 (float)", "0.3 (float)"]),
    "a type": ("x = {'k': 1}\nif wrong: x['k'] = True", ["x['k']", "1 (int)", "True (bool)"]),
    "the sign of a zero": ("x = (0.0, -0.0 if wrong else 0.0)", ["x[1]", "-0.0 (float)"]),
    "a key": ("x = {1: 2}\nif wrong: x = {1.0: 2}", ["key 0 of x", "1.0 (float)"]),
    "a length": ("x = [1, 2]\nif wrong: x.append(3)", ["len(x)", "python    | 2\n"]),
    "a name": ("if wrong: new = 1", ["the names of __main__", "new"]),
    "the order of names": ("if wrong: b = a = 1\nelse: a = b = 1", ["the names of __main__ (their order)"]),
    "an alias": ("x = [1]\ny = [1] if wrong else x", ["which object y is", "the same object as x", "an object of its own"]),
    "an alias too many": ("x = [1]\ny = x if wrong else [1]", ["which object y is"]),
    "an attribute": ("class A: pass\na = A()\na.x = [wrong]", ["a.x[0]"]),
    "a slot": ("class A: __slots__ = 'x'\na = A()\nif not wrong: a.x = 1", ["the attributes of a", "x"]),
    "an attribute of a class": ("class A: n = 0\nA.n += wrong", ["A.n"]),
    "a variable of a closure": ("def f():\n    n = wrong\n    return lambda: n\ng = f()", ["g (its closure)[0][0]"]),
    "a default": ("def f(x=wrong): pass", ["f (its defaults)[0]"]),
    "a set": ("s = {1, 2}\nif wrong: s = {1, 3}", ["s[1]"]),
    "an iterator": ("it = iter([1, 2, 3])\nnext(it)\nif wrong: next(it)", ["it[0][2]"]),
    "bytes of an array": ("import array\na = array.array('d', [1, 2.5 if wrong else 2])", ["a.flat[1]"]),
    "a class": ("x = [1]\nif wrong: x = (1,)", ["list of 1", "tuple of 1"]),
    "a name of a module": ("import settings\nif wrong: settings.y = 2", ["the names of settings", "y"]),
    "the generator's state": ("import random\nrandom.seed(1)\nif wrong: random.random()", ["random.the state"]),
    "a file": ("open('out', 'w').write(f'one\\n{wrong}\\n')", ["out, line 2", "True"]),
    "a file too many": ("if wrong: open('out', 'w').close()", ["out was written by lancehead run only"]),
    "text after exit": ("import atexit\natexit.register(print, wrong)", ["stdout      DIFFERENT"]),
}


@pytest.mark.parametrize(("program", "words"), DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_a_difference_is_found(program, words, tmp_path):
    (tmp_path / "settings.py").write_text("x = 1\n")
    status, text = verify_text(tmp_path, WRONG + program + "\ndel wrong\n")
    assert status == 1, text
    assert text.endswith("\nDIFFERENT\n") and all(word in text for word in words), text


VARYING = {
    "a time": "import time\nprint('took', time.perf_counter_ns())\nprint('same')",
    "a variable": "import time\nt = {'now': time.perf_counter_ns()}",
    "a file": "import os\nopen('out', 'w').write(f'same\\n{os.getpid()}')",
    "an exit status": "import os, sys, time\nsys.exit(time.perf_counter_ns() % 100 + 10)",
}


@pytest.mark.parametrize("program", VARYING.values(), ids=VARYING.keys())
def test_what_python_does_not_do_twice_is_not_compared(program, tmp_path):
    status, text = verify_text(tmp_path, program)
    assert status == 2, text
    assert "so it is between two runs of python" in text and "DIFFERENT" not in text


def test_a_difference_shows_beside_what_varies(tmp_path):
    status, text = verify_text(
        tmp_path, WRONG + "import time\nprint(time.perf_counter_ns())\nprint(wrong)\nt = time.perf_counter_ns(), wrong"
    )
    assert status == 1 and "stdout      DIFFERENT: line 2" in text and "t[1]" in text, text


def test_each_run_finds_the_files_as_they_were(tmp_path):
    (tmp_path / "log").write_text("before\n")
    program = "import os\nprint(open('log').read(), os.path.exists('new'))\nopen('log', 'a').write('more\\n')\nopen('new', 'w').write('x')"
    status, text = verify_text(tmp_path, program)
    assert status == 0, text
    assert "files       the same: " in text
    assert (tmp_path / "log").read_text() == "before\nmore\n" and (tmp_path / "new").read_text() == "x"


def test_what_is_not_undone_is_said(tmp_path):
    status, text = verify_text(tmp_path, "import os\nos.mkdir('x') if not os.path.exists('x') else None")
    assert status == 0 and "makes folders" in text and "neither compared nor undone" in text


def test_the_program_sees_nothing_of_it(tmp_path):
    program = "import os, sys\nprint(sorted(os.environ), sys.path, [m for m in sys.modules if 'site' in m or 'verify' in m])"
    _, text = verify_text(tmp_path, WRONG + program + "\nif wrong: print('end')", PYTHONPATH=str(tmp_path))
    [line] = [line for line in text.splitlines() if "before" in line]
    assert "LANCEHEAD_VERIFY" not in line and os.path.join("_verify", "child") not in line and "'sitecustomize'" not in line
    assert str(tmp_path) in line or "…" in line


def test_a_sitecustomize_of_the_users_runs(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('custom')\n")
    status, text = verify_text(tmp_path, "x = 1", PYTHONPATH=str(tmp_path))
    assert status == 0 and "stdout      the same, 1 line" in text


def test_modules_and_commands(tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__main__.py").write_text("import sys\nx = 1\nprint(__name__, sys.argv[1:])\n")
    assert verify(tmp_path, "-m", "package", "a")[0] == 0
    assert verify(tmp_path, "package")[0] == 0
    assert verify(tmp_path, "-O", "-c", "x = 1; print(__debug__)", "a")[0] == 0
    assert verify(tmp_path, "-", stdin=b"print(1)")[0] == 0


def test_kept_out_it_says_so(tmp_path):
    status, text = verify_text(tmp_path, "print(1)", "-E")
    assert status == 0 and "variables   not compared" in text


def test_a_run_that_takes_too_long_is_ended(tmp_path):
    status, text = verify_text(tmp_path, "import time\ntime.sleep(60)", "--timeout", "0.5")
    assert status == 2 and "did not end within 0.5 s" in text
    status, text = verify_text(tmp_path, WRONG + "import time\nif wrong: time.sleep(60)", "--timeout", "2")
    assert status == 1 and "lancehead run did not end within the limit" in text


def test_ctrl_c_ends_it_and_the_program(tmp_path):
    (tmp_path / "program.py").write_text("import os, time\nopen('started', 'w').write(str(os.getpid()))\ntime.sleep(60)\n")
    process = subprocess.Popen([sys.executable, "-m", "lancehead", "verify", "program.py"], cwd=tmp_path, stdin=subprocess.DEVNULL)
    while not (tmp_path / "started").exists() or not (tmp_path / "started").read_text():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "started").read_text()), 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "missing"),
        (["--frobnicate", "x.py"], "no option --frobnicate"),
        (["no_such.py"], "there is no file no_such.py"),
        (["--deopt-every", "often", "x.py"], "--deopt-every needs a number, not 'often'"),
        (["--timeout", "-1", "x.py"], "--timeout needs a number of seconds"),
        (["--report", "x.py"], "no option --report"),
    ],
    ids=" ".join,
)
def test_an_error_is_one_sentence_and_exit_status_2(arguments, words, tmp_path):
    status, text = verify(tmp_path, *arguments)
    assert status == 2 and words in text and text.count("\n") == 1


def test_help_names_every_option(tmp_path):
    status, text = verify(tmp_path, "--help")
    assert status == 0 and all(
        option in text for option in ("--deopt-every", "--threshold", "--timeout", "--include", "-m", "-c", "exit status")
    )


def test_which_addresses_are_the_same_still_shows():
    assert without_addresses(b"<A at 0x7f0011223344> <A at 0x7f0011223344>") == b"<A at #1> <A at #1>"
    assert without_addresses(b"<A at 0x7f0011223344> <A at 0x7f0011223388>") == b"<A at #1> <A at #2>"


def test_a_line_that_varies_comes_after_one_that_does_not():
    found = first_difference(b"1\n2\n", b"a\nb\n", b"x\n2\n")
    assert (found.number, found.is_varying) == (2, False)
