"""Heat spreads over a plate: a script without functions, for `lancehead run`."""

nx, ny = 200, 200
dx = dy = 0.01
conductivity = 0.1
dt = dx**2 * dy**2 / (2 * conductivity * (dx**2 + dy**2))

old = [[0.0] * ny for _ in range(nx)]
new = [[0.0] * ny for _ in range(nx)]
for i in range(nx):
    for j in range(ny):
        if (i - nx // 2) ** 2 + (j - ny // 2) ** 2 < 20**2:
            old[i][j] = 100.0

for step in range(601):
    for i in range(1, nx - 1):
        for j in range(1, ny - 1):
            across = (old[i + 1][j] - 2 * old[i][j] + old[i - 1][j]) / dx**2
            along = (old[i][j + 1] - 2 * old[i][j] + old[i][j - 1]) / dy**2
            new[i][j] = old[i][j] + conductivity * dt * (across + along)
    old, new = new, old
    if step % 100 == 0:
        print(f"step {step:4}: in the middle {old[nx // 2][ny // 2]:8.4f} degrees")
