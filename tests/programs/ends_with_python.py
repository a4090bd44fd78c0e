# What still lives when Python ends is ended as its modules come apart: finalisers print, and files are written.
import atexit
import io


class Loud:
    def __init__(self, k):
        self.k = k

    def twice(self):
        return self.k * 2

    def __del__(self):
        # Which one says nothing: the cycle collector has an order of its own.
        print("gone")


class Sink(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        print("written", bytes(data))
        return len(data)


def helper(k):
    return k * 2 + 1


def make(n):
    loud = Loud(n)

    def scaled(k):
        return k * loud.k

    return scaled


scaled = make(5)
out = io.TextIOWrapper(io.BufferedWriter(Sink()))


def calls(n):
    total = 0
    for k in range(n):
        total += helper(k) + scaled(k)
        if k % 16 == 0:
            out.write(f"{k} {total}\n")
    return total


def makes(n):
    total = 0
    for k in range(n):
        one = Loud(k)
        total += one.twice()
    return total


def comprehends(n):
    total = 0
    for k in range(n):
        total += sum([helper(i) for i in range(k)]) + sum(helper(i) for i in range(3))
    return total


def defaults(n, one=Loud(300)):
    total = 0
    for k in range(n):
        total += one.twice() + k
    return total


def at_end():
    print("at the end", calls(4))


atexit.register(at_end)
first = Loud(100)
print(calls(40), makes(3), comprehends(12), defaults(12))
kept = []
for k in range(20):
    if helper(k) % 8 == 1:
        kept.append(Loud(200 + k))
print(len(kept))
