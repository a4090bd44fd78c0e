# Containers of the standard library that are made in functions called natively; also of what has an `__iter__` of its own.
from collections import OrderedDict, defaultdict, deque


class Steps:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        print("iterated", self.n)
        return iter(range(self.n))


def reached(n, start):
    seen = [False] * n
    seen[start] = True
    queue = deque([start])
    count = 0
    while queue:
        at = queue.popleft()
        count += 1
        for step in (2, 3):
            there = (at * step + 1) % n
            if not seen[there]:
                seen[there] = True
                queue.append(there)
    return count


def last(n):
    window = deque(maxlen=3)
    few = deque(range(n), 4)
    text = deque("ab" * n)
    for k in range(n):
        window.append(k)
    return list(window), list(few), len(text)


def counted(words):
    counts = defaultdict(int)
    places = defaultdict(list)
    for place, word in enumerate(words):
        counts[word] += 1
        places[word].append(place)
    return dict(counts), dict(places)


def made_of(n):
    return sum(deque(Steps(n)))


def with_default(n):
    made = []

    def factory():
        made.append(n)
        return len(made)

    table = defaultdict(factory)
    for k in range(n):
        table[k % 3] += 1
    return dict(table), made


def ordered(n):
    table = OrderedDict()
    for k in range(n):
        table[k % 5] = k
    return list(table.items())


total = 0
for k in range(60):
    total += reached(97, k)
print(total)
for k in range(6):
    print(last(k), counted(["a", "b", "a"] * k), made_of(k), with_default(k), ordered(k))
for bad in (5, None, 1.5):
    try:
        for k in range(3):
            deque([1, 2], bad)
            deque(bad)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
try:
    for k in range(3):
        defaultdict(5)
except TypeError as error:
    print(error)
try:
    for k in range(3):
        deque([1], -k)
except ValueError as error:
    print(error)
