# Wherever an object comes to its end, its finaliser sees the frame and the names as they are, and what it sets is seen.
import sys
import weakref

count = 0
told = []


class Ends:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        global count
        frame = sys._getframe(1)
        print(self.name, "count", count, "in", frame.f_code.co_name, "line", frame.f_lineno)
        count += 100


class Node:
    def __init__(self, value):
        self.value = value
        self.next = None


def watched(name):
    thing = Node(name)
    told.append(weakref.ref(thing, lambda _: print(name, "is gone, count", count)))
    return thing


# A variable is set anew, or deleted.
thing = 0
for i in range(3):
    thing = Ends(f"set {i}")
    count += 1
    thing = i
    count += 1
print(count)
for i in range(3):
    thing = Ends(f"deleted {i}")
    count += 1
    del thing
    count += 1
print(count)

# An item of a list is replaced, deleted, popped, cut off.
items = [Ends(f"item {k}") for k in range(4)]
for i in range(4):
    items[i] = float(i)
    count += 1
print(count)
items = [Ends(f"popped {k}") for k in range(3)]
while items:
    items.pop()
    count += 1
items = [Ends(f"cut {k}") for k in range(4)]
for i in range(2):
    del items[0]
    count += 1
    items[0:1] = []
    count += 1
print(count)
items = [Ends(f"cleared {k}") for k in range(2)]
for i in range(2):
    items.clear()
    count += 1
items = [Ends(f"timesed {k}") for k in range(2)]
for i in range(2):
    items *= 0
    count += 1
print(count)

# Of a dict.
table = {k: Ends(f"value {k}") for k in range(5)}
for i in range(2):
    table[i] = i
    count += 1
    del table[i + 2]
    count += 1
for i in range(2):
    table.clear()
    count += 1
print(count)

# Of an instance.
head = Node(0)
head.next = Ends("attribute")
for i in range(2):
    head.next = None
    count += 1
print(count)

# With the list, the tuple, the dict, the instance that holds it.
for i in range(2):
    items = [[1, 2], [3, [Ends(f"deep in a list {i}")]]]
    count += 1
    items = i
    count += 1
    items = (1, (Ends(f"deep in a tuple {i}"), 2))
    count += 1
    items = i
    count += 1
    items = {"a": {"b": [Ends(f"deep in a dict {i}")]}}
    count += 1
    items = i
    count += 1
    items = Node(1)
    items.next = Node(2)
    items.next.next = Ends(f"deep in instances {i}")
    count += 1
    items = i
    count += 1
print(count)

# Two references, both dropped with the list.
for i in range(2):
    one = Ends(f"twice {i}")
    items = [one, one]
    count += 1
    one = None
    count += 1
    items = i
    count += 1
print(count)

# The result of a call, and of an operator, that nobody keeps.
for i in range(2):
    Ends(f"temporary {i}")
    count += 1
    Ends(f"compared {i}") is None
    count += 1
    [Ends(f"listed {i}")]
    count += 1
    len([Ends(f"measured {i}")])
    count += 1
    [5, Ends(f"indexed {i}")][0]
    count += 1
    if [Ends(f"tested {i}")]:
        count += 1
    while not [Ends(f"looked at {i}")]:
        count += 1
print(count)

# What a loop goes through.
for i in range(2):
    for x in [1, 2, Ends(f"gone through {i}")]:
        count += 1
    x = None
    count += 1
    for k, x in enumerate([Ends(f"enumerated {i}")]):
        count += 1
        x = None
        count += 1
    count += 1
    for a, b in zip([Ends(f"zipped {i}")], [2]):
        a = None
        count += 1
    count += 1
    for key, value in {i: Ends(f"from items {i}")}.items():
        value = 0
        count += 1
    count += 1
    for value in {i: Ends(f"from values {i}")}.values():
        value = 0
        count += 1
    count += 1
print(count)

# The callbacks of weak references.
watch = 0
for i in range(3):
    watch = watched(f"watched {i}")
    count += 1
    watch = i
    count += 1
print(count, [ref() for ref in told])


# Variables of functions, dropped where they return; and functions that leave in the middle.
def drops(n):
    global count
    mine = Ends(f"local {n}")
    other = mine
    count += 1
    for k in range(3):
        n += k
    return n


def nested(n):
    before = count
    inner = [drops(n), drops(n + 1)]
    return inner, count - before


for i in range(2):
    print(nested(i), count)


def takes(thing, n):
    thing = None
    s = 0
    for k in range(n):
        s += k
    return s


for i in range(2):
    print(takes(Ends(f"argument {i}"), i), count)


def loops():
    seen = []
    for k in range(3):
        local = Ends(f"in a function {k}")
        local = count
        seen.append(local)
    return seen


print(loops(), count)


# A generator that is not finished: its `finally` runs.
def generate():
    global count
    try:
        yield 1
        yield 2
    finally:
        print("finally, count", count)
        count += 1000


for i in range(2):
    generator = generate()
    next(generator)
    count += 1
    generator = i
    count += 1
print(count)

# One that stops the loop, and one that deletes a name of it.
class Stops:
    def __del__(self):
        global going
        going = False


class Unbinds:
    def __del__(self):
        global total
        del total


going = True
turns = 0
stop = [Stops()]
while going:
    turns += 1
    if turns == 5:
        stop[0] = turns
    if turns > 100:
        break
print(turns, going)
total = 0
stop = [Unbinds()]
try:
    for i in range(10):
        total += i
        if i == 4:
            stop[0] = i
except NameError as error:
    print(i, error)
