total = 0
table = []
for i in range(10):
    total += i * i
    table.append(i / 4)
step = 1
count = 0


def spread(n):
    global count
    s = 0
    for k in range(4):
        s += k * step + n
        count += 1
    return s


def fails(n):
    for k in range(3):
        if k + n == 4:
            return [1, 2][k + 1]
