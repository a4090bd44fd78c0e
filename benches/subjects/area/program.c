#include "bench.h"
#include <math.h>

#ifdef WITH_POW
#define CUBE(x) pow(x, 3.0)
#define SQUARE(x) pow(x, 2.0)
#else
#define CUBE(x) ((x) * (x) * (x))
#define SQUARE(x) ((x) * (x))
#endif

static double area(int64_t n) {
    double dx = 3.0 / n, x = 0.0, a = 0.0;
    for (int64_t i = 0; i < n; i++) {
        double y = 0.7 * CUBE(x) - 2 * SQUARE(x) + 4;
        a += y * dx;
        x += dx;
    }
    return a;
}

BENCH_MAIN(double, area(size[0]))
