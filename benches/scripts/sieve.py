"""The primes below n."""

import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 8_000_000
is_prime = [True] * n
is_prime[0] = is_prime[1] = False
i = 2
while i * i < n:
    if is_prime[i]:
        for multiple in range(i * i, n, i):
            is_prime[multiple] = False
    i += 1

primes = []
for i in range(n):
    if is_prime[i]:
        primes.append(i)
twins = 0
for i in range(len(primes) - 1):
    if primes[i + 1] - primes[i] == 2:
        twins += 1
print(len(primes), "primes,", twins, "twins, the last", primes[-1], "the sum", sum(primes))
