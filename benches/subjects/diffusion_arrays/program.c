#include "bench.h"

static void step(double **u, double **un, int64_t n, double rate, double dx2, double dy2) {
    for (int64_t i = 1; i < n - 1; i++)
        for (int64_t j = 1; j < n - 1; j++)
            un[i][j] = u[i][j] + rate * ((u[i + 1][j] - 2 * u[i][j] + u[i - 1][j]) / dx2 + (u[i][j + 1] - 2 * u[i][j] + u[i][j - 1]) / dy2);
}

static double **grid(int64_t n) {
    double **u = malloc(n * sizeof *u);
    for (int64_t i = 0; i < n; i++) {
        u[i] = malloc(n * sizeof **u);
        for (int64_t j = 0; j < n; j++)
            u[i][j] = (double)(i * j % 7);
    }
    return u;
}

static double diffusion(int64_t n, int64_t steps) {
    double **u = grid(n), **un = grid(n);
    for (int64_t s = 0; s < steps; s++) {
        step(u, un, n, 0.00001, 0.01, 0.02);
        double **t = u;
        u = un;
        un = t;
    }
    double total = 0.0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            total += u[i][j];
    return total;
}

BENCH_MAIN(double, diffusion(size[0], size[1]))
