# The collector runs finalisers in the middle of loops: they see the names as they are, and what they set is seen. When is not told.
import gc
import sys

alive = 0
made = 0
lines = set()


class Cycle:
    def __init__(self):
        global alive
        alive += 1
        self.me = [self]

    def __del__(self):
        global alive, ended
        alive -= 1
        ended = True
        frame = sys._getframe(1)
        names = set()
        while frame is not None:
            names.add(frame.f_code.co_name)
            frame = frame.f_back
        lines.add("<module>" in names)


ended = False
gc.collect()
while not ended:
    Cycle()
    made += 1
    if made > 100000:
        break
print(made < 100000, lines)
gc.collect()
print(alive)

# Of lists, which native code makes itself; the instance is made once.
for round in range(3):
    ended = False
    turns = 0
    keeper = [Cycle()]
    keeper.append(keeper)
    keeper = None
    kept = []
    while not ended:
        kept.append([turns])
        turns += 1
        if turns > 200000:
            break
    print(turns < 200000, len(kept) == turns, alive)


def waits(n):
    global ended
    ended = False
    keeper = [Cycle()]
    keeper.append(keeper)
    keeper = None
    kept = []
    turns = 0
    while not ended:
        kept.append([turns, n])
        turns += 1
        if turns > 200000:
            break
    return turns < 200000, len(kept) == turns


for round in range(3):
    print(waits(round), alive)

# Turned off, it stays off.
gc.disable()
ended = False
keeper = [Cycle()]
keeper.append(keeper)
keeper = None
kept = []
for i in range(5000):
    kept.append([i])
print(ended, alive, gc.isenabled())
gc.enable()
for i in range(5000):
    kept.append([i])
print(ended, alive, gc.isenabled())
