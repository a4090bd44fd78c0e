"""What the fuzzer does not reach: deep chains, lent frames, the function type."""
import copy
import faulthandler
import functools
import gc
import inspect
import os
import pickle
import signal
import sys
import threading
import time
import traceback
import types
import unittest
import warnings
import weakref

faulthandler.enable()
sys.path.insert(0, os.environ["LH_EXT"])
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import _lhtest
from harness import CALL, GO, NULL, THROW, Map, clone

V = sys.version_info[:2]


def level(n):
    x = n
    if n == 0:
        return bottom()
    y = level(n - 1)
    return x + y


def bottom():
    stack = inspect.stack(0)[1:]
    return sum(f.lineno for f in stack if f.function == "level")


def offsets(f, name, nth=0):
    m = Map(f.__code__)
    hits = [i for i in m.instructions if i.opname == name]
    return m, hits[nth].offset


def first(f):
    return offsets(f, "RESUME")[1]


def frames_of(f, n, last):
    """level(n) .. level(1) inside their calls, then level(0) at its start."""
    m, at = offsets(f, "CALL", 1)
    chain = [(f, CALL, at, m.next[at], [k, k, NULL], []) for k in range(n, 0, -1)]
    return chain + [last]


class Chains(unittest.TestCase):
    def test_depths(self):
        for n in (1, 3, 50):
            want = level(n)
            got = _lhtest.go(frames_of(level, n, (level, GO, 0, first(level), [0, NULL, NULL], [])), None)
            self.assertEqual(got, want)

    def test_traceback(self):
        def at(n, boom):
            if n == 0:
                raise KeyError(boom)
            r = (1 +
                 at(n - 1, boom))
            return r

        def text(call):
            try:
                call()
            except KeyError as e:
                return [(t.lineno, t.end_lineno, t.colno, t.end_colno)
                        for t in traceback.extract_tb(e.__traceback__) if t.name == "at"]
        m, call = offsets(at, "CALL", 1)
        chain = [(at, CALL, call, m.next[call], [k, "b", NULL, NULL], [1])
                 for k in range(30, 0, -1)]
        chain.append((at, GO, 0, first(at), [0, "b", NULL, NULL], []))
        want = text(lambda: at(30, "b"))
        self.assertEqual(len(want), 31)
        self.assertEqual(text(lambda: _lhtest.go(chain, None)), want)

    def test_recursion_error(self):
        def down(n):
            return down(n + 1)

        def top(n):
            try:
                r = down(0)
            except RecursionError as e:
                return n
            return r
        m, at = offsets(top, "CALL", 0)
        for _ in range(3):
            chain = [(top, CALL, at, m.next[at], [7, NULL, NULL], []),
                     (down, GO, 0, first(down), [0, NULL], [])]
            chain[0] = chain[0][:4] + ([7] + [NULL] * (top.__code__.co_nlocals - 1 + len(top.__code__.co_freevars)), [])
            self.assertEqual(_lhtest.go(chain, None), 7)

    def test_catch_in_the_middle(self):
        def outer(x):
            try:
                y = bottom(x)
            except LookupError as e:
                return repr(e), e.__traceback__.tb_next.tb_frame.f_code.co_name, x
        m, at = offsets(outer, "CALL", 0)
        n = len(outer.__code__.co_varnames)
        go = lambda last, exc: _lhtest.go(
            [(outer, CALL, at, m.next[at], [5] + [NULL] * (n - 1), []), last], exc)
        inner_m, inner_at = offsets(bottom, "CALL", 0)
        got = go((bottom, THROW, inner_at, 0, [NULL] * bottom.__code__.co_nlocals, []), KeyError("k"))
        self.assertEqual(got, ("KeyError('k')", "bottom", 5))

    def test_cells_and_defaults(self):
        def make():
            free = 10

            def f(a, *rest, k=1, cell=3, **kw):
                get = lambda: (cell, free, a)
                return get(), rest, k, kw
            return f
        f = make()
        co = f.__code__
        names = co.co_varnames + tuple(n for n in co.co_cellvars if n not in co.co_varnames) + co.co_freevars
        values = {"a": "A", "rest": (1,), "k": 2, "cell": 4, "kw": {"z": 1}}
        m = Map(co)
        after = m.next[first(f)]
        for _ in range(3):
            chain = [(f, GO, 0, after, [values.get(n, NULL) for n in names], [])]
            self.assertEqual(_lhtest.go(chain, None), ((4, 10, "A"), (1,), 2, {"z": 1}))

    def test_many_arguments(self):
        names = [f"a{i}" for i in range(40)]
        space = {}
        exec(f"def f({', '.join(names)}, *, {', '.join('k' + n for n in names)}): return a39 + ka39", space)
        f = space["f"]
        self.assertEqual(_lhtest.go([(f, GO, 0, first(f), list(range(80)), [])], None), 39 + 79)

    def test_mistakes_are_errors(self):
        ok = [level, GO, 0, first(level), [0, NULL, NULL], []]
        for place, value in [(0, len), (1, CALL), (3, 1), (3, 10 ** 6), (3, -2), (4, [0]), (5, [1] * 50)]:
            bad = list(ok)
            bad[4], bad[5] = list(ok[4]), []
            bad[place] = value
            with self.assertRaises(SystemError):
                _lhtest.go([tuple(bad)], None)

        def gen():
            yield 1
        with self.assertRaises(SystemError):
            _lhtest.go([(gen, GO, 0, first(gen), [], [])], None)
        with self.assertRaises(SystemError):
            _lhtest.go([tuple(ok)], KeyError())
        with self.assertRaises(SystemError):
            _lhtest.go([], None)

    def test_frames_survive(self):
        kept = []

        def inner(n):
            kept.append(sys._getframe(1))
            return n

        def outer(a):
            b = inner(a)
            c = b + 1
            return c
        m, at = offsets(outer, "CALL", 0)
        co = outer.__code__
        slots = list(co.co_varnames) + list(co.co_freevars)
        chain = [(outer, CALL, at, m.next[at], [5] + [NULL] * (len(slots) - 1), []),
                 (inner, GO, 0, first(inner), [6, NULL], [])]
        self.assertEqual(_lhtest.go(chain, None), 7)
        f = kept.pop()
        self.assertEqual((f.f_code.co_name, f.f_locals["c"], f.f_back.f_code), ("outer", 7, sys._getframe().f_code))


