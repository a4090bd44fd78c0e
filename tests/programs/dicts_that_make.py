"""Dicts that make something of a key that they have not got: counted, gathered, changed in the middle of a loop."""

from collections import Counter, defaultdict
import weakref


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name)


def count(n, c):
    for i in range(n):
        c[i % 13] += 1
        c[i % 5, "b"] += 2
        if (i % 13, i % 7, 1) in c:
            c[i % 13, i % 7, 1] -= 1
        elif i % 3 == 0:
            c[i % 13, i % 7, 1] = i
        if c[i + 1_000_000] or i + 1_000_000 in c:
            print("a zero was kept")
    return c


c = count(2000, Counter())
print(len(c), sum(c.values()), c.most_common(3), c[0], c["none"], len(c), bool(Counter()), bool(c))


def words(lines):
    seen = Counter()
    by_length = defaultdict(list)
    first = defaultdict(dict)
    letters = defaultdict(set)
    totals = defaultdict(float)
    for i, line in enumerate(lines):
        for word in line.split():
            seen[word] += 1
            by_length[len(word)].append(word)
            first[word[0]].setdefault(word, i)
            letters[word[0]].add(word[-1])
            totals[word] += len(word) / 3
    return seen, by_length, first, letters, totals


lines = ["the quick brown fox", "jumps over the lazy dog", "while the cat sleeps"] * 200
seen, by_length, first, letters, totals = words(lines)
print(seen, sorted(by_length), {k: len(v) for k, v in by_length.items()}, dict(first))
print({k: sorted(v) for k, v in letters.items()}, dict(totals), type(totals["new"]), len(totals))


class Named(Counter):
    pass


class Missing(Counter):
    def __missing__(self, key):
        return 100


for kind in (Counter, Named, Missing):
    c = kind()
    for i in range(300):
        c[i % 7] += 1
    print(kind.__name__, sorted(c.items()))

# A factory of the user's, which sees the dict.
calls = []


def factory():
    calls.append(len(d))
    return len(calls)


d = defaultdict(factory)
for i in range(500):
    d[i % 11] += i
print(dict(d), calls)

# The factory is changed, and taken away.
d = defaultdict(int)
try:
    for i in range(1000):
        d[i % 50 if i < 600 else i] += 1
        if i == 300:
            d.default_factory = float
        if i == 700:
            d.default_factory = None
except KeyError as e:
    print("KeyError", e, i, len(d), sorted({type(v).__name__ for v in d.values()}))

# Counter itself is changed in the middle.
old = Counter.__missing__
c = Counter()
for i in range(1000):
    if i == 500:
        Counter.__missing__ = lambda self, key: 7
    if i == 800:
        Counter.__missing__ = old
    c[i] += 1
print(Counter(c.values()))
Counter.__setitem__ = lambda self, key, value: dict.__setitem__(self, key, value * 2)
c = Counter()
for i in range(300):
    c[i % 3] += 1
print(len(str(c[0])), c[1] % 1000007)
del Counter.__setitem__
c = Counter()
for i in range(300):
    c[i % 3] += 1
print(c)

# What class it is of is changed.
c = Counter()
for i in range(1000):
    if i == 700:
        c.__class__ = Missing
    c[i % 900] += 1
print(Counter(c.values()), type(c).__name__)

# Deleting, which a Counter does without a word, and values that end loudly.
c = Counter()
for i in range(200):
    c[i % 10] += i
    del c[(i + 3) % 10]
    del c["not there"]
print(c)
held = defaultdict(list)
for i in range(30):
    held[i % 3] = [Loud(i)] if i % 10 == 0 else []
    held[i % 4].append(i)
print(sorted(held))
del held

# Keys of the user's.
class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n


c = Counter()
d = defaultdict(list)
for i in range(200):
    c[Key(i % 8)] += 1
    d[Key(i % 8)].append(i)
print(sorted(c.values()), [len(v) for v in d.values()])
try:
    for i in range(100):
        c[i if i < 50 else [i]] += 1
except TypeError as e:
    print("TypeError", e, i, len(c))

# An attribute of its own; a weak reference; big and mixed numbers.
c = Counter()
c.items = lambda: [("mine", 1)]
for i in range(100):
    c["x"] += 2**62
    c["y"] += 0.5
    c["z"] += i % 2 == 0
for k, v in c.items():
    print(k, v)
print(dict(c), weakref.ref(c)() is c)
del c.items
for k, v in sorted(c.items()):
    print(k, v, type(v).__name__)
print(Counter("abracadabra") == Counter(a=5, b=2, r=2, c=1, d=1), isinstance(c, dict), type(c) is Counter)


def step(live):
    counts = Counter()
    for x, y in live:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    counts[x + dx, y + dy] += 1
    return {cell for cell, n in counts.items() if n == 3 or (n == 2 and cell in live)}


live = {(0, 1), (1, 0), (1, 1), (1, 2), (2, 2)}
for generation in range(60):
    live = step(live)
print(len(live), sorted(live)[:3])
