# Loops beside exec, eval, globals(), locals(), vars(), setattr on the module, builtins that are replaced and put back.
import builtins
import sys

me = sys.modules[__name__]
total, step = 0, 1
for k in range(300):
    total += step
    if k == 50:
        globals()["step"] = 2
    if k == 100:
        exec("step = 0.5")
    if k == 150:
        me.step = 10**20
    if k == 200:
        vars(me)["step"] = 3
    if k == 250:
        del globals()["step"]
        step = 1
print(total, step)
length = builtins.len
for k in range(30):
    total += len("abc") + abs(-k)
    if k == 10:
        builtins.len = lambda x: 100
    if k == 20:
        builtins.len = length
        abs = lambda x: 1000
    if k == 25:
        del abs
print(total)


def uses_range(n):
    s = 0
    for k in range(n):
        s += k
    return s


print(uses_range(10), end=" ")
range_was = range
range = lambda n: [7] * n
print(uses_range(10), end=" ")
del range
print(uses_range(10), range is range_was)
code = compile("for q in range(50):\n    acc += q\n    if q == 30: other.append(acc)", "made", "exec")
for k in range(3):
    space = {"acc": k, "other": []}
    exec(code, space)
    exec(code, {"__builtins__": {"range": lambda n: [1, 2, 3]}}, more := {"acc": 0.5, "other": []})
    print(space["acc"], space["other"], more["acc"], space["q"])
try:
    exec(code, {"acc": 0})
except NameError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)


def local_view(n):
    a = 0
    for k in range(n):
        a += k
        if k == n - 1:
            return dict(sorted(locals().items())), eval("a + k")


print(local_view(20))
space = {}
exec("def made(n):\n    s = 0\n    for k in range(n):\n        s += k * scale\n    return s", space)
for scale in (2, 0.5, 10**18):
    space["scale"] = scale
    print(space["made"](20), end=" ")
print()
try:
    for k in range(10):
        if k == 6:
            del total
        total += k
except NameError as error:
    print(k, error)
total = 0
names = []
for name in list(globals()):
    if not name.startswith("__"):
        names.append(name)
print(names)
for k in range(5):
    exec(f"v{k} = {k} * 2")
    total += eval(f"v{k}")
print(total, v4)


class Space(dict):
    def __missing__(self, key):
        if key.startswith("x"):
            return len(key)
        raise KeyError(key)


space = Space()
exec("t = 0\nfor k in [1, 2, 3]:\n    t += x + xx * k", {}, space)
print(space["t"])
for k in range(100):
    f = eval(f"lambda x: x * {k % 3} + k")
    total += f(k)
print(total)
