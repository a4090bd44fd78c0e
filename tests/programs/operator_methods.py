# What operators and builtins call of a class: in hot loops, with every kind of answer, wrong ones too, and changed under way.
import sys
import traceback


class Bag:
    kind = "bag"
    limit = 1000

    def __init__(self, start):
        self.items = [start]
        self.total = start
        self.bound = 10_000

    def __len__(self):
        return len(self.items)

    def __contains__(self, item):
        return self.total % 7 == item

    def __iadd__(self, other):
        self.total += other
        if self.total > self.bound:
            self.total = 1
        return self

    def __isub__(self, other):
        return NotImplemented

    def __sub__(self, other):
        return self.total - other

    def __eq__(self, other):
        return self.total == other.total

    def __iter__(self):
        return iter(self.items)

    def __abs__(self):
        return self.total * 0.5

    def __delitem__(self, index):
        self.total -= index

    def __bool__(self):
        return self.total % 3 != 0

    @classmethod
    def of(cls, start):
        return cls(start)

    @classmethod
    def named(cls):
        return cls.kind

    @staticmethod
    def twice(x):
        return x * 2


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


class Small(Bag):
    kind = "small"

    def __init__(self, start, extra):
        super().__init__(start)
        self.extra = extra

    def __len__(self):
        return super().__len__() + self.extra

    @classmethod
    def of(cls, start):
        made = super().of(start) if False else cls(start, 2)
        return made


def operators(n):
    bag = Bag(3)
    other = Bag(5)
    counts = [0] * 12
    for i in range(n):
        bag += i
        if i % 5 in bag:
            counts[0] += 1
        if i % 4 not in bag:
            counts[1] += 1
        if bag:
            counts[2] += 1
        if not bag:
            counts[3] += 1
        counts[4] += len(bag)
        if bag != other:
            counts[5] += 1
        if bag == other:
            counts[6] += 1
        for item in bag:
            counts[7] += item
        counts[8] += 1 if abs(bag) > 500 else 0
        other = Bag.of(i % 50)
        other -= 1
        counts[9] += other
        other = Bag(i % 9)
        del other[2]
        counts[10] += Bag.twice(other.total) + bag.twice(1)
        while other:
            other += 1
        counts[11] += len(bag.kind) + bag.limit
    print(counts, bag.total, other.total if isinstance(other, Bag) else other)


def inherited(n):
    total = 0
    for i in range(n):
        small = Small(i % 4, 3)
        total += len(small) + small.total
        small = Small.of(i % 6)
        total += len(small)
        if isinstance(small, Bag) and not isinstance(small, (int, str)) and isinstance(i, (int, Bag)):
            total += 1
        if type(small) is Small and small.__class__ is not Bag:
            total += 1
    print(total, Small.named(), small.named())


def sized(n):
    seen = 0
    for i in range(n):
        thing = Sized(i % 3)
        if thing:
            seen += 1
        if not thing:
            seen += 10
        seen += len(thing) * 100
    print(seen)


class Wrong:
    def __init__(self, answer):
        self.answer = answer

    def __bool__(self):
        return self.answer

    def __len__(self):
        return self.answer

    def __iter__(self):
        return self.answer

    def __contains__(self, item):
        return self.answer

    def __eq__(self, other):
        return self.answer

    def __iadd__(self, other):
        return self.answer

    def __add__(self, other):
        return self.answer


def told(what):
    try:
        print(what())
    except Exception:
        kind, value, trace = sys.exc_info()
        frames = traceback.extract_tb(trace)
        print(kind.__name__, value, [(frame.name, frame.lineno) for frame in frames[1:]])


def ask(wrong, n):
    answers = []
    for i in range(n):
        answers.append(len(wrong))
    return answers


def ask_truth(wrong, n):
    count = 0
    for i in range(n):
        if wrong:
            count += 1
        count += not wrong
    return count


def ask_iter(wrong, n):
    count = 0
    for i in range(n):
        for x in wrong:
            count += x
    return count


def ask_contains(wrong, n):
    return [i in wrong for i in range(n)] + [i not in wrong for i in range(n)]


def ask_equal(wrong, n):
    answers = []
    for i in range(n):
        answers.append(wrong != wrong)
        answers.append(wrong == wrong)
    return answers


def ask_in_place(wrong, n):
    for i in range(n):
        kept = wrong
        kept += 1
    return kept


def wrong_answers():
    for answer in (5, -1, True, 2.5, None, "", NotImplemented, 10**30, [], [1, 2]):
        for question in (ask, ask_truth, ask_iter, ask_contains, ask_in_place):
            told(lambda: question(Wrong(answer), 20))
        if answer is not NotImplemented:
            told(lambda: ask_equal(Wrong(answer), 20))


class Changing:
    def __init__(self):
        self.n = 0

    def __len__(self):
        return 3


def changed(n):
    thing = Changing()
    total = 0
    for i in range(n):
        if i == n // 2:
            Changing.__len__ = lambda self: 100
        if i == n // 2 + 3:
            Changing.__bool__ = lambda self: False
        total += len(thing)
        if thing:
            total += 1
    print(total)
    del Changing.__bool__


class Base:
    value = 1

    def get(self):
        return self.value


class Middle(Base):
    def get(self):
        return super().get() + 10


class Derived(Middle):
    def get(self):
        return super().get() + 100


def hierarchy(n):
    thing = Derived()
    total = 0
    for i in range(n):
        if i == n // 4:
            Base.value = 2
        if i == n // 3:
            Middle.value = 3
        if i == n // 2:
            thing.value = 4
        if i == 2 * n // 3:
            Middle.get = lambda self: 1000
        if i == 3 * n // 4:
            Derived.__bases__ = (Base,)
        total += thing.get()
        total += Derived.value
    print(total)


class Noted:
    def __init__(self, name):
        self.name = name

    def __bool__(self):
        return self.name == "even"

    def __del__(self):
        frame = sys._getframe(1)
        notes.append((self.name, frame.f_code.co_name, frame.f_lineno))


notes = []


def ends(n):
    count = 0
    for i in range(n):
        if Noted("odd" if i % 2 else "even"):
            count += 1
    return count


operators(300)
inherited(200)
sized(100)
wrong_answers()
changed(100)
hierarchy(120)
print(ends(20), notes[:3], len(notes), len(set(notes)))

bag = Bag(1)
for i in range(200):
    bag += i
    if bag:
        bag += 1
    if i in bag:
        bag.items.append(i)
print(bag.total, len(bag), bag.items[-3:])
