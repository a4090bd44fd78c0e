# Sort keys and comparisons with side effects; lists that change while they are sorted; what is seen inside of a key.
calls = 0
seen = []


def key(x):
    global calls
    calls += 1
    seen.append(len(items))
    return -x % 7


class Noisy:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        compared.append((self.n, other.n))
        if len(compared) == stop:
            raise OverflowError(len(compared))
        return self.n < other.n


items = [(k * 7919) % 31 for k in range(31)]
for t in range(5):
    items.sort(key=key)
    for k in range(31):
        items[k] = (items[k] * 3 + t) % 31
print(items, calls, set(seen))
compared, stop = [], 40
things = [Noisy((k * 37) % 13) for k in range(13)]
try:
    for k in range(5):
        things.sort()
        things.reverse()
except OverflowError as error:
    print(k, error, [thing.n for thing in things], len(compared))


def breaks(x):
    items.append(x)
    return x


try:
    for k in range(3):
        items.sort(key=breaks)
except ValueError as error:
    print(k, error, len(items))
words = ["b", "a", "C", "aa", "B"]
for k in range(3):
    print(sorted(words, key=str.lower, reverse=k % 2 == 1), min(words, key=len), max(words, key=lambda w: (len(w), w)))
mixed = [1, "a", 2.5]
try:
    for k in range(10):
        if k == 4:
            mixed.sort()
except TypeError as error:
    print(k, error, mixed)
import functools

pairs = [(k % 3, -k) for k in range(10)]
pairs.sort(key=functools.cmp_to_key(lambda a, b: a[0] - b[0]))
print(pairs)
nan = float("nan")
floats = [3.0, nan, 1.0, -0.0, 0.0, 2.0]
for k in range(3):
    floats.sort()
    floats = floats[1:] + floats[:1]
    print(floats)
