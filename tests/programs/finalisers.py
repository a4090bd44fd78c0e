# Objects die at the statement that drops their last reference.
import sys
import weakref


class Thing:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("gone", self.n)


for i in range(3):
    thing = Thing(i)
    print("made", i)
print("a")
for i in range(3):
    thing
print("b", sys.getrefcount(thing))
del thing
print("c")
things = [Thing(k) for k in range(10, 14)]
for i in range(4):
    things[i] = i
    print("replaced", i)
things = [Thing(k) for k in range(20, 23)]
while things:
    things.pop()
    print(len(things))
other = Thing(30)
watch = weakref.ref(other, lambda _: print("watched"))


def look():
    for k in range(3):
        other
    return other.n


print(look(), watch() is other)
other = None
print("d", watch())


def make():
    held = Thing(40)

    def use():
        for k in range(3):
            held
        return held.n

    return use


use = make()
print(use())
use = 1
print("e")
for i in range(2):
    local = Thing(50 + i)
    for k in range(3):
        local.n += 0
    del local
    print("f", i)


def scope(n):
    mine = Thing(n)
    for k in range(3):
        n += k
    return n


for i in range(2):
    print(scope(60 + i))
print("end")
