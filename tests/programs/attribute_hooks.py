# __getattr__, __getattribute__, __setattr__, __delattr__, module __getattr__, __dir__: asked as often as Python asks, in its order.
import sys

asked = []


class Lazy:
    def __init__(self):
        self.known = 1

    def __getattr__(self, name):
        asked.append(name)
        if name.startswith("x"):
            value = len(name)
            setattr(self, name, value)
            return value
        raise AttributeError(f"no {name}")


class Watched:
    def __init__(self):
        object.__setattr__(self, "n", 0)
        object.__setattr__(self, "sets", 0)

    def __getattribute__(self, name):
        if name == "n":
            object.__setattr__(self, "sets", object.__getattribute__(self, "sets") + 100)
        return object.__getattribute__(self, name)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2)

    def __delattr__(self, name):
        asked.append("del " + name)


lazy, watched = Lazy(), Watched()
total = 0
for k in range(100):
    total += lazy.known + lazy.xyz
    if k == 30:
        del lazy.xyz
    if k == 50:
        lazy.xxxx
    if hasattr(lazy, "other"):
        total += 1000
    total += getattr(lazy, "missing", 3)
    if k % 10 == 0:
        watched.n = k
    total += watched.n
    if k == 70:
        del watched.n
    if k == 80:
        del Lazy.__getattr__
        lazy.other = 5
print(total, watched.sets, len(asked), asked[:6], asked[-3:])


class Rows:
    def __init__(self, rows):
        self.rows = rows

    def __getitem__(self, at):
        return self.rows[at[0]][at[1]] if type(at) is tuple else self.rows[at]

    def __setitem__(self, at, value):
        self.rows[at[0]][at[1]] = value

    def __len__(self):
        return len(self.rows)

    def __delitem__(self, at):
        del self.rows[at]


rows = Rows([[float(i + j) for j in range(5)] for i in range(5)])
for t in range(20):
    for i in range(len(rows)):
        for j in range(5):
            rows[i, j] = rows[i, j] * 0.5 + t
    if t == 10:
        del rows[0]
print(len(rows), rows[1, 2], sum(sum(row) for row in rows))


def __getattr__(name):
    asked.append("module " + name)
    return 5


me = sys.modules["__main__"]
for k in range(10):
    total += me.absent
try:
    for k in range(10):
        total += absent
except NameError as error:
    print(k, error)
print(total, asked.count("module absent"))
