# What looks back from a call finds comprehensions, objects and profilers as they are.
import sys
seen = []
def look(*a):
    f = sys._getframe(1)
    seen.append((f.f_code.co_name, [(k, type(v).__name__) for k, v in sorted(f.f_locals.items()) if k in ".0xLy"], f.f_lineno))
    return a[0]
def comprehends(L, y):
    a = [look(x) + y for x in L]
    b = {look(x) for x in L}
    c = {look(x): y for x in L}
    d = sum([look(x) for x in range(7)])
    e = sum(look(x) for x in L)
    g = [look(x) for x in enumerate(L)]
    h = sorted(look(k) for k in dict.fromkeys(L))
    i = [look(x) for x in zip(L, L)]
    j = [[look(x) for x in L] for y in L]
    return a, b, c, d, e, g, h, i, j
for k in range(3):
    print(comprehends([1, 2, 3, 4, 5, 6, 7, 8], k))
for line in seen:
    print(line)


kept = []
def keep(*a):
    kept.append(a[0])
    return len(kept) % 3
def adv(*a):
    return next(a[0], -1)
def show(*a):
    kept.append(sys._getframe(1).f_locals.get("t"))
    kept.append(sys._getframe(1).f_locals.get("fn"))
def passes(n):
    tot = 0
    L = [1, 2, 3, 4, 5, 6]
    for i in range(n):
        t = (i, i + 1)
        fn = lambda v: v + i
        it = iter(L)
        en = enumerate(L)
        z = zip(L, L)
        sl = slice(1, i)
        r = range(i)
        g = (q for q in L)
        rv = reversed(L)
        m = L.append
        d = "abc".upper
        c = complex(i, 2)
        keep(t); keep(t); show(); keep(fn); keep(fn); keep(sl); keep(sl); keep(r); keep(r); keep(m); keep(m); keep(d); keep(d); keep(c); keep(c)
        for q in (it, en, z, g, rv):
            a, b = adv(q), adv(q)
            tot += repr((a, b)).count("1")
        a, b = adv(it), adv(it); tot += a * b
        keep(adv(en)); keep(adv(en)); keep(adv(z)); keep(adv(g)); keep(adv(rv)); keep(next(it)); keep(next(en)); keep(next(rv))
        tot += t[0] is kept[-1]
        u = t
        keep(u)
        tot += 10 * (t is u) + 100 * (kept[-1] is t) + 1000 * (t is kept[0])
        if i % 3: keep(t is u)
    return tot
print(passes(20))
ids = {}
for k in kept: 
    print(ids.setdefault(id(k), len(ids)), type(k).__name__, end=" ")
print()

log = []
def prof(frame, event, arg):
    log.append((event, frame.f_code.co_name, frame.f_lineno, arg if event.startswith("c_") else None))
def on(*a):
    sys.setprofile(prof)
def off(*a):
    sys.setprofile(None)
def leaf(*a): return a[0]
def profiled(n):
    t = 0
    for i in range(n):
        if i == 5: on()
        t += i
        t += leaf(i)
        if i == 7: off()
    return t
print(profiled(12))
for line in log:
    print(line)
