"""Programs with loops of all kinds, each with the arguments on which it is run with guards and without."""
# ruff: noqa -- a test of what Python does, not to be modernised

import contextlib
import copy
import linecache


def cases(*every):
    def mark(function):
        function.cases = [lambda arguments=arguments: copy.deepcopy(arguments) for arguments in every]
        return function

    return mark


@cases((), (0,), (5,))
def counts(n=3):
    total = 0
    for i in range(n):
        total += i
    return total


@cases((0,), (1,), (7,))
def halves(n):
    steps = 0
    while n:
        n //= 2
        steps += 1
    return steps


@cases((27,), (1,))
def collatz(n):
    steps = 0
    while n != 1:
        if n % 2:
            n = 3 * n + 1
        else:
            n //= 2
        steps += 1
    return steps


@cases((3, 4), (0, 4), (3, 0))
def nested(n, m):
    total = 0
    for i in range(n):
        for j in range(m):
            total += i * j
        total -= 1
    return total


@cases((3,), (0,))
def three_deep(n):
    found = []
    for i in range(n):
        j = 0
        while j < i:
            for k in range(j):
                found.append((i, j, k))
            j += 1
    return found


@cases((4,))
def one_line(n):
    total = 0
    for i in range(n): total += i
    while n: n -= 1
    return total, [x for x in range(3) for y in range(x)]


@cases((4,), (0,))
def breaks_out(n):
    while True:
        if n <= 0:
            break
        n -= 1
    return n


@cases((4,), (0,))
def begins_with_a_loop(n):
    while True:
        n -= 1
        if n < 0:
            return n


@cases(([1, 2, 3], 2), ([1, 2, 3], 9), ([], 9))
def for_else(items, wanted):
    for item in items:
        if item == wanted:
            found = item
            break
    else:
        found = "none"
    return found


@cases((3,), (12,))
def while_else(n):
    while n < 10:
        n += 1
        if n == 7:
            break
    else:
        return "else", n
    return "broke", n


@cases((10,))
def continues(n):
    odd = []
    for i in range(n):
        if i % 2 == 0:
            continue
        if i == 7:
            continue
        odd.append(i)
    return odd


@cases((10,))
def continues_in_while(n):
    odd = []
    while n > 0:
        n -= 1
        if n % 2 == 0:
            continue
        odd.append(n)
    return odd


