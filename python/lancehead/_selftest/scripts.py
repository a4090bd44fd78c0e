"""Random scripts: loops at module level, with functions, classes and generators beside them.

A script is a program without an entry: what it prints, what it raises and the names that it leaves behind, in their order, are all that
there is to see. It is run as a module is: plainly by `exec`, and guarded, entered natively at its loops.
"""

from __future__ import annotations

from contextlib import contextmanager

from .expressions import SMALL, STRINGS, weighted

KINDS = "iiiffbntLLEERWDDMsspvco"
TABLE = weighted({
    # What functions do, at module level.
    "assign": 12, "augment": 14, "unpack": 4, "if_": 7, "for_": 14, "while_": 7, "try_": 6, "assert_": 1, "raise_": 1, "return_": 1,
    "delete": 2, "change_type": 6, "nested_def": 2, "print_": 6, "chained": 1, "walrus_if": 1, "jump": 4, "bare_call": 4,
    "mutate": 8, "new_object": 4, "for_object": 8, "observe": 5, "with_": 2, "finaliser": 3, "caught": 4,
    "list_made": 5, "list_changed": 10, "list_row": 3, "list_loop": 8, "list_unpacked": 1,
    # What scripts do.
    "shadow": 1, "rebind": 2, "executed": 2, "name_game": 3, "import_": 1, "function": 3, "class_": 2, "generator": 2, "captured": 3, "alias": 3,
    "guarded_jump": 3, "exit_": 1, "poke": 4, "print_state": 4, "dict_loop": 3, "nested_loops": 5, "chain": 1, "set_": 1,
    "container_made": 3, "container_changed": 7, "container_loop": 5, "container_unpacked": 1, "complex_work": 2, "nested_work": 9, "things_work": 5, "sequences_work": 5, "consumed_work": 5,
})  # fmt: skip
NESTS = weighted({
    "nested_work": 30, "poke": 6, "print_state": 2, "assign": 3, "augment": 2, "change_type": 2, "function": 2, "alias": 2, "list_made": 2, "list_loop": 3, "list_changed": 3,
    "if_": 3, "try_": 3, "for_": 3, "while_": 2, "executed": 1, "shadow": 1, "rebind": 1, "class_": 1, "finaliser": 1, "container_made": 1, "container_changed": 2,
})  # fmt: skip
THINGS = tuple(name for name in NESTS if name != "nested_work") + ("things_work",) * 30
ARRAYS = tuple(name for name in NESTS if name != "nested_work") + ("arrays_work",) * 30
CONSUMED = tuple(name for name in NESTS if name != "nested_work") + ("consumed_work",) * 40
SEQUENCES = tuple(name for name in NESTS if name != "nested_work") + ("sequences_work",) * 30
TABLES = {"scripts": TABLE, "nests": NESTS, "things": THINGS, "sequences": SEQUENCES, "consumed": CONSUMED, "arrays": ARRAYS}
OUTER = ("shadow", "executed", "import_", "function", "class_", "generator", "exit_", "rebind")
"""At module level only."""
ROUGH = ("sum", "len", "abs", "max", "range", "print", "float", "enumerate", "sorted", "int", "min", "zip")
STATE = (
    "variables", "lines", "indent", "counter", "loops", "trips", "cost", "callee", "free_products", "no_walrus", "in_while_tail", "uses_global", "budget", "at_module",
)  # fmt: skip


