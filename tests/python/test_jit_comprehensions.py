"""Comprehensions: functions of their own before 3.12, and part of the code around them since. Plain, native and left at each place."""

import sys

import pytest
from test_jit_support import counted, leaving, outcome, pair, python, quick, same

PROGRAMS = {
    "lists, sets and dicts": """
        @jit
        def f(xs, n):
            out = []
            for i in range(n):
                out.append([x * 2 for x in xs])
                out.append({x % 3 for x in xs})
                out.append({x: x * x for x in xs})
                out.append([x for x in xs if x > 2])
                out.append([(x, y) for x in xs for y in (1, 2)])
            return out

        def main():
            return f([1, 2, 3, 4], 2), f([], 1), f([2.5, 3.5, 1.0], 1), f([True, 7], 1)
        """,
    "over all that native code goes through": """
        @jit
        def f(xs, d, s, t):
            return (
                [x for x in range(5)],
                [i + x for i, x in enumerate(xs)],
                [a * b for a, b in zip(xs, range(9))],
                [k for k in d],
                [v for k, v in d.items()],
                sorted([x for x in s]),
                [c for c in t],
                [x for x in reversed(xs)],
                {k: v for v, k in enumerate(t)},
                [[0] * 2 for _ in range(3)],
                [x for x in (1, 2.5, "a")],
            )

        def main():
            return f([1, 2, 3], {"a": 1, "b": 2}, {1, 2}, "xyz")
        """,
    "names of the module, and functions": """
        SCALE = 3

        def square(x):
            return x * x

        @jit
        def f(xs):
            return [square(x) * SCALE for x in xs], sum([square(x) for x in xs]), max([x for x in xs])

        def main():
            global SCALE
            SCALE = 3
            first = f([1, 2])
            SCALE = 2.5
            return first, f([1, 2])
        """,
    "an item that is too large, or raises": """
        @jit
        def f(xs):
            return [x * x for x in xs]

        def main():
            out = [f([1, 2**40, 3])]
            for bad in ([1, "a"], [None]):
                try:
                    f(bad)
                except TypeError as error:
                    trace = error.__traceback__
                    names = []
                    while trace:
                        names.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
                        trace = trace.tb_next
                    out.append((str(error), names[1:] if sys.version_info < (3, 12) else names[1:2]))
            return out
        """,
    "somebody looks at the frame of a comprehension": """
        def look(x):
            frame = sys._getframe(1)
            seen = {name: str(type(value)) for name, value in frame.f_locals.items() if name in ("x", ".0", "xs")}
            return frame.f_code.co_name, sorted(seen.items()), frame.f_back.f_code.co_name, frame.f_lineno

        @jit
        def f(xs):
            return [look(x) for x in xs]

        def main():
            return f([1, 2.5])
        """,
    "a comprehension stops in the middle": """
        def until(x):
            if x == 3:
                raise StopIteration("three")
            return x

        @jit
        def f(xs):
            try:
                return [until(x) for x in xs]
            except StopIteration as error:
                return str(error)

        def main():
            return f([1, 2]), f([1, 2, 3, 4])
        """,
    "the list that is gone through changes": """
        @jit
        def f(xs):
            return [xs.append(x) if len(xs) < 6 else xs.pop() for x in xs], xs

        def main():
            return f([1, 2, 3])
        """,
    "functions with shared variables are called": """
        def spread(values, factor=2, *, shift=0):
            base = min(values) if values else 0
            return [(v - base) * factor + shift for v in values]

        def table(xs, ys):
            return [[x * y for y in ys] for x in xs]

        def quicksort(values):
            if len(values) <= 1:
                return values
            pivot = values[len(values) // 2]
            left = [v for v in values if v < pivot]
            right = [v for v in values if v > pivot]
            return quicksort(left) + [v for v in values if v == pivot] + quicksort(right)

        def changed(xs):
            k = 1
            first = [x + k for x in xs]
            k = 2.5
            second = [x + k for x in xs]
            k = None
            return first, second, [k for x in xs]

        def unbound(flag, xs):
            if flag:
                k = 3
            return [k + x for x in xs]

        @jit
        def f(xs, n):
            out = []
            for i in range(n):
                out.append(spread(xs, shift=i))
                out.append(table(xs, [i, 2]))
                out.append(quicksort(xs))
                out.append(changed(xs))
                out.append(unbound(i % 4, xs))
            return out

        def main():
            out = [f([3, 1, 2, 3], 0), f([2.5, 1.0], 0)]
            for n in (2, 5):
                try:
                    out.append(f([3, 1, 2, 3], n))
                except NameError as error:
                    out.append(str(error))
            return out
        """,
    "a shared parameter that is a cell itself": """
        import types

        def f0(c):
            return [c for _ in range(2)]

        @jit
        def f(c):
            return [x.cell_contents for x in f0(c)] + [x.cell_contents for x in [c for _ in range(2)]]

        def main():
            return f(types.CellType(3))
        """,
    "the end of what was shared is seen": """
        ends = []

        class Noisy:
            def __init__(self, k):
                self.k = k

            def __del__(self):
                ends.append(self.k)

        def g(k, xs):
            noisy = Noisy(k)
            return [noisy.k + x for x in xs]

        @jit
        def f(n):
            total = 0
            for i in range(n):
                total += sum(g(i, [1, 2]))
                total += len(ends)
            return total

        def main():
            ends.clear()
            return f(5), ends
        """,
    "variables that are shared with the function around": """
        @jit
        def f(xs, k):
            total = 0
            for i in range(3):
                total += sum([x * k for x in xs]) + len([y for y in xs if y > i])
            return total

        def main():
            return f([1, 2, 3], 2)
        """,
    "comprehensions in comprehensions": """
        @jit
        def f(n):
            return [[j for j in range(3)] for i in range(n)], [sum([j for j in range(i)]) for i in range(n)]

        def main():
            return f(4)
        """,
    "what a comprehension holds ends when it does": """
        class Ends:
            def __init__(self, x):
                self.x = x

            def __del__(self):
                log.append(self.x)

        @jit
        def f(n):
            a = [Ends(i) for i in range(n)]
            log.append("made")
            b = [x.x for x in [Ends(7), Ends(8)]]
            log.append("looked")
            del a
            log.append("deleted")
            return b

        log = []

        def main():
            log.clear()
            return f(2), log[:]
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_comprehensions_do_what_they_do_in_cpython(name):
    shares = name in ("a shared parameter that is a cell itself",)
    same(PROGRAMS[name], sys=sys, native=not shares or sys.version_info >= (3, 12))


def test_a_comprehension_is_native():
    source = """
        @jit
        def f(xs, n):
            total = 0
            for i in range(n):
                total += len([x * 2 for x in xs if x > 1])
            return total

        def main():
            return f([1, 2, 3], 50)
        """
    with quick():
        plain, jitted = pair(source)
        wanted = outcome(plain["main"])
        assert outcome(jitted["main"]) == wanted
        left = counted("left")
        assert outcome(jitted["main"]) == wanted
        assert counted("left") == left


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 7, 11])
def test_references_are_counted_right(n):
    source = """
        @jit
        def f(objects, n):
            for i in range(n):
                a = [x for x in objects]
                b = {x for x in objects}
                c = {x: i for x in objects}
                d = [(x, x) for x in a if x]
            return len(b) + len(c) + len(d)

        def main():
            objects = [(1, "a"), "".join(["x", "yz"]), 2.5]
            before = [sys.getrefcount(one) for one in objects]
            f(objects, 4)
            return before, [sys.getrefcount(one) for one in objects]
        """
    with quick():
        _, jitted = pair(source, sys=sys)
        with leaving(n):
            jitted["main"]()
            before, after = jitted["main"]()
            assert after == before


def test_memory_runs_out_where_a_comprehension_is_left():
    pytest.importorskip("_testcapi")
    done = python(
        """
        import _testcapi
        import lancehead._lancehead as l

        text = '''
        def f(n, k, big):
            total = 0
            for i in range(n):
                row = [x * k + big * (i == n - 1) * x for x in range(4)]
                total += sum([y + k for y in row])
            return total
        '''
        names = {}
        exec(l.guard_code(compile(text, "f.py", "exec")), names)
        f = names["f"]
        want = [f(12, 3, 2**62) for _ in range(3)][0]
        raised = 0
        for start in range(1, 40):
            _testcapi.set_nomemory(start, start + 3)
            try:
                got = f(12, 3, 2**62)
            except BaseException as error:
                _testcapi.remove_mem_hooks()
                got = error
            else:
                _testcapi.remove_mem_hooks()
            raised += isinstance(got, MemoryError)
            assert got == want or isinstance(got, MemoryError), (start, got)
        print(raised, l.testing_counters()["came_back"])
        """,
        LANCEHEAD_THRESHOLD="0",
        LANCEHEAD_OPT="0",
        # PyO3 panics where it finds no memory for an object of its own.
        LANCEHEAD_BUGS=None,
    )
    raised, came_back = map(int, done.stdout.split())
    assert raised > 10 and came_back > 10
