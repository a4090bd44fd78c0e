# Copies, deep copies, slices and aliases of what loops write: who sees what; default arguments, class attributes, global and local names of one list.
import copy
import pickle

base = [[1.0, 2.0], [3.0, 4.0]]
shallow, deep, sliced, same = copy.copy(base), copy.deepcopy(base), base[:], base
for t in range(50):
    for i in range(2):
        for j in range(2):
            base[i][j] += 0.5
    if t == 20:
        base[0] = base[0][:]
    if t == 30:
        deep = copy.deepcopy(base)
    if t == 40:
        stored = pickle.dumps(base)
print(base, shallow, deep, sliced, same is base, pickle.loads(stored))


def remembers(x, kept=[]):
    for k in range(x):
        kept.append(k)
    return kept


first = remembers(3)
second = remembers(2)
print(first, first is second)


class Shared:
    log = []
    total = 0

    def add(self, n):
        for k in range(n):
            self.log.append(k)
            self.total += k
        return self.total


a, b = Shared(), Shared()
a.add(3), b.add(2)
print(a.log is b.log, a.log, a.total, b.total, Shared.total)
counts = [0] * 3
triple = [counts] * 3
for t in range(30):
    for i in range(3):
        for j in range(3):
            triple[i][j] += i + j
print(triple, counts)
row = [0] * 4
rows = []
for t in range(4):
    for j in range(4):
        row[j] += t
    rows.append(row if t % 2 else row[:])
print(rows)


def swaps(u, v, n):
    for t in range(n):
        for i in range(len(u)):
            v[i] = u[i] + 1
        u, v = v, u
    return u, v


u, v = [0, 0], [5, 5]
p, q = swaps(u, v, 3)
print(u, v, p is u, p is v)
p, q = swaps(u, u, 3)
print(u, p is q)
x = y = []
for k in range(5):
    x += [k]
    if k == 2:
        x = x + [9]
print(x, y)
t = ([1], [2])
try:
    for k in range(4):
        t[k % 2].append(k)
        if k == 3:
            t[0] += [99]
except TypeError as error:
    print(error, t)
m = {"a": [1, 2]}
n = dict(m)
for k in range(100):
    m["a"][k % 2] += k
print(n, m["a"] is n["a"])
loop = [1, 2]
loop.append(loop)
for k in range(10):
    loop[2][0] += 1
print(loop, len(loop[2][2][2]))
frozen = tuple([k] for k in range(3))
for k in range(30):
    for cell in frozen:
        cell[0] += 1
print(frozen, hash((1, 2)) == hash((1, 2)))
one = [1.5]
holders = {"x": one, "y": [one], "z": (one, one)}
for k in range(100):
    holders["y"][0][0] += 1
    holders["z"][1][0] *= 0.5
print(one, holders)
