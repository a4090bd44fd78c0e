"""A package of a hundred modules is imported, and little is done with it."""

import sys

import package

n = int(sys.argv[1]) if len(sys.argv) > 1 else 3
total = 0
for i in range(n):
    total += package.run(i)
print(len(package.MODULES), total)
