"""Bytes, bytearrays and arrays, read and written item by item."""

import array

n = 300
sieve = bytearray([1]) * (n + 1)
for i in range(2, n + 1):
    if sieve[i]:
        for j in range(i * i, n + 1, i):
            sieve[j] = 0
print(sum(sieve), sieve[-1], len(sieve))

data = bytes(range(256))
check = 0
for byte in data:
    check = (check * 31 + byte) % 65521
for i in range(len(data)):
    check ^= data[i] * data[-i - 1]
print(check)

for code in "bBhHiIlqfdLQ":
    numbers = array.array(code, range(60))
    total = 0
    for i in range(len(numbers)):
        numbers[i] = numbers[i] + i
        total += numbers[i]
    for number in numbers:
        total += number
    print(code, total, numbers[-1], type(numbers[0]).__name__)

halves = array.array("d", [0.5] * 50)
single = array.array("f", [0.1] * 50)
for i in range(50):
    halves[i] = i
    halves[i] = halves[i] / 3
    single[i] = halves[i]
print(halves[7], single[7], sum(halves), sum(single))

for container, value in (
    (bytearray(3), 256),
    (bytearray(3), -1),
    (array.array("b", [1]), 200),
    (array.array("I", [1]), -1),
    (array.array("i", [1]), 1.5),
):
    try:
        for i in range(5):
            container[i % len(container)] = value
    except (ValueError, OverflowError, TypeError) as error:
        print(type(error).__name__, error, container)
for container in (data, bytearray(data), halves):
    try:
        for i in range(250, 300):
            last = container[i]
    except IndexError as error:
        print(error, i, last)

growing = bytearray(b"abc")
seen = []
for byte in growing:
    seen.append(byte)
    if len(seen) < 200:
        growing.append(byte)
print(len(seen), growing[:9])
try:
    for i in range(10):
        data[i] = 1
except TypeError as error:
    print(error)
