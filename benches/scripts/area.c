#include "script.h"

int main(int argc, char **argv) {
    int64_t n = argument(argc, argv, 30000000);
    double dx = 3.0 / n, x = 0, a = 0;
    for (int64_t i = 0; i < n; i++) {
        double y = 0.7 * pow(x, 3.0) - 2 * pow(x, 2.0) + 4;
        a += y * dx;
        x += dx;
    }
    print_float("area: ", a, "\n");
    return 0;
}
