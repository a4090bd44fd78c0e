"""The 32-bit FNV-1a hash of a long run of bytes."""

import lancehead as lh

PRIME = 16777619
MASK = 0xFFFFFFFF


@lh.jit
def fnv1a(length):
    h = 2166136261
    for i in range(length):
        byte = i * i & 0xFF
        h = (h ^ byte) * PRIME & MASK
    return h


print(f"fnv1a: {fnv1a(3_000_000):08x}")
