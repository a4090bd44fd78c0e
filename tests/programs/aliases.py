# One list under several names; one object in several places.
a = [1.0, 2.0, 3.0]
b = a
for i in range(3):
    a[i] = a[i] * 2
    b[i] += 1
print(a, b, a is b)
row = [0] * 3
grid = [row] * 3
for i in range(3):
    for j in range(3):
        grid[i][j] += i + j
print(grid, grid[0] is grid[2], row is grid[1])
items = [a, a[:], b]
for item in items:
    item.append(len(item))
print(items, items[0] is items[2])


def change(rows, n):
    for k in range(n):
        rows[0][k] = rows[1][k] + 1
    return rows


same = [5, 6, 7]
print(change([same, same], 3), same)
