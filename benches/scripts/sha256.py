"""SHA-256 as the standard describes it, its constants computed too."""

import hashlib
import sys


def primes():
    n = 2
    while True:
        if all(n % p for p in range(2, int(n**0.5) + 1)):
            yield n
        n += 1


def fraction(x):
    return int((x - int(x)) * 2**32)


source = primes()
first = [next(source) for _ in range(64)]
ROUNDS = [fraction(p ** (1 / 3)) for p in first]
START = [fraction(p**0.5) for p in first[:8]]


def rotated(x, n):
    return ((x >> n) | (x << (32 - n))) & 0xFFFFFFFF


def sha256(data):
    state = list(START)
    length = len(data) * 8
    data = data + b"\x80"
    while len(data) % 64 != 56:
        data += b"\0"
    data += length.to_bytes(8, "big")
    for offset in range(0, len(data), 64):
        words = [int.from_bytes(data[offset + 4 * i : offset + 4 * i + 4], "big") for i in range(16)]
        for i in range(16, 64):
            s0 = rotated(words[i - 15], 7) ^ rotated(words[i - 15], 18) ^ (words[i - 15] >> 3)
            s1 = rotated(words[i - 2], 17) ^ rotated(words[i - 2], 19) ^ (words[i - 2] >> 10)
            words.append((words[i - 16] + s0 + words[i - 7] + s1) & 0xFFFFFFFF)
        a, b, c, d, e, f, g, h = state
        for i in range(64):
            s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            choice = (e & f) ^ (~e & g)
            t1 = (h + s1 + choice + ROUNDS[i] + words[i]) & 0xFFFFFFFF
            s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            majority = (a & b) ^ (a & c) ^ (b & c)
            t2 = (s0 + majority) & 0xFFFFFFFF
            h, g, f, e, d, c, b, a = g, f, e, (d + t1) & 0xFFFFFFFF, c, b, a, (t1 + t2) & 0xFFFFFFFF
        state = [(x + y) & 0xFFFFFFFF for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return "".join("%08x" % x for x in state)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
message = bytes(range(256)) * (n // 256)
print(sha256(message), sha256(message) == hashlib.sha256(message).hexdigest())
