# Closures: cells read and written by loops, by inner functions, by both; nonlocal in loops; late binding; cells that are unbound or deleted.
def counter():
    n = 0

    def up(by=1):
        nonlocal n
        for _ in range(by):
            n += 1
        return n

    def down():
        nonlocal n
        n -= 0.5
        return n

    return up, down, lambda: n


up, down, now = counter()
for k in range(200):
    up()
    if k % 50 == 49:
        down()
    if k == 120:
        up(k)
print(now(), up.__closure__[0].cell_contents)


def makes(n):
    out = []
    for k in range(n):

        def f(x, k=k):
            return x * k + j

        out.append(f)
        j = k * 10
    return out


print([f(1) for f in makes(4)])


def shares(n):
    total = 0

    def add(x):
        nonlocal total
        total += x

    for k in range(n):
        add(k)
        total += 1
        if k == n // 2:
            total = float(total)
    return total


print(shares(100), shares(7))


def unbound(n):
    def reads():
        return late

    for k in range(n):
        if k == 3:
            late = 5
        if k == 6:
            del late
        try:
            print(reads(), end=" ")
        except NameError as error:
            print(type(error).__name__, end=" ")
    print()


unbound(9)


def grid_of(n):
    cells = [[0] * n for _ in range(n)]

    def step(t):
        for i in range(n):
            for j in range(n):
                cells[i][j] += i * j + t

    def swap():
        nonlocal cells
        cells = [list(row) for row in zip(*cells)]
        cells[0] = cells[1]

    for t in range(20):
        step(t)
        if t % 7 == 6:
            swap()
    return cells


print(grid_of(4))


def deep(a):
    def b(c):
        def d(e):
            nonlocal a
            a += e
            return a + c

        return [d(k) for k in range(c)]

    return [b(k) for k in range(4)], a


print(deep(1))


def recursive(n):
    seen = []

    def walk(k, path):
        if k == 0:
            seen.append(sum(path))
            return
        for m in range(2):
            path.append(m * k)
            walk(k - 1, path)
            path.pop()

    walk(n, [])
    return seen


print(recursive(4))


class Holder:
    def __init__(self, n):
        self.get = lambda: n + self.extra
        self.extra = 0
        for k in range(n):
            self.extra += k
            n += 1 if k == 0 else 0


print(Holder(5).get())


def loop_variable_is_cell(n):
    fs = []
    for i in range(n):
        for j in range(2):
            fs.append(lambda: (i, j))
        i += 100
    return [f() for f in fs], i, j


print(loop_variable_is_cell(3))


def generator_over_cell():
    total = 0

    def watch():
        return total

    def gen():
        nonlocal total
        for k in range(5):
            total += k
            yield watch()

    return [x + total for x in gen()], total


print(generator_over_cell())
