"""How many ways are there to place n queens?"""

import sys


def safe(queens, row, column):
    for other in range(row):
        if queens[other] == column or abs(queens[other] - column) == row - other:
            return False
    return True


def place(queens, row, n):
    if row == n:
        return 1
    ways = 0
    for column in range(n):
        if safe(queens, row, column):
            queens[row] = column
            ways += place(queens, row + 1, n)
    return ways


n = int(sys.argv[1]) if len(sys.argv) > 1 else 12
for size in range(4, n + 1):
    print(size, "queens:", place([0] * size, 0, size))
