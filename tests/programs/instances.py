# Instances of plain classes in hot loops: attributes, methods, operators, creation; and everything that can change under them.
import sys


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vec(self.x * factor, self.y * factor)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return self.x < other.x

    def __getitem__(self, index):
        return self.x if index == 0 else self.y

    def __setitem__(self, index, value):
        if index == 0:
            self.x = value
        else:
            self.y = value

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    @property
    def norm2(self):
        return self.dot(self)

    @staticmethod
    def scaled(x, factor):
        return x * factor

    def __call__(self, t):
        return self.x + t * self.y


def arithmetic(n):
    total = Vec(0.0, 0.0)
    step = Vec(0.5, -0.25)
    count = 0
    for i in range(n):
        total = total + step * 2 - 0.5 * step
        if total == step:
            count += 1
        if step < total:
            count += 2
        total[0] = total[0] + 1.0
        total[1] = -total.y
        count += Vec.scaled(i, 2) if i % 3 else total.scaled(i, 3)
        total.x += total.norm2 * 1e-9 + total(0.5) * 1e-3
        total = -total
    return total.x, total.y, count


print("arithmetic", arithmetic(500))


class Slotted:
    __slots__ = ("value", "next")

    def __init__(self, value, next):
        self.value = value
        self.next = next


def linked(n):
    head = None
    for i in range(n):
        head = Slotted(i, head)
    total = 0
    node = head
    while node is not None:
        total += node.value
        node = node.next
    while head:
        head.value = 0.5
        head = head.next
    return total


print("linked", linked(400))


class Tree:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None

    def insert(self, key):
        if key < self.key:
            if self.left is None:
                self.left = Tree(key)
            else:
                self.left.insert(key)
        elif self.right is None:
            self.right = Tree(key)
        else:
            self.right.insert(key)

    def depth(self):
        left = self.left.depth() if self.left else 0
        right = self.right.depth() if self.right else 0
        return 1 + (left if left > right else right)


root = Tree(50)
key = 50
for i in range(300):
    key = (key * 37 + 11) % 101
    root.insert(key)
print("tree", root.depth())


def raising(n):
    step = Vec(1.0, 2.0)
    bad = Vec("a", None)
    seen = []
    for i in range(n):
        try:
            step = step + (bad if i % 50 == 49 else step * 0.5)
        except TypeError as error:
            tb = error.__traceback__
            lines = []
            while tb:
                lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
                tb = tb.tb_next
            seen.append((i, str(error), lines))
    return step.x, seen[0], len(seen)


print("raising", raising(300))


class Undecided:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        if self.value > 120:
            return NotImplemented
        return Undecided(self.value + 1)

    def __lt__(self, other):
        if self.value > 120:
            return NotImplemented
        return self.value < other.value

    def __gt__(self, other):
        return self.value > other.value


def undecided(n):
    u = Undecided(0)
    out = []
    for i in range(n):
        try:
            u = u + u
        except TypeError as error:
            out.append(str(error))
            try:
                u = u + 1
            except TypeError as error:
                out.append(str(error))
            try:
                u += 2.5
            except TypeError as error:
                out.append(str(error))
            out.append(u < Undecided(500))
            out.append(Undecided(500) < u)
            break
    return u.value, out


print("undecided", undecided(300))


class BadInit:
    def __init__(self, i):
        self.i = i
        if i == 120:
            return 7


def bad_init(n):
    try:
        for i in range(n):
            last = BadInit(i)
    except TypeError as error:
        return last.i, str(error)


print("bad init", bad_init(200))


# Everything that can change under a loop.
class Point:
    kind = "class"

    def __init__(self, x):
        self.x = x

    def get(self):
        return self.x


def other_get(self):
    return -self.x


def change_class(n):
    p = Point(1.5)
    total = 0.0
    for i in range(n):
        total += p.get()
        if i == n // 2:
            Point.get = other_get
    return total


