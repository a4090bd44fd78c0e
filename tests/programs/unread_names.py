"""Variables that a loop sets and does not read: they may hold anything, and hold it still when the loop is left at any place."""

import weakref


class Watched:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name, "place", place if not isinstance(place, Watched) else place.name)


# A name that is None until something is found, a tuple then.
best, place, total = 0.0, None, 0.0
for i in range(40):
    for j in range(30):
        value = (i * 7 + j * 13) % 41 + 0.5 * j
        total += value
        if value > best:
            best = value
            place = (i, j, value)
print(best, place, total, i, j, value)

# It holds what was stored, the very same object, whoever else has it.
places = []
for i in range(30):
    for j in range(20):
        if (i * j) % 97 == 5:
            place = (i, float(j))
            places.append(place)
print(place is places[-1], len(places), places[0])

# What it held ends where it is set, once.
place = Watched("first")
seen = weakref.ref(place)
for i in range(25):
    for j in range(20):
        if (i, j) == (11, 7):
            place = Watched("second")
            print("set", seen())
        elif (i, j) == (20, 3):
            place = 2.5
print(place)

# Of one type and then of another, set in an inner loop and read behind both.
for start in (None, 1, 2.5, "text", (1, 2), [3], {4: 5}, Watched("start")):
    last = start
    for i in range(12):
        for j in range(12):
            if i * j == 77:
                last = (i, j)
            elif i == j == 11:
                last = None if isinstance(start, str) else i
    print(last)

# Deleted, and then unbound where it is read behind the loop.
last = "kept"
for i in range(30):
    for j in range(10):
        if i == 21 and j == 4:
            del last
        elif i == 25 and j == 9:
            last = [i]
print(last)
try:
    for i in range(30):
        for j in range(10):
            if i == 29 and j == 9:
                del last
    print(last)
except NameError as error:
    print(error, i, j)

# It is read in the loop, but only where it has been set before; and by a function, at its call.
shown = []


def show():
    shown.append((mark, place))


mark, place = "none", None
for i in range(40):
    for j in range(15):
        if j == 3:
            place = (i, j)
        if j == 5 and place[0] == 33:
            mark = "there"
            show()
            place = None
        if place is None and i == 34:
            place = (0, 0)
print(shown, place, mark)


# The same in functions: read behind the loop, never, and where a later turn raises.
def search(rows, limit):
    where, best, last, error = None, -1, None, None
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            last = (column, value)
            if value > best:
                best = value
                where = (index, column)
            try:
                error = limit // (value - 60)
            except ZeroDivisionError as raised:
                error = str(raised)
    return where, best, last, error


print(search([[(i * j) % 61 for j in range(30)] for i in range(30)], 1000))


def fails(items):
    found = None
    try:
        for i in range(50):
            for item in items:
                found = (i, item)
                if i == 40:
                    found = items[item]
    except IndexError as error:
        return found, i, item, str(error)


print(fails([0, 1, 2, 9]))


class Grid:
    def __init__(self, rows):
        self.rows = rows
        self.where = None

    def search(self, wanted):
        where = None
        for i, row in enumerate(self.rows):
            for j, value in enumerate(row):
                if value == wanted:
                    where = (i, j)
                    self.where = where
        return where, self.where == where


print(Grid([[i * j for j in range(25)] for i in range(25)]).search(77))
