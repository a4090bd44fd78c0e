"""Functions and types of the standard library that are written in C, as programs use them between their numbers."""

import heapq, bisect, cmath, math, operator, random
from collections import deque, defaultdict
random.seed(9)
def heaps():
    out = []
    for n in range(60):
        h = []
        for k in range(n):
            heapq.heappush(h, (random.randrange(8), k % 3, "ab"[k % 2]) if n % 3 else random.random())
        out.append(list(h))
        if h:
            out.append(heapq.heapreplace(h, h[len(h) // 2]))
            out.append(heapq.heappushpop(h, h[-1]))
        while h:
            out.append(heapq.heappop(h))
    return out
print(str(heaps())[-300:])
def odd():
    out = []
    for items in ([1, 2.5, True], [float("nan"), 1.0, 2.0, float("nan"), 0.5], [(1, None), (1, None)], [(1, "a"), (1, 2)], ["x", 3], [[1, 2], [1]], [(1, [2]), (1, [2, 0])], [2**70, 2**69, 1.0]):
        h = []
        for x in items:
            try:
                heapq.heappush(h, x)
            except TypeError as e:
                out.append(str(e))
            out.append(repr(h))
        for k in range(len(h) + 1):
            try:
                out.append(repr(heapq.heappop(h)))
            except (TypeError, IndexError) as e:
                out.append(str(e))
            out.append(repr(h))
    return out
print(odd())
class W:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        seen.append((self.v, o.v)); return self.v < o.v
seen = []
def user():
    h = []
    for i in range(30):
        heapq.heappush(h, W(i * 7 % 11))
    r = []
    while h: r.append(heapq.heappop(h).v)
    return r
print(user(), len(seen))
def bis():
    out = []
    a = []
    for i in range(200):
        x = i * 37 % 50
        out.append(bisect.bisect_left(a, x)); out.append(bisect.bisect_right(a, x))
        if i % 2: bisect.insort(a, x)
        else: bisect.insort_left(a, float(x))
        out.append(bisect.bisect(a, 25, 0, len(a)))
    return out, a
print(bis())
def queues():
    q = deque([(0, 0)]); seen = {(0, 0)}; total = 0
    while q:
        x, y = q.popleft(); total += x * y
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            p = (x + dx, y + dy)
            if 0 <= p[0] < 20 and 0 <= p[1] < 20 and p not in seen:
                seen.add(p); q.append(p)
    b = deque(maxlen=3)
    for i in range(10):
        b.append(i); b.appendleft(-i)
        total += len(b) + b[0] + b[-1]
    b.rotate(2)
    try:
        deque().popleft()
    except IndexError as e:
        print(e)
    return total, b
print(queues())
def defaults():
    d = defaultdict(list); c = defaultdict(int); s = defaultdict(set); u = defaultdict(lambda: 7); n = defaultdict(None, {1: 2})
    for i in range(300):
        d[i % 7].append(i); c[str(i % 5)] += 1; s[i % 3].add(i % 11); u[i % 4] += 1
    try:
        for i in range(3): n[i + 1]
    except KeyError as e:
        print("key", e)
    return dict(d), dict(c), dict(s), dict(u), list(d.items())[2], len(c), 5 in d, d.get(99)
print(defaults())
def cm():
    out = []
    for i in range(50):
        z = complex(i - 20, i * 0.3)
        out.append((cmath.exp(z / 9), cmath.sqrt(z), cmath.phase(z), cmath.polar(z), cmath.rect(1.0, i), cmath.isnan(z)))
        try:
            out.append(cmath.log(z - z if i % 9 == 0 else z))
        except ValueError as e:
            out.append(str(e))
        out.append(abs(cmath.sin(z)) if i < 30 else cmath.isclose(z, z + 1e-12, rel_tol=1e-9))
    return str(out)[-400:], len(str(out))
print(cm())
def others():
    t = 0
    for i in range(100):
        t += int.from_bytes(bytes([i, 255 - i, 3]), "big") + int.from_bytes(b"\x01\x02", byteorder="little") + operator.mul(i, 3)
        t += math.fsum([0.1] * 10) + math.dist([i, 1], (0, 0)) + math.prod([i, 2, 3]) + round(2.567 * i, ndigits=1)
        a, b = math.modf(i * 1.7); m, e = math.frexp(i + 0.5); t += a + b + m + e
        t += sum([1, 2], start=i) + len("a,b,c".split(sep=",")) + int("ff", base=16)
    return t
print(others())
