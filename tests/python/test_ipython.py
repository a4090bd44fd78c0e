"""`%load_ext lancehead` in a real IPython shell: cells do what they do without it, with their tracebacks, and their loops run natively."""

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("IPython")

# Runs cells, and prints what each printed.
SHELL = """\
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
shell.colors = "nocolor"
shell.history_manager.enabled = False
printed = []
for cell in json.load(sys.stdin):
    with capture_output(display=False) as got:
        result = shell.run_cell(cell, store_history=True)
    printed.append([got.stdout, got.stderr, repr(result.result)])
json.dump(printed, sys.stdout)
"""
LOAD = "%load_ext lancehead"


@pytest.fixture
def run(tmp_path):
    def run(*cells, **environment):
        environment = os.environ | {"IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path), "LANCEHEAD_OPT": "0"} | environment
        command = [sys.executable, "-W", "ignore", "-c", SHELL]
        done = subprocess.run(command, cwd=tmp_path, env=environment, input=json.dumps(cells), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


CELLS = [
    "x = 0\nfor i in range(50):\n    x += i * 0.5\nx",
    "def f(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\nf(10)",
    "def g(n): return f(n) + 1\n[g(n) for n in range(5)]",
    "total = 0\nfor n in range(20):\n    total += g(n)\nprint(total, i)",
    "def f(n):\n    s = 1.5\n    for i in range(n):\n        s += i\n    return s\nf(10), g(10)",
    "for n in range(20):\n    total += g(n)\ntotal",
    "def fails(n):\n    for i in range(n):\n        s = 1 // (3 - i)\n    return s\n\nfor k in range(2, 9):\n    fails(k)",
    "fails(9)",
    "for k in range(3):\n    k\nk",
    "[1, 2, 3][7]",
    "for a in range(3):\n    undefined_name",
    "for a in range(3) print(a)",
    "%%time\nfor a in range(30):\n    total += a",
    "total",
    "%who_ls int",
    "u = [[0.0] * 8 for _ in range(8)]\nfor k in range(9):\n    for i in range(1, 8):\n        for j in range(8):\n            u[i][j] = u[i - 1][j] * 0.5 + k\nsum(map(sum, u)), i, j, k",
    "import asyncio\nfor i in range(3):\n    await asyncio.sleep(0)\ni",
    "class A:\n    n = 0\n    def add(self, m):\n        for i in range(m): self.n += i\na = A()\nfor i in range(9): a.add(i)\na.n",
    "def h():\n    for i in range(3): yield i\nlist(h())",
    "import inspect\nprint(inspect.getsource(f))",
    "%run -i script.py",
    "from_script, total",
    "import module\nmodule.twice(21)",
    "for i in range(3):\n    exec('y = i * 2')\ny",
    "i = 'text'\nfor q in range(4): i += 'x'\ni",
    "del total\nfor q in range(4): total += 1",
    "import warnings\nfor q in range(2): warnings.warn('here')",
    "%xmode Plain\nfails(8)",
]


def write_modules(folder):
    (folder / "script.py").write_text("from_script = 0\nfor i in range(9):\n    from_script += i\n")
    (folder / "module.py").write_text("def twice(n):\n    s = 0\n    for i in range(n): s += 2\n    return s\n")


@pytest.mark.slow
def test_cells_do_what_they_do_without_it(run, tmp_path):
    write_modules(tmp_path)
    plain = run("1", *CELLS)
    for settings in ({}, {"LANCEHEAD_THRESHOLD": "0"}, {"LANCEHEAD_THRESHOLD": "0", "LANCEHEAD_DEOPT_EVERY": "1"}):
        got = run(LOAD, *CELLS, **settings)
        for cell, wanted, found in zip(CELLS, plain[1:], got[1:]):
            if "%%time" not in cell:
                assert found == wanted, (settings, cell)
    traceback = plain[CELLS.index("fails(9)") + 1][0] + plain[CELLS.index("fails(9)") + 1][1]
    assert "Cell In[9], line 1" in traceback and "Cell In[8], line 3" in traceback


def test_loops_run_natively_and_functions_too(run, tmp_path):
    write_modules(tmp_path)
    ask = "import lancehead._lancehead as l; before = l.testing_counters()['came_back']"
    changed = "l.testing_counters()['came_back'] - before"
    cells = [CELLS[0], "def f(n):\n    s = 0\n    for i in range(n): s += i\n    return s", "f(100)", "import module; module.twice(9)"]
    got = run(LOAD, ask, cells[0], changed, cells[1], cells[2], changed, cells[3], changed, LANCEHEAD_THRESHOLD="0")
    assert [shown[2] for shown in got][2:] == ["612.5", "1", "None", "4950", "2", "18", "3"]


def test_off_and_on_again(run):
    define = "import lancehead._lancehead as l\ndef f(n):\n    s = 0\n    for i in range(n): s += i\n    return s\ndef count(): return l.testing_counters()['came_back']"
    native = "before = count(); f(50); count() > before"
    cell = "before = count()\nfor i in range(9): before\ncount() > before"
    got = run(
        LOAD,
        define,
        native,
        "%lh_off",
        native,
        cell,
        "%lh_on",
        native,
        cell,
        "%unload_ext lancehead",
        native,
        cell,
        LOAD,
        native,
        cell,
        LANCEHEAD_THRESHOLD="0",
    )
    assert [got[n][2] for n in (2, 4, 5, 7, 8, 10, 11, 13, 14)] == [
        "True",
        "False",
        "False",
        "True",
        "True",
        "False",
        "False",
        "True",
        "True",
    ]
    assert all(shown[1] == "" for shown in got)


def test_reports_name_the_cells(run):
    got = run(LOAD, CELLS[0], "%lh_report", "%%lh_report\nfor k in range(40):\n    x += k", "%lh_report", LANCEHEAD_THRESHOLD="0")
    assert "Cell In[2]:2 in <module>: native" in got[2][0]
    assert ":1 in <module>: native" in got[3][0] and "Cell In[2]:2" not in got[3][0]
    assert "Cell In[2]:2" in got[4][0] and got[4][0].count("in <module>: native") == 2


def test_switched_off_it_does_nothing(run):
    got = run(LOAD, CELLS[0], "%lh_report", LANCEHEAD="0")
    assert got[1][2] == "612.5" and "not found" in got[2][1] + got[2][0]
