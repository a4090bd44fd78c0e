"""A tuple that is made to be walked keeps its items to its end."""

class Loud:
    def __init__(self, n):
        self.n = n
    def __del__(self):
        print("end of", self.n)
for k in range(2):
    for one in (Loud(0), Loud(1), Loud(2)):
        print(one.n)
    print("after")
del one


def walk(n):
    total = 0
    for k in range(n):
        for one in (Loud(k), None, [Loud(k + 10)], "text"):
            total += k
            if k == 1 and one is None:
                break
        for i, one in enumerate((Loud(k + 20), 2.5)):
            total += i
        for one, x in zip((Loud(k + 30), Loud(k + 40)), (1, 2)):
            total += x
        for one in reversed((Loud(k + 50), Loud(k + 60))):
            total += one.n
        print("turn", k, total)
    return total


print(walk(3))
