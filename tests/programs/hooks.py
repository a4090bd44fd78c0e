# sys.excepthook, and a SystemExit raised in it; sys.last_value.
import sys


def hook(kind, error, tb):
    lines = []
    while tb is not None:
        lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    print(kind.__name__, error, lines, file=sys.stderr)


sys.excepthook = hook
for i in range(5):
    [0, 1, 2][i]
