# How deep a recursion goes is the same to the level.
deepest = 0


def dig():
    global deepest
    for k in range(1):
        deepest += 1
    dig()


for i in range(3):
    deepest = 0
    try:
        dig()
    except RecursionError:
        print(deepest)
