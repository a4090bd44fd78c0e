# Finalisers of cycles change what an expression reads twice: the collector runs where something is allocated, and nowhere else.
import gc


class Cycle:
    def __init__(self):
        self.me = self

    def __del__(self):
        global x, runs
        runs += 1
        x += 1
        numbers[0] += 1
        floats[0] += 0.5
        table["k"] += 1
        grid[1][0] += 1
        thing.n += 1
        pair[0][0] += 1


class Thing:
    def __init__(self):
        self.n = 0


runs = x = 0
numbers, floats, table, grid, thing, pair = [0, 1], [0.5, 1.5], {"k": 0}, [[0], [0]], Thing(), ([0], 1)
wrong = []


def look(k):
    if x - x:
        wrong.append(("x", k))
    if numbers[0] - numbers[0]:
        wrong.append(("list", k))
    if floats[0] * 2.0 - floats[0] != floats[0]:
        wrong.append(("floats", k))
    if table["k"] != table["k"]:
        wrong.append(("dict", k))
    if grid[1][0] - grid[1][0]:
        wrong.append(("grid", k))
    if thing.n - thing.n:
        wrong.append(("instance", k))
    if pair[0][0] - pair[0][0]:
        wrong.append(("tuple", k))


gc.collect()
gc.set_threshold(3)
for k in range(400):
    Cycle()
    if x - x:
        wrong.append(("x", k))
    if numbers[0] - numbers[0]:
        wrong.append(("list", k))
    if floats[0] * 2.0 - floats[0] != floats[0]:
        wrong.append(("floats", k))
    if table["k"] != table["k"]:
        wrong.append(("dict", k))
    if grid[1][0] - grid[1][0]:
        wrong.append(("grid", k))
    if thing.n - thing.n:
        wrong.append(("instance", k))
    if pair[0][0] - pair[0][0]:
        wrong.append(("tuple", k))
    # Containers are made behind what they hold was read.
    a, t, d = [x, x, numbers[0]], (x, x, k), {0: x, 1: x}
    if a[0] != a[1] or t[0] != t[1] or d[0] != d[1]:
        wrong.append(("made", k))
    inner = [[table["k"], table["k"]], [thing.n, thing.n]]
    if inner[0][0] != inner[0][1] or inner[1][0] != inner[1][1]:
        wrong.append(("inner", k))
for k in range(400):
    Cycle()
    look(k)
gc.set_threshold(700)
gc.collect()
print(runs, wrong)
print(x == runs, numbers[0] == runs, floats[0] == runs / 2 + 0.5, table["k"] == runs, grid[1][0] == runs, thing.n == runs, pair[0][0] == runs)
