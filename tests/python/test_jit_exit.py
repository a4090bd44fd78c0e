"""The end of the process: functions go away while the interpreter ends, and finalisers call compiled ones."""

import textwrap

import pytest
from test_jit_support import python

FUNCTION = """
import lancehead as lh

@lh.jit
def f(n):
    s = 0
    for i in range(n):
        s += i
    return s

"""
IN_A_CYCLE = "f.me = f\nprint(f(9))"
IN_THE_MODULE = "print(f(9))"
IN_A_BUILTIN_MODULE = "import sys\nsys.kept = f\nprint(f(9))"
NEVER_CALLED = "f.me = f\nprint(36)"
CALLED_BY_A_FINALISER = """
class Last:
    def __del__(self, f=f):
        print(f(9), sum(i for i in range(9)))

last = Last()
last.me = last
"""
FIRST_CALLED_BY_A_FINALISER = """
class Last:
    f = staticmethod(f)
    def __del__(self):
        total = 0
        for i in range(1, 10):
            total += self.f(i) - self.f(i - 1)
        print(total)

last = Last()
"""
CALLED_AT_EXIT = "import atexit\natexit.register(lambda: print(f(9)))"


@pytest.mark.parametrize("way", ["python", "run"])
@pytest.mark.parametrize(
    "then",
    [IN_A_CYCLE, IN_THE_MODULE, IN_A_BUILTIN_MODULE, NEVER_CALLED, CALLED_BY_A_FINALISER, FIRST_CALLED_BY_A_FINALISER, CALLED_AT_EXIT],
)
def test_the_end_is_quiet(way, then, tmp_path):
    program = tmp_path / "program.py"
    program.write_text(FUNCTION + textwrap.dedent(then))
    start = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__')"
    if way == "run":
        start = "import sys; from lancehead import _run; sys.exit(_run.main(sys.argv[1:]))"
    done = python(start, str(program), LANCEHEAD_THRESHOLD="0")
    assert done.stdout.split()[0] == "36"
    assert done.stderr == ""
