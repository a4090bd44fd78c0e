"""`generate(seed, level)`: one random program, the same for the same seed everywhere.

The level says what may appear: `scalar` (numbers, tuples, control flow, functions of numbers), `objects` (all
that, and containers, strings, instances, callees that look back at their caller), `lists` (numbers, lists of numbers,
lists of lists), `containers` (dicts, tuples, strings, sets, complex numbers as data), `scripts` (all that at module level, in a program without an
entry), `nests` (scripts most of which is time loops over lists of lists), `things` (over lists of instances), `sequences` (over
sequences and sets of all kinds, with their methods and operators), `consumed` (generator expressions in builtins that go through them), `arrays` (over the elements of NumPy's arrays; needs NumPy).
"""

from __future__ import annotations

import itertools
import random
import re
from contextlib import contextmanager

from .arrays import Arrays
from .consumed import Consumed
from .containers import ARGUMENTS as CONTAINER_ARGUMENTS
from .containers import WILD as WILD_CONTAINERS
from .containers import Containers
from .expressions import FLOATS, SMALL, Expressions
from .lists import ARGUMENTS as LIST_ARGUMENTS
from .lists import LISTS, WILD, Lists
from .nests import Nests
from .preludes import IMPORTS, PRELUDES, assemble
from .program import Program
from .scripts import TABLES as SCRIPT_TABLES
from .scripts import Scripts
from .sequences import Sequences
from .statements import Statements
from .things import Model, Things

LEVELS = ("scalar", "objects", "lists", "containers", "scripts", "nests", "things", "sequences", "consumed", "arrays")

BORROWED = re.compile(r"\b(" + "|".join([*IMPORTS, *PRELUDES]) + r")\b")

ARGUMENTS = {
    "i": ("0", "1", "-1", "2", "5", "7", "10", "13", "-8", "100", "3", "6", "255", "-1000"),
    "I": ("2**31", "2**62", "2**63 - 1", "-2**63", "2**63", "10**20", "-2**31", "True", "False", "2**64", "4294967295", "-(10**18)"),
    "f": ("0.5", "1.0", "3.7", "-2.5", "0.1", "10.0", "100.25", "-1.0", "2.0", "1e-3"),
    "F": ("0.0", "-0.0", "1e308", "5e-324", "float('inf')", "-float('inf')", "float('nan')", "1e16", "2**53 + 0.0", "-1e308"),
    "b": ("True", "False"),
    "t": ("(1, 2)", "(0.5, 3)", "(3, (1, 2.0))", "(0, 0.0, True)"),
    "L": ("[1, 2, 3]", "[5, 0, -1, 2]", "[]", "[4]", "[3, 3, 1, 2, 0]", "list(range(6))", "[13, 2]"),
    "X": ("[1, 2.5]", "[2**63, 1]", "[True, 0]", "[None]", "[0.5, 0.25]", "(lambda x: [x, x, 1])(2**40)", "[1, Int(2)]"),
    "Y": ("[1, 2.5]", "['a', 1]", "[None]", "(1, 2, 3)", "[[1], 2]", "(lambda x: [x, x, 1])([2])", "[1, 'b', 2.5]"),
    "D": ("{1: 2}", "{}", "{0: 1, 2: 3, 5: -1}", "{1: 2.5, None: 1}", "{0.5: 1}"),
    "s": ("'abc'", "''", "'hello'", "'12'", "'é'"),
    "v": ("V(3)", "V(13)", "V(0)"),
    "p": ("P(1)", "P(2, 3)", "P(0.5, 1)"),
    "c": ("1j", "(2+3j)"),
    "q": ("Fraction(1, 3)", "Fraction(7, 2)"),
    "d": ("Decimal('1.1')", "Decimal(3)"),
    "n": ("1", "2.5", "-3", "0"),
    **LIST_ARGUMENTS,
    **CONTAINER_ARGUMENTS,
}  # fmt: skip
SURPRISES = ("None", "''", "()", "[]", "Int(5)", "Fraction(5, 2)", "2j", "object", "Int(-3)", "False", "Decimal('2.5')", "range(3)")
LONG_SURPRISES = ("'abc'", "[1, 2]", "(1, 2, 3)", "b'xy'", "['a']")
"""Not for programs that multiply: 'abc' * 2**31 is a lot of memory."""


