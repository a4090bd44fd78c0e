# How floats are printed, and where they come from.
x = 0.1
for i in range(12):
    x = x * 7.3 - 0.25
    print(x, repr(x), f"{x:.3f} {x:g} {x:e} {x:>12.4}", str(-x), round(x, 2), int(x) if abs(x) < 1e18 else None)
total = 0.0
for v in (1e16, 1.0, -1e16, float("inf"), -0.0, 5e-324, 1e308):
    total += v
    print(v, total, v == v, v // 3 if v < 1e300 else 0, v % 3)
nan = float("nan")
for i in range(2):
    print(nan, nan == nan, nan < 1, min(nan, 1.0), max(1.0, nan), -nan)
print(sum([0.1] * 10), 0.1 + 0.2, 2**0.5, 10**-3, 7 // -2, 7 % -2, -7 // 2.0, 1e22, 1e21 + 1, 123456789.123456789)
big = 1
for i in range(6):
    big *= 2**20 + 1
    print(big, big / 3, -big // 7)