class Lent(unittest.TestCase):
    def chain(self, n, value=None):
        m, at = offsets(level, "CALL", 1)
        return [(level, CALL, at, 0, [k if value is None else value, k, NULL], []) for k in range(n, 0, -1)]

    def test_looking_back(self):
        def look():
            warnings.warn("seen", stacklevel=2)
            f = sys._getframe(1)
            back = f
            names = []
            while back is not None:
                names.append(back.f_code.co_name)
                back = back.f_back
            return f.f_lineno, f.f_locals["n"], names.count("level"), f
        line = level.__code__.co_firstlineno + 4
        for n in (1, 4):
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                (at, v, depth, f), raised = _lhtest.in_frames(self.chain(n), look)
            self.assertEqual((at, v, depth, raised), (line, 1, n, 0))
            self.assertEqual((seen[0].lineno, seen[0].filename), (line, __file__))
            self.assertEqual(f.f_lineno, line)      # a frame somebody keeps
            self.assertEqual(f.f_locals["x"], 1)
            self.assertEqual(f.f_back.f_code.co_name, "level" if n > 1 else "test_looking_back")

    def test_raising(self):
        def fail():
            raise KeyError("inside")
        try:
            _lhtest.in_frames(self.chain(3), fail)
        except KeyError as e:
            self.assertEqual([f.name for f in traceback.extract_tb(e.__traceback__)], ["test_raising", "fail"])
            self.assertIsNone(e.__context__)

    def test_handled_exception_stays(self):
        try:
            raise ValueError(1)
        except ValueError:
            (got, _) = _lhtest.in_frames(self.chain(2), sys.exc_info)
            self.assertIs(got[0], ValueError)
            self.assertIs(sys.exc_info()[0], ValueError)

    def test_nested_and_continuing_inside(self):
        def again():
            inner, _ = _lhtest.in_frames(self.chain(2), lambda: len(inspect.stack(0)))
            return inner, _lhtest.go(frames_of(level, 2, (level, GO, 0, first(level), [0, NULL, NULL], [])), None)
        (n, r), _ = _lhtest.in_frames(self.chain(3), again)
        self.assertEqual(n - len(inspect.stack(0)), 3 + 1 + 2 + 1)
        self.assertGreater(r, 0)

    def test_no_frames(self):
        self.assertEqual(_lhtest.in_frames([], lambda: 5), (5, 0))

    def test_setup_failure(self):
        e, raised = _lhtest.in_frames([(len, CALL, 0, 0, [], [])], lambda: 5)
        self.assertEqual((type(e), raised), (SystemError, 0))

    def test_threads_inside(self):
        def body():
            time.sleep(0.01)
            return sys._getframe(1).f_locals["n"]
        results = []
        def work():
            for _ in range(5):
                results.append(_lhtest.in_frames(self.chain(3), body)[0])
                results.append(_lhtest.go(frames_of(level, 2, (level, GO, 0, first(level), [0, NULL, NULL], [])), None) and 1)
        threads = [threading.Thread(target=work) for _ in range(4)]
        [t.start() for t in threads], [t.join() for t in threads]
        self.assertEqual(results, [1] * 40)

    def test_tracing_starts_inside(self):
        events = []

        def tracer(frame, what, arg):
            events.append((frame.f_code.co_name, what))
            return tracer

        def body():
            sys.settrace(tracer)
            sys._getframe(1).f_trace = tracer
            return 3
        try:
            self.assertEqual(_lhtest.in_frames(self.chain(2), body), (3, 0))
        finally:
            sys.settrace(None)
        # No return nor exception of a frame that only was lent.
        self.assertFalse([e for e in events if e[0] == "level"])

    def test_tracing_starts_in_a_callee(self):
        def start():
            sys.settrace(lambda *a: None)
            return 1

        def outer(n):
            a = start()
            for i in range(3):
                a += i
            return a + n
        m, at = offsets(outer, "CALL", 0)
        try:
            got = _lhtest.go([(outer, CALL, at, m.next[at], [5] + [NULL] * (len(outer.__code__.co_varnames + outer.__code__.co_freevars) - 1), []),
                              (start, GO, 0, first(start), [], [])], None)
            again = _lhtest.go([(level, GO, 0, first(level), [0, NULL, NULL], [])], None)
        finally:
            sys.settrace(None)
        self.assertEqual(got, 9)


