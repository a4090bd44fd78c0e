"""Random loops in which builtins go through generator expressions: `sum(x * k for x in xs if x > 1)`.

What the generators go through, what they compute, what they change and raise on the way and who goes through them is drawn apart from each other, so that
most combinations come up: items of several types, generators in generators, variables of the module and of functions, endings in mid-generator.
"""

from __future__ import annotations

SOURCES = (
    "range({n})", "range({t}, {n})", "range({n}, -1, -2)", "{xs}", "{xs}", "{xs}[1:]", "reversed({xs})", "enumerate({xs})", "zip({xs}, range({n}))", "zip({xs}, {ys})", "'hello'", "(1, 2.5, 3)", "{d}.items()", "{d}", "{d}.values()",
    "iter({xs})", "[{xs}, {ys}]", "map(abs, {xs})", "filter(None, {xs})", "sorted({xs}, key=str)", "[[1, 2], [3]]", "sorted(set({xs}), key=str)", "(w for w in {xs})", "(w * 2 for w in {xs} if w)", "{t}", "bytes({n})", "count({t})",
)  # fmt: skip
WITH_NAN, WITHOUT_NAN = "[float('nan'), 1.0, 2]", "[float('inf'), 1.0, 2]"
HELD = {
    "xs": ("[1, 2, 3, 4]", "[0.5, -1.5, 2.0, 0.25]", "[1, 2.5, True, 3]", "[2**62, 2**62, 1]", "[2**70, 1]", "['a', 'b', '']", "[(1, 2), (0.5, 'a')]", "[]", "[float('nan'), 1.0, 2]", "[0.1] * 7", "list(range(9))", "[1e16, 1.0, -1e16]", "[None, 1]", "[[1], [2, 3]]", "[1j, 2.0]"),
    "ys": ("[3, 1, 2]", "[1.5, 0.5]", "['x', 'yy', 'z']", "[True, False]", "[0, 0, 5, -3]"),
    "d": ("{'a': 1, 'b': 2}", "{1: 0.5, 2: 0.25}", "{(0, 1): 3}", "{}"),
}  # fmt: skip
VALUES = (
    "{v}", "{v}", "{v} * 2", "{v} * {v}", "{v} + {k}", "{v} * 0.1", "-{v}", "({v}, {k})", "(str({v}), {t})", "str({v})", "{v} > {k}", "{v} == {k}", "{v} % 3", "1", "1.5", "2**61", "{v} / {k}", "10 // ({v} - 2)", "{v}[0]", "len({v})", "({v}, {v})", "abs({v})",
    "{xs}[{k}]", "{d}[{v}]", "{d}.get({v}, 0)", "[{v}]", "{v} and {k}", "{v} if {k} else 0.5", "log({v})", "log({v}) + {k}", "rough({v})", "{held}.append({v}) or {v}", "{held}.append({v})", "{v} * {k} ** 2", "float({v})", "{v} is None", "f'{{{v}}}'", "count({k})",
    "sum({v} + w for w in range(3))", "any(w == {v} for w in {ys})", "sum(w for w in {v})", "max((w, {k}) for w in {xs})", "[{v} + w for w in (1, 2)]", "next(w for w in {xs} if w == {v})", "sum(w * {v} * {k} for w in {xs} if w)", "next(iter([]))",
)  # fmt: skip
CONDITIONS = (
    "",
    "",
    "",
    " if {v}",
    " if {v} != {k}",
    " if {v} in {ys}",
    " if log({v})",
    " if not {v}",
    " if {v} > 1",
    " for w in range(2)",
    " for {v} in ({v}, {k})",
    " if rough({v})",
)
CONSUMERS = (
    "sum({g})", "sum({g})", "sum(({g}), 0.5)", "sum(({g}), {k})", "any({g})", "all({g})", "min({g})", "max({g})", "min(({g}), default={k})", "max(({g}), default=None)", "list({g})", "tuple({g})", "sorted({g})", "sorted(set({g}), key=repr)", "','.join({g})", "next(({g}), None)", "next({g})",
    "len(list({g}))", "sum(({g}), start=1)", "dict({g})", "sorted(({g}), key=str)", "max(({g}), key=str)", "len(frozenset({g}))", "list(zip({g}, range(3)))", "list({g})[::-1]", "''.join({g})", "sum(({g}), [])", "list(enumerate({g}))", "{held}.extend({g})",
)  # fmt: skip
HELPERS = """\
def log(x):
    held.append(x)
    return x


def rough(x):
    if x == 3 or x == 'b':
        raise ValueError(x)
    return x
"""


