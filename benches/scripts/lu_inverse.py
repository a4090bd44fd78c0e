"""LU decomposition with pivoting, and the inverse, of random matrices."""

import random
import sys


def decompose(a):
    n = len(a)
    order = list(range(n))
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(a[i][k]) > abs(a[pivot][k]):
                pivot = i
        if pivot != k:
            a[k], a[pivot] = a[pivot], a[k]
            order[k], order[pivot] = order[pivot], order[k]
        for i in range(k + 1, n):
            a[i][k] /= a[k][k]
            for j in range(k + 1, n):
                a[i][j] -= a[i][k] * a[k][j]
    return order


def solve(lu, order, b):
    n = len(lu)
    x = [0.0] * n
    for i in range(n):
        s = b[order[i]]
        for j in range(i):
            s -= lu[i][j] * x[j]
        x[i] = s
    for i in range(n - 1, -1, -1):
        s = x[i]
        for j in range(i + 1, n):
            s -= lu[i][j] * x[j]
        x[i] = s / lu[i][i]
    return x


def inverse(a):
    n = len(a)
    lu = [row[:] for row in a]
    order = decompose(lu)
    columns = []
    for k in range(n):
        unit = [0.0] * n
        unit[k] = 1.0
        columns.append(solve(lu, order, unit))
    result = []
    for i in range(n):
        result.append([columns[j][i] for j in range(n)])
    return result


count = int(sys.argv[1]) if len(sys.argv) > 1 else 36
size = 100
random.seed(7)
trace = 0.0
largest = 0.0
for _ in range(count):
    matrix = [[random.random() for j in range(size)] for i in range(size)]
    inverted = inverse(matrix)
    for i in range(size):
        trace += inverted[i][i]
        for j in range(size):
            if abs(inverted[i][j]) > largest:
                largest = abs(inverted[i][j])
print("trace", trace)
print("largest", largest)
