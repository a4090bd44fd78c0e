"""Random scripts: plain `exec` against guarded code, entered natively at loops and left at all places."""

import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from lancehead import _selftest

JOBS = len(os.sched_getaffinity(0))
LEVELS = ("scripts", "nests", "things", "sequences", "consumed", *(["arrays"] if importlib.util.find_spec("numpy") else []))
LEAVING = [f"ir-deopt{n}" for n in (1, 2, 3, 5, 8, 13, 21, 34, 55)]


def failures(job):
    seed, count, level, runs = job
    found = _selftest.batch(seed, count, level, {name: _selftest.DEFAULT_RUNS[name] for name in runs})
    # "[plain]": CPython differs from itself (the hash of a NaN is its address), which says nothing about us.
    return [failure.text + "\n" + failure.script() for failure in found if not failure.text.startswith("[plain]")]


def compare_all(first, scripts, level, runs, batch=20):
    """Each script through all of `runs`; where one of them is a list, another of it for each batch."""
    jobs = []
    for number, seed in enumerate(range(first, first + scripts, batch)):
        chosen = [run if isinstance(run, str) else run[number % len(run)] for run in runs]
        jobs.append((seed, min(batch, first + scripts - seed), level, chosen))
    with ProcessPoolExecutor(JOBS) as pool:
        found = [failure for batch_failures in pool.map(failures, jobs) for failure in batch_failures]
    assert not found, f"{len(found)} scripts differ; the first:\n{found[0]}"


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_interpreted_ir_gives_the_same_wherever_it_leaves(level):
    compare_all(0, 600 if level == "scripts" else 340, level, ["ir", LEAVING])


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_native_code_gives_the_same(level):
    compare_all(2000, 40 if level == "scripts" else 30, level, [["native", "optimized"], "deopt1", "deopt7"], batch=10)


@pytest.mark.parametrize("level", LEVELS)
def test_a_few_scripts_every_way(level):
    compare_all(3000, 8, level, [["native", "optimized"], "weighed", "deopt7", "ir", "ir-deopt1", "ir-deopt5"], batch=4)


def test_scripts_reach_mirrors():
    """Else they would say nothing about them. In a process of its own: there are no mirrors beside another thread."""
    program = (
        "from lancehead import _lancehead, _selftest\n"
        "_selftest.batch(0, 30, 'nests', {'ir': _selftest.DEFAULT_RUNS['ir']})\n"
        "print(_lancehead.testing_counters()['mirrored'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) > 30


def test_recursion_is_as_deep_as_in_the_plain_run():
    source = "def f(n):\n    return n if n == 0 else f(n - 1) + 1\n"
    source += "for n in range(960, 1010):\n    try:\n        print(f(n))\n    except RecursionError as error:\n        print(error)\n"
    program = _selftest.Program(source, (), level="scripts")
    assert _selftest.compare(program, {name: _selftest.DEFAULT_RUNS[name] for name in ("native", "ir", "ir-deopt1")}) == ""


def test_what_a_loop_variable_held_before_ends_in_the_first_turn():
    source = (
        "class Held:\n    def __del__(self):\n        print('gone', xs[:2], cells[:2])\n\n\n"
        "def f(cells, xs, j, n):\n    for i in range(4):\n        for j in range(n):\n            cells[j] = cells[j] * 0.5 + xs[j]\n"
        "        for x in xs:\n            xs[i] += x\n        if i == 1:\n            j = Held()\n    return j, x\n\n\n"
        "xs = [1.0] * 40\n"
    )
    runs = {name: _selftest.DEFAULT_RUNS[name] for name in ("native", "optimized", "ir", "ir-deopt1", "deopt7")}
    makers = ["[0.25] * 40"] + (["__import__('numpy').full(40, 0.25)"] if "arrays" in LEVELS else [])
    for cells in makers:
        calls = f"for held in (None, 3, 2.5, Held(), 'x'):\n    cells = {cells}\n    print(f(cells, xs, held, 40), cells[:3], xs[:3])\n"
        assert _selftest.compare(_selftest.Program(source + calls, (), level="scripts"), runs) == ""


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_what_seems_worth_it_gives_the_same(level):
    compare_all(4000, 60, level, ["weighed"], batch=10)
