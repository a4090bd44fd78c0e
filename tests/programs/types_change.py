# Scalars that change their type on the way; ints that outgrow a machine's word.
x = 0
for i in range(6):
    x += 0.5 if i > 2 else 1
    print(type(x).__name__, x)
n = 1
for i in range(70):
    n *= 3
    if i % 23 == 0:
        print(n, n % 1000)
y = None
for i in range(5):
    if y is None:
        y = True
    elif y is True:
        y = 2**62
    else:
        y = y + y
    print(y, type(y).__name__)
h = 14695981039346656037
for c in b"hello world":
    h = (h ^ c) * 1099511628211 % 2**64
print(h)
s = ""
for i in range(5):
    s = s + str(i) if i % 2 else i * 2
    s = str(s)
print(s)
t = (0, 1)
for i in range(30):
    t = (t[1], t[0] + t[1])
    if i == 20:
        t = (float(t[0]), t[1])
print(t)
z = 1j
for i in range(3):
    z = z * z + i
print(z)
counter = 2**63 - 3
while counter < 2**63 + 3:
    counter += 1
    print(counter)
