"""Random work on dicts, tuples, strings, sets and complex numbers.

Kinds: K dict of strings to numbers, T dict of pairs to pairs, B list of records, s string, S set, c complex, Q list of pairs. What they
really hold may be something else; keys may be equal and of another type, or objects with an `__eq__` that prints.
"""

from __future__ import annotations

from .expressions import SMALL

WORDS = ("'a'", "'b'", "'ab'", "'é'", "'key 1'", "''", "'ä'", "'zz'", "'A'", "'\\u4e2d'")
ODD_KEYS = ("None", "True", "1.0", "2**63", "(1, 'a')", "Same('a')", "Same(1)", "(Same(1), 2)", "Text('a')", "1j", "-1", "-2", "[1]", "{}")
ODD_VALUES = ("None", "True", "2**63", "1.5", "7", "'z'", "(1, 2)", "Last(4)", "[1.0]", "{}", "Text('b')", "1j")

ARGUMENTS = {
    "K": ("{'a': 1, 'b': 2}", "{}", "{'a': 0.5, 'b': 2.5, 'ab': -1.0}", "{'é': 3, 'a': 2**40}", "{chr(97 + i): i for i in range(9)}", "dict(a=1, b=0)"),
    "T": ("{(0, 0): (1.0, 2), (1, 0): (0.5, 3)}", "{}", "{(1, 2): (3, 4), (0, 1): (5, 6), (2, 2): (7, 8)}", "{(i, j): (i * 0.5, j) for i in range(3) for j in range(3)}"),
    "B": ("[{'name': 'a', 'x': 1.0, 'n': 2}, {'name': 'b', 'x': 2.5, 'n': 3}]", "[{'name': 'é', 'x': 0.5, 'n': 1}] * 3", "[]", "[{'x': 1.5, 'n': 1, 'name': ''}, {'n': 2, 'name': 'b', 'x': 2.5}]"),
    "S": ("{1, 2, 3}", "set()", "{'a', 'b'}", "{0, 'a', 1.5, None}", "set(range(20))"),
    "Q": ("[(1, 2), (3, 4)]", "[(1.5, 'a'), (2.5, 'b')]", "[]", "[(0, 0.5)] * 3", "[(i, i * 0.5) for i in range(5)]"),
}  # fmt: skip
WILD = {
    "K": ("{'a': 1, 'b': 2.5}", "{'a': None}", "{Same('a'): 1, 'b': 2}", "{Text('a'): 1}", "Dict(a=1)", "defaultdict(int, a=1)", "Counter('abca')", "{1: 2}", "OrderedDict(b=1)", "vars(Bag(a=1, b=2))"),
    "T": ("{(1, 2): (3, 4, 5)}", "{(1, 2): [3, 4]}", "{(Same(1), 2): (1.0, 2.0)}", "{(1.0, 2): (3, 4)}", "{1: (2, 3)}", "{(True, 2): (3, 'x')}", "{(1, (2, 3)): (4, 5)}"),
    "B": ("[{'name': 'a'}]", "[{'name': 1, 'x': 2, 'n': 3.0}]", "[Dict(name='a', x=1.0, n=1)]", "[None]", "[{'name': 'a', 'x': 1.0, 'n': 2}, {'x': 'y'}]"),
    "S": ("{Same(1), 2}", "frozenset((1, 2))", "{(1, 2), 'a'}", "[1, 2]", "{Same('a')}"),
    "Q": ("[(1, 2), (3,)]", "[[1, 2], (3, 4)]", "[(1, 2), ('a', None)]", "[Pair(1, 2)]", "[(1, 2.5), (3.5, 4)]"),
}  # fmt: skip


