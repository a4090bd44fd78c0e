"""Random programs against CPython: the generator, the differential harness and the reducer.

    program = generate(seed, "scalar")          # source, and argument tuples for its entry `f`
    outcome(program, lancehead.jit)             # what each call did, as text
    run(program, Settings())                    # the same, whatever the program is: a script (level "scripts") has no entry
    compare(program, {"native": Settings()})    # the differences from plain CPython, "" if none
    reduce(program, still_fails)                # the smallest program that still fails
    batch(seed0, count, level, runs)            # many, in this process: for the tests
    main(argv)                                  # `lancehead selftest`: many, in worker processes

Pure Python. It knows nothing of how the compiler works: only `lancehead.jit`, and of the extension the
optional `testing(deopt_every=, interpret_ir=)`, `testing_bugs()` and `testing_counters()`.
"""

from .batches import Failure, batch
from .command import main
from .generate import LEVELS, generate
from .harness import DEFAULT_RUNS, Settings, TimeUp, compare, identity, outcome, run
from .program import Program
from .reduce import reduce

__all__ = [
    "DEFAULT_RUNS", "LEVELS", "Failure", "Program", "Settings", "TimeUp",
    "batch", "compare", "generate", "identity", "main", "outcome", "reduce", "run",
]  # fmt: skip
