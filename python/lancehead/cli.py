"""The command `lancehead`: housekeeping around `@lancehead.jit`. One function a subcommand; errors are one sentence and exit status 2."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from lancehead import __version__

EXAMPLES = """\
examples:
  lancehead run script.py args      run a program at compiled speed, unchanged
  lancehead run --report script.py  and say what became of its loops
  lancehead verify script.py args   run it both ways and say where the answers differ
  lancehead doctor                  is everything here that Lancehead needs?
  lancehead cache info              where compiled code is kept, and how much
  lancehead explain script.py args  run it, and show its loops: native or not, and why
  lancehead explain --list          the reasons a function can be left to the interpreter
  lancehead explain --code NAME     one of them: what it means and what helps
  lancehead selftest --minutes 5    compare random programs with this machine's Python
"""


class Trouble(Exception):
    """What the user asked for cannot be done; the words are for them."""


class Parser(argparse.ArgumentParser):
    """argparse, with an error that is one sentence."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["run"]:
        # Before anything that catches what the program raises.
        from lancehead import _run

        return _run.main(words[1:])
    try:
        if words[:1] == ["verify"]:
            from lancehead import _verify

            status = _verify.main(words[1:])
        elif words[:1] == ["explain"] and words[1:] and words[1].partition("=")[0] not in ("--code", "--list"):
            from lancehead import _explain

            status = _explain.main(words[1:])
        else:
            arguments = parse(words)
            status = arguments.run(arguments)
        sys.stdout.flush()
    except Trouble as trouble:
        print(f"lancehead: {trouble}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `lancehead explain --list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return status


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    top = parser()
    arguments, rest = top.parse_known_args(argv)
    if rest and arguments.run not in (selftest, run_program, verify, explain):
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    return arguments


def parser() -> Parser:
    top = Parser(
        prog="lancehead",
        description="Runs Python programs and functions at the speed of compiled code, with the same answers to the bit.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"lancehead {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    # It reads its own options: what stands behind the program's name is the program's.
    run_ = commands.add_parser("run", add_help=False, help="run a Python program at the speed of compiled code")
    run_.set_defaults(run=run_program)
    verify_ = commands.add_parser("verify", add_help=False, help="run a program both ways and say where the answers differ")
    verify_.set_defaults(run=verify)

    doctor_ = commands.add_parser(
        "doctor",
        help="check that Lancehead can work here",
        description="Checks what Lancehead needs and says what to do where something is missing. Exit status 1 if it cannot work.",
    )
    doctor_.set_defaults(run=doctor)

    cache = commands.add_parser("cache", help="show or empty the cache of compiled code", description="The cache of compiled code.")
    actions = cache.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, run, what in (
        ("info", cache_info, "where it is, how much is in it, and what is wrong with it if anything is"),
        ("path", cache_path, "print where it is, and nothing else"),
        ("clear", cache_clear, "remove every entry; what is needed again is compiled again"),
    ):
        actions.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.").set_defaults(run=run)

    # What follows a program's name is the program's; only what is about verdicts comes here.
    explain_ = commands.add_parser(
        "explain", add_help=False, help="run a program and show what became of its loops and why; or one verdict"
    )
    which = explain_.add_mutually_exclusive_group(required=True)
    which.add_argument("--code", metavar="NAME")
    which.add_argument("--list", action="store_true")
    explain_.set_defaults(run=explain)

    # It reads its own options, so that they stand in one place.
    selftest_ = commands.add_parser("selftest", add_help=False, help="compare random programs with this machine's Python")
    selftest_.set_defaults(run=selftest)
    return top


def run_program(arguments: argparse.Namespace) -> int:
    from lancehead import _run

    return _run.main(arguments.rest)


def verify(arguments: argparse.Namespace) -> int:
    from lancehead import _verify

    return _verify.main(arguments.rest)


def doctor(_: argparse.Namespace) -> int:
    from lancehead import _doctor

    return _doctor.main()


def cache_info(_: argparse.Namespace) -> int:
    info = extension().cache_info()
    print(f"path     {info['path']}")
    print(f"entries  {info['entries']}")
    print(f"size     {in_units(info['bytes'])} of at most {in_units(info['limit'])}")
    for report in info["crashes"]:
        print(f"crashed  {report}")
    if info["trouble"]:
        print(f"trouble  {info['trouble']}")
    return 0


def cache_path(_: argparse.Namespace) -> int:
    print(extension().cache_info()["path"])
    return 0


def cache_clear(_: argparse.Namespace) -> int:
    removed = extension().cache_clear()
    print(f"{removed} {'entry' if removed == 1 else 'entries'} removed")
    return 0


def explain(arguments: argparse.Namespace) -> int:
    codes = extension().verdict_codes()
    if arguments.list:
        print("\n".join(sorted(codes)))
        return 0
    page = extension().verdict_page(arguments.code)
    if page is None:
        raise Trouble(f"there is no verdict '{arguments.code}'{closest(arguments.code, codes)}; 'lancehead explain --list' has them all")
    print(page.rstrip("\n"))
    return 0


def selftest(arguments: argparse.Namespace) -> int:
    extension()
    from lancehead import _selftest

    status: int = _selftest.main(arguments.rest)
    return status


def extension() -> ModuleType:
    try:
        from lancehead import _lancehead
    except ImportError as missing:
        raise Trouble(f"the extension module cannot be loaded ({missing}); 'lancehead doctor' says what to do") from missing
    return _lancehead


def closest(word: str, words: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, words, n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def in_units(count: float) -> str:
    for unit in ("B", "KB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


if __name__ == "__main__":
    sys.exit(main())
