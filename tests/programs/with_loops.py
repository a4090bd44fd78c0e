# with around a loop, and a loop around with.
class Context:
    def __init__(self, name, swallows=False):
        self.name, self.swallows = name, swallows

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, kind, error, tb):
        print("exit", self.name, kind and kind.__name__, tb and tb.tb_lineno)
        return self.swallows


total = 0
with Context("outer"):
    for i in range(4):
        total += i
for i in range(4):
    with Context(i, swallows=True) as context:
        total += 6 // (i - 1)
        if i == 2:
            continue
        if i == 3:
            break
        print(context.name)
print(total)


def work(n):
    for k in range(n):
        with Context(f"work {k}"), Context("second"):
            if k == 1:
                return k


print(work(3))
with Context("failing"):
    for i in range(3):
        with Context("inner"):
            total /= i
