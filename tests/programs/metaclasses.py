# Metaclasses, __init_subclass__, __set_name__, classes made in loops, and classes that change while loops use them.
made = []


class Meta(type):
    def __new__(mcls, name, bases, space, **kw):
        made.append((name, sorted(k for k in space if not k.startswith("__"))))
        return super().__new__(mcls, name, bases, space)

    def __init__(cls, name, bases, space, scale=1):
        super().__init__(name, bases, space)
        cls.scale = scale

    def __call__(cls, *args):
        thing = super().__call__(*args)
        cls.count = getattr(cls, "count", 0) + 1
        return thing

    def __getattr__(cls, name):
        if name == "late":
            return 7
        raise AttributeError(name)

    @property
    def doubled(cls):
        return cls.scale * 2


class Base(metaclass=Meta):
    def __init__(self, x):
        self.x = x

    def value(self):
        return self.x * self.scale


class Field:
    def __set_name__(self, owner, name):
        self.name = "_" + name
        made.append((owner.__name__, name))

    def __get__(self, thing, owner):
        return self if thing is None else getattr(thing, self.name, 0)

    def __set__(self, thing, value):
        setattr(thing, self.name, value + 1)


class Plugin:
    known = []

    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Plugin.known.append(cls.__name__)


total = 0
for k in range(4):

    class Made(Base, scale=k + 1):
        a = Field()
        for j in range(3):
            b = j

    made_type = type(f"T{k}", (Plugin,), {"n": k})
    thing = Made(k)
    for i in range(100):
        thing.a = i
        total += thing.value() + thing.a + Made.late + made_type.n + Made.doubled
    print(k, total, Made.count, Made.b)
print(made)
print(Plugin.known)
thing = Base(2)
for k in range(300):
    total += thing.value()
    if k == 100:
        Base.value = lambda self: self.x
    elif k == 200:
        Base.scale = 5
        del Base.value
        Base.value = Made.value if hasattr(Made, "value") else (lambda self: 1)
print(total)
try:
    for k in range(10):
        if k == 6:
            Base.__bases__ = (Plugin,)
        total += k
except TypeError as error:
    print(k, type(error).__name__)
