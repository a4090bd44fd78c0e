# del in loops, and what NameError says.
for i in range(3):
    temporary = i * 2
    print(temporary)
    del temporary
    try:
        temporary
    except NameError as error:
        print(error, error.name)
    try:
        del temporary
    except NameError as error:
        print(error)
for i in range(4):
    if i % 2 == 0:
        value = i
    else:
        del value
    print("value" in globals())


def local(n):
    for k in range(n):
        x = k
        if k == 2:
            del x
        try:
            print(x)
        except UnboundLocalError as error:
            print(error)


local(4)
del i
for j in range(2):
    try:
        print(i)
    except NameError:
        print("no i")
        i = 5
for j in range(3):
    print(undefined_name + j)
