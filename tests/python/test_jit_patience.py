"""Compiling that takes long says so, on a terminal."""

import os
import pty
import subprocess
import sys
import textwrap

PROGRAM = """
    import sys
    import lancehead as lh
    from lancehead import _lancehead

    _lancehead.testing(lingers=int(1000 * float(sys.argv[1])))

    @lh.jit
    def area(n):
        s = 0.0
        for i in range(n):
            s += 1.0 / (1 + i)
        return s

    print(area(10) > 2, area(11) > 2)
    """


def run(*args, terminal, tmp_path):
    """What stderr got, and stdout."""
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(PROGRAM))
    ours, theirs = pty.openpty() if terminal else os.pipe()
    env = os.environ | {"LANCEHEAD_CACHE_DIR": "off"}
    done = subprocess.run(
        [sys.executable, str(program), *args], env=env, stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=60, check=True
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # Linux says so where a terminal has no other end any more
        pass
    os.close(ours)
    return said.decode().replace("\r\n", "\n"), done.stdout


def test_what_takes_long_says_so_once_and_how_long_it_took(tmp_path):
    said, stdout = run("1.3", terminal=True, tmp_path=tmp_path)
    before, _, seconds = said.partition(" ... ")
    assert before == f"lancehead: compiling area ({tmp_path}/program.py:8)"
    assert seconds.endswith(" s\n") and 1.25 < float(seconds[:-3]) < 10
    assert stdout == "True True\n"


def test_what_is_quick_says_nothing(tmp_path):
    assert run("0", terminal=True, tmp_path=tmp_path) == ("", "True True\n")


def test_where_nobody_looks_nothing_is_said(tmp_path):
    assert run("1.3", terminal=False, tmp_path=tmp_path) == ("", "True True\n")
