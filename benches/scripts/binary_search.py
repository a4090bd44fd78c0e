"""Many short searches in a list of a million."""

import random
import sys


def find(values, wanted):
    low = 0
    high = len(values) - 1
    while low <= high:
        middle = (low + high) // 2
        if values[middle] == wanted:
            return middle
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle - 1
    return -1


n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
values = list(range(0, 3 * n, 3))
random.seed(12)
found = 0
total = 0
for i in range(n):
    place = find(values, random.randrange(3 * n))
    if place >= 0:
        found += 1
        total += place
print(found, total)
