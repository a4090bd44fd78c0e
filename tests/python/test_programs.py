"""Every script in tests/programs does the same under `python` and under `lancehead run`: what it prints, what it says on stderr, its exit status."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parents[1] / "programs"
MODES = {
    "plain": {},
    "everything": {"LANCEHEAD_THRESHOLD": "0"},
    "leaving everywhere": {"LANCEHEAD_THRESHOLD": "0", "LANCEHEAD_DEOPT_EVERY": "1"},
    "leaving at times": {"LANCEHEAD_THRESHOLD": "0", "LANCEHEAD_DEOPT_EVERY": "7"},
    # Loops are judged, tried and compared with the interpreter as in earnest, by a clock that makes everything seem long.
    "weighed": {"LANCEHEAD_CLOCK": "3000"},
    # And native code comes whenever a thread has made it.
    "beside": {"LANCEHEAD_THRESHOLD": "0", "LANCEHEAD_BESIDE": "1", "LANCEHEAD_CACHE_DIR": "off"},
}
JOBS = len(os.sched_getaffinity(0))


def outcome(command, program, environment):
    kept = {name: value for name, value in os.environ.items() if name not in ("LANCEHEAD", "LANCEHEAD_THRESHOLD", "LANCEHEAD_DEOPT_EVERY")}
    done = subprocess.run(
        [sys.executable, *command, program, "one", "two"], cwd=PROGRAMS, env=kept | environment, capture_output=True, text=True, timeout=60
    )
    return {"stdout": done.stdout, "stderr": done.stderr, "status": done.returncode}


def outcomes(modes, program, cache):
    return {mode: outcome(["-m", "lancehead", "run"], program, cache | MODES[mode]) for mode in modes}


@pytest.mark.slow
@pytest.mark.parametrize("program", sorted(path.stem for path in PROGRAMS.glob("*.py")))
def test_a_program_does_the_same(program, tmp_path):
    program += ".py"
    cache = {"LANCEHEAD_CACHE_DIR": str(tmp_path), "LANCEHEAD_OPT": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    with ThreadPoolExecutor(JOBS) as pool:
        plain = pool.submit(outcome, [], program, {"PYTHONDONTWRITEBYTECODE": "1"})
        # One after the other, what is left alike: the second finds in the cache what the first has compiled.
        leaving = [mode for mode in MODES if mode.startswith("leaving")]
        ways = [leaving, *([mode] for mode in MODES if mode not in leaving)]
        guarded = [pool.submit(outcomes, modes, program, cache) for modes in ways]
    expected = plain.result()
    for done in guarded:
        for mode, got in done.result().items():
            assert got == expected, mode
