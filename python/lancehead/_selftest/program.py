"""A generated program: module source whose entry is `f`, and the argument tuples to call it with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Program:
    source: str
    arguments: tuple[str, ...]
    """Each is the source text of one argument tuple, evaluated in the module's namespace."""
    seed: int = 0
    level: str = "scalar"

    @property
    def is_script(self) -> bool:
        return self.level in ("scripts", "nests", "things", "sequences", "consumed", "arrays")

    @property
    def filename(self) -> str:
        return f"selftest_{self.level}_{self.seed}.py"

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Program:
        fields = json.loads(text)
        fields["arguments"] = tuple(fields["arguments"])
        return cls(**fields)

    def script(self, setup: str = "", note: str = "") -> str:
        """The program as a script that anyone can run; `LANCEHEAD=0` in front shows CPython's answer."""
        comment = "".join(f"# {line}\n" for line in note.splitlines()[:40])
        if self.is_script:
            return self.module_script(setup, comment)
        calls = "".join(f"    lambda: f(*{text}),\n" for text in self.arguments)
        return (
            f"# lancehead selftest, level {self.level}, seed {self.seed}\n"
            f"# The same under plain CPython: LANCEHEAD=0 python SCRIPT\n{comment}"
            f"import traceback\n\nimport lancehead._lancehead\n\n{setup}_jit = lancehead.jit\n\n"
            f"{self.source.rstrip()}\n\n\nfor _call in [\n{calls}]:\n"
            "    try:\n        print(repr(_call()))\n"
            "    except BaseException:\n        traceback.print_exc()\n"
        )

    def module_script(self, setup: str, comment: str) -> str:
        """A script's own source is kept as text: its code gets guards."""
        quoted = self.source.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        return (
            f"# lancehead selftest, level {self.level}, seed {self.seed}\n"
            f"# The same under plain CPython: LANCEHEAD=0 python SCRIPT\n{comment}"
            f'import os\nimport traceback\n\nimport lancehead._lancehead\n\nSOURCE = """\\\n{quoted}"""\n\n{setup}'
            f"code, names = compile(SOURCE, {self.filename!r}, 'exec'), {{'__name__': 'selftest_program', '__builtins__': __builtins__}}\n"
            "if os.environ.get('LANCEHEAD') != '0':\n    code = lancehead._lancehead.guard_code(code)\n"
            "raised = lancehead._lancehead.run_code(code, names)\n"
            "if raised is not None:\n    traceback.print_exception(raised)\n"
            "print({name: value for name, value in names.items() if name != '__builtins__'})\n"
        )
