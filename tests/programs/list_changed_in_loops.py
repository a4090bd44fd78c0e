# Lists that change while loops run over them: by the loop, by a callee, by another name, by a thread, while their numbers are in native hands.
import threading

items = [1, 2, 3, 4]
seen = []
for x in items:
    seen.append(x)
    if x == 2:
        items.remove(2)
    if len(items) < 8:
        items.append(x * 10)
print(seen, items)
grid = [[float(i * j) for j in range(6)] for i in range(6)]
alias = grid[2]


def meddle(t):
    if t == 5:
        grid[3] = alias
    elif t == 9:
        grid[1][2] = "text"
    elif t == 12:
        grid[1][2] = 7
    elif t == 15:
        alias.append(99.0)
    elif t == 18:
        grid.append(grid[0])
    elif t == 21:
        grid[4] = tuple(grid[4])
    elif t == 24:
        del grid[0][5]


failed = []
total = 0.0
for t in range(30):
    for i in range(len(grid)):
        row = grid[i]
        for j in range(len(row)):
            try:
                row[j] = row[j] * 0.5 + j
                total += row[j]
            except TypeError as error:
                failed.append((t, i, j, str(error)))
    meddle(t)
print(total, failed[:4], len(failed))
print([len(row) for row in grid], grid[2] is alias, grid[3] is alias, grid[-1] is grid[0])
for i in range(10):
    try:
        for j in range(10):
            if j == 5:
                items[20 - i * 3]
            total += items[j % len(items)]
    except IndexError as error:
        print(i, j, error)
numbers = [0] * 100
stop = []
ready = threading.Event()


def writes():
    ready.wait()
    for k in range(100):
        numbers[k] = k
    stop.append(True)


thread = threading.Thread(target=writes)
thread.start()
turns = 0
ready.set()
while not stop:
    turns += 1
    s = 0
    for k in range(100):
        s += numbers[k]
thread.join()
s = 0
for k in range(100):
    s += numbers[k]
print(s, turns > 0)
queue = [3]
order = []
while queue:
    n = queue.pop(0)
    order.append(n)
    if n > 0:
        queue.append(n - 1)
        queue.insert(0, n - 2)
print(order)
rows = [[k] for k in range(5)]
for row in rows:
    row *= 2
    rows[row[0] - 1] = row
    if len(rows) < 9:
        rows += [row[:]]
print(rows)
a = [1, 2, 3]
for a[0] in range(4):
    a[1] += a[0]
    for a[2] in a:
        a[1] -= 1
print(a)
