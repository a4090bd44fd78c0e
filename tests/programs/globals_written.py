# Functions that read and write the names of a loop that calls them.
total = 0
calls = 0


def add(n):
    global total, calls
    calls += 1
    for k in range(n):
        total += k
    return total


for i in range(5):
    total += 1
    print(add(i), total, calls)
    calls = calls + 0.5
limit = 3


def grow():
    global limit
    if limit < 8:
        limit += 1
    return limit


i = 0
while i < limit:
    i += 1
    print(i, grow())


def fresh(n):
    global made
    made = n


for i in range(3):
    fresh(i)
    print(made, list(globals())[-1])
    del made


def shadow():
    total = 5
    for k in range(3):
        total += k
    return total


for i in range(2):
    print(shadow(), total)
