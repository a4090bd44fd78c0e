from bench import jit, main


@jit
def mandelbrot(n, limit):
    total = 0
    for row in range(n):
        ci = 2.5 * row / n - 1.25
        for column in range(n):
            cr = 2.5 * column / n - 2.0
            zr = 0.0
            zi = 0.0
            steps = 0
            while steps < limit and zr * zr + zi * zi <= 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                steps += 1
            total += steps
    return total


if __name__ == "__main__":
    main(mandelbrot)
