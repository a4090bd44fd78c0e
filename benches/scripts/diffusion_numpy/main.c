#include "script.h"

enum { nx = 200, ny = 200, every = 200 };

int main(int argc, char **argv) {
    int steps = (int)argument(argc, argv, 6000);
    double width = 20.0, height = 20.0, dx = width / nx, dy = height / ny, diffusivity = 4.0, cool = 300.0, hot = 700.0, radius = 2.0;
    double dt = dx * dx * dy * dy / (2 * diffusivity * (dx * dx + dy * dy)), dx2 = dx * dx, dy2 = dy * dy;
    static double fields[2][nx][ny];
    double(*u0)[ny] = fields[0], (*u)[ny] = fields[1];
    for (int i = 0; i < nx; i++)
        for (int j = 0; j < ny; j++) {
            double distance2 = square(i * dx - width / 2) + square(j * dy - height / 2);
            u0[i][j] = u[i][j] = distance2 < square(radius) ? hot : cool;
        }
    int frames = 0;
    double warmest = 0.0, shown = 0.0;
    for (int step = 1; step <= steps; step++) {
        for (int i = 1; i < nx - 1; i++)
            for (int j = 1; j < ny - 1; j++) {
                double uxx = (u0[i + 1][j] - 2 * u0[i][j] + u0[i - 1][j]) / dx2;
                double uyy = (u0[i][j + 1] - 2 * u0[i][j] + u0[i][j - 1]) / dy2;
                u[i][j] = u0[i][j] + dt * diffusivity * (uxx + uyy);
            }
        double(*swap)[ny] = u0;
        u0 = u;
        u = swap;
        if (step % every == 0) {
            frames++;
            shown = step * dt * 1000;
            warmest = u0[0][0];
            for (int i = 0; i < nx; i++)
                for (int j = 0; j < ny; j++)
                    warmest = u0[i][j] > warmest ? u0[i][j] : warmest;
            printf("step %d: centre %.6f\n", step, u0[nx / 2][ny / 2]);
        }
    }
    double total = 0.0;
    for (int i = 0; i < nx; i++)
        for (int j = 0; j < ny; j++)
            total += u0[i][j];
    print_float("mean ", total / (nx * ny), "\n");
    if (frames)
        printf("diffusion.png %d %.1f ms ", frames, shown);
    else
        printf("diffusion.png 0 nothing ");
    print_float("", warmest, "\n");
    return 0;
}
