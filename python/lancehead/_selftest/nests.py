"""Random time loops: nests over lists and lists of lists, with prints, swaps, calls and surprises between their turns.

What scientists' scripts do, and what native code works on as buffers: so whatever makes a buffer wrong must come up. Rows under two names,
rows and lists that grow, an int that turns float (or into None) in the middle, an exception at some turn, a callee that writes a global.

Kinds: U grid of floats, Z grid of ints, X line of floats, Y line of ints. Other statements don't touch them, for most programs should reach
their end; one in four is offered to them as R, W, E or L.
"""

from __future__ import annotations

from contextlib import contextmanager

GRIDS, LINES = "UZ", "XY"
ITEM_OF = {"U": "f", "Z": "i", "X": "f", "Y": "i"}
OFFERED_AS = {"U": "R", "Z": "W", "X": "E", "Y": "L"}
COPIES = {"U": "X", "Z": "Y"}
ODD = ("3", "None", "True", "2**70", "2**40", "'x'", "[1.5]", "float('nan')", "-0.0", "1.5", "(1, 2)", "10**9", "Last(3)", "2.0**60")
NUMBERS = {"f": ("0.5", "1.0", "-2.25", "0.0", "100.0", "3"), "i": ("0", "1", "2", "-3", "7", "2**40")}


