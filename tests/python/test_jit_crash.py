"""A crash in generated code names the function, keeps its IR and bars it. Each crash in a process of its own; the code is linked to functions that crash."""

import os
import pathlib
import signal
import subprocess
import sys

import pytest
from test_jit_support import python

PROGRAM = """
    import math, sys, threading
    import lancehead as lh
    from lancehead import _lancehead
    {before}

    @lh.jit
    def spread(n):
        s = 0.0
        for i in range(n):
            s += math.erf(i / n)
        return s

    def call():
        return spread(20)

    {then}
    """
WANTED = 10.0  # at least
IN_A_THREAD = "thread = threading.Thread(target=call); thread.start(); thread.join()"
TWICE = "@lh.jit\n    def outer(n):\n        return spread(n) + 1.0\n\n    outer(20)"


def crash(kind="null", before="", then="call()", **environment):
    before = f"_lancehead.testing_crash('lh_libm_erf', {kind!r})\n    {before}"
    return python(PROGRAM.format(before=before, then=then), check=False, **environment)


def sane(then="assert call() > 9", **environment):
    """The same program, with code that would not crash: the counters of what happened, and what it printed."""
    end = "\n    print(_lancehead.testing_counters()['entered'])"
    *out, entered = python(PROGRAM.format(before="", then=then + end), **environment).stdout.splitlines()
    return int(entered), "\n".join(out)


@pytest.fixture
def cache(tmp_path):
    return {"LANCEHEAD_CACHE_DIR": str(tmp_path / "cache")}


def reports(cache):
    return list(pathlib.Path(cache["LANCEHEAD_CACHE_DIR"]).rglob("*.crash"))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("null", signal.SIGSEGV),
        ("nowhere", signal.SIGSEGV),
        ("stack", signal.SIGSEGV),
        ("illegal", signal.SIGILL),
        ("division", signal.SIGFPE),
    ],
)
def test_a_crash_names_the_function_keeps_its_ir_and_bars_it(cache, kind, number):
    done = crash(kind, **cache)
    assert done.returncode == -number, done.stderr
    (report,) = reports(cache)
    assert f"lancehead: the machine code of spread (<string>:8) crashed ({number.name})." in done.stderr
    assert str(report) in done.stderr and "from the next run on the interpreter does this function" in done.stderr
    text = report.read_text()
    assert text.startswith("; lancehead: the machine code of spread (<string>:8) crashed")
    assert "func spread" in text and "erf" in text and text.rstrip().splitlines()[-1].startswith("r"), "all of the IR"
    assert report.stat().st_mode & 0o777 == 0o600

    entered, said = sane("assert call() > 9; print(spread.explain())", **cache)
    assert entered == 0
    assert "[crashed-before]" in said and str(report) in said and "what helps: Report the bug" in said
    assert "func spread" in sane("call(); print(spread.dump('ir'))", **cache)[1]


def test_code_from_the_cache_is_reported_too(cache):
    assert sane(**cache)[0] == 1
    done = crash(**cache)
    assert done.returncode == -signal.SIGSEGV and "spread (<string>:8) crashed (SIGSEGV)" in done.stderr
    assert "func spread" in reports(cache)[0].read_text()
    assert sane(**cache)[0] == 0


def test_only_what_crashed_is_barred(cache):
    assert crash(then="spread(3.5) if False else call()", **cache).returncode == -signal.SIGSEGV
    text = "@lh.jit\n    def other(n):\n        return n * 2 + 1\n    assert other(20) == 41 and call() > 9"
    assert sane(text, **cache)[0] == 1
    done = crash(then=TWICE, **cache)
    assert "outer (<string>:18) crashed" in done.stderr, "a unit of several functions goes by its entry"
    assert len(reports(cache)) == 2


def test_clearing_the_cache_gives_another_chance(cache):
    crash(**cache)
    assert sane(**cache)[0] == 0
    command = [sys.executable, "-m", "lancehead", "cache"]
    env = os.environ | cache
    info = subprocess.run([*command, "info"], env=env, capture_output=True, text=True, check=True).stdout
    assert f"crashed  {reports(cache)[0]}" in info
    subprocess.run([*command, "clear"], env=env, capture_output=True, check=True)
    assert reports(cache) == []
    assert sane(**cache)[0] == 1


