# Weak references whose objects go in the middle of loops: callbacks see the loop's names as they are.
import weakref


class Node:
    def __init__(self, n):
        self.n = n


seen = []
nodes = [Node(k) for k in range(6)]
refs = [weakref.ref(node, lambda ref, k=k: seen.append((k, i, total))) for k, node in enumerate(nodes)]
total = 0
i = -1
for i in range(6):
    total += i * 2
    if i % 2:
        nodes[i] = None
    else:
        nodes[i] = i
    total += len(seen)
print(total, seen, [ref() is None for ref in refs])
cache = weakref.WeakValueDictionary()
kept = []
for k in range(2000):
    node = Node(k)
    cache[k] = node
    if k % 500 == 0:
        kept.append(node)
node = None
print(sorted(cache), len(kept))
table = weakref.WeakKeyDictionary()
for k in range(50):
    key = Node(k)
    table[key] = k
    total += len(table)
print(total, len(table))


def finalise(word):
    print("finalised", word, k)


for k in range(3):
    thing = Node(k)
    weakref.finalize(thing, finalise, k)
    for j in range(100):
        total += j
    thing = None
proxy_of = Node(7)
proxy = weakref.proxy(proxy_of)
try:
    for k in range(200):
        total += proxy.n
        if k == 150:
            del proxy_of
except ReferenceError as error:
    print(k, error)
print(total)
