# Floats and ints as text: repr, format, %, f-strings, rounding: of values that loops computed.
x = 0.1
for k in range(20):
    x = x * 3.7 % 1 if k % 3 else x / 7
    print(x, f"{x:.3f} {x:e} {x:10.4g}|{x:<12.2f}|{x:+.1%}", "%.5f %g %s" % (x, x * 1e17, x), round(x, 3), str(x * 1e22))
values = [1e16, 1e15 + 0.3, 123456789.125, 1e-5, 0.0001, 1e22, 1e21, -0.0, 2.5, 3.5, 0.5, 1.5, 2.675, 5e-324, 1.7976931348623157e308]
for t in range(2):
    for v in values:
        print(v, repr(v), f"{v}", f"{v!r:>26}", f"{v:.0f}", round(v), round(v, 2), round(v, -1), float(str(v)) == v, v.hex())
n = 7
for k in range(12):
    n = n * 31 + k
    print(n, f"{n:,} {n:_} {n:x} {n:#b} {n:>25} {n:e}", "%d %5.1f %i %x" % (n, n, n, n), n / 3, -n // 7)
total = 0.0
for k in range(10000):
    total += 0.1
print(total, sum([0.1] * 10), total == 1000.0)
s = ""
for k in range(40):
    s += f"{k / 7:.2f}," if k % 2 else f"{k}"
print(s, len(s))
print(*[k * 0.1 for k in range(12)], sep=" ")
print([k / 10 for k in range(5)], (0.1 + 0.2,), {0.5: 1e100}, complex(1, -0.0), 1e5j)
