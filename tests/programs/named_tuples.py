# Named tuples in hot loops: fields read, made, unpacked, indexed, compared, as keys; and what can be done to them and to their classes.
import sys
import traceback
from collections import namedtuple
from typing import NamedTuple

Point = namedtuple("Point", "x y")


class Reading(NamedTuple):
    name: str
    value: float
    count: int = 1

    def weighted(self):
        return self.value * self.count

    @property
    def label(self):
        return self.name + "!"


class Odd(namedtuple("Odd", "a b")):
    __slots__ = ()

    def __new__(cls, a):
        return super().__new__(cls, a, -a)


class Loud(namedtuple("Loud", "a b")):
    __slots__ = ()

    def __iter__(self):
        return iter((1, 2))

    def __getitem__(self, index):
        return 100 + index


class Open(namedtuple("Open", "a b")):
    pass


def read(points, n):
    total = 0
    for i in range(n):
        for point in points:
            total += point.x * 2 + point[1] - point[-2]
            x, y = point
            total += x - y
    return total


def made(n):
    last = Point(0, 0.0)
    total = 0.0
    for i in range(n):
        point = Point(i, last.y + 0.5)
        total += point.x + point.y
        last = point
    return total, last, last == Point(n - 1, 0.5 * n), isinstance(last, tuple), isinstance(last, Point), len(last)


def readings(n):
    total = 0.0
    letters = 0
    for i in range(n):
        reading = Reading("ab", i * 0.25, i)
        total += reading.weighted()
        letters += len(reading.label) + len(reading.name)
        other = Reading("c", 1.0)
        total += other.count
        other = Reading(name="d", value=2.0)
        total += other.value
    return total, letters, reading, other


def others(n):
    total = 0
    for i in range(n):
        odd = Odd(i)
        total += odd.a * 2 + odd.b
        loud = Loud(5, 6)
        a, b = loud
        total += a + b * 10 + loud[0] + loud.a
        free = Open(1, 2)
        free.c = i
        total += free.a + free.c
    return total


def keys(n):
    seen = {}
    for i in range(n):
        point = Point(i % 5, i % 3)
        seen[point] = seen.get(point, 0) + 1
        if (1, 1) in seen:
            seen[(1, 1)] += 1
    return seen


def short(n):
    points = [Point(i, i) for i in range(n)]
    points[n // 2] = tuple.__new__(Point, (7,))
    total = 0
    for point in points:
        total += point.x
        total += point.y
    return total


def unpacked(n):
    points = [Point(i, i) for i in range(n)]
    points[n // 2] = tuple.__new__(Point, (7, 8, 9))
    total = 0
    for point in points:
        x, y = point
        total += x + y
    return total


def assigned(n):
    for i in range(n):
        point = Point(i, i)
        if i == n - 2:
            point.x = 3
    return point


def mixed(n):
    things = [Point(1, 2), Reading("r", 2.5), Point(2.5, "text"), Point(None, [1])]
    shown = []
    for i in range(n):
        thing = things[i % 4]
        shown.append(thing[0])
    return shown[:4], len(shown)


def changed(n):
    total = 0
    point = Point(1, 2)
    for i in range(n):
        if i == n // 2:
            Point.y = property(lambda self: 1000)
        if i == 3 * n // 4:
            Point.__iter__ = lambda self: iter((5, 5))
        total += point.y
        a, b = point
        total += a * 10 + b
    return total


points = [Point(i, i * 0.5) for i in range(10)]
print(read(points, 50))
print(read([Point(1, 2), Point(3.5, 4)], 50))
print(made(200))
print(readings(100))
print(others(100))
print(keys(100))
for wrong in (short, unpacked, assigned):
    try:
        print(wrong(40))
    except (IndexError, ValueError, AttributeError):
        traceback.print_exc(file=sys.stdout)
print(mixed(100))
total = 0
for i in range(200):
    point = Point(i, 1)
    x, y = point
    total += x * y + point.x
print(total, point)
print(changed(80))
