"""Heap sort."""

import random
import sys


def sift_down(values, start, end):
    root = start
    while True:
        child = 2 * root + 1
        if child > end:
            break
        if child + 1 <= end and values[child] < values[child + 1]:
            child += 1
        if values[root] < values[child]:
            values[root], values[child] = values[child], values[root]
            root = child
        else:
            break


def heap_sort(values):
    for start in range((len(values) - 2) // 2, -1, -1):
        sift_down(values, start, len(values) - 1)
    for end in range(len(values) - 1, 0, -1):
        values[end], values[0] = values[0], values[end]
        sift_down(values, 0, end - 1)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
random.seed(8)
values = [random.randint(0, 10 * n) for _ in range(n)]
heap_sort(values)
check = 0
for i in range(n):
    check = (check * 31 + values[i]) % 1_000_000_007
print(values[0], values[n // 2], values[-1], check, values == sorted(values))
