"""NumPy's arrays and scalars: the same programs, plain and native and left at each place, with all that NumPy says of them."""

import itertools
import os
import subprocess
import sys
import textwrap
import warnings
import weakref

import pytest
from test_jit_support import bits, counted, load, pair, python, quick, same

import lancehead as lh
from lancehead import _lancehead

np = pytest.importorskip("numpy")

FLOATS = [
    0.0,
    -0.0,
    1.0,
    -1.5,
    3.0,
    1e308,
    -1e308,
    1e-308,
    -3e-308,
    5e-324,
    1e-200,
    1e200,
    0.1,
    float("inf"),
    float("-inf"),
    float("nan"),
    2.0**53,
]
INTS = [0, 1, -1, 2, -3, 7, 63, 64, 2**31, -(2**31), 2**53 + 1, 2**62, 2**63 - 1, -(2**63)]


def said(call, *args):
    """What a call gives or raises, and every warning on the way, with its line."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = bits(call(*args))
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
    return [result, *(f"{warning.category.__name__}: {warning.message} {warning.lineno}" for warning in seen)]


def arrays(source, **more):
    return same(source, np=np, said=said, **more)


PROGRAMS = {
    "elements read and set in two dimensions": """
        @jit
        def f(u, v, n, m):
            s = 0.0
            for i in range(n):
                for j in range(m):
                    v[i, j] = u[i, j] * 2 + u[-1 - i, -1 - j]
                    s += v[i, j]
            return s

        def main():
            u = np.arange(12.0).reshape(3, 4)
            return [f(u, v := np.zeros((3, 4)), 3, 4), v, u]
        """,
    "strides of every kind": """
        @jit
        def f(a, b):
            for i in range(a.shape[0]):
                for j in range(a.shape[1]):
                    b[i, j] += a[i, j] + i * 10 + j
            return b

        def main():
            base = np.arange(60.0).reshape(6, 10)
            views = [base, base[::2, ::3], base[::-1, ::-1], base.T, np.asfortranarray(base), base[1:3, 4:], np.broadcast_to(np.arange(3.0), (4, 3))]
            return [f(v, np.ones(v.shape)) for v in views], [f(np.ones(v.shape), v.copy(order="F")) for v in views]
        """,
    "views of the same memory": """
        @jit
        def f(a, b, n):
            for i in range(n):
                a[i] = b[i] + 1.0
            return a[n - 1]

        def main():
            x = np.zeros(10)
            y = np.arange(10.0)
            z = np.arange(4)
            return f(x[1:], x, 9), x, f(y, y[::-1], 10), y, f(z.view(np.float64), z.view(np.float64)[::-1], 4), z
        """,
    "an index out of bounds, in each dimension": """
        @jit
        def f(a, i, j):
            x = a[0, 0]
            y = a[i, j]
            a[i, j] = x
            return y

        def main():
            a = np.ones((2, 3))
            return [said(f, a, i, j) for i in (0, 1, -2, 2, -3, 2**40) for j in (0, 2, -3, 3, -4, -(2**63))], a
        """,
    "an index that is a bool, a float, None, a slice": """
        @jit
        def f(a, i):
            x = a[i]
            return x

        def main():
            a = np.arange(4.0)
            return [said(f, a, i) for i in (1, True, False, 1.0, None, slice(1, 3), np.int64(2), np.float64(1), np.bool_(True), ..., (2,), ())]
        """,
    "more and fewer indices than dimensions": """
        @jit
        def f(a, i, j):
            x = a[i]
            y = x[j]
            z = a[i][j]
            return x, y, z, a[i, j]

        @jit
        def g(a):
            return a[0, 0, 0]

        def main():
            a = np.arange(24).reshape(2, 3, 4)
            return f(a, 1, 2), f(a[0], 1, -1), f(a[:, 0], -1, 0), said(f, a, 2, 0), said(f, a[0], 0, 4), said(g, a), said(g, a[0]), said(g, a[:, 0, 0])
        """,
    "rows that are set": """
        @jit
        def f(a, n):
            for i in range(n):
                row = a[i]
                row[0] = i + 0.5
                a[i][1] = row[0] * 2
            return row

        def main():
            a = np.zeros((3, 2))
            b = np.zeros((3, 2, 2))[:, :, 0]
            return f(a, 3), a, f(b, 3), b, said(f, a, 4)
        """,
    "arrays of other types": """
        @jit
        def f(a):
            s = a[0]
            for i in range(1, len(a)):
                s = s + a[i]
                a[i] = s
            return s

        def main():
            types = ["f4", "f2", "i4", "u1", "u8", "c16", "c8", ">f8", ">i8", "O", "U3", "longdouble", "longlong"]
            return [said(lambda a=np.arange(1, 4).astype(t): (f(a), a)) for t in types]
        """,
    "arrays that can't be written": """
        @jit
        def f(a, i):
            a[i] = 1.5
            return a[i]

        def main():
            frozen = np.zeros(3)
            frozen.flags.writeable = False
            shown = np.broadcast_to(np.zeros(1), (3,))
            marked, _ = np.broadcast_arrays(np.zeros(3), np.zeros((2, 3)))
            marked = marked[0]
            return f(np.zeros(3), 1), said(f, frozen, 1), said(f, shown, 1), said(f, shown, 3), said(f, frozen, 5), said(f, marked, 1), f(marked, 1)
        """,
    "arrays that are not aligned": """
        @jit
        def f(a, n):
            s = 0
            for i in range(n):
                a[i] += 1
                s += a[i]
            return s

        def main():
            raw = np.zeros(8 * 4 + 1, "u1")
            return f(raw[1:].view("f8"), 4), f(raw[1:].view("i8"), 4), f(raw[:-1].view("i8"), 4), raw
        """,
    "an array that changes its shape in the middle": """
        def shrink(a):
            a.shape = (2, 3)

        @jit
        def f(a, n):
            s = 0.0
            for i in range(n):
                s += a[i, 0]
                if i == 1:
                    shrink(a)
            return s

        def main():
            return said(f, np.arange(6.0).reshape(3, 2), 2), said(f, np.arange(6.0).reshape(3, 2), 3), said(f, np.arange(6.0).reshape(3, 2), 1)
        """,
    "an array that changes its type in the middle": """
        def turn(a):
            with np.errstate(all="ignore"):
                a.dtype = np.int64 if a.dtype == float else float

        @jit
        def f(a, n):
            s = a[0]
            for i in range(n):
                s = s + a[i]
                turn(a)
            return s

        def main():
            return said(f, np.arange(1.0, 5.0), 4)
        """,
    "subclasses": """
        class Mine(np.ndarray):
            def __getitem__(self, i):
                return ("mine", i)

        @jit
        def f(a):
            return a[0], a[1]

        def main():
            return f(np.arange(2.0)), f(np.arange(2.0).view(Mine)), f(np.ma.masked_array([1.0, 2.0], [True, False])), f(np.asmatrix([[1.0], [2.0]]))
        """,
    "what heads say": """
        @jit
        def f(a):
            n, m = a.shape
            return len(a), a.shape, a.shape[1], n * m, a.size, a.ndim, a.T, a.dtype

        def main():
            return f(np.zeros((3, 4))), f(np.zeros((0, 4), int)), f(np.zeros((2, 2), bool).T), said(f, np.zeros(3)), said(f, np.zeros((1, 2, 3)))
        """,
    "two arrays that swap their names": """
        @jit
        def f(u, v, n):
            for t in range(n):
                for i in range(1, len(u) - 1):
                    v[i] = (u[i - 1] + u[i + 1]) / 2
                u, v = v, u
            return u

        def main():
            u = np.arange(8.0) ** 2
            return f(u, u.copy(), 5), f(u, u.copy(), 4), u
        """,
    "a sum that begins as an int": """
        @jit
        def f(a):
            s = 0
            for i in range(len(a)):
                s += a[i]
            return s

        def main():
            return f(np.array([0.5, 1.5])), f(np.array([3, 4])), f(np.array([True, False, True])), f(np.array([])), f(np.array([2**62, 2**61]))
        """,
    "scalars as arguments and results": """
        @jit
        def f(x, y):
            z = x * y
            if z > 1:
                return z, x
            return y - z, x

        @jit
        def g(x):
            return x

        def main():
            values = [np.float64(1.5), np.int64(3), np.bool_(True), np.float32(2.5), 2.0, 3, np.int8(4)]
            return [f(a, b) for a in values for b in values], [g(a) for a in values]
        """,
    "scalars that are not changed are the same objects": """
        @jit
        def f(x, a, n):
            s = 0.0
            for i in range(n):
                s += a[i]
            return x

        def main():
            x = np.float64(2.5)
            return f(x, np.ones(3), 3) == x, np.bool_(True) is f(np.bool_(True), np.ones(3), 3)
        """,
    "conversions": """
        @jit
        def f(x):
            return float(x), abs(x), -x, +x, not x, bool(x), x == x, x != 1, math.sqrt(abs(x)), math.fabs(x), math.atan2(x, 2)

        @jit
        def g(x):
            return int(x)

        @jit
        def h(x):
            return round(x), round(x, 1), math.floor(x), math.ceil(x), math.trunc(x), x // 1, divmod(x, 2), max(x, 1), min(2, x), pow(x, 2)

        def main():
            values = np.array([0.0, 1.0, 2.5, -3.5, 1e10, float("nan")]), np.array([0, 1, -7, 2**40, 2**63 - 1, -(2**63)])
            return [said(call, x) for call in (f, g, h) for a in values for x in (a[i] for i in range(6))]
        """,
    "scalars as indices and bounds": """
        @jit
        def f(a, order, xs):
            s = 0.0
            for k in range(order[0], order[1]):
                s += a[order[k]] + xs[order[k]]
                xs[order[k]] = a[k]
                a[order[k]] = k
            return s, xs, a

        def main():
            return f(np.arange(5.0), np.array([1, 5, 0, 4, 2]), [1.0, 2.0, 3.0, 4.0, 5.0]), said(f, np.arange(3.0), np.array([1, 3, 9]), [0.0] * 3)
        """,
    "bools": """
        @jit
        def f(a, b, n):
            count = 0
            for i in range(n):
                if a[i] and not b[i]:
                    count += 1
                elif a[i] or b[i]:
                    count += 10
                a[i] = a[i] & b[i] | (a[i] ^ True)
                b[i] = i % 2 == 0
                count += b[i]
            return count, ~a[0], a[0] == b[0], a[1] + 1, 2 * a[1], a[0] + 0.5

        def main():
            return f(np.array([True, False, True, False]), np.array([True, True, False, False]), 4), said(lambda: -np.array([True])[0])
        """,
    "scalars in lists, dicts and tuples": """
        @jit
        def f(a, n):
            xs = []
            d = {}
            for i in range(n):
                xs.append(a[i])
                d[i] = a[i] * 2
            s = xs[0]
            for x in xs:
                s = s + x
            for i in range(n):
                s += d[i]
            t = (s, xs[1])
            return t, xs, d

        def main():
            return f(np.arange(3.0), 3), f(np.arange(4), 4), f(np.array([True, False]), 2)
        """,
    "arrays in lists and instances": """
        class Grid:
            def __init__(self, cells):
                self.cells = cells
                self.total = 0.0

            def sum(self):
                for i in range(len(self.cells)):
                    self.total += self.cells[i]
                return self.total

        @jit
        def f(grids, arrays):
            s = 0
            for g in grids:
                s += g.sum()
            for a in arrays:
                for i in range(len(a)):
                    s += a[i]
            return s

        def main():
            return f([Grid(np.arange(3.0)), Grid(np.arange(4.0))], [np.ones(2), np.ones(3)]), f([Grid(np.arange(3))], [np.ones((2, 2), int)[0]])
        """,
    "exceptions tell of scalars": """
        @jit
        def f(a, xs, n):
            x = y = None
            for i in range(n):
                x = a[i]
                y = x > 1
                z = xs[i] + x
            return z

        def main():
            return f(np.arange(4.0), [1.0, 2.0], 4)
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name):
    arrays(PROGRAMS[name])


