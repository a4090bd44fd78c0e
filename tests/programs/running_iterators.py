"""Loops over lists, tuples, strings, enumerate and zip that are entered natively while they run, and left."""

import sys


class Told:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name)


def grows(n):
    xs = [1.5] * 10
    total = 0.0
    for x in xs:
        total += x
        if len(xs) < n:
            xs.append(total % 7)
    return total, len(xs)


def shrinks(n):
    xs = list(range(n))
    seen = 0
    for x in xs:
        seen += x
        if x % 3 == 0:
            xs.pop()
    return seen, len(xs)


def references(n):
    xs = [float(i) for i in range(n)]
    counts = []
    total = 0.0
    for i, x in enumerate(xs, 5):
        total += x * i
        if i % 100 == 0:
            counts.append(sys.getrefcount(xs))
    return total, counts


def shared(n):
    xs = list(range(n))
    it = iter(xs)
    total = 0
    for x in it:
        total += x
        if x % 50 == 3:
            total += next(it)
    return total, list(it)


def zipped(n):
    xs, ys, text = list(range(n)), [i * 0.5 for i in range(n + 3)], "abcé" * n
    total = 0.0
    letters = {}
    for x, y, c in zip(xs, ys, text):
        total += x * y
        letters[c] = letters.get(c, 0) + 1
    for i, (x, y) in enumerate(zip(xs, ys)):
        total -= i * x + y
    return total, letters


def strings(n):
    count = 0
    for c in "the quick brown fox" * n:
        if c == "o":
            count += 1
    last = 0
    for i, c in enumerate("größe" * n):
        if c == "ß":
            last = i
    return count, last


def tuples(n):
    items = tuple(range(n))
    total = 0
    for a in items:
        for d in (-1, 0, 1):
            total += a * d + 1
    return total


def changes_type(n):
    xs = [1] * n
    xs[n // 2] = 2.5
    xs[n // 2 + 3] = "text"
    seen = []
    total = 0
    for x in xs:
        try:
            total += x
        except TypeError as error:
            seen.append(str(error))
    return total, seen


def ends(n):
    things = [Told(i) for i in range(3)]
    for i, thing in enumerate(things):
        for k in range(n):
            pass
        things[i] = None
        thing = None
        print("turn", i)
    things = [Told(i) for i in range(3)]
    for i, thing in zip(range(9), things):
        things[i] = None
        thing = None
        print("turn", i)


def over_a_list_that_dies(n):
    total = 0
    for x in [i % 5 for i in range(n)]:
        total += x
    for row in [[j * 0.5 for j in range(20)] for i in range(n // 20 + 1)]:
        for x in row:
            total += x
    return total


class Odd(list):
    def __iter__(self):
        return iter([1, 2, 3])


for n in (20, 3000):
    print(grows(n), shrinks(n), references(n), shared(n), zipped(n), strings(n), tuples(n), changes_type(n), over_a_list_that_dies(n))
    ends(n)
    print([x for x in Odd([5, 6])], sum(x for x in Odd()))

xs = [i % 17 * 0.5 for i in range(4000)]
total = 0.0
count = [0] * 10
for x in xs:
    total += x
for i, x in enumerate(xs):
    count[int(x)] += 1
    xs[i] = x + 1
for a, b in zip(xs, xs[1:]):
    total += a * b
print(total, count, sys.getrefcount(xs))
