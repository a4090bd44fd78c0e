"""A script: a whole program in scripts/, as its user would start it, and perhaps the same in C."""

import ast
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .paths import SCRIPTS


@dataclass(frozen=True)
class Script:
    name: str
    quick: int  # its argument under --quick; without one it takes its full size
    kind: str  # "numbers": the programs of the design's table; "mixed"; "ordinary": nothing to gain, so nothing to lose
    c_variants: dict = field(default_factory=lambda: {"c": []})
    without: list = field(default_factory=list)  # peers that lack what it needs

    @property
    def python(self) -> Path:
        folder = SCRIPTS / self.name
        return folder / "main.py" if folder.is_dir() else folder.with_suffix(".py")

    def prepare(self):
        """Writes what is generated and too much to be kept."""
        generate = self.python.with_name("generate.py")
        if self.python.name == "main.py" and generate.exists() and not (generate.parent / "package").exists():
            subprocess.run([sys.executable, str(generate)], check=True)

    @property
    def c(self) -> Path:
        return self.python.with_suffix(".c")

    @property
    def title(self):
        return ast.get_docstring(ast.parse(self.python.read_text()))


def all_scripts():
    index = json.loads((SCRIPTS / "index.json").read_text())
    return {name: Script(name, **facts) for name, facts in index.items()}
