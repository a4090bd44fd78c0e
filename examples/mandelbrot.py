"""How much of a window lies in the Mandelbrot set."""

import lancehead as lh


@lh.jit
def escape_time(cr, ci, limit):
    zr = 0.0
    zi = 0.0
    for step in range(limit):
        if zr * zr + zi * zi > 4.0:
            return step
        zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
    return limit


@lh.jit
def inside(width, height, limit):
    count = 0
    for row in range(height):
        for column in range(width):
            cr = -2.2 + 3.2 * column / width
            ci = -1.2 + 2.4 * row / height
            if escape_time(cr, ci, limit) == limit:
                count += 1
    return count


WIDTH, HEIGHT = 400, 300
count = inside(WIDTH, HEIGHT, 200)
print(f"{count} of {WIDTH * HEIGHT} points, an area of about {count / (WIDTH * HEIGHT) * 3.2 * 2.4}")
