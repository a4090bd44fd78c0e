"""Elements of NumPy's arrays, at module level: names, warnings with their lines, views, errors."""

import sys
import warnings

try:
    import numpy as np
except ImportError:
    sys.exit(0)

warnings.simplefilter("always")
n = 12
u = np.zeros((n, n))
v = u.copy()
for i in range(n):
    for j in range(n):
        u[i, j] = i * j % 7
for t in range(20):
    for i in range(1, n - 1):
        for j in range(1, n - 1):
            v[i, j] = u[i, j] + 0.1 * (u[i + 1][j] + u[i - 1, j] + u[i, j + 1] + u[i, j - 1] - 4 * u[i, j])
            w = v[i, j]
    u, v = v, u
    if t % 5 == 0:
        print(t, u[n // 2, n // 2], repr(u[1, 1]), f"{u[2, 3]:.3f}")
print(i, j, t, type(w), w == u[i, j], w is w)

big = np.array([1.0, 1e308, 2.0, 0.0])
out = np.empty(4)
for k in range(4):
    out[k] = big[k] * 10
    out[k] = out[k] + 1 / big[k]
print(out)

counts = np.array([2**62, 3, -1])
total = 0
for k in range(3):
    total = total + counts[k] * 2
    total += counts[k] // 2 % 5
print(repr(total), total.dtype)

seen = {}
row = u[3]
for k in range(-2, 3):
    row[k] = k
    seen[k] = row[k]
    seen[row[k]] = k
print(seen, u[3, :3], row.base is u)

flags = np.zeros(50, dtype=bool)
primes = []
for p in range(2, 50):
    if not flags[p]:
        primes.append(p)
        for q in range(p * p, 50, p):
            flags[q] = True
print(primes, flags.sum())

try:
    for k in range(100):
        x = u[k, 0]
        y = x + k
except IndexError as error:
    print(error, k, x, y)

frozen = np.arange(3.0)
frozen.flags.writeable = False
try:
    for k in range(3):
        frozen[k] = k
except ValueError as error:
    print(error, k)

names = sorted(name for name in globals() if not name.startswith("_"))
print(names)
for k in range(20):
    z = big[k % 4] / (big[k % 4] - big[3 - k % 4]) ** 2
    if k > 10:
        z = counts[k]
