#include "script.h"

struct station {
    double x, y, z;
};

static const struct station stations[6] = {{3.0, 8.0, -0.4},   {41.0, 5.0, -0.7},  {57.0, 31.0, -1.1},
                                           {49.0, 55.0, -1.6}, {22.0, 59.0, -0.2}, {6.0, 37.0, -0.9}};
static const double velocity[2] = {5.8, 3.36};
static const double picks[6][2][2] = {{{8.9121, 0.12}, {13.0842, 0.25}}, {{7.4418, 0.08}, {10.6237, 0.2}},  {{6.8055, 0.1}, {9.4514, 0.22}},
                                      {{7.6123, 0.1}, {10.8571, 0.21}},  {{8.0207, 0.15}, {11.5328, 0.3}}, {{7.9812, 0.09}, {11.4713, 0.2}}};

int main(int argc, char **argv) {
    int64_t n = argument(argc, argv, 60);
    double best = 0.0, place[4] = {0}, total = 0.0;
    for (int64_t i = 0; i < n; i++) {
        double x = 60.0 * i / n;
        for (int64_t j = 0; j < n; j++) {
            double y = 60.0 * j / n;
            for (int64_t k = 0; k < n / 3; k++) {
                double z = 30.0 * k / n;
                for (int64_t m = 0; m < n / 3; m++) {
                    double origin = 2.0 + 6.0 * m / n, misfit = 0.0;
                    for (int s = 0; s < 6; s++) {
                        double distance = sqrt(square(x - stations[s].x) + square(y - stations[s].y) + square(z - stations[s].z));
                        for (int phase = 0; phase < 2; phase++) {
                            double residual = picks[s][phase][0] - (origin + distance / velocity[phase]);
                            misfit += square(residual / picks[s][phase][1]);
                        }
                    }
                    double likelihood = exp(-0.5 * misfit);
                    total += likelihood;
                    if (likelihood > best) {
                        best = likelihood;
                        place[0] = x, place[1] = y, place[2] = z, place[3] = origin;
                    }
                }
            }
        }
    }
    print_float("most likely at (", place[0], ", ");
    print_float("", place[1], ", ");
    print_float("", place[2], ", ");
    print_float("", place[3], ")\n");
    print_float("likelihood ", best, " of ");
    print_float("", total, "\n");
    return 0;
}
