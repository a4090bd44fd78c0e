"""A panic of the compiler: the program goes on with the same answers, and the tests and the selftest notice."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from test_jit_support import python

PANICS = """
    import lancehead as lh
    from lancehead import _lancehead
    _lancehead.testing_panic("f")

    @lh.jit
    def f(n):
        return sum(i * i for i in range(n)) + n

    print(f(4))
"""


def test_the_program_goes_on_and_the_bug_is_written_down(tmp_path):
    bugs = tmp_path / "bugs"
    done = python(PANICS, LANCEHEAD_BUGS=str(bugs))
    assert done.stdout == "18\n"
    assert "asked for at f" in done.stderr and "a bug of ours, please report it" in done.stderr
    assert bugs.read_text().count("asked for at f") == 1


def test_a_loop_goes_on_and_the_bug_is_written_down(tmp_path):
    bugs = tmp_path / "bugs"
    program = tmp_path / "program.py"
    program.write_text("total = 0\nfor i in range(10**6):\n    total += i & 3\nprint(total)\n")
    start = "import sys; from lancehead import _lancehead, _run; _lancehead.testing_panic('<module>'); sys.exit(_run.main(sys.argv[1:]))"
    done = python(start, str(program), LANCEHEAD_BUGS=str(bugs), LANCEHEAD_THRESHOLD="0")
    assert done.stdout == "1500000\n"
    assert "asked for at <module>" in bugs.read_text()


@pytest.mark.parametrize("where", ["here", "in a child"])
def test_a_test_that_meets_one_fails(tmp_path, where):
    source = textwrap.dedent(PANICS)
    if where == "in a child":
        source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {source!r}], capture_output=True)\n"
    test = f"def test_that_looks_at_nothing():\n{textwrap.indent(source, '    ')}\ndef test_after_it():\n    pass\n"
    (tmp_path / "test_panics.py").write_text(test)
    (tmp_path / "conftest.py").write_text((Path(__file__).parent / "conftest.py").read_text())
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "2 passed, 1 error" in done.stdout
    assert "lancehead met a bug of its own" in done.stdout and "asked for at f" in done.stdout


def test_the_selftest_notices(tmp_path):
    source = """
        from lancehead import _lancehead, _selftest
        program = _selftest.Program("@_jit\\ndef f(n):\\n    return n + 1\\n", ("(3,)",))
        native = {"native": _selftest.Settings()}
        _lancehead.testing_panic("f")
        print(_selftest.compare(program, native))
        _lancehead.testing_panic(None)
        assert _selftest.compare(program, native) == ""
    """
    told = python(source, LANCEHEAD_BUGS=None).stdout
    assert told.startswith("[native] a bug of lancehead's own:") and "asked for at f" in told
