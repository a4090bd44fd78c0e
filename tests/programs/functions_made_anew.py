"""Functions made anew from one code object: each with its own cells, defaults and globals, one after the other and several at a time."""

import types
import weakref


class Watched:
    def __init__(self, name):
        self.name = name
        self.value = len(name)

    def __del__(self):
        print("end of", self.name)


def counter(step, start=0):
    def count(n, times=[start + 1, 2, 3]):
        total = start
        for i in range(n):
            total += step * times[i % 3]
        return total

    return count


def of_object(thing):
    def weigh(n):
        total = 0
        for i in range(n):
            total += thing.value + i
        return total

    return weigh


for turn in range(30):
    count = counter(turn, 0.5 if turn % 7 == 3 else turn)
    print(turn, count(20), count(3, [9, 9, 9]))

together = [counter(step) for step in range(20)]
print([count(10) for count in together])
del together[::2]
print([count(10) for count in together], [counter(7)(n) for n in range(5)])

for name in ("one", "second", "third one"):
    weigh = of_object(Watched(name))
    print(name, weigh(50))
    gone = weakref.ref(weigh)
    del weigh
    print("gone:", gone() is None)

factor = 0.5


def scaled_sum(n):
    total = 0
    for i in range(n):
        total += factor * i
    return total


for turn in range(6):
    scale = types.FunctionType(scaled_sum.__code__, {"factor": turn, "range": range})
    print(scale(10), scaled_sum(10))


def rows(n):
    return [[i * j for j in range(n)] for i in range(n)]


def changing(n):
    made = []
    for i in range(n):
        factor = i if i < n // 2 else i + 0.25

        def scaled(x, factor=factor):
            y = 0
            while x > 0:
                y += factor
                x -= 1
            return y

        made.append(scaled(i))
        if i == n - 3:
            scaled.__defaults__ = (10,)
            made.append(scaled(4))
    return made


print(rows(12)[5], rows(3))
print(changing(12))