@pytest.mark.parametrize("dtype", ["float", "int", "bool"])
def test_values_of_every_type_go_into_an_array(dtype):
    source = f"""
        @jit
        def f(a, i, x):
            a[i] = x
            return a[i]

        @jit
        def g(a, i, x):
            a[i] = x
            return a[i]

        def main():
            numbers = [0, 1, -1, 2.75, -2.75, True, False, 2**53 + 1, 2**62, -0.0]
            scalars = [np.float64(3.99), np.float64(-0.0), np.int64(-7), np.int64(2**53 + 1), np.bool_(True)]
            return [said(call, np.zeros(2, {dtype}), 1, x) for call, values in ((f, numbers), (g, scalars)) for x in values]
    """
    arrays(source)
    others = """
        @jit
        def f(a, i, x):
            a[i] = x
            return a[i]
    """
    values = [2**63, -(2**63), 1e30, -1e30, float("nan"), float("inf"), np.float64("nan"), np.float64(1e19), 9223372036854774784.0]
    values += [np.float32(1.5), np.int8(3), np.uint64(2**63), np.array(4.5), np.array([4.5]), np.array([1, 2]), np.datetime64(1, "s")]
    values += [None, "2.5", "x", b"3", 1j, [1], (1,)]
    with quick():
        for value in values:
            plain, jitted = pair(others, np=np)
            for _ in range(3):
                said_plainly, said_natively = (said(program["f"], np.zeros(2, dtype), 1, value) for program in (plain, jitted))
                assert said_natively == said_plainly, value