def test_strict_raises_the_verdict(cache):
    crash(**cache)
    sane(
        """
    import types
    strict = lh.jit(types.FunctionType(spread.__code__, globals()), strict=True)
    try:
        strict(20)
    except lh.CompileError as error:
        assert "crashed-before" in str(error)
    else:
        raise SystemExit("no error")""",
        **cache,
    )


@pytest.mark.parametrize("then", [IN_A_THREAD, "sys.setrecursionlimit(10**4); call()"])
@pytest.mark.parametrize("kind", ["null", "stack"])
def test_threads(cache, then, kind):
    done = crash(kind, then=then, **cache)
    assert done.returncode == -signal.SIGSEGV and "spread (<string>:8) crashed (SIGSEGV)" in done.stderr


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ("import faulthandler; faulthandler.enable()", "call()"),
        ("", "import faulthandler; lh.jit(lambda x: x + 1)(1); faulthandler.enable(); call()"),
    ],
)
def test_faulthandler_still_works_before_and_after(cache, before, then):
    done = crash(before=before, then=then, **cache)
    assert done.returncode == -signal.SIGSEGV
    assert done.stderr.count("spread (<string>:8) crashed (SIGSEGV)") == 1
    assert done.stderr.count("Fatal Python error: Segmentation fault") == 1 and "in call\n" in done.stderr


def test_other_crashes_are_not_ours(cache):
    other = "import ctypes; call(); ctypes.string_at(16)"
    done = python(PROGRAM.format(before="", then=other), check=False, **cache)
    assert done.returncode == -signal.SIGSEGV
    assert "lancehead" not in done.stderr and reports(cache) == []
    sent = "import os, signal; call(); os.kill(os.getpid(), signal.SIGSEGV)"
    done = python(PROGRAM.format(before="", then=sent), check=False, **cache)
    assert done.returncode == -signal.SIGSEGV and "lancehead" not in done.stderr
    assert sane(**cache)[0] == 1


def test_a_handler_that_lives_on_faults_is_left_to_do_so(cache):
    """As a virtual machine's would: it returns somewhere else. Python's own handler cannot, so one in C is played by a process that ignores the signal."""
    then = """
    import os, signal
    call()
    os.kill(os.getpid(), signal.SIGFPE)
    print("alive")
    call()"""
    done = python(PROGRAM.format(before="import signal; signal.signal(signal.SIGFPE, signal.SIG_IGN)", then=then), **cache)
    assert done.stdout == "alive\n" and done.stderr == ""
    then = then.replace("print", "import time; time.sleep(0.01); print")
    before = "import signal; signal.signal(signal.SIGFPE, lambda *_: print('handled', flush=True))"
    done = python(PROGRAM.format(before=before, then=then), **cache)
    assert done.stdout == "handled\nalive\n" and done.stderr == ""


def test_without_a_cache_it_is_said_that_nothing_is_kept(cache):
    done = crash(LANCEHEAD_CACHE_DIR="off")
    assert done.returncode == -signal.SIGSEGV
    assert "spread (<string>:8) crashed (SIGSEGV)" in done.stderr and "Nothing could be kept" in done.stderr


def test_it_can_be_switched_off(cache):
    done = crash(LANCEHEAD_NO_CRASH_HANDLER="1", **cache)
    assert done.returncode == -signal.SIGSEGV and done.stderr == "" and reports(cache) == []
    then = "import signal; print([signal.getsignal(s) for s in (signal.SIGSEGV, signal.SIGBUS)]); call()"
    python(PROGRAM.format(before="", then=then), LANCEHEAD_NO_CRASH_HANDLER="1", **cache)


def test_a_forked_child_reports_for_itself(cache):
    then = """
    import os
    child = os.fork()
    if child == 0:
        call()
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == 11
    print("parent lives")"""
    done = crash(then=then, **cache)
    assert done.stdout == "parent lives\n" and done.stderr.count("crashed (SIGSEGV)") == 1
    assert len(reports(cache)) == 1


def test_threads_come_and_go():
    """Each gets a stack for its handlers, and gives it back."""
    then = """
    def mappings():
        return len(open("/proc/self/maps").readlines())
    call()
    for turn in range(300):
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
        if turn == 50:
            before = mappings()
    assert mappings() < before + 50, (before, mappings())"""
    sane(then)
