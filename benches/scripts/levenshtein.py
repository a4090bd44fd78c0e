"""How many letters must change to turn one text into another?"""

import random
import sys


def levenshtein(a, b):
    before = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            if a[i - 1] == b[j - 1]:
                cost = 0
            else:
                cost = 1
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + cost))
        before = row
    return before[-1]


count = int(sys.argv[1]) if len(sys.argv) > 1 else 70
random.seed(9)
texts = []
for i in range(count):
    texts.append("".join(random.choice("acgt") for _ in range(random.randint(40, 80))))
total = 0
closest = 1000
for i in range(count):
    for j in range(i):
        d = levenshtein(texts[i], texts[j])
        total += d
        if d < closest:
            closest = d
            pair = (i, j)
print("sum", total, "closest", closest, *pair)
