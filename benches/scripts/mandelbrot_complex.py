"""The Mandelbrot set, in complex numbers."""

import sys


def escape(c, limit):
    z = 0
    for count in range(limit):
        if abs(z) > 2:
            return count
        z = z * z + c
    return limit


width = int(sys.argv[1]) if len(sys.argv) > 1 else 900
height = width * 3 // 4
total = 0
for row in range(height):
    for column in range(width):
        c = complex(3.2 * column / width - 2.2, 2.4 * row / height - 1.2)
        total += escape(c, 100)
print(total)