class Nests:
    """Mixed into the generator in front of Statements and Lists."""

    at_module = False
    steps: list[tuple[str, bool, bool]]
    pokes: list[str]

    def nested_work(self) -> None:
        """A time loop with what it needs in front of it."""
        if self.trips > 1 or self.loops or not self.room():
            return self.line_loop() if self.name(LINES) and self.room() and self.trips < 20 else self.augment()
        self.grids_made()
        if self.chance(0.3):
            self.step_function()
        self.time_loop()
        shown = self.names(GRIDS + LINES) or ["'done'"]
        self.emit(f"print({', '.join(shown[:3])})")

    def loop_variable(self, stem: str) -> str:
        """Most have the names that they have everywhere: so they are set already when the next loop is entered."""
        return stem if self.chance(0.7) else f"{stem}{self.fresh()}"

    # -- the data ------------------------------------------------------------------------------------------

    def grids_made(self) -> None:
        sizes = ("3", "3", "4", "5", "6", "3", "4", "5", "6", "9", "17")  # some that fill a vector
        self.n, self.m = self.pick(sizes), self.pick(sizes)
        self.sizes: dict[str, tuple[str, str]] = getattr(self, "sizes", {})
        if self.chance(0.5):
            n, m = self.new_name(), self.new_name()
            self.emit(f"{n}, {m} = {self.n}, {self.m}")
            self.n, self.m = n, m
        for kind in self.pick(("UU", "UU", "UU", "ZZ", "ZZ", "UZ", "UUX", "ZZY", "XY", "UY", "YY")):
            self.made(kind)

    def made(self, kind: str) -> str:
        name = f"{self.pick('uvgh' if kind in GRIDS else 'xyde')}{self.fresh()}"
        item = ITEM_OF[kind]
        other = self.same_size(kind)
        if other and self.chance(0.3):
            forms = ("[row[:] for row in {o}]", "[list(row) for row in {o}]", "{o}[:]", "{o}", "[[x for x in row] for row in {o}]") if kind in GRIDS else ("{o}[:]", "list({o})", "{o}", "[x for x in {o}]")  # fmt: skip
            self.emit(f"{name} = {self.pick(forms).format(o=other)}")
        elif kind in GRIDS:
            x = self.start("i", "j", item)
            forms = (f"[[{x} for j in range({self.m})] for i in range({self.n})]",) * 3 + (
                f"[[{self.pick(NUMBERS[item])}] * {self.m} for i in range({self.n})]", f"[[{self.pick(NUMBERS[item])}] * {self.m}] * {self.n}",
                f"[[0] * {self.m} for _ in range({self.n})]",
            )  # fmt: skip
            if self.chance(0.2):
                i, j = self.loop_variable("i"), self.loop_variable("j")
                self.emit(f"{name} = []")
                self.emit(f"for {i} in range({self.n}):")
                self.emit(f"    {name}.append([])")
                self.emit(f"    for {j} in range({self.m}):")
                self.emit(f"        {name}[{self.pick((i, '-1'))}].append({self.start(i, j, item)})")
            else:
                self.emit(f"{name} = {self.pick(forms)}")
        else:
            forms = (f"[{self.start('i', '1', item)} for i in range({self.n})]", f"[{self.pick(NUMBERS[item])}] * {self.n}", f"[{self.pick(NUMBERS[item])}, {self.pick(NUMBERS[item])}, 4, 5, 6, 7][:{self.n}]", f"[{self.pick(('True', 'False', '0'))}] * {self.n}")  # fmt: skip
            self.emit(f"{name} = {self.pick(forms)}")
        self.variables[name] = kind if self.chance(0.75) else OFFERED_AS[kind]
        if self.variables[name] == kind:
            self.sizes[name] = (self.n, self.m)
        return name

    def start(self, i: str, j: str, item: str) -> str:
        if item == "f":
            return self.pick((f"{i} * 0.5 + {j}", f"({i} * 7 + {j} * 3) % 5 * 0.25", f"1.0 / ({i} + {j} + 1)", "0.0", f"float({i} - {j})", f"{i} + {j}"))  # fmt: skip
        return self.pick((f"{i} * 3 + {j}", f"({i} * 7 + {j}) % 5", f"{i} ^ {j}", f"{i} - 2**{self.pick(('3', '31', '61'))}", f"{i} % 2"))

    def same_size(self, kinds: str, but: str | None = None) -> str | None:
        found = [name for name in self.names(kinds) if self.sizes.get(name) == (self.n, self.m) and name != but]
        return self.pick(found) if found else None

    # -- the time loop -------------------------------------------------------------------------------------

    def time_loop(self) -> None:
        t = self.loop_variable("t")
        turns = int(self.pick("2346"))
        total = self.assignable("if")
        if total is None or self.chance(0.5):
            total = f"total{self.fresh()}"
            self.emit(f"{total} = {self.pick(('0', '0.0'))}")
            self.variables[total] = "n"
        self.variables[total] = "n"
        is_while = self.chance(0.25)
        if is_while:
            self.emit(f"{t} = 0")
            self.emit(f"while {t} < {turns}:")
        else:
            self.emit(f"for {t} in range({self.pick((str(turns), f'{turns}', f'0, {turns * 2}, 2'))}):")
        with self.turns_of(turns, {} if is_while else {t: "i"}):
            if is_while:
                self.emit(f"{t} += 1")  # first: a `continue` must not pass it by
            self.t, self.total = t, total
            for _ in range(self.pick((1, 1, 2))):
                self.guarded(self.nest)
                if self.chance(0.7):
                    self.between()
            if self.chance(0.2):
                self.budget += 1
                self.statement()
        if self.chance(0.15):
            self.emit("else:")
            self.emit(f"    print('else', {t})")

    @contextmanager
    def turns_of(self, count: int, names: dict[str, str]):
        before = set(self.variables)
        trips, tail, indent = self.trips, self.in_while_tail, self.indent
        self.trips, self.loops, self.in_while_tail = trips * count, self.loops + 1, False
        self.cost = max(self.cost, self.trips)
        self.indent += "    "
        self.variables.update(names)
        yield
        self.trips, self.loops, self.in_while_tail, self.indent = trips, self.loops - 1, tail, indent
        for name in [name for name in self.variables if name not in before]:
            del self.variables[name]

    def guarded(self, write) -> None:
        """At times in a `try`."""
        if self.chance(0.8):
            return write()
        self.emit("try:")
        self.indent += "    "
        write()
        self.indent = self.indent[4:]
        if self.chance(0.8):
            self.emit(f"except {self.pick(('IndexError', '(IndexError, TypeError)', 'Exception', 'ArithmeticError'))} as error:")
            self.emit(
                f"    print(type(error).__name__, error, {self.t}){self.pick(('', '', '; continue', '; break', '; raise') if self.loops else ('', '; raise'))}"
            )
        else:
            self.emit("finally:")
            self.emit(f"    print('finally', {self.t}, {self.total})")

    def nest(self) -> None:
        grid = self.same_size(GRIDS)
        if grid is None or self.chance(0.08):
            return self.line_loop()
        kind = self.variables[grid]
        other = self.same_size(kind, but=grid) or grid
        i, j = self.loop_variable("i"), self.loop_variable("j")
        row = None
        shape = self.random()
        if shape < 0.75:
            self.emit(f"for {i} in {self.turns_text(self.n, grid, None)}:")
            with self.turns_of(5, {i: "i"}):
                if self.chance(0.3):
                    row = self.loop_variable("row")
                    self.emit(f"{row} = {grid}[{self.pick((i, i, f'{i} - 1'))}]")
                self.inner(grid, other, i, j, row)
        elif shape < 0.9:
            row, x = self.loop_variable("row"), self.loop_variable("p")
            self.emit(
                self.pick((f"for {row} in {grid}:", f"for {row}, {x} in zip({grid}, {other}):", f"for {i}, {row} in enumerate({grid}):"))
            )
            is_numbered = self.lines[-1].lstrip().startswith(f"for {i},")
            with self.turns_of(5, {i: "i"} if is_numbered else {}):
                other_row = x if f", {x} in zip" in self.lines[-1] else row
                self.emit(f"for {j} in range(len({row})):")
                with self.turns_of(5, {j: "i"}):
                    value = self.cell_value(
                        ITEM_OF[kind], [f"{row}[{j}]", f"{other_row}[{j}]", f"{row}[{j} - 1]"], i if is_numbered else j, j
                    )
                    self.emit(f"{row}[{j}] {self.pick(('=', '=', '+=', '-='))} {value}")
                    self.accumulate(f"{other_row}[{j}]")
        else:
            row, x = self.loop_variable("row"), self.loop_variable("p")
            self.emit(f"for {row} in {grid}:")
            with self.turns_of(5, {}):
                self.emit(f"for {x} in {row}:")
                with self.turns_of(5, {}):
                    self.accumulate(x)
                    if self.chance(0.4):
                        self.emit(
                            f"if {x} {self.pick('<>')} {self.pick(('0', '1.5', '3'))}: {self.pick(('continue', 'break', f'{self.total} = {x}'))}"
                        )
                    self.surprise(grid, other, None, None)

    def turns_text(self, n: str, grid: str, row: str | None) -> str:
        forms = [f"range({n})", f"range({n})", f"range(1, {n} - 1)", f"range(1, {n} - 1)", f"range({n} - 1, -1, -1)", f"range(0, {n}, 2)", f"range(len({row or grid}))", f"range(1, {n})"]  # fmt: skip
        return self.pick(forms)

    def inner(self, grid: str, other: str, i: str, j: str, row: str | None) -> None:
        if self.chance(0.15):
            self.between_rows(grid, other, i)
        if self.chance(0.12):
            self.emit(f"{j} = 0")
            self.emit(f"while {j} < {self.pick((self.m, f'len({grid}[{i}])'))}:")
            with self.turns_of(5, {}):
                self.in_while_tail = True
                self.cell(grid, other, i, j, row)
                self.emit(f"{j} += {self.pick('12')}")
            return
        self.emit(
            f"for {j} in {self.pick((self.turns_text(self.m, grid, row or f'{grid}[{i}]'),) * 4 + (f'range({i})', f'range({i} + 1)'))}:"
        )
        with self.turns_of(5, {j: "i"}):
            self.cell(grid, other, i, j, row)
        if self.chance(0.1):
            self.emit("else:")
            self.emit(f"    {self.total} += {self.pick((i, '1', '0.5'))}")

    def cell(self, grid: str, other: str, i: str, j: str, row: str | None) -> None:
        """What is done to one cell."""
        item = ITEM_OF[self.variables[grid]]
        near = [f"{grid}[{i}][{j}]", f"{grid}[{i} - 1][{j}]", f"{grid}[{i}][{j} - 1]", f"{other}[{i}][{j}]", f"{other}[{i}][{j}]"]
        if self.chance(0.4):
            near += [f"{grid}[{i}][({j} + 1) % {self.m}]", f"{grid}[({i} + 1) % {self.n}][{j}]", f"{grid}[-1][{j}]"]
        if self.lines and "1, " in self.lines[-1] and "- 1)" in self.lines[-1]:
            near += [f"{grid}[{i}][{j} + 1]", f"{grid}[{i}][{j} + 1]"]
        if self.chance(0.02):
            near += [f"{grid}[{i}][{j} + 2]", f"{grid}[{j}][{i}]"]
        if row:
            near += [f"{row}[{j}]", f"{row}[{j}]", f"{row}[{j} - 1]"]
        if line := self.same_size(LINES):
            near += [f"{line}[{i}]"]
        if self.chance(0.12):
            self.third(grid, other, i, j)
        if self.chance(0.2):
            a = self.loop_variable("w")
            self.emit(f"{a} = {self.cell_value(item, near, i, j)}")
            near += [a, a]
        value = self.cell_value(item, near, i, j)
        target = self.pick([f"{other}[{i}][{j}]"] * 3 + [f"{grid}[{i}][{j}]"] * 2 + ([f"{row}[{j}]"] * 2 if row else []))
        form = self.random()
        if form < 0.55:
            self.emit(f"{target} = {value}")
        elif form < 0.75:
            self.emit(f"{target} {self.pick('++-')}= {value}")
        elif form < 0.85:
            self.emit(f"if {self.pick(near)} {self.pick(('<', '>', '==', '!=', '>='))} {self.pick((*near, '1', '0.5', '0'))}:")
            self.emit(f"    {target} = {value}")
            if self.chance(0.5):
                self.emit("else:")
                self.emit(
                    f"    {self.pick((f'{target} = {self.cell_value(item, near, i, j)}', 'break' if self.in_while_tail else 'continue', f'{self.total} += 1', 'break'))}"
                )
        elif form < 0.93:
            self.emit(f"{grid}[{i}][{j}], {other}[{i}][{j}] = {other}[{i}][{j}], {grid}[{i}][{j}]")
        else:
            self.emit(f"{self.total} += {self.pick((i, j, '1'))}")
        if self.chance(0.5):
            self.accumulate(self.pick(near))
        self.surprise(grid, other, i, j)

    def third(self, grid: str, other: str, i: str, j: str) -> None:
        k, s = self.loop_variable("k"), self.loop_variable("s")
        self.emit(f"{s} = {self.pick(('0', '0.0'))}")
        self.emit(f"for {k} in range({self.pick((f'min({self.n}, {self.m})', i, '2'))}):")
        with self.turns_of(4, {}):
            self.emit(
                f"{s} += {self.pick((f'{grid}[{i}][{k}] * {other}[{k}][{j}]', f'{grid}[{i}][{k}]', f'{grid}[{k}][{j}] - {other}[{i}][{k}]'))} % 97"
            )
        self.emit(f"{self.total} += {s}")

    def cell_value(self, item: str, near: list[str], i: str, j: str) -> str:
        a, b, c = self.pick(near), self.pick(near), self.pick(near)
        if item == "f":
            return self.pick((
                f"0.25 * ({a} + {b} + {c})", f"{a} + 0.1 * ({b} - 2.0 * {a} + {c})", f"{a} * 0.5 + {b}", f"({a} - {b}) / 3", f"{a} - {b} / 2", f"abs({a}) * 0.5", f"max({a}, {b})", f"min({a}, {b}, 10.0)", f"{a} if {b} > 0.5 else {c}",
                f"math.sqrt(abs({a})) + {b} * 0.25", f"({a} * 0.5) ** 2 % 100", f"{i} * 0.5 - {j}", f"{self.t} * 0.25 + {a} * 0.125", f"float({i})", f"-{a}", f"{a} % 3.0", f"{a} // 2.0", f"math.sin({a}) + {b} * 0.1", f"{a}", "0.0",
            ))  # fmt: skip
        return self.pick((
            f"({a} + {b}) & 0xFF", f"{a} ^ {i}", f"({a} * 3 + {b}) % 1000003", f"{a} // ({j} + 1)", f"{a} % ({i} + 2)", f"-{a}", f"({a} << 1) & 0xFFFF", f"{a} - {b}", f"{i} * {j} - {a} % 9", f"max({a}, {b})", f"abs({a}) % 77", f"{a} if {b} > {c} else {j}",
            f"{a} + {self.pick(('1', '1', '2**60', '2**61'))}", f"({a} >> 1) + {self.t}", f"{a}", f"~{a}", "0", f"({a} > 2) + 0", f"{self.t}", f"({a} + {b}) % 2",
        ))  # fmt: skip

    def accumulate(self, value: str) -> None:
        value = f"({value})" if " " in value else value
        self.emit(self.pick((f"{self.total} += {value}", f"{self.total} += {value}", f"{self.total} = max({self.total}, {value})", f"{self.total} -= {value} * 0.5", f"{self.total} = {value}", f"if {value} > 1: {self.total} += 1")))  # fmt: skip

    # -- what happens besides ------------------------------------------------------------------------------

    def surprise(self, grid: str, other: str, i: str | None, j: str | None) -> None:
        """At one turn, something that a copy in a buffer would not know of."""
        if not self.chance(0.12):
            return
        when = [f"{self.t} == {self.pick('123')}"] + ([f"{i} == {self.pick('123')}", f"{j} == {self.pick('12')}"] if i else [])
        at, to = f"{grid}[{i or 0}]", f"[{j or 0}]"
        odd = self.pick(ODD)
        forms = [f"{at}{to} = {odd}"] * 5 + [f"{at} = {grid}[0]", f"{at} = {other}[-1]", f"{at} = list({at})", f"{at} = {at}[:]", f"{grid}[0], {grid}[-1] = {grid}[-1], {grid}[0]", f"print({at}{to}, {self.total})",
                 f"raise ValueError({self.t})", f"{grid}[99]", f"len({at}) < 12 and {at}.append({odd})", f"len({at}) < 12 and {at}.append(0.5)", f"del {at}[0]", f"len({at}) < 12 and {at}.insert(0, 1)", f"{at}.pop()", f"{grid} = [r[:] for r in {grid}]", f"{other} = {grid}", f"{self.total} = {odd}", f"{self.total} = 2**62",
                 "break", "continue", "1 / 0", f"{at}{to} += 1", f"{at}[:] = {at}[::-1]", f"{at}[1:2] = [{odd}]", f"len({grid}) < 12 and {grid}.append([1.0] * 9)", f"{grid}.reverse()", f"{at}.sort()", f"{at}.clear()", f"assert {at}{to} != 2", f"print({grid} == {other}, {at} in {other})",
                 f"del {at}{to}", f"{grid} = None" if self.chance(0.2) else "pass", f"{at} = tuple({at})" if self.chance(0.3) else "pass"]  # fmt: skip
        if j is None or self.in_while_tail:
            forms = [form for form in forms if form != "continue"]
        if self.at_module:
            forms += [f"{call}(1)" for call in self.pokes] * 2 + [f"globals()['{grid}'] = {other}", f"exec({f'{at}{to} = {odd}'!r})"]
        self.emit(f"if {' and '.join(when)}:")
        self.emit(f"    {self.pick(forms)}")

    def between_rows(self, grid: str, other: str, i: str) -> None:
        self.emit(self.pick((
            f"{grid}[{i}] = {other}[{i}]", f"{grid}[{i}][0] = {other}[-1][0]", f"print({i}, {grid}[{i}][0])", f"{grid}[{i}] = {grid}[{i}][:]", f"{grid}[{i}], {other}[{i}] = {other}[{i}], {grid}[{i}]",
            f"{self.total} += sum({grid}[{i}])", f"{self.total} += len({grid}[{i}])", f"best = max({grid}[{i}])", f"{grid}[{i}][:] = {other}[{i}]", f"{grid}[{i}].append({grid}[{i}].pop(0))",
        )))  # fmt: skip

    def between(self) -> None:
        """Between two nests of one turn."""
        grid = self.same_size(GRIDS)
        line = self.same_size(LINES)
        t, total = self.t, self.total
        forms = [f"print({t}, {total})", f"if {t} % 2 == 0: print({t}, {total})", f"{total} = {total} * 0.5", f"{total} = 0"]
        if grid:
            other = self.same_size(self.variables[grid], but=grid) or grid
            forms += [
                f"{grid}, {other} = {other}, {grid}", f"{grid}, {other} = {other}, {grid}", f"{grid}, {other} = {other}, {grid}", f"print({t}, {grid}[1][1], {other}[0][-1])", f"if {t} % 2: print({grid}[1])", f"print(sum([sum(row) for row in {grid}]))", f"{grid}[0] = {grid}[-1]",
                f"{grid}[0], {grid}[1] = {grid}[1], {grid}[0]", f"{other} = [row[:] for row in {grid}]", f"{other}[:] = {grid}", f"{other} = {grid}", f"{grid}.append({grid}[0])", f"{grid}.append({grid}[0][:])", f"{grid}.pop()", f"{grid}[1][2] = {self.pick(ODD)}", f"{grid}[0].append(0.5)",
                f"{grid}.insert(0, {grid}.pop())", f"{grid} = [list(column) for column in zip(*{grid})]" if self.n == self.m or self.chance(0.1) else f"print({t})", f"print({grid}[0] is {grid}[1], {grid} is {other})", f"print(max(max(row) for row in {grid}))", f"{grid} = [[x * 2 for x in row] for row in {grid}]", f"{total} += {grid}[1][1]",
                f"for row in {grid}: row[0] = row[-1]", f"for row in {grid}: row.reverse()", f"{grid}[0] = [{grid}[1][0]] * {self.m}", f"print(repr({grid}[0])[:40])", f"{grid}[1] += [1.0]", f"{grid}[1] = sorted({grid}[1])",
            ]  # fmt: skip
            if self.steps:
                name, takes_other, returns_grid = self.pick(self.steps)
                call = f"{name}({grid}{f', {other}' if takes_other else ''})"
                forms += [f"{grid}, {other} = {other}, {call}" if returns_grid else f"{total} += {call}", call, f"print({call})" if not returns_grid else f"{other} = {call}"] * 4  # fmt: skip
        if line:
            forms += [f"{line}.append({line}[-1])", f"print({line})", f"{line}[0] = {total}", f"{line}.sort()", f"{line} = {line}[::-1]", f"{line}.pop()", f"{line}[1] = {self.pick(ODD)}", f"{total} += sum({line})", f"{line} += [1]", f"{line}[1:] = {line}[:-1]"]  # fmt: skip
        if self.at_module and self.pokes:
            forms += [f"{self.pick(self.pokes)}({t})"] * 3
        for _ in range(self.pick((1, 1, 2))):
            self.guarded(lambda: self.emit(self.pick(forms)))

    # -- lines ---------------------------------------------------------------------------------------------

    def line_loop(self) -> None:
        """One loop over lists of numbers: sums, recurrences, histograms, sorts, sieves."""
        line = self.name(LINES)
        if line is None:
            return self.between()
        if not hasattr(self, "total") or self.total not in self.variables:
            self.total, self.t = self.assignable("if") or line, line
            if self.total == line:
                return self.augment()
            self.t = self.total
        kind = self.variables[line]
        other = self.name(kind) or line
        i, j, x = self.loop_variable("i"), self.loop_variable("j"), self.loop_variable("p")
        item = ITEM_OF[kind]
        form = self.random()
        if form < 0.45:
            self.emit(
                f"for {i} in {self.pick((f'range(len({line}))', f'range(1, len({line}))', f'range(len({line}) - 1)', f'range(0, len({line}), 2)', f'range(len({line}) - 1, 0, -1)'))}:"
            )
            with self.turns_of(6, {i: "i"}):
                near = [f"{line}[{i}]", f"{line}[{i} - 1]", f"{other}[{i}]" if other == line else f"{other}[-1]"]
                self.emit(f"{line}[{i}] {self.pick(('=', '=', '+='))} {self.cell_value(item, near, i, i)}")
                if self.chance(0.6):
                    self.accumulate(self.pick(near))
                if self.chance(0.2):
                    self.emit(
                        f"if {self.pick(near)} > {self.pick(('1', '2.5'))}: {self.pick(('break', 'continue', f'{line}[0] = {self.pick(ODD)}', f'{line}.append(1)' if 'len' not in self.pick(near) else 'pass'))}"
                    )
        elif form < 0.6:
            self.emit(f"for {i} in range(len({line})):")
            with self.turns_of(6, {i: "i"}):
                self.emit(f"for {j} in range({self.pick((f'{i} + 1, len({line})', f'len({line}) - 1 - {i}'))}):")
                with self.turns_of(6, {j: "i"}):
                    a, b = self.pick(((i, j), (j, f"{j} - 1")))
                    self.emit(f"if {line}[{a}] {self.pick('<>')} {line}[{b}]:")
                    self.emit(f"    {line}[{a}], {line}[{b}] = {line}[{b}], {line}[{a}]")
                    if self.chance(0.4):
                        self.emit(f"    {self.total} += 1")
        elif form < 0.75:
            self.emit(f"for {x} in {line}:")
            with self.turns_of(6, {}):
                self.accumulate(x)
                if kind == "Y" and self.chance(0.6):
                    self.emit(f"{line}[{x} % len({line})] {self.pick(('+=', '=', '-='))} {self.pick(('1', x))}")
        elif form < 0.88:
            lo, hi = self.loop_variable("lo"), self.loop_variable("hi")
            self.emit(f"{lo}, {hi} = 0, len({line}) - 1")
            self.emit(f"while {lo} < {hi}:")
            with self.turns_of(6, {}):
                self.emit(self.pick((f"{line}[{lo}], {line}[{hi}] = {line}[{hi}], {line}[{lo}]", f"{line}[{lo}] = {line}[{hi}]", f"{self.total} += {line}[{lo}] - {line}[{hi}]", f"if {line}[{lo}] > {line}[{hi}]: break")))  # fmt: skip
                self.emit(self.pick((f"{lo} += 1; {hi} -= 1", f"{lo} += 1")))
        else:
            self.emit(f"for {i} in range({self.pick('345')}):")
            with self.turns_of(5, {i: "i"}):
                self.emit(
                    f"if len({line}) < 12: {line}.append({self.pick((f'{line}[-1] + {line}[0]', f'{i}', f'{i} * 0.5', f'{line}[{i}]'))})"
                )
                self.emit(f"{self.total} += {line}[-1]")

    # -- functions -----------------------------------------------------------------------------------------

    def step_function(self) -> None:
        """A nest in a function that the time loop calls."""
        grid = self.same_size(GRIDS)
        if grid is None or not self.at_module:
            return
        kind, outer = self.variables[grid], dict(self.sizes)
        takes_other, returns_grid = self.chance(0.5), self.chance(0.4)
        name = f"step{self.fresh()}"
        globally = self.pick((None, None, "G"))
        n, m = self.n, self.m
        with self.elsewhere():
            self.emit(f"{self.pick(('n, m = len(a), len(a[0])', f'n, m = {n}, {m}'))}")
            self.n, self.m = "n", "m"
            self.variables.update({"a": kind} | ({"b": kind} if takes_other else {}))
            self.sizes = {"a": ("n", "m"), "b": ("n", "m")}
            self.emit("s = 0")
            self.variables["s"] = "n"
            self.t, self.total = "n", "s"
            if globally:
                self.emit("G += 1")
                self.uses_global.add("G")
            self.nest()
            if self.chance(0.3):
                self.nest()
            self.emit(f"return {self.pick(('a', 'b' if takes_other else 'a', '[r[:] for r in a]')) if returns_grid else self.pick(('s', 's', 'a[0][0]', 'sum(a[-1])'))}")  # fmt: skip
            head = self.header(name, "a, b" if takes_other else "a")
        self.n, self.m, self.sizes = n, m, outer
        self.lines += head + self.inner_lines
        self.steps.append((name, takes_other, returns_grid))
