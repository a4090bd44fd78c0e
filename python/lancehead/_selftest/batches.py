"""Many programs in this process."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .generate import generate
from .harness import DEFAULT_RUNS, Settings, Wrap, compare
from .program import Program
from .reduce import reduce

Runs = Mapping[str, "Settings | Wrap"]


@dataclass(frozen=True)
class Failure:
    """A program and how its runs differ; `reduced` is the same in small, where a reduction was asked for."""

    program: Program
    text: str
    reduced: Program | None = None
    setup: str = ""

    def script(self) -> str:
        return (self.reduced or self.program).script(self.setup, self.text)

    def __str__(self) -> str:
        return f"level {self.program.level}, seed {self.program.seed}\n{self.text}\n\n{self.script()}"

    def to_json(self) -> str:
        return json.dumps([self.program.to_json(), self.text, self.reduced and self.reduced.to_json(), self.setup])

    @classmethod
    def from_json(cls, text: str) -> Failure:
        program, told, reduced, setup = json.loads(text)
        return cls(Program.from_json(program), told, reduced and Program.from_json(reduced), setup)


def signature(text: str) -> tuple[str, ...]:
    """What a reduction must keep: which runs differ, and the kinds of error that both sides end in."""
    first = text.split("\n[")[0]
    if panic := re.search(r"panicked at (\S+)", first):
        return (panic[1],)
    return (
        *re.findall(r"^\[([\w-]+)\]", first, re.M)[:1],
        *sorted(set(re.findall(r"^ +(\w+(?:Error|Exception|Iteration))\b", first, re.M))),
    )


def failure_of(program: Program, text: str, runs: Runs, seconds: float) -> Failure:
    """A failure with its program reduced in at most `seconds`: only under the first run that differs."""
    name = re.match(r"\[(.*?)\]", text)[1]
    if name not in runs:
        return Failure(program, text)
    how = runs[name]
    kept = signature(text)
    smallest = program
    if seconds > 0:
        smallest = reduce(program, lambda candidate: signature(compare(candidate, {name: how}, limit=0.5)) == kept, seconds)
    told = compare(smallest, {name: how}) or text
    return Failure(program, told, smallest, how.setup() if isinstance(how, Settings) else "")


def batch(
    seed0: int, count: int, level: str = "scalar", settings: Runs | Settings | None = None, reduce_seconds: float = 0.0
) -> list[Failure]:
    """The failures among the programs of seeds `seed0 .. seed0 + count - 1`."""
    runs = DEFAULT_RUNS if settings is None else {"native": settings} if isinstance(settings, Settings) else settings
    failures = []
    for seed in range(seed0, seed0 + count):
        program = generate(seed, level)
        if text := compare(program, runs):
            failures.append(failure_of(program, text, runs, reduce_seconds))
    return failures
