"""Functions whose bytecode together holds every operation of HIR. Each carries the arguments on which its printed form is compared with it."""
# ruff: noqa -- a test of what Python does, not to be modernised

import math

counter = 0


def cases(*arguments):
    def mark(function):
        function.cases = arguments
        return function

    return mark


class Point:
    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point({vars(self)})"

    def __deepcopy__(self, memo):
        return Point(self.x, self.y)

    def moved(self, dx, dy=1, *, scale=1):
        return Point(self.x + dx * scale, self.y + dy * scale)


class Odd:
    """Comparisons that return no bool, a bool() that raises."""

    def __lt__(self, other):
        return [1]

    def __gt__(self, other):
        return []

    def __eq__(self, other):
        return self

    def __bool__(self):
        raise ValueError("no bool")

    def __repr__(self):
        return "Odd"


def helper(a, b=2, *rest, key=None, **more):
    return (a, b, rest, key, sorted(more.items()))


@cases((10,), (0,), (-3,), ("x",), (2.5,))
def sum_of_squares(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


@cases((27,), (1,), (97,))
def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


@cases((30,), (2,), (0,))
def sieve(n):
    flags = [True] * (n + 1)
    flags[:2] = [False, False]
    i = 2
    while i * i <= n:
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = False
        i += 1
    found = []
    for i, flag in enumerate(flags):
        if flag:
            found.append(i)
    return found


@cases((7, 3), (7.5, -2), (7, 0), ("a", 1), (-7, 2))
def arithmetic(a, b):
    return (a + b, a - b, a * b, a / b, a // b, a % b, a**2, -a, +a)


@cases((12, 3), (-1, 2), (1, -1), (1.5, 2))
def bits(a, b):
    return (a & b, a | b, a ^ b, a << b, a >> b, ~a)


@cases((9, 4), (2.0, 3), ([1], [2]), ("a", 2))
def inplace(a, b):
    c = d = e = f = a
    c += b
    d *= 2
    e -= b
    f /= b
    a //= b
    a **= 2
    a %= 7
    g = int(a)
    g <<= 2
    g >>= 1
    g &= 13
    g |= 3
    g ^= 5
    return (a, c, d, e, f, g)


@cases((1, 2), (2, 2), ("a", "b"), (1, "a"), (math.nan, math.nan))
def comparisons(a, b):
    return (a < b, a <= b, a == b, a != b, a > b, a >= b, a is b, a is not b, a in [b], a not in (b,))


@cases((1, 5, 9), (5, 1, 9), (Odd(), 1, 2), (1, 2, "x"))
def chained(a, b, c):
    if a < b < c:
        return "ordered"
    return a <= b <= c


@cases((Odd(),), (1,), ([],))
def truth(a):
    if a < 1:
        return "less"
    elif a > 1:
        return "greater"
    while not a:
        a = 1
    return bool(a) and not a


@cases((1, 0, None), (0, 0, 5), ("", [], {}), (None, 1, 2))
def short_circuit(a, b, c):
    d = a and b or c
    e = a or (b and c)
    if a and (b or c):
        d = (d, 1)
    if not a or not b:
        e = (e, 2)
    return (d, e, a if b else c)


@cases((None,), (3,), (0,))
def nones(a):
    n = 0
    while a is not None:
        n += 1
        if n > 3:
            a = None
    if a is None:
        n += 10
    while a is None:
        a = n if n > 12 else None
        n += 1
    return n


@cases(([1, 2, 3, 4, 5], 1, 4), ("hello", 0, -1), ((1, 2), 5, 6), (3, 1, 2))
def slices(a, i, j):
    return (a[i:j], a[i:], a[:j], a[::2], a[i:j:2], a[-1])


@cases(([1, 2, 3, 4, 5], 1, 3), ((1,), 0, 1), ([], 0, 0))
def slice_stores(a, i, j):
    a[i:j] = [9, 9, 9]
    a[0] = 7
    a[::2] = a[::2]
    del a[0]
    del a[0:1]
    return a


@cases(([[1, 2], [3, 4]],), ([],), ([[1]],))
def nested_subscripts(rows):
    rows[0][1] += rows[1][0]
    rows[-1][-1] *= 2
    return rows


@cases((Point(1, 2),), (Point("a"),), (3,))
def attributes(p):
    p.x += 1
    p.z = p.x, p.y
    del p.y
    return (p.z, p.x)


@cases((Point(1, 2), 3), (Point(1.5), 2), (7, 7))
def methods(p, d):
    q = p.moved(d)
    r = q.moved(d, dy=4)
    s = r.moved(dx=d, scale=2)
    return (q, r, s, [].append(s), "a,b".split(","), str.upper("x"), math.sqrt(4))


@cases((1, 2), ("a", None))
def keyword_calls(a, b):
    f = helper
    return (f(a), f(a, b), f(a, b, 3, 4), f(a, key=b), f(a, b=b, extra=1), helper(a, b, key=1, other=2), f(b=b, a=a))


@cases(((1, 2), {"key": 3}), ([1], {"b": 2, "z": 1}), ((), {}), (3, {}), ((1,), 4), ((1,), {"a": 2}), ((1,), {1: 2}))
def starred_calls(args, options):
    f = helper
    return (f(*args), helper(0, *args), f(*args, **options), helper(*args, 5, x=1, **options), f(**options, **{"w": 1}))


@cases(((1,), {"x": 2}), ((), {}))
def duplicate_keywords(args, options):
    return helper(0, *args, x=1, **options)


@cases((1, 2), ("a", "b"), ([1], 2))
def displays(a, b):
    return ((a, b), [a, b], {b}, {a: b, "k": a}, {"x": a, "y": b}, (), [], {}, (a,), [1, 2, 3, 4], {1, 2, 3})


@cases(([1, 2], (3,), {"a": 1}), ("ab", [], {}), (1, [], {}), ([], 1, {}), ([], [], 1))
def unpacked_displays(a, b, c):
    return ([*a, *b, 0], (*a, 1, *b), {**c, "z": a}, sorted({*b, 1}), [*a], {"q": 1, **c})


@cases(((1, 2, 3),), ([1, 2],), ("abc",), (5,), ((1, 2, 3, 4),))
def unpack(items):
    a, b, c = items
    a, b = b, a
    a, b, c = c, a, b
    [d] = [a]
    return (a, b, c, d)


@cases(((1, 2, 3, 4),), ([1, 2],), ([1],), ((1, (2, 3), 4),))
def unpack_rest(items):
    first, *middle, last = items
    *init, _ = items
    head, *_ = items
    return (first, middle, last, init, head)


@cases((3.14159, "x", 7), ("é\n", 5, "b"), ([], {}, 0))
def formats(a, b, n):
    return f"{a} and {b!r:>10} {a!s}|{b!a}|{n:{4}}|{n!r:>{8}}{{}}" + f"{a}" + "%s" % (n,)


@cases((3,), (True,), ([0],))
def constants(a):
    return (a, 1, -1, 10**25, 2**100, 1.5, 1e300 * 1e10, -0.0, "ünï\t", b"bytes", 2j, ..., (1, (2.0, None)), True, None)


@cases((3,), (-3,), ("a",))
def raises(a):
    if a > 0:
        raise ValueError("positive", a)
    if a < 0:
        raise KeyError(a) from IndexError("why")
    raise


@cases((3,), (0,), ([],))
def asserts(a):
    assert a, f"nothing in {a}"
    assert a != 3
    return a


@cases((True,), (False,))
def unbound(flag):
    if flag:
        value = 1
    return value


@cases((1,), (0,))
def deleted(flag):
    value = flag
    del value
    if flag:
        value = 2
    del value
    return 0


@cases((5,), ("a",))
def global_counter(n):
    global counter
    counter = 0
    for _ in range(3):
        counter += n
    return counter


@cases((1,))
def missing_global(a):
    return a + not_there


@cases(([1, 2, 3],), ("ab",), (4,), ([],))
def comprehensions(items):
    doubled = [item * 2 for item in items if item]
    pairs = {item: index for index, item in enumerate(items)}
    return (doubled, pairs, sorted({len(str(item)) for item in items}))


@cases(([1, 2],), ([],))
def shadowing_comprehension(x):
    y = [x + 1 for x in x]
    return (x, y)


@cases(([],), ([2],))
def comprehension_of_unbound(items):
    if items:
        each = "bound"
    squares = [each * each for each in items]
    return (squares, each)


@cases((3,), (0,))
def nested_loops(n):
    found = []
    for i in range(n):
        for j in range(i, n):
            if j == 2:
                continue
            if i + j > 3:
                break
            found.append((i, j))
        else:
            found.append(i)
    return found


@cases((1,), (5,))
def forever(n):
    while True:
        n += 1
        if n > 10:
            break
        if n == 7:
            return "seven"
    return n


@cases((1, 2, 3), ("a", "b", "c"))
def parameters(a, /, b, c=5, *rest, d=1, e=2, **more):
    return (a, b, c, rest, more)


@cases((4,), (0,))
def augmented_targets(n):
    data = {"a": [1, 2, n]}
    data["a"][2] -= 1
    data["b"] = data.get("c", 0)
    del data["a"][0]
    return (data, "a" in data, "q" not in data, len(data) > 1 and n)


@cases(("abc",), ("",))
def iterate_string(text):
    out = ""
    for letter in text:
        out += letter + "-"
    return out


@cases((6,), (1,))
def walrus(n):
    total = 0
    while (n := n - 1) > 0:
        total += n
    return (total, n, (m := total + 1), m)


@cases(([3, 1, 2],), ([],), (["a", 1],))
def sort_in_place(items):
    for i in range(1, len(items)):
        key = items[i]
        j = i - 1
        while j >= 0 and items[j] > key:
            items[j + 1] = items[j]
            j -= 1
        items[j + 1] = key
    return items


@cases((1.0, 0.5), (0, 0), ("a", 1))
def wide_expression(x, y):
    return ((x + y) * (x - y) + x * (y + (x - (y * (x + (y - x))))), x == y or x != x, not x, not (x or y))


# What follows is not printed as Python, but decodes.


@cases()
def protected(items):
    total = 0
    try:
        for item in items:
            total += item
    except TypeError as error:
        return str(error)
    except (ValueError, KeyError):
        total = -1
    else:
        total += 1
    finally:
        counter_text = str(total)
    return counter_text


@cases()
def managed(path):
    with open(path) as file, open(path) as other:
        for line in file:
            if line:
                return line
    return None


@cases()
def generates(n):
    received = yield n
    yield from range(received)
    return [i for i in (1, 2)]


@cases()
async def awaits(source):
    async with source as stream:
        async for item in stream:
            await item
    return [item async for item in source]


@cases()
def closes_over(n):
    global counter
    del counter

    def inner(m):
        nonlocal n
        n += m
        return lambda: n + m

    class Local(Point):
        z: int = n
        del z

        def __init__(self):
            super().__init__(1)

    del n
    return inner, Local


@cases()
def matches(subject):
    match subject:
        case {"key": value, **rest}:
            return value, rest
        case [first, *others]:
            return first, others
        case Point(x=0):
            return 0
        case str() | int():
            return 1
    import os.path as path
    from sys import argv

    return path, argv


@cases()
def excepts_groups():
    try:
        raise ExceptionGroup("g", [ValueError()])
    except* ValueError:
        pass


def _closure():
    factor = 3

    @cases()
    def uses_free(x):
        return x * factor

    return uses_free


uses_free = _closure()
