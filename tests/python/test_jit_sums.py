"""`sum` of tuples with floats, whose algorithm changed in 3.12; `round` and `pow` of ints that are wide in native code."""

import itertools
import random
import re

from test_jit_support import leaving, outcome, pair, quick, same

EDGES = [
    0.0,
    -0.0,
    0.1,
    1e16,
    -1e16,
    1e308,
    -1e308,
    1e-320,
    float("inf"),
    float("-inf"),
    float("nan"),
    1,
    -3,
    True,
    (1 << 53) + 1,
    (1 << 63) - 1,
]


def seen(f, *args):
    """Which NaN it is, is not promised."""
    return re.sub("nan:[0-9a-f]+", "nan", outcome(f, *args))


def same_sums(source, calls):
    plain, jitted = pair(source)
    with quick():
        for args in calls:
            wanted = seen(plain["f"], *args)
            for n in (0, 0, 1, 2):
                with leaving(n):
                    assert seen(jitted["f"], *args) == wanted, args


def test_sums_of_three_numbers():
    source = """
        @jit
        def f(a, b, c):
            return sum((a, b, c))
        """
    floats = [x for x in EDGES if isinstance(x, float)]
    same_sums(source, itertools.product(floats, repeat=3))
    plain, jitted = pair(source)
    with quick():
        for args in itertools.product(EDGES, EDGES[:4] + EDGES[-5:], EDGES):
            for _ in range(2):
                assert seen(jitted["f"], *args) == seen(plain["f"], *args), args


def test_sums_with_a_start():
    source = """
        @jit
        def f(start, a, b, c):
            return sum((a, b, c), start), sum((a,), start), sum((), start)
        """
    pool = random.Random(1)
    with quick():
        plain, jitted = pair(source)
        for _ in range(3000):
            args = pool.choices([*EDGES, 1 << 64, pool.uniform(-1, 1), pool.uniform(-1e9, 1e9)], k=4)
            assert seen(jitted["f"], *args) == seen(plain["f"], *args), args


def test_what_is_lost_is_added_in_the_end():
    same("""
        @jit
        def f(n):
            values = 0.1 * n, 1e100, 3.7, -1e100, 1.0 / (n + 1), 1e-30, n, 0.3
            return sum(values), sum(values[2:5], 0.25), sum(values, n)

        def main():
            return [f(n) for n in range(50)]
        """)


def test_random_sums_of_many():
    pool = random.Random(2)
    names = ", ".join(f"p{i}" for i in range(20))
    source = f"""
        @jit
        def f({names}):
            return sum(({names}))
        """
    calls = [[pool.uniform(-1, 1) * 10.0 ** pool.randint(-20, 20) for _ in range(20)] for _ in range(60)]
    same_sums(source, calls)


def test_round_and_pow_of_wide_ints():
    same("""
        @jit
        def f(x, n):
            h = x
            for i in range(n):
                h = (h * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
            wide = h * 3
            return h, round(h), round(h, 0), round(h, 2), round(wide, 1), round(h, -3 if n > 4 else 1), round(wide, -2 if n > 5 else 0)

        @jit
        def g(x, n, m):
            h = x
            for i in range(n):
                h = (h * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
            return pow(h >> 1, 5, m), pow(h, n, m), pow(7, h >> 60, h & 0xFFFF | 1)

        def main():
            rounds = [f(x, n) for x in (1, 2, 12345) for n in range(8)]
            powers = [g(x, n, m) for x in (1, 5) for n in range(6) for m in (7, 1000003, (1 << 63) - 25)]
            errors = []
            for m in (0, -5):
                try:
                    errors.append(g(3, 2, m))
                except ValueError as error:
                    errors.append(str(error))
            return rounds, powers, errors
        """)
