# Tuples whose items have no one type, in variables that others see while native code calls them.
import sys


class Item:
    alive = 0

    def __init__(self, value):
        self.value = value
        Item.alive += 1

    def __del__(self):
        Item.alive -= 1


def one_of(i):
    return Item(i) if i % 3 == 0 else i if i % 3 == 1 else i / 2


def look(depth):
    return sorted(name for name, value in sys._getframe(depth).f_locals.items() if type(value) is tuple)


def kept_in_locals(n):
    pair = other = None
    for i in range(n):
        pair = one_of(i), str(i)
        look(1)
        other = (pair, 1), one_of(i + 1)
        look(1)
    return len(pair), len(other), Item.alive


def powers(z, n):
    pair = None
    for i in range(n):
        pair = z**2 + i, z.conjugate()
    return pair


class Counts:
    def __call__(self, i):
        global pair
        if i % 5 == 2:
            pair = None
        return i


print(kept_in_locals(20), Item.alive)
print([powers(1 + 2j, 4) for _ in range(5)])
count = Counts()
total = 0
for i in range(40):
    pair = one_of(i), str(i)
    total += count(i)
    if pair is None:
        total += 1000
pair = None
print(total, Item.alive)
