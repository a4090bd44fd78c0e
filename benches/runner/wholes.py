"""Whole processes of a script, interleaved: CPython, PyPy, C, ours with an empty cache, ours again, and so on."""

import os
import resource
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter

from .measure import last_words
from .paths import BUILD, CACHES, HARNESS
from .peers import clean_env

COLD, WARM = "cold", "warm"  # the two columns of Lancehead
LOSS = 1.03, 0.03  # an ordinary program may take 3 % and 30 ms more than with CPython
MEMORY = 1.3  # and its peak may be so many times CPython's


@dataclass
class Column:
    """One peer's runs of one script."""

    name: str
    command: list
    cache: Path | None = None
    seconds: list = field(default_factory=list)  # by the clock on the wall
    cpu: list = field(default_factory=list)  # of all its threads
    peak: list = field(default_factory=list)  # of its memory, in MB, where there is a C compiler
    output: bytes | None = None
    stderr: str = ""
    failed: str = ""

    def middle(self, clock):
        samples = self.cpu if clock == "cpu" else self.seconds
        return median(samples) if samples and not self.failed else None

    def memory(self):
        return median(self.peak) if self.peak and not self.failed else None


def columns(script, cpython=None, pypy=None, c=None, lancehead=None):
    """In the order of their turns. A peer that is None is not here."""
    found = []
    if cpython:
        found.append(Column("cpython", [cpython.python, str(script.python)]))
    if pypy and "pypy" not in script.without:
        found.append(Column("pypy", [pypy.python, str(script.python)]))
    if c and script.c.exists():
        found.append(Column("c", [c.compile(script, "c", [])]))
    if lancehead:
        command = [*command_of(lancehead), "run", str(script.python)]
        found += [Column(name, command, cache_of(name)) for name in (COLD, WARM)]
    return found


def command_of(lancehead):
    """As a user types it, where the command is installed."""
    installed = Path(lancehead.python).with_name("lancehead")
    return [str(installed)] if installed.exists() else [lancehead.python, "-m", "lancehead"]


def cache_of(name):
    return CACHES / f"scripts-{name}"


def measure(found, arguments, turns, timeout, slow, until):
    """CPython takes one turn only where it takes more than `slow` seconds; all of them where it is later than `until`."""
    for turn in range(turns):
        if turn and perf_counter() > until:
            return
        for column in found:
            if column.failed or (turn and column.name == "cpython" and column.seconds[0] > slow):
                continue
            if column.name == COLD:
                shutil.rmtree(column.cache, ignore_errors=True)
                column.cache.mkdir(parents=True)
            elif column.name == WARM and not turn:
                # From here on it has a cache of its own, which each run may add to.
                shutil.rmtree(column.cache, ignore_errors=True)
                shutil.copytree(cache_of(COLD), column.cache)
            run(column, arguments, timeout)


def run(column, arguments, timeout):
    env = clean_env({"LANCEHEAD_CACHE_DIR": str(column.cache)} if column.cache else {})
    BUILD.mkdir(exist_ok=True)
    notes = BUILD / "measured"
    notes.unlink(missing_ok=True)
    before = [str(measurer()), str(notes)] if measurer() else []
    begin, cpu_before = perf_counter(), children_cpu()
    try:
        process = subprocess.Popen(
            [*before, *column.command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=BUILD,
            start_new_session=True,
        )
    except OSError as error:
        column.failed = f"does not start: {error}"
        return
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        column.failed = f"still running after {timeout:g} s"
        return
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    column.seconds.append(perf_counter() - begin)
    if before and notes.exists():
        cpu, peak = notes.read_text().split()
        column.cpu.append(float(cpu))
        column.peak.append(int(peak) / 1024)
    else:
        column.cpu.append(children_cpu() - cpu_before)
    column.stderr = column.stderr or errors.decode(errors="replace")
    if process.returncode:
        column.failed = f"exit {process.returncode}: {last_words(errors.decode(errors='replace'))}"
    elif column.output is not None and output != column.output:
        column.failed = "two outputs from two runs"
    else:
        column.output = output


@cache
def measurer():
    """harness/measured.c, compiled; None where there is no C compiler."""
    program = BUILD / "bench-c/measured"
    program.parent.mkdir(parents=True, exist_ok=True)
    cc = shutil.which("cc")
    if cc and subprocess.run([cc, "-O1", str(HARNESS / "measured.c"), "-o", str(program)]).returncode == 0:
        return program
    return None


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(script, lancehead, arguments, timeout):
    """Why: one more warm run, with --report. Its lines, or what it died of."""
    column = Column("report", [*command_of(lancehead), "run", "--report", str(script.python)], cache_of(WARM))
    run(column, arguments, timeout)
    lines = column.stderr.splitlines()
    # The program may have had something to say first.
    start = next((i for i, line in enumerate(lines) if line.startswith("lancehead: ")), 0)
    return lines[start:] or [column.failed or "it printed no report"]


def verdicts(found):
    """What is wrong with the outputs, a sentence a column: CPython's is right."""
    right = next((column for column in found if column.name == "cpython" and not column.failed), None)
    said = []
    for column in found:
        if column.failed:
            said.append(f"{column.name} FAILED: {column.failed}")
        elif right and column.output != right.output:
            said.append(f"{column.name} DIFFERS: {first_difference(column.output, right.output)}")
        elif right and column.cache and column.stderr != right.stderr:
            said.append(f"{column.name} DIFFERS on stderr: {last_words(column.stderr)}")
    return said


def first_difference(output, right):
    """The first line that is not CPython's, and CPython's."""
    mine, theirs = output.decode(errors="replace").splitlines(), right.decode(errors="replace").splitlines()
    for number in range(max(len(mine), len(theirs))):
        pair = [lines[number] if number < len(lines) else "nothing" for lines in (mine, theirs)]
        if pair[0] != pair[1]:
            return f"line {number + 1}: {pair[0]!r}, not {pair[1]!r}"
    return "the ends of lines"


def summary(script, arguments, found, clock):
    """Medians and ratios: a line of the table, and what --json writes."""
    times = {column.name: column.middle(clock) for column in found}
    peaks = {column.name: column.memory() for column in found}
    warm, cpython = times.get(WARM), times.get("cpython")
    said = verdicts(found)
    allowed = cpython * LOSS[0] + LOSS[1] if cpython else None
    if warm and cpython and warm > allowed:
        said.append(f"{'LOSES' if script.kind == 'ordinary' else 'SLOWER'} {warm - cpython:.2f} s")
    memory = ratio(peaks.get(WARM), peaks.get("cpython"))
    if memory and memory > MEMORY:
        said.append(f"MEMORY {memory:.2f} times CPython's")
    return {
        "script": script.name,
        "kind": script.kind,
        "arguments": arguments,
        "times": times,
        "peaks": peaks,
        "cpython_over_warm": ratio(cpython, warm),
        "warm_over_pypy": ratio(warm, times.get("pypy")),
        "warm_over_c": ratio(warm, times.get("c")),
        "memory_over_cpython": memory,
        "allowed": allowed,
        "verdicts": said,
        "samples": {column.name: {"seconds": column.seconds, "cpu": column.cpu, "peak": column.peak} for column in found},
    }


def ratio(above, below):
    return above / below if above and below else None
