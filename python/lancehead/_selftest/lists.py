"""Random work on lists of numbers and lists of lists, which native code does in place.

Kinds: L list of ints, E list of floats, R list of lists of floats, W list of lists of ints. What a list really holds may be something
else: other numbers, None, a row that appears twice, an object whose finaliser prints. Lists stay short: what appends looks at the length.
"""

from __future__ import annotations

from .expressions import FLOATS, SMALL

LISTS = "LERW"
ITEM = {"L": "i", "E": "f", "R": "E", "W": "L"}
ODD = (
    "None",
    "True",
    "2**63",
    "-2**40",
    "2**29",
    "2**30 + 1",
    "300",
    "-6",
    "1.5",
    "7",
    "float('nan')",
    "'z'",
    "(1, 2)",
    "Last(4)",
    "[1.0]",
    "[]",
)

ARGUMENTS = {
    "E": ("[1.0, 2.5, -0.5]", "[0.0] * 4", "[3.25]", "[]", "[1e308, -0.0, 0.1, 7.0]", "(lambda x: [x, x, 2.0])(0.75)", "[float(i) for i in range(6)]"),
    "R": ("[[1.0, 2.0], [3.0, 4.0]]", "[[0.0] * 3 for _ in range(3)]", "(lambda r: [r, r])([1.0, 2.0])", "[[0.5], [], [1.5, 2.5]]", "[]", "[[1.0, -1.0]] * 3"),
    "W": ("[[1, 2], [3, 4]]", "[[0] * 3 for _ in range(3)]", "(lambda r: [r, r])([1, 1000])", "[[2**40], [5]]", "[[7, 8, 9]]"),
}  # fmt: skip
WILD = {
    "E": ("[1.0, 2]", "[1.0, None, 2.0]", "[1, 2]", "(1.0, 2.0)", "[Int(2), 1.0]", "Sub([1.0, 2.0])", "[2.0, [1.0]]", "[True, 0.5]"),
    "R": (
        "[[1.0], [2]]",
        "[[1.0], None]",
        "[[1.0], (2.0, 3.0)]",
        "[[1.0, 'a'], [2.0]]",
        "[Sub([1.0]), [2.0]]",
        "[1.0, 2.0]",
        "[[[1.0]], [2.0]]",
    ),
    "W": ("[[1], [2.0]]", "[[2**70, 1], [3]]", "[[True], [2]]", "[[1, None]]", "[[1], 2]"),
}


