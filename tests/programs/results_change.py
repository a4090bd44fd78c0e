# Calls and look-ups of whose results nothing is known: what they give is seen, expected, and then something else.
import functools
import json
import operator
import types

first = operator.itemgetter(0)
box = types.SimpleNamespace(value=1)
half = functools.partial(divmod, 1000)


def sums(rows):
    total = 0
    for row in rows:
        total += first(row)
    return total


def attributes(n):
    total = 0
    for k in range(n):
        if k == n // 2:
            box.value = 0.5
        if k == n // 2 + 40:
            box.value = True
        if k == n - 1:
            box.value = 2**70
        total = total + box.value
    return total


def parsed(texts):
    out = []
    for text in texts:
        value = json.loads(text)
        out.append(value + value)
    return out


def pairs(n):
    total = 0
    for k in range(1, n):
        a, b = half(k)
        total += a * b + a
    return total


def looked_up(table, n):
    total = 0
    for k in range(n):
        total += table[k % 7]["x"] - table[k % 5]["y"]
    return total


def overflows(values):
    total = 0
    for k, row in enumerate(values):
        total += first(row) * 3 + k
    return total


def named(n):
    class Record(dict):
        def __missing__(self, key):
            return len(key)

    record = Record()
    total = 0
    for k in range(n):
        total += record["abc"] + record["d" * (k % 3)]
        if k == n - 5:
            record["abc"] = 1.25
    return total


N = 30000
print(sums([[k, 1] for k in range(N)]), sums([[k / 4] for k in range(N)]), sums([(k,) if k != N - 3 else (1.5,) for k in range(N)]))
print(attributes(N))
texts = [str(k) for k in range(N // 10)]
print(sum(parsed(texts)), parsed(["1", "2.5", '"ab"', "[1, 2]"] * 3), sum(parsed(texts + ["0.125"])))
print(len(parsed(texts * 3 + ['"x"', "[null]", "true"])))
print(pairs(N))
table = [{"x": k, "y": k / 2} for k in range(7)]
print(looked_up(table, N))
table[3]["x"] = "no number"
try:
    print(looked_up(table, N))
except TypeError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)
print(overflows([[2**40 * k] for k in range(N)] + [[2**62], [2**63], [-(2**64)]]))
print(named(N))
