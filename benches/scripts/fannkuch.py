"""The most pancake flips that any order of n needs."""

import sys


def fannkuch(n):
    order = list(range(n))
    count = [0] * n
    most = 0
    checksum = 0
    even = True
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        flips = 0
        pancakes = order[:]
        first = pancakes[0]
        while first != 0:
            pancakes[: first + 1] = pancakes[first::-1]
            flips += 1
            first = pancakes[0]
        most = max(most, flips)
        checksum += flips if even else -flips
        while True:
            if r == n:
                return checksum, most
            bottom = order[0]
            for i in range(r):
                order[i] = order[i + 1]
            order[r] = bottom
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        even = not even


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10
checksum, most = fannkuch(n)
print(checksum)
print(f"Pfannkuchen({n}) = {most}")