class Lists:
    """Mixed into the generator beside Expressions and Statements."""

    # -- expressions ---------------------------------------------------------------------------------------

    def place(self, name: str) -> str:
        """An index, most of the time one that there is."""
        i = self.expression("i", 1)
        return self.pick(("0", "-1", i, f"-len({name})", f"tick(len({name}) or 1)", *[f"{i} % (len({name}) or 1)"] * 60))

    def listed(self, kinds: str, depth: int) -> str:
        """The name of a list of one of these kinds, or a display."""
        return self.name(kinds) or f"({self.object(self.pick(kinds), depth)})"

    def list_item(self, item: str, rows: str) -> str:
        """A number out of a list (or out of a row of one)."""
        if self.chance(0.2) and (name := self.name(rows)):
            row = f"{name}[{self.place(name)}]"
            return self.pick(
                (f"{row}[{self.pick(('0', '-1', *[f'{self.int_leaf(0)} % (len({row}) or 1)'] * 3))}]",) * 3 + (f"sum({row})", f"len({row})")
            )
        name = self.listed(item, 0)
        forms = (
            [f"{name}[{self.place(name)}]"]
            + [f"({name}[{self.place(name)}] if {name} else {self.pick(SMALL)})"] * 6
            + [
                f"sum({name})",
                f"(max({name}) if {name} else 0)",
                f"(min({name}) if {name} else 0)",
                f"({name} or [4]).pop()",
                f"({name}[-1] if {name} else 0)",
            ]
        )
        return self.pick(forms)

    def list_int(self, depth: int) -> str:
        if self.chance(0.2):
            return f"len({self.listed(LISTS, 0)})"
        return self.list_item("L", "W")

    def list_float(self, depth: int) -> str:
        return self.list_item("E", "R")

    def list_bool(self, depth: int) -> str:
        a, b = self.listed(LISTS, 0), self.listed(LISTS, 0)
        x = self.expression(self.pick("if"), 0)
        return self.pick(
            (
                f"({a} is {b})",
                f"({a} is not {b})",
                f"(not {a})",
                f"bool({a})",
                f"({x} in {a})",
                f"({a} is None)",
                f"({a} == {b})",
                f"(len({a}) < len({b}))",
            )
        )

    def object_E(self, depth: int, found: str | None) -> str:
        f = lambda: self.expression("f", min(depth, 1))  # noqa: E731
        forms = [f"[{f()}, {f()}, {f()}]", f"[{f()}]", f"[{self.pick(FLOATS)}] * {self.pick('2345')}", "[]", "[1.0, 2.0, 3.0, -4.5]", f"[None] * {self.pick('23')}",
                 f"[{f()} for j in range({self.pick('234')})]", f"[0] * {self.pick('34')}"]  # fmt: skip
        if found:
            forms += [f"{found}[{self.pick(('1:', ':-1', '::-1', ':'))}]", f"list({found})", f"sorted({found})", f"({found} + [{f()}])[:9]", f"[x * 0.5 for x in {found}]",
                      f"{found}.copy()", f"[*{found}, {f()}][:9]"]  # fmt: skip
        return self.pick(forms)

    def object_R(self, depth: int, found: str | None) -> str:
        return self.rows("E", depth, found)

    def object_W(self, depth: int, found: str | None) -> str:
        return self.rows("L", depth, found)

    def rows(self, kind: str, depth: int, found: str | None) -> str:
        row = lambda: self.object(kind, min(depth, 1))  # noqa: E731
        zero = "0.0" if kind == "E" else "0"
        forms = [
            f"[{row()}, {row()}]",
            f"[[{zero}] * 3, [{zero}] * 3]",
            f"[[{zero}, {zero}]] * 2",
            f"[[{zero}] * 2 for j in range(3)]",
            "[]",
            "[[], []]",
        ]
        if found:
            forms += [f"{found}[:]", f"[{found}[0], {found}[-1]]", f"[r[:] for r in {found}]", f"({found} + [{row()}])[:5]"]
        return self.pick(forms)

    # -- statements ----------------------------------------------------------------------------------------

    def list_made(self) -> None:
        kind = self.pick("LEERRW")
        name = self.target(kind)
        other = self.name(kind)
        self.emit(f"{name} = {other if other and self.chance(0.2) else self.object(kind, 2)}")
        self.variables[name] = kind

    def list_changed(self) -> None:
        kind = self.pick("LLEEERRW")
        name = self.name(kind)
        if name is None:
            return self.list_made()
        item = ITEM[kind]
        value = self.pick(ODD) if self.chance(0.08) else self.expression(item, 1)
        at, other = self.place(name), self.place(name)
        if kind in "RW" and self.chance(0.6):
            at = f"{at}][{self.pick(('0', '-1', '1', self.int_leaf(0)))}"
            item = ITEM[item]
            value = self.pick(ODD) if self.chance(0.08) else self.expression(item, 1)
        number = self.expression(item, 1) if item in "if" else self.pick(("1", "0.5"))
        form = self.pick((
            "{n}[{at}] = {v}", "{n}[{at}] = {v}", "{n}[{at}] = {v}", "{n}[{at}] += {x}", "{n}[{at}] -= {x}", "{n}[{at}] = {n}[{o}]", "{n}[{at}], {n}[{o}] = {n}[{o}], {n}[{at}]",
            "+{n}.append({v})", "+{n}.append({v})", "{n} and {n}.pop()", "{n} and {n}.pop(0)", "{n}.pop()", "del {n}[{o}]", "{n}[1:2] = [{v}][:len({n}) % 2]", "+{n} += [{v}]",
            "{n}.reverse()", "+{n}.insert({o}, {v})", "+{n}.extend([{v}, {v}])", "+{n}.append({n}[{o}])", "{n}.clear()", "{n}[{at}] = note({v})", "{n}[note({o})] = {v}",
        ))  # fmt: skip
        text = form.lstrip("+").format(n=name, at=at, o=other, v=value, x=number)
        if form.startswith("+"):
            self.grow(name, text)
        elif self.chance(0.75):
            self.emit(f"if {name}:")
            self.emit(f"    {text}")
        else:
            self.emit(text)

    def list_row(self) -> None:
        """A row gets a name, or stands in two places."""
        kind = self.pick("RRW")
        name = self.name(kind)
        if name is None:
            return self.list_made()
        if self.chance(0.75):
            self.emit(f"{name} = {name} or [[{'2.5' if kind == 'R' else '3'}]]")
        if self.chance(0.4):
            self.emit(f"{name}[{self.place(name)}] = {self.pick((f'{name}[{self.place(name)}]', self.listed(ITEM[kind], 1)))}")
            return
        row = self.target(ITEM[kind])
        self.emit(f"{row} = {name}[{self.place(name)}]")
        self.variables[row] = ITEM[kind]

    def list_unpacked(self) -> None:
        kind = self.pick("LER")
        a, b = self.new_name(), self.new_name()
        items, filled = self.listed(kind, 1), self.pick(("1, 2", "0.5, 0.5", "[], []"))
        self.emit(f"{a}, {b} = [*{items}, {filled}][:2]" if self.chance(0.8) else f"{a}, {b} = {items}[:2]")
        self.variables[a] = self.variables[b] = ITEM[kind]

    def list_loop(self) -> None:
        if not self.room() or self.trips > 40:
            return self.list_changed()
        kind = self.pick("LEEERRW")
        name, item = self.listed(kind, 1), ITEM[kind]
        i, x, y = self.loop_name(), self.new_name(), self.new_name()
        other = self.listed(kind, 1)
        head, names = self.pick((
            (f"for {x} in {name}:", {x: item}), (f"for {x} in {name}:", {x: item}), (f"for {i}, {x} in enumerate({name}):", {i: "i", x: item}),
            (f"for {x}, {y} in zip({name}, {other}):", {x: item, y: item}), (f"for {i} in range(len({name})):", {i: "i"}), (f"for {i} in range(len({name})):", {i: "i"}),
            (f"for {x}, {i} in zip({name}, range(3)):", {x: item, i: "i"}), (f"for {i}, {x} in enumerate({name}, {self.pick(SMALL)}):", {i: "i", x: item}),
        ))  # fmt: skip
        self.emit(head)
        if i in names and name in self.variables and self.chance(0.6):
            number = self.expression(item, 1)
            self.emit(f"    {name}[{i}] {self.pick(('=', '+=', '-=')) if item in 'if' else '='} {number}")
        self.loop_body(names, 6)
