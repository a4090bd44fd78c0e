# Exceptions raised while others are handled, in nested calls: __context__ and __cause__.
def divide(a, b):
    s = 0
    for k in range(3):
        s += a // (b - k)
    return s


def careful(a, b):
    try:
        return divide(a, b)
    except ZeroDivisionError as error:
        if a % 2:
            raise ValueError(f"a was {a}") from error
        if a % 3 == 0:
            raise LookupError(a) from None
        raise KeyError(a)


for i in range(8):
    try:
        print(careful(i, i % 4 + (i == 5) * 9))
    except Exception as error:
        print(type(error).__name__, error, repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
        kept = error
tb, lines = kept.__traceback__, []
while tb is not None:
    lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
    tb = tb.tb_next
print(lines)
for i in range(4):
    careful(i + 1, 1)
