"""Every builtin of the table, on the cases that its own row gives, against CPython's."""

import math
import random
import re

import pytest
from test_jit_support import bits, leaving, load, outcome, quick

import lancehead as lh
from lancehead import _lancehead

TABLE = _lancehead.builtins_table()


def spelled(name):
    """`builtins.abs` as a program writes it."""
    return name.removeprefix("builtins.")


def argument_lists(row):
    """The cases as constants in the call, and as values of parameters where they can be."""
    name, _, cases = row
    for case in cases:
        try:
            values = eval(f"({case},)" if case.strip() else "()", {"math": math, "inf": math.inf, "nan": math.nan})
        except Exception:
            values = None
        yield case, values


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_builtin_on_its_cases(row):
    name = spelled(row[0])
    assert row[2], "a builtin without cases is not tested"
    with quick():
        for case, values in argument_lists(row):
            sources = [(f"@jit\ndef f():\n    return {name}({case})\n", ())]
            if values is not None:
                names = [f"a{i}" for i in range(len(values))]
                sources.append((f"@jit\ndef f({', '.join(names)}):\n    return {name}({', '.join(names)})\n", values))
            for source, args in sources:
                filename = f"<lh {name} {case} {len(args)}>"
                plain, jitted = (load(source, jit, filename, inf=math.inf, nan=math.nan)["f"] for jit in (lambda f: f, lh.jit))
                wanted = outcome(plain, *args)
                assert [outcome(jitted, *args) for _ in range(2)] == [wanted] * 2, source


EDGES = [0, 1, -1, 2, 7, -3, 20, 63, 64, 2**53 + 1, 2**62, 2**63 - 1, -(2**63), 2**63, 10**25, True, False, None, 0.0, -0.0, 0.5, 1.0, -1.0, 1.5, 2.5,
         -2.5, 3.0, 0.1, 1e-300, 5e-324, 1e15 + 0.5, 2.0**53, 1e18, 9.3e18, 1e300, math.inf, -math.inf, math.nan, math.pi, "a", (), (1, 2), (0.5, 2)]  # fmt: skip
