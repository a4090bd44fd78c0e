"""Loops over variables that an inner function shares: read, set by the inner function, set by the loop, unbound, let go."""


class Watched:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name)


def read(n):
    columns = []
    scale = 2.5
    for i in range(n):
        columns.append([scale * i] * 3)
    total = 0.0
    for i in range(n):
        for j in range(3):
            total += columns[i][j]
    return [columns[i][0] for i in range(n)], total, (lambda: scale)()


def set_by_the_inner_one(n):
    count = 0
    step = 1

    def add():
        nonlocal count
        count += step

    seen = []
    for i in range(n):
        add()
        seen.append(count)
        if i == n // 2:
            step = 1.5
    return seen, count


def set_by_the_loop(n):
    last = None
    for i in range(n):
        if i % 5 == 0:
            last = i
        total = 0
        for j in range(i):
            total += last * j
    return last, total, (lambda: last)()


def unbound(n):
    try:
        for i in range(n):
            if i == 7:
                late = i
            elif i > 8:
                late + 1
        print(late)
        del late
        for i in range(n):
            print(late)
    except NameError as error:
        print(type(error).__name__, error)
    return lambda: late


def deleted(n):
    kept = [1.5] * n
    total = 0.0
    for i in range(n):
        total += kept[i]
        if i == n - 3:
            del kept
            try:
                kept
            except NameError as error:
                print(error)
            kept = [2] * n
    return total, (lambda: kept)()


def objects(n):
    thing = Watched("thing")
    total = 0
    for i in range(n):
        total += len(thing.name) + i
    print("before the end")
    hold = lambda: thing  # noqa: E731
    thing = None
    print("behind it", hold(), total)


def parameters(n, rows, factor=3):
    def scaled(x):
        return x * factor

    total = 0
    for i in range(n):
        for row in rows:
            total += row[i % 2] * factor
    rows = rows[:1]
    return total, scaled(2), [row[0] * factor for row in rows for _ in range(2)]


def fails(n):
    values = [1.0] * n
    try:
        for i in range(n + 1):
            values[i] *= i
    except IndexError as error:
        print(error, i, error.__traceback__.tb_lineno)
    return sum(value for value in values)


for n in (3, 12, 40):
    print(read(n))
    print(set_by_the_inner_one(n))
    print(set_by_the_loop(n))
    unbound(n)
    print(deleted(n))
    objects(n)
    print(parameters(n, [[1, 2], [3, 4.5]]))
    print(fails(n))
