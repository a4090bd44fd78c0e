# Dicts and sets that change while loops run over them; views, order, deletions, keys that compare oddly, dict subclasses.
import collections

table = {k: k * k for k in range(10)}
for word in ("items", "keys", "values"):
    try:
        for n, x in enumerate(getattr(table, word)()):
            if n == 4:
                table[f"{word}"] = n
    except RuntimeError as error:
        print(word, n, error)
try:
    for k in table:
        if k == 3:
            del table[7]
except RuntimeError as error:
    print(k, error)
for k in table:
    table[k] = table[k] * 2 if type(k) is int else 0
for k in list(table):
    if k != 5:
        table.pop(k)
        table[str(k)] = k
print(table, list(reversed(table)))
keys = table.keys()
for k in range(3):
    table[k] = k
    print(len(keys), k in keys, keys & {0, 1, "3"} == {0, 1, "3"} & keys)


class Key:
    asked = 0

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        Key.asked += 1
        if Key.asked == 60:
            counts[Key(100)] = 1
        return isinstance(other, Key) and self.n == other.n


counts = {}
for k in range(40):
    key = Key(k % 8)
    counts[key] = counts.get(key, 0) + 1
print(Key.asked, [(key.n, v) for key, v in counts.items()])


class Default(dict):
    def __missing__(self, key):
        self[key] = -1
        return key * 2


d = Default()
total = 0
for k in range(30):
    total += d[k % 7]
print(total, d)
words = collections.Counter()
groups = collections.defaultdict(list)
for k, ch in enumerate("the quick brown fox jumps over the lazy dog" * 3):
    words[ch] += 1
    groups[ch].append(k)
print(words.most_common(3), len(groups["o"]), groups["nothing"])
mixed = {}
for k in (1, 1.0, True, "1", (1,), 2**64, 2.0**64, None, -0.0, 0, False):
    mixed[k] = mixed.get(k, 0) + 1
print(mixed)
memo = {}


def steps(n):
    if n not in memo:
        memo[n] = 0 if n == 1 else 1 + steps(n // 2 if n % 2 == 0 else 3 * n + 1)
    return memo[n]


print(max((steps(n), n) for n in range(1, 300)), len(memo))
s = {1, 2, 3}
try:
    for x in s:
        if x == 2:
            s.add(10)
except RuntimeError as error:
    print(x, error)
for k in range(20):
    s ^= {k, k + 1}
    s.discard(k // 2)
print(sorted(s), frozenset(s) == s)
try:
    for k in range(9):
        if k == 6:
            table[[k]] = 1
except TypeError as error:
    print(k, error)
lru = collections.OrderedDict()
for k in range(50):
    lru[k * 7 % 11] = k
    lru.move_to_end(k * 7 % 11, last=k % 2 == 0)
    if len(lru) > 5:
        lru.popitem(last=False)
print(lru)
