"""What is called lies on the stack as a method and its object for one class, and is not known to for another, where it is called out."""


class Circle:
    def __init__(self):
        self.size = 1

    def grow(self, by):
        pass


class Square:
    def __init__(self):
        self.size = 3

    def grow(self, by):
        pass


shapes = [Circle()]
for shape in shapes:
    pass
shapes.append(Square())
for shape in shapes:
    shape.grow(shape.size)
print(len(shapes))
