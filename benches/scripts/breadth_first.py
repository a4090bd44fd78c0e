"""The shortest ways through a grid with walls, from several places."""

import random
import sys
from collections import deque

random.seed(1)
size = int(sys.argv[1]) if len(sys.argv) > 1 else 700
grid = [[1 if random.random() < 0.3 else 0 for _ in range(size)] for _ in range(size)]


def distances(row, column):
    far = [[-1] * size for _ in range(size)]
    far[row][column] = 0
    queue = deque([(row, column)])
    while queue:
        r, c = queue.popleft()
        for dr, dc in [(0, 1), (1, 0), (0, -1), (-1, 0)]:
            nr, nc = r + dr, c + dc
            if 0 <= nr < size and 0 <= nc < size and grid[nr][nc] == 0 and far[nr][nc] < 0:
                far[nr][nc] = far[r][c] + 1
                queue.append((nr, nc))
    return far


total = 0
for k in range(6):
    grid[k][k] = 0
    total += max(max(row) for row in distances(k, k))
print(total)
