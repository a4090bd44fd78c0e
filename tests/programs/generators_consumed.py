"""Generator expressions that builtins go through at once: at module level outside of loops, in loops, in functions that are called once."""

import sys
import traceback

n = 300
k = 3
xs = [i * 7 % 31 for i in range(n)]
fs = [x * 0.1 for x in xs]

# Outside of loops.
print(sum(x * k for x in xs), sum(x for x in fs), sum((x for x in fs), 0.5), sum(2**60 * x for x in xs))
print(any(x == 30 for x in xs), all(x >= 0 for x in xs), min((x, i) for i, x in enumerate(xs)), max(x * 0.5 for x in xs))
print(len(list(x for x in xs if x % 2)), tuple(x for x in range(5)), sorted(-x for x in range(5)), sorted(set(x % 4 for x in xs)))
print(",".join(str(x) for x in range(12)), next((x for x in xs if x > 29), None), max((x for x in xs if x > 99), default="none"))
print(sum(i * j for i in range(20) for j in range(20) if (i + j) % 3 == 0), sum(sum(x for x in range(y)) for y in xs))
print(dict((x, x * x) for x in range(4)), [*(x for x in range(3))], sum(1 for _ in range(n)))
total = k + sum(x for x in xs if x > k) * 2
print(total)


def once(xs, k):
    mean = sum(xs) / len(xs)
    spread = sum((x - mean) ** 2 for x in xs) / len(xs)
    k += 1
    return mean, spread, sum(x * k for x in xs)


print(once(xs, 2), once(fs, 0.5))


# In loops.
log = []


def note(x):
    log.append((x, sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno, sys._getframe(2).f_code.co_name))
    return x


def rough(x):
    if x == 5:
        raise ValueError(f"five of {k}")
    return x


for k in range(3):
    found = [note(x) for x in range(2)]
    print(sum(note(x) * k for x in range(3)), log[-1][1:], list(log.append(x) or x for x in found), len(log))
    for how in (
        lambda: sum(rough(x) * k for x in range(9)),
        lambda: sum(10 // (x - 4) for x in range(9)),
        lambda: list(xs[x * 100] for x in range(9)),
        lambda: ",".join(x for x in ["a", k]),
        lambda: set([x] for x in xs),
        lambda: sum(next(iter([])) for x in xs),
        lambda: max(x for x in ()),
        lambda: dict((x,) for x in xs),
        lambda: sum(x for x in k),
    ):
        try:
            print(how())
        except Exception as error:
            print(traceback.format_exc().replace(__file__, "program"), type(error.__context__))
    try:
        print(sum(rough(x) * k for x in range(9)))
    except ValueError as error:
        step = error.__traceback__
        while step:
            print(step.tb_frame.f_code.co_name, step.tb_lineno, {n: v for n, v in step.tb_frame.f_locals.items() if n == "x"})
            step = step.tb_next


class Loud:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("end of", self.n, sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno)


for k in range(2):
    print(any(one.n == 1 for one in [Loud(i) for i in range(3)]))
    print(next(one for one in [Loud(i) for i in range(3, 5)]).n)
    print(sum(Loud(i + 10).n for i in range(2)))
print(any(one.n == 1 for one in [Loud(i) for i in range(3)]))

# Names that change, lists that change, and a builtin that is the program's own.
print(sum(xs.pop() for x in xs if len(xs) > 5), len(xs))
grown = [1]
grown.extend(x + len(grown) for x in grown if len(grown) < 9)
print(grown)


def changes():
    global k
    k += 1
    return k


print(sum(k * changes() for x in range(5)), k)
for round in range(3):
    if round == 2:
        sum = lambda items: ("mine", [*items])
    print(sum(x + round for x in range(3)))
del sum
kept = (x * k for x in range(4))
print(next(kept), max(kept), list(kept))
def pairs(items):
    return dict(item for item in items)


import traceback
for items in ([("a", 1), ""], [""], [()], [("a", 1), [], ("b", 2)], [("a", 1), "bc", "def"], [("a", 1), 5], [("a", 1), ([], 2)]):
    try:
        print(pairs(items))
    except Exception as error:
        print(repr(error), [frame.name for frame in traceback.extract_tb(error.__traceback__)])
sum(1 / x for x in (2, 1, 0))
