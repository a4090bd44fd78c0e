"""The way in and out of a native call: which version fits, how arguments are bound, what is looked at before each call."""

import sys

import pytest
from test_jit_support import PLACES, bits, counted, leaving, outcome, pair, quick, same

BIG = 1 << 70
VALUES = [1, 2.5, True, None, BIG, -(1 << 63), (1 << 63) - 1, 1 << 63, (1, 2.0), (1, (True, None)), "text", (1, "text"), float("nan"), -0.0]


def test_each_call_finds_the_version_of_its_types():
    plain, jitted = pair("""
        @jit
        def f(x, y):
            return y, x
        """)
    with quick():
        for _ in range(3):
            for x in VALUES:
                for y in VALUES[:4]:
                    assert bits(jitted["f"](x, y)) == bits(plain["f"](x, y))


@pytest.mark.parametrize("words", [1, 8, 40, 47, 48, 49, 64])
def test_tuples_of_many_numbers(words):
    groups = [tuple(range(start, min(start + 8, words))) for start in range(0, words, 8)]
    names = ", ".join(f"p{i}" for i in range(len(groups)))
    plain, jitted = pair(f"""
        @jit
        def f({names}):
            return {names},
        """)
    with quick():
        for _ in range(2):
            assert bits(jitted["f"](*groups)) == bits(plain["f"](*groups))


def test_binding():
    with quick():
        plain, jitted = pair("""
            @jit
            def f(a, b=2, /, c=3.0, *, d=4):
                return a, b, c, d
            """)
        calls = [
            ((1,), {}),
            ((1, 2), {"c": 3}),
            ((1, 2, 3), {"d": 4.5}),
            ((1,), {"d": 4, "c": 5}),
            ((), {}),
            ((1,), {"a": 1}),
            ((1,), {"b": 1}),
            ((1, 2, 3, 4), {}),
            ((1,), {"e": 1}),
            ((1, 2, 3), {"c": 1}),
        ]
        for _ in range(2):
            for args, kwargs in calls:
                assert outcome(jitted["f"], *args, **kwargs) == outcome(plain["f"], *args, **kwargs)


CHANGING = """
    scale = 2

    def helper(x):
        return x + 1

    def other(x):
        return x - 1

    def outer():
        shift = 10
        @jit
        def f(x):
            return scale * helper(x) + shift
        def change(value):
            nonlocal shift
            shift = value
        return f, change

    f, change = outer()

    def main():
        global scale, helper
        scale, answers = 2, []
        for x in (1, 2.0, 1):
            answers.append(f(x))
        change(11); answers.append(f(1))
        change(1.5); answers.append(f(1))
        scale = 3; answers.append(f(1))
        scale = 0.5; answers.append(f(1))
        kept, helper = helper, other
        answers.append(f(1))
        helper = kept
        code, f.__code__ = f.__code__, f.__code__.replace(co_consts=f.__code__.co_consts)
        answers.append(f(2))
        f.__code__ = code
        answers.append(f(3))
        change(10)
        return answers
    """


def test_what_a_function_uses_is_looked_at_before_each_call():
    same(CHANGING, places=PLACES[:20])


def test_other_code_between_two_calls():
    plain, jitted = pair("""
        @jit
        def f(x, y):
            return x + y

        def g(x):
            return x * 3

        def h(x, y, z=1):
            return x, y
        """)
    answers = []
    with quick():
        for space in (plain, jitted):
            f, results = space["f"], []
            for code, args in ((None, (1, 2)), (space["g"].__code__, (5,)), (space["h"].__code__, (1, 2, 3)), (None, (1, 2))):
                f.__code__ = code or f.__code__
                results += [outcome(f, *args), outcome(f, *args)]
            answers.append(results)
    assert answers[0] == answers[1]


def test_a_tracer_sees_every_call():
    _, jitted = pair("""
        @jit
        def f(x):
            return x + 1
        """)
    f, seen = jitted["f"], []
    with quick():
        f(1)
        entered = counted("entered")
        f(2)
        assert counted("entered") == entered + 1
        sys.setprofile(lambda frame, event, arg: seen.append((frame.f_code.co_name, event)))
        try:
            f(3)
        finally:
            sys.setprofile(None)
        assert counted("entered") == entered + 1
        f(4)
        assert counted("entered") == entered + 2
    assert ("f", "call") in seen and ("f", "return") in seen