OPERATIONS = "+ - * / // % ** < <= == != > >= & | ^ << >>".split()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_of_every_two_scalars(operation):
    """With each other and with Python's numbers, on both sides: the result to the bit, and what NumPy says of it."""
    source = f"""
        @jit
        def f(a, i, y):
            x = a[i]
            return x {operation} y

        @jit
        def g(a, i, y):
            x = a[i]
            return y {operation} x

        @jit
        def h(a, i, b, k):
            x = a[i] {operation} b[k]
            return x
    """
    floats, ints, bools = np.array(FLOATS), np.array(INTS), np.array([True, False])
    with quick():
        plain, jitted = pair(source, np=np)
        text = "" if operation == "*" else "a"  # not gigabytes of it
        others = [*FLOATS, *INTS, True, False, 2**63, 2**70, None, text, 1j]
        entered = counted("entered")
        for array, other in itertools.product([floats, ints, bools], [floats, ints, bools]):
            for i, k in itertools.product(range(len(array)), range(len(other))):
                assert said(jitted["h"], array, i, other, k) == said(plain["h"], array, i, other, k), (array[i], other[k])
        for array in (floats, ints, bools):
            for i, other in itertools.product(range(len(array)), others):
                for name in "fg":
                    assert said(jitted[name], array, i, other) == said(plain[name], array, i, other), (name, array[i], other)
        assert counted("entered") > entered


