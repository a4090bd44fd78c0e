# Annotations at module level in loops, assignment expressions, star targets, match, global statements.
for i in range(3):
    value: float = i * 0.5
    if (doubled := i * 2) > 1:
        first, *rest = range(doubled)
        print(first, rest)
print(__annotations__, doubled)
for item in (1, 2.5, "s", [1, 2], (1, 2, 3), {"k": 1}, None):
    match item:
        case int() | float():
            print("number", item)
        case [a, b]:
            print("pair", a, b)
        case [a, *others]:
            print("more", a, others)
        case {"k": k}:
            print("dict", k)
        case str(text):
            print("text", text)
        case _:
            print("other")
total = 0
for i in range(3):
    total -= 0
    total += i
