"""Random expressions, as source text, guided by a rough static kind so that most of them mean something.

Kinds: i int, f float, b bool, n int or float, t tuple, m who knows (only looked at), and at level `objects` L list of ints, M mixed list,
D dict, s str, c complex, q Fraction, d Decimal, v a V, p a P.

Nothing may grow without bound, whatever the arguments are: exponents and shift counts are literals or
masked, a product inside a loop masks one side, and a string or list is only repeated a literal number of times.
"""

from __future__ import annotations

SMALL = tuple("0 1 2 3 4 5 7 8 10 13 1 2 0".split()) + ("-1", "-2", "-3", "-7")
EDGE = (
    "2**31", "2**31 - 1", "-2**31", "2**62", "-2**62", "2**63 - 1", "-2**63", "2**63", "2**64 - 1", "10**20",
    "4294967295", "1000003", "9007199254740993", "-2**63 - 1",
)  # fmt: skip
FLOATS = ("0.0", "-0.0", "0.5", "1.0", "-1.5", "2.0", "0.1", "3.7", "1e3", "-2.25", "100.0", "1e-3", "7.0")
FLOAT_EDGE = (
    "1e308", "5e-324", 'float("inf")', '-float("inf")', 'float("nan")', "-0.0", "9007199254740993.0",
    "9.223372036854775807e18", "-1e308", "2.2250738585072014e-308", "1e16",
)  # fmt: skip
STRINGS = ("''", "'a'", "'ab'", "'hello'", "'x y'", "'é√'", "'13'", "'-4'", "'2.5'")
NUMERALS = ("'13'", "'-4'", "' 7 '", "'1_0'", "'ab'")
MASKS = ("0xFF", "0xFFFF", "0xFFFFFFFF", "0x7FFFFFFF", "0xFFFFFFFFFFFFFFFF", "7", "1")
MODULI = ("2**64", "2**32", "1000003", "1000000007", "97", "10", "2**61 - 1")


def weighted(table: dict[str, int]) -> tuple[str, ...]:
    return tuple(name for name, weight in table.items() for _ in range(weight))


INT = {
    "scalar": weighted({
        "add": 6, "mul": 3, "floordiv": 3, "mod": 3, "bits": 3, "shift": 3, "unary": 3, "power": 2, "hashing": 2, "from_float": 2,
        "int_call": 5, "choose": 3, "andor": 1, "walrus": 1, "index_tuple": 1, "user_call": 4, "int_leaf": 3, "comprehension": 1,
    }),
}  # fmt: skip
INT["objects"] = INT["scalar"] + weighted({"object_int": 16})
INT["lists"] = INT["scalar"] + weighted({"list_int": 16})
INT["scripts"] = INT["scalar"] + weighted({"object_int": 8, "list_int": 8, "container_number": 6})
INT["containers"] = INT["scalar"] + weighted({"object_int": 5, "container_number": 16})
FLOAT = {
    "scalar": weighted({
        "float_add": 6, "float_mul": 4, "divide": 4, "float_floor": 2, "float_power": 2, "math_call": 5, "float_call": 3,
        "float_choose": 2, "float_leaf": 2, "float_user": 2, "float_walrus": 1,
    }),
}  # fmt: skip
FLOAT["objects"] = FLOAT["scalar"] + weighted({"object_float": 5})
FLOAT["lists"] = FLOAT["scalar"] + weighted({"list_float": 16})
FLOAT["scripts"] = FLOAT["scalar"] + weighted({"object_float": 2, "list_float": 8, "container_number": 4})
FLOAT["containers"] = FLOAT["scalar"] + weighted({"container_number": 12})
BOOL = {
    "scalar": weighted({
        "compare": 8, "chain_compare": 3, "negate": 2, "both": 3, "contains": 2, "none_test": 1, "type_test": 1, "any_all": 1,
        "bool_call": 1, "nan_test": 1, "bool_leaf": 1,
    }),
}  # fmt: skip
BOOL["objects"] = BOOL["scalar"] + weighted({"object_bool": 8})
BOOL["lists"] = BOOL["scalar"] + weighted({"list_bool": 5})
BOOL["scripts"] = BOOL["scalar"] + weighted({"object_bool": 3, "list_bool": 3, "container_bool": 3})
BOOL["containers"] = BOOL["scalar"] + weighted({"container_bool": 10})


