"""Conway's game of life on a torus."""

import random
import sys

generations = int(sys.argv[1]) if len(sys.argv) > 1 else 150
rows = 100
columns = 120
random.seed(1)
cells = [[random.randint(0, 1) for j in range(columns)] for i in range(rows)]
for generation in range(generations):
    following = []
    for i in range(rows):
        row = []
        for j in range(columns):
            neighbours = 0
            for di in (-1, 0, 1):
                for dj in (-1, 0, 1):
                    if di != 0 or dj != 0:
                        neighbours += cells[(i + di) % rows][(j + dj) % columns]
            if neighbours == 3 or (neighbours == 2 and cells[i][j] == 1):
                row.append(1)
            else:
                row.append(0)
        following.append(row)
    cells = following
for row in cells[::10]:
    print("".join("#" if cell else "." for cell in row))
print("alive:", sum(sum(row) for row in cells))