class Nothing_leaks(unittest.TestCase):
    def flat(self, f):
        for _ in range(50):
            f()
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(1000):
            f()
        gc.collect()
        self.assertLess(abs(sys.getallocatedblocks() - before), 60)

    def test_going_on(self):
        big = object()
        before = sys.getrefcount(big)
        self.flat(lambda: _lhtest.go(frames_of(level, 2, (level, GO, 0, first(level), [0, NULL, NULL], [])), None))

        def mistake():
            try:
                _lhtest.go([(level, GO, 0, 1, [big, big, NULL], [big])], None)
            except SystemError:
                pass

        def throw():
            m, at = offsets_bottom
            try:
                _lhtest.go([(bottom, THROW, at, 0, [NULL] * bottom.__code__.co_nlocals, [big])], KeyError(1))
            except KeyError:
                pass
        offsets_bottom = offsets(bottom, "CALL", 0)
        self.flat(mistake)
        self.flat(throw)
        self.assertEqual(sys.getrefcount(big), before)

    def test_lending(self):
        chain = Lent().chain
        big = object()
        before = sys.getrefcount(big)
        self.flat(lambda: _lhtest.in_frames(chain(2, big), sys._getframe))

        def fail():
            try:
                _lhtest.in_frames(chain(2, big), lambda: [][0])
            except IndexError:
                pass
        self.flat(fail)
        self.assertEqual(sys.getrefcount(big), before)

    def test_functions(self):
        def one():
            f = _lhtest.function(clone(level))
            f.me = f
            f(1)
        self.flat(one)


class No_memory(unittest.TestCase):
    def test_each_allocation(self):
        try:
            import _testcapi
        except ImportError:
            self.skipTest("no _testcapi")

        def g(a, **kw):
            b = lambda: a
            return a
        def up(n):
            x = n
            if n == 0:
                return x
            y = up(n - 1)
            return x + y
        m, at = offsets(up, "CALL", 0)
        m = Map(g.__code__)
        slots = list(g.__code__.co_varnames) + [c for c in g.__code__.co_cellvars if c not in g.__code__.co_varnames]
        after = m.next[first(g)]
        out = set()
        for start in range(40):
            for chain in ([(g, GO, 0, after, [5 if s == "a" else NULL for s in slots], [])],
                          [(up, CALL, at, Map(up.__code__).next[at], [2, 2, NULL, NULL], []),
                           (up, GO, 0, first(up), [0, NULL, NULL, NULL], [])]):
                try:
                    fail = functools.partial(_testcapi.set_nomemory, start, start + 1)
                    try:
                        r = _lhtest.go(chain, None, fail)
                    finally:
                        _testcapi.remove_mem_hooks()
                    out.add("value")
                except MemoryError:
                    out.add("memory")
        self.assertEqual(out, {"value", "memory"})


