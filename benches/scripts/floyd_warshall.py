"""Shortest ways between all towns."""

import random
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 220
infinity = float("inf")
random.seed(11)
distance = []
for i in range(n):
    row = []
    for j in range(n):
        if i == j:
            row.append(0)
        elif random.random() < 0.05:
            row.append(random.randint(1, 100))
        else:
            row.append(infinity)
    distance.append(row)

for k in range(n):
    for i in range(n):
        for j in range(n):
            if distance[i][k] + distance[k][j] < distance[i][j]:
                distance[i][j] = distance[i][k] + distance[k][j]

longest = 0
total = 0
unreachable = 0
for i in range(n):
    for j in range(n):
        if distance[i][j] == infinity:
            unreachable += 1
        else:
            total += distance[i][j]
            longest = max(longest, distance[i][j])
print("longest", longest, "sum", total, "unreachable", unreachable)
