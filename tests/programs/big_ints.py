# Ints that outgrow 64 bits and come back, shifts, masks, powers, digits: in loops at module level and in functions.
import math


def factorial(n):
    r = 1
    for k in range(2, n + 1):
        r *= k
    return r


def modular(base, n, m):
    r = 1
    while n:
        if n & 1:
            r = r * base % m
        base = base * base % m
        n >>= 1
    return r


a, b = 0, 1
for k in range(120):
    a, b = b, a + b
print(a, a.bit_length(), a & 0xFFFFFFFF)
print(factorial(20), factorial(21), factorial(30) % 1000003)
print(modular(3, 10**18, 2**61 - 1), modular(7, 12345, 10**30 + 57))
x, up, down = 1, 0, 0
for k in range(300):
    if x < 2**70:
        x = x * 3 + 1
        up += 1
    else:
        x //= 5
        down += 1
print(x, up, down)
h = 14695981039346656037
for ch in b"hash this, please":
    h = (h ^ ch) * 1099511628211 % 2**64
print(h)
s = 0
for k in range(200):
    s ^= (1 << k) | (k << 3)
    s -= s >> 5
print(s % 10**20, s.bit_count())
total = 0
for n in (2**62, 2**63 - 2, -(2**63), 2**63 - 1, -(2**63) + 1, 2**64):
    for k in range(3):
        total += n + k
        n -= 1
        total ^= -n
        total = total * -1 if k == 1 else total
print(total)
digits = str(2**200)
back = 0
for d in digits:
    back = back * 10 + int(d)
print(back == 2**200, sum(int(d) for d in digits))
for k in (62, 63, 64, 65):
    print(2**k // -3, -(2**k) % 7, divmod(-(2**k), 2**31), (2**k) * 1.5, round(2**k + 0.0), int(float(2**k)))
try:
    for k in range(2000):
        f = float(2**k)
except OverflowError as error:
    print(k, error)
print(math.gcd(2**100, 6**50), math.isqrt(10**40), pow(3, -1, 7))
values = [2**k for k in range(58, 70)]
for t in range(3):
    for i in range(len(values)):
        values[i] = values[i] * 2 - t if values[i] < 2**66 else values[i] // 2**10
print(values)
