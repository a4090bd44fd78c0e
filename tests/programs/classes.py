# Classes with loops in their bodies, attributes and methods that change in loops.
class Table:
    names = []
    for k in range(4):
        names.append(k * 2)
        total = sum(names)
    size = len(names)

    def __init__(self, n):
        self.values = [0.0] * n
        self.n = n

    def fill(self):
        for k in range(self.n):
            self.values[k] = k * self.factor
            self.last = k
        return self

    @property
    def factor(self):
        return 1.5

    def __len__(self):
        return self.n

    def __getitem__(self, k):
        return self.values[k]


print(Table.names, Table.total, Table.k, Table.size, [n for n in vars(Table) if not n.startswith("__")])
t = Table(3)
for i in range(3):
    print(t.fill().values, t.last, len(t), [v for v in t])
    t.n -= 1
    if i == 1:
        Table.factor = 10


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x):
        self.x = x


p = Point(1)
for i in range(4):
    p.x += i
    try:
        p.y = p.y + 1
    except AttributeError as error:
        print(error)
        p.y = i
print(p.x, p.y)


def change(self):
    return -1


for i in range(4):
    print(t.fill().last if i < 2 else t.fill())
    if i == 1:
        Table.fill = change
