# Chains of exceptions out of loops: __context__, __cause__, __suppress_context__, notes, groups, tracebacks' lines, `raise` again.
import traceback


class Mine(Exception):
    def __init__(self, k, *more):
        super().__init__(k, *more)
        self.k = k

    def __str__(self):
        return f"mine at {self.k}"


def deep(k):
    total = 0
    for j in range(k):
        total += 1 // (k - 1 - j)
    return total


def wraps(n):
    for k in range(n):
        try:
            deep(k)
        except ZeroDivisionError as error:
            if k == 3:
                raise Mine(k) from error
            if k == 5:
                raise Mine(k) from None
            if k == 7:
                raise Mine(k, error)


def chain(error):
    out = []
    while error is not None:
        tb, lines = error.__traceback__, []
        while tb is not None:
            lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
            tb = tb.tb_next
        out.append((repr(error), lines, error.__suppress_context__, repr(error.__cause__)))
        error = error.__context__
    return out


for n in (2, 4, 6):
    try:
        wraps(n)
    except Exception as error:
        print(chain(error))
kept = []
for k in range(6):
    try:
        try:
            [][k]
        except IndexError as error:
            error.add_note(f"turn {k}")
            if k % 2:
                raise
            kept.append(error)
            {}[k]
    except (IndexError, KeyError) as again:
        print(type(again).__name__, again.__notes__ if hasattr(again, "__notes__") else None, again.__context__ is (kept[-1] if k % 2 == 0 else None))
try:
    errors = []
    for k in range(5):
        try:
            1 // (k % 2)
        except ZeroDivisionError as e:
            errors.append(e)
    raise ExceptionGroup("several", errors)
except* ZeroDivisionError as group:
    print(len(group.exceptions), group.message)
try:
    for k in range(100):
        if k == 60:
            try:
                raise Mine(k)
            finally:
                undefined_name
except NameError:
    traceback.print_exc()
try:
    error = None
    for k in range(4):
        try:
            raise ValueError(k) from error
        except ValueError as e:
            error = e
    raise error
except ValueError:
    traceback.print_exc(limit=2)
for k in range(3):
    try:
        raise StopIteration(k)
    except StopIteration as stop:
        print(stop.value)
wraps(9)
