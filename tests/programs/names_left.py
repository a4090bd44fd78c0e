# Names and containers as a loop leaves them: their order, their types, what is bound and what is not.
import sys

x = 0
total = 0
for i in range(4):
    x = x + 0.5
    if i == 2:
        late = [i]
    first = i
    for j in range(i):
        inner = j
        total += j
    while x < 0:
        never = 1
for unused in []:
    pass
for pair in [(1, 2), (3, 4)]:
    a, b = pair
table = {}
for key in "hello":
    table[key] = table.get(key, 0) + 1
skip = ["__loader__", "__builtins__", "__file__", "sys"]
for name in list(globals()):
    if name not in skip:
        print(name, type(globals()[name]).__name__, repr(globals()[name])[:60])
print("unused" in globals(), "never" in globals(), sorted(vars()) == sorted(globals()), vars() is sys.modules["__main__"].__dict__)
print(table, list(table))
