"""Variables that calls of anything set in loops: of the type that they had when the loop was entered, until they are not."""
import copy
import functools


def anything(k, values):
    return values[k % len(values)]


call = functools.partial(anything)
x, xs, word, pair, z = 1.5, [1.0, 2.0], "ab", (1, 2.0), 1j
total, seen = 0.0, []
for k in range(60):
    total += x + xs[k % 2] + len(word) + pair[0] + abs(z)
    x = call(k, [2.5, 3.5]) if k < 40 else call(k, [7, 2.25, True])
    xs = copy.copy(xs) if k % 9 else call(k, [[3, 4], [1.0, 2.5]])
    word = call(k, ["abc", "d"])
    pair = call(k, [(1, 2), (2.5, 3), [4, 5]]) if k > 50 else call(k, [(3, 4.0)])
    z = call(k, [2j, 1 + 1j]) if k < 45 else call(k, [3, 2j])
    for j in range(3):
        total += xs[j % 2] * x
    seen.append((type(x).__name__, type(z).__name__, len(pair)))
print(total, seen[38:])


def inside(n, values):
    a, b = 1, [0]
    s = 0
    for k in range(n):
        for j in range(4):
            s += a * j + b[0]
        a = call(k, values)
        b = [a] if k % 5 else call(k, [[k], (k, k)])
    return s, a, b


print(inside(30, [3, 4]), inside(30, [3, 4.5]), inside(30, [2**70, 1]), inside(8, [True, 2]))
try:
    inside(30, [3, None])
except TypeError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)
