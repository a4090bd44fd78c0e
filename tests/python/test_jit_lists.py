"""Lists in place: the same programs, plain and native and left at each place."""

import gc
import sys

import pytest
from test_jit_support import bits, counted, leaving, load, outcome, pair, quick, same

import lancehead as lh
from lancehead import _lancehead

PROGRAMS = {
    "reads, with negative indices": """
        @jit
        def f(a, n):
            s = 0
            for i in range(-n, n):
                s += a[i]
            return s, a[0], a[-1], a[True]

        def main():
            return f([1.5, 2.5, 3.5], 3), f([1, 2, 3], 3), f([True, False, True], 3), f([2**40, -(2**62), 2**30], 3)
        """,
    "None and bools among numbers": """
        def machine(program, n):
            stack, out, pc = [], [], 0
            for _ in range(n):
                op, arg = program[pc % len(program)]
                pc += 1
                if op == 0:
                    stack.append(arg)
                elif op == 1:
                    b = stack.pop()
                    stack.append(stack.pop() < b)
                elif op == 2:
                    b = stack.pop()
                    stack.append(stack.pop() + b)
                elif op == 3:
                    out.append(stack.pop())
                elif op == 4:
                    if not stack.pop():
                        pc += 1
                elif op == 5:
                    b = stack.pop()
                    stack.append(stack.pop() & b)
                elif op == 6:
                    stack.append([10, 20, 30][stack.pop()])
                else:
                    stack.append(-stack.pop())
            return out, stack

        @jit
        def f(xs, k):
            out = []
            for x in xs:
                out.append((x, x == k, x is None, x is True, bool(x), "%s" % x, f"{x}"))
                if x is not None:
                    out.append((x + k, x * x - k, x < k, -x, x / 3))
            program = [(0, 2), (0, k), (1, None), (3, None), (0, 0), (4, None), (0, 7), (0, True), (2, None), (3, None), (0, 6), (0, 3),
                       (5, None), (3, None), (0, True), (0, k > 1), (5, None), (6, None), (3, None), (0, False), (7, None), (3, None)]
            return out, machine(program, 4 * len(program))

        def main():
            mixed = [1, 2, None, True, 3, False, None, 4]
            return f(mixed, 2), f(mixed, 2.5), f([1.5, None, True, 3, 2.5], 1), f(mixed + [2**70, 1.5, 5], True)
        """,
    "None where a number is needed": """
        @jit
        def total(xs, k):
            t = 0
            for x in xs:
                t = t + x * k
            return t

        @jit
        def least(xs, k):
            n = 0
            for x in xs:
                n += x < k
            return n

        @jit
        def picked(names, places):
            return [names[place] for place in places]

        def main():
            out = []
            for xs in ([1, True, 2], [1, None, 2], [1, True, None, 3], [1, "a", 2], [1.5, None, 2.5]):
                for f in (total, least):
                    try:
                        out.append(f(xs, 2))
                    except TypeError as error:
                        out.append(str(error))
                try:
                    out.append(picked([10, 20, 30], xs))
                except TypeError as error:
                    out.append(str(error))
            return out
        """,
    "an index out of range": """
        @jit
        def f(a, i):
            x = 1.0
            y = a[i] + x
            return y

        def main():
            return f([1.0, 2.0], 1), f([1.0, 2.0], -2), f([1.0, 2.0], 2)
        """,
    "an index far out of range": """
        @jit
        def f(a, i):
            a[0] = 7
            a[i] = 8
            return a

        def main():
            return f([1, 2], 1), f([1], -(2**63))
        """,
    "items of other types than the first and the last": """
        @jit
        def f(a):
            s = 0
            for i in range(len(a)):
                s = s + a[i]
            for x in a:
                s = s * 2 + x
            return s

        def main():
            mixed = [1.0, 2, True, 2**70, 2.5]
            return f([1.0, 2.0]), f(mixed), f(mixed), f(mixed), f([1, 2.5, 1]), f([True, 7, True]), f([1.0, "a", 1.0])
        """,
    "stores of every type": """
        @jit
        def f(a, b, x, n):
            for i in range(n):
                a[i] = x + i
                b[i] = a[i] * 2
            a[0] = 0
            a[1] = -5
            a[2] = None
            a[-1] = a[3] is None
            b[0] = 300
            b[1] = 2.0**0.5
            b[2] = (x, n)
            return a, b

        def main():
            return f([0.0] * 6, [1] * 6, 0.25, 6), f([0] * 6, [1.5] * 6, 1000, 6), f([None] * 6, ["a"] * 6, 2**62 - 3, 6), f([9] * 3, [9], 1, 1)
        """,
    "an item that somebody else holds is not overwritten": """
        @jit
        def f(a, b, n):
            keep = [a[0], a[1]]
            b[0] = a[0]
            for i in range(n):
                a[i] = a[i] + 1
            b[1] = a[1]
            for i in range(n):
                a[i] = a[i] * 3
            return a, b, keep

        def main():
            x, y = float("1e3"), int("1000")
            floats, ints = [x, x, float("2")], [y, y, int("70000")]
            return f(floats, [0.0, 0.0], 3), f(ints, [0, 0], 3), x, y
        """,
    "ints around every boundary": """
        @jit
        def f(a, values):
            out = []
            for v in values:
                a[0] = v
                a[1] = a[0] + 1
                out.append(a[0])
                out.append(a[1])
            return a, out

        def main():
            edges = [0, 1, -1, -5, -6, 256, 257, 258, -257, 2**30 - 2, 2**30 - 1, 2**30, -(2**30), 2**60, -(2**60), 2**62, -(2**63), 1000, 5]
            return f([int("12345"), int("-12345")], edges), f([int(str(2**35)), int(str(-(2**61)))], edges), f([0, 0], edges)
        """,
    "two names for one list": """
        @jit
        def f(a, b, rows):
            a[0] = 2.0
            b[0] += 3.0
            rows[0][0] = a[0]
            rows[1][0] += 1.0
            a.append(b[0])
            return a, b, rows, a is b, rows[0] is rows[1], len(b)

        def main():
            a = [1.0]
            row = [5.0, 6.0]
            return f(a, a, [row, row]), f(a, [1.0], [row, [7.0]])
        """,
    "lists of lists": """
        @jit
        def f(u, n):
            for i in range(1, n - 1):
                for j in range(1, n - 1):
                    u[i][j] = (u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1]) / 4
            row = u[1]
            row[0] = 9.0
            u[2] = u[1]
            u[2][1] = 8.0
            u[0] = [u[0][0]]
            total = 0.0
            for r in u:
                for x in r:
                    total += x
            return total

        def main():
            u = [[float(i * j % 5) for j in range(5)] for i in range(5)]
            return f(u, 5), u, f([[1.0, 2.0, 3.0], [1.0, 2.0, 3], [1.0, 2.0, 3.0]], 3)
        """,
    "a row that is none": """
        @jit
        def f(rows):
            s = 0.0
            for i in range(len(rows)):
                s += rows[i][0]
            return s

        class Sub(list):
            def __getitem__(self, i):
                return 40.0

        def main():
            return f([[1.0], [2.0]]), f([[1.0], Sub([2.0]), [3.0]]), f([[1.0], (2.0,), [3.0]]), f([[1.0], None, [3.0]])
        """,
    "a list that is a subclass": """
        class Sub(list):
            def __getitem__(self, i):
                return 40.0
            def __len__(self):
                return 1
            def __iter__(self):
                return iter((7.0,))

        @jit
        def f(a):
            s = a[0]
            for i in range(len(a)):
                s += a[i]
            for x in a:
                s += x
            return s

        def main():
            return f([1.0, 2.0]), f(Sub([1.0, 2.0]))
        """,
    "a list that grows and shrinks while it is walked": """
        @jit
        def grows(a):
            s = 0
            for x in a:
                s += x
                if len(a) < 9:
                    a.append(x + 1)
            return s, a

        @jit
        def shrinks(a):
            seen = []
            for x in a:
                seen.append(x)
                a.pop()
                if len(seen) == 2:
                    a.append(50)
                    a.append(60)
            return seen, a

        @jit
        def counts(a, b):
            out = 0
            for i, x in enumerate(a, 3):
                for p, q in zip(a, b):
                    out += i * p - x * q
                if i == 4:
                    b.append(7)
            return out

        def main():
            return grows([1, 2]), shrinks([1, 2, 3, 4, 5, 6]), counts([1, 2, 3], [4, 5]), counts([1.0, 2.0], [4, 5, 6])
        """,
    "append and pop": """
        @jit
        def f(n):
            a = []
            for i in range(n):
                a.append(i * 0.5)
            b = []
            while a:
                b.append(a.pop())
            for x in b:
                a.append(x > 1)
            a.append(None)
            b.append([1])
            c = b.pop()
            c.append(2)
            b.insert(0, b.pop(0))
            return a, b, c, a.pop(), b.append(3)

        def main():
            return f(5), f(1), f(0)
        """,
    "stacks that are popped empty, and ints that end and are made again": """
        @jit
        def f(a, n):
            stack, others = [], []
            total = 0
            for i in range(n):
                for x in a:
                    stack.append(x + i)
                    if i % 3 == 0:
                        others.append(stack[-1])
                for j in range(i % (len(a) + 1)):
                    total ^= stack.pop()
                while i % 2 == 0 and stack:
                    total ^= stack.pop() - i
            return stack, others, total

        @jit
        def sizes(n):
            stack, seen = [], []
            for i in range(n):
                stack.append(i * 300 - 1000)
            for i in range(n - 1):
                stack.pop()
            stack.pop()
            return stack

        def main():
            import sys
            a = [0, -5, -6, 255, 256, 257, 2**30 - 1, 2**30, -(2**30) + 1, -(2**30), 2**62, 5, -(2**62)]
            results = [f(a, n) for n in range(9)]
            empty = [sizes(n) for n in range(1, 40)]
            room = [sys.getsizeof(stack) for stack in empty]
            for stack in empty:
                stack.extend("ab")
                stack.append(1.5)
            return results, room, empty, [sys.getsizeof(stack) for stack in empty]
        """,
    "a pop of nothing": """
        @jit
        def f(a):
            s = 0
            while True:
                s += a.pop()

        def main():
            f([1, 2, 3])
        """,
    "what is left in the middle of a call of append": """
        @jit
        def g(a, x):
            if x > 2**62:
                a.append(-1)
            return x * 4

        @jit
        def f(a, x):
            a.append(g(a, x))
            a.append(a.append(g(a, x)))
            return a

        def main():
            return f([], 1), f([1], 2**62 + 1)
        """,
    "displays, repetition, slices, sums": """
        @jit
        def f(n):
            a = [0.0] * n
            b = [1, 2, 3, 4, 5]
            c = [n, 2 * n]
            d = a + [1.5]
            e = b[1:n]
            for i in range(len(e)):
                e[i] *= 10
            c += [1]
            g = [*c, 9]
            h = list(b)
            h[0] = 77
            return a, b, c, d, e, g, h, sum(b), min(d), max(e), sum(d), sorted(g), list(range(n)), [a] * 2 == [a, a]

        def main():
            return f(3), f(4)
        """,
    "unpacking": """
        @jit
        def f(pairs):
            s = 0.0
            for pair in pairs:
                x, y = pair
                s += x * y
            [p, q, r] = pairs
            return s, p, q[1], r

        def main():
            return f([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), f([[1.0, 2.0], [3.0], [5.0, 6.0]])
        """,
    "comprehensions": """
        @jit
        def f(a, n):
            b = [x * 2 for x in a if x > 1]
            rows = [[0.0] * n for _ in range(n)]
            rows[1][0] = 2.5
            return b, rows, [r[0] for r in rows]

        def main():
            return f([1.0, 2.0, 3.0], 2), f([1, 2, 3], 3)
        """,
    "finalisers run where they did": """
        class Loud:
            def __init__(self, name, rows):
                self.name, self.rows = name, rows
            def __del__(self):
                log.append((self.name, len(self.rows)))
                self.rows.clear()

        @jit
        def f(rows, log):
            rows[0][0] = 1.0
            log.append("stored")
            return len(rows)

        def main():
            global log
            log = []
            rows = [[0.0, 2.0], [3.0]]
            rows[0][0] = Loud("first", rows)
            got = f(rows, log)
            other = []
            row = [Loud("second", other), 2.0]
            other.append(row)
            del row
            return got, f(other, log) if len(other) else None, log
        """,
    "a list in its own place": """
        @jit
        def f(a):
            a[0] = a
            b = a[0]
            b[1] = 5
            return a[0] is a, b[0][0][1], len(b)

        def main():
            return f([[1], 2]), f([1, 2])
        """,
    "truth, identity, comparison, membership": """
        @jit
        def f(a, b):
            r = 0
            if a:
                r += 1
            if not b:
                r += 2
            while b and r < 9:
                r += len(b)
            x = a[0]
            return r, a is b, a is not b, a is None, a == b, x in a, 2.0 in a, bool(b), (a and b) is b, (b or a) is a

        def main():
            return f([1.0], []), f([1.0, 2.0], [3.0]), f([3, 2], [3, 2])
        """,
    "globals, closures and defaults": """
        weights = [0.5, 0.25]
        grid = [[1, 2], [3, 4]]

        def make():
            cells = [1.0, 2.0]

            @jit
            def inner(k, extra=[10, 20]):
                s = 0.0
                for i in range(2):
                    s += weights[i] * cells[i] + grid[i][k] + extra[k]
                cells[0] += 1.0
                extra[0] += 1
                return s
            return inner

        def main():
            global weights
            weights = [0.5, 0.25]
            inner = make()
            out = [inner(0), inner(1)]
            weights = [1.5, 2.5]
            out.append(inner(0))
            weights.append("a")
            weights[0] = 7
            out.append(inner(1))
            weights = (1, 2)
            out.append(inner(1))
            return out, grid
        """,
    "what callees do to lists": """
        @jit
        def swap(a, i, j):
            a[i], a[j] = a[j], a[i]

        @jit
        def sort(a, low, high):
            if low >= high:
                return
            pivot, at = a[high], low
            for i in range(low, high):
                if a[i] < pivot:
                    swap(a, i, at)
                    at += 1
            swap(a, at, high)
            sort(a, low, at - 1)
            sort(a, at + 1, high)

        @jit
        def clears(a, rows):
            total = 0.0
            for i in range(3):
                total += a[i]
                rows.clear()
                rows.append(a)
            return total + rows[0][0]

        def main():
            a = [5, 2, 9, 1, 7, 3, 3, 8]
            b = [0.5, -1.0, 7.25, 2.0]
            sort(a, 0, 7)
            sort(b, 0, 3)
            rows = [[1.0, 2.0, 3.0]]
            return a, b, clears(rows[0], rows)
        """,
    "a float that was read is not changed behind one's back": """
        @jit
        def f(a, b):
            x = a[0]
            b[0] = x
            a[0] = x + 1.0
            b.append(x)
            a[0] += 1.0
            b[1] += 5.0
            y = b[0]
            b[0] = 100.0
            return x, y, a, b

        def main():
            return f([1.5], [0.5]), f([1.5, 2.0], [3, 4.0]), f([1000], [7])
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_lists_do_what_they_do_in_cpython(name):
    # Before 3.12 a comprehension is an inner function, which is left to Python.
    same(PROGRAMS[name], native=name != "comprehensions" or sys.version_info >= (3, 12))


def jitted(source):
    return load(source, lh.jit)


def test_only_what_is_looked_at_is_read():
    f = jitted("@jit\ndef f(a, n):\n    s = 0.0\n    for i in range(n):\n        s += a[i]\n    return s\n")["f"]
    big = [1.0] * 1_000_000
    assert f(big, 20) == 20.0
    big[500_000] = None
    left = counted("left")
    assert f(big, 20) == 20.0
    assert counted("left") == left


def test_a_site_that_reads_several_types_is_compiled_to_take_them():
    f = jitted("@jit\ndef f(a, n):\n    s = 0\n    for i in range(n):\n        s += a[i]\n    return s\n")["f"]
    with quick():
        mixed = [1, 2.5, 3]
        for _ in range(2):
            assert f(mixed, 3) == 6.5
        left = counted("left")
        for _ in range(5):
            assert f(mixed, 3) == 6.5
        assert counted("left") == left, "it still leaves"


def test_a_list_is_worked_on_in_place():
    f = jitted("@jit\ndef f(a, x):\n    for i in range(len(a)):\n        a[i] = a[i] * x\n")["f"]
    a = [float(i) for i in range(5)]
    before = [id(item) for item in a]
    f(a, 2.0)
    assert a == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert [id(item) for item in a] == before
    kept = a[1]
    f(a, 2.0)
    assert kept == 2.0 and a[1] == 4.0


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 7, 11])
def test_references_are_counted_right(n):
    source = """
        @jit
        def f(rows, extra, n):
            row = rows[0]
            out = []
            for r in rows:
                for x in r:
                    out.append(x)
                out.append(r)
            for i, (r, e) in enumerate(zip(rows, extra)):
                rows[i] = e
                rows[i] = r
                r[0] = e[0]
            last = out.pop()
            last.append(out[0])
            last.pop()
            del last[5:]
            a, b = rows
            total = rows[n][0]
            return total, bool(rows), len(extra), reversed((1, 2)) is None
        """
    with quick():
        f = load(source, lh.jit)["f"]
        rows, extra = [[1.0, 2.0], [3.0, 4.0]], [[5.0], [6.0]]
        objects = [rows, extra, *rows, *extra]
        for _ in range(3):
            outcome(f, rows, extra, 1)
            outcome(f, rows, extra, 2)
        before = [sys.getrefcount(item) for item in objects]
        for _ in range(10):
            with leaving(n):
                outcome(f, rows, extra, 1)
                outcome(f, rows, extra, 2)
        gc.collect()
        assert [sys.getrefcount(item) for item in objects] == before


def test_sizes_in_memory_are_cpythons():
    source = """
        @jit
        def f(n):
            a = [1, 2, 3]
            b = []
            for i in range(n):
                b.append(i)
            c = [0.0] * n
            while len(c) > 2:
                c.pop()
            return a, b, c
        """
    plain, native = pair(source)
    sizes = [[sys.getsizeof(item) for item in names["f"](50)] for names in (plain, native)]
    assert sizes[0] == sizes[1]


def test_interpreted_ir_works_on_lists_too():
    with quick():
        for source in PROGRAMS.values():
            plain, native = pair(source)
            wanted = outcome(plain["main"])
            _lancehead.testing(interpret_ir=True)
            try:
                assert outcome(native["main"]) == wanted
            finally:
                _lancehead.testing(interpret_ir=False)


def test_a_loop_over_lists_is_a_gain():
    f = jitted("@jit\ndef f(a, b):\n    for i in range(len(a)):\n        a[i] = b[i]\n")["f"]
    f([1.0, 2.0], [3.0, 4.0])
    assert "no-gain" not in f.explain() and "native" in f.explain()


GROWING = """
    kept = []

    @jit
    def keep(n):
        for i in range(n):
            kept.append(i * 1.5)
        return n

    @jit
    def total(n):
        s = 0.0
        for i in range(n):
            if kept:
                s += kept[i % len(kept)]
        return s
    """


def test_a_list_that_is_only_appended_to_may_begin_empty():
    with quick():
        plain, jitted = pair(GROWING)
        before = counted("compiled")
        for turn in range(4):
            assert jitted["keep"](3) == plain["keep"](3)
            jitted["new"] = turn
        assert counted("compiled") == before + 1
        assert bits(jitted["kept"]) == bits(plain["kept"])


def test_what_an_empty_list_came_to_hold_is_worth_another_compilation():
    with quick():
        plain, jitted = pair(GROWING)
        before = counted("compiled")
        assert bits(jitted["total"](5)) == bits(plain["total"](5))
        for names in (plain, jitted):
            names["kept"].extend([0.5, 2.5])
            # What a unit takes from a module is looked at again when something there has changed.
            names["new"] = 1
        assert bits(jitted["total"](5)) == bits(plain["total"](5))
        assert counted("compiled") > before + 1
