# Context managers around and in loops: what they swallow, what they see, in which order they end.
import contextlib

log = []


class Guard:
    def __init__(self, name, swallows=()):
        self.name, self.swallows = name, swallows

    def __enter__(self):
        log.append(("in", self.name))
        return self

    def __exit__(self, kind, error, tb):
        log.append(("out", self.name, kind and kind.__name__, tb and tb.tb_lineno))
        return kind is not None and issubclass(kind, self.swallows)


@contextlib.contextmanager
def counted(n):
    total = 0
    try:
        for k in range(n):
            total += k
        yield total
    except ZeroDivisionError as error:
        log.append(("in the generator", str(error)))
    finally:
        log.append(("total", total))


sums = 0
for k in range(5):
    with Guard("a", (ValueError,)), Guard("b"):
        for j in range(40):
            sums += j
            if j == 20 + k:
                if k == 1:
                    raise ValueError(k)
                if k == 2:
                    break
                if k == 3:
                    continue
for k in range(4):
    with counted(100 * k) as c:
        sums += c
        sums += 1 // (2 - k)
with contextlib.ExitStack() as stack:
    for k in range(3):
        stack.enter_context(Guard(k))
        stack.callback(lambda k=k: log.append(("callback", k, sums)))
        for j in range(50):
            sums += j
with contextlib.suppress(IndexError):
    items = [1, 2, 3]
    for k in range(10):
        sums += items[k]
print(k, sums)


def early(n):
    for k in range(n):
        with Guard("early"):
            for j in range(100):
                if j * k > 150:
                    return k, j


print(early(9))
for entry in log:
    print(entry)
