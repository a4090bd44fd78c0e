"""`lancehead verify`: a program run by `python` and by `lancehead run`, and where the two differ."""

from __future__ import annotations

import os
import sys

from lancehead._run import Options, read_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lancehead._verify.verdict import Findings

HELP = """\
usage: lancehead verify [options] SCRIPT [ARG ...]
       lancehead verify [options] -m MODULE [ARG ...]
       lancehead verify [options] -c COMMAND [ARG ...]

Runs a program twice, as python and as lancehead run would, and says where they differ: in what they print, in their exit status, in the
variables that are left in __main__ and in modules of yours, and in the files that they write.

Where they differ, the program is run by python once more: what is not even then the same (a time, a random number) could not be compared.
Files that the first run wrote are put back before the second.

options:
  --deopt-every N     leave native code at every N-th place where it could, and come back (slow; 1 is the hardest test)
  --threshold 0       compile everything at first sight, also what would not gain
  --timeout SECONDS   how long each run may take
  --include NAME, --exclude NAME
                      as for lancehead run
  -B -E -I -O -OO -P -R -S -W ARG -X OPT -b -d -i -q -s -u -v
                      Python's own options
  -h, --help          this text

exit status: 0 the same, 1 different, 2 it could not be compared
"""

VALUED = ("--deopt-every", "--threshold", "--timeout", "--include", "--exclude")


def main(words: list[str]) -> int:
    try:
        options = read_options(words, flags=(), valued=VALUED)
        settings = read_settings(options)
    except ValueError as wrong:
        print(f"lancehead verify: {wrong} (see lancehead verify --help)", file=sys.stderr)
        return 2
    if not options.program:
        print(HELP, end="")
        return 0
    if options.kind == "script" and options.program != "-" and not os.path.exists(options.program):
        print(f"lancehead verify: there is no file {options.program}", file=sys.stderr)
        return 2
    from lancehead._verify import processes, verdict

    findings: Findings = verdict.verify(processes.Both(options, *settings))
    name = " ".join(options.program_words()) if options.kind == "script" else f"-{options.kind[0]} {options.program}"
    print(f"lancehead verify {name.splitlines()[0]}")
    print("\n".join(findings.lines))
    return findings.status


def read_settings(options: Options) -> tuple[dict[str, str], float | None]:
    """The environment that the options ask for, and the limit of time."""
    environment = {}
    for name, variable, least in (("--deopt-every", "LANCEHEAD_DEOPT_EVERY", 0), ("--threshold", "LANCEHEAD_THRESHOLD", 0)):
        text = options.value(name)
        if text is not None:
            if not text.isascii() or not text.isdigit() or int(text) < least:
                raise ValueError(f"{name} needs a number, not {text!r}")
            environment[variable] = text
    text = options.value("--timeout")
    if text is None:
        return environment, None
    try:
        timeout = float(text)
    except ValueError:
        timeout = 0.0
    if not 0 < timeout < float("inf"):
        raise ValueError(f"--timeout needs a number of seconds, not {text!r}")
    return environment, timeout