@pytest.mark.parametrize("state", ["ignore", "warn", "raise"])
def test_what_numpy_was_told_to_say(state):
    source = """
        @jit
        def f(a, b):
            x = a[0] + b[0]
            x = x - b[1] * a[1]
            x = x + a[0] / b[2]
            x = x * a[2] * b[3]
            return x
    """
    with quick():
        plain, jitted = pair(source, np=np)
        for values in itertools.product([1e308, 1e-300, 0.0, float("nan"), float("inf")], [1.0, 1e-200, 1e300, -0.0]):
            a, b = np.array([values[0], 2.0, values[1]]), np.array([values[1], values[0], values[0], 1e-10])
            for kind in ("all", "over", "under", "divide", "invalid"):
                with np.errstate(**{kind: state}):
                    assert said(jitted["f"], a, b) == said(plain["f"], a, b), (values, kind)


def test_what_is_ignored_does_not_leave():
    source = """
        @jit
        def f(a, n):
            s = 0.0
            for i in range(n):
                s = a[i] * 1e-200
                s = s * 1e-200
            return s
    """
    program = load(source, lh.jit, np=np)
    a = np.ones(100)
    program["f"](a, 100)
    left = counted("left")
    assert program["f"](a, 100) == 0.0
    assert counted("left") == left
    with np.errstate(under="raise"), pytest.raises(FloatingPointError):
        program["f"](a, 100)
    assert counted("left") > left


