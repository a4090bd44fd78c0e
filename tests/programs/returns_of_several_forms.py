# Functions that return None in one place and a tuple in another, tuples of different lengths, other things beside them.
import math


class Thing:
    alive = 0

    def __init__(self, value):
        self.value = value
        Thing.alive += 1

    def __del__(self):
        Thing.alive -= 1

    def times(self, k):
        if k % 4 == 0:
            return None
        return self.value * k, k


def roots(p, q):
    d = p * p / 4 - q
    if d < 0.0:
        return ()
    if d == 0.0:
        return -p / 2
    return -p / 2 - math.sqrt(d), -p / 2 + math.sqrt(d)


def chosen(n):
    if n % 3 == 0:
        return None
    if n % 3 == 1:
        return n, "s"
    return n, n * 0.5, None


def with_objects(thing, k):
    if k % 4 == 0:
        return None
    if k % 4 == 1:
        return thing, k
    return thing, "a", [k]


def bracket(n):
    return n % 4 and (n, n)


def down(n):
    if n <= 1:
        return None if n == 0 else (n, n)
    return down(n - 2)


def chain(n):
    if n == 0:
        return None
    return n, chain(n - 1)


def large(n):
    s = n
    for _ in range(4):
        s = s * 4294967296
    if n > 3:
        return n * 1j
    return s if n % 2 else None


def rare(n):
    if n == 31:
        return None
    if n == 40:
        raise ValueError(n)
    return n, n * 0.5


def pairs_and_triples(n):
    total = 0
    for i in range(n):
        r = chosen(i)
        if r is None:
            total += 1
        elif len(r) == 2:
            total += r[0] * len(r[1])
        else:
            total += r[0] + r[1]
        chosen(i + 1)
    return total


def things(n):
    total = 0
    for i in range(n):
        thing = Thing(i)
        r = with_objects(thing, i)
        if r is not None:
            total += r[0].value
            if len(r) == 3:
                total += r[2][0]
        with_objects(thing, i + 1)
    return total


def methods(n):
    total = 0
    for i in range(n):
        r = Thing(i).times(i)
        if r is None:
            continue
        value, k = r
        total += value * k
    return total


def conditions(n):
    total = 0
    for i in range(n):
        if bracket(i):
            total += 1
        for x in bracket(i) or ():
            total += x
        r = down(i)
        if r:
            total += r[0]
    return total


def kept(n):
    last = None
    every = []
    for i in range(n):
        r = chosen(i)
        if r:
            last = r
        every.append(r)
    return last, every


def many_at_once(n):
    total = 0
    for i in range(n):
        a, b, c, d = chosen(i), chosen(i + 1), with_objects(Thing(i), i), bracket(i)
        total += 0 if a is None else a[0]
        total += 0 if b is None else b[0]
        total += 0 if c is None else c[0].value
        total += len(d) if d else 0
    return total


def fails(n):
    total = 0.0
    for i in range(n):
        a, b = rare(i)
        total += a * b
    return total


def caught(n):
    total = 0.0
    for i in range(n):
        try:
            r = rare(i)
        except ValueError:
            total += 1000
            continue
        if r is not None:
            total += r[1]
    return total


for n in (0, 1, 40):
    print(pairs_and_triples(n), things(n), methods(n), conditions(n), kept(n), many_at_once(n), Thing.alive)
print([roots(1.0, -6.0), roots(1.0, 6.0), roots(2.0, 1.0)], [large(n) for n in range(6)], chain(5))
print(caught(50))
for i in range(50):
    r = rare(i) if i != 40 else ()
    if not r:
        print(i, r)
print(fails(30))
print(fails(40))
