# What a loop calls that is not native finds its frame, its line, its names and its references as they are, and may change them.
import builtins
import functools
import gc
import sys
import traceback
import weakref

told = []


class Temp:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        frame = sys._getframe().f_back
        told.append(("end", self.n, frame and (frame.f_code.co_name, frame.f_lineno)))

    def __getitem__(self, key):
        return peek(key)

    def __add__(self, other):
        return peek(other) + self.n

    def __contains__(self, item):
        return peek(item) % 2

    def __iter__(self):
        peek(self.n)
        return iter([self.n, 2])

    def __len__(self):
        return peek(1)

    def __format__(self, spec):
        return f"<{peek(spec)}>"

    @property
    def value(self):
        return peek("value")


# Functions that can't be compiled: they have star parameters.
def peek(*args, **named):
    frame = sys._getframe(1)
    if frame.f_code.co_name.startswith("__") or frame.f_code.co_name == "value":
        frame = frame.f_back
    seen = frame.f_locals
    names = [(name, repr(seen[name])) for name in ("i", "x", "y", "text", "pair", "big", "flag", "nothing", "items") if name in seen]
    counts = [sys.getrefcount(seen[name]) for name in ("items", "table") if type(seen.get(name)) in (list, dict)]
    told.append((frame.f_code.co_name, frame.f_lineno, names, counts, args, named))
    return len(told) % 5


def fails(*args):
    if args[0] % 4 == 1:
        raise ValueError(args[0])
    if args[0] % 4 == 2:
        raise KeyError(args[0])
    return args[0]


def forget(*args):
    told.append(("given", args[0].n))
    args = None
    told.append("forgotten")


def shows_all(n):
    x, y, items, big, nothing, table = 0, 1.5, [1, 2], 1 << 70, None, {1: 2}
    total = 0
    for i in range(n):
        x += i
        y *= 1.01
        flag = i % 2 == 0
        pair = (x, y)
        text = "even" if flag else "odd"
        if i % 7 == 0:
            items.append(i)
        total += peek(items, i, named=y) + functools.partial(peek, x)()
        del pair
    return total, x, y, items


print(shows_all(30))


def catches(n):
    total = 0
    seen = []
    for i in range(n):
        try:
            total += fails(i)
        except ValueError as error:
            deeper = error.__traceback__.tb_next
            seen.append((error.args, error.__traceback__.tb_lineno, deeper.tb_lineno, sys.exc_info()[0].__name__))
        except KeyError:
            seen.append(peek(i))
        finally:
            total += 1
    return total, seen


print(catches(40))


def fails_at_last(n):
    total = 0
    for i in range(4, n):
        total += i
        if i > 30:
            total += (fails(i)
                      + 1)
    return total


try:
    fails_at_last(50)
except ValueError:
    traceback.print_exc(file=sys.stdout)


def ends(n):
    total = 0
    for i in range(n):
        total += i * i
        forget(Temp(i))
        peek(Temp(i + 100).n)
        kept = Temp(i + 200)
        total += peek()
    return total


print(ends(12))


def operators(n):
    temp = Temp(3)
    total = 0
    for i in range(n):
        total += temp[i]
        total += temp + i
        if i in temp:
            total += 1
        for each in temp:
            total += each
        total += len(temp) + temp.value
        total += len(f"{temp:x}{temp}")
        temp.other = i
        total += temp.other
    return total


print(operators(12))


def generated(n):
    squares = (peek(i) + i for i in range(n))
    total = 0
    for each in squares:
        total += each
        if total % 9 == 8:
            total += next(squares, 0)
    return total


print(generated(30))
for line in told:
    print(line)
del told[:]

G = 1
LIST = [1, 2, 3]


def set_number(*args):
    global G
    G = args[0]


def set_list(*args):
    global LIST
    LIST = args[0]


def delete(*args):
    del globals()[args[0]]


def reads(n):
    total = 0
    for i in range(n):
        total += G
        if i % 10 == 3:
            set_number(i)
        if i % 10 == 5:
            set_number(i * 0.5)
        if i % 10 == 7:
            set_list([i, i + 1])
        total += len(LIST) + LIST[0]
    return total


print(reads(60))
total = 0
Z = 0
for q in range(60):
    total += q
    Z = q * 2
    if q % 6 == 4:
        set_number(q)
    if q % 9 == 8:
        delete("Z")
    G = G + 1
    total += G
    peek(q)
print(total, G, Z, sorted(name for name in globals() if len(name) == 1))
watched = Temp(7)
seen_end = weakref.ref(watched, lambda ref: told.append("watched is gone"))
for q in range(40):
    G = q + 1
    items = [q, q]
    if q % 5 == 0:
        set_number("text")
    if q == 20:
        delete("watched")
    if q % 5 == 1:
        globals().update(items=5)
    total += len(str(G)) + len(str(items)) + peek(G)
    swapped, G = G, 3
print(total, seen_end())


def grows(n):
    items = list(range(n))
    total = 0
    for each in items:
        total += each
        if each < n and each % 3 == 0:
            functools.partial(items.append, each + n)()
        if each % 11 == 5:
            functools.partial(items.pop)()
    return total, len(items)


print(grows(50))


def replaces(n):
    total = 0
    for i in range(n):
        total += len("abc") + abs(-i)
        if i == 20:
            functools.partial(setattr, builtins, "abs")(lambda value: 1000)
        if i == 40:
            functools.partial(delattr, builtins, "len")()
    return total


kept = len, abs
try:
    print(replaces(60))
except NameError as error:
    lines = error.__traceback__.tb_next.tb_lineno
    builtins.len, builtins.abs = kept
    print(error, lines)
builtins.len, builtins.abs = kept

# A namespace under another name is the same namespace.
names = globals()
module = sys.modules[__name__]
kept_names = [names]
x = y = z = i = name = value = 0
for i in range(30):
    x += i
    y = names["x"] + 1
    names["x"] = y + 3
    x += 1
    z += kept_names[0]["x"] + module.x + len(names) * 0
    module.z = z + 1
    for name, value in names.items():
        if name == "x":
            z += value
print(x, y, z)


def changes_code(*args):
    global swaps
    swaps.__code__ = other.__code__


def other(n):
    return "other"


def swaps(n):
    total = 0
    for i in range(n):
        total += i
        if i == 7:
            changes_code()
        total += peek(i)
    return total


print(swaps(12), swaps(3))


def deep(*args):
    total = 0
    for i in range(3):
        total += i
        if args[0]:
            total += deep(args[0] - 1)
    return total


print(deep(6))


# Not with a star: 3.13.0 does not count the levels of those.
def endless(n):
    for i in range(2):
        functools.partial(endless, n + 1)()


try:
    endless(0)
except RecursionError as error:
    print(str(error)[:32])
gc.collect()
frames = []


def keeps(*args):
    frames.append(sys._getframe(1))


def kept_frame(n):
    total = 0
    items = [0]
    for i in range(n):
        total += i
        if i % 9 == 4:
            keeps()
        items[0] = total
    return total


print(kept_frame(40), [frame.f_locals for frame in frames])
for line in told:
    print(line)
