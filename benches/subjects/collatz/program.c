#include "bench.h"

static int64_t longest_chain(int64_t limit) {
    int64_t best = 0, best_length = 0;
    for (int64_t start = 1; start < limit; start++) {
        int64_t n = start, length = 1;
        while (n != 1) {
            if (n % 2 == 0)
                n = n / 2;
            else
                n = 3 * n + 1;
            length++;
        }
        if (length > best_length) {
            best = start;
            best_length = length;
        }
    }
    return best;
}

BENCH_MAIN(int64_t, longest_chain(size[0]))
