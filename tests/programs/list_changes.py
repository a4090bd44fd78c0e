# A list that changes while it is iterated; indices that are out of range.
items = [1, 2, 3]
for x in items:
    print(x)
    if len(items) < 8:
        items.append(x * 10)
for x in items:
    items.remove(x)
print(items)
numbers = list(range(6))
for i in range(10):
    try:
        numbers[i] = numbers[i] / 2
        numbers[-i - 1] += 1
    except IndexError as error:
        print(i, error)
print(numbers)
for i, x in enumerate(numbers):
    if i == 2:
        numbers = ["other"]
    print(i, x)
mixed = [1, 2.5, True, None, "s", 2**70, [1]]
for x in mixed:
    try:
        print(x + 1)
    except TypeError as error:
        print(error)
while len(mixed) > 2:
    mixed.pop(len(mixed) // 2)
print(mixed)
table = {1: 2, 3: 4}
try:
    for k in table:
        table[k + 10] = 0
except RuntimeError as error:
    print(error, list(table))
mixed[:] = []
mixed.pop()
