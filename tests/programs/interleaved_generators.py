# Generators that take turns with loops: send, throw, close, delegation, exhaustion, state shared with the loop, generator expressions late.
log = []


def ticker(name, n):
    total = 0
    try:
        for k in range(n):
            got = yield total
            total += k if got is None else got
    except ValueError as error:
        log.append((name, "threw", str(error)))
        yield -1
    finally:
        log.append((name, "closed", total))
    return total


def both(n):
    a = yield from ticker("inner", n)
    b = yield from (k * a for k in range(2))
    return a, b


first, second = ticker("a", 50), ticker("b", 5)
s = next(first) + next(second)
for k in range(30):
    s += first.send(k)
    try:
        s += next(second)
    except StopIteration as stop:
        s += 1000
        if k < 6:
            print(k, stop.value)
print(s)
print(first.throw(ValueError("stop it")), first.gi_frame is not None)
first.close()
outer = both(3)
while True:
    try:
        s += next(outer)
    except StopIteration as stop:
        print(stop.value)
        break
scale = 2
lazy = (x * scale for x in range(100))
for x in lazy:
    s += x
    if x > 20:
        scale = 0
    if x == 0 and scale == 0:
        break
print(s, scale, next(lazy))
limit = 10
print(sum(k for k in range(20) if k < limit), [limit for limit in range(3)], limit)


def primes():
    found = []
    k = 2
    while True:
        for p in found:
            if k % p == 0:
                break
        else:
            found.append(k)
            yield k
        k += 1


for p in primes():
    if p > 60:
        break
    s += p
print(s)
import itertools

pairs = 0
for a, b in zip(primes(), itertools.count(3)):
    if a > 40:
        break
    pairs += a * b
print(pairs, list(itertools.islice(primes(), 5)), list(itertools.accumulate(range(6))))


def closes_itself():
    for k in range(5):
        yield k
        if k == 2:
            me.close()


me = closes_itself()
try:
    for k in me:
        s += k
except ValueError as error:
    print(k, error)
iterator = iter(range(10))
for k in iterator:
    if k % 3 == 0:
        s += next(iterator, 0)
    s += sum(1 for _ in zip(range(1), iterator))
print(s)
del second
print(log)
