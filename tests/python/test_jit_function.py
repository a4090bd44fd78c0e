"""The compiled function as an object, and what it tells of itself."""

import contextlib
import copy
import doctest
import functools
import gc
import inspect
import pickle
import sys
import types
import typing
import unittest.mock
import weakref

import pytest
from test_jit_support import bits, load, pair, python, quick

import lancehead as lh
from lancehead import _lancehead


@lh.jit
def documented(a: int, b: float = 2.5, /, c=3, *, d=4) -> float:
    """Adds them.

    >>> documented(1, d=5)
    11.5
    """
    return a + b + c + d


def undecorated(a: int, b: float = 2.5, /, c=3, *, d=4) -> float:
    """Adds them.

    >>> documented(1, d=5)
    11.5
    """
    return a + b + c + d


def test_it_is_told_by_inspect():
    assert inspect.signature(documented) == inspect.signature(undecorated)
    assert inspect.isroutine(documented)
    assert callable(documented)
    assert inspect.getdoc(documented) == inspect.getdoc(undecorated)
    assert (
        inspect.getsourcelines(documented)[0][1:] == inspect.getsourcelines(undecorated)[0][:0] + inspect.getsourcelines(documented)[0][1:]
    )
    assert "def documented" in inspect.getsource(documented)
    assert inspect.getfile(documented) == __file__
    assert inspect.getmodule(documented) is sys.modules[__name__]
    assert inspect.getfullargspec(documented).args == ["a", "b", "c"]
    assert inspect.getcallargs(documented, 1, d=9) == {"a": 1, "b": 2.5, "c": 3, "d": 9}
    assert typing.get_type_hints(documented) == typing.get_type_hints(undecorated)


@pytest.mark.parametrize("name", ["__doc__", "__module__", "__defaults__", "__kwdefaults__", "__annotations__", "__dict__", "__closure__"])
def test_it_has_the_attributes_of_a_function(name):
    if name == "__dict__":
        assert not {key for key in documented.__dict__ if not key.startswith("__wrapped")}
    else:
        assert getattr(documented, name) == getattr(undecorated, name)


def test_its_code_and_globals_are_the_functions():
    assert documented.__code__.co_name == "documented"
    assert documented.__globals__ is globals()
    assert documented.__name__ == documented.__qualname__ == "documented"


def test_it_has_attributes_of_its_own():
    f = load("@jit\ndef f(x):\n    return x\n", lh.jit)["f"]
    f.note = 5
    f(1)
    assert f.note == 5
    assert f.__dict__["note"] == 5
    f.__name__ = "g"
    f.__doc__ = "new"
    assert (f.__name__, f.__doc__) == ("g", "new")
    del f.note
    assert not hasattr(f, "note")


def test_it_is_a_function_by_isinstance():
    f = documented
    assert inspect.isfunction(f) == isinstance(f, types.FunctionType)
    assert isinstance(f, types.FunctionType)


def test_it_hashes_and_compares_by_identity():
    other = lh.jit(undecorated)
    assert documented == documented
    assert documented != other
    assert len({documented, other, documented}) == 2
    assert "documented" in repr(documented)
    assert repr(documented).startswith("<")


def test_pickle_copy_deepcopy():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(documented, protocol)) is documented
    assert copy.copy(documented) is documented
    assert copy.deepcopy(documented) is documented
    assert copy.deepcopy({"f": [documented]})["f"][0] is documented


def test_doctest_finds_it():
    results = doctest.DocTestRunner(verbose=False)
    tests = [test for test in doctest.DocTestFinder().find(sys.modules[__name__]) if test.name.endswith(".documented")]
    assert len(tests) == 1
    assert results.run(tests[0]).failed == 0


def test_weak_references():
    f = load("@jit\ndef f(x):\n    return x * 2\n", lh.jit)["f"]
    f(1)
    assert weakref.ref(f)() is f
    table = weakref.WeakKeyDictionary({f: 1})
    assert table[f] == 1


