"""The Python face: `import lancehead`, and what `jit` makes of all that a decorator can meet."""

import functools
import inspect
import math
import os
import subprocess
import sys
from importlib import metadata

import pytest

import lancehead as lh


def python(code, **environment):
    """Run a little program in a Python of its own; what it prints."""
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def double(x):
    """Twice as much."""
    return x + x


def test_all_that_is_exported_is_there():
    assert sorted(lh.__all__) == ["CompileError", "__version__", "explain", "install", "jit", "njit"]
    assert all(hasattr(lh, name) for name in lh.__all__)
    assert lh.njit is lh.jit


def test_the_version_is_the_packages():
    from lancehead import _lancehead

    assert lh.__version__ == metadata.version("lancehead") == _lancehead.about()["version"]


def test_importing_loads_no_heavy_module():
    loaded = python("import sys, lancehead; print(*sys.modules)").split()
    assert not {"numpy", "llvmlite", "typing", "inspect", "argparse"} & set(loaded)


def test_importing_takes_at_most_15_ms():
    # A bound of the product, not a benchmark: the best of several tries, inside the process, and generous as such.
    measure = "import time; t = time.perf_counter(); import lancehead; print(time.perf_counter() - t)"
    assert min(float(python(measure)) for _ in range(5)) < 0.015


@pytest.mark.parametrize("decorate", [lh.jit, lh.njit, lh.jit(), lh.jit(fastmath=True)])
def test_every_spelling_compiles_to_the_same_answers(decorate):
    jitted = decorate(double)
    assert [jitted(21), jitted(1.5), jitted("ab")] == [42, 3.0, "abab"]


def test_a_jitted_function_looks_like_the_function():
    jitted = lh.jit(double)
    assert jitted.__name__ == "double"
    assert jitted.__qualname__ == "double"
    assert jitted.__module__ == __name__
    assert jitted.__doc__ == "Twice as much."
    assert inspect.signature(jitted) == inspect.signature(double)


def test_a_jitted_function_explains_itself():
    jitted = lh.jit(double)
    jitted(2)
    assert "double" in jitted.explain()
    assert jitted.explain() == lh.explain(jitted)


def test_jitting_twice_is_jitting_once():
    jitted = lh.jit(double)
    assert lh.jit(jitted) is jitted
    assert lh.jit(fastmath=True)(jitted) is jitted


def test_arguments_by_name_defaults_and_stars():
    @lh.jit
    def f(a, b=2, *rest, c=3, **names):
        return a, b, rest, c, names

    assert f(1) == (1, 2, (), 3, {})
    assert f(1, 5, 6, c=7, d=8) == (1, 5, (6,), 7, {"d": 8})
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'a'"):
        f()


def test_a_lambda_is_a_function():
    assert lh.jit(lambda x: x * 3)(5) == 15


class Methods:
    scale = 3

    @lh.jit
    def plain(self, x):
        return x * self.scale

    @lh.jit
    @staticmethod
    def above_static(x):
        return x + 1

    @staticmethod
    @lh.jit
    def below_static(x):
        return x + 1

    @lh.jit(strict=False)
    @classmethod
    def above_class(cls, x):
        return x * cls.scale

    @classmethod
    @lh.jit
    def below_class(cls, x):
        return x * cls.scale

    @lh.jit
    @property
    def above_property(self):
        """Documented."""
        return self.scale

    @property
    @lh.jit
    def below_property(self):
        return self.scale


def test_methods_with_a_decorator_above_or_below():
    it = Methods()
    assert it.plain(2) == Methods.plain(it, 2) == 6
    assert it.above_static(1) == Methods.above_static(1) == Methods.below_static(1) == 2
    assert it.above_class(2) == Methods.above_class(2) == Methods.below_class(2) == 6
    assert it.above_property == it.below_property == 3
    assert Methods.above_property.__doc__ == "Documented."
    with pytest.raises(AttributeError):
        it.above_property = 1


def test_a_bound_method_stays_bound():
    class Scaled:
        scale = 4

        def times(self, x):
            return x * self.scale

    assert lh.jit(Scaled().times)(2) == 8


def test_a_function_wrapped_by_another_decorator():
    def logged(func):
        @functools.wraps(func)
        def wrapper(*args):
            calls.append(args)
            return func(*args)

        return wrapper

    calls = []
    assert lh.jit(logged(double))(4) == logged(lh.jit(double))(4) == 8
    assert calls == [(4,), (4,)]


def generator(n):
    yield from range(n)


async def coroutine():
    return 1


async def async_generator():
    yield 1


@pytest.mark.parametrize("func", [generator, coroutine, async_generator])
def test_what_can_be_suspended_is_left_to_the_interpreter(func):
    assert lh.jit(func) is func
    assert func.__name__ in lh.explain(func)


class CallMe:
    def __call__(self):
        return 1


@pytest.mark.parametrize(
    ("func", "words"),
    [
        (math.sin, "sin is compiled code already"),
        (len, "len is compiled code already"),
        (Methods, "Methods is a class; decorate its methods"),
        (functools.partial(double, 1), "not a partial; jit the function that it calls"),
        (functools.lru_cache(double), "not a _lru_cache_wrapper around one; put @jit below"),
        (CallMe(), "not a CallMe; jit the function that it calls"),
        (3, "not a int"),
        ("float64(float64)", "not a str"),
    ],
)
def test_what_is_no_function_is_refused_in_one_sentence(func, words):
    with pytest.raises(TypeError) as refused:
        lh.jit(func)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unknown_option_is_an_error():
    with pytest.raises(TypeError, match="nopython"):
        lh.jit(nopython=True)


def test_switched_off_nothing_is_compiled(monkeypatch):
    monkeypatch.setenv("LANCEHEAD", "0")
    assert lh.jit(double) is double
    assert lh.jit(strict=True)(double) is double
    assert lh.jit(generator) is generator


def test_switched_off_the_extension_is_not_even_loaded():
    program = "import sys, lancehead; lancehead.jit(lambda x: x)(1); print('lancehead._lancehead' in sys.modules)"
    assert python(program, LANCEHEAD="0") == "False"
    assert python(program, LANCEHEAD="1") == "True"


def test_strict_raises_the_reason_where_a_call_is_not_native():
    strict = lh.jit(strict=True)(double)
    assert [strict(21), strict(1.5)] == [42, 3.0]
    with pytest.raises(lh.CompileError, match=r"double is not compiled: .*\[no-gain\]"):
        strict(2**80)
    some = lh.jit(strict=True)(lambda *numbers: sum(numbers))
    with pytest.raises(lh.CompileError, match=r"\[star-parameters\]"):
        some(1, 2)