PARAMETERS = {"scalar": "iiiffnbt", "objects": "iiifLLLDstnvpcqd", "lists": "iifLLEEERRW", "containers": "iifssKKKTTBBSQQc"}
HELPER_PARAMETERS = {"scalar": "iif", "objects": "iifiLv", "lists": "iifLERE", "containers": "iifsKTBQ"}


class Generator(Nests, Containers, Expressions, Statements, Lists):
    def __init__(self, seed: int, level: str) -> None:
        self.random = random.Random(f"{level} {seed}").random
        self.level = level
        self.helpers: dict[str, tuple[str, str, int, bool]] = {}
        """Functions that may be called: kind of the result, kinds of the parameters, cost, has a default."""
        self.globals: tuple[str, ...] = ()
        self.constants: tuple[str, ...] = ()
        self.steps: list[tuple[str, bool, bool]] = []
        self.pokes: list[str] = []

    # -- names ---------------------------------------------------------------------------------------------

    def fresh(self) -> int:
        self.counter += 1
        return self.counter

    def new_name(self) -> str:
        name = f"{self.pick('abcxyuw')}{self.fresh()}"
        return name

    def assignable(self, kinds: str) -> str | None:
        return self.name(kinds)

    def loop_name(self) -> str:
        return f"i{self.fresh()}" if self.chance(0.9) else (self.assignable("i") or f"i{self.fresh()}")

    @contextmanager
    def inner_name(self, name: str, kind: str):
        """`name` is in scope inside a comprehension or a lambda, where no walrus may be."""
        before = dict(self.variables)
        outer, self.no_walrus = self.no_walrus, True
        products, self.free_products = self.free_products, 0
        self.loops += 1
        self.variables[name] = kind
        yield
        self.loops -= 1
        self.variables, self.no_walrus, self.free_products = before, outer, products

    def call_of(self, kind: str, depth: int) -> str | None:
        found = [name for name, helper in self.helpers.items() if helper[0] == kind and helper[2] * self.trips < 400]
        if not found:
            return None
        name = self.pick(found)
        _, kinds, cost, defaulted = self.helpers[name]
        self.cost = max(self.cost, cost * self.trips)
        values = [self.expression(k if self.chance(0.96) else "n", min(depth, 1)) for k in kinds]
        if defaulted and self.chance(0.5):
            values.pop()
        elif name.startswith("g") and values and self.chance(0.3):
            values[-1] = f"p{len(values) - 1}={values[-1]}"
        if name.startswith("r"):
            values[0] = f"{values[0]} & 3"
        return f"{name}({', '.join(values)})"

    # -- functions -----------------------------------------------------------------------------------------

    def begin(self, callee: bool) -> None:
        self.variables: dict[str, str] = {}
        self.lines: list[str] = []
        self.indent = "    "
        self.counter = 0
        self.loops, self.trips, self.cost = 0, 1, 1
        self.callee = callee
        self.free_products = 0 if callee else 3
        self.no_walrus = self.in_while_tail = False
        self.uses_global: set[str] = set()

    def result(self) -> str:
        if self.callee:
            return self.expression(self.returns, 1)
        if self.chance(0.1):
            return self.f_string()
        names = list(self.variables)
        while len(names) > 6:
            names.pop(int(self.random() * len(names)))
        values = names + [self.expression(self.pick("ifn"), 1)]
        return f"({', '.join(values)},)" if self.chance(0.7) or len(values) < 2 else self.expression(self.pick("ifnt"), 2)

    def header(self, name: str, parameters: str) -> list[str]:
        names = "".join(f"    global {g}\n" for g in sorted(self.uses_global))
        mark = "" if self.callee and self.chance(0.2) else "@_jit\n"
        return [f"{mark}def {name}({parameters}):", *names.splitlines()]

    def helper(self, index: int) -> str:
        """A callee `g0(p0, p1, ...)`: few statements, no products that grow with its arguments."""
        self.begin(callee=True)
        self.budget = self.pick((1, 2, 3, 5))
        kinds = "".join(self.pick(HELPER_PARAMETERS[self.level]) for _ in range(self.pick((1, 2, 2, 3))))
        kinds = kinds.replace("v", "i", max(kinds.count("v") - 1, 0))
        self.returns = self.pick("iif")
        for i, kind in enumerate(kinds):
            self.variables[f"p{i}"] = kind
        if self.globals and self.chance(0.3):
            self.global_()
        while self.budget > 0:
            self.statement()
        self.emit(f"return {self.expression(self.returns, 2)}")
        defaulted = kinds[-1] in "if" and self.chance(0.3)
        parameters = [f"p{i}" for i in range(len(kinds))]
        if defaulted:
            parameters[-1] += "=" + (self.pick(SMALL) if kinds[-1] == "i" else self.pick(FLOATS))
        name = f"g{index}"
        text = "\n".join(self.header(name, ", ".join(parameters)) + self.lines)
        self.helpers[name] = (self.returns, kinds, self.cost * 2, defaulted)
        return text

    def recursive(self) -> str:
        """Recursion whose depth its caller bounds: the first argument is masked at the call."""
        self.begin(callee=True)
        self.budget = 1
        self.variables = {"acc": "i", "n": "i"}
        self.no_walrus = True  # nothing may assign n
        step = self.expression("i", 2)
        test = self.pick(("n <= 0", "n < 1", "not n > 0"))
        form = self.pick(
            (f"rec(n - 1, {step})", f"rec(n - 1, acc) + rec(n - 2, {step})", f"{self.expression('i', 1)} + rec(n - 1, acc + n)")
        )
        lines = [*self.header("rec", "n, acc=1"), f"    if {test}:", f"        return {self.pick(('acc', 'acc & 0xFFFFFFFF', 'n', '1'))}"]
        self.helpers["rec"] = ("i", "ii", 16, True)
        return "\n".join([*lines, f"    return {form}"])

    def maker(self) -> str:
        """A closure over a parameter and, at times, over a cell that it writes."""
        self.begin(callee=True)
        self.variables = {"m": "i", "q": "i", "state": "i"}
        self.no_walrus = True
        write = "        nonlocal state\n        state += 1\n" if self.chance(0.5) else ""
        body = self.expression("i", 2)
        self.helpers["made"] = ("i", "i", 2, False)
        return (
            f"def make(m):\n    state = {self.pick(SMALL)}\n\n    @_jit\n    def inner(q):\n{write}        return {body}\n\n    return inner\n\n\n"
            f"made = make({self.pick(SMALL)})"
        )

    def entry(self) -> tuple[str, str]:
        self.begin(callee=False)
        self.budget = self.pick((5, 7, 9, 11, 13))
        kinds = "".join(self.pick(PARAMETERS[self.level]) for _ in range(self.pick((1, 2, 2, 3))))
        for i, kind in enumerate(kinds):
            self.variables[f"{'abcd'[i]}"] = kind
        for _ in range(self.pick((1, 2))):
            name = self.new_name()
            kind = self.pick({"scalar": "if", "objects": "ifLL", "lists": "ifLER", "containers": "ifs"}[self.level])
            self.emit(f"{name} = {self.expression(kind, 1)}")
            self.variables[name] = kind
        while self.budget > 0:
            self.statement()
        self.emit(f"return {self.result()}")
        parameters = list("abcd"[: len(kinds)])
        if self.chance(0.1) and kinds[-1] in "if":
            parameters[-1] += "=3"
        return "\n".join(self.header("f", ", ".join(parameters)) + self.lines), kinds

    # -- arguments -----------------------------------------------------------------------------------------

    def value(self, kind: str, wild: bool) -> str:
        if wild and self.chance(0.25):
            long = self.chance(0.6) and not self.multiplies
            return self.pick(LONG_SURPRISES if long else SURPRISES)
        if kind in "if" and self.chance(0.6 if wild else 0.12):
            return self.pick(ARGUMENTS[kind.upper()])
        if wild and kind in WILD and self.chance(0.7):
            return self.pick(WILD[kind])
        if wild and kind in WILD_CONTAINERS and self.chance(0.7):
            return self.pick(WILD_CONTAINERS[kind])
        if kind == "L" and wild:
            return self.pick(ARGUMENTS["X" if self.multiplies else "Y"])
        if kind == "D" and wild and not self.multiplies:
            return self.pick(("{'k': 1, 1: 2.5}", "dict(a=1)", "{(1, 2): 3, None: 4}"))
        if kind == "M":
            kind = "L"
        return self.pick(ARGUMENTS["if"[self.chance(0.5)] if wild and kind == "n" else kind])

    def argument_tuples(self, kinds: str) -> tuple[str, ...]:
        """Mostly tuples of one signature, since every other signature is one more compilation."""
        out = []
        for i in range(6):
            wild = i >= 4
            values = [self.value(kind, wild) for kind in kinds]
            if len(kinds) > 1 and kinds[0] == kinds[1] and kinds[0] in LISTS and self.chance(0.2):
                out.append(f"(lambda x: (x, x{''.join(', ' + v for v in values[2:])}))({values[0]})")
            else:
                out.append(f"({', '.join(values)},)")
        return tuple(dict.fromkeys(out))

    # -- the program ---------------------------------------------------------------------------------------

    def program(self) -> tuple[str, tuple[str, ...]]:
        parts = []
        if self.chance(0.4):
            self.globals = ("G",)
            self.constants = ("G", "K")
            parts.append(f"G = {self.pick(SMALL)}\nK = {self.pick(('7', '2**40', '3', '-1'))}")
        count = self.pick((0, 1, 1, 2))
        if self.chance(0.15):
            parts.append(self.recursive())
        if self.chance(0.1):
            parts.append(self.maker())
        for i in range(count):
            parts.append(self.helper(i))
        text, kinds = self.entry()
        body = "\n\n\n".join([*parts, text]) + "\n"
        self.multiplies = " *" in body.replace("[0] *", "")
        arguments = self.argument_tuples(kinds)
        needed = set(BORROWED.findall(body + " ".join(arguments)))
        front = assemble(needed)
        return (front + "\n\n" + body if needed else body), arguments


