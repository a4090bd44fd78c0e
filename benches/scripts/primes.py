"""Primes, twins, divisors: comprehensions and sums over generators."""

import sys


def is_prime(n):
    if n < 2:
        return False
    if n % 2 == 0:
        return n == 2
    i = 3
    while i * i <= n:
        if n % i == 0:
            return False
        i += 2
    return True


n = int(sys.argv[1]) if len(sys.argv) > 1 else 600_000
primes = [k for k in range(n) if is_prime(k)]
twins = [(p, q) for p, q in zip(primes, primes[1:]) if q - p == 2]
print(len(primes), primes[-1], len(twins), twins[-1])
perfect = 0
for k in range(1, int(n**0.5) * 8):
    perfect += sum(d for d in range(1, k) if k % d == 0) == k
print(perfect)
