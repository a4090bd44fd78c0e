# Loggers and warnings called from hot loops: line numbers, function names, stack levels, once per place.
import logging
import sys
import warnings

logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(funcName)s:%(lineno)d %(message)s", level=logging.INFO)
log = logging.getLogger("test")
total = 0
for k in range(50):
    total += k
    if k % 20 == 0:
        log.info("k=%d total=%s", k, total)
    log.debug("not shown")


def inner(n):
    s = 0
    for i in range(n):
        s += i
        if i == n - 1:
            log.warning("last %d", s)
            log.info("stack", stacklevel=2)
    return s


for k in range(3):
    inner(k * 10 + 1)
try:
    for k in range(10):
        1 // (5 - k)
except ZeroDivisionError:
    log.exception("caught at %d", k)


def show(message, category, filename, lineno, file=None, line=None):
    print("warned", lineno, category.__name__, message)


warnings.showwarning = show


def old(level):
    warnings.warn("old", DeprecationWarning, stacklevel=level)


warnings.simplefilter("default")
for k in range(6):
    old(1)
    old(2)
    if k > 3:
        old(2)
warnings.simplefilter("always")
for k in range(2):
    old(2)
    warnings.warn(f"turn {k}")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for k in range(3):
        old(2)
print([(str(w.message), w.lineno) for w in caught])
warnings.simplefilter("error")
try:
    for k in range(10):
        total += k
        if k == 7:
            old(2)
except DeprecationWarning as error:
    print(k, error, error.__traceback__.tb_lineno)
with warnings.catch_warnings():
    warnings.simplefilter("once")
    for k in range(5):
        warnings.warn("once only")
print(total, sorted(name for name in globals() if name == "__warningregistry__"))
