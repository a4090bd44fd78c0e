"""Text that loops write: to memory and to files, of several encodings, with methods replaced, closed and detached in the middle."""

import codecs
import io
import os
import sys
import tempfile

path = os.path.join(tempfile.mkdtemp(), "written.txt")


def contents(encoding="utf-8"):
    with open(path, encoding=encoding, newline="") as f:
        text = f.read()
    return len(text), hash(text) == hash(text), text[:40], text[-40:]


out = io.StringIO()
total = 0
for i in range(2000):
    label = "ab" if i % 3 else "é"
    total += out.write(f"{label}{i},{i * 0.5:.2f}\n")
print(total, out.tell(), out.getvalue()[-30:])

for encoding in ("utf-8", "ascii", "latin-1", "utf-16", "cp1252"):
    with open(path, "w", encoding=encoding) as f:
        for i in range(500):
            f.write(f"{i},{i % 7:03d}\n")
            print(i, i / 4, "x", None, sep=";", file=f)
            if i % 100 == 0:
                f.flush()
    print(encoding, os.path.getsize(path), contents(encoding))

# Mistakes of an encoding are asked about.
asked = []


def handler(error):
    asked.append((error.object[error.start:error.end], i))
    return "?", error.end


codecs.register_error("mine", handler)
with open(path, "w", encoding="ascii", errors="mine") as f:
    for i in range(300):
        text = "plain" if i % 100 else "é" * (i // 100 + 1)
        f.write(text)
        print(text, file=f)
print(asked, contents())

# Written over by others: an attribute, a subclass, what print asks for.
log = []


class Kept(io.StringIO):
    def write(self, text):
        log.append((text, i))
        return super().write(text)


kept = Kept()
for i in range(100):
    kept.write("a")
    if i % 25 == 0:
        print("b", end="", file=kept)
print(len(log), log[-3:], len(kept.getvalue()))
f = open(path, "w")
for i in range(100):
    if i == 50:
        f.write = lambda text: log.append(("lambda", text, i))
    f.write("c")
    if i % 20 == 0:
        print("d", i, file=f)
f.close()
print(log[-3:], contents())
replaced = []
stdout_write = sys.stdout.write
for i in range(60):
    if i == 30:
        sys.stdout.write = lambda text: replaced.append((i, text)) or stdout_write(text)
    print("line", i)
del sys.stdout.write
print(len(replaced), replaced[:3])

# Closed, and taken apart, in the middle.
f = open(path, "w")
try:
    for i in range(100):
        f.write(f"{i}\n")
        if i == 60:
            f.close()
except ValueError as e:
    print(e, i)
f = open(path, "w")
try:
    for i in range(100):
        print(i, file=f)
        if i == 40:
            raw = f.detach()
except ValueError as e:
    print(e, i, raw.closed)
raw.close()
print(contents())
f = open(path, "w", newline="\r\n", buffering=1)
for i in range(50):
    f.write("line\n" if i % 2 else "part ")
    if i == 20:
        f.reconfigure(newline="\n", line_buffering=False)
f.close()
print(contents())
try:
    for i in range(50):
        out.write("x" if i < 40 else i)
except TypeError as e:
    print(e, i)
os.remove(path)
os.rmdir(os.path.dirname(path))