# Small factors: CPython's own answer takes too long, or too much memory, beyond.
GROWS = {"pow", "round", "math.factorial", "math.comb", "math.perm", "range", "math.pow", "math.ldexp", "sum", "math.lcm"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_builtin_of_one_argument_on_edges(row):
    name = spelled(row[0])
    values = [v for v in EDGES if not isinstance(v, (int, float)) or abs(v) < 1000] if name in GROWS else EDGES
    with quick():
        filename = f"<lh edges {name}>"
        source = f"@jit\ndef f(a):\n    return {name}(a)\n"
        plain, jitted = (load(source, jit, filename)["f"] for jit in (lambda f: f, lh.jit))
        for a in values:
            wanted = outcome(plain, a)
            assert outcome(jitted, a) == wanted, a
            with leaving(2):
                assert outcome(jitted, a) == wanted, a


NOT_NUMBERS = {"range", "enumerate", "zip", "reversed"}


@pytest.mark.parametrize("row", [row for row in TABLE if spelled(row[0]) not in NOT_NUMBERS], ids=lambda row: row[0])
def test_a_builtin_of_two_arguments_on_edges(row):
    name = spelled(row[0])
    values = [v for v in EDGES if not isinstance(v, (int, float)) or abs(v) < 100 or v != v] if name in GROWS else EDGES
    values = [v for v in values if type(v) in (int, float, bool)]
    with quick():
        filename = f"<lh edges2 {name}>"
        source = f"@jit\ndef f(a, b):\n    return {name}(a, b)\n"
        plain, jitted = (load(source, jit, filename)["f"] for jit in (lambda f: f, lh.jit))
        for a in values:
            for b in values:
                random.seed(7)
                try:
                    wanted = bits(plain(a, b))
                except Exception as error:
                    wanted = f"{type(error).__name__}: {error}"
                random.seed(7)
                try:
                    got = bits(jitted(a, b))
                except Exception as error:
                    got = f"{type(error).__name__}: {error}"
                assert got == wanted, (a, b)


def test_the_generator_goes_on_from_the_same_state():
    source = """
    @jit
    def f(n):
        total = 0.0
        for i in range(n):
            total += random.random() * random.random()
        return total
    """
    outcomes = []
    for jit in (lambda f: f, lh.jit):
        f = load(source, jit)["f"]
        random.seed(11)
        outcomes.append([f(3), f(1000), random.getstate(), random.random(), random.gauss(0, 1), f(5)])
    assert outcomes[0] == outcomes[1]


def test_another_generator_in_its_place_is_noticed():
    class Fixed(random.Random):
        def random(self):
            return 0.25

    source = "@jit\ndef f():\n    return g()\n"
    for generator, wanted in ((random.Random(3), random.Random(3).random()), (Fixed(), 0.25), (random.SystemRandom(), None)):
        f = load(source, lh.jit, g=generator.random)["f"]
        assert f() == wanted if wanted is not None else 0 <= f() < 1


def test_what_is_drawn_comes_from_the_same_stream():
    source = """
    @jit
    def f(n, items, text):
        out = []
        for i in range(n):
            out.append(random.choice(items))
            out.append(random.choice(text))
            out.append(random.randint(-5, i))
            out.append(random.randrange(i + 1))
            out.append(random.randrange(2**33, 2**40 + i))
            out.append(random.uniform(i, 2.5))
        return out
    """
    outcomes = []
    for jit in (lambda f: f, lh.jit):
        f = load(source, jit)["f"]
        random.seed(12)
        mixed = [1, "a", 2.5, None, 4]
        outcomes.append([bits(f(200, items, "hello")) for items in ([1, 2, 3], mixed, mixed, (1, 2.5))] + [random.getstate()])
    assert outcomes[0] == outcomes[1]
    for every in (1, 2, 3, 5, 7):
        random.seed(12)
        with quick(), leaving(every):
            got = [bits(f(200, items, "hello")) for items in ([1, 2, 3], mixed, mixed, (1, 2.5))] + [random.getstate()]
        assert got == outcomes[0]


def test_a_generator_that_was_changed_is_the_programs(monkeypatch):
    source = "@jit\ndef f(n):\n    total = 0\n    for i in range(n):\n        total += random.randint(0, 9)\n    return total\n"
    f = load(source, lh.jit)["f"]
    f(10)
    monkeypatch.setattr(random.Random, "randrange", lambda self, start, stop: 1000)
    assert f(3) == 3000
    assert load(source, lh.jit)["f"](3) == 3000


def test_no_function_of_libm_is_known_to_llvm_by_its_name():
    """It would fold calls with this machine's libm, and make other functions of them: `x * x` of `pow(x, 2.0)`."""
    names = [
        "sin",
        "cos",
        "tan",
        "exp",
        "exp2",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "atan2",
        "fmod",
        "pow",
        "cbrt",
        "erf",
        "tanh",
        "hypot",
    ]
    two = {"atan2", "fmod", "pow", "hypot"}
    terms = " + ".join(f"math.{name}(x{', y' if name in two else ''})" for name in names if hasattr(math, name))
    space = {"math": math}
    exec(f"def f(x, y):\n    return {terms} + x**2.0 + 2.0**x + x**y + x % y + x // y\n", space)
    f = lh.jit(space["f"])
    f(1.5, 2.5)
    known = set(re.findall(r"@([\w.]+)\(", f.dump("llvm")))
    exact = {name for name in known if name.startswith(("lh", "f0", "llvm.lh"))}
    intrinsics = re.compile(
        r"llvm\.((copysign|fabs|fma|sqrt|floor|ceil|trunc|rint)\.f64|[su](add|sub|mul)\.with\.overflow\.i\d+|expect.*|assume|is\.fpclass.*|\w*m(in|ax)\.i\d+|ct\w+\.i\d+)"
    )
    assert "lh_libm_sin" in exact and "lh_libm_pow" in exact
    assert not {name for name in known - exact if not intrinsics.fullmatch(name)}
