"""What the test_jit files share: the same source run undecorated and decorated, and all that can be seen of both compared.

A program is the text of a module whose functions are decorated with `@jit` and whose `main` is called. Run plain, `jit`
is a decorator that does nothing, so lines and columns are the same.
"""

import contextlib
import itertools
import linecache
import math
import os
import random
import struct
import subprocess
import sys
import textwrap
import traceback

import lancehead as lh
from lancehead import _lancehead

NUMBERS = itertools.count()
# Leaves once, at the k-th place, in each outermost call.
PLACES = [*range(1, 61), 77, 101]


def bits(value):
    """A value as text that tells apart all that Python can: types, -0.0, the payload of a nan."""
    kind = type(value)
    if kind is float:
        return repr(value) if value == value else "nan:" + struct.pack("<d", value).hex()
    if kind in (tuple, list):
        return f"{kind.__name__}[{', '.join(map(bits, value))}]"
    if kind is dict:
        return "{" + ", ".join(f"{bits(k)}: {bits(v)}" for k, v in value.items()) + "}"
    if kind.__module__ == "numpy" and hasattr(value, "dtype"):
        return f"{kind.__name__} {value.dtype} {value.shape} {value.tobytes().hex()}"
    if isinstance(value, (int, str, bytes, type(None), complex)):
        return f"{kind.__name__}:{hex(value) if isinstance(value, int) else value!r}"
    if isinstance(value, BaseException):
        return f"{kind.__name__}:{value}"
    return kind.__name__.replace("_Jitted", "function").rpartition(".")[2]


def seen(error):
    """Everything that a program could look at in an exception."""
    lines = ["".join(traceback.format_exception(error))]
    while error is not None:
        step = error.__traceback__
        while step is not None:
            frame = step.tb_frame
            if frame.f_code.co_filename.startswith("<lh "):
                names = {name: bits(value) for name, value in frame.f_locals.items() if frame.f_code.co_name != "<module>"}
                lines.append(f"{frame.f_code.co_name}:{step.tb_lineno} {names}")
            step = step.tb_next
        error = error.__context__
    return "\n".join(lines)


def outcome(call, *args, **kwargs):
    random.seed(7)
    try:
        return bits(call(*args, **kwargs))
    except Exception as error:
        return seen(error)


def load(source, jit, filename=None, **names):
    """The module's namespace."""
    source = textwrap.dedent(source)
    filename = filename or f"<lh {next(NUMBERS)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace = {"__name__": "program", "jit": jit, "math": math, "random": random, "sys": sys, **names}
    exec(compile(source, filename, "exec"), namespace)  # noqa: S102
    return namespace


def pair(source, jit=None, **names):
    """The program undecorated and decorated, under one file name."""
    filename = f"<lh {next(NUMBERS)}>"
    return load(source, lambda f: f, filename, **names), load(source, jit or lh.jit, filename, **names)


@contextlib.contextmanager
def leaving(n):
    _lancehead.testing(deopt_every=n)
    try:
        yield
    finally:
        _lancehead.testing(deopt_every=0)


@contextlib.contextmanager
def quick():
    """Compiles quickly, and also what would not gain: for tests that run little."""
    _lancehead.testing(opt=0, threshold=0)
    try:
        yield
    finally:
        _lancehead.testing(opt=2, threshold=1)


def counted(what):
    return _lancehead.testing_counters()[what]


def same(source, places=PLACES, times=3, native=True, **names):
    """The outcome of `main`, which must be the same plain, native, and left at each place."""
    with quick():
        plain, jitted = pair(source, **names)
        wanted = outcome(plain["main"])
        entered = counted("entered")
        for _ in range(times):
            assert outcome(jitted["main"]) == wanted
        assert not native or counted("entered") > entered, "nothing was compiled"
        left = counted("left")
        for k in places:
            with leaving(k):
                got = outcome(jitted["main"])
            assert got == wanted, f"left at place {k}"
        assert not native or not places or counted("left") > left, "nothing was left"
    return wanted


def python(source, *args, check=True, timeout=60, **environment):
    """Runs a program in a process of its own; the CompletedProcess."""
    env = {name: value for name, value in (os.environ | environment).items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source), *args], env=env, capture_output=True, text=True, timeout=timeout, check=False
    )
    if check:
        assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    return done
