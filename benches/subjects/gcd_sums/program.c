#include "bench.h"

static int64_t gcd(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int64_t gcd_sum(int64_t n) {
    int64_t total = 0;
    for (int64_t a = 1; a <= n; a++)
        for (int64_t b = 1; b <= n; b++)
            total += gcd(a, b);
    return total;
}

BENCH_MAIN(int64_t, gcd_sum(size[0]))
