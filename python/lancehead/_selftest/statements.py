"""Random statements. A block is a list of lines; every loop has a small bound that its body cannot touch."""

from __future__ import annotations

from .expressions import FLOATS, SMALL, weighted

ERRORS = (
    "ZeroDivisionError",
    "ValueError",
    "TypeError",
    "(ZeroDivisionError, OverflowError)",
    "ArithmeticError",
    "Exception",
    "UnboundLocalError",
    "LookupError",
)

TABLE = {
    "scalar": weighted({
        "assign": 14, "augment": 10, "unpack": 4, "if_": 7, "for_": 7, "while_": 4, "try_": 4, "assert_": 1, "raise_": 1, "return_": 1,
        "pass_": 1, "delete": 1, "change_type": 3, "nested_def": 1, "print_": 1, "chained": 1, "walrus_if": 1, "global_": 1, "jump": 3,
        "bare_call": 1,
    }),
}  # fmt: skip
TABLE["objects"] = TABLE["scalar"] + weighted(
    {"mutate": 14, "new_object": 8, "for_object": 6, "observe": 6, "with_": 1, "finaliser": 3, "print_": 3, "caught": 3}
)

TABLE["containers"] = TABLE["scalar"] + weighted(
    {
        "container_made": 8,
        "container_changed": 20,
        "container_loop": 12,
        "container_unpacked": 3,
        "complex_work": 4,
        "finaliser": 1,
        "caught": 2,
    }
)

TABLE["lists"] = TABLE["scalar"] + weighted(
    {"list_made": 8, "list_changed": 22, "list_row": 6, "list_loop": 10, "list_unpacked": 2, "finaliser": 1, "caught": 2, "nested_work": 4}
)


