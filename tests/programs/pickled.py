# Pickling a class and a function that are defined in __main__; copying.
import copy
import pickle


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def norm(self, n):
        s = 0.0
        for k in range(n):
            s += self.x * self.x + self.y
        return s


def area(n):
    s = 0
    for k in range(n):
        s += k
    return s


points = []
for i in range(3):
    points.append(pickle.loads(pickle.dumps(Point(i, i * 0.5))))
    print(type(points[-1]) is Point, points[-1].norm(3), vars(points[-1]))
print(pickle.loads(pickle.dumps(area)) is area, pickle.loads(pickle.dumps(area))(4), copy.deepcopy(points)[1].x)
print(Point.__module__, area.__module__, area.__qualname__, area.__code__.co_name, area.__code__.co_varnames, area.__doc__)
