# What is met first where only a few levels of recursion are left: compiling it must not need more of them.
import sys


def fresh(n):
    total = 0.0
    for i in range(n):
        total += i * 0.5
    return total


def other(n):
    k = 0
    while k < n:
        k += 3
    return k


def down(levels, function):
    if levels == 0:
        return function(50)
    return down(levels - 1, function)


print(down(sys.getrecursionlimit() - 12, fresh))
print(down(sys.getrecursionlimit() - 12, other))
try:
    down(sys.getrecursionlimit(), fresh)
except RecursionError as error:
    print(error)
