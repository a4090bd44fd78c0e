#include "bench.h"

static int64_t mandelbrot(int64_t n, int64_t limit) {
    int64_t total = 0;
    for (int64_t row = 0; row < n; row++) {
        double ci = 2.5 * row / n - 1.25;
        for (int64_t column = 0; column < n; column++) {
            double cr = 2.5 * column / n - 2.0, zr = 0.0, zi = 0.0;
            int64_t steps = 0;
            while (steps < limit && zr * zr + zi * zi <= 4.0) {
                double next = zr * zr - zi * zi + cr;
                zi = 2.0 * zr * zi + ci;
                zr = next;
                steps++;
            }
            total += steps;
        }
    }
    return total;
}

BENCH_MAIN(int64_t, mandelbrot(size[0], size[1]))
