"""Variables that an inner function shares: read and set in loops, here and there, deleted, of changing types, with finalisers."""


class Told:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name)


def counted(n):
    count = 0
    total = 0.0
    name = "a"

    def bump(k):
        nonlocal count, total
        count += k
        if count > 100:
            total += 0.5
        return count

    def loop():
        nonlocal count, total, name
        for i in range(n):
            count += 1
            total = total + count * 0.5
            if i % 100 == 0:
                bump(3)
                name = name + "x"

    loop()
    for i in range(n):
        total += 1.5
        if i % 50 == 7:
            total = bump(i) + total
    return count, total, name, bump.__closure__[0].cell_contents == count


def grid(n, m, c, steps):
    a = [[0.0] * m for _ in range(n)]
    b = [row[:] for row in a]
    a[n // 2][m // 2] = 5.0
    for t in range(steps):
        for p in range(1, n - 1):
            for q in range(1, m - 1):
                b[p][q] = a[p][q] + c * (a[p - 1][q] + a[p + 1][q] + a[p][q - 1] + a[p][q + 1] - 4 * a[p][q])
        a, b = b, a
    return sum(map(sum, a)), [value for value in a[n // 2] if value > c]


def deleted(n):
    def late():
        return n

    try:
        for i in range(5):
            n = n + 1
            if i == 3:
                del n
    except UnboundLocalError as error:
        print(type(error).__name__, error)
    except NameError as error:
        print(type(error).__name__, error)
    try:
        late()
    except NameError as error:
        print(type(error).__name__, error)
    n = 7
    return late()


def of_many_types(n):
    x = 0
    seen = []

    def show():
        seen.append(type(x).__name__)

    for i in range(n):
        x = x + 1 if i % 3 else x * 1.5
        if i % 7 == 0:
            show()
        if i == n // 2:
            x = 2**62
        if i == n // 2 + 3:
            x = x * 4
    for i in range(4):
        x = [1, 2.5, "text", None][i]
        show()
    return x, seen


def ends(n):
    kept = Told("the first")

    def get():
        return kept

    for i in range(n):
        if i % 20 == 3:
            print("about to set", i)
            kept = Told(i)
            print("set", get().name)
    kept = None
    print("done")


def of_each_turn(n):
    functions = []
    for i in range(n):
        square = i * i
        if i % 10 == 0:
            functions.append(lambda: square + i)
    return [function() for function in functions], square


def one_cell_twice(n):
    import types

    a = b = 1

    def read(k):
        return a * 10 + b + k

    def write(k):
        nonlocal a
        s = 0
        for i in range(k):
            a = a + 1
            s += read(i)
        return s

    cell = write.__closure__[0]
    both = types.FunctionType(read.__code__, globals(), "both", None, (cell, cell))
    s = 0
    for i in range(n):
        s += write(2)
        s += both(i)
    return s, a, b


for n in (3, 300):
    print(counted(n))
    print(of_many_types(n))
    ends(n // 5)
    print(of_each_turn(n))
    print(one_cell_twice(n))
print(grid(12, 9, 0.1, 30))
print(deleted(3))
