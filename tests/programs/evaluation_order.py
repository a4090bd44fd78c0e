# What is evaluated first.
def say(x):
    print("say", x)
    return x


items = [0, 0, 0]
for i in range(3):
    items[say(i)] = say(i * 2) + say(1)
    items[say(i)] += say(10)
    a, b = say(i), say(-i)
    print(a, b, say(1) < say(2) < say(0) < say(9), say(0) and say(1), say(0) or say(2))
    table = {say("k"): say("v"), **{say("x"): say(1)}}
    print(say(1) if say(i) else say(2), max(say(3), say(4), key=lambda x: say(-x)))
print(items, table)
for i in say(range(say(2), say(4))):
    print(i)
