# Closures over the variables of loops.
functions = []
for i in range(3):
    functions.append(lambda: i)
    functions.append(lambda i=i: i)
print([f() for f in functions])


def make(n):
    found = []
    for k in range(n):

        def inner(x):
            nonlocal n
            n += 1
            return x + k + n

        found.append(inner)
    return found


made = make(3)
for f in made:
    print(f(10))


def counter():
    count = 0

    def step(by=1):
        nonlocal count
        for k in range(by):
            count += 1
        return count

    return step


step = counter()
for i in range(4):
    print(step(), step(i))
data = [1, 2, 3]


def over(rows):
    def total():
        s = 0
        for row in rows:
            s += row
        return s

    return total


total = over(data)
for i in range(3):
    data.append(i * 0.5)
    print(total())
