# Functions, classes and namespaces that die while the program goes on take what they alone hold with them, natively entered or not.
import gc, types, weakref
class Loud:
    def __init__(self, k): self.k = k
    def __del__(self): print("gone", self.k)
SRC = """
def helper(k):
    return k * 2 + 1
def work(n):
    s = 0
    for k in range(n):
        s += helper(k)
    return s
"""
def module(n):
    m = types.ModuleType("m")
    exec(compile(SRC, "m.py", "exec"), vars(m))
    m.loud = Loud(n)
    print(m.work(40))
for n in range(3):
    module(n)
    gc.collect()
    print("collected")

def pair(n):
    loud = Loud(n + 10)
    def even(k):
        return k % 2 == 0 or loud is None
    def count(m):
        c = 0
        for k in range(m):
            if even(k): c += 1
            if k < 0: count(k)
        return c
    return count(30)
for n in range(3):
    print(pair(n))
    gc.collect()
    print("collected")

def make(n):
    loud = Loud(n + 20)
    def scaled(k):
        return k * loud.k
    return scaled
scaled = make(1)
def use(n):
    t = 0
    for k in range(n):
        t += scaled(k)
    return t
print(use(30))
del scaled
print("deleted")
class Once(Loud):
    pass
w = weakref.ref(Once, lambda r: print("class gone"))
def instances(n):
    for k in range(n):
        x = Once(k + 30)
instances(3)
del Once
gc.collect()
print("end")
