"""Running one subject with its peers, interleaved: A B C A B C, so that a busy minute hurts everybody alike."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from time import perf_counter

from .entrant import Entrant
from .peers import clean_env

MARK = "@bench "  # opens the lines that harness/bench.py and bench.h write to stderr


@dataclass
class Row:
    """All samples of one entrant, in seconds."""

    entrant: Entrant
    whole: list = field(default_factory=list)  # a process that calls once, what it cached before at hand
    cold: list = field(default_factory=list)  # the same with an emptied cache
    first: list = field(default_factory=list)  # the kernel call in `cold`, or in `whole` where nothing is cached
    kernel: list = field(default_factory=list)  # the last call of a process that calls several times
    answer: str = ""
    failed: str = ""


class Failed(Exception):
    pass


def measure(entrants, sizes, runs, calls, timeout, once=()):
    """One Row an entrant. Those named in `once` take one turn only."""
    rows = [Row(entrant) for entrant in entrants]
    for turn in range(runs):
        for row in rows:
            if row.failed or (turn and row.entrant.name in once):
                continue
            try:
                take_turn(row, sizes, calls, timeout)
            except Failed as error:
                row.failed = str(error)
    return rows


def take_turn(row, sizes, calls, timeout):
    cache = row.entrant.cache
    if cache:
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True)
        wall, seconds = start(row, sizes, 1, timeout)
        row.cold.append(wall)
        row.first.append(seconds[0])
    wall, seconds = start(row, sizes, 1, timeout)
    row.whole.append(wall)
    if not cache:
        row.first.append(seconds[0])
    if row.entrant.warms_up:
        _, seconds = start(row, sizes, calls, timeout)
    row.kernel.append(seconds[-1])


def start(row, sizes, calls, timeout):
    """Run the process: its wall seconds, and its own clock's seconds for each call."""
    command = [*row.entrant.command, *map(str, sizes)]
    env = clean_env({**row.entrant.env, "BENCH_CALLS": str(calls)})
    begin = perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed(f"still running after {timeout:g} s") from None
    except OSError as error:
        raise Failed(f"does not start: {error}") from None
    wall = perf_counter() - begin
    if done.returncode:
        raise Failed(f"exit {done.returncode}: {last_words(done.stderr)}")
    marked = dict(line.split(" ", 2)[1:] for line in done.stderr.splitlines() if line.startswith(MARK))
    if "fallback" in marked:
        raise Failed(f"fell back: {marked['fallback']}")
    if "seconds" not in marked:
        raise Failed("printed no seconds")
    answer = done.stdout.strip()
    if row.answer and answer != row.answer:
        raise Failed(f"two answers: {row.answer} and {answer}")
    row.answer = answer
    return wall, [float(word) for word in marked["seconds"].split()]


def last_words(stderr):
    """What a traceback is about, in one line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line.split(":")[0]]
    return (errors or lines or ["no message"])[-1]


def machine():
    """What the figures depend on and a reader cannot see."""
    model = "unknown CPU"
    try:
        with open("/proc/cpuinfo") as lines:
            model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    except OSError:
        pass
    return {"cpu": model, "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2)}
