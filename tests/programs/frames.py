# What a function sees of its callers: sys._getframe, inspect, traceback, warnings, logging.
import inspect
import logging
import sys
import traceback
import warnings

logging.basicConfig(format="%(levelname)s %(lineno)d %(funcName)s %(message)s", stream=sys.stdout)


def line():
    return sys._getframe(1).f_lineno


def chain():
    return [(info.function, info.lineno) for info in inspect.stack()]


def local_names():
    frame = sys._getframe(1)
    return {name: value for name, value in frame.f_locals.items() if type(value) in (int, float)}


def deprecated(n):
    warnings.warn(f"old {n}", DeprecationWarning, stacklevel=2)
    return n


def work(n):
    s = 0
    for k in range(n):
        s += k * 0.5
        if k == 2:
            print(line(), chain(), local_names())
            logging.warning("s is %s", s)
            traceback.print_stack(file=sys.stdout)
    return s


total = 0
for i in range(4):
    total += i
    print(line(), sys._getframe().f_lineno, local_names()["total"])
    if i > 1:
        total += work(i + 2)
        deprecated(i)
        warnings.warn("in a loop")
        logging.error("total %r", total)
        print(chain()[0])
        traceback.print_stack()
print(total)