class Statements:
    """Mixed into the generator beside Expressions."""

    lines: list[str]
    indent: str

    def emit(self, text: str) -> None:
        self.lines.append(self.indent + text)

    def statement(self) -> None:
        self.budget -= 1
        getattr(self, self.pick(TABLE[self.level]))()

    def block(self, size: int, conditional: bool = True) -> None:
        """An indented suite. Names that it introduces may be unbound behind it: a few are kept all the same."""
        before, outer = set(self.variables), self.indent
        self.indent += "    "
        count = len(self.lines)
        for _ in range(size):
            self.statement()
            if self.budget <= 0:
                break
        if len(self.lines) == count:
            self.emit("pass")
        self.indent = outer
        if conditional:
            for name in [name for name in self.variables if name not in before]:
                if self.random() > 0.06:
                    del self.variables[name]

    def room(self) -> bool:
        return self.budget > 1 and len(self.indent) < 16

    def size(self) -> int:
        return self.pick((1, 1, 2, 2, 3))

    # -- straight line -------------------------------------------------------------------------------------

    def target(self, kind: str) -> str:
        """A name to assign: mostly one that exists, so that loops carry values."""
        found = self.assignable(kind) if self.random() < 0.6 else None
        return found or self.new_name()

    def assign(self) -> None:
        kind = self.pick("iiiffbntLs" if self.level in ("objects", "scripts") else "iiiiffbnt")
        value = self.expression(kind, self.pick((1, 2, 2, 3)))
        name = self.target(kind)
        if self.chance(0.03):
            self.emit(f"{name}: {self.pick(('int', 'float', 'object'))} = {value}")
        else:
            self.emit(f"{name} = {value}")
        self.variables[name] = kind

    def augment(self) -> None:
        kind = self.pick("iiif")
        name = self.assignable(kind)
        if name is None:
            return self.assign()
        if kind == "i":
            x = self.random()
            if x < 0.45:
                self.emit(f"{name} {self.pick('+-')}= {self.expression(self.pick('iiiib'), 2)}")
            elif x < 0.6:
                self.emit(f"{name} *= {self.pick(('2', '3', '-1', '7', '31', '1000003', '-5'))}")
            elif x < 0.8:
                self.emit(f"{name} {self.pick('&|^')}= {self.expression('i', 1)}")
            elif x < 0.9:
                self.emit(f"{name} {self.pick(('>>= 1', '>>= 3', '<<= 1', '**= 1', '<<= 3'))}")
            else:
                self.emit(f"{name} {self.pick(('//', '%'))}= {self.divisor(1)}")
        else:
            op = self.pick(("+", "-", "*", "/", "+", "//", "%"))
            value = self.pick(FLOATS) if op == "*" else self.expression(self.pick("ffi"), 2)
            self.emit(f"{name} {op}= {f'({value} or 2.5)' if op in '//%' and self.chance(0.7) else value}")

    def unpack(self) -> None:
        form, kinds = self.pick("sstTnxr"), ("i", "f", "n")
        if form == "s":
            a, b = self.assignable("in"), self.assignable("fin")
            if a and b and a != b:
                self.emit(f"{a}, {b} = {b}, {a}" if self.chance(0.6) else f"{a}, {b} = {b}, {self.expression(self.pick('if'), 1)}")
                self.variables[a] = self.variables[b] = "n" if self.variables[a] != self.variables[b] else self.variables[a]
                return
        a, b, c = self.new_name(), self.new_name(), self.new_name()
        kind = self.pick(kinds)
        x, y, z = (self.expression(kind, 1) for _ in range(3))
        if form == "T":
            self.emit(f"({a}, {b}), {c} = ({x}, {y}), {z}")
        elif form == "n":
            self.emit(f"[{a}, {b}, {c}] = {x}, {y}, {z}")
        elif form == "x":
            self.emit(f"{a}, *{b}, {c} = {x}, {y}, {z}, {y}")
            self.variables.update({a: kind, b: "t", c: kind})
            return
        elif form == "r":
            self.emit(f"{a}, {b} = {c} = {x}, {y}")
            self.variables.update({a: kind, b: kind, c: "t"})
            return
        else:
            found = self.name("t")
            if found and self.chance(0.5):
                self.emit(f"{a}, {b} = {found}")
                self.variables.update({a: "m", b: "m"})
                return
            self.emit(f"{a}, {b}, {c} = {x}, {y}, {z}")
        self.variables.update({a: kind, b: kind, c: kind})

    def chained(self) -> None:
        kind = self.pick("if")
        a, b = self.new_name(), self.target(kind)
        self.emit(f"{a} = {b} = {self.expression(kind, 1)}")
        self.variables[a] = self.variables[b] = kind

    def change_type(self) -> None:
        """A name that is an int on one path and a float on another."""
        name = self.assignable("n") or self.new_name()
        self.emit(f"{name} = {self.expression('i', 1)}")
        self.variables[name] = "n"
        if not self.room():
            return
        if self.chance(0.5):
            self.emit(f"if {self.expression('b', 1)}:")
            self.emit(f"    {name} = {self.expression('f', 1) if self.chance(0.9) else 'None'}")
        else:
            i = self.loop_name()
            self.emit(f"for {i} in range({self.pick('2345')}):")
            self.emit(f"    {name} {self.pick('+-')}= {self.pick(FLOATS)} if {i} > {self.pick('012')} else {self.pick(SMALL)}")
            self.variables[i] = "i"

    def delete(self) -> None:
        name = self.assignable("ifnbt" + ("LDs" if self.level in ("objects", "scripts") else ""))
        if name is None or len(self.variables) < 4:
            return self.assign()
        if self.chance(0.3) and self.room():
            self.emit(f"if {self.expression('b', 1)}:")
            self.emit(f"    del {name}")
        else:
            self.emit(f"del {name}")
            if self.chance(0.85):
                del self.variables[name]

    def pass_(self) -> None:
        self.emit("pass")

    def print_(self) -> None:
        values = [self.expression(self.pick("iifnbt"), 0) for _ in range(self.pick((1, 2)))]
        tail = self.pick(("", "", "", ', sep="|"', ', end=" "'))
        self.emit(f"print({', '.join(values)}{tail})")

    def bare_call(self) -> None:
        text = self.call_of("i", 1)
        self.emit(text or self.expression("i", 2))

    def global_(self) -> None:
        if not self.globals:
            return self.assign()
        name = self.pick(self.globals)
        self.uses_global.add(name)
        self.emit(f"{name} {self.pick(('+=', '-=', '^='))} {self.expression('i', 1)}")

    def assert_(self) -> None:
        tail = f", {self.f_string()}" if self.chance(0.4) else ""
        self.emit(f"assert {self.expression('b', 1)} or {self.expression('b', 1)}{tail}")

    def error(self) -> str:
        return self.pick(
            ("ValueError({})", "ArithmeticError({})", "KeyError({})", "RuntimeError({}, 1)", "IndexError", "Exception({})")
        ).format(self.pick((self.f_string(), "'stop'", self.expression("i", 0))))

    def raise_(self) -> None:
        if self.chance(0.85):
            self.emit(f"if {self.expression('b', 2)}:")
            self.emit(f"    raise {self.error()}")
        elif len(self.indent) > 4:
            self.emit(f"raise {self.error()}{' from None' if self.chance(0.2) else ''}")

    def return_(self) -> None:
        if len(self.indent) > 4 and self.chance(0.4):
            self.emit(f"return {self.result()}")
        else:
            self.emit(f"if {self.expression('b', 2)}:")
            self.emit(f"    return {self.result()}")

    def jump(self) -> None:
        if not self.loops:
            return self.assign()
        word = self.pick(("break", "continue"))
        if self.in_while_tail and word == "continue":
            word = "break"
        self.emit(f"if {self.expression('b', 1)}:")
        self.emit(f"    {word}")

    # -- compound ------------------------------------------------------------------------------------------

    def if_(self) -> None:
        if not self.room():
            return self.assign()
        self.emit(f"if {self.expression('b', 2)}:")
        self.block(self.size())
        while self.chance(0.25) and self.budget > 0:
            self.emit(f"elif {self.expression('b', 1)}:")
            self.block(1)
        if self.chance(0.45):
            self.emit("else:")
            self.block(self.size())

    def walrus_if(self) -> None:
        if not self.room():
            return self.assign()
        name = self.new_name()
        self.emit(f"if ({name} := {self.expression('i', 1)}) {self.pick(('>', '!=', '<'))} {self.pick(SMALL)}:")
        self.variables[name] = "i"
        self.block(1)

    def range_text(self) -> tuple[str, int]:
        """A range of few trips whatever its operands are, and at most how many."""
        n, a = self.int_leaf(0), self.int_leaf(0)
        return self.pick((
            (f"range({self.pick('2345')})", 5), (f"range({self.pick('2345')})", 5), (f"range({n} & 7)", 7), (f"range({n} % 6)", 6),
            (f"range(min({n}, 5))", 5), (f"range(1, {self.pick('4567')})", 6), (f"range({n} & 7, -1, -1)", 8),
            (f"range({a}, {a} + {self.pick('235')})", 5), (f"range({a}, {a} - 7, -({n} & 3))", 7), (f"range({a}, {a} + 9, {n} % 4{self.pick((' or 2', ' + 1', ''))})", 9),
            (f"range({self.pick('567')}, 0, -2)", 4), (f"range(-3, {n} % 5, 2)", 4), (f"range(0, {self.pick(('2**62', '2**63 - 1', '-2**62', '2**63'))}, 2**60)", 8),
            (f"range(len(({n}, {a})))", 2), (f"reversed(range({n} & 7))", 7), (f"range({n}, {n})", 0), (f"range({self.pick(('2**63 - 2', '2**63 - 1', '2**63'))}, 2**63 + 1)", 3), (f"range(-2**63 + 1, -2**63 - 2, {self.pick(('-1', '-2'))})", 3),
        ))  # fmt: skip

    def for_(self) -> None:
        if not self.room() or self.trips > 60:
            return self.augment()
        i = self.loop_name()
        form = self.random()
        names = {i: "i"}
        text, trips = self.range_text()
        if form < 0.6:
            head = f"for {i} in {text}:"
        elif form < 0.75:
            j = self.loop_name()
            names[j] = kind = self.pick("if")
            items = ", ".join(self.expression(kind, 0) for _ in range(3))
            head, trips = f"for {i}, {j} in enumerate(({items}){self.pick(('', ', 1', ', start=-1'))}):", 3
        elif form < 0.87:
            j = self.loop_name()
            names[j] = "f"
            head, trips = f"for {i}, {j} in zip({text}, ({self.float_leaf(0)}, {self.float_leaf(0)}, {self.pick(FLOATS)})):", 3
        else:
            kind = names[i] = self.pick("ifn")
            items = ", ".join(self.expression(kind, 0) for _ in range(self.pick((1, 2, 4))))
            head, trips = f"for {i} in ({items},):", 4
        self.emit(head)
        self.loop_body(names, trips)

    def loop_body(self, names: dict[str, str], trips: int, tail: str = "") -> None:
        outer_trips, outer_tail = self.trips, self.in_while_tail
        self.trips, self.loops, self.in_while_tail = self.trips * max(trips, 1), self.loops + 1, bool(tail)
        self.cost = max(self.cost, self.trips)
        self.variables.update(names)
        for name in names:
            if name.startswith("k"):
                self.variables.pop(name)
        if self.chance(0.6) and self.budget > 1:  # accumulate something
            self.indent += "    "
            self.augment()
            self.indent = self.indent[4:]
        self.block(self.size(), conditional=True)
        if tail:
            self.emit("    " + tail)
        self.trips, self.in_while_tail, self.loops = outer_trips, outer_tail, self.loops - 1
        for name in names:
            if self.chance(0.4):
                self.variables.pop(name, None)  # it may be unbound, had the loop no trip
        if self.chance(0.15):
            self.emit("else:")
            self.block(1)

    def while_(self) -> None:
        if not self.room() or self.trips > 60:
            return self.augment()
        if self.chance(0.2) and not self.loops:
            name = self.assignable("i")
            if name:
                del self.variables[name]  # so that the body cannot assign it
                self.emit(f"while {name} > {self.pick('0123')}:")
                self.loop_body({}, 64, f"{name} {self.pick(('//= 2', '>>= 1', '//= 3', '>>= 4'))}")
                self.variables[name] = "i"
                return
        k = f"k{self.fresh()}"
        self.emit(f"{k} = 0")
        if self.chance(0.5):
            self.emit(f"while {self.expression('b', 1)} and {k} < {self.pick('3457')}:")
            self.emit(f"    {k} += 1")
        elif self.chance(0.5):
            self.emit("while True:")
            self.emit(f"    {k} += 1")
            self.emit(f"    if {k} > {self.pick('2346')}:")
            self.emit("        break")
        else:
            self.emit(f"while {k} < {self.pick('2345')}:")
            return self.loop_body({}, 7, f"{k} += 1")
        self.loop_body({}, 7)

    def try_(self) -> None:
        if not self.room():
            return self.assign()
        self.emit("try:")
        self.block(self.size())
        x = self.random()
        if x < 0.85:
            for _ in range(self.pick((1, 1, 2))):
                error = self.pick(ERRORS)
                bound = self.chance(0.5)
                self.emit(f"except {error}{' as e' if bound else ''}:")
                if bound and self.level in ("objects", "scripts") and self.chance(0.6):
                    self.emit(
                        "    "
                        + self.pick(
                            (
                                "print(trail(e))",
                                "LOG.append(trail(e))",
                                "print(type(e).__name__, e.__traceback__.tb_lineno)",
                                "print(e.__traceback__.tb_next is None, e)",
                                "print(repr(e.__context__))",
                            )
                        )
                    )
                elif bound and self.chance(0.5):
                    self.emit("    print(type(e).__name__, e)")
                y = self.random()
                if y < 0.08:
                    self.emit("    raise")
                elif y < 0.16:
                    self.emit(f"    raise {self.error()}{self.pick(('', ' from e' if bound else '', ' from None'))}")
                else:
                    self.block(self.pick((1, 1, 2)))
                if error == "Exception":
                    break
            if self.chance(0.25):
                self.emit("else:")
                self.block(1)
        if x > 0.65:
            self.emit("finally:")
            loops, self.loops = self.loops, 0  # `break` in a finally clause swallows errors: a warning in 3.14
            trips, self.trips = self.trips, 100
            name = self.assignable("i")
            if name and self.chance(0.5):
                self.emit(f"    {name} {self.pick('+-')}= 1")
            else:
                self.emit(f"    print('finally', {self.int_leaf(0)})")
            self.loops, self.trips = loops, trips

    def nested_def(self) -> None:
        if self.loops or len(self.indent) > 8 or self.callee:
            return self.assign()
        name = f"h{self.fresh()}"
        arg, free = f"z{self.fresh()}", self.assignable("i")
        if self.chance(0.4):
            with self.inner_name(arg, "i"):
                body = self.expression("i", 2)
            self.emit(f"{name} = lambda {arg}{self.pick(('', '=3'))}: {body}")
        else:
            self.emit(f"def {name}({arg}, scale=2):")
            if free and self.chance(0.4):
                self.emit(f"    nonlocal {free}")
                self.emit(f"    {free} += {arg}")
            with self.inner_name(arg, "i"):
                self.emit(f"    return {self.expression('i', 1)} + scale")
        self.helpers[name] = ("i", "i", 1, False)
        self.emit(f"{self.target('i')} = {name}({self.int_leaf(0)})")

    # -- objects -------------------------------------------------------------------------------------------

    def new_object(self) -> None:
        kind = self.pick("LLLDDssMcqdvvpp")
        name = self.target(kind)
        self.emit(f"{name} = {self.object(kind, 2)}")
        self.variables[name] = kind

    def grow(self, items: str, text: str) -> None:
        """Appending, unless the list is long by now: someone may be iterating over it."""
        self.emit(f"if len({items}) < {self.pick(('8', '12'))}:")
        self.emit(f"    {text}")

    def mutate(self) -> None:
        kind = self.pick("LLLLDDDspv")
        name = self.assignable(kind)
        if name is None:
            return self.new_object()
        i, j = self.expression("i", 1), self.expression("i", 1)
        at = self.pick(("0", "-1", f"tick(len({name}) or 1)", *[f"{i} % (len({name}) or 1)"] * 4, i))
        if kind == "L":
            form = self.pick((
                "+{n}.append({j})", "+{n}.append({j})", "+{n}.insert({at}, {j})", "+{n}.extend(({i}, {j}))", "{n}[{at}] = {j}", "{n}[{at}] = {j}", "{n}[{at}] += {j}",
                "{n}[tick(len({n}) or 1)] += note({j})", "{n}[note({at})] = note({j})", "{n} and {n}.pop({at})", "{n}.sort()", "{n}.reverse()", "{n}.remove({i})", "del {n}[{at}]",
                "{n}[1:2] = [{i}, {j}][:len({n}) % 3]", "{n} = {n} + [{j}] if len({n}) < 9 else []", "{n}[0], {n}[-1] = {n}[-1], {n}[0]", "+{n} += [{i}]", "+{n} += [{i}]", "+{n}.append({i} + {j})", "{n}[{at}] ^= 5",
                "{n}[{at}] = {f}", "{n}[{at}] = 2**63", "del {n}[::2]",
            ))  # fmt: skip
        elif kind == "D":
            form = self.pick((
                "{n}[{i}] = {j}", "{n}[{i}] = {j}", "{n}[{i}] = {n}.get({i}, 0) + 1", "{n}[{at}] += {j}", "del {n}[{i}]", "{n}.pop({i}, 0)", "{n}[{i}] = {n}.setdefault({i}, {j}) ^ 1", "{n}.update({{{i}: {j}}})",
                "{n}[2.5] = {f}", "{n}[None] = {j}", "{n}[tick()] = note({j})", "{n}.setdefault({i}, {j})", "{n} and {n}.popitem()",
            ))  # fmt: skip
        elif kind == "s":
            form = self.pick(
                (
                    "{n} += 'x'",
                    "{n} += 'yz'",
                    "{n} = {n}.title()",
                    "{n} = ({n} + str({i}))[-20:]",
                    "{n} = {n}[1:]",
                    "{n} += {n}[:1]",
                    "{n}[0] = 'a'",
                )
            )
        elif kind == "p":
            form = self.pick(
                (
                    "{n}.x = {i}",
                    "{n}.x += {i}",
                    "{n}.y -= {f}",
                    "{n}.move({i}).move(1)",
                    "{n}.z = {i}",
                    "{n}.x, {n}.y = {n}.y, {n}.x",
                    "{n}.y = {n}.total",
                    "{n}.scale += 1",
                    "P.scale = {j} % 3",
                    "{n}.total = 1",
                )
            )
        else:
            form = self.pick(("{n} += {i}", "{n}.x = {i} & 15", "{n} = {n} + {i}", "{n}.x += 1", "{n}({i})", "{n} = -{n}"))
        text = form.lstrip("+").format(n=name, i=i, j=j, at=at, f=self.expression("f", 0))
        self.grow(name, text) if form.startswith("+") else self.emit(text)

    def for_object(self) -> None:
        if not self.room() or self.trips > 60:
            return self.mutate()
        i, j = self.loop_name(), self.loop_name()
        items, table = self.name("L") or "[3, 1, 2]", self.name("D") or "{1: 2, None: 3.5}"
        text, mixed = self.name("s") or "'abc'", self.name("M") or "[1, 2.5, 'z', None]"
        head, names = self.pick((
            (f"for {i} in {items}:", {i: "i"}), (f"for {i} in {items}:", {i: "i"}), (f"for {i}, {j} in enumerate({items}):", {i: "i", j: "i"}),
            (f"for {i} in {table}:", {i: "i"}), (f"for {i}, {j} in {table}.items():", {i: "i", j: "i"}), (f"for {i} in list({table}.values()):", {i: "i"}),
            (f"for {i} in {text}[:8]:", {i: "s"}), (f"for {i}, {j} in zip({items}, {text}):", {i: "i", j: "s"}), (f"for {i} in {mixed}:", {i: "M"}),
            (f"for {i} in sorted({items}):", {i: "i"}), (f"for {i} in reversed({items}):", {i: "i"}), (f"for {i} in range(len({items})):", {i: "i"}),
            (f"for {i} in count({self.pick('234')}):", {i: "i"}), (f"for {i} in {items}[:]:", {i: "i"}), (f"for {i}, {j} in zip({items}, {items}[1:]):", {i: "i", j: "i"}),
        ))  # fmt: skip
        self.emit(head)
        if self.chance(0.2) and items in self.variables and "range(len" in head:
            self.emit(f"    {items}[{i}] {self.pick(('+=', '=', '-='))} {self.expression('i', 1)}")
        self.loop_body(names, 8)

    def observe(self) -> None:
        i = self.int_leaf(0)
        self.emit(self.pick((
            "look()", "LOG.append(where())", "print(where(), where())", "print(chain())", f"warn({i})", f"warn({i}, 1)", f"logger('x=%r', {i})", f"note({self.expression('i', 1)})",
            "LOG.append(chain())", f"print({self.f_string()})", f"warn({i}, 3)", "print(f'{look()} {where()}')",
        )))  # fmt: skip

    def with_(self) -> None:
        if not self.room():
            return self.observe()
        name = self.new_name()
        self.emit(f"with Ctx({self.pick(('', 'ZeroDivisionError', '(TypeError, ValueError)'))}){self.pick(('', f' as {name}'))}:")
        self.block(self.size(), conditional=False)

    def finaliser(self) -> None:
        name, i = self.name("o"), self.expression("i", 1)
        if name is None or self.chance(0.3):
            name = self.new_name()
            self.emit(self.pick((f"{name} = Last({i})", f"Last({i})", f"{name} = [Last({i}), {i}]")))
            if self.lines[-1].startswith(f"{self.indent}{name} ="):
                self.variables[name] = "o"
        else:
            self.emit(self.pick((f"{name} = None", f"del {name}", f"{name} = Last({i})", f"{name} = ({name}, 1)[1]")))
            if "del" in self.lines[-1]:
                self.variables.pop(name, None)

    def caught(self) -> None:
        """The commonest shape of error handling: one risky statement, the exception looked at."""
        if not self.room():
            return self.observe()
        self.emit("try:")
        self.indent += "    "
        if self.level == "containers":
            self.container_changed()
        elif self.level == "lists" or self.level == "scripts" and self.chance(0.5):
            self.list_changed()
        else:
            self.mutate()
        self.indent = self.indent[4:]
        self.emit(f"except {self.pick(('Exception', 'IndexError', '(KeyError, IndexError)', 'TypeError'))} as e:")
        self.emit("    " + self.pick(("print(trail(e))", "LOG.append((type(e).__name__, e.__traceback__.tb_lineno))", "print(repr(e))")))
