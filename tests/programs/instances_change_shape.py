# Instances whose attributes come, go and change type while loops run over them; classes that change; slots; dicts that are looked at.
class Body:
    scale = 2.0

    def __init__(self, x, v):
        self.x, self.v = x, v

    def move(self, dt):
        self.x += self.v * dt
        return self


class Slotted:
    __slots__ = ("x", "v", "extra")

    def __init__(self, x, v):
        self.x = x
        self.v = v

    move = Body.move


class Other:
    def move(self, dt):
        self.x -= dt
        return self


def faster(self, dt):
    self.x += 2 * self.v * dt
    return self


bodies = [Body(k, k * 0.5) for k in range(4)] + [Slotted(k, 1) for k in range(2)]
events = []
for t in range(60):
    for k, b in enumerate(bodies):
        try:
            b.move(0.5)
            b.v = -b.v if b.x > 20 else b.v * 1.01
        except Exception as error:
            events.append((t, k, type(error).__name__, str(error)))
    if t == 10:
        bodies[0].x = "text"
    elif t == 12:
        bodies[0].x = 3
    elif t == 15:
        del bodies[1].v
    elif t == 17:
        bodies[1].v = 1
    elif t == 20:
        Body.move = faster
    elif t == 22:
        bodies[2].move = lambda dt: None
    elif t == 25:
        bodies[3].__class__ = Other
    elif t == 28:
        Body.v = property(lambda self: 0.25)
    elif t == 30:
        del Body.v
    elif t == 33:
        bodies[0].__dict__ = {"x": 1.0, "v": 2}
    elif t == 36:
        del bodies[4].x
    elif t == 38:
        bodies[4].x = 2**70
    elif t == 41:
        bodies[1].__dict__["x"] = None
    elif t == 43:
        bodies[1].x = True
    elif t == 46:
        Body.__setattr__ = lambda self, name, value: object.__setattr__(self, name, value if name != "x" else value + 1)
    elif t == 48:
        del Body.__setattr__
    elif t == 50:
        Body.__getattribute__ = lambda self, name: object.__getattribute__(self, name) if name != "v" else 1
    elif t == 52:
        del Body.__getattribute__
    elif t == 55:
        bodies.append(bodies[0])
print(events)
print([(type(b).__name__, b.x, b.v) for b in bodies])
print([sorted(vars(b)) for b in bodies if hasattr(b, "__dict__")])


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right


def insert(node, value):
    while True:
        if value < node.value:
            if node.left is None:
                node.left = Node(value)
                return
            node = node.left
        else:
            if node.right is None:
                node.right = Node(value)
                return
            node = node.right


def total(node):
    return 0 if node is None else total(node.left) + node.value + total(node.right)


root = Node(50)
for k in range(200):
    insert(root, (k * 7919) % 101)
    if k == 100:
        root.left.value = 20.5
    if k == 150:
        root.right.left = None
print(total(root))
head = None
for k in range(100):
    head = Node(k, left=head)
s, node = 0, head
while node is not None:
    s += node.value
    if node.value == 50:
        node.left = node.left.left
    node = node.left
print(s)
wide = Body(0, 0)
for k in range(60):
    setattr(wide, f"a{k % 40}", k)
    wide.x += getattr(wide, f"a{k % 7}", 0)
    if k == 45:
        for name in list(vars(wide))[5:]:
            delattr(wide, name)
print(wide.x, len(vars(wide)))
