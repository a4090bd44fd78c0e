from bench import jit, main


@jit
def step(u, un, n, rate, dx2, dy2):
    for i in range(1, n - 1):
        for j in range(1, n - 1):
            un[i][j] = u[i][j] + rate * ((u[i + 1][j] - 2 * u[i][j] + u[i - 1][j]) / dx2 + (u[i][j + 1] - 2 * u[i][j] + u[i][j - 1]) / dy2)


@jit
def grid(n):
    u = []
    for i in range(n):
        row = []
        for j in range(n):
            row.append(float(i * j % 7))
        u.append(row)
    return u


@jit
def diffusion(n, steps):
    u = grid(n)
    un = grid(n)
    for _ in range(steps):
        step(u, un, n, 0.00001, 0.01, 0.02)
        u, un = un, u
    total = 0.0
    for i in range(n):
        for j in range(n):
            total += u[i][j]
    return total


if __name__ == "__main__":
    main(diffusion)
