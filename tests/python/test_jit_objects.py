"""Objects worked on in place: the same programs, plain and native and left at each place."""

import pytest
from test_jit_support import python, same

PROGRAMS = {
    "lists and dicts": """
        @jit
        def f(items, table, n):
            total = 0
            for i in range(n):
                items[i % 3] += i
                total += items[i % 3] * 2
                table[i] = total
                if i == 4:
                    del table[2]
            items.append(total)
            return total, items, table, len(items), 3 in table, items[-1], items[1:3]

        def main():
            return f([1, 2.5, 3], {}, 6), f([1, 2**62, 3], {9: 1}, 9)
        """,
    "an index error in trip 1000": """
        @jit
        def f(items, n):
            s = 0
            for i in range(n):
                s = s + items[
                    i] * 2
            return s

        def main():
            return f(list(range(1000)), 1000), f(list(range(1000)), 1001)
        """,
    "an __add__ that raises after a side effect": """
        class Loud:
            def __add__(self, other):
                log.append(other)
                if other > 3:
                    raise ValueError(other)
                return 1

        @jit
        def f(o, n):
            s = 0
            for i in range(n):
                s += o + i
            return s

        def main():
            global log
            log = []
            try:
                return f(Loud(), 3), f(Loud(), 9)
            finally:
                assert log == [0, 1, 2, 0, 1, 2, 3, 4], log
        """,
    "a[f()] += g() that overflows after f ran": """
        @jit
        def f(log, i):
            log.append("f")
            return i % 2

        @jit
        def g(log, x):
            log.append("g")
            return x * x

        @jit
        def work(a, log):
            for i in range(4):
                a[f(log, i)] += g(log, 2**31 + i)
            return a

        def main():
            log = []
            return work([2**62, 1], log), log
        """,
    "strings": """
        @jit
        def f(text, n):
            out = ""
            vowels = 0
            for c in text:
                if c in "aeiou":
                    vowels += 1
                    continue
                out = out + c.upper()
            return out * n, vowels, f"{vowels:03d}|{out!r:>10}", text[1], text < out, len(text)

        def main():
            return f("education", 2), f("", 3), f("xyz", "no")
        """,
    "attributes and methods": """
        class Point:
            count = 0
            def __init__(self, x, y):
                self.x = x
                self.y = y
            def __repr__(self):
                return f"Point({self.x}, {self.y})"
            @property
            def sum(self):
                return self.x + self.y
            def moved(self, d):
                return Point(self.x + d, self.y)

        @jit
        def f(p, n):
            for i in range(n):
                p.x += i
                p.y = p.x * 0.5
                p = p.moved(i) if i % 2 else p
            return repr(p), p.sum, p.missing if n > 4 else None

        def main():
            return f(Point(1, 2), 3), f(Point(1, 2), 5)
        """,
    "objects die at their statement": """
        class Loud:
            def __init__(self, name):
                self.name = name
            def __del__(self):
                log.append(self.name)

        log = []

        @jit
        def f(n):
            s = 0
            a = Loud("a")
            for i in range(n):
                b = Loud(i)
                s += i
                log.append("loop")
            log.append("after")
            a = s
            log.append("end")
            del b
            log.append("gone")
            return s // (s - 3)

        def main():
            log.clear()
            out = [f(2), f(4)]
            try:
                f(3)
            except ZeroDivisionError:
                log.append("caught")
            return out, log
        """,
    "numbers of other kinds": """
        import decimal, fractions

        @jit
        def f(a, b, n):
            t = a
            for i in range(n):
                t = t * b + i
                if t > 100:
                    t = t - 99
            return t, -t, t == a, t < b, abs(t), t / 3 if n else None, bool(t)

        def main():
            out = [f(a, b, 6) for a, b in ((decimal.Decimal("1.1"), 2), (fractions.Fraction(1, 3), 2), (2**70, 1), (1, 2**70), (True, 2.5))]
            return [str(x) for x in out], f(1, "x", 2)
        """,
    "comparison chains and truth of objects": """
        @jit
        def f(a, b, c):
            return a < b < c, a == b != c, not a, a and b or c, a is b, a is not None, a in (b, c)

        def main():
            return f("a", "b", "c"), f([1], [1], []), f("", None, 0) if False else f((), (1,), (1, 2)), f([], 3, None)
        """,
    "iteration over objects": """
        @jit
        def f(items):
            s = 0
            for i, x in enumerate(items):
                s += i * x
            for k, v in zip(items, items):
                s += k - v
            for x in reversed(items):
                s = s * 2 + x
            a, *b = items
            c, d = items[:2]
            return s, a, b, c, d

        def main():
            return f([1, 2, 3]), f((1.5, 2, 2**62)), f([1])
        """,
    "a dict that changes while it is walked": """
        @jit
        def f(table, n):
            s = 0
            for k in table:
                s += k
                if s == n:
                    table[100 + k] = 1
            return s

        def main():
            return f({1: 2, 3: 4}, 0), f({1: 2, 3: 4}, 1)
        """,
    "a list that changes while it is walked": """
        @jit
        def f(items, n):
            s = 0
            for x in items:
                s += x
                if s < n:
                    items.append(x + 1)
            return s, items

        def main():
            return f([1], 20), f([1, 2], 5)
        """,
    "sorting, sums and other builtins of lists": """
        @jit
        def f(items):
            total = sum(items) + max(items) - min(items)
            items.sort()
            return total, sorted(items, reverse=True), any(items), all(items), len(items), list(reversed(items)), tuple(items), str(items)

        def main():
            return f([3, 1, 2]), f([0.5, 0, 2**65]), f([])
        """,
    "star calls, keywords and slices": """
        def g(*args, **names):
            return args, names

        @jit
        def f(a, n):
            x = g(*a, n, k=n)
            a[1:2] = [n, n]
            y = a[::2], a[-1]
            b = {**x[1], "z": 1}
            c = [*a, n]
            return x, y, b, c, {n, n}

        def main():
            return f([1, 2, 3], 4), f([], 2.5)
        """,
    "try and with around objects": """
        @jit
        def f(items, key):
            s = 0
            for i in range(3):
                try:
                    s += items[key + i]
                except (IndexError, KeyError) as e:
                    s -= 1
                    items = {7: 5}
                finally:
                    s += 10
            return s

        def main():
            return f([1, 2], 0), f({1: 2}, 5), f(None, 1)
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_on_objects(name):
    same(PROGRAMS[name], native=False)


@pytest.mark.parametrize("doublings", [7, 8, 10])
def test_a_wide_result_does_not_overwrite_the_stack(doublings):
    done = python(f"""
        import lancehead as lh
        def f(x):
            t = x
            {"t = (t, t); " * doublings}
            return t
        assert lh.jit(f)(1.5) == f(1.5)
        """)
    assert not done.stderr


def test_wide_arguments_and_results_within_bounds():
    same("""
        @jit
        def f(x):
            t = x
            t = (t, t); t = (t, t); t = (t, t); t = (t, t); t = (t, t); t = (t, t)
            return t

        @jit
        def g(t, n):
            s = t[0][1]
            for i in range(n):
                s += t[i][i] - t[1][i]
            return s, t

        def main():
            eights = tuple(tuple(range(i, i + 8)) for i in range(8))
            return f(1), f(2.5), g(eights[:4], 4), g(eights[:6], 6), g(eights, 8)
        """)


def test_a_wide_argument_is_returned():
    done = python("""
        import lancehead, lancehead._lancehead
        lancehead._lancehead.testing(threshold=0)

        @lancehead.jit
        def f(t, flag):
            if flag:
                return t
            return ((1.5,) * 8,) * 5

        ints = (tuple(range(8)),) * 5
        assert f(ints, True) == ints
        assert f(ints, False) == ((1.5,) * 8,) * 5
    """)
    assert done.returncode == 0, done.stderr
