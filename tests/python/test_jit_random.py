"""Random programs: plain CPython against native code, against forced leaving, against interpreted IR."""

import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from lancehead import _selftest

JOBS = len(os.sched_getaffinity(0))
LEAVING = [f"ir-deopt{n}" for n in (1, 2, 3, 5, 8, 13, 21, 34, 55)]


def failures(job):
    seed, count, level, runs = job
    settings = {name: _selftest.DEFAULT_RUNS[name] for name in runs}
    found = _selftest.batch(seed, count, level, settings)
    # "[plain]": CPython differs from itself (the hash of a NaN is its address), which says nothing about us.
    return [failure.text + "\n" + failure.script() for failure in found if not failure.text.startswith("[plain]")]


def compare_all(programs, level, runs, batch=100):
    jobs = [(seed, min(batch, programs - seed), level, runs) for seed in range(0, programs, batch)]
    with ProcessPoolExecutor(JOBS) as pool:
        found = [failure for batch_failures in pool.map(failures, jobs) for failure in batch_failures]
    assert not found, f"{len(found)} programs differ; the first:\n{found[0]}"


@pytest.mark.slow
@pytest.mark.parametrize(("level", "programs"), [("scalar", 3000), ("objects", 3000), ("lists", 2500), ("containers", 2500)])
def test_interpreted_ir_gives_the_same(level, programs):
    compare_all(programs, level, ["ir"])


@pytest.mark.slow
@pytest.mark.parametrize(("level", "programs"), [("scalar", 150), ("objects", 200), ("lists", 200), ("containers", 200)])
def test_leaving_anywhere_gives_the_same(level, programs):
    compare_all(programs, level, LEAVING, batch=50)


@pytest.mark.slow
@pytest.mark.parametrize(("level", "programs"), [("scalar", 150), ("objects", 100), ("lists", 150), ("containers", 100)])
def test_native_code_gives_the_same(level, programs):
    compare_all(programs, level, ["native", "deopt1", "deopt7"], batch=20)


@pytest.mark.parametrize("level", ["scalar", "objects", "lists", "containers"])
def test_a_few_programs_every_way(level):
    """Where the Pythons differ is what is left and how: that takes no machine code, most of what a run with it costs."""
    compare_all(40, level, ["ir", *LEAVING[::3]], batch=20)
    compare_all(10, level, ["native", "deopt7"], batch=5)
