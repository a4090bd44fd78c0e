# What is printed, and in which order, to both streams; unflushed text at the end.
import sys

total = 0
for i in range(6):
    total += i
    print("out", i, total)
    if i % 2:
        print("err", i, file=sys.stderr)
    sys.stdout.write(f"{total / 3!r};")
    print()
for word in ("a", "b"):
    print(word, end=" ")
print("no newline at the end", end="")
