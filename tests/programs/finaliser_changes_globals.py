# A finaliser that reads and writes the names of a loop that runs.
count = 0


class Counted:
    def __del__(self):
        global count
        print("count was", count)
        count += 100


items = [Counted(), Counted(), Counted(), Counted()]
for i in range(4):
    items[i] = i
    count += 1
print(count)
factor = 5


class Changes:
    def __del__(self):
        global factor
        factor = 1.5


def add():
    s = 0
    for k in range(4):
        items[k] = k
        s += factor
        print(s)


items = [1, Changes(), 3, Changes()]
add()
