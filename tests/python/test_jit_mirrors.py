"""Loops on mirrors of lists: the same programs, plain and native and left at each place, and what may look at lists in between."""

import sys
import threading

import pytest
from test_jit_support import counted, outcome, python, quick, same

import lancehead as lh

PROGRAMS = {
    "a stencil with two grids that are swapped": """
        @jit
        def f(u, v, n, steps, c):
            for s in range(steps):
                for i in range(1, n - 1):
                    for j in range(1, n - 1):
                        v[i][j] = u[i][j] + c * (u[i + 1][j] + u[i - 1][j] + u[i][j + 1] + u[i][j - 1] - 4.0 * u[i][j])
                u, v = v, u
            return u, v

        def main():
            u = [[float((i * 7 + j * 3) % 11) for j in range(9)] for i in range(9)]
            v = [row[:] for row in u]
            x, y = f(u, v, 9, 7, 0.1)
            return u, v, x is v, y is u
        """,
    "loops one after the other over a row that the first one found": """
        @jit
        def f(u, n):
            row = u[0]
            for k in range(n):
                row = u[k % len(u)]
                for j in range(len(row)):
                    row[j] = row[j] + 1.0
            for j in range(len(row)):
                row[j] = row[j] * 2.0
            t = 0.0
            for j in range(len(row)):
                t += row[j]
            return t

        def main():
            u = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
            return f(u, 5), u, f(u, 0), u
        """,
    "two names for one row": """
        @jit
        def f(a):
            for k in range(3):
                for i in range(len(a)):
                    for j in range(len(a[i])):
                        a[i][j] = a[i][j] * 2.0 + a[0][j]
            return a

        def main():
            row = [1.0, 2.0, 3.0]
            a = [row, [4.0, 5.0, 6.0], row]
            f(a)
            return a, row, a[0] is a[2]
        """,
    "one list under two names": """
        @jit
        def f(a, b):
            for k in range(2):
                for i in range(1, len(a)):
                    a[i] = a[i - 1] + b[i] * 0.5
                    b[0] = a[i]
            return a

        def main():
            a = [1.0, 2.0, 3.0, 4.0]
            return f(a, a), a, f(a, a[:]), f([0.5, 0.25], a)
        """,
    "an index out of range in the middle": """
        @jit
        def f(a, n):
            t = 0.0
            for i in range(n):
                for j in range(n):
                    a[i][j] += 1.0
                    t += a[i][j]
            return t

        def main():
            a = [[float(i) for i in range(n)] for n in (5, 5, 4, 5)]
            result = outcome(f, a, 4), outcome(f, a, 5)
            return result, a
        """,
    "an int that outgrows 64 bits in the middle": """
        @jit
        def f(a, n):
            for k in range(n):
                for i in range(len(a)):
                    a[i] = a[i] * 3 + i
            return a

        def main():
            a = [2**40, 5, -(2**50)]
            return f(a, 3), a, f(a, 60), a
        """,
    "negative indices": """
        @jit
        def f(a, n):
            t = 0.0
            for k in range(2):
                for i in range(-n, n):
                    a[i] = a[i] + a[-1] * 0.5
                    t += a[i - 1]
            return t

        def main():
            a = [1.0, 2.0, 4.0]
            return outcome(f, a, 2), a, outcome(f, a, 3), a, outcome(f, a, 4), a
        """,
    "rows of several lengths, and none": """
        @jit
        def f(a):
            t = 0
            for k in range(2):
                for row in a:
                    for i, x in enumerate(row):
                        t += x * i
                        row[i] = x + 1
            return t

        def main():
            a = [[1, 2, 3], [], [4], [5, 6]]
            return f(a), a, f([]), f([[]])
        """,
    "items of another type": """
        @jit
        def f(a, n):
            t = 0.0
            for k in range(n):
                for i in range(len(a)):
                    t += a[i]
                    a[i] = t
            return t

        def main():
            a = [1.0, 2, 3.0]
            b = [1.0, 2.0, 2**70, 4.0]
            c = [1.0, True, 4.0]
            return f([1.0, 2.0], 2), f(a, 3), a, f(b, 2), b, f(c, 2), c
        """,
    "numbers read outside of the loops": """
        @jit
        def f(a, n):
            seen = []
            for k in range(n):
                for i in range(1, len(a)):
                    a[i] = a[i] + a[i - 1]
                seen.append(a[-1])
                seen.append(a[1] * 2.0)
                a[0] = float(k)
            return seen

        def main():
            a = [1.0, 2.0, 3.0]
            return f(a, 4), a
        """,
    "lists that change between the loops": """
        @jit
        def f(a, n):
            out = []
            for k in range(n):
                for i in range(1, len(a)):
                    a[i] = a[i] + a[i - 1]
                a.append(float(k))
                if k == 2:
                    a.pop()
                    a.pop()
                out.append(sum(a))
            return out

        def main():
            a = [1.0, 2.0, 3.0]
            return f(a, 5), a
        """,
    "rows that are exchanged": """
        @jit
        def f(a, n):
            for k in range(n):
                p = k
                for i in range(k + 1, n):
                    if abs(a[i][k]) > abs(a[p][k]):
                        p = i
                a[k], a[p] = a[p], a[k]
                for i in range(k + 1, n):
                    m = a[i][k] / a[k][k]
                    a[i][k] = m
                    for j in range(k + 1, n):
                        a[i][j] = a[i][j] - m * a[k][j]
            return a

        def main():
            a = [[float((i * j * 7 + i + j) % 13 + 1) for j in range(6)] for i in range(6)]
            rows = [id(row) for row in a]
            f(a, 6)
            return a, [rows.index(id(row)) for row in a]
        """,
    "a loop that ends early": """
        @jit
        def f(a, x):
            for k in range(3):
                for i in range(len(a)):
                    if a[i] > x:
                        a[i] = 0.0
                        break
                else:
                    return k, -1, a
                if i == 2:
                    return k, i, a
            return k, i, a

        def main():
            return f([1.0, 2.0, 3.0], 0.5), f([1.0, 2.0, 3.0], 2.5), f([1.0], 9.0), f([], 1.0)
        """,
    "what is left behind": """
        @jit
        def f(a, n):
            i = -1
            x = 0.0
            for k in range(len(a)):
                for i in range(n):
                    x = a[k][i] * 2.0
            return i, x, k

        def main():
            a = [[1.0, 2.0], [3.0, 4.0]]
            return f(a, 2), f(a, 0)
        """,
    "a flat index": """
        @jit
        def f(a, n, m):
            t = 0.0
            for i in range(n):
                for j in range(m):
                    a[i * m + j] = a[i * m + j] + float(i - j)
                    t += a[j * n + i]
            return t

        def main():
            a = [float(i % 5) for i in range(12)]
            return f(a, 3, 4), a, outcome(f, a, 4, 4), a
        """,
    "other steps": """
        @jit
        def f(a, start, stop, step):
            t = 0
            for k in range(2):
                for i in range(start, stop, step):
                    a[i] += i
                    t += a[i]
            return t

        def main():
            a = list(range(10))
            return [outcome(f, a, *r) for r in ((0, 10, 3), (9, -1, -2), (5, 5, 1), (8, 12, 2), (2**62, 2**63 - 1, 2**61))], a
        """,
    "a function called in the loop": """
        def g(x, y):
            return x * x - y

        @jit
        def f(a, n):
            for k in range(n):
                for i in range(1, len(a)):
                    a[i] = g(a[i], a[i - 1]) * 0.25
            return a

        def main():
            return f([1.0, 2.0, 3.0, 4.0], 3)
        """,
    "a row that is looked up and not looked at": """
        @jit
        def f(a, b, n):
            t = 0.0
            row = b[0]
            for k in range(n):
                for i in range(len(a)):
                    t += a[i]
                    row = b[k]
            return t, row

        def main():
            b = [[1.0], [2.0], []]
            t, row = f([1.0, 2.0, 3.0], b, 3)
            return t, row is b[2], outcome(f, [1.0, 2.0], b, 4)
        """,
    "rows that are swapped": """
        @jit
        def f(a, order):
            n = len(a)
            for k in range(n):
                best = k
                for i in range(k + 1, n):
                    if abs(a[i][k]) > abs(a[best][k]):
                        best = i
                if best != k:
                    a[k], a[best] = a[best], a[k]
                    order[k], order[best] = order[best], order[k]
                for i in range(k + 1, n):
                    a[i][k] /= a[k][k]
                    for j in range(k + 1, n):
                        a[i][j] -= a[i][k] * a[k][j]
            return order

        def main():
            a = [[float((i * 5 + j * 7 + i * j) % 11 + 1) for j in range(6)] for i in range(6)]
            rows = a[:]
            return f(a, list(range(6))), a, [rows.index(row) for row in a], [[x is y for x in a] for y in rows]
        """,
    "a row of another list, and rows of which only the length is asked": """
        @jit
        def f(a, b, n):
            t = 0.0
            for i in range(n):
                t += len(b[i]) * a[0][0]
                a[i][0] = t
            for i in range(n):
                a[i] = b[n - 1 - i]
                t += a[i][1]
                a[i][1] = t
            for i in range(n):
                t += b[i][0]
            return t

        def main():
            a, b = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [[7.0, 8.0], [9.0, 10.0], [11.0, 12.0]]
            c = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
            return f(a, b, 3), a, b, [x is y for x, y in zip(a, reversed(b))], f(c, c, 3), c
        """,
    "numbers that are set and read between the loops": """
        @jit
        def f(a, b, n, steps):
            seen = []
            for s in range(steps):
                for i in range(n):
                    for j in range(n):
                        a[i][j] = a[i][j] * 1.5 + b[j]
                a[s % n][0] = 0.25
                seen.append(a[s % n][1])
                b[0] = seen[s] - a[0][0]
                for i in range(n):
                    b[i] = b[i] + a[i][i]
                a[0][n - 1] += 1.0
            return seen

        def main():
            a, b = [[float(i - j) for j in range(4)] for i in range(4)], [1.0, 2.0, 3.0, 4.0]
            return f(a, b, 4, 5), a, b
        """,
    "rows that grow, and are replaced, between the loops": """
        @jit
        def f(a, n, steps):
            kept = []
            for s in range(steps):
                for i in range(n):
                    for j in range(len(a[i])):
                        a[i][j] = a[i][j] + 1.0
                kept.append(a[s % n])
                a[s % n] = a[(s + 1) % n][:]
                a[(s + 2) % n].append(0.5)
                fresh = [0.0] * n
                for j in range(n):
                    fresh[j] = fresh[j] + a[0][j]
                kept.append(fresh)
            return kept

        def main():
            a = [[float(i + j) for j in range(3)] for i in range(3)]
            kept = f(a, 3, 7)
            return kept, a, [[row is other for row in a] for other in kept]
        """,
    "the same lists in functions that call each other": """
        @jit
        def solve(lu, order, b):
            n = len(lu)
            x = [0.0] * n
            for i in range(n):
                s = b[order[i]]
                for j in range(i):
                    s -= lu[i][j] * x[j]
                x[i] = s
            for i in range(n - 1, -1, -1):
                s = x[i]
                for j in range(i + 1, n):
                    s -= lu[i][j] * x[j]
                x[i] = s / lu[i][i]
            return x

        @jit
        def inverse(lu, order):
            n = len(lu)
            columns = []
            for k in range(n):
                unit = [0.0] * n
                unit[k] = 1.0
                columns.append(solve(lu, order, unit))
            return columns

        def main():
            lu = [[float((i * 3 + j * 5) % 7 + 2) for j in range(5)] for i in range(5)]
            return inverse(lu, [2, 0, 1, 4, 3]), lu
        """,
    "numbers that are all the same, and copies": """
        @jit
        def f(a, b, n):
            for i in range(n):
                a[i] = 0.0
            for i in range(n):
                b[i] = a[i]
            return a, b

        def main():
            return f([1.0] * 40, [2.0] * 40, 40), f([1.0] * 3, [2.0] * 3, 0)
        """,
    "signed zeros and NaNs": """
        @jit
        def f(a, n):
            for k in range(n):
                for i in range(len(a)):
                    a[i] = -a[i]
            return a

        def main():
            nan = float("nan")
            return f([0.0, -0.0, nan, float("inf")], 3)
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name):
    mirrored = counted("mirrored")
    same(PROGRAMS[name], outcome=outcome)
    assert counted("mirrored") > mirrored, "no loop worked on mirrors"


def test_a_row_that_is_looked_up_last_and_not_looked_at():
    @lh.jit(strict=True)
    def f(a, b, n):
        t = 0.0
        row = b[0]
        for k in range(n):
            for i in range(len(a)):
                t += a[i]
                row = b[k]
        return t, row

    with quick():
        b = [[1.0], [2.0]]
        t, row = f([1.0, 2.0], b, 2)
        assert (t, row is b[1]) == (6.0, True)
        # The text is not made where a pass panics.
        assert "mirror.row" in f.dump("ir")


def test_an_item_that_did_not_change_stays_the_same_object():
    @lh.jit
    def f(a, n):
        for k in range(n):
            for i in range(0, len(a), 2):
                a[i] = a[i] + 1.0
        return a

    with quick():
        items = [float(i) + 0.5 for i in range(6)]
        a = items[:]
        f(a, 3)
        assert [x is y for x, y in zip(a, items)] == [False, True] * 3
        assert items == [float(i) + 0.5 for i in range(6)]


def test_references_are_what_they_were():
    @lh.jit
    def f(a, n):
        for k in range(n):
            for row in a:
                for i in range(len(row)):
                    row[i] = row[i] * 1.5

    with quick():
        a = [[1.0, 2.0], [3.0, 4.0]]
        before = [sys.getrefcount(a), *map(sys.getrefcount, a)]
        f(a, 5)
        assert [sys.getrefcount(a), *map(sys.getrefcount, a)] == before


def test_with_another_thread_lists_are_worked_on_in_place():
    @lh.jit
    def f(a, n):
        for k in range(n):
            for i in range(len(a)):
                a[i] = a[i] + 1.0
        return a

    with quick():
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        try:
            assert f([0.0, 1.0], 4) == [4.0, 5.0]
        finally:
            stop.set()
            thread.join()


def test_a_list_that_is_read_between_the_entries_of_a_loop_is_not_written_back_each_time():
    done = python(
        """
        import random
        import lancehead as lh
        import lancehead._lancehead as l

        def sift_down(values, start, end):
            root = start
            while True:
                child = 2 * root + 1
                if child > end:
                    break
                if child + 1 <= end and values[child] < values[child + 1]:
                    child += 1
                if values[root] < values[child]:
                    values[root], values[child] = values[child], values[root]
                    root = child
                else:
                    break

        @lh.jit
        def heap_sort(values):
            for start in range((len(values) - 2) // 2, -1, -1):
                sift_down(values, start, len(values) - 1)
            for end in range(len(values) - 1, 0, -1):
                values[end], values[0] = values[0], values[end]
                sift_down(values, 0, end - 1)

        random.seed(8)
        values = [random.randint(0, 10**6) for _ in range(40_000)]
        want = sorted(values)
        heap_sort(values)
        assert values == want
        print(l.testing_counters()["copied"])
        """
    )
    # So many passes over the list at most. Once it was 40,000 of them.
    assert int(done.stdout) < 100 * 40_000
