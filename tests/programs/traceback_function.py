# An error in a function that is called in a loop.
def ratio(a, b):
    part = a * 2
    return part + a / b


total = 0
for i in range(20):
    total += ratio(i, 12 - i)
    if i % 5 == 0:
        print(i, total)