def test_a_call_within_a_call_of_the_same_function():
    same("""
        class Again:
            def __del__(self):
                log.append(f([], 3))

        @jit
        def f(held, x):
            if len(held) > 0:
                held.pop()
            for i in range(3):
                x = x * 2 + i
            return x

        log = []

        def main():
            log.clear()
            for _ in range(3):
                log.append(f([Again()], 1.5))
                log.append(f([Again()], 1))
            return list(log)
        """)


def test_arguments_are_not_kept():
    _, jitted = pair("""
        @jit
        def f(x, y, o):
            return x + y
        """)
    f, x, o = jitted["f"], 1234.5, []
    with quick():
        f(x, 1.0, o)
        for n in (0, 1, 2):
            with leaving(n):
                before = sys.getrefcount(x), sys.getrefcount(o)
                for _ in range(100):
                    f(x, 1.0, o)
                assert (sys.getrefcount(x), sys.getrefcount(o)) == before


def test_a_caller_goes_on_with_each_form_of_a_result():
    plain, jitted = pair("""
        def g(n):
            if n % 3 == 0:
                return None
            return (n, n * 0.5) if n % 3 == 1 else (n,)

        @jit
        def f(n):
            total = 0
            for i in range(n):
                r = g(i)
                if r is not None:
                    total += r[-1] * len(r)
            return total
        """)
    assert bits(jitted["f"](20)) == bits(plain["f"](20))
    assert "left 0 times" in jitted["f"].explain() and "[" not in jitted["f"].explain()


def test_a_result_that_goes_together_with_no_other_is_an_object_outside():
    plain, jitted = pair("""
        @jit
        def f(n):
            if n < 0:
                return None
            return (n, (n * 0.5, "s")) if n else n * 1j
        """)
    for n in (-1, 0, 1, 2):
        assert bits(jitted["f"](n)) == bits(plain["f"](n))
    assert "left 0 times" in jitted["f"].explain()


def test_a_division_by_zero_is_no_overflow():
    """It left for want of bits, and was compiled anew for ints of 128 bits."""
    plain, jitted = pair("""
        @jit
        def f(n, k):
            return n // k, n % k
        """)
    for args in ((7, 0), (7, 0), (7, 0), (7, -2)):
        assert outcome(jitted["f"], *args) == outcome(plain["f"], *args)
    text = jitted["f"].explain()
    assert "left 3 times: the operation raises" in text and "outgrew" not in text


def test_defaults_change_where_they_stand():
    with quick():
        plain, jitted = pair("""
            def g(a, *, k=2):
                return a * k

            @jit
            def f(a, b=3, *, k=2):
                return a + b * k + g(a)
            """)
        for space in (plain, jitted):
            space["results"] = [bits(space["f"](1)), bits(space["f"](a=1, k=5))]
            space["f"].__kwdefaults__["k"] = 7
            space["g"].__kwdefaults__["k"] = 2.5
            space["results"] += [bits(space["f"](1)), bits(space["f"](k=1, a=2))]
            space["f"].__defaults__ = (0.5,)
            space["g"].__kwdefaults__ = {"k": "x"}
            space["results"] += [bits(space["f"](1, k=2)) if space["g"](2) == 2 else "xx", outcome(space["f"], 1), outcome(space["f"], k=2)]
            space["f"].__kwdefaults__ = None
            space["f"].__defaults__ = None
            space["results"] += [outcome(space["f"], 1), outcome(space["f"], 1, 2), outcome(space["f"], 1, 2, k=3)]
        assert jitted["results"] == plain["results"]


def test_a_function_that_is_called_here_and_by_what_is_called_meanwhile():
    """Its name is read first, and it is translated for the other one first."""
    same("""
        def square(x):
            return x * x

        def near(x, y):
            return square(x - y) + 1

        @jit
        def main():
            n = 0
            for i in range(5):
                n += square(near(i, 2.5)) - square(i)
            return n
        """)
