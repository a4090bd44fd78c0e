"""A peer meets a subject: the command to start, and which of our measurements make sense for it."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from .paths import BENCHES, C_PROGRAMS, CACHES, HARNESS

C_FLAGS = ["-O3", "-march=native", "-ffp-contract=off"]


class DoesNotCompile(Exception):
    pass


@dataclass
class Entrant:
    """One row of a subject's table."""

    name: str
    version: str
    command: list
    env: dict = field(default_factory=dict)
    cache: Path | None = None  # where it keeps compiled code; ours to empty
    warms_up: bool = False  # later calls may be faster than the first


@dataclass(frozen=True)
class PythonPeer:
    name: str
    python: str
    version: str
    jit: str = "none"  # the decorator that harness/bench.py hands out
    cache_variable: str = ""
    warms_up: bool = True

    def enter(self, subject):
        env = {"JIT": self.jit, "PYTHONPATH": str(HARNESS)}
        cache = None
        if self.cache_variable:
            cache = CACHES / self.name
            env[self.cache_variable] = str(cache)
        return [Entrant(self.name, self.version, [self.python, str(subject.python)], env, cache, self.warms_up)]


@dataclass(frozen=True)
class CPeer:
    cc: str
    version: str
    name: str = "c"

    def enter(self, subject):
        """One a variant of the subject: the same program.c with other flags."""
        return [
            Entrant(name, " ".join([self.version, *C_FLAGS, *flags]), [self.compile(subject, name, flags)])
            for name, flags in subject.c_variants.items()
        ]

    def compile(self, subject, name, flags):
        C_PROGRAMS.mkdir(parents=True, exist_ok=True)
        program = str(C_PROGRAMS / "-".join([*subject.c.relative_to(BENCHES).with_suffix("").parts, name]))
        command = [self.cc, *C_FLAGS, *flags, f"-I{HARNESS}", str(subject.c), "-o", program, "-lm"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise DoesNotCompile(f"{subject.c}: {done.stderr.strip()}")
        return program
