# bool, int and float subclasses, __index__, IntEnum, Fraction, Decimal, complex: where a loop expects plain numbers.
import decimal
import enum
import fractions


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        Index.asked += 1
        return self.n


class MyInt(int):
    def __add__(self, other):
        return MyInt(int(self) + int(other) + 1)

    def __repr__(self):
        return f"MyInt({int(self)})"


class MyFloat(float):
    pass


class Colour(enum.IntEnum):
    RED = 1
    GREEN = 2


class Flag(enum.Flag):
    A = 1
    B = 2


Index.asked = 0
items = list(range(10))
total = 0
for k in range(50):
    total += items[Index(k % 10)]
    total += len(range(Index(3)))
    total += True + (k > 25)
    total += Colour.GREEN
print(total, type(total), Index.asked, True + True, -True, ~False, True << 3, True / 2, sum([True, 1.5]))
x = MyInt(1)
for k in range(10):
    x = x + k
    if k == 5:
        x = x * 2
print(x, type(x).__name__)
for start in (MyInt(3), MyFloat(0.5), True, fractions.Fraction(1, 3), decimal.Decimal("0.1"), 1j, Colour.RED):
    s = start
    try:
        for k in range(30):
            s += k
            s = s * 1
    except Exception as error:
        print(type(error).__name__, error)
    print(repr(s), type(s).__name__)
grid = [[0.0] * 3 for _ in range(3)]
for t in range(20):
    for i in range(3):
        for j in range(3):
            grid[i][j] += (True if t == 5 else MyFloat(0.5) if t == 9 and i == 1 else 1 if t == 12 else 0.25)
print(grid, {type(v).__name__ for row in grid for v in row})
grid[1][1] = MyFloat(2.0)
for t in range(5):
    for i in range(3):
        for j in range(3):
            if i != j:
                grid[i][j] = grid[i][j] * 2
print(grid, type(grid[1][1]).__name__)
for flag in (Flag.A, Flag.B, Flag.A | Flag.B):
    count = 0
    for k in range(10):
        if flag & Flag.A:
            count += 1
    print(flag, count)
for n in (3, 3.0, True, Index(3), "3", None, MyInt(3), 2**40):
    try:
        c = 0
        for k in range(n):
            c += 1
            if c > 5:
                break
        print(c, end=" ")
    except TypeError as error:
        print(error)
print()
a = [1, 2, 3]
for bad in (1.0, "1", None, Index(1), True, MyInt(1), slice(1, 2)):
    try:
        for k in range(5):
            v = a[bad if k == 3 else 0]
            if k == 3:
                print(v, end=" ")
    except TypeError as error:
        print(error)
print(round(MyInt(5), -1), abs(MyInt(-5)), divmod(True, 2), max(True, 2), min(0.0, False), int(MyFloat(2.7)), 7 // MyInt(2))