def documented(a, b: int = 2, *, c=3) -> int:
    """The doc."""
    return a + b + c


documented.extra = 5
plain_documented = documented
documented = _lhtest.function(documented)


class Function(unittest.TestCase):
    def test_it_is_a_function(self):
        f, p = documented, plain_documented
        self.assertIsInstance(f, types.FunctionType)
        self.assertTrue(inspect.isfunction(f) and inspect.isroutine(f))
        for name in ("__doc__", "__name__", "__qualname__", "__module__", "__defaults__", "__kwdefaults__",
                     "__code__", "__globals__", "__closure__", "__dict__", "__annotations__"):
            self.assertEqual(getattr(f, name), getattr(p, name), name)
        if V >= (3, 12):
            self.assertEqual(f.__type_params__, p.__type_params__)
        self.assertEqual(inspect.signature(f), inspect.signature(p))
        self.assertEqual(inspect.getsource(f), inspect.getsource(p))
        self.assertRegex(repr(f), "^<function documented at 0x")
        self.assertEqual(f.extra, 5)
        before = _lhtest.counts()[0]
        self.assertEqual((f(1), f(1, 5), f(1, c=0), f(*[1], **{"b": 7})), (6, 9, 3, 11))
        self.assertEqual(_lhtest.counts()[0], before + 4)
        self.assertIs(copy.copy(f), f)
        self.assertIs(copy.deepcopy([f])[0], f)
        self.assertIs(pickle.loads(pickle.dumps(f)), f)
        self.assertIs(weakref.ref(f)(), f)
        self.assertEqual(functools.wraps(f)(lambda: 0).__wrapped__, f)
        self.assertEqual(f.answer(), 42)
        self.assertEqual(functools.partial(f, 1)(), 6)
        self.assertIsInstance(types.FunctionType(f.__code__, globals()), types.FunctionType)
        with self.assertRaises(TypeError) as e:
            f()
        self.assertIn("documented() missing 1 required positional argument: 'a'", str(e.exception))

    def test_methods(self):
        class C:
            def m(self, x=1):
                return self, x
            m = _lhtest.function(m)
            s = staticmethod(_lhtest.function(lambda: 3))
            c = classmethod(_lhtest.function(lambda cls: cls))
            p = property(_lhtest.function(lambda self: 8))
            __add__ = _lhtest.function(lambda self, o: ("add", o))
            __getitem__ = _lhtest.function(lambda self, o: ("item", o))
            __init__ = _lhtest.function(lambda self: None)
            __iter__ = _lhtest.function(lambda self: iter([1]))

        def warm():
            c = C()
            for _ in range(100):
                self.assertEqual(c.m(2), (c, 2))
                self.assertEqual((C.m(c), c.s(), c.c(), c.p, c + 1, c[2], list(c)),
                                 ((c, 1), 3, C, 8, ("add", 1), ("item", 2), [1]))
                bound = c.m
                self.assertEqual(bound(5), (c, 5))
                self.assertIsInstance(bound, types.MethodType)
        warm()

    def test_in_warm_code(self):
        f = documented

        def loop():
            return [f(i) for i in range(200)][-1]
        self.assertEqual(loop(), 204)

    def test_data_is_freed(self):
        before = _lhtest.counts()[1]
        f = _lhtest.function(clone(level))
        r = weakref.ref(f)
        f.cycle = f
        del f
        gc.collect()
        self.assertIsNone(r())
        self.assertEqual(_lhtest.counts()[1], before + 1)

    def test_changed_from_outside(self):
        f = _lhtest.function(clone(plain_documented))
        f.__defaults__ = (20,)
        f.__kwdefaults__ = {"c": 30}
        self.assertEqual(f(1), 51)
        f.__code__ = (lambda a, b: ("new", a, b)).__code__
        self.assertEqual(f(1), ("new", 1, 20))

    def test_continuing_in_it(self):
        f = _lhtest.function(clone(level))
        self.assertEqual(_lhtest.go(frames_of(f, 2, (f, GO, 0, first(f), [0, NULL, NULL], [])), None), level(2))
        with self.assertRaises(TypeError):
            _lhtest.function(len)


