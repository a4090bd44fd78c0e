# `is`, id() and interning of what keeps its identity: strings, small ints, None, tuples from outside, instances; refcounts do not leak.
import sys

letters = ["a", "b", "".join(["a", "b"]), sys.intern("".join(["x", "y"])), "xy"]
same = 0
for k in range(200):
    for a in letters:
        for b in letters:
            same += a is b
print(same)
marks = [None, True, False, 0, 5, 256, (), "", ...]
for k in range(20):
    for m in marks:
        same += m is marks[k % len(marks)]
print(same)


class Thing:
    pass


things = [Thing() for _ in range(5)]
ids = [id(t) for t in things]
for k in range(100):
    t = things[k % 5]
    assert id(t) == ids[k % 5]
    things[k % 5], things[(k + 1) % 5] = things[(k + 1) % 5], things[k % 5]
    ids[k % 5], ids[(k + 1) % 5] = ids[(k + 1) % 5], ids[k % 5]
print(t is things[(k + 1) % 5])
rows = [[0] * 3 for _ in range(4)]
rows[2] = rows[0]
for t in range(50):
    for i in range(4):
        for j in range(3):
            rows[i][j] += 1
print(rows, rows[0] is rows[2], len({id(r) for r in rows}))
thing = Thing()
before = sys.getrefcount(thing)
held = []
for k in range(100):
    held.append(thing)
    if k % 2:
        held.pop()
    other = thing
    pair = (thing, other)
    table = {k: thing}
print(sys.getrefcount(thing) - before, len(held))
del other, pair, table
held.clear()
print(sys.getrefcount(thing) - before)


def passes(x, y=None):
    z = x
    for k in range(50):
        y = z
    return y


for k in range(50):
    passes(thing)
    passes(thing, thing)
print(sys.getrefcount(thing) - before)
text = "some text"
word = sys.intern("interned word")
before = sys.getrefcount(word)
for k in range(100):
    parts = [word, text, word]
    if parts[0] is not word:
        print("another")
    a, b, c = parts
del parts, a, c
print(sys.getrefcount(word) - before)
