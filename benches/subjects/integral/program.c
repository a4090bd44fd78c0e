#include "bench.h"
#include <math.h>

static double integral(int64_t n) {
    double dx = 3.141592653589793 / n, total = 0.0;
    for (int64_t i = 0; i < n; i++)
        total += sin((i + 0.5) * dx) * dx;
    return total;
}

BENCH_MAIN(double, integral(size[0]))
