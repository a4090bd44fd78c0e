# A function gets other code, other defaults, while it runs.
def other(n):
    t = 100
    for k in range(n):
        t = t * 2 + k
        print("other", t)
    return t


def work(n):
    s = 0
    for i in range(n):
        s += i
        if i == 2:
            work.__code__ = other.__code__
        print("work", s)
    while s < 40:
        s += n
    for i in range(3):
        for j in range(3):
            s += i * j
    return s


print(work(6))
print(work(3))


def defaults(n, m=2):
    s = 0
    for i in range(n):
        defaults.__defaults__ = (i,)
        s += i
        for j in range(m):
            s += j
    return s


print(defaults(5), defaults(4), defaults.__defaults__)
for i in range(4):

    def again(x, i=i):
        return x * i

    print(again(3), again(3, 2))
    if i == 2:
        again = other
print(again.__name__)
print(work.__code__ is other.__code__, work.__code__ == other.__code__)
