# Decorated functions called in loops: wrappers, caches, counters, classes as decorators, methods.
import functools

calls = 0


def counting(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        global calls
        calls += 1
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


class Doubled:
    def __init__(self, function):
        self.function, self.seen = function, []
        functools.update_wrapper(self, function)

    def __call__(self, x):
        if x % 50 == 0:
            self.seen.append(x)
        return 2 * self.function(x)

    def __get__(self, instance, owner):
        return functools.partial(self, instance) if instance else self


def times(n):
    def decorate(function):
        def wrapper(x):
            for _ in range(n):
                x = function(x)
            return x

        return wrapper

    return decorate


@counting
def square(x):
    return x * x


@Doubled
def half(x):
    return x * 0.5


@times(3)
@counting
def step(x):
    return x + 0.25


@functools.lru_cache(maxsize=16)
def slow(n):
    total = 0
    for k in range(n):
        total += k
    return total


@functools.singledispatch
def kind(x):
    return "thing"


@kind.register
def _(x: int):
    return "int"


@kind.register
def _(x: float):
    return "float"


s = 0
for k in range(300):
    s += square(k) + half(k) + step(k) + slow(k % 20)
    if k == 100:
        square = counting(square)
    if k == 200:
        square = square.__wrapped__
print(s, calls, square.calls, half.seen, slow.cache_info(), step.__name__, square.__name__)
print([kind(x) for x in (1, 2.5, "a", True)])


class Account:
    def __init__(self):
        self.total = 0

    @counting
    def add(self, n):
        self.total += n
        return self

    @functools.cached_property
    def slowly(self):
        print("computed")
        return sum(range(self.total))

    @staticmethod
    @counting
    def zero():
        return 0


account = Account()
for k in range(200):
    account.add(k).add(account.zero())
    s += account.slowly
print(s, account.total, Account.add.calls, calls)
