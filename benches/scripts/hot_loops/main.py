"""Three hundred small hot loops."""

import sys

from loops import LOOPS

n = int(sys.argv[1]) if len(sys.argv) > 1 else 120_000
total = 0
for loop in LOOPS:
    total += loop(n)
print(total)
