"""Random classes, and loops over lists of their instances: attributes, methods, properties, operators, and what changes them in mid-loop.

A class has attributes x (an int or a float), y (a float) and often more; its instances are in one list. Surprises at some turn: an attribute of
another type, one that goes, a method that is replaced in the class or shadowed in the instance, another `__class__`, a `__dict__` written.
"""

from __future__ import annotations

from dataclasses import dataclass

ODD = ("3", "None", "True", "2**70", "'x'", "[1.5]", "(1, 2)", "2.0", "-0.0", "10**9", "0.1")
NUMBER = ("self.x", "self.y", "self.x", "self.y", "1", "0.5", "2")


@dataclass
class Model:
    name: str
    methods: dict[str, int]
    """Of its own: how many arguments each takes besides self."""
    operators: list[str]
    properties: list[str]
    is_slotted: bool
    is_frozen: bool


class Things:
    """Mixed into the generator in front of Nests."""

    models: list[Model]

    def things_work(self) -> None:
        if self.trips > 1 or self.loops or not self.room() or not self.at_module:
            return self.mutate()
        if len(self.models) < 2 or self.chance(0.6):
            self.model()
        self.things_loop()

    # -- classes -------------------------------------------------------------------------------------------

    def model(self) -> None:
        self.serial += 1
        shape = self.pick(("plain", "plain", "plain", "slots", "dataclass", "derived", "named"))
        name = f"M{self.serial}"
        bases = [model for model in self.models if not model.is_slotted and not model.is_frozen]
        if shape == "derived" and not bases:
            shape = "plain"
        if shape == "named":
            self.emit(f"class {name}(namedtuple('{name}', 'x y')):")
            self.emit("    __slots__ = ()")
            model = Model(name, {}, [], [], True, True)
        elif shape == "dataclass":
            self.emit("from dataclasses import dataclass")
            self.emit(f"@dataclass{self.pick(('', '', '(slots=True)', '(eq=False)'))}")
            model = Model(name, {}, [], [], "slots" in self.lines[-1], False)
            self.emit(f"class {name}:")
            self.emit("    x: float")
            self.emit("    y: float = 1.5")
        else:
            base = self.pick(bases).name if shape == "derived" else ""
            model = Model(name, {}, [], [], shape == "slots", False)
            self.emit(f"class {name}{f'({base})' if base else ''}:")
            if shape == "slots":
                self.emit("    __slots__ = ('x', 'y', 'z')")
            else:
                self.emit(f"    scale, made = {self.pick(('2', '0.5', '1'))}, 0")
            if not base or self.chance(0.3):
                self.constructor(model, base)
        self.methods(model)
        self.models.append(model)

    def constructor(self, model: Model, base: str) -> None:
        self.emit("    def __init__(self, x, y=1.5):")
        if base and self.chance(0.6):
            self.emit("        super().__init__(x, y)")
        else:
            self.emit(self.pick(("        self.x = x; self.y = y", "        self.x, self.y = x, y", "        self.y = y\n        self.x = x")).replace("\n", f"\n{self.indent}"))  # fmt: skip
        if not model.is_slotted:
            if self.chance(0.4):
                self.emit(f"        {model.name}.made += 1")
            if self.chance(0.4):
                self.emit(f"        self.items = {self.pick(('[]', '[x, y]', '[0.0] * 3', '{}'))}")
        elif self.chance(0.5):
            self.emit("        self.z = None")
        if self.chance(0.15):
            self.emit("        if x == 3: raise ValueError(x)")

    def number_of_self(self, *more: str) -> str:
        a, b = self.pick((*NUMBER, *more)), self.pick((*NUMBER, *more))
        return self.pick((f"{a} + {b}", f"{a} * 0.5", f"{a} - {b}", f"{a} * {b} % 7", a, f"abs({a})", f"({a} + 1) // 2", f"{a} if {b} > 1 else 0", f"max({a}, {b})"))  # fmt: skip

    def methods(self, model: Model) -> None:
        if self.chance(0.6):
            self.emit("    def __repr__(self):")
            self.emit(f"        return f'{model.name}({{self.x!r}}, {{self.y!r}})'")
        sets = not model.is_frozen
        for name in ("step", "value", "pair", "apply"):
            if not self.chance(0.6):
                continue
            if name == "step" and sets:
                self.emit("    def step(self, d):")
                if self.chance(0.3):
                    self.emit("        global G")
                    self.emit("        G += 1")
                if self.chance(0.3):
                    self.emit(f"        for k in range({self.pick('23')}):")
                    self.emit(f"            self.y += {self.pick(('k', 'd * 0.5', 'self.x'))}")
                self.emit(f"        self.x {self.pick(('+=', '-=', '='))} {self.number_of_self('d', 'd')}")
                if self.chance(0.5):
                    self.emit(f"        self.y = {self.number_of_self('d')}")
                if self.chance(0.1):
                    self.emit("        if self.x > 50: raise OverflowError(self.x)")
                self.emit(f"        return {self.pick(('self', 'self.x', 'self.y', 'None'))}")
                model.methods["step"] = 1
            elif name == "value":
                self.emit(f"    def value(self{self.pick(('', '', ', k=2'))}):")
                self.emit(f"        return {self.number_of_self()}")
                model.methods["value"] = 0
            elif name == "pair":
                self.emit("    def pair(self, other):")
                self.emit(f"        return {self.number_of_self('other.x', 'other.y')}")
                model.methods["pair"] = 2
            elif name == "apply" and model.methods:
                inner = self.pick(list(model.methods))
                call = {0: f"self.{inner}()", 1: f"self.{inner}(0.5)", 2: f"self.{inner}(self)"}[model.methods[inner]]
                self.emit("    def apply(self):")
                self.emit(
                    f"        {self.pick((f'return {call}', f'return {call} is None', f'out = [{call} for _ in range(2)]; return len(out)'))}"
                )
                model.methods["apply"] = 0
        if self.chance(0.4):
            self.emit("    @property")
            self.emit("    def size(self):")
            self.emit(f"        return {self.number_of_self()}")
            model.properties.append("size")
        if self.chance(0.25):
            self.emit(f"    {self.pick(('@classmethod', '@staticmethod'))}")
            is_class = "class" in self.lines[-1]
            self.emit(f"    def make({'cls, ' if is_class else ''}n):")
            self.emit(f"        return {'cls' if is_class else model.name}(n, n * 0.5)")
        self.operators(model)

    def operators(self, model: Model) -> None:
        made = f"{self.pick((model.name, model.name, 'type(self)'))}"
        other = self.pick(("other.x", "other.x", "(other.x if isinstance(other, " + model.name + ") else other)"))
        bodies = {
            "add": ("other", f"return {made}(self.x + {other}, self.y)"), "sub": ("other", f"return {made}(self.x - {other}, {self.number_of_self()})"), "mul": ("k", f"return {made}(self.x * (k if k.__class__ is not {model.name} else k.x) % 101, self.y)"),
            "rmul": ("k", "return self * k"), "neg": ("", f"return {made}(-self.x, -self.y)"), "lt": ("other", f"return self.x < {other}"), "eq": ("other", f"return self.x == {other}"), "len": ("", "return 2"), "getitem": ("i", "return (self.x, self.y)[i]"),
            "bool": ("", f"return self.x {self.pick(('!=', '>', '<'))} {self.pick('01')}"), "iadd": ("other", f"self.x = self.x + {other}; return self"), "call": ("k=1", "return self.x * 0.5 + k"), "contains": ("k", "return k == self.x"), "abs": ("", "return abs(self.x)"),
            "iter": ("", "return iter((self.x, self.y))"), "hash": ("", "return 1"), "float": ("", "return float(self.x)"), "getattr": ("name", "print('missing', name); raise AttributeError(name)" if self.chance(0.5) else "return 0.25"),
            "setattr": ("name, value", "object.__setattr__(self, name, value)"), "del": ("", "print('gone', G)"), "radd": ("k", f"return k + {self.pick(('self.x', '1'))}"),
        }  # fmt: skip
        rare = ("getattr", "setattr", "del", "iter", "hash", "contains", "float")
        for name, (arguments, body) in bodies.items():
            if (
                not self.chance(0.04 if name in rare else 0.2)
                or model.is_frozen
                and name in ("iadd", "setattr", "len", "iter", "hash", "eq", "lt", "getitem", "contains")
            ):
                continue
            self.emit(f"    def __{name}__(self{', ' if arguments else ''}{arguments}):")
            if self.chance(0.1):
                self.emit(f"        print('{name}')")
            self.emit(f"        {body}")
            model.operators.append(name)

    # -- loops ---------------------------------------------------------------------------------------------

    def things_loop(self) -> None:
        model = self.pick(self.models)
        others = [other for other in self.models if other is not model]
        things, total = f"things{self.fresh()}", f"total{self.fresh()}"
        start = self.pick(
            (
                f"{model.name}(i, i * 0.5)",
                f"{model.name}(i * 0.25)" if not model.is_frozen else f"{model.name}(i * 0.25, 1)",
                f"{model.name}(i % 3, 2.0)",
            )
        )
        if others and self.chance(0.25):
            start = f"({start} if i % 2 else {self.pick(others).name}(i, 0.5))"
        self.emit(
            f"{things} = [{start} for i in range({self.pick('234')})]" if self.chance(0.8) else f"{things} = [{model.name}(1, 2.5)] * 3"
        )
        self.emit(f"{total} = {self.pick(('0', '0.0', '0'))}")
        self.variables[total] = "n"
        t = self.loop_variable("t")
        self.emit(f"for {t} in range({self.pick('2345')}):")
        with self.turns_of(5, {t: "i"}):
            self.t, self.total = t, total
            for _ in range(self.pick((1, 1, 2))):
                self.guarded(lambda: self.walk(model, things))
                if self.chance(0.5):
                    self.emit(self.pick((f"print({t}, {total})", f"if {t} % 2: print({things}[0].x, {total})", f"{things}[0], {things}[-1] = {things}[-1], {things}[0]", f"{things} = {things}[1:] + {things}[:1]", f"{things}.reverse()", f"if len({things}) < 5: {things}.append({model.name}({t}, 0.5))", f"{things}[0] = {things}[-1]", f"{things}[-1].x = {self.pick(ODD)}" if not model.is_frozen else f"print({things}[-1].x)", f"print([thing.x for thing in {things}])", f"{total} += sum([thing.y for thing in {things}])", f"{total} = {total} * 0.5")))  # fmt: skip
            if self.chance(0.15):
                self.budget += 1
                self.statement()
        self.emit(f"print({total}, [(thing.x, thing.y) for thing in {things}])" if self.chance(0.8) else f"print({total}, {things})" if self.chance(0.2) and "__repr__" in "".join(self.lines) and "[" not in start else f"print({total})")  # fmt: skip

    def walk(self, model: Model, things: str) -> None:
        thing = self.loop_variable("b")
        form = self.random()
        if form < 0.6:
            self.emit(f"for {thing} in {things}:")
        elif form < 0.8:
            self.emit(f"for i, {thing} in enumerate({things}):")
        else:
            self.emit(f"for i in range(len({things})):")
        with self.turns_of(4, {}):
            if form >= 0.8:
                self.emit(f"{thing} = {things}[i]")
            other = thing
            if self.chance(0.35):
                other = self.loop_variable("c")
                self.emit(f"for {other} in {things}{self.pick(('', '', '[1:]'))}:")
                with self.turns_of(4, {}):
                    if self.chance(0.5):
                        self.emit(f"if {other} is {thing}: continue")
                    self.deeds(model, things, thing, other)
            else:
                self.deeds(model, things, thing, other)

    def deeds(self, model: Model, things: str, thing: str, other: str) -> None:
        for _ in range(self.pick((1, 2, 2, 3))):
            self.deed(model, thing, other)
        self.things_surprise(model, things, thing)

    def deed(self, model: Model, thing: str, other: str) -> None:
        a, b = self.pick((f"{thing}.x", f"{thing}.y")), self.pick((f"{other}.x", f"{other}.y", "0.5", "1", self.t))
        forms = [f"{self.total} += {a}", f"{self.total} -= {a} * 0.5", f"{self.total} += {a} * {b} % 5"]
        if not model.is_frozen:
            forms += [f"{thing}.x += {b}", f"{thing}.y -= {a} * 0.25", f"{a} = {b}", f"{thing}.x, {thing}.y = {thing}.y, {thing}.x", f"{thing}.x = {a} * 0.5 + {b}", f"{thing}.y = {thing}.y * 0.5 + {self.t}", f"if {a} > {b}: {thing}.x = 0", f"{other}.x = {thing}.x"]  # fmt: skip
            if not model.is_slotted:
                forms += [
                    f"{thing}.items = [{a}, 1.5]",
                    f"{thing}.extra = {a}",
                    f"{thing}.scale = 3",
                    f"{model.name}.scale += 1",
                    f"{self.total} += {thing}.scale",
                ]
        for name, count in model.methods.items():
            argument = {0: "", 1: b, 2: other}[count]
            call = f"{thing}.{name}({argument})"
            forms += [f"{self.total} += {call}" if name in ("value", "pair") else call] * 2
        forms += [f"{self.total} += {thing}.{name}" for name in model.properties] * 2
        table = {"add": f"{self.total} += ({thing} + {other}).x", "sub": f"{self.total} += ({thing} - {other}).x", "mul": f"{self.total} += ({thing} * 3).x", "rmul": f"{self.total} += (2 * {thing}).x", "neg": f"{self.total} += (-{thing}).x", "lt": f"if {thing} < {other}: {self.total} += 1", "eq": f"if {thing} == {other}: {self.total} += 1",
                 "len": f"{self.total} += len({thing})", "getitem": f"{self.total} += {thing}[0]", "bool": f"if {thing}: {self.total} += 1", "iadd": f"{thing} += {other}", "call": f"{self.total} += {thing}(2)", "contains": f"{self.total} += 2 in {thing}", "abs": f"{self.total} += abs({thing})", "iter": f"{self.total} += sum(list({thing}))",
                 "hash": f"print({thing} in {{{other}: 1}})", "float": f"{self.total} += float({thing})", "getattr": f"{self.total} += {thing}.absent", "radd": f"{self.total} += 1 + {thing}"}  # fmt: skip
        forms += [table[name] for name in model.operators if name in table] * 2
        self.emit(self.pick(forms))

    def things_surprise(self, model: Model, things: str, thing: str) -> None:
        if not self.chance(0.3):
            return
        name, odd = model.name, self.pick(ODD)
        method = self.pick(list(model.methods) or ["value"])
        forms = [f"raise ValueError({self.t})", "break", "continue", f"if len({things}) < 6: {things}.append({thing})", f"{things} = list({things})", f"{things}[0] = None", f"{self.total} = {odd}", f"{name}.{method} = lambda self, *a: 3", f"{name}.y = property(lambda self: 0.5)" if self.chance(0.2) else "pass",
                 f"print({thing}.x, type({thing}).__name__)", f"{name}.__add__ = lambda self, other: self", f"print(isinstance({thing}, {name}))"]  # fmt: skip
        if not model.is_frozen:
            forms += [f"{thing}.x = {odd}"] * 4 + [
                f"del {thing}.x",
                f"del {thing}.y; {thing}.y = 1.0",
                f"setattr({thing}, 'x', {odd})",
                f"{thing}.y = {thing}",
            ]
        if not model.is_slotted:
            forms += [f"{thing}.{method} = lambda *a: 2", f"{thing}.__dict__['x'] = {odd}", f"vars({thing})['z'] = 1", f"{thing}.__dict__ = {{'x': 1, 'y': {odd}}}", f"{thing}.new = {odd}", f"print(sorted(vars({thing})))", f"{name}.x = 5", f"vars({thing}).clear()"]  # fmt: skip
            others = [other.name for other in self.models if not other.is_slotted and not other.is_frozen]
            forms += [f"{thing}.__class__ = {other}" for other in others]
        self.emit(f"if {self.t} == {self.pick('123')}{self.pick(('', f' and {thing}.x != 1'))}:")
        self.emit(f"    {self.pick(forms)}")
