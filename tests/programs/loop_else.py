# else, break and continue; the variables of a loop when it is over.
for n in range(2, 12):
    for d in range(2, n):
        if n % d == 0:
            print(n, "=", d, "*", n // d)
            break
    else:
        print(n, "is prime")
print(n, d)
k = 10
while k > 0:
    k -= 3
    if k == 1:
        continue
    if k < -5:
        break
else:
    print("ran out", k)
for i in range(5):
    if i == 3:
        break
else:
    print("never printed")
print(i)
for i in range(0):
    pass
else:
    print("empty", i)
for i in range(3):
    for i in range(10, 12):
        pass
    print(i)
total = 0
for i in range(10):
    i *= 2
    total += i
print(i, total)