LOOPS = """
    @jit
    def scale(a, b, n, x):
        for i in range(n):
            y = a[i] * x
            b[i] = y + 1
        return y

    @jit
    def total(a, n):
        s = t = 0.0
        for i in range(n):
            s += a[i]
            t = a[i] * 2
        return s, t

    @jit
    def forgotten(a, n):
        s = 0.0
        for i in range(n):
            s += a[i]
            y = s / a[i]
        return n

    @jit
    def sometimes(a, b, n):
        for i in range(n):
            y = a[i] * a[i]
            if i % 1000 == 999:
                b[i] = y

    @jit
    def same_in_every_turn(a, b, n):
        for i in range(n):
            b[i] = a[i] + a[0] * 1e308

    @jit
    def in_place(a, b, n):
        for i in range(1, n):
            a[i] = a[i - 1] * 0.5 + a[i] / b[i]

    @jit
    def apart(a, b, n):
        for i in range(n):
            b[n - 1 - i] = a[i] / a[n - 1 - i] - b[0]

    @jit
    def grid(u, v, n, rate):
        for t in range(3):
            for i in range(1, n - 1):
                for j in range(1, n - 1):
                    uxx = u[i + 1, j] - 2 * u[i, j] + u[i - 1, j]
                    uyy = u[i, j + 1] - 2 * u[i, j] + u[i, j - 1]
                    v[i, j] = u[i, j] + rate * (uxx + uyy)
            u, v = v, u
        return u, v

    @jit
    def product(a, b, c, n):
        for i in range(n):
            for j in range(n):
                s = 0
                for k in range(n):
                    s += a[i, k] * b[k, j]
                c[i, j] = s
        return c

    @jit
    def planes(u, n):
        for t in range(2):
            for i in range(1, n - 1):
                u[t + 1, i] = (u[t, i - 1] + u[t, i + 1]) * 0.5
        return u

    @jit
    def diagonal(u, v, n):
        s = 0
        for i in range(n):
            s += u[i, i] * v[n - 1 - i, i]
        return s

    @jit
    def on_the_diagonal(u, v, n):
        for i in range(n):
            u[i, i] = v[i, n - 1 - i] * 3.0

    @jit
    def columns(u, v, n):
        for j in range(n):
            for i in range(n):
                v[i, j] = u[i, j] * 2.0 - v[i, j]

    @jit
    def two_stores(a, b, n):
        s = 0.0
        for i in range(n):
            y = a[i] * 3.0
            b[i] = y - a[i]
            a[i] = y / 2.0
            s += b[i]
        return s

    @jit
    def overwritten(a, b, n):
        for i in range(n - 1):
            b[i + 1] = a[i] * 1e300
            b[i] = a[i] + 1.0

    @jit
    def one_place(a, b, n):
        for i in range(n):
            b[0] = a[i] * 1e300

    @jit
    def same_bits(a, b, n):
        for i in range(n):
            b[i] = a[i] * 1.0

    @jit
    def known_before(a, b, n):
        k = a[0]
        for i in range(n):
            b[i] = a[i] + k * 1e300
        return k

    @jit
    def known_by_the_last_turn(a, b, n):
        y = a[0]
        for i in range(n):
            b[i] = y + 1.0
            y = a[i] * 2.0
        return y

    @jit
    def chosen(a, b, n):
        for i in range(n):
            y = a[i] * 1e300
            b[i] = y if i < 5 else a[i]

    @jit
    def compared(a, b, n):
        for i in range(n):
            b[i] = a[i] * 1e300 > 2.0
"""
N = 20_000


