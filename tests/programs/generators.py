# Generators and comprehensions, in loops and with loops in them.
def squares(n):
    for k in range(n):
        got = yield k * k
        if got:
            print("got", got)


def closing(n):
    try:
        for k in range(n):
            yield k
    finally:
        print("closed", k)


def delegating(n):
    total = 0
    for k in range(n):
        total += yield from inner(k)
    return total


def inner(n):
    for k in range(n):
        yield n, k
    return n * 0.5


for s in squares(4):
    print(s)
for i in range(3):
    print([k + i for k in range(4) if k != i], {k: v for k, v in zip("ab", range(i, i + 2))}, sum(k * i for k in range(5)), {i for _ in "ab"})
    for k in closing(5):
        if k == i:
            break
    print("next")
generator = squares(3)
print(next(generator), generator.send("x"))
for item in delegating(4):
    print(item)
rows = [[i * j for j in range(3)] for i in range(3)]
for row in rows:
    print(max(x for x in row), any(x > 3 for x in row), [x for y in rows for x in y if x == row[1]])
iterator = iter([1, 2, 3, 4])
for x in iterator:
    print(x, next(iterator, None))
total = 0
for a, b in zip(range(10), squares(3)):
    total += a * b
print(total, a, b)


class Stops:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return self.n / 2


for x in Stops():
    total += x
print(total)
for s in squares("no"):
    pass
