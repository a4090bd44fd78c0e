# Descriptors and properties: read, set, deleted, replaced in mid-loop; data and non-data ones beside instance attributes.
class Clamped:
    def __init__(self, low, high):
        self.low, self.high, self.sets = low, high, 0

    def __set_name__(self, owner, name):
        self.key = name

    def __get__(self, thing, owner):
        if thing is None:
            return self
        return thing.__dict__.get(self.key, self.low)

    def __set__(self, thing, value):
        self.sets += 1
        thing.__dict__[self.key] = min(max(value, self.low), self.high)

    def __delete__(self, thing):
        print("deleted", self.key)
        thing.__dict__.pop(self.key, None)


class NonData:
    def __get__(self, thing, owner):
        return 100


class Body:
    x = Clamped(0, 50)
    weak = NonData()

    def __init__(self):
        self.v = 1.5
        self.reads = 0

    @property
    def speed(self):
        self.reads += 1
        return self.v * 2

    @speed.setter
    def speed(self, value):
        self.v = value / 2

    @speed.deleter
    def speed(self):
        self.v = 0.0

    @property
    def broken(self):
        raise AttributeError("inside")


body = Body()
total = 0
for k in range(120):
    body.x += k % 7 - 2
    total += body.x + body.weak + body.speed
    body.speed = body.speed + 0.5
    if k == 40:
        body.__dict__["weak"] = 1
    if k == 60:
        del body.x
    if k == 80:
        del body.speed
    if k == 100:
        Body.speed = 3
print(total, body.x, body.v, body.reads, vars(Body)["x"].sets)
try:
    for k in range(10):
        total += k
        if k == 5:
            body.broken
except AttributeError as error:
    print(k, error)
Body.x = 9
for k in range(10):
    total += body.x
print(total, body.__dict__["x"])
NonData.__set__ = lambda self, thing, value: print("set", value)
for k in range(3):
    body.weak = k
    total += body.weak
print(total)