@cases(([1, 0, 2],), ([0, 0],), ([],))
def continues_in_except(items):
    found = []
    for item in items:
        try:
            found.append(6 // item)
        except ZeroDivisionError:
            found.append(None)
            continue
        found.append("on")
    return found


@cases(([1, 0, 2],), ([],))
def breaks_in_finally(items):
    log = []
    for item in items:
        try:
            log.append(6 // item)
        except ZeroDivisionError:
            break
        finally:
            log.append("finally")
    return log


@cases(([1, "x", 2],), (["x"],))
def continues_in_try_finally(items):
    log = []
    for item in items:
        try:
            if isinstance(item, str):
                continue
            log.append(item)
        finally:
            log.append("f")
    return log


@cases((3,), (0,))
def returns_from_try_in_loop(n):
    while True:
        try:
            n -= 1
            if n < 0:
                return n
        finally:
            n += 0


@cases((4,))
def retries(n):
    while True:
        try:
            n -= 1
            if n:
                raise KeyError(n)
            return n
        except KeyError:
            pass


@contextlib.contextmanager
def suppressing(log):
    log.append("enter")
    try:
        yield log
    except ValueError:
        log.append("suppressed")
    finally:
        log.append("exit")


@cases((5,))
def with_in_loop(n):
    log = []
    for i in range(n):
        with suppressing(log) as inner:
            if i == 1:
                continue
            if i == 2:
                raise ValueError(i)
            if i == 4:
                break
            inner.append(i)
    return log


@cases((3,))
def loop_in_with(n):
    log = []
    with suppressing(log), suppressing(log):
        for i in range(n):
            log.append(i)
            if i == 2:
                raise ValueError
    return log


@cases(([3, 1],), ([],))
def loop_in_except(items):
    log = []
    try:
        log.append(items[5])
    except IndexError as error:
        for item in items:
            log.append(item)
        while items:
            items.pop()
        log.append(str(error))
    for item in log:
        log = [item]
    return log


@cases((3,))
def loop_in_finally(n):
    log = []
    for i in range(n):
        try:
            log.append(i)
        finally:
            for j in range(i):
                log.append(j)
    return log


@cases(([1, "a", (1, 2), {"k": 3}, None, [4, 5, 6]],))
def matches(items):
    found = []
    for item in items:
        match item:
            case int(x) if x > 0:
                found.append(x)
            case str():
                continue
            case (a, b):
                found.append(a + b)
            case {"k": value}:
                while value:
                    value -= 1
                    found.append(value)
            case [*rest]:
                for one in rest:
                    found.append(one)
            case _:
                break
    return found


@cases(([[1, 2], [3], []],))
def comprehensions(rows):
    flat = [x for row in rows for x in row if x != 2]
    keys = {x: y for x, y in zip(flat, flat)}
    unique = {len(row) for row in rows}
    return flat, keys, sorted(unique), sum(x * x for row in rows for x in row)


@cases((3,))
def closes_over(n):
    made = []
    for i in range(n):
        total = i

        def inner(m):
            count = total
            for j in range(m):
                count += j
            return count

        made.append(inner(i))
    return made, total


@cases((5,))
def generates(n):
    for i in range(n):
        yield i
        while i:
            i -= 1
            yield -i


@cases((3,))
def delegates(n):
    def inner():
        for i in range(n):
            yield i

    for _ in range(2):
        yield from inner()
    yield from ()
    yield from [n]


@cases(([3, 2, 0, 1],), ([],), (["x"],))
def raises_in_loop(items):
    total = 0
    for item in items:
        total += (
            100
            // item
        ) + total
    return total


@cases((5,))
def raises_in_nested_loop(n):
    table = {}
    for i in range(n):
        for j in range(n):
            while j < i:
                table[i] = table.get(i, 0) + [1, 2][j] + 1
                j += 1
    return table


@cases((3,), (None,), ([1, 2],))
def raises_at_the_loop(items):
    found = []
    for item in items:
        found.append(item)
    return found


@cases((4,))
def unbound_in_loop(n):
    while n:
        n -= 1
        if n == 2:
            del n
    return n


@cases(([1, None, 2, None],))
def compares_with_none(items):
    head = None
    for item in items:
        head = (item, head)
    found = []
    while head is not None:
        item, head = head
        while item is None:
            item = 0
        found.append(item)
    node = None
    while node is None:
        node = found
    return found


@cases((6,), (0,))
def conditions(n):
    i = 0
    while i < n and (i != 3 or n > 100) or i < 2:
        i += 1
    while not i == 0 and True:
        i -= 1
    return i


@cases((4,))
def two_in_a_row(n):
    for i in range(n):
        pass
    for i in range(n):
        pass
    while True:
        n -= 1
        if n < 0: break
    while True:
        n += 1
        if n > 2: break
    return i, n


@cases((3,))
def only_jumps(n):
    for _ in range(n): pass
    else:
        for _ in range(n): pass
    if n:
        while n > 0: n = n - 1
    elif n is None:
        while n is None: n = 1
    return n


@cases((4,))
def loops_into_a_loop(n):
    seen = 0
    while True:
        while n:
            n -= 1
            seen += 1
            if n == 2:
                break
        else:
            return seen
        if n is False:
            for seen in range(3): continue


@cases(([(1, (2, [3, 4])), (5, (6, [])), (7, (8, [9]))],))
def unpacks(items):
    total = 0
    for a, (b, [*c]) in items:
        for d in c:
            total += a * b * d
    return total


@cases((4,))
def asserts(n):
    while n:
        n -= 1
        assert n != 1, "one"
    return n


@cases(([[1], [2, 3]],))
def loops_on_the_stack(rows):
    found = ["a", max([max([x for x in row]) for row in rows]), {k: [v for v in range(k)] for k in range(3)}]
    return found + [len for _ in rows]


@cases(("ab",))
def groups(text):
    found = []
    for letter in text:
        try:
            raise ExceptionGroup("g", [ValueError(letter), TypeError(letter)])
        except* ValueError as group:
            for error in group.exceptions:
                found.append(repr(error))
        except* TypeError:
            found.append("T")
    return found


@cases((300,))
def warms_up(n):
    total = 0.0
    for i in range(n):
        for j in (1, 2.5):
            total += i * j
        while total > 1000:
            total -= 900
    return total


@cases((3,))
def catches(n):
    try:
        for i in range(n):
            i += 1
    except ValueError as error:
        return error.__traceback__.tb_lineno, str(error)


def generated(name, lines, *arguments):
    """A function whose source is made here, and known to tracebacks."""
    file = f"<{name}>"
    source = "\n".join([f"def {name}(n):", *(f"    {line}" for line in lines)]) + "\n"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), globals())
    globals()[name] = cases(*arguments)(globals()[name])


def long_bodies():
    # Around each length of body the jump back begins to need a prefix, and then another one.
    for length in [*range(38, 56), 13104, 13106, 13108, 14000]:
        body = [f"    x = x + {index % 7}" for index in range(length)]
        arguments = [(2,)] if length > 100 else [(3,)]
        generated(f"for_{length}", ["x = 0", "for i in range(n):", *body, "return x"], *arguments)
        generated(f"while_{length}", ["x = 0", "while n > 0:", "    n -= 1", *body, "return x"], *arguments)
        generated(f"is_{length}", ["x = 0", "y = None", "while y is None:", *body, "    n -= 1", "    if n < 0: y = x", "return x"], *arguments)
        outer = ["x = 0", "for i in range(n):", "    for j in range(i):", *(f"    {line}" for line in body), "    x = x // (n - 2)", "return x"]
        generated(f"nested_{length}", outer, *arguments)


def many_constants():
    lines = ["x = 0", *(f"x = x + {1000 + index}.5" for index in range(300)), "for i in range(n):", "    x += i", "while x > 0:", "    x -= 1e5", "return x"]
    generated("three_hundred_constants", lines, (3,), (0,))
    generated("about_256_constants", [*(f"x = {1000 + index}.5" for index in range(253)), "while n:", "    n -= 1", "for i in range(3):", "    while n < 4: n += 1", "return x"], (3,))


def many_loops():
    lines = ["x = 0", *(line for index in range(300) for line in (f"for i in range(n + {index % 3}):", "    x += i"))]
    generated("three_hundred_loops", [*lines, "return x"], (1,))


long_bodies()
many_constants()
many_loops()