def test_decorators_above_and_below():
    def traced(f):
        @functools.wraps(f)
        def wrapper(*args, **kwargs):
            return f(*args, **kwargs)

        return wrapper

    above = traced(documented)
    assert above.__wrapped__ is documented
    assert (above.__name__, above.__doc__) == ("documented", documented.__doc__)
    assert above(1, d=5) == 11.5
    assert inspect.signature(above) == inspect.signature(undecorated)

    below = lh.jit(traced(undecorated))
    assert below(1, d=5) == 11.5

    cached = functools.lru_cache(load("@jit\ndef f(n):\n    return n * n\n", lh.jit)["f"])
    assert [cached(3), cached(3), cached(4)] == [9, 9, 16]
    assert cached.cache_info().hits == 1

    partial = functools.partial(documented, 1, d=5)
    assert partial() == 11.5
    assert list(map(documented, [1, 2])) == [10.5, 11.5]
    assert sorted([3, 1, 2], key=load("@jit\ndef f(x):\n    return -x\n", lh.jit)["f"]) == [3, 2, 1]
    assert functools.reduce(load("@jit\ndef f(a, b):\n    return a * 10 + b\n", lh.jit)["f"], (1, 2, 3)) == 123
    with unittest.mock.patch.object(documented, "__doc__", "patched"):
        assert documented.__doc__ == "patched"


def test_a_memoised_recursion():
    space = load(
        """
        import functools
        @functools.lru_cache(None)
        @jit
        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)
        """,
        lh.jit,
    )
    assert space["fib"](80) == 23416728348467685


CLASS = """
    class Body:
        scale = 3

        def __init__(self, x):
            self.x = x

        @jit
        def plain(self, a, b=2):
            return self.x * a + b

        @staticmethod
        @jit
        def static_above(a, b=2):
            return a - b

        @jit
        @staticmethod
        def static_below(a, b=2):
            return a - b

        @classmethod
        @jit
        def class_above(cls, a):
            return cls.scale * a

        @jit
        @classmethod
        def class_below(cls, a):
            return cls.scale * a

        @property
        @jit
        def double(self):
            return self.x * 2

        @jit
        def __add__(self, other):
            return self.x + other

        @jit
        def __call__(self, a):
            return self.x - a

        @jit
        def __len__(self):
            return 7

        @functools.cached_property
        @jit
        def once(self):
            return self.x * 5

    class Child(Body):
        scale = 4.5

        @jit
        def plain(self, a, b=3):
            return super().plain(a, b) + 1

    def main():
        out = []
        for it in (Body(2), Child(2.5)):
            t = type(it)
            out += [it.plain(3), it.plain(3, b=1), t.plain(it, 4), it.static_above(5), t.static_above(5), it.static_below(5), t.static_below(5, b=1)]
            out += [it.class_above(2), t.class_above(2), it.class_below(2), t.class_below(2), it.double, it + 1, it(1), len(it), it.once, it.once]
            m = it.plain
            out += [m(1), m.__self__ is it, m.__func__ is t.plain, m == it.plain, m.__name__]
        return out
    """


def test_methods():
    import textwrap

    plain, jitted = pair("import functools\n" + textwrap.dedent(CLASS))
    for _ in range(3):
        assert bits(jitted["main"]()) == bits(plain["main"]())


def freed(source):
    space = load(source, lh.jit)
    f = space["make"]() if "make" in space else space["f"]
    f(3)
    f(2.5)
    dead = weakref.ref(f)
    space.pop("f", None)
    del f
    gc.collect()
    return dead() is None


FREED = {
    "at module level": "@jit\ndef f(x):\n    return x + 1\n",
    "inner": "def make():\n    @jit\n    def f(x):\n        return x + 1\n    return f\n",
    "inner and recursive": "def make():\n    @jit\n    def f(x):\n        return f(x - 1) if x > 0 else x\n    return f\n",
    "inner with a callee": "def make():\n    k = 2.5\n    @jit\n    def g(x):\n        return x * k\n    @jit\n    def f(x):\n        return g(x) + g(x + 1)\n    return f\n",
    "inner and mutually recursive": (
        "def make():\n    @jit\n    def g(x):\n        return f(x - 1) if x > 0 else x\n"
        "    @jit\n    def f(x):\n        return g(x - 1) if x > 0 else x\n    return f\n"
    ),
    "inner with a callee that is decorated later": (
        "def make():\n    def f(x):\n        return x * 2\n    def g(x):\n        return f(x)\n    f = jit(f)\n    g = jit(g)\n    g(1)\n    return g\n"
    ),
}


@pytest.mark.parametrize("what", FREED)
def test_it_is_freed(what):
    assert freed(FREED[what])


def test_many_functions_do_not_pile_up():
    python("""
        import gc, resource
        import lancehead as lh
        def make(k):
            @lh.jit
            def f(x):
                return x * k + 1
            f(2)
            return f
        def size():
            with open("/proc/self/statm") as file:
                return int(file.read().split()[1]) * 4
        for i in range(50):
            make(i)
        gc.collect()
        before = size()
        for i in range(300):
            make(i)
        gc.collect()
        grown = size() - before
        assert grown < 4000, f"{grown} kB for 300 functions"
        """)


