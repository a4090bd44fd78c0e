"""CPython's own tests of its types do the same under `lancehead run`, where the tests themselves are compiled too."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

# With the modules of the library that they test, where those are written in Python.
TESTS = {
    "test_bisect": ["bisect"],
    "test_dict": [],
    "test_exceptions": [],
    "test_float": [],
    "test_heapq": ["heapq"],
    "test_int": [],
    "test_list": [],
    "test_range": [],
    "test_tuple": [],
}
# What docs/deviations.md says: a NaN that went through native code is another object, and `in` asks for the same one.
DEVIATES = {"test_float_containment (test.test_float.GeneralFloatCases.test_float_containment)"}
MODES = {"everything": {"LANCEHEAD_THRESHOLD": "0"}, "leaving at times": {"LANCEHEAD_THRESHOLD": "0", "LANCEHEAD_DEOPT_EVERY": "7"}}

OUTCOMES = """
import json, sys, unittest

class Outcomes(unittest.TestResult):
    started = ()

    def startTest(self, test):
        super().startTest(test)
        self.started += (test.id(),)

result = Outcomes()
unittest.defaultTestLoader.loadTestsFromName(sys.argv[1]).run(result)
named = {name: sorted(str(test) for test, _ in getattr(result, name)) for name in ("failures", "errors", "skipped", "expectedFailures")}
with open(sys.argv[2], "w") as file:
    json.dump({"started": sorted(result.started), **named}, file)
for _, text in result.failures + result.errors:
    print(text)
"""


def outcomes(command, module, folder, environment):
    """What became of each test of that module, and what to look at if that is not what was expected."""
    folder.mkdir()
    (folder / "outcomes.py").write_text(OUTCOMES)
    kept = {name: value for name, value in os.environ.items() if name not in ("LANCEHEAD_THRESHOLD", "LANCEHEAD_DEOPT_EVERY")}
    done = subprocess.run(
        [sys.executable, *command, "outcomes.py", f"test.{module}", "outcomes.json"],
        cwd=folder, env=kept | environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "outcomes.json").read_text()), done.stdout


@pytest.mark.slow
@pytest.mark.skipif(find_spec("test") is None or find_spec("test.list_tests") is None, reason="this Python came without its tests")
@pytest.mark.parametrize("module", TESTS)
def test_a_module_of_tests_passes_and_fails_as_under_python(module, tmp_path):
    expected, _ = outcomes([], module, tmp_path / "plain", {})
    assert expected["started"]
    run = ["-m", "lancehead", "run", "--report-json", "report.json"]
    run += [option for name in ("test", *TESTS[module]) for option in ("--include", name)]
    for mode, settings in MODES.items():
        folder = tmp_path / mode
        got, tracebacks = outcomes(run, module, folder, {"LANCEHEAD_OPT": "0", **settings})
        got["failures"] = [name for name in got["failures"] if name not in DEVIATES]
        assert got == expected, f"{mode}\n{tracebacks}"
        regions = json.loads((folder / "report.json").read_text())["regions"]
        assert sum(region["entered"] for region in regions if Path(region["file"]).parent.name == "test"), mode
