# The collector: callbacks, thresholds, garbage made and collected in loops, objects that come back to life.
import gc

phases = []


def told(phase, info):
    if info["generation"] == 2:
        phases.append((phase, k, total))


class Node:
    alive = 0

    def __init__(self, n):
        self.n, self.me = n, self
        Node.alive += 1

    def __del__(self):
        Node.alive -= 1
        if self.n == 13:
            saved.append(self)


saved = []
k = total = 0
gc.collect()
gc.callbacks.append(told)
for k in range(40):
    node = Node(k)
    total += node.n
    if k % 15 == 14:
        node = None
        gc.collect()
print(phases, [s.n for s in saved], total)
gc.callbacks.remove(told)
node = None
gc.collect()
print(Node.alive)
gc.disable()
for k in range(3000):
    ring = [k]
    ring.append(ring)
    total += ring[0]
print(gc.isenabled(), total)
gc.enable()
ring = None
print(gc.collect() >= 3000)
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
old = gc.get_threshold()
gc.set_threshold(1)
for k in range(500):
    x = [k]
    x.append({"x": x})
    total += x[0]
gc.set_threshold(*old)
print(total)
thing = [1.5, 2.5]
holders = [thing, {"a": thing}]
for k in range(100):
    thing[0] += thing[1]
print(len([r for r in gc.get_referrers(thing) if r in holders]), gc.is_tracked(thing), thing[0])
