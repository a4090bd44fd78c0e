# An error under several calls, each in a loop of its own.
def inner(n):
    s = 0
    for k in range(n):
        s += 100 // (17 - k)
    return s


def middle(n):
    s = 0
    for k in range(n):
        s += inner(k)
    return s


def outer(n):
    s = 0
    k = 0
    while True:
        k += 1
        s += middle(k)
    return s


print(middle(5))
for i in range(3):
    print(outer(i))
