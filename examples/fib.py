"""Fibonacci numbers, by recursion and by a loop whose numbers outgrow 64 bits."""

import lancehead as lh


@lh.jit
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


@lh.jit
def fib_loop(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


print("fib(30) =", fib(30))
print("fib_loop(90) =", fib_loop(90))
print("fib_loop(200) =", fib_loop(200))