def knows_by_address(text: str) -> bool:
    """Sets and dicts know a NaN by its address, which native code does not keep (docs/deviations.md)."""
    return "set(" in text or "dict(" in text


class Consumed:
    """Mixed into the generator in front of Nests."""

    def consumed_work(self) -> None:
        if self.trips > 1 or self.loops or not self.room():
            return self.augment()
        if self.chance(0.4):
            return self.consumed_in_function()
        self.consumed_made()
        self.t = self.loop_variable("t")
        self.emit(f"for {self.t} in range({self.pick('346')}):")
        with self.turns_of(4, {self.t: "i"}):
            for _ in range(self.pick((1, 2, 2))):
                self.consumed_deed("print({})")
        self.emit("print(held[-3:], len(held))")

    def consumed_made(self) -> None:
        """Names that the generators use, in the scope that is written."""
        if self.indent + "def log(x):" not in self.lines and "def log(x):" not in self.lines:
            self.emit("held = []")
            for line in HELPERS.splitlines():
                self.emit(line)
        for name, texts in HELD.items():
            self.emit(f"{name} = {self.pick(texts)}")
        self.emit(f"k = {self.pick(('2', '3', '0', '0.5', '1'))}")

    def consumed_in_function(self) -> None:
        """A function that is called in a loop, with several lists."""
        self.consumed_made()
        name = f"consume{self.fresh()}"
        self.emit(f"def {name}(xs, ys, d, k, t):")
        indent, self.indent, self.t = self.indent, self.indent + "    ", "t"
        begin = len(self.lines)
        if self.chance(0.3):
            self.emit("k = k + 1")
        for _ in range(self.pick((0, 0, 1))):
            self.consumed_deed("print({})")
        self.emit(f"return {self.consumption()}")
        self.indent = indent
        self.emit(f"for t in range({self.pick('35')}):")
        with self.turns_of(4, {"t": "i"}):
            self.emit("try:")
            items = self.pick(("xs", "xs", "ys", self.pick(HELD["xs"])))
            if any(map(knows_by_address, self.lines[begin:])):
                items = items.replace(WITH_NAN, WITHOUT_NAN)
            self.emit(f"    print({name}({items}, ys, d, {self.pick(('k', 't', '0.5'))}, t))")
            self.emit("except Exception as e:")
            self.emit(
                "    print(type(e).__name__, e, [f.lineno for f in __import__('traceback').extract_tb(e.__traceback__)], e.__cause__)"
            )
        self.emit("print(held[-3:], len(held))")

    def consumed_deed(self, form: str) -> None:
        text = form.format(self.consumption())
        if self.chance(0.7):
            self.emit("try:")
            self.emit(f"    {text}")
            self.emit(f"except {self.pick(('Exception', '(TypeError, ValueError, KeyError, ZeroDivisionError, IndexError, AttributeError, StopIteration, RuntimeError)'))} as e:")  # fmt: skip
            self.emit("    print(type(e).__name__, e, [f.name for f in __import__('traceback').extract_tb(e.__traceback__)])")
        else:
            self.emit(text)

    def consumption(self) -> str:
        names = {
            "xs": "xs",
            "ys": "ys",
            "d": "d",
            "k": self.pick(("k", "k", "2", self.t)),
            "t": self.t,
            "held": "held",
            "n": self.pick("2479"),
            "v": self.pick(("v", "v", "x")),
        }
        source = self.pick(SOURCES).format(**names)
        target = names["v"]
        if source.startswith(("enumerate", "zip")) or source.endswith("items()"):
            target = self.pick((target, f"{target}, u", f"u, {target}"))
        value, condition = self.pick(VALUES).format(**names), self.pick(CONDITIONS).format(**names)
        generator = f"{value} for {target} in {source}{condition}"
        text = self.pick(CONSUMERS).format(g=generator, k=names["k"], held="held")
        if knows_by_address(text):
            self.lines[:] = [line.replace(WITH_NAN, WITHOUT_NAN) for line in self.lines]
        return text
