# The order of dicts and sets.
table = {}
for i in range(12):
    table[i * 7 % 5] = i
    if i % 4 == 3:
        table.pop(next(iter(table)))
print(table)
seen = set()
for i in range(40):
    seen.add(i * 37 % 64)
    if i % 3 == 0:
        seen.discard(i)
print(seen, sorted(seen)[:5])
for k in list(table):
    table[k] = table.pop(k) + 0.5
print(list(table.items()))
counts = {}
for c in "the quick brown fox":
    counts[c] = counts.get(c, 0) + 1
for c, n in counts.items():
    if n > 1:
        print(c, n)
nested = {}
for i in range(6):
    nested.setdefault(i % 3, []).append(i)
print(nested, {k: sum(v) for k, v in nested.items()})
keys = {1: "a", 1.0: "b", True: "c"}
for k in (1, 1.0, True, 0, False):
    print(k in keys, keys.get(k))
