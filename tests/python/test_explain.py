"""`lancehead explain script.py`: what it says is what happened, and where."""

import json
import os
import subprocess
import sys

import pytest

from lancehead import _source

PROGRAM = """\
import math, sys

def force(x):
    return math.sqrt(x * x + 1)

def prints(k):
    print("k", k, file=sys.stdout)

u = [[0.0] * 20 for _ in range(20)]
for k in range(30):
    for i in range(20):
        u[i][k % 20] = force(i) + k
    if k % 10 == 0:
        prints(k)
x = 0
while x < 1000:
    x += 1

def generator():
    for i in range(3):
        yield i
print(sum(generator()), x)
sys.exit(3)
"""


@pytest.fixture
def explain(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)

    def explain(*words, stdin="", **environment):
        environment = (
            os.environ | {"LANCEHEAD_CACHE_DIR": str(tmp_path / "cache"), "LANCEHEAD_THRESHOLD": "0", "LANCEHEAD_OPT": "0"} | environment
        )
        command = [sys.executable, "-m", "lancehead", "explain", *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, input=stdin, capture_output=True, text=True, timeout=60)
        return done.stdout, done.stderr, done.returncode

    return explain


def test_it_shows_each_loop_against_the_source(explain):
    out, err, status = explain("program.py")
    assert (err, status) == ("", 3)
    assert out.startswith("k 0\nk 10\nk 20\n3 1000\n")
    lines = out.splitlines()
    assert "program.py:10-14 in <module>" in lines and "program.py:16-17 in <module>" in lines
    assert "  native    12 |         u[i][k % 20] = force(i) + k" in lines
    called = lines.index('  left       7 |     print("k", k, file=sys.stdout)')
    assert "^^^^" in lines[called + 1] and " left " in lines[called + 1]
    assert any("and with it force (program.py:3)" in line for line in lines)
    assert any("what helps: " in line for line in lines)
    assert any(line.startswith("  line 10: native, ") and "entered " in line and "compiled in" in line for line in lines)
    assert lines[-1].startswith("of the whole time: native ")
    assert "\033" not in out


def test_the_second_time_the_code_is_from_the_cache(explain):
    explain("program.py")
    assert "machine code from the cache" in explain("program.py")[0]


def test_the_same_as_data(explain):
    out, err, status = explain("--json", "program.py", "--json")
    report = json.loads(out)
    assert status == 3 and err.startswith("k 0\n")
    regions = {(region["line"], region["end_line"]): region for region in report["regions"] if region["compiled"]}
    assert {(10, 14), (16, 17)} <= set(regions)
    assert "force" in [callee["function"] for callee in regions[10, 14]["functions"]]
    [stop] = [stop for region in report["regions"] for stop in region["stops"] if stop["line"] == 7 and stop["times"]]
    assert stop["times"] >= 1 and stop["column"] < stop["end_column"] and stop["verdict"] == "unknown-callable"


def test_what_is_not_worth_compiling_is_said(explain):
    out, _, _ = explain("-c", "for i in range(300): str(i)", LANCEHEAD_THRESHOLD="1")
    assert "less than 1% of the time each: <string>:1" in out or "too little time to be worth compiling" in out


def test_functions_given_to_jit_are_shown(explain, tmp_path):
    (tmp_path / "jitted.py").write_text(
        "import lancehead as lh\n@lh.jit\ndef f(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\nprint(f(9))\n"
    )
    out, _, _ = explain("jitted.py")
    assert "jitted.py:2-7 in f" in out and "native; entered once" in out and "not timed" in out
    assert "  native     6 |         s += i" in out


def test_a_generator_has_a_verdict_or_is_left_out(explain):
    out, _, status = explain("-c", "print(1)")
    assert (out.splitlines()[:2], status) == (["1", "no loop ran for long enough to be looked at"], 0)


def test_a_program_that_fails_is_explained_too(explain):
    out, err, status = explain("-c", "for i in range(40):\n    x = 1 // (30 - i)\n")
    assert status == 1 and "ZeroDivisionError" in err and "<string>:1" in out


def test_there_may_be_nothing_to_show(explain):
    out, err, status = explain("no_such.py")
    assert status == 2 and "no_such.py" in err
    out, err, status = explain("-c", "import os; os._exit(4)")
    assert status == 4 and "nothing to show" in err
    assert explain("--frobnicate", "x.py")[1].startswith("lancehead explain: there is no option --frobnicate")


def test_extents_are_those_of_the_source(tmp_path):
    path = tmp_path / "source.py"
    path.write_text(
        "@f\ndef g(x):\n    while (x\n           < 3):\n        for i in (1,\n                2):\n            x\n        y = [a\n             for a in x]\n"
    )
    around = _source.around
    assert around(str(path), 3) == around(str(path), 4) == (3, 9)
    assert around(str(path), 5) == around(str(path), 7) == (5, 7)
    assert around(str(path), 9) == (8, 9)
    assert around(str(path), 2, is_loop=False) == around(str(path), 2) == (1, 9)
    assert around("no such file", 7) == (7, 7)
