#include "script.h"

#include "mersenne.h"

enum { n = 100 };

static void decompose(double *a[n], int order[n]) {
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int k = 0; k < n; k++) {
        int pivot = k;
        for (int i = k + 1; i < n; i++)
            if (fabs(a[i][k]) > fabs(a[pivot][k]))
                pivot = i;
        if (pivot != k) {
            double *row = a[k];
            a[k] = a[pivot];
            a[pivot] = row;
            int place = order[k];
            order[k] = order[pivot];
            order[pivot] = place;
        }
        for (int i = k + 1; i < n; i++) {
            a[i][k] /= a[k][k];
            for (int j = k + 1; j < n; j++)
                a[i][j] -= a[i][k] * a[k][j];
        }
    }
}

static void solve(double *lu[n], int order[n], const double b[n], double x[n]) {
    for (int i = 0; i < n; i++) {
        double s = b[order[i]];
        for (int j = 0; j < i; j++)
            s -= lu[i][j] * x[j];
        x[i] = s;
    }
    for (int i = n - 1; i >= 0; i--) {
        double s = x[i];
        for (int j = i + 1; j < n; j++)
            s -= lu[i][j] * x[j];
        x[i] = s / lu[i][i];
    }
}

int main(int argc, char **argv) {
    static double matrix[n][n], columns[n][n];
    int64_t count = argument(argc, argv, 36);
    double trace = 0.0, largest = 0.0;
    random_seed(7);
    while (count-- > 0) {
        double *rows[n];
        int order[n];
        for (int i = 0; i < n; i++) {
            rows[i] = matrix[i];
            for (int j = 0; j < n; j++)
                matrix[i][j] = random_random();
        }
        decompose(rows, order);
        for (int k = 0; k < n; k++) {
            double unit[n] = {0};
            unit[k] = 1.0;
            solve(rows, order, unit, columns[k]);
        }
        for (int i = 0; i < n; i++) {
            trace += columns[i][i];
            for (int j = 0; j < n; j++)
                largest = fmax(largest, fabs(columns[j][i]));
        }
    }
    print_float("trace ", trace, "\n");
    print_float("largest ", largest, "\n");
    return 0;
}
