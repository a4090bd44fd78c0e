# Handlers that run in the middle of loops over lists of numbers: they see every store that was made and none that was not, and what they write stays.
import signal
import time

N = 40
a = [0] * N
b = [0.0] * N
grid = [[0] * N for _ in range(3)]
looks = []


def looks_in(number, frame):
    if frame.f_code is looks_in.__code__:  # it took longer than the timer
        return
    sums = sum(a), sum(b)
    # a[i] is written before b[i], and each turn adds one to both.
    looks.append(sums[0] - sums[1] in (0, 1))
    # The frame is the program's own, whatever it was doing.
    looks.append(frame.f_globals["i"] == i and frame.f_code.co_name == "<module>" and frame.f_lineno in lines)


signal.signal(signal.SIGALRM, looks_in)
i = 0
lines = range(24, 33)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
end = time.monotonic() + 0.25
while time.monotonic() < end:
    for t in range(200):
        for i in range(N):
            a[i] += 1
            b[i] += 1.0
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(looks) > 0, all(looks), sum(a) == sum(b), len(set(a)) == 1)


class Enough(Exception):
    pass


def writes(number, frame):
    grid[1][5] = -(10**9)
    grid[2] = grid[0]
    raise Enough


signal.signal(signal.SIGALRM, writes)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    while True:
        for row in grid:
            for j in range(N):
                row[j] += 1
except Enough:
    print("enough")
print(grid[1][5] < 0, grid[2] is grid[0], max(grid[0]) - min(grid[0]) <= 1)


def in_function(n):
    u = [1.0] * n
    v = [2.0] * n
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.03)
        while True:
            for i in range(n):
                u[i], v[i] = v[i], u[i]
    except Enough:
        return {x + y for x, y in zip(u, v)}


def stops(number, frame):
    raise Enough


signal.signal(signal.SIGALRM, stops)
for n in (1, 10, 1000):
    found = in_function(n)
    # A swap of a pair is two stores: the handler may come between them.
    print(found <= {3.0, 2.0, 4.0})
caught = 0
first = 81
for k in range(3):
    try:
        s = 0
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        while True:
            for x in a:
                s += x
    except Enough as error:
        caught += error.__traceback__.tb_lineno in range(first, first + 7)
print(caught)
