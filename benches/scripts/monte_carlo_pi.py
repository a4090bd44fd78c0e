"""Pi from darts thrown at a quarter of a disc."""

import random
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 12_000_000
random.seed(2024)
inside = 0
for i in range(n):
    x = random.random()
    y = random.random()
    if x * x + y * y < 1:
        inside += 1
print("pi is about", 4 * inside / n)
