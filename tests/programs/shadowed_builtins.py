# Builtins and globals that get another meaning in the middle of a loop.
total = 0
for i in range(8):
    total += abs(i - 4)
    if i == 3:
        abs = lambda x: 1000
    if i == 5:
        del abs
    print(i, total)


def scale(x):
    return x * factor


factor = 2
for i in range(6):
    print(scale(i))
    if i == 2:
        factor = 0.5
    if i == 4:
        scale = len.__class__.__name__.__add__ if False else (lambda x: -x)
len_was = len
for i in range(4):
    if i == 2:
        len = lambda x: 42
    print(len([1, 2]))
len = len_was
import builtins

was = builtins.max
for i in range(4):
    print(max(i, 2))
    if i == 1:
        builtins.max = min
builtins.max = was
for i in range(3):
    range = [7, 8]
for i in range:
    print(i)
