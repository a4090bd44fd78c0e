"""Leave every program at every instruction; all must end as without leaving."""
import faulthandler
import gc
import os
import sys
import time

faulthandler.enable()
sys.path.insert(0, os.environ["LH_EXT"])
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import _lhtest
import programs
from harness import *

counts = {"go": 0, "throw": 0, "call": 0}
wrong = []


def report(name, kind, k, want, got):
    if want != got:
        wrong.append(name)
        if len(wrong) < int(os.environ.get("LH_SHOW", 3)):
            print(f"--- {name} {kind} at {k}\n{want[0]} {want[1]} {want[2]}\n+++ got\n{got[0]} {got[1]} {got[2]}")


def unless_stop(e, name):
    if not isinstance(e, Stop):
        wrong.append(name)
        traceback.print_exception(e)


def activation(frame, f, m, offset, kind=GO):
    locals_, stack = _lhtest.snapshot(frame, m.depth[offset], True)
    if kind == GO:
        return (f, GO, 0, m.place[offset], locals_, stack)
    return (f, THROW, offset, 0, locals_, stack)


def callee_chain(frame, f, m, offset):
    """If a plain Python function is about to be called: the frames as they would
    stand just inside it."""
    i = m.at[offset]
    if i.opname != "CALL" or offset not in m.place:
        return None
    locals_, stack = _lhtest.snapshot(frame, m.depth[offset], False)
    base = len(stack) - i.arg - 2
    a, b = stack[base], stack[base + 1]
    g = a if sys.version_info >= (3, 13) else b
    if (b if g is a else a) is not NULL or not isinstance(g, types.FunctionType):
        return None
    c = g.__code__
    if (i.arg != c.co_argcount or c.co_flags & 0x2c or c.co_kwonlyargcount
            or c.co_freevars or c.co_cellvars):
        return None
    g = clone(g)
    resume = next(x.offset for x in dis.get_instructions(c) if x.opname == "RESUME")
    inner = stack[base + 2:] + [NULL] * (c.co_nlocals - c.co_argcount)
    locals_, stack = _lhtest.snapshot(frame, m.depth[offset], True)
    return [(f, CALL, offset, m.next[offset], locals_, stack[:base]),
            (g, GO, 0, resume, inner, [])]


def leave_everywhere(make, stride):
    f = make()
    m = Map(f.__code__)
    want = plain(f)
    k = 0
    more = True
    while more:
        f = make()
        got = [None]

        def action(frame, offset, f=f):
            if offset not in m.place:
                return
            chain = [activation(frame, clone(f), m, offset)]
            got[0] = attempt(lambda: _lhtest.go(chain, None), 2)
            counts["go"] += 1
            raise Stop

        try:
            _, more = stop_at(f, k, action)
        except BaseException as e:
            unless_stop(e, make.__name__)
            more = True
        if got[0] is not None:
            report(make.__name__, "go", k, want, got[0])
        k += 1
    for kind in ("call", "throw"):
        for j in range(0, k - 1, 1 if kind == "call" else stride):
            f = make()
            got = [None]
            exc = []

            def throw(frame, offset, f=f):
                if offset not in m.place:
                    return
                chain = [activation(frame, clone(f), m, offset, THROW)]
                got[0] = attempt(lambda: _lhtest.go(chain, programs.Boom("thrown")), 2)
                counts["throw"] += 1
                raise Stop

            def oracle(frame, offset):
                if offset in m.place:
                    raise programs.Boom("thrown")

            def call(frame, offset, f=f):
                chain = callee_chain(frame, clone(f), m, offset)
                if chain is None:
                    return
                got[0] = attempt(lambda: _lhtest.go(chain, None), 2)
                counts["call"] += 1
                raise Stop

            try:
                stop_at(f, j, call if kind == "call" else throw)
            except BaseException as e:
                unless_stop(e, make.__name__)
            if got[0] is None:
                continue
            if kind == "throw":
                wanted, _ = stop_at(make(), j, oracle)
                wanted = strip_callback(wanted)
            else:
                wanted = want
            report(make.__name__, kind, j, wanted, got[0])


def strip_callback(outcome):
    """The oracle's exception also passed through the harness's callback."""
    kind, text, out = outcome
    lines = text.split("\n")
    kept, skipping = [], False
    for line in lines:
        if line.startswith('  File "'):
            skipping = "harness.py" in line or "fuzz.py" in line
        elif not line.startswith("    "):
            skipping = False
        if not skipping:
            kept.append(line)
    return kind, "\n".join(kept), out


if __name__ == "__main__":
    t = time.time()
    sys.unraisablehook = lambda *a: print("UNRAISABLE", a)
    only = sys.argv[1:]
    for make in programs.PROGRAMS:
        if not only or make.__name__ in only:
            leave_everywhere(make, 1)
    gc.collect()
    print(sys.version.split()[0], counts, "wrong:", len(wrong), sorted(set(wrong)), f"{time.time() - t:.1f}s")
    sys.exit(bool(wrong))
