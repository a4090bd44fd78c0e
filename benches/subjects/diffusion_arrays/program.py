import numpy as np
from bench import jit, main


@jit
def step(u, un, n, rate, dx2, dy2):
    for i in range(1, n - 1):
        for j in range(1, n - 1):
            un[i, j] = u[i, j] + rate * ((u[i + 1, j] - 2 * u[i, j] + u[i - 1, j]) / dx2 + (u[i, j + 1] - 2 * u[i, j] + u[i, j - 1]) / dy2)


@jit
def fill(u, n):
    for i in range(n):
        for j in range(n):
            u[i, j] = i * j % 7


@jit
def total(u, n):
    s = 0.0
    for i in range(n):
        for j in range(n):
            s += u[i, j]
    return s


def diffusion(n, steps):
    u = np.zeros((n, n))
    un = np.zeros((n, n))
    fill(u, n)
    fill(un, n)
    for _ in range(steps):
        step(u, un, n, 0.00001, 0.01, 0.02)
        u, un = un, u
    return float(total(u, n))


if __name__ == "__main__":
    main(diffusion)
