"""Heat spreads from a disc in a square plate, with the elements of NumPy's arrays."""

import numpy as np
import plot
from parameters import cool, diffusivity, dt, dx, dy, every, height, hot, nx, ny, radius, steps, width

dx2 = dx * dx
dy2 = dy * dy

u0 = np.full((nx, ny), cool)
for i in range(nx):
    for j in range(ny):
        distance2 = (i * dx - width / 2) ** 2 + (j * dy - height / 2) ** 2
        if distance2 < radius**2:
            u0[i, j] = hot
u = u0.copy()

for step in range(1, steps + 1):
    for i in range(1, nx - 1):
        for j in range(1, ny - 1):
            uxx = (u0[i + 1, j] - 2 * u0[i, j] + u0[i - 1, j]) / dx2
            uyy = (u0[i, j + 1] - 2 * u0[i, j] + u0[i, j - 1]) / dy2
            u[i, j] = u0[i, j] + dt * diffusivity * (uxx + uyy)
    u0, u = u, u0
    if step % every == 0:
        plot.draw(u0, f"{step * dt * 1000:.1f} ms")
        print(f"step {step}: centre {u0[nx // 2, ny // 2]:.6f}")

total = 0.0
for i in range(nx):
    for j in range(ny):
        total += u0[i, j]
print("mean", total / (nx * ny))
plot.save("diffusion.png")