class ScriptGenerator(Scripts, Things, Sequences, Consumed, Arrays, Generator):
    def __init__(self, seed: int, level: str) -> None:
        super().__init__(seed, level)
        self.level = "scripts"
        self.statements_table = SCRIPT_TABLES[level]
        self.classes: list[str] = []
        self.models: list[Model] = []
        self.generators: list[str] = []

    def program(self) -> tuple[str, tuple[str, ...]]:
        body = self.script()
        needed = set(BORROWED.findall(body))
        front = assemble(needed)
        return (front + "\n\n" + body if needed else body), ()


def generate(seed: int, level: str = "scalar") -> Program:
    if level not in LEVELS:
        raise ValueError(f"unknown level {level!r}: one of {', '.join(LEVELS)}")
    for attempt in itertools.count():
        drawn = seed + (attempt << 32)
        generator = ScriptGenerator(drawn, level) if level in SCRIPT_TABLES else Generator(drawn, level)
        source, arguments = generator.program()
        if is_program(source):
            return Program(source, arguments, seed, level)
    raise AssertionError("there are endless seeds")


def is_program(source: str) -> bool:
    """Not always: a variable may be drawn for a `nonlocal` whose assignment was in a form that was not picked."""
    try:
        compile(source, "<drawn>", "exec")
    except SyntaxError:
        return False
    return True