class State(unittest.TestCase):
    def test_tracing(self):
        self.assertEqual(_lhtest.peek()[1], 0)
        seen = []
        sys.settrace(lambda *a: None)
        seen.append(_lhtest.peek()[1])
        sys.settrace(None)
        sys.setprofile(lambda *a: None)
        seen.append(_lhtest.peek()[1])
        sys.setprofile(None)
        self.assertEqual(seen, [1, 1])
        if V >= (3, 12):
            mon = sys.monitoring
            mon.use_tool_id(2, "t")
            mon.set_events(2, mon.events.PY_START)
            self.assertEqual(_lhtest.peek()[1], 1)
            mon.set_events(2, 0)
            code = clone(level).__code__
            self.assertFalse(_lhtest.monitored(code))
            mon.set_local_events(2, code, mon.events.LINE)
            self.assertTrue(_lhtest.monitored(code))
            mon.set_local_events(2, code, 0)
            mon.free_tool_id(2)
        self.assertEqual(_lhtest.peek()[1], 0)
        self.assertFalse(_lhtest.monitored(code) if V >= (3, 12) else False)

    def test_recursion_and_stack(self):
        a = _lhtest.peek()
        b = (lambda: _lhtest.peek())()
        self.assertEqual(a[2] - b[2], 1)
        self.assertTrue(1 << 16 < a[3] < 1 << 33, a)
        got = []
        threading.stack_size(1 << 20)
        t = threading.Thread(target=lambda: got.append(_lhtest.peek()[3]))
        t.start(), t.join()
        threading.stack_size(0)
        self.assertTrue(1 << 16 < got[0] <= 1 << 20, got)

    def test_dict_version(self):
        d = {}
        seen = {_lhtest.dict_version(d)}
        changes = [lambda: d.update(a=1), lambda: d.update(a=2), lambda: d.__setitem__("b", 1), lambda: d.pop("b"),
                   lambda: d.__delitem__("a"), lambda: d.update(q=1), d.clear, lambda: exec("x = 1", d),
                   lambda: exec("global y; y = 2; y = 3", d), lambda: d.setdefault("s", 2), d.popitem]
        for i, change in enumerate(changes):
            change()
            seen.add(_lhtest.dict_version(d))
            self.assertEqual(len(seen), i + 2, i)
        d.get("y"), len(d), list(d)
        seen.add(_lhtest.dict_version(d))
        self.assertEqual(len(seen), len(changes) + 1)
        before = _lhtest.dict_version(globals())
        for _ in range(100):
            globals_change()
        self.assertNotEqual(before, _lhtest.dict_version(globals()))

    def test_lock_is_lent(self):
        ticks = []
        stop = []

        def tick():
            while not stop:
                ticks.append(1)
        t = threading.Thread(target=tick)
        t.start()
        n = len(ticks)
        hits, left = _lhtest.spin(0.15)
        stop.append(1)
        t.join()
        self.assertEqual(left, 0)
        self.assertGreater(hits, 0)
        self.assertGreater(len(ticks), n)

    def test_signal_and_pending_calls_leave(self):
        got = []
        signal.signal(signal.SIGALRM, lambda *a: got.append(1))
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        hits, left = _lhtest.spin(2)
        self.assertEqual((left, got), (1, [1]))
        self.assertEqual(_lhtest.spin(0.01)[1], 0)

        class Quiet(Exception):
            pass

        def raiser(*a):
            raise Quiet
        signal.signal(signal.SIGALRM, raiser)
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with self.assertRaises(Quiet):
            _lhtest.spin(2)
            for _ in range(10):
                pass

    def test_gc(self):
        class Cycle:
            pass
        dead = []
        gc.collect()

        def garbage():
            c = Cycle()
            c.me = c
            weakref.finalize(c, dead.append, 1)
        garbage()
        keep = [[] for _ in range(5000)]
        self.assertEqual(_lhtest.spin(0.01)[1], 0)


x_global = 0


def globals_change():
    global x_global
    x_global += 1


if __name__ == "__main__":
    if sys.argv[1:] != ["No_memory"]:
        del No_memory
        unittest.main(verbosity=0)
    # CPython itself does not survive this to its exit (3.12.1, also without us).
    program = unittest.main(verbosity=0, exit=False)
    sys.stdout.flush()
    os._exit(not program.result.wasSuccessful())
