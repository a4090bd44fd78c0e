# NaN, infinities and signed zeros in lists, dicts, sets, sorts, min and max, and through loops.
import math

nan, inf = float("nan"), float("inf")
data = [1.0, nan, 2.0, -0.0, inf, -inf, 0.0]
lowest = highest = data[0]
counts = [0, 0, 0, 0]
for t in range(30):
    for i in range(len(data)):
        x = data[i]
        counts[0] += x < lowest
        counts[1] += x != x
        counts[2] += x == 0
        counts[3] += not x >= 0
        lowest = min(lowest, x)
        highest = max(x, highest)
print(lowest, highest, counts)
print(min(data), max(data), min(reversed(data)), nan in data, data.index(nan), data.count(0.0), [1.0, nan] == [1.0, nan])
table = {}
for k, x in enumerate(data * 2):
    key = x if x == x else "nan"  # as a key a NaN is itself only (docs/deviations.md)
    table[key] = table.get(key, 0) + k
print([(repr(k), v) for k, v in table.items()])
seen = set()
for x in (0.0, -0.0, 0, False, 1, 1.0, True):
    seen.add(x)
print(seen)
grid = [[0.0, -0.0, nan], [inf, 1.5, -inf], [2.0, -1e308, 1e308]]
for t in range(40):
    for i in range(3):
        for j in range(3):
            grid[i][j] = grid[i][j] * -1.0 + grid[i][j - 1] * 0.0
print([[math.copysign(1, x) if x == x else x for x in row] for row in grid])
big = [1e308, 1e-308, 5e-324]
for t in range(10):
    for i in range(3):
        big[i] = big[i] * 1.5 if t % 2 else big[i] * 0.7
print(big)
for k in range(200):
    try:
        x = math.exp(k * 5)
    except OverflowError as error:
        print(k, error)
        break
z = -1.0
for k in range(5):
    z *= -0.0
    print(z, end=" ")
print(0.0 / -1, -0.0 + 0.0, 0 * -1.0, abs(-0.0), round(-0.4), -7 % 3.0, 7 % -3.0, -0.0 % 3.0, 5.0 // -inf)
for bad in (lambda: int(nan), lambda: int(inf), lambda: 1.0 / 0, lambda: 0.0 % 0, lambda: math.sqrt(-1), lambda: round(nan)):
    try:
        for k in range(20):
            if k == 12:
                bad()
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        print(k, type(error).__name__, error)
