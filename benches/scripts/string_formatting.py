"""A table is written in four ways."""

import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
length = 0
check = 0
for i in range(n):
    a = f"{i:>8} {i / 3:10.4f} {i % 7!r:<5}|"
    b = "%8d %10.4f %-5s|" % (i, i / 3, i % 7)
    c = "{:>8} {:10.4f} {:<5}|".format(i, i / 3, i % 7)
    d = str(i).rjust(8) + " " + str(round(i / 3, 4)) + "|"
    if a != b or b != c:
        check += 1
    length += len(a) + len(b) + len(c) + len(d)
print(length, check, a, d)
