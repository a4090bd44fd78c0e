"""A thousand butterflies: Lorenz' equations by Runge and Kutta from neighbouring starts."""

import sys

sigma = 10.0
rho = 28.0
beta = 8.0 / 3.0


def derivative(x, y, z):
    return sigma * (y - x), x * (rho - z) - y, x * y - beta * z


def step(x, y, z, h):
    ax, ay, az = derivative(x, y, z)
    bx, by, bz = derivative(x + h / 2 * ax, y + h / 2 * ay, z + h / 2 * az)
    cx, cy, cz = derivative(x + h / 2 * bx, y + h / 2 * by, z + h / 2 * bz)
    dx, dy, dz = derivative(x + h * cx, y + h * cy, z + h * cz)
    x += h / 6 * (ax + 2 * bx + 2 * cx + dx)
    y += h / 6 * (ay + 2 * by + 2 * cy + dy)
    z += h / 6 * (az + 2 * bz + 2 * cz + dz)
    return x, y, z


trajectories = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
steps = 1000
ends = []
for trajectory in range(trajectories):
    x = 1.0 + trajectory * 1e-6
    y = 1.0
    z = 1.05
    for i in range(steps):
        x, y, z = step(x, y, z, 0.01)
    ends.append((x, y, z))

left = 0
mean = 0.0
for x, y, z in ends:
    if x < 0:
        left += 1
    mean += z
print("on the left:", left)
print("mean z:", mean / trajectories)
print("the last:", ends[-1])
