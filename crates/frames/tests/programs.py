"""Functions to be left at every instruction: each makes a fresh one to run."""
import contextlib


class Noisy:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("enter", self.name)
        return self

    def __exit__(self, *exc):
        print("exit", self.name, exc[0])
        return self.name == "swallow"

    def __del__(self):
        print("del", self.name)


class Boom(Exception):
    pass


def twice(x):
    y = x * 2
    return y


def fails(x):
    y = [x]
    return y[x]


def nested_fail(x):
    try:
        return fails(x)
    except IndexError as e:
        raise ValueError("wrapped", x) from e


def loops():
    def f():
        total = 0
        for i in range(3):
            for j in [1, 2]:
                total += i * j
            else:
                total += 100
        while total > 300:
            total -= 7
            if total % 2:
                continue
            if total < 290:
                break
        else:
            total = -1
        return total, i, j
    return f


def try_all():
    def f():
        out = []
        for i in range(3):
            try:
                out.append(10 // (i - 1))
                if i == 2:
                    [][i]
            except ZeroDivisionError as e:
                out.append(str(e))
            except (IndexError, KeyError):
                out.append("index")
                continue
            else:
                out.append("else")
            finally:
                out.append("finally")
        try:
            fails(3)
        except IndexError:
            pass
        return out
    return f


def try_first():
    def f():
        x = 1
        try:
            y
        except NameError as e:
            x = repr(e)
        try:
            x.nothing
        except AttributeError:
            print("attr")
        try:
            (lambda: 1)()
            del x
            x
        except UnboundLocalError as e:
            return str(e)
    return f


def finally_return():
    def f():
        for i in range(4):
            try:
                try:
                    if i == 1:
                        continue
                    if i == 3:
                        return i
                    print("body", i)
                finally:
                    print("inner", i)
            finally:
                print("outer", i)
    return f


def withs():
    def f():
        with Noisy("a") as a, Noisy("swallow") as b:
            print(a.name, b.name)
            raise Boom("inside")
        with contextlib.suppress(KeyError):
            {}["x"]
        with Noisy("c"):
            return twice(4)
    return f


def with_error():
    def f():
        with Noisy("a"):
            x = Noisy("local")
            del x
            fails(5)
    return f


def calls():
    def f():
        a = twice(3) + twice(4)
        b = [twice(k) for k in range(3)]
        return a, b, twice(x=5), max(twice(2), 3), "%s" % twice(7), twice(twice(1))
    return f


def deep_error():
    def f():
        v = 10
        return (v + nested_fail(
            v + 1)) * 2
    return f


def handler_error():
    def f():
        try:
            nested_fail(2)
        except ValueError as e:
            print(type(e.__cause__).__name__)
            raise Boom("again")
    return f


def bare_raise():
    def f():
        try:
            try:
                fails(2)
            except IndexError:
                print("seen")
                raise
        except LookupError as e:
            print(repr(e))
            e = None
        raise KeyError("last")
    return f


def unpack():
    def f():
        a, b, *c = range(5)
        (d, e), g = (a, b), c
        a, b = b, a
        x = y = [a, b]
        x += [1]
        z = {"k": 1, **{"l": 2}}
        t = (*c, *x)
        try:
            a, b = t
        except ValueError as err:
            print(err)
        a, b, g = c
        return a, b, c, d, e, g, x, y, z, t
    return f


def slices():
    def f():
        s = list(range(10))
        s[2:4] = [0, 0, 0]
        del s[::3]
        s[1:3], s[0] = s[0:2], 99
        d = {}
        d[1, 2] = s[-1]
        d[1, 2] += 4
        return s, d, s[1:], s[:2], s[1:4:2], "abc"[::-1]
    return f


def strings():
    def f():
        w, n = 7, 3.14159
        s = f"{n:{w}.2f}|{w!r:>4}|{'x' * 2}{{}}"
        s += "tail"
        return f"{s=}" + str(len(s)) + f"{twice(w)}"
    return f


def comps():
    def f():
        k = 2
        a = [x * k for x in range(4) if x % 2]
        b = {x: y for x, y in zip("ab", a)}
        c = {x % 2 for x in range(5)}
        d = sum(x for x in a)
        e = [[i + j for i in range(2)] for j in range(2)]
        return a, b, sorted(c), d, e
    return f


def comp_error():
    def f():
        x = "outer"
        try:
            return [10 // x for x in (5, 1, 0)]
        except ZeroDivisionError as e:
            return x, str(e)
    return f


def closure():
    free = [1]
    n = 0

    def f(extra=3):
        nonlocal n
        cell = 5

        def inner(v):
            nonlocal cell
            cell += v
            return cell, n
        n += 1
        free.append(inner(2))
        n += extra
        cell *= 2
        get = lambda: (cell, n, extra)
        del extra
        extra = 1
        return free, inner(1), get()
    return f


def cell_unbound():
    def f():
        def g():
            return later
        try:
            g()
        except NameError as e:
            print(e)
        later = 3
        a = g()
        del later
        return a, g()
    return f


def args_all():
    def f(a=1, /, b=2, *rest, c=3, d, **kw):
        kw["z"] = a
        rest += (b,)
        return a, b, rest, c, d, sorted(kw.items())
    import functools
    f.__kwdefaults__ = {"c": 3, "d": 4}
    return f


def errors():
    def f():
        out = []
        for k in range(8):
            try:
                if k == 0:
                    1 + ""
                elif k == 1:
                    len(5)
                elif k == 2:
                    {}["no"]
                elif k == 3:
                    for q in 5:
                        pass
                elif k == 4:
                    assert k == 5, "message"
                elif k == 5:
                    import nowhere_at_all
                elif k == 6:
                    (1).x = 3
                else:
                    raise
            except Exception as e:
                out.append(repr(e))
        return out
    return f


def error_binop():
    def f():
        a, b = [1], "s"
        return (a * 2 +
                b)
    return f


def error_subscript():
    def f():
        d = {"a": {"b": [0]}}
        return d["a"]["b"][twice(2)] + 1
    return f


def error_for():
    def f():
        for i in [3, 2, 1, 0]:
            r = 6 / i
        return r
    return f


def error_call():
    def f():
        return twice(1, 2,
                     z=3)
    return f


def boolean():
    def f():
        a, b = 0, 5
        x = a and b or twice(b)
        y = 1 < b < twice(4) != 3
        z = x if not a else y
        w = (m := 4) + m
        return x, y, z, w, a is not None, b not in (1, 2)
    return f


def matching():
    def f():
        out = []
        for v in [1, (1, 2), {"a": 5}, "s", [1, 2, 3]]:
            match v:
                case int():
                    out.append("int")
                case (a, b):
                    out.append(a + b)
                case {"a": n, **rest}:
                    out.append((n, rest))
                case [first, *more]:
                    out.append(more)
                case _:
                    out.append(v)
        return out
    return f


def exception_group():
    def f():
        try:
            raise ExceptionGroup("g", [ValueError(1), KeyError(2), Boom(3)])
        except* ValueError as e:
            print(e.exceptions)
        except* (KeyError, Boom) as e:
            print(e.exceptions)
        return 1
    return f


def defines():
    def f():
        class C:
            z = 3

            def m(self, q=z):
                return __class__.z + q

            @property
            def p(self):
                return self.m(1)
        import math as mm
        from math import floor, pi
        global g_written
        g_written = floor(pi)
        c = C()
        return c.m(), c.p, g_written, mm.ceil(pi)
    return f


def iterators():
    def f():
        g = (x * x for x in range(3))
        out = [next(g)]
        for v in g:
            out.append(v)
        for k, v in enumerate("ab"):
            out.append((k, v))
        for k, v in {"x": 1}.items():
            out.append((k, v))
        it = iter([1, 2, 3])
        for a in it:
            for b in it:
                out.append((a, b))
                break
        return out
    return f


def lifetimes():
    def f():
        a = Noisy("one")
        a = Noisy("two")
        b = [a]
        del a
        b.clear()
        for i in range(2):
            c = Noisy(str(i))
        return c.name
    return f


def kwcalls():
    def f():
        def g(a, *r, k=1, **kw):
            return a, r, k, sorted(kw)
        p, q = (1, 2), {"k": 5, "u": 6}
        s = "a-b"
        return g(*p), g(1, **q), g(0, 1, k=2, v=3), s.split("-", maxsplit=1), sorted([3, 1], key=lambda v: -v)
    return f


def wide():
    """Jumps and names that need EXTENDED_ARG."""
    space = {"never": 0, "twice": twice}
    exec("def f(x=3):\n  for i in range(2):\n    if never:\n"
         + "".join(f"      g{n} = name{n} + {n}.5\n" for n in range(300))
         + "    try:\n      x += len(str(twice(1234.75)))\n      z = missing\n"
         + "    except NameError as e:\n      x += 1\n  return x, i\n", space)
    return space["f"]


PROGRAMS = [v for k, v in list(globals().items())
            if callable(v) and getattr(v, "__module__", "") == __name__
            and k not in ("Noisy", "Boom", "twice", "fails", "nested_fail")]
