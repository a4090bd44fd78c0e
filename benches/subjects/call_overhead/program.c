#include "bench.h"

static double step(double x, double y) { return 0.5 * x + y; }

static double calls(int64_t n) {
    double (*volatile call)(double, double) = step;
    double x = 0.0;
    for (int64_t i = 0; i < n; i++)
        x = call(x, 1.0);
    return x;
}

BENCH_MAIN(double, calls(size[0]))
