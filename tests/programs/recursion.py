# Deep recursion, and RecursionError caught.
import sys


def depth(n):
    total = 0
    for k in range(2):
        total += k
    return total if n == 0 else depth(n - 1) + total


def endless(n):
    for k in range(1):
        n += 1
    return endless(n)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


for i in range(3):
    print(depth(100 * (i + 1)), fib(10 + i))
for i in range(2):
    try:
        endless(0)
    except RecursionError as error:
        print(type(error).__name__, str(error)[:32])
deepest = 0


def dig():
    global deepest
    deepest += 1
    dig()


try:
    dig()
except RecursionError:
    print("dug", 900 < deepest < 1010)
sys.setrecursionlimit(3000)
print(depth(2500))
print("fine")
