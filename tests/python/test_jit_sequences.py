"""Slices, methods of lists and sets, what goes through a container, strings: plain and native and left at each place."""

import gc
import sys

import pytest
from test_jit_support import bits, leaving, outcome, pair, quick, same

from lancehead import _lancehead

PROGRAMS = {
    "slices of lists": """
        @jit
        def f(a, i, j, k):
            return a[:], a[i:], a[:j], a[i:j], a[i:j:k], a[::-1], a[i::-1], a[:j:-2], a[-3:], a[5:2]

        def main():
            a = [0, 1, 2, 3, 4, 5, 6]
            big = 2**63 - 1
            return f(a, 1, 4, 2), f(a, -5, -1, -1), f([1.5, 2.5], 0, 9, 3), f(a, -big, big, big), f(a, big, -big - 1, -big - 1), f([], 0, 1, 1)
        """,
    "a slice is a copy": """
        @jit
        def f(rows):
            part = rows[:]
            part.append([9])
            part[0][0] = 7
            whole = rows[0:1]
            return part, whole, part[0] is rows[0]

        def main():
            rows = [[1], [2]]
            return f(rows), rows
        """,
    "slices without a step, and of no list": """
        class Box:
            def __getitem__(self, key):
                return key

        @jit
        def f(a, k, box):
            first = box[1:k], box[::2], box[k:None:1]
            return first, a[0:3:k]

        def main():
            box = Box()
            out = [f([1, 2, 3], 2, box)]
            for k in (0, "a"):
                try:
                    f([1, 2, 3], k, box)
                except (ValueError, TypeError) as error:
                    out.append(str(error))
            return out
        """,
    "slices of strings and tuples": """
        @jit
        def f(s, t, i, j, k):
            return s[i:j], s[i:j:k], s[::-1], s[:], t[i:j], t[1:], t[:-1], t[::-1], t[i:j:k], s[:] is s, t[:] is t

        def main():
            wide = "a\\u20acb\\U0001f40dc"
            return [f(s, (1, 2.5, "x", None), i, j, k) for s in ("hello", "", "x", wide, "\\xe9\\xe8") for i, j, k in ((0, 3, 2), (-4, -1, -1), (2, 0, -1))]
        """,
    "parts of lists are set": """
        @jit
        def f(a, i, j, new):
            a[i:j] = new
            a[:0] = [-1]
            a[len(a):] = (7, 8)
            a[::2] = a[::2]
            return a

        def main():
            out = []
            for i, j in ((0, 2), (2, 1), (-1, 5), (9, 9)):
                for new in ([], [5], (5, 6, 7), [1.5, "a"]):
                    out.append(f([0, 1, 2, 3], i, j, new))
            return out
        """,
    "a list is set into itself": """
        @jit
        def f(a, n):
            for i in range(n):
                a[:i] = a[i - 1 :: -1]
                a[i:] = a
                a[1:1] = a[-2:]
            return a

        def main():
            return f([1, 2, 3], 4)
        """,
    "a part of another length with a step": """
        @jit
        def f(a):
            a[::2] = [9, 9, 9]
            a[1::2] = [1]
            return a

        def main():
            a = [0, 1, 2, 3, 4]
            try:
                f(a)
            except ValueError as error:
                return a, str(error)
        """,
    "items and parts are deleted": """
        @jit
        def f(a, i):
            del a[i]
            del a[-1]
            del a[1:3]
            del a[::2]
            return a

        def main():
            out = [f(list(range(10)), 0), f([1.5] * 9, -3)]
            for a, i in (([1, 2], 2), ([1], 0), ([], 0)):
                try:
                    f(a, i)
                except IndexError as error:
                    out.append((a, str(error)))
            return out
        """,
    "what is given up in slices ends when it ends in CPython": """
        class Ends:
            def __init__(self, name):
                self.name = name

            def __del__(self):
                log.append((self.name, len(a)))

        @jit
        def f(a, n):
            for i in range(n):
                a[0:2] = [i]
                log.append(("set", i))
                del a[0]
                log.append(("deleted", i))
                a.insert(0, i)
                a.clear()
                log.append("cleared")
                a.extend([Ends(i), i])
                a.remove(i)
                a.pop(0)
                log.append("popped")

        log = []
        a = []

        def main():
            log.clear()
            a[:] = [Ends("a"), Ends("b"), Ends("c")]
            f(a, 3)
            return log[:]
        """,
    "methods of lists": """
        @jit
        def f(a, x):
            a.insert(0, x)
            a.insert(-1, x)
            a.insert(99, x)
            a.extend(a)
            a.extend((x, x))
            a.extend(range(3))
            b = a.copy()
            b.reverse()
            n = a.count(x), a.index(x), b.count(1)
            a.remove(x)
            last = a.pop(), a.pop(0), a.pop(-2)
            a.sort()
            b.sort(reverse=True)
            c = b.copy()
            c.clear()
            return a, b, c, n, last, x in a, 77 in a, x not in b

        def main():
            return f([3, 1, 2], 5), f([2.5, 1.5], 0.5), f([], 1), f([True, 2**70, -1], 1)
        """,
    "methods of lists that raise": """
        @jit
        def index(a, x):
            return a.index(x)

        @jit
        def remove(a, x):
            a.remove(x)

        @jit
        def pop(a, x):
            return a.pop(x)

        @jit
        def sort(a, x):
            a.sort()

        def main():
            out = []
            for call, a, x in (
                (index, [1, 2], 3), (index, ["a"], "b"), (remove, [1], 2.5), (pop, [1], 1), (pop, [], 0), (pop, [1], "a"), (sort, [1, "a", 2], 0)
            ):
                try:
                    out.append(call(a, x))
                except (ValueError, IndexError, TypeError) as error:
                    out.append((type(error).__name__, str(error), a))
            return out
        """,
    "equal items are found as CPython finds them": """
        nan = float("nan")

        @jit
        def f(a, x):
            return a.count(x), x in a

        def main():
            mixed = [1, 1.0, True, "1", None, (1, 2), [1], nan, 2**70, b"1"]
            return [f(mixed, x) for x in (1, 1.0, True, "1", None, (1, 2), float("nan"), 2**70, b"1", 0)]
        """,
    "an __eq__ of the user's is called in a true frame": """
        import sys

        class Odd:
            def __init__(self, x):
                self.x = x

            def __eq__(self, other):
                log.append((self.x, sys._getframe(1).f_lineno, sys._getframe(1).f_locals.get("i")))
                return self.x == other

        @jit
        def f(a, n):
            s = 0
            for i in range(n):
                s += a.index(i) + a.count(i)
                if i in a:
                    s += 1
            return s

        log = []

        def main():
            log.clear()
            return f([Odd(0), Odd(1), 2], 3), log[:]
        """,
    "sorted, list, min, max and sum of lists": """
        @jit
        def f(a):
            return sorted(a), list(a), min(a), max(a), sum(a), any(a), all(a)

        def main():
            nan = float("nan")
            lists = ([3, 1, 2], [0.1] * 11, [2.5, -0.0, 0.0], [nan, 1.0], [1.0, nan], [True, 0], [1, 2.5, True], [2**70, 1], [-0.0])
            return [f(a) for a in lists]
        """,
    "of an empty list, and of what does not compare": """
        @jit
        def least(a):
            return min(a)

        @jit
        def total(a):
            return sum(a)

        @jit
        def order(a):
            return sorted(a)

        def main():
            out = []
            for call in (least, total, order):
                for a in ([], ["b", "a"], [1, "a"], [[2], [1]], [(2, 1), (1, 2)], [None, 1], [1j, 2]):
                    try:
                        out.append(call(a))
                    except (ValueError, TypeError) as error:
                        out.append(str(error))
            return out
        """,
    "of dicts, sets, tuples and views": """
        @jit
        def f(d, s, t):
            total = 0
            for i in range(3):
                total += sum(d.values()) + max(d.values()) + min(s) + sum(s) + max(d) + sum(t)
            return total, sorted(d), sorted(s), list(d.items()), sorted(d.values()), set(t), list("abc"), any(s), all(d.values())

        def main():
            return f({1: 2.5, 3: 4.5}, {7, 8, 0}, (1, 2, 3))
        """,
    "lists joined and repeated": """
        @jit
        def f(a, b, n):
            c = a + b
            d = a
            d += b
            d += (1, 2)
            d += range(2)
            d += "xy"
            e = c * n + n * b
            a[0] = None
            return c, d is a, a, e, [0] * n, n * [1.5]

        def main():
            return f([1], [2.5], 3), f(["a"], [], -1), f([[1]], [[2]], 2)
        """,
    "lists and tuples compared": """
        @jit
        def f(a, b):
            return a == b, a != b, a < b, a <= b, a > b

        def main():
            nan = float("nan")
            out = [f(a, b) for a in ([], [1], [1, 2.5], [nan], [[1], [2]]) for b in ([], [1.0], [1, 3], [nan], [[1], [3]])]
            out += [f(a, b) for a in ((), (1, "a"), (nan,)) for b in ((), (1, "b"), (nan, 1))]
            for a, b in (([1], ["a"]), ((1,), (None,))):
                try:
                    out.append(f(a, b))
                except TypeError as error:
                    out.append(str(error))
            return out
        """,
    "lists gone through backwards": """
        @jit
        def f(a):
            s = []
            for x in reversed(a):
                s.append(x)
            for i, x in enumerate(reversed(a)):
                s.append((i, x))
            for x, y in zip(reversed(a), a):
                s.append((x, y))
            return s

        def main():
            return f([1, 2, 3]), f([1.5, "a", None]), f([])
        """,
    "a list changed while it is gone through backwards": """
        @jit
        def f(a, n):
            out = []
            for x in reversed(a):
                out.append(x)
                if len(out) == n:
                    del a[:]
                elif len(out) < n:
                    a.append(x)
                else:
                    a += [1, 2, 3, 4, 5, 6]
            return out, a

        def main():
            return f([1, 2, 3, 4], 2), f([1, 2, 3, 4], 3), f([1], 0)
        """,
    "sets put together": """
        @jit
        def f(a, b):
            out = [a & b, a | b, a - b, a ^ b, a.union(b), a.intersection(b), a.difference(b), a.symmetric_difference(b)]
            out.append([a.issubset(b), a.issuperset(b), a.isdisjoint(b), a <= b, a == b, a < b])
            c = a.copy()
            c |= b
            d = c
            d -= a
            out.append((c is d, len(c)))
            d ^= b
            d &= a
            d.update([1, 2], (3,), "xy", range(3))
            d.difference_update([1])
            total = 0
            for x in a:
                total += x
            out.append(total)
            return [sorted(map(str, s)) if isinstance(s, set) else s for s in out], sorted(map(str, d))

        def main():
            return f({1, 2, 3}, {2, 3, 4}), f(set(), {1}), f({1.5}, set()), f({1}, {1})
        """,
    "sets of the user's objects": """
        import sys

        class Key:
            def __init__(self, x):
                self.x = x

            def __hash__(self):
                return 1

            def __eq__(self, other):
                log.append(sys._getframe(1).f_locals.get("i"))
                return isinstance(other, Key) and self.x == other.x

        @jit
        def f(a, b, n):
            s = 0
            for i in range(n):
                s += len(a & b) + len(a | b) + len(a - b)
                c = a.copy()
                c |= b
                c.update(b)
            return s

        log = []

        def main():
            log.clear()
            return f({Key(1), 1}, {Key(1), Key(2)}, 2), len(log), log[:3]
        """,
    "a set is filled and emptied": """
        @jit
        def f(xs):
            seen = set()
            twice = 0
            for x in xs:
                if x in seen:
                    twice += 1
                else:
                    seen.add(x)
            total = 0
            while seen:
                total += seen.pop()
            seen.discard(1)
            return twice, total, len(seen)

        def main():
            out = [f([1, 2, 2, 3]), f([1.5, 2.5])]
            return out
        """,
    "a set that is empty raises": """
        @jit
        def f(s):
            s.remove(1)
            return s.pop()

        def main():
            out = []
            for s in ({1}, {2}):
                try:
                    f(s)
                except KeyError as error:
                    out.append((repr(error), s))
            return out
        """,
    "dicts updated": """
        class Ends:
            def __del__(self):
                log.append(len(d))

        @jit
        def f(d, n):
            for i in range(n):
                d.update({"a": i, "b": i})
                d.update({i: None})
            return list(d)

        log = []
        d = {}

        def main():
            log.clear()
            d.clear()
            d["a"] = Ends()
            d["b"] = Ends()
            return f(d, 3), log[:]
        """,
    "strings grow where they stand": """
        @jit
        def f(words, n):
            s = t = ""
            for word in words:
                s += word
                t = s
                s = s + ","
                s += "x" * n
            u = s
            u += s
            u += u
            return s, t, u

        def main():
            return f(["a", "", "\\xe9", "\\u20ac", "b", "\\U0001f40d"], 2), f([], 1)
        """,
    "a string in two variables grows in one": """
        @jit
        def f(n):
            a = "x"
            for i in range(n):
                b = a
                a += "y"
                b += "z"
            return a, b

        def main():
            return f(5)
        """,
    "strings formatted, searched and turned": """
        @jit
        def f(s, x, i):
            out = ["%d %5.2f %s" % (i, x, s), "%s" % s, "%05d|" % i, "%s" % (s,)]
            out.append(s in "hello world")
            out.append("z" not in s)
            out.append(ord(s[0]))
            out.append(chr(ord(s[0]) + i))
            out.append(str(i) + str(x) + str(s) + repr(s) + repr(x))
            out.append(int("12") + int(str(i)))
            out.append(float("1.5") + float(str(x)))
            out.append(s[::-1] + s * 2 + 2 * s)
            return out

        def main():
            return f("hello", 2.5, 3), f("\\xe9", -0.0, 7), f("\\U0001f40d", 1e300, 0)
        """,
    "strings that raise": """
        @jit
        def number(s, i):
            return int(s)

        @jit
        def real(s, i):
            return float(s)

        @jit
        def code(s, i):
            return ord(s)

        @jit
        def letter(s, i):
            return chr(i)

        @jit
        def formatted(s, i):
            return s % (i, i)

        def main():
            out = []
            for call in (number, real, code, letter, formatted):
                for s, i in (("12", 65), ("x1", -1), ("", 2**31), ("%d %d", 0x110000), (" 7 ", 1)):
                    try:
                        out.append(call(s, i))
                    except (ValueError, TypeError, OverflowError) as error:
                        out.append((type(error).__name__, str(error)))
            return out
        """,
    "ints too long for a word out of strings": """
        @jit
        def f(texts):
            total = 0
            for text in texts:
                total += int(text) % 10
            return total

        def main():
            return f(["1", "12345678901234567890123", "-7", "1_000"])
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_sequences_do_what_they_do_in_cpython(name):
    same(PROGRAMS[name])


def test_interpreted_ir_works_on_sequences_too():
    with quick():
        for source in PROGRAMS.values():
            plain, native = pair(source)
            wanted = outcome(plain["main"])
            _lancehead.testing(interpret_ir=True)
            try:
                assert outcome(native["main"]) == wanted
            finally:
                _lancehead.testing(interpret_ir=False)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 7, 11])
def test_references_are_counted_right(n):
    source = """
        @jit
        def f(a, b, x, s):
            part = a[1:]
            a[0:1] = b
            del a[0]
            a.insert(0, x)
            a.extend(b)
            a.remove(x)
            last = a.pop(0)
            c = a + b
            c += b
            c.reverse()
            d = sorted(b) * 2
            u = {s} | {s + "y"}
            u.update([s])
            t = s
            t += s
            t += "z"
            back = []
            for y in reversed(c):
                back.append(y)
            return part, last, c, d, u, t[::-1], min(b), back

        def main():
            b = [(1, 2), (3, 4)]
            x = object()
            a = [x, (5, 6), x]
            s = "".join(["a", "bcdefg"])
            before = [sys.getrefcount(one) for one in (b[0], b[1], x, s)]
            for _ in range(20):
                f(a[:], b, x, s)
            return before, [sys.getrefcount(one) for one in (b[0], b[1], x, s)]
        """
    with quick():
        _, jitted = pair(source, sys=sys)
        with leaving(n):
            jitted["main"]()
            gc.collect()
            before, after = jitted["main"]()
            assert after == before


def test_a_string_that_grows_is_not_copied_each_time():
    source = """
        @jit
        def f(n):
            s = ""
            for i in range(n):
                s += "0123456789"
            return len(s), s[-10:]

        def main():
            return f(300_000)
        """
    # Copied each time it would be 450 GB.
    with quick():
        _, jitted = pair(source)
        assert bits(jitted["main"]()) == bits((3_000_000, "0123456789"))
