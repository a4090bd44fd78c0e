"""What every program.py imports: the decorator of the peer under test, and the timed main.

Kept to Python 3.9 and to the standard library, because PyPy runs it too.
"""

import os
import sys
from time import perf_counter

MARK = "@bench"


def say(kind, *words):
    print(MARK, kind, *words, file=sys.stderr)


def numba():
    import numba

    return numba.njit(cache=True)


def lancehead():
    import lancehead

    return lancehead.jit


DECORATORS = {"none": lambda: lambda function: function, "numba": numba, "lancehead": lancehead}


def jit(function):
    """Decorate with what the environment's JIT names: numba, lancehead or none."""
    name = os.environ.get("JIT", "none")
    if name not in DECORATORS:
        sys.exit("JIT={} is not known: there are {}".format(name, ", ".join(DECORATORS)))
    try:
        return DECORATORS[name]()(function)
    except (ImportError, AttributeError) as error:
        say("fallback", f"JIT={name} is not usable here, so {function.__name__} is plain Python:", error)
        return function


def main(kernel):
    """Call `kernel` with the sizes in argv, BENCH_CALLS times; print its answer, and each call's seconds to stderr."""
    sizes = [int(word) for word in sys.argv[1:]]
    seconds = []
    answers = set()
    for _ in range(int(os.environ.get("BENCH_CALLS", "1"))):
        start = perf_counter()
        answer = kernel(*sizes)
        seconds.append(perf_counter() - start)
        answers.add(repr(answer))
    say("seconds", *seconds)
    print(*sorted(answers))
