"""Writes loops.py: many small functions, each with a loop that is hot for a moment, and none worth much."""

from pathlib import Path

COUNT = 300
SHAPES = [
    """
    s = 0
    for i in range(n):
        s += i * {a} % {b}
    return s""",
    """
    x = {a}.5
    for i in range(n):
        x = x * 0.{b} + i
    return x""",
    """
    a, b = {a}, {b}
    for i in range(n):
        a, b = b, (a + b) % 9973
    return a""",
    """
    values = [{a}] * 50
    for i in range(n):
        values[i % 50] += i & {b}
    return sum(values)""",
    """
    i = n
    odd = 0
    while i > 0:
        if (i ^ {a}) % {b} == 1:
            odd += 1
        i -= 1
    return odd""",
    """
    text = ""
    for i in range(n // 4):
        text += chr(97 + (i * {a} + {b}) % 26)
    return text.count("e")""",
    """
    seen = {{}}
    for i in range(n // 2):
        seen[i * {a} % {b}] = i
    return len(seen)""",
    """
    values = [i * {a} % {b} for i in range(n // 2)]
    best = 0
    for value in values:
        if value > best:
            best = value
    return best""",
]


def main():
    parts = [f'"""Written by generate.py: {COUNT} loops."""\n']
    for k in range(COUNT):
        body = SHAPES[k % len(SHAPES)].format(a=k % 89 + 3, b=k * 7 % 90 + 11)
        parts.append(f"def loop_{k}(n):{body}\n")
    names = "\n".join(f"    loop_{k}," for k in range(COUNT))
    parts.append(f"LOOPS = [\n{names}\n]\n")
    Path(__file__).with_name("loops.py").write_text("\n\n".join(parts))


if __name__ == "__main__":
    main()
