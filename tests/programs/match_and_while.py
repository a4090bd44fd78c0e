# match statements, while loops with else, nested break and continue, pass, assert, del, chained comparisons with side effects.
from dataclasses import dataclass

asked = []


def ask(x):
    asked.append(x)
    return x


@dataclass
class Point:
    x: int
    y: int = 0


def kind(thing):
    match thing:
        case 0 | 1:
            return "small"
        case int(n) if n > 100:
            return f"large {n}"
        case int() | float():
            return "number"
        case [x]:
            return f"one {x}"
        case [x, *rest]:
            return f"{x} and {len(rest)}"
        case {"kind": k, **rest}:
            return f"{k} {sorted(rest)}"
        case Point(x=0, y=y):
            return f"on the axis {y}"
        case Point(x, y):
            return f"at {x} {y}"
        case str() as s:
            return s.upper()
        case None:
            return "none"
        case _:
            return "else"


things = [0, 1, 500, 7, 2.5, [1], [1, 2, 3], {"kind": "a", "b": 1}, Point(0, 3), Point(1, 2), "word", None, {}, (), True]
for t in range(20):
    for thing in things:
        k = kind(thing)
        if t == 10:
            print(k)
n, steps = 27, 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
else:
    print("done", steps)
while True:
    steps -= 1
    if steps % 7:
        continue
    if steps < 50:
        break
else:
    print("never")
print(steps)
found = None
for a in range(1, 60):
    for b in range(a, 60):
        c = 60 - a - b
        if c < b:
            break
        if a * a + b * b != c * c:
            continue
        found = a, b, c
        break
    else:
        continue
    if found:
        break
print(found)
for k in range(8):
    if ask(1) < ask(k) < ask(5) <= ask(9):
        ask("in")
    if not ask(0) == ask(k - 3) != ask(7):
        ask("out")
    ask(k) and ask(k - 1) or ask(-k)
print(len(asked), asked[-12:], asked.count("in"))
try:
    while steps:
        steps -= 1
        assert steps != 30, f"steps is {steps}"
except AssertionError as error:
    print(error, steps)
i = 0
while i < 10:
    i += 1
    try:
        if i == 3:
            continue
        if i == 8:
            break
    finally:
        steps += i
else:
    print("not here")
print(i, steps)
values = [5, 3, 8]
while values:
    v = values.pop()
    del v
    try:
        v
    except NameError as error:
        print(error)
for k in range(3):
    pass
else:
    k = "else"
for unused in ():
    print("never")
else:
    print(k, "unused" in globals())
