"""The spectral norm of an endless matrix, cut off."""

import math
import sys


def entry(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v):
    result = []
    for i in range(len(v)):
        s = 0.0
        for j in range(len(v)):
            s += entry(i, j) * v[j]
        result.append(s)
    return result


def times_transposed(v):
    result = []
    for i in range(len(v)):
        s = 0.0
        for j in range(len(v)):
            s += entry(j, i) * v[j]
        result.append(s)
    return result


n = int(sys.argv[1]) if len(sys.argv) > 1 else 700
u = [1.0] * n
for _ in range(10):
    v = times_transposed(times(u))
    u = times_transposed(times(v))
over = 0.0
under = 0.0
for i in range(n):
    over += u[i] * v[i]
    under += v[i] * v[i]
print(math.sqrt(over / under))
