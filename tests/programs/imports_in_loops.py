# Imports in loops and functions: of modules that are there, that are not, that fail, that loop themselves; and what is in sys.modules.
import importlib
import sys
import types

total = 0
for k in range(30):
    import math
    from math import floor as down
    from string import ascii_letters

    total += down(math.sqrt(k)) + len(ascii_letters)
    if k == 10:
        math.floor = lambda x: 100
    if k == 20:
        import math as m

        del math.floor
        m.floor = down
print(total)
for k in range(3):
    try:
        import no_such_module
    except ModuleNotFoundError as error:
        print(k, error, error.name)
for k in range(5):
    name = f"made_{k}"
    module = types.ModuleType(name)
    exec("total = 0\nfor i in range(50):\n    total += i * %d\ndef f(x):\n    return x + total" % k, module.__dict__)
    sys.modules[name] = module
    made = importlib.import_module(name)
    total += made.f(k) + made.total
print(total, sorted(n for n in sys.modules if n.startswith("made_")))


def loads(n):
    for k in range(n):
        from made_3 import f, total as t

        if k == n // 2:
            sys.modules["made_3"].f = lambda x: -x
        t += f(k)
    return t


print(loads(20), total)
sys.path.insert(0, "modules")
before = set(sys.modules)
for k in range(40):
    if k == 25:
        import json.tool
    total += k
print(total, "json.tool" in sys.modules, "json" in globals())
try:
    for k in range(10):
        if k == 6:
            from math import nothing_like_it
except ImportError as error:
    print(k, type(error).__name__, error.name)
for k in range(3):
    importlib.reload(sys.modules["string"])
print(__name__, __spec__ is None or __spec__.name, __builtins__ is importlib.import_module("builtins"))
