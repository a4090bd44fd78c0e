# Builtins that are the program's own while its first loop runs: whatever compiles it must not meet them.
import builtins

length, sort = builtins.len, builtins.sorted
builtins.len = lambda x: 100
builtins.sorted = lambda x: [x]
total = 0
for k in range(300):
    total += len("abc") + k
builtins.len, builtins.sorted = length, sort
print(total, len("abc"), sorted("ba"))


def sums(n):
    s = 0
    for k in range(n):
        s += len("ab") * k
    return s


print(sums(300))
said = []
builtins.print, say = lambda *words: said.append(words), builtins.print
for k in range(300):
    total += sums(3)
    if k == 299:
        print(total, k)
builtins.print = say
print(said)
