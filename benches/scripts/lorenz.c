#include "script.h"

static const double sigma = 10.0, rho = 28.0, beta = 8.0 / 3.0;

static void derivative(double x, double y, double z, double d[3]) {
    d[0] = sigma * (y - x);
    d[1] = x * (rho - z) - y;
    d[2] = x * y - beta * z;
}

static void step(double p[3], double h) {
    double x = p[0], y = p[1], z = p[2], a[3], b[3], c[3], d[3];
    derivative(x, y, z, a);
    derivative(x + h / 2 * a[0], y + h / 2 * a[1], z + h / 2 * a[2], b);
    derivative(x + h / 2 * b[0], y + h / 2 * b[1], z + h / 2 * b[2], c);
    derivative(x + h * c[0], y + h * c[1], z + h * c[2], d);
    for (int i = 0; i < 3; i++)
        p[i] += h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
}

int main(int argc, char **argv) {
    int64_t trajectories = argument(argc, argv, 1000), left = 0;
    double mean = 0.0, p[3] = {0};
    for (int64_t trajectory = 0; trajectory < trajectories; trajectory++) {
        p[0] = 1.0 + trajectory * 1e-6;
        p[1] = 1.0;
        p[2] = 1.05;
        for (int i = 0; i < 1000; i++)
            step(p, 0.01);
        left += p[0] < 0;
        mean += p[2];
    }
    printf("on the left: %d\n", (int)left);
    print_float("mean z: ", mean / trajectories, "\n");
    print_float("the last: (", p[0], ", ");
    print_float("", p[1], ", ");
    print_float("", p[2], ")\n");
    return 0;
}