class Containers:
    """Mixed into the generator beside Expressions, Statements and Lists."""

    def key(self, kind: str) -> str:
        """A key, most of the time one of the kind that the dict has."""
        if self.chance(0.04):
            return self.pick(ODD_KEYS)
        if kind == "T":
            i, j = (self.expression("i", 0) for _ in "ij")
            return self.pick((f"({i}, {j})", f"({i} % 3, {j} % 3)", f"{i} & 1, {j} & 1", "(0, 0)", "(1, 2)"))
        if kind == "S" and self.chance(0.6):
            return self.expression("i", 1)
        return self.pick((*WORDS, self.expression("s", 0)))

    def table(self, kind: str) -> str:
        return self.name(kind) or f"({self.pick(ARGUMENTS[kind])})"

    def held_value(self, kind: str) -> str:
        if self.chance(0.06):
            return self.pick(ODD_VALUES)
        if kind == "T":
            return f"({self.expression('f', 0)}, {self.expression('i', 0)})"
        return self.expression(self.pick("iif"), 1)

    def object(self, kind: str, depth: int) -> str:
        return self.table(kind) if kind in ARGUMENTS else super().object(kind, depth)

    def container_number(self, depth: int) -> str:
        return self.held_number(self.pick("KKKTTBQ"), depth)

    def held_number(self, kind: str, depth: int) -> str:
        table = self.table(kind)
        key = self.key(kind)
        zero = self.pick(("0", "0.0", SMALL[0]))
        if kind == "K":
            return self.pick((f"{table}.get({key}, {zero})",) * 4 + (f"({table}[{key}] if {key} in {table} else {zero})",) * 3 + (f"len({table})", f"sum({table}.values())", f"{table}[{key}]"))  # fmt: skip
        if kind == "T":
            at = self.pick("01")
            return self.pick((f"{table}.get(({key}), (0, 0.5))[{at}]",) * 3 + (f"({table}[{key}][{at}] if ({key}) in {table} else {zero})",) * 3 + (f"len({table})", f"{table}[{key}][{at}]"))  # fmt: skip
        if kind == "B":
            field = self.pick(("'x'", "'n'"))
            return self.pick(
                (f"({table}[-1][{field}] if {table} else {zero})",) * 3 + (f"sum(r[{field}] for r in {table})", f"len({table})")
            )
        return self.pick((f"({table}[0][{self.pick('01')}] if {table} else {zero})", f"len({table})", f"({table} or [(1, 2)])[-1][0]"))

    def container_bool(self, depth: int) -> str:
        kind = self.pick("KTSss")
        if kind == "s":
            a, b = self.expression("s", 1), self.pick((*WORDS, self.expression("s", 0)))
            return self.pick(
                ("({a} {op} {b})", "({a} {op} {b})", "({b} in {a})", "{a}.startswith({b})", "(not {a})", "{a}.isdigit()")
            ).format(a=a, b=b, op=self.pick(("==", "!=", "<", "<=", ">", ">=")))
        table = self.table(kind)
        return self.pick(
            (f"({self.key(kind)} in {table})",) * 3 + (f"({self.key(kind)} not in {table})", f"bool({table})", f"(not {table})")
        )

    def text(self, depth: int) -> str:
        s = self.expression("s", 0)
        i = self.expression("i", 0)
        return self.pick((f"({s} + {self.pick(WORDS)})[-9:]", f"{s}[{i}:][:9]", f"({s} or 'q')[0]", f"({s} or 'q')[{i} % (len({s}) or 1)]", f"{s}.strip()", f"{s}.upper()[:9]", f"str({i} % 1000)",
                          "'%d-%s' % (" + f"{i} % 100, {s})", f"{s}.replace('a', 'b')[:9]", f"'-'.join([{s}[:3], {self.pick(WORDS)}])", f"chr({i} % 300 + 48)", f"{s}[::-1]", f"{s}.lower()", f"({s} * 2 if len({s}) < 5 else {s})"))  # fmt: skip

    # -- statements ----------------------------------------------------------------------------------------

    def container_made(self) -> None:
        kind = self.pick("KTBSQss")
        name = self.target(kind)
        other = self.name(kind)
        made = self.text(1) if kind == "s" else self.pick(ARGUMENTS[kind])
        if kind == "K" and self.chance(0.3):
            made = f"{{'a': {self.expression('n', 1)}, {self.key('K')}: {self.expression('n', 1)}}}"
        if kind == "Q" and self.chance(0.3):
            made = f"[({self.expression('i', 1)}, {self.expression('f', 1)}), ({self.expression('n', 0)}, {self.expression('s', 0)})]"
        self.emit(f"{name} = {other if other and self.chance(0.2) else made}")
        self.variables[name] = kind

    def container_changed(self) -> None:
        kind = self.pick("KKKTTSBQ")
        name = self.name(kind)
        if name is None:
            return self.container_made()
        key, value = self.key(kind), self.held_value(kind)
        if kind in "KT":
            number = self.expression("n", 1)
            form = self.pick(("{n}[{k}] = {v}", "{n}[{k}] = {v}", "{n}[{k}] = {n}.get(({k}), {v})", "+{n}[{k}] += {x}", "+{n}[{k}] -= {x}", "?{n}[{k}] += {x}", "{n}.pop(({k}), None)", "?del {n}[{k}]", "{n}.setdefault(({k}), {v})",
                              "{n}.update({{({k}): {v}}})", "{n} = dict({n})", "{n}.clear()", "{n}[note({k2})] = {v}", "{n}[{k}] = note({v})"))  # fmt: skip
            if kind == "T" and form[0] in "+?":
                form = "{n}[{k}] = ({x}, {x})"
        elif kind == "S":
            number = "0"
            form = self.pick(
                ("{n}.add({k})", "{n}.add({k})", "{n}.discard({k})", "?{n}.remove({k})", "{n} = {n} | {{{k}}}", "{n} = set({n})")
            )
        elif kind == "B":
            number = self.expression("n", 1)
            form = self.pick(
                ("?{n}[0]['x'] = {x}", "?{n}[-1]['n'] += {x}", "?{n}[0]['name'] = {k}", "?{n}[0]['new'] = {v}", "?del {n}[0]['n']")
            )
        else:
            number = self.expression("n", 1)
            form = self.pick(
                (
                    "{n} = ({n} + [({x}, {v})])[-6:]",
                    "?{n}[0] = ({v}, {x})",
                    "?{n}[0] = {n}[-1]",
                    "{n} = {n}[:5]; {n}.append(({x}, {x}))",
                    "{n} and {n}.pop()",
                )
            )
        text = form.lstrip("+?").format(n=name, k=key, k2=f"({key})", v=value, x=number)
        if kind in "KTS":
            self.emit(f"if len({name}) < 40:")
            indent = "    "
        else:
            indent = ""
        if form[0] == "+":
            self.emit(f"{indent}if ({key}) in {name}:")
            self.emit(f"{indent}    {text}")
        elif form[0] == "?" and self.chance(0.85):
            self.emit(f"{indent}try:")
            self.emit(f"{indent}    {text}")
            self.emit(f"{indent}except (KeyError, IndexError) as e:")
            self.emit(f"{indent}    print(type(e).__name__, e)")
        else:
            self.emit(indent + text)

    def container_unpacked(self) -> None:
        table, a, b = self.table(self.pick("QT")), self.new_name(), self.new_name()
        form = self.pick(
            (
                f"{a}, {b} = (({table}) or [(1, 2)])[0]",
                f"{a}, {b} = {self.table('T')}.get(({self.key('T')}), (0.5, 1))",
                f"{a}, {b} = ({self.expression('s', 0)} + 'xy')[:2]",
            )
        )
        if form.startswith(f"{a}, {b} = (({table})") and "{" in table:
            form = f"{a}, {b} = (list({table}.values()) or [(1, 2)])[0]" if ":" in table else form
        self.emit(
            form if "or [(1" not in form or self.variables.get(table) != "T" else f"{a}, {b} = (list({table}.values()) or [(1, 2)])[0]"
        )
        self.variables[a] = self.variables[b] = "n" if "xy" not in form else "s"

    def container_loop(self) -> None:
        if not self.room() or self.trips > 40:
            return self.container_changed()
        kind = self.pick("KKTBQQsssS")
        a, b, i = self.new_name(), self.new_name(), self.loop_name()
        if kind == "s":
            text = self.expression("s", 0)
            head, names = self.pick(((f"for {a} in {text}[:9]:", {a: "s"}), (f"for {i}, {a} in enumerate({text}[:9]):", {i: "i", a: "s"}), (f"for {a}, {b} in zip({text}[:5], {self.expression('s', 0)}):", {a: "s", b: "s"}),
                                     (f"for {a} in ('a', {self.pick(WORDS)}, 'c'):", {a: "s"}), (f"for {a} in ({text}, 'ab').__iter__():" if self.chance(0.1) else f"for {a} in ({text}, 'ab'):", {a: "s"})))  # fmt: skip
        elif kind == "S":
            head, names = f"for {a} in sorted({self.table('S')}, key=repr)[:9]:", {a: "n"}
        else:
            table = self.table(kind)
            heads = {
                "K": ((f"for {a} in {table}:", {a: "s"}), (f"for {a}, {b} in {table}.items():", {a: "s", b: "n"}), (f"for {b} in {table}.values():", {b: "n"}), (f"for {a} in sorted({table}):", {a: "s"})),
                "T": ((f"for ({a}, {b}), ({i}, _) in {table}.items():", {a: "i", b: "i", i: "n"}), (f"for {a}, {b} in {table}:", {a: "i", b: "i"}), (f"for {a}, {b} in {table}.values():", {a: "n", b: "n"})),
                "B": ((f"for {a} in {table}:", {a: "r"}),),
                "Q": ((f"for {a}, {b} in {table}:", {a: "n", b: "n"}), (f"for {i}, ({a}, {b}) in enumerate({table}):", {i: "i", a: "n", b: "n"}), (f"for {a} in {table}:", {a: "t"})),
            }  # fmt: skip
            head, names = self.pick(heads[kind])
        self.emit(head)
        if kind == "B":
            total = self.name("if")
            field = self.pick(("'x'", "'n'"))
            if total:
                self.emit(f"    {total} {self.pick(('=', '+=', '-='))} {a}[{field}]")
            if self.chance(0.5):
                self.emit(f"    {a}['x'] = {self.expression('f', 1)}")
            names = {}
        elif kind in "KT" and self.chance(0.4) and self.variables.get(table) == kind:
            key = next(iter(names)) if kind == "K" else f"{a}, {b}"
            if "values" not in head:
                self.emit(f"    {table}[{key}] = {self.held_value(kind)}")
        self.loop_body(names, 6)

    def complex_work(self) -> None:
        name = self.name("c")
        if name is None:
            name = self.target("c")
            self.emit(f"{name} = complex({self.expression('f', 0)}, {self.expression('f', 0)})")
            self.variables[name] = "c"
            return
        other, x = self.pick((name, "(0.5-1j)", "1j", f"complex({self.expression('f', 0)})")), self.expression("n", 0)
        form = self.pick(
            (
                "{n} = {n} * {o}",
                "{n} = {n} + {o}",
                "{n} -= {x}",
                "{n} = {n} / ({o} or 1)",
                "{n} = {x} * {n}",
                "{n} = -{n}",
                "{n} = {n}.conjugate()",
                "{n} = complex({n}.imag, {n}.real)",
                "{n} = {n} ** 2 if abs({n}) < 1e9 else {n}",
            )
        )
        self.emit("try:")
        self.emit("    " + form.format(n=name, o=other, x=x))
        self.emit("except (ZeroDivisionError, OverflowError) as e:")
        self.emit("    print(e)")
        if self.chance(0.4):
            self.emit(f"print({name}, {name} == {other}, {name}.real, {name}.imag)")
