#include "bench.h"

static uint64_t fnv1a(int64_t n) {
    uint64_t h = UINT64_C(0xCBF29CE484222325);
    for (int64_t i = 0; i < n; i++)
        h = (h ^ (uint64_t)(i & 0xFF)) * UINT64_C(0x100000001B3);
    return h;
}

BENCH_MAIN(uint64_t, fnv1a(size[0]))