def calls():
    """Calls of the loops, on arrays of which something is to be said in the first turn, the last one, in the middle of a chunk, or never."""
    grids = [np.linspace(0.0, 1.0, 1600).reshape(40, 40) for _ in range(3)]
    grids[1][20, 5] = grids[2][7, 38] = 1.5e308
    for places, bad in [
        ((), 0),
        ((0,), 1e308),
        ((N - 1,), 1e308),
        ((8191,), 1e308),
        ((8192, 15000), -1e308),
        ((1023, 3072), 1e308),
        ((1024,), 1e308),
        ((12345,), 0.0),
        ((7,), np.nan),
        ((9,), np.inf),
        ((100, 9000), 5e-324),
        (slice(0), 0),
    ]:
        a = np.linspace(1.0, 2.0, N)
        if places != slice(0):
            a[list(places)] = bad
        b = np.ones(N)
        yield "scale", a, b, N, 3.0
        yield "scale", a, b, N, 1e-308
        yield "scale", a, a, N, 3.0
        yield "scale", a[1:], a, N - 1, 3.0
        yield "scale", a[::2], b[::-2], N // 2, 1.5
        yield "scale", a, b, N + 1, 1.5
        yield "total", a, N
        yield "forgotten", a, N
        yield "sometimes", a, b, N
        yield "same_in_every_turn", a, b, N
        yield "in_place", a, b, N
        yield "apart", a, b, N
        yield "apart", a, a, N
        for name in (
            "two_stores",
            "overwritten",
            "one_place",
            "known_before",
            "known_by_the_last_turn",
            "chosen",
            "compared",
            "same_bits",
        ):
            yield name, a, b, N
            yield name, a, b, 3
            yield name, a[1:], a[:-1], N - 1
        yield "scale", a, np.ndarray(N, float, b, 0, (0,)), N, 3.0
    for u in grids:
        yield "grid", u, u.copy(), 40, 0.1
        yield "grid", np.asfortranarray(u), u.copy(), 40, 2.5
        yield "grid", u, u, 40, 0.1
        yield "grid", u, u.copy(), 41, 0.1
        yield "product", u, u.T, np.zeros((40, 40)), 40
        yield "product", (u * 0).astype(int) + 3, (u * 0).astype(int) + 2**58, np.zeros((40, 40), int), 40
        yield "planes", u.copy(), 40
        yield "diagonal", u, u[::-1], 40
        for name in ("on_the_diagonal", "columns"):
            yield name, u, u.copy(), 40
            yield name, u, u.T, 40
            yield name, u[:, ::-1], u, 40


@pytest.mark.parametrize("opt", [pytest.param(0, marks=pytest.mark.slow), 2])
def test_long_loops(opt):
    """Loops whose looks are done before them, or once for a chunk: everything is said that NumPy says, in order."""

    def run(program, name, args):
        copies = {}
        for array in args:
            if isinstance(array, np.ndarray):
                base = array if array.base is None else array.base
                copies.setdefault(id(base), (base, base.copy()))
        result = said(program[name], *args)
        after = [bits(base) for base, _ in copies.values()]
        for base, before in copies.values():
            base[...] = before
        return result, after

    with quick():
        _lancehead.testing(opt=opt)
        plain, jitted = pair(LOOPS, np=np)
        for turn, (name, *args) in enumerate(calls()):
            assert run(jitted, name, args) == run(plain, name, args), (turn, name)
        for state in ({"over": "ignore"}, {"under": "warn"}, {"all": "raise"}, {"all": "ignore"}):
            with np.errstate(**state):
                for turn, (name, *args) in enumerate(calls()):
                    assert run(jitted, name, args) == run(plain, name, args), (state, turn, name)


def test_who_hears_of_an_overflow_sees_what_was_written_before():
    """Nothing of what native code writes ahead, and all that stood there."""
    source = """
        @jit
        def f(a, b, n):
            for i in range(n):
                b[i] = a[i] * 10.0

        def main():
            seen = []
            a, b = np.arange(3000.0), np.full(3000, -1.0)
            a[2500] = 1e308
            np.seterrcall(lambda *_: seen.append(b.copy()))
            with np.errstate(over="call"):
                f(a, b, 3000)
            with np.errstate(over="raise"):
                seen.append(said(f, a, b, 3000))
            return seen, b
    """
    arrays(source, places=(1, 7))


def test_loops_that_store_run_in_chunks():
    """Their looks are left out: a NaN that signals, of which NumPy is told to say nothing, is asked for once a chunk, not once an element."""
    source = """
        @jit
        def f(a, b, n):
            for i in range(n):
                b[i] = a[i] + 1.5
    """
    program = load(source, lh.jit, np=np)
    a = np.zeros(4096)
    a.view("u8")[:] = 0x7FF0000000000001
    with np.errstate(invalid="ignore"):
        program["f"](a, np.zeros(4096), 4096)
        asked = counted("numpy_asked")
        program["f"](a, np.zeros(4096), 4096)
    assert counted("numpy_asked") == asked + 4


