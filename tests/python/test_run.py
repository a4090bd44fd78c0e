"""`lancehead run` is `python`, whatever stands on its command line; and what it says about itself."""

import json
import os
import py_compile
import subprocess
import sys
import zipapp

import pytest

import lancehead as lh

RUN = [sys.executable, "-m", "lancehead", "run"]
SHOW = """\
import os, sys, __main__
print(sys.argv, __name__, __spec__ and __spec__.name, __package__, sorted(vars(__main__)), os.path.basename(str(globals().get("__file__"))))
print(sys.path[0], sys.flags.optimize, sys.warnoptions, __main__ is sys.modules["__main__"])
frame = sys._getframe().f_back
while frame:
    print(frame.f_code.co_filename, frame.f_code.co_name, frame.f_lineno)
    frame = frame.f_back
"""
FLAGS = """
import sys, warnings

def f(n):
    "doc"
    s = 0
    for i in range(n):
        s += i
        if i == 50_000:
            warnings.warn("a warning")
            print(b"x" == "x", "é", file=sys.stderr)
            assert i < 5, "asserts are on"
    return s

for k in range(3):
    try:
        print(k, f(60_000 if k else 100), f.__doc__)
    except AssertionError as error:
        print(error)
print(sys.flags, sys.warnoptions, sorted(sys._xoptions), __debug__, sys.stdout.write_through, sys.stdout.encoding)
for k in range(1000):
    digits = len(str(10**k))
f(60_000)
"""
LOOP = "total = 0\nfor i in range(3_000_000):\n    total += i * i % 7\nprint(total)\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "show.py").write_text(SHOW)
    (tmp_path / "fails.py").write_text("def f(x):\n    return 1 / x\n\nfor i in (1, 0):\n    f(i)\n")
    (tmp_path / "exits.py").write_text(
        "import atexit, sys\natexit.register(print, 'at exit')\nfor i in range(9):\n    if i == 5: sys.exit(i)\n"
    )
    (tmp_path / "says.py").write_text("raise SystemExit('so long')\n")
    (tmp_path / "flags.py").write_text(FLAGS)
    (tmp_path / "bad.py").write_text("print(1)\nx = (\n")
    (tmp_path / "loop.py").write_text(LOOP)
    (tmp_path / "at_exit.py").write_text(
        "import atexit, sys\natexit.register(lambda: print(sorted(globals())))\nif sys.argv[1:]: eval(sys.argv[1])\n"
    )
    py_compile.compile(tmp_path / "show.py", tmp_path / "show.pyc")
    (tmp_path / "empty_folder").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "__main__.py").write_text("import atexit\natexit.register(print, 'end')\n" + SHOW + LOOP)
    zipapp.create_archive(tmp_path / "folder", tmp_path / "archive")
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("import atexit, sys\natexit.register(lambda: print(sorted(vars(sys.modules['__main__']))))\n")
    (package / "__main__.py").write_text("from . import module\n" + SHOW + "print(module.total(1000))\n")
    (package / "module.py").write_text("def total(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\n")
    return tmp_path


