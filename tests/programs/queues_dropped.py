"""Queues end in native code: with what runs code of the program's in them, or at their own end, and without."""
import sys
import weakref
from collections import deque


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name, "in line", sys._getframe(1).f_lineno, "turn", sys._getframe(1).f_locals.get("turn"))


class Told(deque):
    def __del__(self):
        print("a queue of", len(self))


def plain(n):
    total = 0
    for turn in range(n):
        queue = deque([(turn, 0)])
        while queue and len(queue) < 40:
            a, b = queue.popleft()
            queue.append((a, b + 1))
            queue.append((b, a))
        total += sum(a + b for a, b in queue)
    return total


def loud(n):
    total = 0
    for turn in range(n):
        queue = deque([turn])
        if turn % 7 == 3:
            queue.append(Loud(turn))
        if turn % 11 == 5:
            queue.append([(Loud((turn, k)), k) for k in range(2)])
        total += len(queue)
        queue = None
        total += turn
    return total


def watched(n):
    seen = []
    for turn in range(n):
        queue = deque(range(turn % 5))
        if turn % 6 == 2:
            told = weakref.ref(queue, lambda _: seen.append(turn))
        kind = Told([1, 2]) if turn % 13 == 1 else queue
        queue = kind = None
    return seen


def bounded(n):
    window = deque(maxlen=4)
    last = deque((), 2)
    dropped = 0
    for turn in range(n):
        window.append(Loud(("window", turn)) if turn % 9 == 0 else turn)
        last.appendleft(turn * 0.5)
        dropped += len(window) - len(last)
    return dropped, list(last), [type(x).__name__ for x in window]


for turns in (3, 40):
    print(plain(turns))
    print(loud(turns))
    print(watched(turns))
    print(bounded(turns))