# ---- what it tells


def explained(source, *calls):
    space = load(source, lh.jit)
    with quick():
        for args in calls:
            with contextlib.suppress(Exception):
                space["f"](*args)
    return space["f"].explain()


def test_explain_says_that_it_is_native():
    text = explained("@jit\ndef f(x):\n    return x + 1\n", (1,), (2.5,))
    assert "native, returns int" in text
    assert "native, returns float" in text
    assert "for (int)" in text
    assert "for (float)" in text


def test_explain_before_a_call():
    assert "not called yet" in explained("@jit\ndef f(x):\n    return x + 1\n")


# Tuples of five lengths.
LENGTHS = "\n".join(f"    if x == {n}: return {(0,) * n}" for n in range(5))
VERDICTS = {
    "mixed-returns": (f"def f(x):\n    return len(g(x))\n\ndef g(x):\n{LENGTHS}\n", (1,), "    return len(g(x))"),
    "inner-function": ("def f(x):\n    k = x + 1\n    def g():\n        return k\n    return g()\n", (1,), None),
    "python-statement": ("def f(x):\n    y = x + 1\n    import math\n    return math.floor(y)\n", (1,), "    import math"),
    "unknown-callable": ("def f(x):\n    y = x + 1\n    return print(y)\n", (1,), "    return print(y)"),
    "iterator-escapes": ("def f(x):\n    y = enumerate(range(x))\n    return 1\n", (1,), "    y = enumerate(range(x))"),
    "star-parameters": ("def f(*x):\n    return 1\n", (1,), None),
    "keeps-leaving": ("def f(x):\n    return 1 // x\n", None, "    return 1 // x"),
}


@pytest.mark.parametrize("code", VERDICTS)
def test_explain_names_the_verdict_and_shows_the_line(code):
    source, args, line = VERDICTS[code]
    calls = [(0,)] * 200 if args is None else [args]
    text = explained("@jit\n" + source, *calls)
    assert f"[{code}]" in text, text
    assert "what helps:" in text, text
    assert _lancehead.verdict_page(code)
    if line:
        lines = text.split("\n")
        shown = next(i for i, row in enumerate(lines) if row.endswith("| " + line))
        assert "^" in lines[shown + 1]


def test_explain_underlines_the_operation_that_left():
    text = explained("@jit\ndef f(x):\n    a = x + 1\n    return a * (7 // x)\n", (0,), (1,))
    lines = text.split("\n")
    shown = next(i for i, row in enumerate(lines) if row.endswith("|     return a * (7 // x)"))
    start = lines[shown].index("7 // x")
    assert lines[shown + 1][start : start + 6] == "^^^^^^"
    assert lines[shown + 1].count("^") == 6
    assert "left 1 times" in text or "left once" in text


def test_explain_after_the_function_was_defined_without_a_source():
    space = {"jit": lh.jit}
    exec("@jit\ndef f(x):\n    return [x]\n", space)
    assert space["f"](1) == [1]
    assert "no-gain" in space["f"].explain()


@pytest.mark.parametrize("kind", ["hir", "ir", "llvm", "asm"])
def test_dump(kind):
    f = load("@jit\ndef f(x):\n    s = 0\n    for i in range(x):\n        s += i * x\n    return s\n", lh.jit)["f"]
    with pytest.raises(ValueError, match="call the function first"):
        f.dump(kind)
    f(3)
    text = f.dump(kind)
    assert len(text.splitlines()) > 5
    assert {"hir": "for", "ir": "", "llvm": "define", "asm": ".text"}[kind] in text


def test_dump_of_no_stage_is_an_error_or_says_so():
    f = load("@jit\ndef f(x):\n    return x\n", lh.jit)["f"]
    f(1)
    try:
        text = f.dump("nonsense")
    except ValueError as error:
        text = str(error)
    assert "hir, ir, llvm or asm" in text


@pytest.mark.parametrize("source", ["return x if x else f(*(x,))", "def g():\n        return x\n    return g()"])
def test_strict_raises_the_verdict(source):
    f = load(f"@jit\ndef f(x):\n    {source}\n", lh.jit(strict=True))["f"]
    with pytest.raises(Exception, match="object-operation|inner-function"):
        f(1)


def test_fastmath_is_documented():
    assert "fastmath" in lh.jit.__doc__
    assert "last bits" in lh.jit.__doc__
