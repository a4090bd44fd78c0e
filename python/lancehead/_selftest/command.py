"""`lancehead selftest`: the parent hands out seeds to worker processes and tells what they found.

A worker runs whole stretches of seeds and says which program it is about to run, so that one which dies, or
never comes back, names its program. Workers load this package by its path: no extension is needed to start one.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter

from .batches import Failure, failure_of
from .generate import LEVELS, generate
from .harness import DEFAULT_RUNS, compare, identity
from .program import Program
from .reduce import reduce

HERE = os.path.dirname(os.path.abspath(__file__))
BOOT = (
    "import importlib.util as u, sys; s = u.spec_from_file_location('lancehead_selftest', {path!r}, submodule_search_locations=[{here!r}]); "
    "m = u.module_from_spec(s); sys.modules[s.name] = m; s.loader.exec_module(m); m.command.{entry}(sys.argv[1])"
)
HUNG = 120.0
MEMORY = 8 << 30
REPORTED_EVERY = 64


def has_numpy() -> bool:
    return importlib.util.find_spec("numpy") is not None


def runs_for(names: list[str], wrap: str | None) -> dict:
    if wrap:
        path, _, function = wrap.rpartition(":")
        spec = importlib.util.spec_from_file_location("selftest_wrap", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return {function: getattr(module, function)}
    return {name: identity if name == "plain" else DEFAULT_RUNS[name] for name in names}


# -- the worker ------------------------------------------------------------------------------------------------


def counters() -> dict[str, int]:
    lancehead = sys.modules.get("lancehead")
    told = getattr(getattr(lancehead, "_lancehead", None), "testing_counters", None)
    return dict(told()) if told else {}


def limit_memory() -> None:
    """A last net under programs that repeat a string too often: MemoryError instead of a machine that swaps."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, ValueError, OSError):
        pass


def work(job_text: str) -> None:
    """Messages to the parent, one a line: S seed (starts), F failure, C counters."""
    job = json.loads(job_text)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory()
    channel = os.dup(1)
    os.dup2(2, 1)  # whatever a program prints past sys.stdout must not be taken for a message

    def tell(kind: str, text: str) -> None:
        os.write(channel, f"{kind} {text}\n".encode())

    runs = runs_for(job["runs"], job["wrap"])
    reductions = 0
    for number, seed in enumerate(range(job["first"], job["last"], job["step"]), 1):
        level = job["levels"][seed // job["step"] % len(job["levels"])]
        tell("S", f"{seed} {level}")
        program = generate(seed, level)
        text = compare(program, runs, job["limit"])
        if text:
            reductions += 1
            found = failure_of(program, text, runs, job["reduce"] if reductions <= 3 else 0)
            tell("F", found.to_json())
        if number % REPORTED_EVERY == 0:
            tell("C", json.dumps(counters()))
    tell("C", json.dumps(counters()))


def check(job_text: str) -> None:
    """One program in a process of its own: does it take the process down?"""
    job = json.loads(job_text)
    compare(Program.from_json(job["program"]), runs_for(job["runs"], job["wrap"]), job["limit"])


def start(entry: str, job: dict, **options) -> subprocess.Popen:
    code = BOOT.format(path=os.path.join(HERE, "__init__.py"), here=HERE, entry=entry)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path),
        "PYTHONHASHSEED": "0",
        "PYTHONFAULTHANDLER": "1",
    }
    return subprocess.Popen([sys.executable, "-c", code, json.dumps(job)], env=environment, **options)


