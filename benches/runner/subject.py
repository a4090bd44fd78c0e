"""A subject: a folder with program.py, program.c and subject.json."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from .paths import SUBJECTS


@dataclass(frozen=True)
class Subject:
    folder: Path
    title: str
    sizes: list
    quick: list
    c_variants: dict = field(default_factory=lambda: {"c": []})  # row name -> flags for cc; "c" is what ratios refer to
    per_call: bool = False  # sizes[0] is a number of calls, so report nanoseconds a call
    note: str = ""
    without: list = field(default_factory=list)  # peers that lack what it needs

    @property
    def name(self):
        return self.folder.name

    @property
    def python(self):
        return self.folder / "program.py"

    @property
    def c(self):
        return self.folder / "program.c"


def all_subjects():
    found = sorted(SUBJECTS.glob("*/subject.json"))
    return {path.parent.name: Subject(path.parent, **json.loads(path.read_text())) for path in found}
