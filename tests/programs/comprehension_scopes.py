# Comprehensions, generator expressions and lambdas: whose names they see, when they look, what they leave behind, in modules, functions, classes.
x = 10
total = 0
for i in range(20):
    squares = [x * i for x in range(5)]
    table = {k: v for k, v in zip("abcde", squares)}
    unique = {s % 3 for s in squares}
    total += sum(squares) + len(unique) + table["b"] + x
print(total, x, i)
fs = [lambda: i for i in range(3)]
gs = [lambda i=i: i for i in range(3)]
print([f() for f in fs], [g() for g in gs], i)
grid = [[r * 3 + c for c in range(3)] for r in range(3)]
print([v for row in grid if row[0] for v in row if v % 2], [list(col) for col in zip(*grid)], [[v * v for v in row] for row in grid])


class Scope:
    n = 5
    items = list(range(n))
    doubled = [v * 2 for v in items]
    for k in range(3):
        last = [v + 1 for v in items[:k]]
    try:
        bad = [v * n for v in items]
    except NameError as error:
        bad = str(error)


print(Scope.doubled, Scope.last, Scope.bad, Scope.k)


def outer(n):
    seen = []
    for j in range(n):
        seen.append(sum(j * m for m in range(j)))
        late = (m + j for m in range(2))
    return seen, list(late), [j for j in range(2)], j


print(outer(6))


def shadows(items):
    items = [items for items in items if (lambda: items)() > 1]
    return items


print(shadows([1, 2, 3]))
try:
    for i in range(10):
        bad = [1 // (5 - i - j) for j in range(3)]
except ZeroDivisionError as error:
    print(i, error, error.__traceback__.tb_lineno, len(bad))
gen = (y for y in [1, 2, 3] if undefined_yet)
try:
    next(gen)
except NameError as error:
    print(error)
undefined_yet = True
print(list(gen))
count = 0


def bump():
    global count
    count += 1
    return count


print([bump() for _ in range(5) if bump() % 2], count)
print({bump(): bump() for _ in range(3)})
print(all(bump() < 20 for _ in range(100)), count, any(bump() > 30 for _ in range(100)), count)
nested = [[(a, b) for b in range(a)] for a in range(4)]
print(nested, sum(len(n) for n in nested), max(range(10), key=lambda k: -abs(k - 4)))
print([z := k * 2 for k in range(3)], z, [k for k in range(3) if (w := k)], w)
print(*(k for k in "ab"), sep="-")
matrix = [[1, 2], [3, 4]]
for t in range(30):
    matrix = [[sum(a * b for a, b in zip(row, col)) % 1000 for col in zip(*matrix)] for row in matrix]
print(matrix)