class Expressions:
    """Mixed into the generator, which owns the names in scope."""

    level: str
    variables: dict[str, str]
    constants: tuple[str, ...]
    loops: int
    free_products: int
    no_walrus: bool

    # -- choosing ------------------------------------------------------------------------------------------

    def pick(self, options):
        return options[int(self.random() * len(options))]

    def chance(self, p: float) -> bool:
        return self.random() < p

    def names(self, kinds: str) -> list[str]:
        return [name for name, kind in self.variables.items() if kind in kinds]

    def name(self, kinds: str) -> str | None:
        found = self.names(kinds)
        return self.pick(found) if found else None

    def gap(self) -> str:
        """What stands around an operator: at times a line break, legal because every composite has parentheses."""
        return " " if self.random() > 0.015 else "\n            "

    # -- any kind ------------------------------------------------------------------------------------------

    def expression(self, kind: str, depth: int) -> str:
        if kind == "i":
            return self.int_leaf(depth) if depth <= 0 else getattr(self, self.pick(INT[self.level]))(depth - 1)
        if kind == "f":
            return self.float_leaf(depth) if depth <= 0 else getattr(self, self.pick(FLOAT[self.level]))(depth - 1)
        if kind == "b":
            return self.bool_leaf(depth) if depth <= 0 else getattr(self, self.pick(BOOL[self.level]))(depth - 1)
        if kind == "n":
            return self.number(depth)
        if kind == "t":
            return self.tuple_of_numbers(depth)
        return self.object(kind, depth)

    def number(self, depth: int) -> str:
        if depth > 0 and self.chance(0.4):
            left, right = self.expression(self.pick("in"), depth - 1), self.expression(self.pick("fn"), depth - 1)
            return f"({left}{self.gap()}{self.pick('+-')} {right})"
        found = self.name("n") if self.chance(0.5) else None
        return found or self.expression(self.pick("if"), depth)

    def tuple_of_numbers(self, depth: int) -> str:
        found = self.name("t")
        if found and self.chance(0.3):
            return found
        items = [self.expression(self.pick("iifbn"), depth - 1) for _ in range(self.pick((2, 2, 3)))]
        if self.chance(0.15):
            items[-1] = self.tuple_of_numbers(0)
        return f"({', '.join(items)})"

    # -- ints ----------------------------------------------------------------------------------------------

    def int_leaf(self, depth: int) -> str:
        x = self.random()
        if x < 0.75:
            found = self.name("i" if x < 0.68 else "inb")
            if found:
                return found
        if x < 0.94:
            return self.pick(SMALL)
        if x < 0.97:
            return f"({self.pick(EDGE)})"
        if x < 0.985 and self.constants:
            return self.pick(self.constants)
        return self.pick(("True", "False", "0", "1"))

    def pair(self, depth: int, kinds: str = "i") -> tuple[str, str]:
        return self.expression(self.pick(kinds), depth), self.expression(self.pick(kinds), depth)

    def add(self, depth: int) -> str:
        left, right = self.pair(depth, "iiiiib")
        return f"({left}{self.gap()}{self.pick('++-')} {right})"

    def mul(self, depth: int) -> str:
        left, right = self.pair(depth)
        if self.free_products > 0 and not self.loops:
            self.free_products -= 1
            return f"({left} *{self.gap()}{right})"
        form = self.pick((
            "({a} * {k})", "(({a} & 0xFFFF) * {b})", "({a} % 1000 * {b})", "({a} * {b} & {mask})", "({a} * {b} % {mod})", "({k} * {a})",
        ))  # fmt: skip
        return form.format(a=left, b=right, k=self.pick("23457"), mask=self.pick(MASKS), mod=self.pick(MODULI))

    def divisor(self, depth: int) -> str:
        x = self.random()
        if x < 0.4:
            return self.pick(("2", "3", "7", "-2", "-3", "10", "-7", "1", "-1"))
        right = self.expression("i", depth)
        if x < 0.6:
            return f"({right} or 1)"
        if x < 0.92:
            return f"(abs({right}) + 1)"
        return right

    def floordiv(self, depth: int) -> str:
        return f"({self.expression('i', depth)}{self.gap()}// {self.divisor(depth)})"

    def mod(self, depth: int) -> str:
        return f"({self.expression('i', depth)} % {self.divisor(depth)})"

    def bits(self, depth: int) -> str:
        left, right = self.pair(depth, "iiiib")
        return f"({left} {self.pick('&|^')} {self.pick(MASKS) if self.chance(0.3) else right})"

    def shift(self, depth: int) -> str:
        left = self.expression("i", depth)
        by = self.pick(("1", "3", "7", "31", "62", "63", "64")) if self.chance(0.5) else None
        if by is None:
            right = self.expression("i", depth)
            by = f"({right} % 5 - 1)" if self.chance(0.06) else f"({right} & {self.pick(('3', '7', '15'))})"
        if self.chance(0.5) or self.loops:
            return f"({left} >> {by})"
        return f"({left} << {by})"

    def unary(self, depth: int) -> str:
        return f"({self.pick('--~+')}{self.expression(self.pick('iiiiib'), depth)})"

    def power(self, depth: int) -> str:
        base = self.expression("i", depth)
        if self.free_products > 0 and not self.loops and self.chance(0.5):
            self.free_products -= 1
            return f"({base} ** {self.pick('2230')})"
        form = self.pick(
            (
                "(({a} & 7) ** {k})",
                "(2 ** ({a} & 63))",
                "(({a} % 10) ** 3)",
                "pow({a} & 15, {k})",
                "pow({a}, {k}, 1009)",
                "((-{a} % 5) ** ({a} & 3))",
            )
        )
        return form.format(a=base, k=self.pick("2345"))

    def hashing(self, depth: int) -> str:
        left, right = self.pair(depth)
        return self.pick((
            f"(({left} * 31 + {right}) & 0xFFFFFFFF)",
            f"(({left} * 6364136223846793005 + 1442695040888963407) % 2**64)",
            f"(({left} ^ {right}) * 16777619 & 0xFFFFFFFF)",
            f"(({left} * 1103515245 + 12345) & 0x7FFFFFFF)",
        ))  # fmt: skip

    def from_float(self, depth: int) -> str:
        value = self.expression("f", depth)
        call = self.pick(("int({})", "round({})", "math.floor({})", "math.ceil({})", "math.trunc({})", "int({} // 1)"))
        return call.format(value)

    def int_call(self, depth: int) -> str:
        left, right = self.pair(depth)
        form = self.pick((
            "abs({a})", "min({a}, {b})", "max({a}, {b}, 0)", "divmod({a}, {b} or 3)[{bit}]", "divmod({a}, {k})[{bit}]", "len(({a}, {b}))",
            "sum(({a}, {b}, 1))", "int({a})", "math.gcd({a}, {b})", "math.isqrt(abs({a}))", "math.isqrt({a} & 0xFFFFFF)", "({a}).bit_length()",
            "int({c})", "round({a})", "round({a}, -1)", "max(({a}, {b}))", "hash({a})", "min({a}, {b}, key=abs)", "sum(({a}, {b}), {k})",
        ))  # fmt: skip
        return form.format(a=left, b=right, k=self.pick(("2", "-3", "7", "10")), bit=self.pick("01"), c=self.expression("b", depth))

    def choose(self, depth: int) -> str:
        left, right = self.pair(depth)
        return f"({left} if {self.expression('b', depth)} else {right})"

    def andor(self, depth: int) -> str:
        left, right = self.pair(depth, "iiib")
        return f"({left} {self.pick(('and', 'or'))} {right})"

    def walrus(self, depth: int) -> str:
        if self.no_walrus:
            return self.int_leaf(depth)
        target = (self.assignable("i") if self.chance(0.5) else None) or self.new_name()
        text = f"({target} := {self.expression('i', depth)})"
        self.variables[target] = "i"
        return text

    def index_tuple(self, depth: int) -> str:
        left, right = self.pair(depth)
        index = self.pick(("0", "1", "-1", "2")) if self.chance(0.4) else f"{self.int_leaf(0)} & 1"
        return f"({left}, {right}, {self.pick(SMALL)})[{index}]" if self.chance(0.9) else f"({left}, {right})[{index}]"

    def comprehension(self, depth: int) -> str:
        if self.loops > 1:
            return self.int_leaf(depth)
        source = self.pick(("range(4)", f"range({self.int_leaf(0)} & 3)", f"({self.int_leaf(0)}, {self.int_leaf(0)})"))
        with self.inner_name("j", "i"):
            body = self.expression("i", min(depth, 1))
            test = f" if {self.expression('b', 0)}" if self.chance(0.3) else ""
        call = self.pick(("sum({})", "sum([{}])", "max([{}], default=0)", "len([{}])", "any({})", "sorted([{}])[0]"))
        return call.format(f"{body} for j in {source}{test}")

    def user_call(self, depth: int) -> str:
        return self.call_of("i", depth) or self.int_leaf(depth)

    # -- floats --------------------------------------------------------------------------------------------

    def float_leaf(self, depth: int) -> str:
        x = self.random()
        if x < 0.72:
            found = self.name("f" if x < 0.65 else "fn")
            if found:
                return found
        if x < 0.93:
            return self.pick(FLOATS)
        return self.pick(FLOAT_EDGE) if x < 0.97 else f"float({self.int_leaf(0)})"

    def float_add(self, depth: int) -> str:
        left, right = self.expression("f", depth), self.expression(self.pick("fffin"), depth)
        if self.chance(0.3):
            left, right = right, left
        return f"({left}{self.gap()}{self.pick('++-')} {right})"

    def float_mul(self, depth: int) -> str:
        left, right = self.expression("f", depth), self.expression(self.pick("fffi"), depth)
        return f"({left} *{self.gap()}{right})"

    def divide(self, depth: int) -> str:
        left, right = self.expression(self.pick("ffin"), depth), self.expression(self.pick("fi"), depth)
        x = self.random()
        if x < 0.3:
            right = self.pick(("2", "3.0", "-7", "0.1", "10"))
        elif x < 0.6:
            right = f"(abs({right}) + 1)"
        elif x < 0.9:
            right = f"({right} or 1.5)"
        return f"({left}{self.gap()}/ {right})"

    def float_floor(self, depth: int) -> str:
        left = self.expression("f", depth)
        right = (
            self.pick(("2", "0.3", "-1.5", "7.0", "-3"))
            if self.chance(0.7)
            else f"({self.expression(self.pick('fi'), depth)}{self.pick((' or 1.5', ' or 2', ''))})"
        )
        return f"({left} {self.pick(('//', '%'))} {right})"

    def float_power(self, depth: int) -> str:
        base = self.expression("f", depth)
        return self.pick((
            f"(abs({base}) ** {self.pick(('0.5', '1.5', '-0.5', '2.0', '0.1'))})", f"(float({base}) ** {self.pick(('2', '3', '-1', '-2', '0'))})",
            f"(1.5 ** {base})", f"(float({base}) ** 0.5)", f"math.pow({base}, {self.pick(('2', '0.5', '-1.0'))})", f"pow(float({base}), 2)",
        ))  # fmt: skip

    def math_call(self, depth: int) -> str:
        x = self.expression(self.pick("ffffin"), depth)
        form = self.pick((
            "math.sin({x})", "math.cos({x})", "math.sqrt(abs({x}))", "math.sqrt({x} * {x})", "math.exp(min({x}, 30.0))", "math.exp(-abs({x}))",
            "math.log(abs({x}) + 1)", "math.log(max({x}, 1e-9))", "math.sqrt({x})", "math.log({x})", "math.exp({x})", "math.asinh({x})", "math.atan2({x}, {y})", "math.hypot({x}, {y})", "math.fabs({x})",
            "math.copysign({x}, {y})", "math.fmod({x}, 3.5)", "math.tanh({x})", "math.floor({x}) + 0.5", "math.degrees({x})",
            "math.log2(abs({x}) + 2.0)", "math.ldexp({x}, 3)", "math.pi * 1.0 + {x}", "math.cbrt({x})", "math.erf({x})",
        ))  # fmt: skip
        return "(" + form.format(x=x, y=self.expression("f", 0)) + ")"

    def float_call(self, depth: int) -> str:
        x, y = self.expression("f", depth), self.expression(self.pick("ffi"), depth)
        form = self.pick((
            "abs({x})", "min({x}, {y})", "max({x}, {y}, 0.0)", "round({x}, 2)", "float({y})", "float({x})", "divmod({x}, 2.5)[0]",
            "divmod({x}, {y} or 1.0)[1]", "sum(({x}, {y}))", "sum(({x}, {y}), 0.5)", "(-{x})", "(+{x})", "round({x}, -1)",
        ))  # fmt: skip
        return form.format(x=x, y=y)

    def float_choose(self, depth: int) -> str:
        left, right = self.pair(depth, "ffn")
        if self.chance(0.3):
            return f"({left} {self.pick(('and', 'or'))} {right})"
        return f"({left} if {self.expression('b', depth)} else {right})"

    def float_user(self, depth: int) -> str:
        return self.call_of("f", depth) or self.float_leaf(depth)

    def float_walrus(self, depth: int) -> str:
        if self.no_walrus:
            return self.float_leaf(depth)
        target = self.new_name()
        text = f"({target} := {self.expression('f', depth)})"
        self.variables[target] = "f"
        return text

    # -- bools ---------------------------------------------------------------------------------------------

    def bool_leaf(self, depth: int) -> str:
        found = self.name("b")
        if found and self.chance(0.6):
            return found
        if self.chance(0.15):
            return self.pick(("True", "False"))
        return f"({self.int_leaf(0)} {self.pick(('<', '>', '==', '!=', '<=', '>='))} {self.expression(self.pick('iif'), 0)})"

    def compare(self, depth: int) -> str:
        left, right = self.pair(depth, self.pick(("i", "i", "f", "if", "n", "ib", "t")))
        return f"({left}{self.gap()}{self.pick(('<', '<=', '>', '>=', '==', '!=', '<', '>'))} {right})"

    def chain_compare(self, depth: int) -> str:
        a, b, c = (self.expression(self.pick("iifn"), depth - 1) for _ in range(3))
        return f"({a} {self.pick(('<', '<=', '=='))} {b}{self.gap()}{self.pick(('<', '<=', '!=', '>'))} {c})"

    def negate(self, depth: int) -> str:
        return f"(not {self.expression(self.pick('bbif'), depth)})"

    def both(self, depth: int) -> str:
        left, right = self.pair(depth, "b")
        return f"({left} {self.pick(('and', 'or', 'and'))} {right})"

    def contains(self, depth: int) -> str:
        items = ", ".join(self.pick(SMALL) for _ in range(3))
        return f"({self.expression('i', depth)} {self.pick(('in', 'not in'))} ({items}))"

    def none_test(self, depth: int) -> str:
        found = self.name("ifnbtm")
        return f"({found or self.int_leaf(0)} {self.pick(('is', 'is not'))} None)" if found else self.bool_leaf(depth)

    def type_test(self, depth: int) -> str:
        return (
            f"isinstance({self.name('m') or self.expression(self.pick('ifnb'), 0)}, {self.pick(('int', 'float', 'bool', '(int, float)'))})"
        )

    def any_all(self, depth: int) -> str:
        return f"{self.pick(('any', 'all'))}(({', '.join(self.pair(depth, 'bbif'))}))"

    def bool_call(self, depth: int) -> str:
        return f"bool({self.expression(self.pick('ifn'), depth)})"

    def nan_test(self, depth: int) -> str:
        return f"math.{self.pick(('isnan', 'isinf', 'isfinite'))}({self.expression('f', depth)})"

    # -- objects -------------------------------------------------------------------------------------------

    def object_int(self, depth: int) -> str:
        items, table, text = self.name("L"), self.name("D"), self.name("s")
        point, value = self.name("p"), self.name("v")
        i = self.expression("i", min(depth, 1))
        forms = [f"note({i})", "where()", "tick()", f"len({self.expression('s', 0)})", f"ord({self.expression('s', 0)}[:1] or 'q')", f"int({self.pick(NUMERALS)})",
                 f"sum({self.expression('L', 0)})", "look()", f"warn({i})"]  # fmt: skip
        if items:
            forms += [f"{items}[{self.pick((i, '0', '-1', '1'))}]", f"{items}[{i} % (len({items}) or 1)]", f"{items}[{i} % (len({items}) or 1)]", f"len({items})", f"{items}.count({i})", f"{items}.index({items}[-1])", f"({items} or [4]).pop()",
                      f"{items}[{i} % (len({items}) or 1)]", f"{items}[tick(len({items}) or 1)]", f"sum({items}[{self.pick(('1:', ':-1', '::2', '::-1'))}])", f"max({items}, default={i})", f"({items}[-1] if {items} else {i})"]  # fmt: skip
        if table:
            forms += [
                f"{table}[{i}]" if self.chance(0.3) else f"({table}[{i}] if {i} in {table} else 2)",
                f"{table}.get({i}, {self.pick(SMALL)})",
                f"len({table})",
                f"{table}.setdefault({i}, 4)",
                f"sum({table}.values())",
                f"{table}.pop({i}, 0)",
            ]
        if text:
            forms += [f"len({text})", f"{text}.find('a')", f"{text}.count('l')"]
        if point:
            forms += [f"{point}.x", f"{point}.y", f"{point}.total", f"{point}.scale", f"{point}.move(1).x"]
        if value:
            forms += [f"{value}.x", f"{value}[{i}]", f"{value}({i})", f"({value} + 1).x", f"(1 + {value}).x"]
        return self.pick(forms)

    def object_float(self, depth: int) -> str:
        x = self.expression("f", min(depth, 1))
        forms = [
            f"float({self.pick(NUMERALS)})",
            f"abs({self.object('c', depth)})",
            f"({self.object('c', depth)}).real",
            f"float({self.object('d', depth)})",
            f"float({self.object('q', depth)})",
            f"note({x})",
        ]
        return self.pick(forms)

    def object_bool(self, depth: int) -> str:
        kind = self.pick("LsDMqdv")
        left, right = self.object(kind, depth), self.object(kind, 0)
        x = self.random()
        if x < 0.3:
            return f"({left} {self.pick(('==', '!='))} {right})"
        if x < 0.5 and kind in "Lsqdv":
            return f"({left} < {right})"
        if x < 0.6:
            return f"(not {left})"
        if kind == "s":
            return (
                f"({self.pick(STRINGS)} in {left})" if x < 0.8 else f"{left}.{self.pick(('isdigit()', 'startswith(chr(97))', 'islower()'))}"
            )
        if kind in "LMD":
            return f"({self.expression('i', 0)} {self.pick(('in', 'not in'))} {left})"
        return f"bool({left})"

    def object(self, kind: str, depth: int) -> str:
        found = self.name(kind)
        if found and self.chance(0.55):
            return found
        return getattr(self, f"object_{kind}")(max(depth - 1, 0), found)

    def object_L(self, depth: int, found: str | None) -> str:
        i = lambda: self.expression("i", min(depth, 1))  # noqa: E731
        forms = [lambda: f"[{i()}, {i()}, {i()}]", lambda: f"[{i()}]", lambda: f"list(range({self.pick('23456')}))", lambda: f"[0] * {self.pick('2345')}",
                 lambda: "[j % 3 for j in range(5)]", lambda: f"list(count({self.pick('0123')}))"]  # fmt: skip
        if found:
            forms += [lambda: f"{found}[{self.pick(('1:', ':-1', '::-1', ':3', '1:3', '::2'))}]", lambda: f"sorted({found})", lambda: f"{found}.copy()",
                      lambda: f"({found} + [{i()}])[:9]", lambda: f"list(reversed({found}))", lambda: f"sorted(set({found}))",
                      lambda: f"{found}[{i()}:{i()}]", lambda: f"[j + 1 for j in {found}]", lambda: f"[x for x in {found} if x]"]  # fmt: skip
        return self.pick(forms)()

    def object_M(self, depth: int, found: str | None) -> str:
        items = [self.expression(self.pick("ifbscqdLtn"), min(depth, 1)) for _ in range(self.pick((2, 3)))]
        items.append(self.pick(("None", "'z'", "2.5", "(1, 'b')", "[]", "True")))
        return f"[{', '.join(items)}]" if self.chance(0.7) else f"({', '.join(items)})"

    def object_D(self, depth: int, found: str | None) -> str:
        if found and self.chance(0.3):
            return self.pick((f"dict({found})", f"{{**{found}, 1: 2}}", f"{{k: v for k, v in {found}.items()}}"))
        entries = [f"{self.pick(SMALL)}: {self.expression('i', min(depth, 1))}" for _ in range(self.pick((0, 2, 3)))]
        return f"{{{', '.join(entries)}}}" if self.chance(0.8) else f"dict(zip({self.object('L', 0)}, {self.object('L', 0)}))"

    def object_s(self, depth: int, found: str | None) -> str:
        x = self.random()
        if x < 0.2:
            return self.pick(STRINGS)
        if self.level in ("containers", "scripts") and self.chance(0.5):
            return self.text(depth)
        if x < 0.45:
            return self.f_string()
        if x < 0.6:
            return f"str({self.expression(self.pick('iifbnt'), depth)})"
        base = found or self.pick(STRINGS)
        return self.pick((
            f"({base} + {self.pick(STRINGS)})[-30:]", f"{base}.upper()", f"{base}[{self.expression('i', 0)} % (len({base}) or 1):][:3]", f"{base}[{self.pick(('0', '-1'))}]", f"{base}[{self.pick(('1:', ':2', '::-1'))}]",
            f"{base}.replace('a', 'bc')[:30]", f"','.join([{base}, 'k'])[:30]", f"{base}.strip()", f"repr({base})[:30]", f"'%s-%d' % ({base}[:9], {self.expression('i', 0)})",
            f"{base} * 2 and 'ok'", f"{base}.split()[0]",
        ))  # fmt: skip

    def f_string(self) -> str:
        parts = []
        for _ in range(self.pick((1, 2))):
            kind = self.pick("ifnb" if self.level == "scalar" else "iifnbs")
            value = self.expression(kind, self.pick((0, 0, 1)))
            value = value.replace("\n            ", " ").replace('"', "'")
            if "'" in value or "{" in value or "\\" in value:  # 3.11 cannot nest these in an f-string
                value = self.pick(SMALL)
                kind = "i"
            spec = self.pick(
                {"i": ("", "", ":5d", ":x", "!r", ":,", ":08b"), "f": ("", "", ":.3f", ":g", "!r", ":>12.4e")}.get(kind, ("", "!r"))
            )
            parts.append(f"{{{value}{spec}}}")
        return f'f"{self.pick(("v=", "", "at "))}{" ".join(parts)}"'

    def object_c(self, depth: int, found: str | None) -> str:
        x, y = self.expression("f", depth), self.expression("f", 0)
        c = found or "(1-2j)"
        return self.pick(
            (f"complex({x}, {y})", f"({x} + 2j)", f"({c} * {c})", f"({c} - {x})", f"({c} / ({x} or 1))", f"{c}.conjugate()", "3.5j")
        )

    def object_q(self, depth: int, found: str | None) -> str:
        q = found or "Fraction(2, 3)"
        return self.pick((
            f"Fraction({self.expression('i', 0)} & 255, {self.pick(('3', '7', '12'))})", f"({q} + Fraction(1, 3))", f"({q} / ({self.expression('i', 0)} or 5))",
            f"({q} * 2).limit_denominator(99)", f"({q} % 3)", f"abs({q})", "Fraction('1/9')",
        ))  # fmt: skip

    def object_d(self, depth: int, found: str | None) -> str:
        d = found or "Decimal('1.10')"
        return self.pick((
            f"Decimal({self.expression('i', 0)})", f"({d} + 1)", f"({d} / ({self.expression('i', 0)} or 4))", f"({d} * Decimal('0.5'))",
            f"(-{d})", "Decimal('0.1')", f"round({d} % 100, 2)",
        ))  # fmt: skip

    def object_v(self, depth: int, found: str | None) -> str:
        i = self.expression("i", min(depth, 1))
        v = found or "V(5)"
        return self.pick((f"V({i})", f"V({i} % 16)", f"({v} + {i})", f"({v} - V(1))", f"({i} + {v})", f"(-{v})", f"({v} * 3)"))

    def object_p(self, depth: int, found: str | None) -> str:
        i, j = self.expression("i", min(depth, 1)), self.expression(self.pick("if"), 0)
        return f"{found}.move({i})" if found and self.chance(0.4) else self.pick((f"P({i})", f"P({i}, {j})", f"P({i}, y={j})"))