print("class changed", change_class(400))
Point.get = lambda self: self.x * 2
print("class changed again", change_class(10))


def shadow(n):
    p = Point(2.0)
    total = 0.0
    for i in range(n):
        total += p.get()
        if i == n // 2:
            p.get = lambda: 100.0
    return total


print("shadowed", shadow(400))


def deleted(n):
    p = Point(3.0)
    total = 0.0
    try:
        for i in range(n):
            total += p.x
            if i == n // 2:
                del p.x
    except AttributeError as error:
        return total, str(error)


print("deleted", deleted(400))


def replaced_dict(n):
    p = Point(1.0)
    total = 0.0
    for i in range(n):
        total += p.x
        p.x = total * 0.001
        if i == n // 3:
            p.__dict__ = {"x": 7.5, "other": 1}
        if i == n // 2:
            p.__dict__["x"] = 9.25
    return total, sorted(p.__dict__.items())


print("dict replaced", replaced_dict(400))


def replaced_class(n):
    p = Point(1.0)
    q = Vec(4.0, 5.0)
    total = 0.0
    for i in range(n):
        total += p.x
        if i == n // 3:
            p.__class__ = Vec
        if i == n // 2:
            p = q
    return total, type(p).__name__


print("class replaced", replaced_class(400))


class Guarded:
    def __init__(self, x):
        self.x = x

    def __getattr__(self, name):
        return 0.5


def late_hooks(n):
    p = Point(1.0)
    g = Guarded(2.0)
    total = 0.0
    for i in range(n):
        total += p.x + g.x + g.missing
        if i == n // 2:
            Point.__setattr__ = lambda self, name, value: object.__setattr__(self, name, value * 2)
        p.x = 1.25
    del Point.__setattr__
    return total


print("late hooks", late_hooks(400))


def late_property(n):
    p = Point(1.0)
    total = 0.0
    for i in range(n):
        total += p.x
        if i == n // 2:
            Point.x = property(lambda self: 1000.0)
    del Point.x
    return total, p.x


print("late property", late_property(400))


def mixed(n):
    things = [Point(1.0), Vec(2.0, 3.0), Point(4), Slotted(5, None), Point(True)]
    total = 0.0
    for i in range(n):
        for thing in things:
            if not isinstance(thing, Slotted):
                total += thing.x
            else:
                total += thing.value
    return total


print("mixed", mixed(200))


class Sub(Point):
    def get(self):
        return self.x + 0.5


def subclass(n):
    total = 0.0
    things = [Point(1.0)] * 3
    for i in range(n):
        for thing in things:
            total += thing.get()
        if i == n // 2:
            things[1] = Sub(10.0)
    return total


print("subclass", subclass(300))


class Dying:
    log = []

    def __init__(self, i):
        self.i = i

    def __del__(self):
        if self.i % 40 == 0:
            Dying.log.append(self.i)


def dying(n):
    d = Dying(-1)
    holder = Point(None)
    for i in range(n):
        d = Dying(i)
        holder.x = d
        holder.x = None
    return Dying.log[:8]


print("dying", dying(200))


def counts(n):
    p = Vec(1.0, 2.0)
    item = object()
    holder = Point(item)
    for i in range(n):
        holder.x = item
        p = p + p * 0.0
        again = holder.x
    del again
    return sys.getrefcount(item), sys.getrefcount(holder), sys.getrefcount(p)


print("counts", counts(300))


def grows(n):
    total = 0
    for i in range(n):
        p = Point(2**62)
        p.x += i
        p.x += 2**62
        total += p.x % 1000
    return total


print("grows", grows(200))


def order(n):
    seen = set()
    for i in range(n):
        p = Point(1)
        if i % 2:
            p.b, p.a = 1, 2
        else:
            p.a, p.b = 1, 2
        seen.add(tuple(p.__dict__))
    return sorted(seen)


print("order", order(200))
print(root.depth(), Vec(1, 2) == Vec(1, 2))
