# What a loop knows and calls may lose its last name in what the loop calls: it ends when the interpreter is through with it.
import weakref, sys, gc
log = []
def kill(*a):
    del globals()[a[0]]
    log.append(w() is None)
    return 3
class Dies:
    def __init__(self, v): self.v = v
def made(v):
    return v + 1
def first(n):
    t = 0
    for i in range(n):
        if i < 7: t += made(i)
        else: t += i
        if i == 6: t += made(kill("made"))
        t += len(log)
    return t
w = weakref.ref(made, lambda r: log.append(("made gone", sys._getframe(0).f_back.f_code.co_name)))
print(first(12), log)
w = weakref.ref(Dies, lambda r: log.append("Dies gone"))
def second(n):
    t = 0
    for i in range(n):
        if i < 7: t += Dies(i).v
        if i == 6: t += Dies(kill("Dies")).v
        t += len(log)
    return t
print(second(12), log)
gc.collect()
print(log)


def third(*a):
    return len(log)


made = lambda v: v * 2
w = weakref.ref(made, lambda r: log.append("made gone again"))
t = 0
for i in range(12):
    if i < 7:
        t += made(i)
    g = made if i == 6 else None
    if i == 6:
        t += made(kill("made"))
    t += third()
    if g:
        t += g(i)
print(t, log)
