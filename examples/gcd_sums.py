"""Pillai's function: the sum of gcd(k, n) over k, for all n up to a bound."""

import lancehead as lh


@lh.jit
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


@lh.jit
def pillai(bound):
    total = 0
    for n in range(1, bound + 1):
        for k in range(1, n + 1):
            total += gcd(k, n)
    return total


print("sum of Pillai's function up to 2500:", pillai(2500))
