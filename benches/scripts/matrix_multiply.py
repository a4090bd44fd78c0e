"""Matrices as lists of lists, multiplied."""

import random
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 230
random.seed(3)
a = [[random.random() for j in range(n)] for i in range(n)]
b = [[random.random() for j in range(n)] for i in range(n)]
c = [[0 for j in range(n)] for i in range(n)]
for i in range(n):
    for j in range(n):
        for k in range(n):
            c[i][j] += a[i][k] * b[k][j]

trace = 0
total = 0
for i in range(n):
    trace += c[i][i]
    for j in range(n):
        total += c[i][j]
print("trace", trace)
print("sum", total)
