"""Random programs of numbers alone, nearly all of which is native: what `lancehead selftest` reaches only now and then."""

import random

INTS = ["0", "1", "-1", "2", "3", "7", "-8", "63", "255", "-1000", "True"]
LARGE = ["2**31", "2**53 + 1", "2**62", "2**63 - 1", "-2**63", "-(10**18)"]
FLOATS = ["0.0", "-0.0", "0.5", "-2.5", "3.0", "100.25"]
EXTREME = ["1e16", "1e300", "-1e-300", "5e-324", "float('inf')", "float('nan')", "2.0**63"]
INT_CONSTANTS = ["0", "1", "2", "3", "-1", "5", "10", "64", "255", "1000003", "True"]
LARGE_CONSTANTS = ["2**31", "0xFFFFFFFF", "2**63", "0xFFFFFFFFFFFFFFFF"]
FLOAT_CONSTANTS = ["0.5", "2.0", "-1.5", "1e300", "0.0", "3.25"]
MASKS = ["0xFF", "0xFFFFFFFF", "0x7FFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFF"]
COMPARISONS = ["<", "<=", "==", "!=", ">", ">="]
# By the kind of what they give: {i} an int, {f} a float, {n} a number, {c} a condition, {small} an int of few bits.
INT_FORMS = ["({i} + {i})", "({i} - {i})", "({i} * {small})"] * 5 + [
    "({i} // ({i} or 1))", "({i} % ({i} or 3))", "({i} // 7)", "({i} % 1000)", "({small} << ({i} & 15))", "({i} >> ({i} & 63))",
    "({i} & {i})", "({i} | {i})", "({i} ^ {i})", "(-{i})", "(+{i})", "(~{i})", "({small} ** 2)", "({small} ** 5)", "abs({i})", "int({f} % 100.0)",
    "round({f} % 50.0)", "math.floor({f} % 9.0)", "math.ceil({f} % 9.0)", "math.trunc({f} % 9.0)", "min({i}, {i})", "max({i}, {i}, {i})",
    "divmod({i}, 9)[0]", "divmod({i}, -9)[1]", "pow({small}, 3)", "pow({i}, {small}, 1009)", "math.gcd({i}, {i})", "math.lcm({small}, {small})",
    "math.isqrt(abs({i}))", "math.comb(20, {small})", "math.factorial({small} % 20)", "sum(({i}, {i}, {i}))", "({i}, {i}, {i})[{i} % 3]",
    "({i}, {f}, {i})[-1]", "len(range({i}, {small}, 3))", "len(range({small}, {i}, -7))", "round({i}, -2)", "int({c})", "({i} if {c} else {i})",
    "({i} and {i})", "({i} or {i})", "({c} + {i})", "(({i} * {i} + {i}) & {mask})", "(({i} + {i}) % 2**64)", "(({i} ^ {i}) & {mask}) >> 3",
    "g({i}, {n})", "h({i})",
]  # fmt: skip
FLOAT_FORMS = ["({f} + {n})", "({n} - {f})", "({f} * {n})"] * 4 + [
    "({n} / ({i} or 1))", "({i} / ({i} or 3))", "({f} / 3.0)", "({f} // ({f} or 1.5))", "({f} % ({f} or 2.5))", "({n} // 2.5)", "(-{f})", "({f} ** 2)",
    "(abs({f}) ** 0.5)", "({f} ** 3)", "(abs({f} % 10.0) ** {small})", "abs({f})", "float({i})", "float({f})", "math.sqrt(abs({n}))", "math.sin({f} % 7.0)",
    "math.exp({f} % 5.0)", "math.log(abs({f}) + 1.0)", "math.log(abs({n}) + 1.0, 3)", "math.hypot({f} % 99.0, {n} % 77)", "math.fmod({n}, 3.5)",
    "math.atan2({n}, {f})", "math.copysign({f}, {n})", "math.remainder({n}, 2.25)", "math.pow(abs({f} % 9.0), 1.5)", "math.nextafter({f}, {f})",
    "math.ldexp({f}, {small})", "math.fabs({n})", "math.ulp({n})", "math.degrees({n})", "math.cbrt({f})", "math.erf({f})", "math.log1p(abs({n}))",
    "min({f}, {f})", "max({f}, {f})", "round({f}, 2)", "sum(({f}, {i}))", "({f}, {f})[{i} % 2]", "({f} if {c} else {f})", "({i}, {f})[1]", "k({f})",
    "divmod({f}, 1.5)[0]", "divmod({n}, -2.5)[1]",
]  # fmt: skip
MIXED_FORMS = [
    "({n} if {c} else {n})",
    "({i} and {f})",
    "({f} or {i})",
    "min({i}, {f})",
    "max({f}, {i})",
    "({n} + {n})",
    "({n} * {small})",
    "({n} - {n})",
]
CONDITIONS = ["{n} {op} {n}"] * 5 + ["{i} {op} {i}"] * 3 + [
    "{i} {op} {n} {op} {i}", "not {c}", "({c} and {c})", "({c} or {c})", "{i} in ({i}, {i}, 3)", "{i} not in (1, 2)", "bool({n})", "({c}) is ({c})",
    "math.isnan({f})", "math.isinf({f})", "({i}, {i}) == ({i}, {i})", "({i}, {c}) != ({i}, {c})", "any(({i}, {c}))", "all(({c}, {n}))", "({c}) ^ ({c})",
    "{n} is None", "({c}) & ({c})",
]  # fmt: skip
FORMS = {"i": INT_FORMS, "f": FLOAT_FORMS, "n": MIXED_FORMS, "c": CONDITIONS}


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.names = {}
        """The variables in scope, by what they hold: i, f, or n for one or the other."""
        self.count = 0
        self.helpers = set()

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, items):
        return self.random.choice(items)

    def fresh(self):
        self.count += 1
        return f"v{self.count}"

    def atom(self, kind):
        names = [name for name, holds in self.names.items() if holds == kind or kind == "n"]
        if names and self.chance(0.75):
            return self.pick(names)
        if kind == "n":
            return self.atom(self.pick("if"))
        if kind == "f":
            return self.pick([*FLOAT_CONSTANTS, "LIMIT"])
        return self.pick(LARGE_CONSTANTS) if self.chance(0.05) else self.pick([*INT_CONSTANTS, "SCALE"])

    def expression(self, kind, depth):
        if depth <= 0 or self.chance(0.15) and kind != "c":
            return f"{self.atom('n')} {self.pick(COMPARISONS)} {self.atom('n')}" if kind == "c" else self.atom(kind)
        if kind == "n" and self.chance(0.5):
            return self.expression(self.pick("if"), depth)
        form = self.pick(FORMS[kind])
        if any(f"{helper}(" in form and helper not in self.helpers for helper in "ghk" if form.startswith(f"{helper}(")):
            return self.expression(kind, depth)
        fills = {
            "small": lambda: f"({self.expression('i', depth - 2)} % 10)",
            "mask": lambda: self.pick(MASKS),
            "op": lambda: self.pick(COMPARISONS),
        }
        for part in FORMS:
            fills[part] = lambda part=part: self.expression(part, depth - 1)
        while "{" in form:
            before, _, rest = form.partition("{")
            name, _, after = rest.partition("}")
            form = before + fills[name]() + after
        return form

    # Statements

    def line(self, indent, text):
        self.lines.append("    " * indent + text)

    def block(self, indent, depth, size):
        names = dict(self.names)
        for _ in range(size):
            self.statement(indent, depth)
        # What was assigned in one branch may be unbound after it; what was there may be of another kind.
        self.names = {name: kind if self.names[name] == kind else "n" for name, kind in names.items()}

    def assign(self, indent):
        old = self.pick([*self.names]) if self.names and self.chance(0.5) else None
        if old and self.chance(0.4):
            operator = self.pick(["+", "-", "*"])
            kind = self.names[old]
            self.line(indent, f"{old} {operator}= {self.expression(kind, 2) if operator != '*' else self.pick(['2', '3', '-1'])}")
            return
        kind = self.names[old] if old and self.chance(0.85) else self.pick("iifn")
        name = old or self.fresh()
        if self.chance(0.15):
            other, second = self.fresh(), self.pick("if")
            self.line(indent, f"{name}, {other} = {self.expression(kind, 3)}, {self.expression(second, 2)}")
            self.names[other] = second
        else:
            self.line(indent, f"{name} = {self.expression(kind, 3)}")
        self.names[name] = kind

    def statement(self, indent, depth):
        kind = self.random.randrange(10)
        if kind < 5 or depth <= 0:
            self.assign(indent)
        elif kind < 7:
            self.line(indent, f"if {self.expression('c', 2)}:")
            self.block(indent + 1, depth - 1, 2)
            if self.chance(0.6):
                self.line(indent, "else:")
                self.block(indent + 1, depth - 1, 2)
        else:
            self.loop(indent, depth)

    def loop(self, indent, depth):
        a, b, c = self.fresh(), self.fresh(), self.fresh()
        outer = dict(self.names)
        # Each trip may see what the trip before has left.
        self.names = {name: "n" if self.chance(0.2) else kind for name, kind in outer.items()}
        i, f = (lambda: self.atom("i")), (lambda: self.atom("f"))
        loops = [
            ({a: "i"}, f"range({self.pick('0345')})"),
            ({a: "i"}, f"range({self.pick(['3', '-2', '10'])}, {self.pick(['9', '-9', '2'])}, {self.pick(['2', '-3'])})"),
            ({a: "i"}, f"range({i()} % 7)"),
            ({a: "i"}, f"reversed(range({i()} % 5, 9, 2))"),
            ({a: "i"}, f"({i()}, {i()}, {i()})"),
            ({a: "n"}, f"({i()}, {f()}, {i()})"),
            ({a: "i", b: "f"}, f"enumerate(({f()}, {f()}, {f()}), {self.pick(['0', '1', '2**63 - 3'])})"),
            ({a: "i", b: "i"}, f"zip(range({self.pick('035')}), ({i()}, {i()}))"),
            ({a: "i", b: "i", c: "f"}, f"zip(range(4), reversed(range(5)), ({f()}, {f()}, {f()}))"),
            ({a: "i", b: "n"}, f"enumerate(reversed(({i()}, {f()})))"),
            None,
        ]
        chosen = self.pick(loops)
        if chosen is None:
            self.line(indent, f"{a} = {self.pick('2345')}")
            self.line(indent, f"while {a} > 0:")
            self.line(indent + 1, f"{a} -= 1")
        else:
            names, iterable = chosen
            self.line(indent, f"for {', '.join(names)} in {iterable}:")
            self.names.update(names)
        self.block(indent + 1, depth - 1, 2)
        if self.chance(0.3):
            self.line(indent + 1, f"if {self.expression('c', 2)}:")
            self.line(indent + 2, self.pick(["break", "continue"]))
        self.names = {name: kind if self.names.get(name) == kind else "n" for name, kind in outer.items()}
        if self.chance(0.3):
            self.line(indent, "else:")
            self.block(indent + 1, depth - 1, 1)

    def helper(self, name, parameters, result):
        self.names = dict(parameters)
        self.line(0, f"def {name}({', '.join(parameters)}):")
        if self.chance(0.4):
            smaller = ", ".join(["a - 1", *list(parameters)[1:]])
            self.line(1, f"if not 0 < a < 9:\n        return {self.atom(result)}")
            self.line(1, f"return {name}({smaller}) {self.pick('+-')} {self.expression(result, 1)}\n")
        else:
            self.line(1, f"return {self.expression(result, 3)}\n")
        self.helpers.add(name)

    def program(self):
        self.line(0, f"import math\n\nSCALE = {self.pick(INTS)}\nLIMIT = {self.pick(FLOATS)}\n")
        for name, parameters, result in [("g", {"a": "i", "b": "n"}, "i"), ("h", {"a": "i"}, "i"), ("k", {"a": "f"}, "f")]:
            if self.chance(0.5):
                self.helper(name, parameters, result)
        self.names = {"x": "i", "y": "f", "z": self.pick("in")}
        mixed = self.names["z"] == "n"
        self.line(0, "def f(x, y, z):")
        for _ in range(self.random.randrange(2, 7)):
            self.statement(1, 2)
        results = [self.pick([*self.names]) for _ in range(2)] + [self.expression("n", 2)]
        self.line(1, f"return {', '.join(self.random.sample(results, self.random.randrange(1, 4)))}\n")
        calls = []
        for _ in range(6):
            ints = [self.pick(LARGE if self.chance(0.1) else INTS) for _ in "xz"]
            floats = [self.pick(EXTREME if self.chance(0.15) else FLOATS) for _ in "yz"]
            calls.append(f"{ints[0]}, {floats[0]}, {floats[1] if mixed and self.chance(0.5) else ints[1]}")
        return ["\n".join(self.lines), calls]


def generate(seed):
    return Generator(seed).program()
