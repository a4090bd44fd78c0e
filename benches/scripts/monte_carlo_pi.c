#include "script.h"

#include "mersenne.h"

int main(int argc, char **argv) {
    int64_t n = argument(argc, argv, 12000000), inside = 0;
    random_seed(2024);
    for (int64_t i = 0; i < n; i++) {
        double x = random_random(), y = random_random();
        if (x * x + y * y < 1)
            inside++;
    }
    print_float("pi is about ", 4.0 * inside / n, "\n");
    return 0;
}
