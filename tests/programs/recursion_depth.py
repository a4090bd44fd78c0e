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


def dig_in_while():
    global deepest
    k = 0
    while k < 1:
        k += 1
        deepest += 1
    dig_in_while()


def dig_in_try():
    global deepest
    try:
        k = 0
        while k < 1:
            k += 1
            deepest += 1
        return dig_in_try()
    finally:
        deepest += 1000


def dig_without_names(n):
    k = 0
    while k < 2:
        k += 1
        n += 0.5
    found[0] = n
    return dig_without_names(n) + 1


found = [0]
for i in range(3):
    for digs in (dig_in_while, dig_in_try):
        deepest = 0
        try:
            digs()
        except RecursionError as error:
            print(deepest, error)
    try:
        dig_without_names(0)
    except RecursionError as error:
        print(found, error)
