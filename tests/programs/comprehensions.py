"""Comprehensions of a module read what its loops set."""

import sys

k = 2
xs = [1, 2, 3]
total = 0
for i in range(300):
    row = [x * k + i for x in xs]
    total += sum(row)
    if i == 150:
        k = 2.5
    if i == 200:
        xs = [1.5, 2]
    seen = {x % 2: i for x in xs}
    for j in range(2):
        names = {str(x) + str(j) for x in xs}
grid = [[0] * 3 for _ in range(4)]
print(total, row, seen, sorted(names), i, j, grid)
try:
    for i in range(100):
        bad = [x / (50 - i) for x in xs]
except ZeroDivisionError as error:
    trace = error.__traceback__
    while trace:
        print(trace.tb_frame.f_code.co_name if sys.version_info < (3, 12) else "", trace.tb_lineno)
        trace = trace.tb_next
    print(i, bad)
print(sorted(name for name in globals() if not name.startswith("__")))


def rows(n):
    out = []
    for i in range(n):
        values = [i * j for j in range(5)]
        shared = [i * j for j in range(5) if j != i]
        out.append((sum(values), max(values), shared))
    return out


print(rows(60)[-3:])
table = {}
for number in range(200):
    table[number % 7] = [number + step for step in (1, 2, 3)]
    flat = [item for key in sorted(table) for item in table[key]]
print(len(flat), sum(flat), table[3])
text = ""
for number in range(100):
    text = "".join([chr(97 + (number + k) % 26) for k in range(3)])
print(text)
