# Whoever reads or changes a loop's own variables by another name of the namespace finds what the loop has made of them.
import collections
import copy
import json
import operator
import sys


class Plain:
    pass


namespace = globals()
values, items = namespace.values(), namespace.items()
module = sys.modules[__name__]
get, get_item = namespace.get, namespace.__getitem__
item_x, attribute_x = operator.itemgetter("x"), operator.attrgetter("x")
instance = Plain()
instance.__dict__ = namespace
chained = collections.ChainMap(namespace)
x = i = 0
x2 = 1.5
res = [0.0, 0.0]
a = b = k = v = q = 0
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += namespace.get("x") - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += get("x") - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += get_item("x") - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += item_x(namespace) - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += attribute_x(module) - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += module.x - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += getattr(module, "x") - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += instance.x - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += chained["x"] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += dict(namespace)["x"] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += namespace.copy()["x"] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += int("%(x)d" % namespace) - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += int("{x}".format(**namespace)) - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += int("{x}".format_map(namespace)) - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += {**namespace}["x"] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += (namespace | {})["x"] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += eval("x", namespace) - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += vars(module)["x"] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += namespace.setdefault("x", 3) - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += list(values)[list(namespace).index("x")] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += module.__dict__["x"] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += copy.copy(namespace)["x"] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += (x in values) - 1
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += (x if namespace else 0) - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += sum(1 for v in namespace.values() if v == x) * 0
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += [v for k, v in namespace.items() if k == 'x'][0] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += str(values).count(', %d,' % x) * 0.1
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += sorted(k for k in namespace if k == 'x') == ['x']
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += list(values).count(x)
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += max(v for k,v in items if k=='x') - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += tuple(values)[list(namespace).index('x')] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += len(json.dumps([namespace['x'], x]))
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += {k: v for k, v in namespace.items()}['x'] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += operator.getitem(namespace, 'x') - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += (lambda: x)() - namespace['x']
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += dict(items)['x'] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    res[0] += namespace.pop('x', 0) - 1
    x = 5
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    namespace['x'] = 7
    res[0] += x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    namespace.update(x=i)
    res[0] += x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    module.x = i*2
    res[0] += x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    instance.x = i*2
    res[0] += x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    setattr(module,'x',i)
    res[0] += x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    del namespace['x']
    x = 4
    res[0] += x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    namespace['x'] += 1
    res[0] += x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    for k in namespace:
        if k == 'x': res[0] += namespace[k] - x
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    for k, v in items:
        if k == 'x': res[0] += v - x
        if k == 'x2': res[1] += v
print(x, x2, res)
for i in range(60):
    x += i
    x2 *= 1.001
    a, b = namespace['x'], namespace['x2']
    res[0] += a - x + b
print(x, x2, res)
