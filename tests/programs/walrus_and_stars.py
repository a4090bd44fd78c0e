# Assignment expressions, starred unpacking, targets that depend on one another, chained assignment: in order.
log = []


def note(x):
    log.append(x)
    return x


total = 0
data = [3, 1, 4, 1, 5, 9, 2, 6]
at = 0
while (item := data[at]) != 9:
    total += item
    at += 1
print(at, item, total)
if any((found := x) > 4 for x in data):
    print(found)
squares = [y for x in data if (y := x * x) > 8]
print(squares, y)
for k in range(50):
    a, *b, c = range(k % 5 + 2)
    total += a + sum(b) + c
    (d, e), [f, *g] = (k, k + 1), [1, 2, 3]
    total += d * e + f + len(g)
    i = data[i] = k % 8 if (i := k % 3) else 0
    total += i
    x, y = y, x = k, k + 1
    total += x - y
print(total, data, a, b, c, g)
values = [0, 1, 2]
for k in range(5):
    i, values[i % 3] = k, i + k
    values[note(k) % 3], values[note(k + 1) % 3] = note(values[0]), note(values[1])
print(values, log)
log.clear()
for bad in ((1,), (1, 2, 3), "ab", 5):
    try:
        for k in range(20):
            if k == 10:
                p, q = bad
                print(p, q)
    except (ValueError, TypeError) as error:
        print(k, error)
first, *rest = "h"
print(first, rest, [*range(3), *"ab", *{7: 8}], (*data[:2],), {**{"a": 1}, "b": 2})


def spread(*args, key=0, **more):
    return len(args) + key + sum(more.values())


for k in range(30):
    total += spread(*data[: k % 4], key=k, **{"u": 1, "v": k})
    if 0 < (m := k % 7) < 4 <= k < 25 != m:
        total += m
print(total, m)
try:
    for k in range(10):
        total += spread(1, key=k, **{"key": 2} if k == 5 else {})
except TypeError as error:
    print(k, error)
