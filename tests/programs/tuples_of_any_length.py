"""Tuples of any length, and zip of many rows: gone through, indexed, unpacked, sliced, and ended."""

import random


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name)


def transpose(m):
    return [list(row) for row in zip(*m)]


def dot(u, v):
    return sum(a * b for a, b in zip(u, v))


def multiply(a, b):
    columns = list(zip(*b))
    return [[dot(row, column) for column in columns] for row in a]


def nested(a, b):
    return [[sum(x * y for x, y in zip(row, col)) for col in zip(*b)] for row in a]


for n in (1, 2, 3, 8, 9, 12, 20):
    a = [[(i * j) % 7 - 3.5 for j in range(n)] for i in range(n)]
    b = [[float(i + j) for j in range(n)] for i in range(n)]
    for turn in range(4):
        assert multiply(a, b) == nested(a, b)
        assert transpose(transpose(a)) == a
    print(n, multiply(a, b)[n // 2][0], sum(map(sum, transpose(b))))

# Means, spreads and products of columns of several lengths.
for rows in ([[1, 2], [3, 4], [5, 6]], [[i * 0.5 for i in range(30)] for _ in range(25)], [(1, 2.5, 3)] * 11, ["abc", "def"] * 6):
    for column in zip(*rows):
        n = len(column)
        first, last = column[0], column[-1]
        part = column[1:n - 1]
        if column:
            print(n, first, last, len(part), sorted(set(column))[:3], column.count(first), max(column), type(column).__name__)

# Long tuples: built, indexed, gone through, unpacked to too few and too many.
primes = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
halves = tuple(p / 2 for p in primes)
mixed = (1, 2.0, "three", None, 4, 5, 6, 7, 8, (9, 10))
total = 0
for i in range(200):
    total += primes[i % len(primes)] + primes[-1 - i % 12]
    total += halves[i % 12]
    for p in primes:
        if p > i:
            break
        total += p
    for k, x in enumerate(halves):
        total += k * x
    item = mixed[i % 10]
    if isinstance(item, int):
        total += item
    elif isinstance(item, tuple):
        total += len(item) + item[0]
print(total, i, p, k, x, item)
for i in range(30):
    try:
        if i == 20:
            a, b, c, d = primes
        elif i == 25:
            a, b, c, d, e, f, g, h, j, k, l, m, n = primes
        elif i == 28:
            print(primes[12])
        else:
            a, b, c, d, e, f, g, h, j, k, l, m = primes
    except (ValueError, IndexError) as e:
        print(type(e).__name__, e)
        e = 0
print(a, m)


def last_of(rows):
    result = []
    for row in rows:
        *most, last = row
        x, y, *rest = row
        result.append((last, x + y, len(most), rest[-1]))
    return result


print(last_of([tuple(range(k, k + 10)) for k in range(40)])[::13])

# What a zip goes through ends with it; and is changed meanwhile.
rows = [[Loud(f"{i}.{j}") for j in range(2)] for i in range(10)]
names = []
for column in zip(*rows):
    names.append([loud.name for loud in column])
    rows[0].clear()
    rows[1:3] = []
print(names)
del column
print("column is gone")
rows = [[i, i + 1, i + 2] for i in range(12)]
for column in zip(*rows):
    rows[3].append(0)
    if column[0] == 1:
        del rows[5][2:]
    print(column)
kept = []
for column in zip(*([k * 1.5 + j for j in range(6)] for k in range(10))):
    kept.append(column)
print(kept[0], kept[5], len(set(kept)))
it = iter(range(60))
print([sum(chunk) for chunk in zip(*[it] * 10)])
print([c for c in zip(*[iter("abcdefghijklmnopqrstuvwxyz")] * 9)])
try:
    for x in zip(*[[1, 2], 3]):
        pass
except TypeError as e:
    print(e)
try:
    for x in zip(*3):
        pass
except TypeError as e:
    print(e)


class Odd:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        print("iter", self.n)
        return iter(range(self.n))


print([c for _ in range(3) for c in zip(*[Odd(2) for _ in range(3)])])
random.seed(3)
drawn = 0
for i in range(300):
    drawn += random.choice(primes) * i
print(drawn, random.random())
try:
    for row in [(1,) * 9, (2,) * 10, (3.0,) * 12, ("x",) * 9, (None,) * 11]:
        for value in row:
            drawn += value
except TypeError as e:
    print(e, row, value)
