# Operators that mutate, return NotImplemented, are reflected, raise: in loops, with what they did before kept.
class N:
    made = 0

    def __init__(self, x):
        self.x = x
        N.made += 1

    def __add__(self, other):
        if isinstance(other, N):
            return N(self.x + other.x)
        if isinstance(other, str):
            return NotImplemented
        self.x += 1
        return N(self.x + other)

    def __radd__(self, other):
        return N(other * 10 + self.x)

    def __iadd__(self, other):
        self.x += other if type(other) in (int, float) else other.x
        return self

    def __isub__(self, other):
        return N(self.x - other)

    def __mul__(self, other):
        log.append(("mul", self.x))
        return NotImplemented

    def __rmul__(self, other):
        log.append(("rmul", other))
        return self.x * other if not isinstance(other, N) else "both"

    def __matmul__(self, other):
        return other @ self if self.x > 3 else [self.x]

    def __lt__(self, other):
        log.append(("lt", self.x))
        return NotImplemented if other.x == 3 else self.x < other.x

    def __gt__(self, other):
        log.append(("gt", self.x))
        return self.x > other.x

    def __eq__(self, other):
        return isinstance(other, N) and self.x == other.x

    __hash__ = None

    def __bool__(self):
        return self.x % 2 == 1

    def __index__(self):
        return self.x % 3

    def __divmod__(self, other):
        return self.x // other, self.x % other

    def __neg__(self):
        self.x = -self.x
        return self

    def __contains__(self, item):
        return item == self.x and "yes"

    def __repr__(self):
        return f"N({self.x})"


class Sub(N):
    def __radd__(self, other):
        return "sub first"


log = []
a, b = N(1), N(3)
total = 0
for k in range(60):
    c = a + b
    c += k
    c -= 1
    d = k + c
    total += c.x + d.x
    total += (a + 0.5).x
    e = N(2) + Sub(k)
    if e != "sub first":
        total += 1000
print(total, a, b, c, d, N.made)
for k in range(5):
    print(k * N(k), [10, 20, 30][N(k)], bool(N(k)), divmod(N(k + 7), 3), -N(k), k in N(3), N(k) == N(2))
    try:
        print(N(k) < N(3), N(k) @ N(1), N(k) * N(1))
    except TypeError as error:
        print(type(error).__name__, error)
print(log)
for x in ("s", None, [1]):
    try:
        for k in range(20):
            total += k
            if k == 15:
                a = N(1) + x
                print(a)
    except (TypeError, AttributeError) as error:
        print(k, type(error).__name__, error)
try:
    for k in range(3):
        {N(1): 2}
except TypeError as error:
    print(error)
print(total, N.made)