def done(command, folder, stdin="", **environment):
    environment = os.environ | {"LANCEHEAD_CACHE_DIR": str(folder / "cache"), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    done = subprocess.run(command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, timeout=60)
    return done.stdout, done.stderr, done.returncode


@pytest.mark.parametrize(
    "arguments",
    [
        ["show.py", "a", "-b", "--report"],
        ["./show.py"],
        ["-O", "-W", "error", "show.py", "x"],
        ["-c", SHOW, "a", "-c"],
        ["-m", "package", "a"],
        ["-m", "package.module"],
        ["folder", "a"],
        ["-P", "folder", "a"],
        ["archive", "a"],
        ["show.pyc", "a"],
        ["empty_folder"],
        ["at_exit.py"],
        ["-P", "at_exit.py", "1"],
        ["at_exit.py", "sys.exit()"],
        ["at_exit.py", "1 / 0"],
        ["-m", "no_such_module"],
        ["-"],
        ["fails.py"],
        ["exits.py"],
        ["says.py"],
        ["bad.py"],
        ["no_such_file.py"],
        ["-c", "raise KeyError(1)"],
        ["-u", "flags.py"],
        ["-OO", "flags.py"],
        ["-bb", "flags.py"],
        ["-R", "-I", "flags.py"],
        ["-B", "-s", "-q", "flags.py"],
        ["-W", "error::UserWarning", "flags.py"],
        ["-X", "dev", "flags.py"],
        ["-X", "utf8", "-X", "int_max_str_digits=640", "-X", "no_debug_ranges", "flags.py"],
        ["-X", "tracemalloc", "-X", "faulthandler", "-W", "ignore", "flags.py"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("threshold", ["0", "1"])
def test_a_command_line_does_what_pythons_does(arguments, threshold, folder):
    wanted = done([sys.executable, *arguments], folder, stdin=SHOW)
    assert done([*RUN, *arguments], folder, stdin=SHOW, LANCEHEAD_THRESHOLD=threshold) == wanted


def test_its_own_options_are_its_own(folder):
    out, err, status = done([*RUN, "--report", f"--report-json={folder / 'report.json'}", "loop.py"], folder, LANCEHEAD_THRESHOLD="0")
    assert (out, status) == (done([sys.executable, "loop.py"], folder)[0], 0)
    assert "loop.py:2-3 in <module>: native" in err and "of the whole time: native" in err
    report = json.loads((folder / "report.json").read_text())
    [region] = report["regions"]
    assert region["compiled"] and region["entered"] >= 1 and (region["line"], region["end_line"]) == (2, 3) and region["verdict"] is None
    assert report["total_seconds"] > region["seconds"] > 0 and report["compile_seconds"] > 0


NESTED = """\
words = ["a", "b", "c"] * 40_000
for part in range(6):
    for word in words:
        word.title().encode().decode()
    exec("x = part")
s = 0.0
for i in range(4_000_000):
    s += i * 0.5
print(s)
"""


def test_times_in_a_report_fit_in_each_other(folder):
    """What can be told of them without a clock of one's own; estimates of interpreted loops too."""
    (folder / "nested.py").write_text(NESTED)
    _, err, _ = done([*RUN, "--report", f"--report-json={folder / 'report.json'}", "nested.py"], folder)
    report = json.loads((folder / "report.json").read_text())
    total, rows = report["total_seconds"], {(row["line"], row["end_line"]): row for row in report["regions"]}
    assert all(0 <= row["seconds"] <= total for row in rows.values())
    assert rows[2, 5]["seconds"] >= rows[3, 4]["seconds"]
    native = rows[7, 8]
    assert native["compiled"] and native["entered"] == 1 and native["left"] == 0 and not rows[3, 4]["compiled"]
    assert sum(row["seconds"] for row in rows.values() if row["compiled"]) + report["compile_seconds"] <= total
    assert report["compile_seconds"] == sum(row["compile_seconds"] for row in rows.values())
    shares = [float(line.split("%")[0]) for line in err.splitlines() if "nested.py:" in line]
    assert shares == sorted(shares, reverse=True) and shares[0] <= 100


FINDS = """\
import math
i = j = 0
best, place, value = 0.0, None, 0.0
for i in range(300):
    for j in range(300):
        value = math.exp(-0.01 * (i - 200) ** 2 - 0.01 * (j - 100) ** 2)
        if value > best:
            best = value
            place = (i, j)
print(best, place)
"""


def test_what_a_loop_only_sets_is_not_worth_a_version_of_it(folder):
    """`place` is None and then a tuple: were these told apart, the nest would stand there twice."""
    (folder / "finds.py").write_text(FINDS)
    wanted = done([sys.executable, "finds.py"], folder)
    out, err, status = done([*RUN, "finds.py"], folder, LANCEHEAD_THRESHOLD="0", LANCEHEAD_DUMP="ir", LANCEHEAD_CACHE_DIR="off")
    assert (out, status) == (wanted[0], 0)
    assert err.count("= math.exp") == 1, err


def test_loops_that_took_next_to_nothing_are_counted_only(folder):
    (folder / "many.py").write_text("".join(f"def f{k}():\n    for i in range(3): str(i)\nf{k}()\n" for k in range(40)) + LOOP)
    _, err, _ = done([*RUN, "--report", "many.py"], folder)
    assert "and 40 interpreted, of less than 0.5% each" in err and len(err.splitlines()) < 12, err


def test_a_loop_that_each_turn_leaves_says_what_for(folder):
    lines = "n = 0\nfor i in range(300_000):\n    n += i\n    n -= 3\n    def g(*a): pass\n    n += 2 + i\nprint(n)\n"
    (folder / "leaves.py").write_text(lines)
    _, err, _ = done([*RUN, "--report", "leaves.py"], folder)
    assert "each turn leaves native code: the interpreter does this; see below [keeps-leaving]" in err, err


def test_a_loop_that_calls_out_stays_native(folder):
    (folder / "calls.py").write_text(CALLS_OUT)
    report = folder / "report.json"
    plain = done([sys.executable, "calls.py"], folder)
    assert done([*RUN, "--report-json", str(report), "calls.py"], folder, LANCEHEAD_THRESHOLD="0") == plain
    [region] = [region for region in json.loads(report.read_text())["regions"] if region["called_out"]]
    assert region["compiled"] and region["left"] <= 1 and region["called_out"] > 1000, region
    [place] = [stop for stop in region["stops"] if stop["goes_on"]]
    assert place["times"] == region["called_out"] and place["line"] == 8


CALLS_OUT = """\
import os
u = [0.5] * 100
total = 0.0
for step in range(5000):
    for i in range(1, 99):
        u[i] = (u[i - 1] + u[i + 1]) * 0.5 + step * 0.25
        total += u[i]
    total += os.getppid() % 1
print(total)
"""


def test_a_long_loop_is_compiled_and_found_at_the_next_start(folder):
    for is_compiled in (True, False):
        _, err, _ = done([*RUN, "--report", "loop.py"], folder)
        assert ": native" in err and ("compiled in" in err) == is_compiled, err


NEST = """\
import lancehead
def nest(n):
    total = 0
    for i in range(n):
        for j in range(200_000):
            total += i * j % 7
    return total
print(nest(120))
print(lancehead._lancehead.testing_counters()["visited"])
"""


def test_what_has_gained_is_found_in_its_first_turn_at_the_next_start(folder):
    (folder / "nest.py").write_text(NEST)
    outputs = [done([*RUN, "nest.py"], folder)[0].split() for _ in range(2)]
    assert outputs[0][0] == outputs[1][0]
    assert int(outputs[1][1]) <= 2 < int(outputs[0][1])


MADE_ANEW = """\
import lancehead
def of(step):
    def count(n):
        total = 0
        for i in range(n):
            total += step * i
        return total
    return count
print([of(step)(5) for step in range(50)])
counters = lancehead._lancehead.testing_counters()
print(counters["compiled"] + counters["loaded"] < 10 < 50 <= counters["came_back"])
"""


def test_a_function_made_anew_runs_what_was_compiled_for_the_one_before(folder):
    (folder / "anew.py").write_text(MADE_ANEW)
    out, err, _ = done([*RUN, "anew.py"], folder, LANCEHEAD_THRESHOLD="0")
    assert (out, err) == (f"{[10 * step for step in range(50)]}\nTrue\n", "")


def test_switched_off_it_is_python(folder):
    assert done([*RUN, "loop.py"], folder, LANCEHEAD="0") == done([sys.executable, "loop.py"], folder)


@pytest.mark.parametrize(("arguments", "words"), [([], "missing"), (["--nonsense", "x.py"], "--nonsense"), (["-m"], "-m")])
def test_a_wrong_command_line_is_one_sentence(arguments, words, folder):
    out, err, status = done([*RUN, *arguments], folder)
    assert status == 2 and out == "" and words in err and err.count("\n") == 1


def test_help_names_every_option(folder):
    out, _, status = done([*RUN, "--help"], folder)
    assert status == 0 and all(option in out for option in ("--report", "--report-json", "--include", "--exclude", "-m", "-c", "-W"))


def test_modules_of_the_user_are_treated_alike_and_others_if_named(folder):
    (folder / "imports.py").write_text("import package.module as m\nimport bisect\nprint(m.total(10), m.total.__code__.co_consts[-1])\n")
    shown = {}
    for name, options in (("alike", []), ("excluded", ["--exclude", "package"])):
        shown[name] = done([*RUN, *options, "imports.py"], folder)[0]
    assert "loop_guard" in shown["alike"] and "loop_guard" not in shown["excluded"]


def test_install_is_for_what_is_imported_after_it(folder):
    source = "import lancehead\nlancehead.install()\nimport package.module as m\nprint(m.total(1000), m.total.__code__.co_consts[-1])\n"
    assert "loop_guard" in done([sys.executable, "-c", source], folder)[0]
    assert "loop_guard" not in done([sys.executable, "-c", source], folder, LANCEHEAD="0")[0]
    assert callable(lh.install)


OFF = """\
import imported
def on(n):
    s = 0
    for i in range(n): s += i
    return s
@staticmethod
def off(  # lancehead: off
        n):
    s = 0
    for i in range(n): s += i
    return s
class A:
    def f(self, n):  # lancehead: off
        return sum([i for i in range(n)])
total = 0
for i in range(9):
    for j in range(9):  #  lancehead: off (it is short)
        for k in range(3):
            total += on(k) * off(j)
while total > 3:  # lancehead: off
    total -= 1000
text = "# lancehead: off"
for i in range(50): total += i
print(total, A().f(5), imported.on(5), imported.off(5))
"""


@pytest.mark.parametrize("deopt", ["0", "1", "7"])
def test_a_comment_switches_a_loop_or_a_function_off(deopt, folder):
    (folder / "off.py").write_text(OFF)
    (folder / "imported.py").write_text(OFF.partition("class A")[0].replace("import imported\n", ""))
    wanted = done([sys.executable, "off.py"], folder)
    got = done([*RUN, f"--report-json={folder / 'report.json'}", "off.py"], folder, LANCEHEAD_THRESHOLD="0", LANCEHEAD_DEOPT_EVERY=deopt)
    assert got == wanted
    regions = json.loads((folder / "report.json").read_text())["regions"]
    met = {(os.path.basename(region["file"]), region["line"]) for region in regions}
    assert met == {("off.py", 4), ("off.py", 16), ("off.py", 23), ("imported.py", 3)}
    if deopt == "0":
        [outer] = [region for region in regions if region["line"] == 16]
        assert ("switched-off", 17) in [(stop["verdict"], stop["line"]) for stop in outer["stops"]]


LEAVES = """\
import random
random.seed(3)
total = 0
for i in range(300_000):
    total += random.gauss(0, 1) * i
print(total)
"""


def test_what_does_little_but_call_out_is_not_given_to_llvm(folder):
    (folder / "leaves.py").write_text(LEAVES)
    report = folder / "report.json"
    plain = done([sys.executable, "leaves.py"], folder)
    assert done([*RUN, "--report-json", str(report), "leaves.py"], folder) == plain
    [region] = json.loads(report.read_text())["regions"]
    assert not region["compiled"] and "calls-out" in region["verdict"]
    assert json.loads(report.read_text())["compile_seconds"] == 0
    # Nor is it tried again at the next start.
    assert done([*RUN, "--report-json", str(report), "leaves.py"], folder) == plain
    [region] = json.loads(report.read_text())["regions"]
    assert not region["compiled"] and "calls-out" in (region["verdict"] or "calls-out")
    assert json.loads(report.read_text())["compile_seconds"] == 0


def test_a_nest_that_was_met_before_is_mirrored_whole(folder):
    """Names that an earlier loop has set don't part its first turns from the others: one entry for a step, not one for a row."""
    (folder / "steps.py").write_text(
        "import atexit\n"
        "import lancehead._lancehead as inside\n"
        "atexit.register(lambda: print(inside.testing_counters()['mirrored']))\n"
        "i = j = step = 0\n"
        "change = 0.0\n"
        "u = [[float(i * j % 7) for j in range(20)] for i in range(20)]\n"
        "v = [row[:] for row in u]\n"
        "for step in range(30):\n"
        "    for i in range(1, 19):\n"
        "        for j in range(1, 19):\n"
        "            change = u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1] - 4 * u[i][j]\n"
        "            v[i][j] = u[i][j] + 0.1 * change\n"
        "    u, v = v, u\n"
        "    if step % 10 == 0:\n"
        "        print(f'{step}: {u[3][3]}')\n"
        "print(u)\n"
    )
    plain, _, _ = done([sys.executable, "steps.py"], folder)
    out, err, code = done([*RUN, "steps.py"], folder, LANCEHEAD_THRESHOLD="0")
    assert (err, code) == ("", 0)
    assert out.splitlines()[:-1] == plain.splitlines()[:-1]
    mirrored = int(out.splitlines()[-1])
    assert 25 <= mirrored <= 60, mirrored


def test_what_a_comprehension_shares_does_not_keep_a_loop_from_mirrors(folder):
    """In 3.11 a comprehension is a function, and what it reads of its surroundings stands in cells."""
    (folder / "shared.py").write_text(
        "import atexit\n"
        "import lancehead._lancehead as inside\n"
        "atexit.register(lambda: print(inside.testing_counters()['mirrored']))\n"
        "def run(n, m, c):\n"
        "    u = [[float(i * j % m) for j in range(n)] for i in range(n)]\n"
        "    v = [[c * 0 for _ in range(m)] for _ in range(n)]\n"
        "    for step in range(30):\n"
        "        for i in range(1, n - 1):\n"
        "            for j in range(1, m - 1):\n"
        "                v[i][j] = u[i][j] + c * (u[i - 1][j] + u[i + 1][j] - 2 * u[i][j])\n"
        "        u, v = v, u\n"
        "    return u\n"
        "print(run(20, 18, 0.1))\n"
    )
    plain, _, _ = done([sys.executable, "shared.py"], folder)
    out, err, code = done([*RUN, "shared.py"], folder, LANCEHEAD_THRESHOLD="0")
    assert (err, code) == ("", 0)
    assert out.splitlines()[:-1] == plain.splitlines()[:-1]
    assert 25 <= int(out.splitlines()[-1]) <= 60


NAMED = """
from collections import namedtuple
from dataclasses import dataclass

{made}

def total(things):
    result = 0.0
    for thing in things:
        result += thing.x * 2 + thing.y
    return result

def made(n):
    things = []
    for k in range(n):
        things.append(Pair(k, k * 0.5))
    return things

things = [Pair(k, k * 0.5) for k in range(50)]
print(total(things), things[3].x, things[3].y, things[-1])
things = made(50)
print(total(things), things[3].x, things[3].y, things[-1])
"""
PAIRS = {
    "named": "class Pair(namedtuple('Pair', 'x y')):\n    __slots__ = ()\n",
    "turned": "class Pair(namedtuple('Pair', 'y x')):\n    __slots__ = ()\n",
    "longer": "class Pair(namedtuple('Pair', 'x y z', defaults=(7,))):\n    __slots__ = ()\n",
    "slots": "@dataclass(slots=True)\nclass Pair:\n    x: float\n    y: float\n",
}


@pytest.mark.parametrize("first", PAIRS)
def test_what_was_compiled_for_a_named_tuple_is_not_taken_for_another_class_of_its_name(first, folder):
    """The loops are the same, so that the next start finds their machine code."""
    for name in [first, *PAIRS]:
        (folder / "pairs.py").write_text(NAMED.format(made=PAIRS[name]))
        plain = done([sys.executable, "pairs.py"], folder)
        assert done([*RUN, "pairs.py"], folder, LANCEHEAD_THRESHOLD="0") == plain
