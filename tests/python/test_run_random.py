"""Random scripts: plain `exec` against guarded code, entered natively at loops and left at all places."""

import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from lancehead import _selftest

JOBS = len(os.sched_getaffinity(0))


def failures(job):
    seed, count, runs = job
    found = _selftest.batch(seed, count, "scripts", {name: _selftest.DEFAULT_RUNS[name] for name in runs})
    # "[plain]": CPython differs from itself (the hash of a NaN is its address), which says nothing about us.
    return [failure.text + "\n" + failure.script() for failure in found if not failure.text.startswith("[plain]")]


def compare_all(first, scripts, runs, batch=25):
    jobs = [(seed, min(batch, first + scripts - seed), runs) for seed in range(first, first + scripts, batch)]
    with ProcessPoolExecutor(JOBS) as pool:
        found = [failure for batch_failures in pool.map(failures, jobs) for failure in batch_failures]
    assert not found, f"{len(found)} scripts differ; the first:\n{found[0]}"


@pytest.mark.slow
def test_interpreted_ir_gives_the_same():
    compare_all(0, 800, ["ir"])


@pytest.mark.slow
def test_leaving_anywhere_gives_the_same():
    compare_all(1000, 200, ["ir-deopt1", "ir-deopt8", "ir-deopt21"])


@pytest.mark.slow
def test_native_code_gives_the_same():
    compare_all(2000, 60, ["native", "deopt1", "deopt7"], batch=10)


def test_a_few_scripts_every_way():
    compare_all(3000, 30, ["native", "deopt7", "ir", "ir-deopt1", "ir-deopt5"], batch=10)
