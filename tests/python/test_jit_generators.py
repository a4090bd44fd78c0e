"""Generator expressions that a builtin goes through at once. Plain, native and left at each place."""

import sys

import pytest
from test_jit_support import counted, leaving, outcome, pair, python, quick, same

PROGRAMS = {
    "sums": """
        @jit
        def f(xs, k):
            return sum(x * x for x in xs), sum(x * k for x in xs if x > 1), sum((x for x in xs), 0.5), sum((x for x in xs), start=k), sum(x > 1 for x in xs)

        def main():
            return f([1, 2, 3], 2), f([0.1] * 10, 3), f([1, 2.5, True], 2), f([], 1), f([2**40, 3], 2**40), f([2**62, 2**62, 0.5], 1), f([2**70, 1.5], 1), f([1e16, 1.0, -1e16], 0)
        """,
    "sums of floats that lose": """
        @jit
        def f(xs, k):
            return sum(x for x in xs), sum(1 / x for x in xs), sum((x for x in xs), -0.0), sum(k // x for x in xs)

        def main():
            inf = float("inf")
            return f([0.1] * 9, 2), f([2**62, 2**62, *[0.1] * 9], 1), f([2**63, -1, *[0.1] * 9], 1), f([1e308, 1e308, 5], 1), f([inf, -inf], 1), f([1e100, 1.0, -1e100, 2**53 + 1], 2**60), f([-0.0, 1e-320], 2)
        """,
    "any and all": """
        @jit
        def f(xs, k):
            return any(x % k == 0 for x in xs), all(x > k for x in xs), any(x for x in xs), all(x for x in xs), any(not x for x in xs)

        def main():
            return f([3, 5, 6], 2), f([], 1), f([0, 0], 3), f([0.0, 1.5, 2], 1.5), f([2**70], 7)
        """,
    "the least and the greatest": """
        @jit
        def f(xs, k):
            least = min((x - k for x in xs), default=k)
            return least, max((x * k, i) for i, x in enumerate(xs)), max((x for x in xs if x > 100), default=None), min(x for x in xs)

        def main():
            nan = float("nan")
            return [f(xs, 2) for xs in ([3, 1, 2], [0.5, 1, True], [1, 2.5], [nan, 1.0, 2.0], [1.0, nan, 0.5], [2**70, 5], [5, 5.0, 5])]
        """,
    "of strings": """
        @jit
        def f(words, sep):
            return min(w for w in words), max(w + sep for w in words), sep.join(w for w in words), ",".join(str(len(w)) for w in words), any(w for w in words)

        def main():
            return f(["b", "a", "cc"], "-"), f(["x"], ""), f(["é", "z" * 5], "é")
        """,
    "gathered": """
        @jit
        def f(xs, k):
            return list(x + k for x in xs), tuple(x * 2 for x in xs), set(x % 3 for x in xs), sorted(-x for x in xs), tuple((x, k) for x in xs), list([x] for x in xs)

        def main():
            return f([1, 5, 3], 2), f([], 1), f([2.5, True, 1], 0.5), f([2**62, 1, 2**62], 2**62)
        """,
    "the next": """
        @jit
        def f(xs, k):
            a = next((x for x in xs if x > k), None)
            b = next((i for i, x in enumerate(xs) if x == k), -1)
            return a, b, next(x for x in xs)

        def main():
            return f([1, 5, 3], 2), f([1.5, 2], 1.5), f([2**70, 1], 3), f(["a"], ""), f([1], 5)
        """,
    "nothing comes": """
        @jit
        def f(how, xs):
            if how == 0:
                return max(x for x in xs)
            if how == 1:
                return next(x for x in xs)
            return min((x for x in xs if x), default=how)

        def main():
            out = []
            for how in range(3):
                try:
                    out.append(f(how, []))
                except (ValueError, StopIteration) as error:
                    out.append((type(error).__name__, str(error), error.__traceback__.tb_next.tb_lineno))
            return out
        """,
    "over all that there is": """
        @jit
        def f(xs, d, s, t, rows):
            return (
                sum(x for x in range(5, 0, -2)), sum(i * x for i, x in enumerate(xs)), sum(a * b for a, b in zip(xs, range(9))), sum(x for x in reversed(xs)),
                sum(len(k) + v for k, v in d.items()), sum(v for v in d.values()), ",".join(k for k in d), sum(1 for c in t if c in "xz"), sum(x for x in s), sum(x for row in rows for x in row),
                sum(x for x in (1, 2.5)), sum(x for x in xs[1:]), sum(x for x in map(abs, xs)), sum(x for x in (y for y in xs)), sum(b for b in b"abc"),
            )

        def main():
            return f([1, 2, 3], {"a": 1, "b": 2}, {4, 5}, "xyz", [[1, 2], [3]])
        """,
    "one in another": """
        @jit
        def f(rows, k):
            a = sum(sum(x * k for x in row) for row in rows)
            b = max(sum(rows[i][j] * i for j in range(len(rows[i]))) for i in range(len(rows)))
            c = all(any(x == y for y in rows[0]) for x in rows[0])
            return a, b, c, [sum(x for x in row) for row in rows], sum(len([x for x in row if x > k]) for row in rows)

        def main():
            return f([[1, 2], [3, 4]], 2), f([[0.5], [1.5, 2.5]], 1), f([[2**62], [2**62]], 2)
        """,
    "variables that it shares": """
        @jit
        def f(xs):
            k = 3
            a = sum(x * k for x in xs)
            k = 2.5
            b = sum(x * k for x in xs)
            for k in range(3):
                a += sum(x * k for x in xs if x != k)
            return a, b, k

        def main():
            return f([1, 2]), f([0.5])
        """,
    "names of the module, and functions": """
        SCALE = 3

        def square(x):
            return x * x

        @jit
        def f(xs):
            return sum(square(x) * SCALE for x in xs), max(abs(x) for x in xs), sum(math.sqrt(x) for x in xs)

        def main():
            global SCALE
            SCALE = 3
            first = f([1, 2])
            SCALE = 2.5
            return first, f([1, 2]), f([2**40])
        """,
    "what it changes on the way is done once": """
        log = []

        def note(x):
            log.append(x)
            return x

        @jit
        def f(xs, seen):
            a = sum(note(x) * x for x in xs)
            b = list(seen.append(x) or x for x in xs)
            return a, b, len(seen), any(note(x) > 1 for x in xs)

        def main():
            del log[:]
            return f([1, 2, 3], []), f([2**40, 2**40], []), f([0.5, 1.5], []), list(log)
        """,
    "an exception in it": """
        def rough(x):
            if x == 3:
                raise ValueError("three")
            return x

        @jit
        def f(how, xs):
            if how == 0:
                return sum(1 / (x - 3) for x in xs)
            if how == 1:
                return list(rough(x) for x in xs)
            if how == 2:
                return any(
                    xs[x + 1] > 100
                    for x in xs
                )
            if how == 3:
                return sum(next(it) for it in [iter([])])
            if how == 4:
                return sum(x for x in ["a"])
            if how == 5:
                return max(x for x in (1, "a"))
            if how == 6:
                return ",".join(x for x in ("a", 1))
            return set([x] for x in xs)

        def main():
            for how in range(8):
                try:
                    f(how, [1, 2, 3])
                except Exception as error:
                    if how == len(CAUGHT):
                        CAUGHT.append(how)
                        kept = error
                        if how in (1, 3, 6):
                            del CAUGHT[:]
                            raise

        CAUGHT = []
        """,
    "the frame of a generator": """
        def look():
            frame = sys._getframe(1)
            return frame.f_code.co_name, frame.f_lineno, {name: value for name, value in frame.f_locals.items() if name != ".0"}, type(frame.f_locals[".0"]).__name__, frame.f_back.f_code.co_name

        @jit
        def f(xs, k):
            return list((x * k, look()) for x in xs if x)

        def main():
            return f([0, 1, 2], 3)
        """,
    "lists that change meanwhile": """
        @jit
        def f(xs, d):
            a = sum(xs.pop() for x in xs)
            b = list(xs.append(x) or len(xs) for x in xs if len(xs) < 9)
            return a, b, xs

        @jit
        def g(d):
            return sum(d.pop(k) for k in d)

        def main():
            first = f([1, 2, 3, 4, 5], {})
            try:
                return first, g({1: 2, 3: 4})
            except RuntimeError as error:
                return first, str(error)
        """,
    "ends of what it held": """
        class Loud:
            def __init__(self, n):
                self.n = n

            def __del__(self):
                frame = sys._getframe(1)
                LOG.append((self.n, frame.f_code.co_name, frame.f_lineno))

        LOG = []

        @jit
        def f(n):
            a = any(loud.n > 2 for loud in [Loud(i) for i in range(n)])
            LOG.append(a)
            b = next(loud for loud in [Loud(i) for i in range(n)] if loud.n > 1)
            LOG.append(b.n)
            c = max((Loud(i).n, i) for i in range(n))
            LOG.append(c)
            d = list(Loud(i) for i in range(3))
            LOG.append(len(d))
            return sum(Loud(x).n for x in range(n))

        def main():
            del LOG[:]
            out = f(5), list(LOG)
            return out
        """,
    "classes of the user's": """
        class Vector:
            def __init__(self, x):
                self.x = x

            def __add__(self, other):
                return Vector(self.x + other.x)

            def __radd__(self, other):
                return Vector(self.x + other)

            def __bool__(self):
                return self.x > 1

            def __lt__(self, other):
                return self.x < other.x

            def __iter__(self):
                return iter(range(self.x))

        @jit
        def f(vs):
            return sum(v.x for v in vs), sum(v for v in vs).x, any(v for v in vs), min(v for v in vs).x, sum(i for v in vs for i in v), sorted(v.x for v in vs), all(v for v in vs)

        def main():
            return f([Vector(3), Vector(1), Vector(2)])
        """,
    "not at once": """
        @jit
        def f(xs):
            g = (x * 2 for x in xs)
            first = next(g)
            h = (x for x in xs)
            out = [first, sum(g)]
            for x in (x + 1 for x in xs):
                out.append(x)
            out.extend(x for x in h)
            out.append(list(zip((x for x in xs), (x * x for x in xs))))
            return out, dict((x, x) for x in xs), sorted((x for x in xs), reverse=True), max((x for x in xs), key=str)

        def main():
            return f([1, 2, 3]), f([2.5, 1])
        """,
    "who is called is a variable": """
        @jit
        def f(how, xs):
            return how(x * 2 for x in xs)

        def main():
            return [f(how, [1, 2, 3]) for how in (sum, list, max, any, tuple, len, sorted) if how is not len]
        """,
    "complex, wide and other numbers": """
        @jit
        def f(xs):
            return sum(x * 1j for x in xs), sum(x * 2**63 for x in xs), list(x * 2**70 for x in xs), sum((x for x in xs), 2**70)

        def main():
            return f([1, 2]), f([0.5])
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_generators_do_what_they_do_in_cpython(name):
    same(PROGRAMS[name], sys=sys, native=name != "who is called is a variable")


NATIVE = {
    "sum": "sum(x * k for x in xs if x)",
    "sum of floats": "sum(x * 0.5 for x in xs)",
    "any": "any(x % 7 == 6 for x in xs)",
    "all": "all(x != k for x in xs)",
    "min": "min(x - k for x in xs)",
    "max of pairs": "max((x % k, x) for x in xs)[1]",
    "list": "len(list(x * k for x in xs))",
    "tuple": "len(tuple(x * k for x in xs))",
    "sorted": "sorted(-x for x in xs)[0]",
    "set": "len(set(x % k for x in xs))",
    "join": "len(','.join(str(x) for x in xs))",
    "next": "next((x for x in xs if x > k), None)",
    "default": "max((x for x in xs if x > 100), default=0)",
    "nested": "sum(sum(x * y for y in xs) for x in range(3))",
    "over pairs": "sum(x * y for x, y in zip(xs, range(9)))",
}


@pytest.mark.parametrize("name", NATIVE)
def test_a_generator_that_is_consumed_is_native(name):
    source = f"""
        @jit
        def f(xs, k, n):
            total = 0
            for i in range(n):
                total += {NATIVE[name]} or 1
            return total

        def main():
            return f([1, 2, 3, 4], 3, 50)
        """
    with quick():
        plain, jitted = pair(source)
        wanted = outcome(plain["main"])
        assert outcome(jitted["main"]) == wanted
        entered, left = counted("entered"), counted("left")
        assert outcome(jitted["main"]) == wanted
        assert counted("entered") == entered + 1
        assert counted("left") == left


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 7, 11])
def test_references_are_counted_right(n):
    source = """
        @jit
        def f(objects, n):
            for i in range(n):
                a = list(x for x in objects)
                b = set(x for x in objects)
                c = next(x for x in objects if x)
                d = any(x == 2.5 for x in objects)
                e = tuple((x, i) for x in a)
                g = ",".join(x for x in ("".join(["x", str(i)]), "y"))
                h = max((x for x in objects if x is None), default=c)
            return len(b)

        def main():
            objects = [(1, "a"), "".join(["x", "yz"]), 2.5, [1]][:3]
            before = [sys.getrefcount(one) for one in (objects, *objects)]
            f(objects, 4)
            return before, [sys.getrefcount(one) for one in (objects, *objects)]
        """
    with quick():
        plain, jitted = pair(source, sys=sys)
        wanted = outcome(plain["main"])
        for _ in range(2):
            with leaving(n):
                assert outcome(jitted["main"]) == wanted


def test_a_call_outside_of_loops_is_entered():
    done = python(
        """
        import lancehead._lancehead as l

        text = '''
        n = 2000
        k = 3
        total = sum(i * k for i in range(n))
        def f(xs, k):
            return max(x * k for x in xs), any(x > 10**6 for x in xs)
        best = f([0.5] * 100, k)
        '''
        names = {"__builtins__": __builtins__}
        raised = l.run_code(l.guard_code(compile(text, "f.py", "exec")), names)
        counters = l.testing_counters()
        print(raised, names["total"], names["best"], counters["came_back"], counters["left"] - counters["ended"])
        """,
        LANCEHEAD_THRESHOLD="0",
        LANCEHEAD_OPT="0",
    )
    assert done.stdout.split() == ["None", "5997000", "(1.5,", "False)", "3", "0"]