@pytest.mark.parametrize("opt", [0, 2])
def test_what_changes_no_number_still_quiets_a_nan_that_signals(opt):
    """LLVM takes `x * 1.0` for x; then what comes of x later would be said to be invalid once more."""
    source = """
        @jit
        def f(a, b, n):
            for i in range(n):
                b[0, i] = a[i] * 1.0
                b[1, i] = 1 * a[i]
                b[2, i] = a[i] / 1
                b[3, i] = a[i] - 0.0
                b[4, i] = a[i] + -0.0
                b[5, i] = a[i] * -1.0
                b[6, i] = a[i]

        @jit
        def g(a, b, n):
            for i in range(n):
                b[i] = a[i] * 1.0

        def main():
            a, b, c = np.arange(40.0), np.zeros((7, 40)), np.zeros(40)
            a.view("u8")[3:30] = 0x7FF0000000000001
            with np.errstate(invalid="ignore"):
                f(a, b, 40)
                g(a, c, 40)
            return b, c, said(g, a, c, 40), said(f, a, b, 40)
    """
    with quick():
        _lancehead.testing(opt=opt)
        plain, jitted = pair(source, np=np, said=said)
        wanted = bits(plain["main"]())
        for _ in range(2):
            assert bits(jitted["main"]()) == wanted


def test_elements_are_native():
    """A loop over elements enters once and is not left."""
    source = """
        @jit
        def f(u, v, n):
            s = 0.0
            for i in range(1, n):
                for j in range(1, n):
                    v[i, j] = 0.5 * (u[i, j] + u[i - 1, j] - u[i, j - 1])
                    s += v[i][j]
            return s
    """
    program = load(source, lh.jit, np=np)
    u = np.arange(400.0).reshape(20, 20)
    program["f"](u, u.copy(), 20)
    entered, left = counted("entered"), counted("left")
    program["f"](u, u.copy(), 20)
    assert (counted("entered"), counted("left")) == (entered + 1, left)


def test_the_last_reference_of_an_array():
    """Arrays that end in native code end at once, and so does what they are views of."""

    class Owner(bytearray):
        def __del__(self):
            ended.append("owner")

    source = """
        @jit
        def f(arrays, n):
            s = 0.0
            for i in range(n):
                a = arrays.pop()
                s += a[0]
                ended.append(i)
            return s
    """

    with quick():
        for load_with in (lambda f: f, lh.jit):
            ended = []
            program = load(source, load_with, np=np, ended=ended)
            arrays = [np.ones(3), np.frombuffer(Owner(24)), np.arange(4.0)[1:], np.ones(2)]
            reference = weakref.ref(arrays[0], lambda _: ended.append("first"))
            assert program["f"](arrays, 4) == 3.0
            # Each when the next takes its name, the last when the function returns.
            assert ended == [0, 1, 2, "owner", 3, "first"]
            assert reference() is None


def test_lancehead_does_not_import_numpy():
    python("""
        import sys, lancehead as lh

        class ndarray:
            pass

        @lh.jit
        def f(x):
            return x + 1.0

        assert f(2.0) == 3.0
        assert not [name for name in sys.modules if name.partition(".")[0] == "numpy"]
    """)


def test_the_cache_is_right_before_numpy_is_imported(tmp_path):
    """A second process finds the unit in the cache, and NumPy where that process has it."""
    source = """
        import sys
        import lancehead as lh

        @lh.jit
        def f(a, n):
            s = 0.0
            for i in range(n):
                s += a[i]
            return s

        assert f([1.0, 2.0], 2) == 3.0
        import numpy as np
        assert repr(f(np.array([1.0, 2.0]), 2)) == repr(np.float64(3.0)), f(np.array([1.0, 2.0]), 2)
        print("from cache" if "from the cache" in f.explain() else "compiled")
    """
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(source))
    environment = os.environ | {"LANCEHEAD_CACHE_DIR": str(tmp_path / "cache")}
    answers = [
        subprocess.run([sys.executable, str(path)], env=environment, capture_output=True, text=True, check=True, timeout=60).stdout
        for _ in range(2)
    ]
    assert answers[1] == "from cache\n", answers
