"""The area under a cubic, by rectangles."""

import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000_000
dx = 3 / n
x = 0
a = 0
for i in range(n):
    y = 0.7 * x**3 - 2 * x**2 + 4
    a += y * dx
    x += dx
print("area:", a)