class Scripts:
    """Mixed into the generator in front of Expressions, Statements and Lists, whose forms it uses."""

    at_module = True

    def script(self) -> str:
        self.begin(callee=False)
        self.serial = 0
        self.indent = ""
        self.globals = ("G",)
        self.emit(f"G = {self.pick(SMALL)}")
        self.variables["G"] = "i"
        for _ in range(self.pick((1, 2, 3))):
            kind = self.pick("iifLEsKTQ")
            name = self.target(kind)
            self.emit(f"{name} = {self.expression(kind, 1)}")
            self.variables[name] = kind
        for _ in range(self.pick((0, 1, 2))):
            self.function()
        self.budget = self.pick((2, 3, 4, 6, 9) if self.statements_table is ARRAYS else (6, 10, 14, 18, 24))
        while self.budget > 0:
            self.statement()
        if self.chance(0.5):
            self.emit("print(G, 'end')")
        return "\n".join(self.lines) + "\n"

    @contextmanager
    def elsewhere(self, globals_seen: bool = True):
        """Lines of another scope, written where this one stands."""
        saved = {name: getattr(self, name) for name in STATE if hasattr(self, name)}
        outer, indent = dict(self.variables), self.indent
        self.begin(callee=True)
        self.counter = saved["counter"]
        self.at_module = False
        self.no_walrus = saved["no_walrus"]
        self.indent = indent + "    "
        if globals_seen:
            self.constants = tuple(name for name, kind in outer.items() if kind == "i")[:4]
        yield
        lines, counter = self.lines, self.counter
        for name, value in saved.items():
            setattr(self, name, value)
        self.counter = counter
        self.inner_lines = lines

    def size_limit(self) -> bool:
        return len(self.lines) > 90

    def statement(self) -> None:
        self.budget -= 1
        name = self.pick(self.statements_table)
        if not self.at_module and name in OUTER or self.size_limit():
            name = "augment"
        getattr(self, name)()

    # -- what differs at module level ----------------------------------------------------------------------

    def header(self, name: str, parameters: str) -> list[str]:
        return [f"{self.indent[4:]}def {name}({parameters}):", *[f"{self.indent}global {g}" for g in sorted(self.uses_global)]]

    def result(self) -> str:
        return super().result() if not self.at_module else self.expression("i", 1)

    def return_(self) -> None:
        if not self.at_module:
            return super().return_()
        self.jump() if self.loops else self.print_state()

    def nested_def(self) -> None:
        if not self.at_module:
            return super().nested_def()
        self.captured()

    # -- scopes --------------------------------------------------------------------------------------------

    def function(self) -> None:
        """A function, defined here and now, at times inside a loop."""
        if len(self.indent) > 8 or self.trips > 20:
            return self.augment()
        self.serial += 1
        name = f"g{self.serial}" if self.chance(0.9) or self.serial < 2 else "g1"
        kinds = "".join(self.pick("iiffLE") for _ in range(self.pick((1, 1, 2, 3))))
        recursive = self.chance(0.15)
        # A name that a module's function sees is whatever it is by then.
        self.helpers.pop(name, None)
        with self.elsewhere():
            returns = self.returns = self.pick("iif")
            self.budget = self.pick((1, 2, 3, 5))
            self.variables.update({f"p{i}": kind for i, kind in enumerate(kinds)})
            if recursive:
                self.emit("if depth <= 0:")
                self.emit(f"    return {self.expression(returns, 1)}")
            while self.budget > 0:
                self.statement()
            if recursive:
                values = ", ".join(f"p{i}" for i in range(len(kinds)))
                self.emit(f"return {name}({values}, depth=depth - 1) + {self.expression(returns, 1)}")
            else:
                self.emit(f"return {self.expression(returns, 2)}")
            defaulted = kinds[-1] in "if" and self.chance(0.3) and not recursive
            parameters = [f"p{i}" for i in range(len(kinds))]
            if defaulted:
                parameters[-1] += "=" + (self.pick([n for n in self.constants if n] or ["2"]) if self.chance(0.5) else self.pick(SMALL))
            if recursive:
                parameters.append(f"depth={self.pick('123')}")
            head = self.header(name, ", ".join(parameters))
            cost = self.cost * (4 if recursive else 2)
        self.lines += head + self.inner_lines
        self.helpers[name] = (returns, kinds, cost, defaulted)

    def class_(self) -> None:
        if len(self.indent) > 4 or self.trips > 20:
            return self.mutate()
        self.serial += 1
        name = f"C{self.serial}"
        self.emit(f"class {name}{self.pick(('', '', '(P)'))}:")
        self.emit(f"    total = {self.pick(SMALL)}")
        if self.chance(0.4):
            self.emit(f"    for item in range({self.pick('23')}):")
            self.emit(f"        total += item {self.pick(('', '* 0.5', '+ G'))}")
        self.emit("    def __init__(self, x, y=1.5):")
        self.emit("        self.x, self.y = x, y")
        self.emit("    def __repr__(self):")
        self.emit(f"        return f'{name}({{self.x!r}}, {{self.y!r}})'")
        self.emit("    def step(self, n):")
        self.emit("        global G")
        self.emit("        for k in range(n & 7):")
        self.emit(f"            self.x {self.pick(('+= k', '-= k', '+= self.y', '= self.x ^ k', '+= G'))}")
        self.emit(f"            {self.pick(('self.y *= 0.5', f'{name}.total += 1', 'G += 1', 'if k > 3: break', 'pass'))}")
        self.emit("        return self.x")
        if self.chance(0.3):
            self.emit("    def __del__(self):")
            self.emit("        print('gone', self.x)")
        self.classes.append(name)
        thing = f"o{self.fresh()}"
        self.emit(f"{thing} = {name}({self.int_leaf(0)})")
        self.helpers[f"{thing}.step"] = ("i", "i", 8, False)

    def generator(self) -> None:
        if len(self.indent) > 4 or self.trips > 20:
            return self.augment()
        self.serial += 1
        name = f"gen{self.serial}"
        self.emit(f"def {name}(n):")
        self.emit(f"    {self.pick(('total = 0', 'total = G', 'total = 0.5'))}")
        self.emit("    for k in range(n & 7):")
        self.emit(f"        {self.pick(('total += k', 'total += G', 'total = total * 0.5', 'total -= 1'))}")
        if self.chance(0.3):
            self.emit("        try:")
            self.emit("            yield total")
            self.emit("        finally:")
            self.emit("            print('closing', k)")
        else:
            self.emit(f"        yield {self.pick(('total', 'k', 'k * 0.5', '(k, total)[0]'))}")
        self.generators.append(name)

    def captured(self) -> None:
        """Closures over a loop's variable, or functions kept in a list."""
        found = self.name("iifL")
        held = f"fs{self.fresh()}"
        if found is None or not self.room() or self.trips > 20:
            return self.augment()
        i = f"i{self.fresh()}"
        self.emit(f"{held} = []")
        self.emit(f"for {i} in range({self.pick('234')}):")
        body = self.pick((f"lambda: {i}", f"lambda z={i}: z", f"lambda z=2: ({found}, z, {i})", f"(lambda q: lambda: q + {i})({i})"))
        self.emit(f"    {held}.append({body})")
        if self.chance(0.5):
            self.emit(f"    print({held}[-1]())")
        self.emit(f"print([z() for z in {held}])")
        self.variables[i] = "i"

    # -- names ---------------------------------------------------------------------------------------------

    def shadow(self) -> None:
        name = self.pick(ROUGH)
        if self.chance(0.5):
            if self.room() and self.loops:
                self.emit(f"if {self.expression('b', 1)}:")
                self.indent += "    "
                self.emit(f"{name} = {self.shadowing(name)}")
                self.indent = self.indent[4:]
            else:
                self.emit(f"{name} = {self.shadowing(name)}")
            if self.chance(0.4):
                self.statement()
                self.emit(f"del {name}")
            return
        self.emit("try:")
        self.emit(f"    del {name}")
        self.emit("except NameError as e:")
        self.emit("    print(e)")

    def shadowing(self, name: str) -> str:
        return self.pick((name, f"lambda *a, _was={name}, **k: _was(*a, **k)", f"__builtins__['{name}'] if type(__builtins__) is dict else {name}", f"(lambda *a: {self.pick('23')})" if name in ("len", "abs", "float", "int") else name))  # fmt: skip

    def rebind(self) -> None:
        """A function's name gets another function, another default, another body."""
        found = [name for name in self.helpers if name.startswith("g") and "." not in name]
        if not found:
            return self.function()
        name = self.pick(found)
        forms = [
            f"{name} = (lambda *a, _was={name}, **k: _was(*a, **k))", f"{name}.__defaults__ = {name}.__defaults__ and (3,) * len({name}.__defaults__)", f"{name} = {name}",
        ]  # fmt: skip
        if len(found) > 1:
            other = self.pick(found)
            forms.append(f"{name}, {other} = {other}, {name}")
            forms.append(f"{name}.__code__ = {other}.__code__")
        self.emit("try:")
        self.emit(f"    {self.pick(forms)}")
        self.emit("except Exception as e:")
        self.emit("    print(type(e).__name__)")

    def executed(self) -> None:
        name = self.name("if")
        if name is None:
            return self.assign()
        fresh = self.new_name()
        self.emit(self.pick((
            f"exec('{name} = {name} + 1')", f"exec('{fresh} = {self.pick(SMALL)}')", f"print(eval('{name}'))", f"globals()['{name}'] = {self.pick(('1.5', '2', '2**63', '0'))}",
            f"globals()['{fresh}'] = {name}", f"vars().update({fresh}={name})", f"exec('for {fresh} in range(3): {name} += 1')", f"globals().pop('{fresh}', None)",
            "exec('def made(x=2):\\n for k in range(3): x += k\\n return x') or print(made())",
        )))  # fmt: skip

    def name_game(self) -> None:
        """A name goes away, and perhaps comes back."""
        name = self.assignable("if")
        if name is None or name == "G":
            return self.assign()
        x = self.random()
        if x < 0.35:
            self.emit(f"del {name}")
            self.emit(f"{name} = {self.expression(self.variables[name], 0).replace(name, '3')}")
        elif x < 0.7:
            self.emit("try:")
            self.emit(f"    del {name}")
            self.emit(f"    print({name})")
            self.emit("except NameError as e:")
            self.emit(f"    print(type(e).__name__, {self.pick(('e', 'list(globals())[-2:]'))})")
            self.emit(f"{name} = {self.pick(('1', '2.5', '-3'))}")
            self.variables[name] = "n"
        else:
            fresh = self.new_name()
            self.emit(f"if {self.expression('b', 1)}:")
            self.emit(f"    {fresh} = {name}")
            self.emit(f"print(list(globals())[-{self.pick('123')}:], '{fresh}' in globals())")

    def import_(self) -> None:
        self.emit(
            self.pick(("import math", "from math import sqrt as root", "import math as m", "from math import pi, floor", "import string"))
        )

    def alias(self) -> None:
        kind = self.pick("LERWDpv")
        name = self.name(kind)
        if name is None:
            return self.list_made()
        other = self.target(kind)
        self.emit(f"{other} = {name}")
        self.variables[other] = kind

    def poke(self) -> None:
        """Something changes a global behind the loop's back."""
        name = self.name("if")
        if name is None or not self.at_module:
            return self.global_() if self.globals else self.assign()
        self.serial += 1
        if self.chance(0.5) and self.trips < 20 and len(self.indent) < 8:
            # With a star it is never native, and so called out.
            self.emit(f"def poke{self.serial}(by{self.pick(('', '', ', *more'))}):")
            self.emit(f"    global {name}")
            change = self.pick(
                (f"{name} += by", f"{name} = by", f"{name} = {name} * 0.5", f"{name} += 1", f"{name} = 2**62", f"{name} -= 1")
            )
            if self.chance(0.4):
                self.emit(f"    for k in range({self.pick('123')}):")
                self.emit(f"        {change}")
            else:
                self.emit(f"    {change}")
            self.emit(f"    return {self.pick(('by', '1', name))}")
            self.pokes.append(f"poke{self.serial}")
        if self.pokes:
            call = f"{self.pick(self.pokes)}({self.expression(self.pick('if'), 0)})"
            self.emit(
                self.pick(
                    (call, f"{name} = {name} + {call}", f"{name} += {call}", f"print({call}, {name})", f"{self.target('n')} = {call}")
                )
            )

    # -- control -------------------------------------------------------------------------------------------

    def guarded_jump(self) -> None:
        """`try` and `finally` with a jump out of them."""
        if not self.loops or not self.room():
            return self.augment()
        self.emit("try:")
        self.indent += "    "
        if self.chance(0.5):
            self.statement()
        self.emit(f"if {self.expression('b', 1)}:")
        words = ("break", "continue", "raise KeyError(1)", "pass")
        word = self.pick(words)
        self.emit(f"    {'break' if self.in_while_tail and word == 'continue' else word}")
        self.indent = self.indent[4:]
        if self.chance(0.6):
            self.emit("except KeyError as e:")
            self.emit(f"    print('key', e){self.pick(('', '', '; raise', '; raise ValueError(2)'))}")
        self.emit("finally:")
        name = self.assignable("i")
        loops, self.loops = self.loops, 0
        self.emit(f"    {name} += 1" if name and self.chance(0.6) else "    print('finally')")
        self.loops = loops

    def exit_(self) -> None:
        if not self.room() or self.chance(0.5):
            return self.augment()
        self.emit(f"if {self.expression('b', 2)}:")
        self.emit(f"    {self.pick(('sys.exit({})', 'raise SystemExit({})')).format(self.pick(('', '3', repr('bye'), self.int_leaf(0))))}")

    # -- loops ---------------------------------------------------------------------------------------------

    def nested_loops(self) -> None:
        """Two or three loops, one in the other, that work on numbers or a list of lists."""
        if not self.room() or self.trips > 12:
            return self.augment()
        i, j = f"i{self.fresh()}", f"j{self.fresh()}"
        total, kind = self.assignable("if"), self.pick("RW")
        rows = self.name(kind)
        self.emit(f"for {i} in range({self.pick('2345')}):")
        self.indent += "    "
        if rows and self.chance(0.7):
            self.emit(f"for {j} in range(len({rows}[{i}]) if {i} < len({rows}) else 2):")
            self.indent += "    "
            self.emit(f"if {i} < len({rows}) and {j} < len({rows}[{i}]):")
            value = self.pick((f"{i} + {j}", f"{rows}[{i}][{j}] + 1", f"{rows}[{i}][{j}] * 0.5", f"{rows}[{i}][{j}] - {i}", "2**40 + 1"))
            self.emit(f"    {rows}[{i}][{j}] = {value}")
        else:
            self.emit(f"for {j} in range({self.pick(('2', '3', '4', i, f'{i} + 1'))}):")
            self.indent += "    "
        self.variables.update({i: "i", j: "i"})
        trips, self.trips, self.loops = self.trips, self.trips * 16, self.loops + 2
        if total:
            self.emit(f"{total} {self.pick('+-')}= {self.pick((f'{i} * {j}', f'{i} - {j}', j, f'{i} * 0.5'))}")
        self.block_here(self.pick((0, 1, 2)))
        if self.lines[-1].endswith(":"):
            self.emit("pass")
        self.indent = self.indent[4:]
        if self.chance(0.2):
            self.emit("else:")
            self.emit(f"    print({i}, {j})" if rows is None else f"    print({i})")
        self.block_here(self.pick((0, 0, 1)))
        self.indent = self.indent[4:]
        self.trips, self.loops = trips, self.loops - 2

    def block_here(self, size: int) -> None:
        before = set(self.variables)
        for _ in range(size):
            if self.budget > 0:
                self.statement()
        for name in [name for name in self.variables if name not in before]:
            del self.variables[name]

    def dict_loop(self) -> None:
        table, k, v = self.name("D"), f"i{self.fresh()}", self.new_name()
        if table is None or not self.room() or self.trips > 20:
            return self.new_object()
        self.emit(
            self.pick(
                (
                    f"for {k} in list({table}):",
                    f"for {k} in {table}:",
                    f"for {k}, {v} in list({table}.items()):",
                    f"for {k}, {v} in {table}.items():",
                )
            )
        )
        names = {k: "n", v: "n"} if f", {v}" in self.lines[-1] else {k: "n"}
        self.emit(
            "    "
            + self.pick(
                (
                    f"{table}[{k}] += 1",
                    f"{table}[{k}] = {self.expression('n', 1)}",
                    f"print({k}, {table}[{k}])",
                    f"{table}.pop({k})",
                    f"G += {table}[{k}]",
                )
            )
        )
        self.loop_body(names, 5)

    def chain(self) -> None:
        if not self.generators or not self.room() or self.trips > 20:
            return self.for_()
        x = self.new_name()
        source = f"{self.pick(self.generators)}({self.pick('2345')})"
        self.emit(f"for {x} in {self.pick((source, f'list({source})', f'enumerate({source})', f'zip({source}, range(9))'))}:")
        self.loop_body({x: "n"}, 6)

    def set_(self) -> None:
        name = f"s{self.fresh()}"
        self.emit(f"{name} = {{{self.expression('i', 0)}, {self.pick(SMALL)}}}")
        if self.room() and self.trips < 20:
            i = f"i{self.fresh()}"
            self.emit(f"for {i} in range({self.pick('345')}):")
            self.emit(f"    {name}.{self.pick(('add', 'discard'))}({i} {self.pick(('', '% 2', '* 1.0'))})")
        self.emit(f"print({name})")

    # -- looking -------------------------------------------------------------------------------------------

    def print_state(self) -> None:
        names = self.names("ifbntsLERWMD")
        if not names:
            return self.print_()
        chosen = ", ".join(self.pick(names) for _ in range(self.pick((1, 2, 3))))
        self.emit(self.pick((f"print({chosen})", f"print({chosen}, sep='{self.pick('|;')}')", f"print(f'{{{chosen.split(', ')[0]}!r}}')", "print(len(globals()), list(globals())[-1])", f"print(type({chosen.split(', ')[0]}).__name__, {self.pick(STRINGS)})")))  # fmt: skip