def kills(program: Program, job: dict) -> bool:
    process = start("check", {**job, "program": program.to_json()}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return process.wait(20) < 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


# -- the parent ------------------------------------------------------------------------------------------------


class Worker:
    """One worker process, started again behind the program that killed it."""

    def __init__(self, job: dict, directory: str) -> None:
        self.job, self.directory = job, directory
        self.rest, self.seed, self.level = b"", None, None
        self.counted: Counter = Counter()
        self.launch()

    def launch(self) -> None:
        self.errors = tempfile.TemporaryFile()
        self.process = start("work", self.job, stdout=subprocess.PIPE, stderr=self.errors)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.heard = time.monotonic()
        self.latest: dict[str, int] = {}

    def messages(self) -> list[tuple[str, str]] | None:
        """What it said since the last time; None once it has gone."""
        data = os.read(self.process.stdout.fileno(), 1 << 20)
        if not data:
            return None
        self.heard = time.monotonic()
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [(line[:1].decode(), line[2:].decode()) for line in lines]

    def gone(self) -> tuple[int, str]:
        """Its exit status and the end of what it wrote to stderr."""
        status = self.process.wait()
        self.process.stdout.close()
        self.counted.update(self.latest)
        self.errors.seek(0)
        told = self.errors.read().decode("utf-8", "replace")
        self.errors.close()
        return status, told[-4000:]

    def go_on(self) -> bool:
        """Starts again at the next seed."""
        first = (self.seed if self.seed is not None else self.job["first"]) + self.job["step"]
        if first >= self.job["last"]:
            return False
        self.job, self.rest, self.seed = {**self.job, "first": first}, b"", None
        self.launch()
        return True


def options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="lancehead selftest", description="Runs random programs under CPython and under lancehead and compares everything that shows."
    )
    parser.add_argument("--minutes", type=float, help="how long to go on (default: 1, unless --programs is given)")
    parser.add_argument("--programs", type=int, help="how many programs to run")
    parser.add_argument("--seed", type=int, help="the first seed (default: from the clock)")
    parser.add_argument("--level", choices=(*LEVELS, "all"), default="all")
    parser.add_argument(
        "--jobs", type=int, default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    parser.add_argument(
        "--runs", default=",".join(DEFAULT_RUNS), help="which of %(default)s to compare; `plain` compares CPython with itself"
    )
    parser.add_argument("--save", default="selftest-failures", metavar="DIRECTORY", help="where failing programs go (default: %(default)s)")
    parser.add_argument("--max-failures", type=int, default=10, help="stop after as many (default: %(default)s)")
    parser.add_argument(
        "--reduce", type=float, default=30.0, metavar="SECONDS", help="at most this long for one reduction (default: %(default)s)"
    )
    parser.add_argument("--limit", type=float, default=2.0, help=argparse.SUPPRESS)
    parser.add_argument("--wrap", metavar="FILE:FUNCTION", help=argparse.SUPPRESS)
    chosen = parser.parse_args(argv)
    chosen.runs = chosen.runs.split(",")
    if unknown := [name for name in chosen.runs if name not in DEFAULT_RUNS and name != "plain"]:
        parser.error(f"--runs: unknown {', '.join(unknown)}")
    if chosen.level == "arrays" and not has_numpy():
        parser.error("--level arrays: NumPy is not installed")
    if chosen.minutes is None and chosen.programs is None:
        chosen.minutes = 1.0
    return chosen


def save(failure: Failure, directory: str) -> str:
    os.makedirs(directory, exist_ok=True)
    stem = os.path.join(directory, f"{failure.program.level}_{failure.program.seed}")
    with open(stem + ".json", "w") as file:
        file.write(failure.program.to_json())
    with open(stem + ".py", "w") as file:
        file.write(failure.script())
    return stem + ".py"


def crash_failure(worker: Worker, status: int | None, told: str, seconds: float) -> Failure:
    program = generate(worker.seed, worker.level)
    name = (
        "was stuck and had to be killed"
        if status is None
        else f"died of {signal.Signals(-status).name}"
        if status < 0
        else f"ended with status {status}"
    )
    smallest = None
    if status is not None and status < 0 and seconds > 0 and kills(program, worker.job):
        smallest = reduce(program, lambda candidate: kills(candidate, worker.job), seconds * 2)
    return Failure(program, f"[process] the process {name}\n{told}".rstrip(), smallest)


def main(argv: list[str] | None = None) -> int:
    chosen = options(argv)
    if chosen.runs != ["plain"] and not chosen.wrap:
        try:
            importlib.import_module("lancehead._lancehead")
        except ImportError as error:
            print(f"lancehead selftest: the extension does not load: {error}", file=sys.stderr)
            return 2
    return Session(chosen).run()


class Session:
    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen = chosen
        self.seed0 = int(time.time()) * 1000 if chosen.seed is None else chosen.seed
        self.programs = 0
        self.failures: list[Failure] = []
        self.selector = selectors.DefaultSelector()
        self.began = time.monotonic()
        self.until = self.began + chosen.minutes * 60 if chosen.minutes is not None else float("inf")
        self.shown = 0.0
        self.tty = sys.stderr.isatty()

    def run(self) -> int:
        interrupted = False
        jobs = max(1, self.chosen.jobs)
        last = self.seed0 + self.chosen.programs if self.chosen.programs is not None else 1 << 62
        levels = [self.chosen.level]
        if self.chosen.level == "all":
            levels = [level for level in LEVELS if level != "arrays" or has_numpy()]
        common = {
            "last": last,
            "step": jobs,
            "levels": levels,
            "runs": self.chosen.runs,
            "wrap": self.chosen.wrap,
            "limit": self.chosen.limit,
            "reduce": self.chosen.reduce,
        }
        workers: list[Worker] = []
        try:
            for i in range(jobs):
                worker = Worker({**common, "first": self.seed0 + i}, self.chosen.save)
                workers.append(worker)
                self.selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
            self.listen()
        except KeyboardInterrupt:
            interrupted = True
        for worker in workers:
            if worker.process.returncode is None:
                worker.process.kill()
                worker.gone()
        return self.summary(workers, interrupted)

    def listen(self) -> None:
        while self.selector.get_map() and time.monotonic() < self.until and len(self.failures) < self.chosen.max_failures:
            for key, _ in self.selector.select(0.2):
                self.hear(key.data, key.fileobj)
            for key in list(self.selector.get_map().values()):
                if time.monotonic() - key.data.heard > HUNG + self.chosen.reduce:
                    key.data.process.kill()
                    self.ended(key.data, key.fileobj, stuck=True)
            self.progress()

    def hear(self, worker: Worker, stream) -> None:
        messages = worker.messages()
        if messages is None:
            return self.ended(worker, stream)
        for kind, text in messages:
            if kind == "S":
                seed, worker.level = text.split()
                worker.seed = int(seed)
                self.programs += 1
            elif kind == "F":
                self.report(Failure.from_json(text))
            elif kind == "C":
                worker.latest = json.loads(text)

    def ended(self, worker: Worker, stream, stuck: bool = False) -> None:
        self.selector.unregister(stream)
        status, told = worker.gone()
        if status == 0 and not stuck:
            return
        if worker.seed is None:
            raise SystemExit(f"lancehead selftest: a worker did not start\n{told}")
        self.report(crash_failure(worker, None if stuck else status, told, self.chosen.reduce))
        if worker.go_on():
            self.selector.register(worker.process.stdout, selectors.EVENT_READ, worker)

    def report(self, failure: Failure) -> None:
        self.failures.append(failure)
        path = save(failure, self.chosen.save)
        self.clear()
        print(f"\n{'=' * 78}\n{failure}\n(kept as {path})", flush=True)

    def clear(self) -> None:
        if self.tty:
            sys.stderr.write("\r\x1b[K")

    def progress(self) -> None:
        now = time.monotonic()
        if self.tty and now - self.shown > 0.25:
            self.shown = now
            sys.stderr.write(
                f"\r\x1b[K{self.programs} programs, {self.programs / (now - self.began):.0f}/s, {len(self.failures)} different, seed {self.seed0}"
            )
            sys.stderr.flush()

    def summary(self, workers: list[Worker], interrupted: bool) -> int:
        seconds = time.monotonic() - self.began
        self.clear()
        counted: Counter = Counter()
        for worker in workers:
            counted.update(worker.counted)
        print(
            f"{self.programs} programs in {seconds:.1f} s ({self.programs / seconds:.0f}/s) from seed {self.seed0}, {len(self.failures)} different{', interrupted' if interrupted else ''}"
        )
        for name, value in sorted(counted.items()):
            print(f"  {name}: {value}")
        return 1 if self.failures else 130 if interrupted else 0
