"""Names of the module that a loop sets to objects of changing types between calls that may look at them."""

import io

seen = []
out = io.StringIO()


class Loud:
    def __del__(self):
        global dropped
        dropped = label if "label" in globals() else None


def look(k):
    if k % 97 == 0:
        seen.append((k, label, value, part, dropped))
    if k % 1501 == 0:
        globals()["part"] = "set by another"


dropped = part = value = None
for i in range(6000):
    label = f"station {i % 7}"
    value = i / 4 if i % 3 else str(i)
    part = label[: i % 9] if i % 5 else None
    if i % 37 == 0:
        value = ["", "NA", -999][i % 3]
    elif i % 101 == 0:
        label = label.replace(" ", "_")
    look(i)
    out.write(f"{label} {value} {part}\n")
    if i % 1000 == 0:
        value = Loud()
        value = None
        look(97)
print(len(seen), seen[:4], seen[-3:])
print(len(out.getvalue()), out.getvalue()[-60:], label, value, part, dropped)
