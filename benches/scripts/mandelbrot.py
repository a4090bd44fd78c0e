"""The Mandelbrot set, in floats."""

import sys

width = int(sys.argv[1]) if len(sys.argv) > 1 else 500
height = width * 3 // 4
limit = 100
picture = []
inside = 0
total = 0
for row in range(height):
    ci = 2.4 * row / height - 1.2
    line = []
    for column in range(width):
        cr = 3.2 * column / width - 2.2
        zr = 0.0
        zi = 0.0
        count = 0
        while count < limit and zr * zr + zi * zi <= 4.0:
            zr, zi = zr * zr - zi * zi + cr, 2 * zr * zi + ci
            count += 1
        line.append(count)
        total += count
        if count == limit:
            inside += 1
    picture.append(line)

for row in range(0, height, height // 15):
    print("".join(" .:-=+*#%@"[picture[row][column] % 10] for column in range(0, width, width // 40)))
print(inside, total)
