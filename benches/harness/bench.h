/* What every program.c includes: the same timed main as bench.py. A float is printed in hex, so no bit is lost. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

#define BENCH_FORMAT(x) _Generic((x), double: "%a\n", int64_t: "%" PRId64 "\n", uint64_t: "%" PRIu64 "\n")

/* BENCH_MAIN(double, area(size[0])): the volatile pointer keeps the compiler from merging or moving the calls. */
#define BENCH_MAIN(type, call)                                              \
    static type bench_call(const int64_t *size) { return call; }            \
    int main(int argc, char **argv) {                                       \
        type (*volatile kernel)(const int64_t *) = bench_call;              \
        int64_t size[4] = {0};                                              \
        for (int i = 1; i < argc && i <= 4; i++)                            \
            size[i - 1] = strtoll(argv[i], NULL, 10);                       \
        const char *calls = getenv("BENCH_CALLS");                          \
        type answer = 0;                                                    \
        fprintf(stderr, "@bench seconds");                                  \
        for (int i = calls ? atoi(calls) : 1; i > 0; i--) {                 \
            double start = bench_now();                                     \
            answer = kernel(size);                                          \
            fprintf(stderr, " %.9f", bench_now() - start);                  \
        }                                                                   \
        fprintf(stderr, "\n");                                              \
        printf(BENCH_FORMAT(answer), answer);                               \
        return 0;                                                           \
    }
