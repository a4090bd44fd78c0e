# Instances of several classes in one loop: methods, attributes, operators and `isinstance`, iterators of the user's, and trees of nodes.
import sys
import traceback


class Shape:
    sides = 0

    def __init__(self, name):
        self.name = name

    def area(self):
        return 0.0

    def describe(self):
        return self.name + str(self.sides)


class Square(Shape):
    sides = 4

    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return self.side * self.side


class Circle(Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return 3.25 * self.radius**2

    def describe(self):
        return "round"


class Line:
    __slots__ = ("name",)

    def __init__(self):
        self.name = "line"

    def area(self):
        return 0

    def describe(self):
        return "a" + " line"


def areas(shapes, n):
    total = 0.0
    letters = 0
    round_ones = 0
    for i in range(n):
        for shape in shapes:
            total += shape.area()
            letters += len(shape.describe()) + len(shape.name)
            if isinstance(shape, Circle):
                round_ones += 1
                shape.radius += 0.5
            elif isinstance(shape, Shape):
                shape.side = (shape.side + 1) % 50
    return total, letters, round_ones


class Number:
    def __init__(self, value):
        self.value = value

    def evaluate(self, x):
        return self.value


class Variable:
    def evaluate(self, x):
        return x


class Sum:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def evaluate(self, x):
        return self.left.evaluate(x) + self.right.evaluate(x)


class Product:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def evaluate(self, x):
        return self.left.evaluate(x) * self.right.evaluate(x)


def evaluated(tree, n):
    total = 0
    for i in range(n):
        total += tree.evaluate(i)
    return total


class Metre:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Metre(self.x + other.x)

    def __mul__(self, factor):
        return Metre(self.x * factor)


class Foot:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Metre(self.x * 0.3048 + other.x)

    def __mul__(self, factor):
        return Foot(self.x * factor)


def lengths(parts, n):
    total = Metre(0.0)
    for i in range(n):
        for part in parts:
            total = part * 2 + total
    return total.x


class Count:
    def __init__(self, n):
        self.n = n
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return Steps(self.n, -1)


class Steps:
    def __init__(self, at, step):
        self.at = at
        self.step = step

    def __iter__(self):
        return self

    def __next__(self):
        if self.at < 0:
            raise StopIteration
        self.at += self.step
        if self.at == 13:
            raise RuntimeError("thirteen")
        return self.at + self.step


def iterated(n):
    total = 0
    for i in range(n):
        for x in Count(i % 5):
            total += x
        for x in Countdown(i % 7):
            total -= x
        else:
            total += 1000
        for x in Count(100):
            if x > 3:
                break
    return total


def unlucky():
    for x in Countdown(20):
        last = x
    return last


class Ended:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        frame = sys._getframe(1)
        ends.append((self.name, frame.f_code.co_name, frame.f_lineno))


ends = []


class Holding:
    def __init__(self):
        self.left = 3

    def __iter__(self):
        return self

    def __next__(self):
        ended = Ended(self.left)
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return ended.name


def held(n):
    total = 0
    for i in range(n):
        for x in Holding():
            total += x
        total += 1
    return total


class Late(Shape):
    def area(self):
        return 1


shapes = [Square(3), Circle(1.5), Line(), Square(2.5)]
print(areas(shapes, 100))
shapes.append(Late("late"))
shapes[-1].side = 1
print(areas(shapes, 20))
shapes[0].area = lambda: -1
print(areas(shapes, 20))
Circle.area = lambda self: 1000
print(areas(shapes, 20))
tree = Sum(Product(Variable(), Number(3)), Sum(Number(4), Product(Variable(), Variable())))
print(evaluated(tree, 300))
tree.left = Number(0.5)
print(evaluated(tree, 100))
tree.right = None
try:
    evaluated(tree, 10)
except AttributeError:
    traceback.print_exc(file=sys.stdout)
print(lengths([Metre(1.5), Foot(2), Metre(3)], 100))
print(iterated(100))
try:
    unlucky()
except RuntimeError:
    traceback.print_exc(file=sys.stdout)
print(held(20), len(ends), ends[:9])

total = 0.0
for i in range(200):
    for shape in shapes:
        total += shape.area() + len(shape.name)
print(total)
