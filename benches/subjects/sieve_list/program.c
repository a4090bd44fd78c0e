#include "bench.h"
#include <stdbool.h>

static int64_t sieve(int64_t n) {
    bool *is_prime = malloc(n);
    for (int64_t i = 0; i < n; i++)
        is_prime[i] = true;
    is_prime[0] = is_prime[1] = false;
    for (int64_t i = 2; i * i < n; i++)
        if (is_prime[i])
            for (int64_t multiple = i * i; multiple < n; multiple += i)
                is_prime[multiple] = false;
    int64_t *counts = malloc(n * sizeof *counts);
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++) {
        if (is_prime[i])
            found++;
        counts[i] = found;
    }
    int64_t total = 0;
    for (int64_t i = 0; i < n; i++)
        total += counts[i];
    free(is_prime);
    free(counts);
    return total;
}

BENCH_MAIN(int64_t, sieve(size[0]))
