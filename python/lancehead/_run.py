"""`lancehead run`: a program as `python` would run it, with guards at its loops that let native code take over.

What the program can see is what it would see under `python`: its own `__main__`, `sys.argv`, `sys.path[0]`, no frame below its own, its
tracebacks, its exit status.
"""

from __future__ import annotations

import os
import sys
from types import CodeType, ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import NoReturn

HELP = """\
usage: lancehead run [options] SCRIPT [ARG ...]
       lancehead run [options] -m MODULE [ARG ...]
       lancehead run [options] -c COMMAND [ARG ...]

Runs a program as python would, at the speed of compiled code. It is not changed and need not know: what cannot be
compiled runs in the interpreter. Modules of yours that it imports are treated alike.

options:
  --report            at the end, a table of the loops on stderr: what was compiled, how long it took, what was left to Python and why
  --report-json FILE  the same as JSON
  --include NAME      compile this package or module too, although it is in site-packages or the standard library (repeatable)
  --exclude NAME      leave this package or module of yours alone (repeatable)
  -B -E -I -O -OO -P -R -S -W ARG -X OPT -b -d -i -q -s -u -v
                      Python's own options
  -h, --help          this text

environment: LANCEHEAD=0 turns everything off; see also docs/guide/environment.md
"""

# The code that runs, kept for the report at the end.
PROGRAM: list[CodeType] = []

PYTHON_FLAGS = "BEIOPRSbdiqsuv"
PYTHON_OPTIONS = "WX"


class Options:
    """What stands before the program on a command line, and the program."""

    def __init__(self) -> None:
        self.python: list[str] = []
        self.own: dict[str, list[str]] = {}
        self.kind = "script"
        self.program = ""
        self.arguments: list[str] = []

    def value(self, name: str) -> str | None:
        """What was given last."""
        return self.own.get(name, [None])[-1]

    def own_words(self) -> list[str]:
        return [f"{name}={value}" if value else name for name, values in self.own.items() for value in values]

    def program_words(self) -> list[str]:
        return [*{"script": [], "module": ["-m"], "command": ["-c"]}[self.kind], self.program, *self.arguments]


def main(words: list[str]) -> int:
    """The command. A program that ends by an exception ends this process in the same way."""
    try:
        options = read_options(words, flags=("--report",), valued=("--report-json", "--include", "--exclude"))
    except ValueError as wrong:
        print(f"lancehead run: {wrong} (see lancehead run --help)", file=sys.stderr)
        return 2
    if not options.program:
        print(HELP, end="")
        return 0
    if options.python:
        words = [*options.own_words(), *options.program_words()]
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *options.python, "-m", "lancehead", "run", *words])
    if os.environ.get("LANCEHEAD") != "0":
        hook_imports(options.own.get("--include", ()), options.own.get("--exclude", ()))
    if "--report" in options.own or "--report-json" in options.own:
        from lancehead import _report

        _report.at_exit("--report" in options.own, options.value("--report-json"))
    try:
        {"script": script, "module": module, "command": command}[options.kind](options.program, options.arguments)
    except Inspected:
        pass
    return 0


def read_options(words: list[str], flags: Sequence[str], valued: Sequence[str]) -> Options:
    """Python's own options, ours of these names, and the program, which may have options of the same names behind it."""
    options = Options()
    rest = iter(words)
    for word in rest:
        if word in ("-h", "--help"):
            return options
        if word in ("-m", "-c"):
            options.kind = {"-m": "module", "-c": "command"}[word]
            options.program = following(word, rest)
            break
        if not word.startswith("-") or word == "-":
            options.program = word
            break
        name, has_value, value = word.partition("=")
        if name in valued:
            options.own.setdefault(name, []).append(value if has_value else following(name, rest))
        elif word in flags:
            options.own.setdefault(word, []).append("")
        elif word[1] in PYTHON_OPTIONS:
            options.python += [word] if word[2:] else [word, following(word, rest)]
        elif word[1:].strip(PYTHON_FLAGS) == "":
            options.python.append(word)
        else:
            raise ValueError(f"there is no option {word}")
    else:
        raise ValueError("what is to be run is missing")
    options.arguments = list(rest)
    return options


def following(name: str, rest: Iterator[str]) -> str:
    for word in rest:
        return word
    raise ValueError(f"{name} needs something behind it")


def set_first_path(path: str) -> None:
    """What Python puts first in `sys.path`; it put something there for us, unless told not to."""
    if not sys.flags.safe_path:
        sys.path[0] = path


def script(path: str, arguments: list[str]) -> None:
    """As `python path arguments`."""
    from importlib.machinery import BuiltinImporter, SourceFileLoader, SourcelessFileLoader

    sys.argv = [path, *arguments]
    if path == "-":
        set_first_path("")
        main = main_module("<stdin>", BuiltinImporter)
        with forgetting_file(main):
            run(sys.stdin.buffer.read(), "<stdin>", main)
        return
    if os.path.isdir(path):
        folder_or_archive(whole(path))
        return
    set_first_path(os.path.dirname(os.path.realpath(path)))
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        print(f"{sys.executable}: can't open file {os.path.abspath(path)!r}: [Errno {error.errno}] {error.strerror}", file=sys.stderr)
        sys.exit(2)
    if is_archive(path, source):
        folder_or_archive(whole(path))
        return
    where = whole(path)
    is_compiled = path.endswith(".pyc")
    main = main_module(where, (SourcelessFileLoader if is_compiled else SourceFileLoader)("__main__", where))
    with forgetting_file(main):
        if is_compiled:
            execute(code_in(source), main)
        else:
            run(source, where, main)


def code_in(content: bytes) -> CodeType:
    """The code in a .pyc file."""
    import io
    import pkgutil

    code = pkgutil.read_code(io.BytesIO(content))
    if not isinstance(code, CodeType):
        die_of(RuntimeError("Bad magic number in .pyc file"))
    return code


def is_archive(path: str, content: bytes) -> bool:
    """As Python finds out: by the end of the file, not by its name."""
    if b"PK\5\6" not in content[-(1 << 16) - 22 :]:
        return False
    import zipimport

    try:
        zipimport.zipimporter(path)
    except zipimport.ZipImportError:
        return False
    return True


def folder_or_archive(path: str) -> None:
    """As `python path`, where `path` holds a `__main__.py`."""
    if sys.flags.safe_path:
        sys.path.insert(0, path)
    else:
        sys.path[0] = path
    main_as_module("__main__", False)


class forgetting_file:
    """As Python does when a script has ended, before functions of `atexit` run; but not where `sys.exit` ended it."""

    def __init__(self, main: ModuleType) -> None:
        self.main = main

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None or not issubclass(kind, SystemExit):
            vars(self.main).pop("__file__", None)
            vars(self.main).pop("__cached__", None)


def whole(path: str) -> str:
    """The path of a script in tracebacks and `__file__`: absolute, but not normalised."""
    return path if os.path.isabs(path) else os.path.join(os.getcwd(), path.removeprefix("./"))


def command(text: str, arguments: list[str]) -> None:
    """As `python -c text arguments`."""
    from importlib.machinery import BuiltinImporter

    sys.argv = ["-c", *arguments]
    set_first_path("")
    if sys.version_info >= (3, 13):
        # From then on tracebacks show the lines of a command.
        import linecache

        lines = [line + "\n" for line in text.splitlines()]
        linecache.cache["<string>"] = (len(text) + 1, None, lines, "<string>")
    run(text.encode(), "<string>", main_module(None, BuiltinImporter))


def module(name: str, arguments: list[str]) -> None:
    """As `python -m name arguments`."""
    sys.argv = ["-m", *arguments]
    set_first_path(os.getcwd())
    main_as_module(name)


def main_as_module(*of_what: object) -> None:
    """Python's own way is a function of the module runpy, which tracebacks show."""
    import runpy
    from importlib.machinery import BuiltinImporter

    from lancehead import _lancehead

    main_module(None, BuiltinImporter)
    raised = _lancehead.call_bare(runpy._run_module_as_main, of_what)  # type: ignore[attr-defined]
    if raised is not None:
        die_of(raised)


def main_module(path: str | None, loader: object) -> ModuleType:
    """A new `__main__`, with the names that Python gives it, in its order."""
    import builtins

    main = ModuleType("__main__")
    names = vars(main)
    names.clear()
    names.update(__name__="__main__", __doc__=None, __package__=None, __loader__=loader, __spec__=None, __annotations__={})
    names["__builtins__"] = builtins
    if path is not None:
        names["__file__"] = path
        names["__cached__"] = None
    sys.modules["__main__"] = main
    return main


def run(source: bytes, filename: str, main: ModuleType) -> None:
    try:
        code = compile(source, filename, "exec", dont_inherit=True)
    except BaseException as error:
        die_of(error.with_traceback(None))
    execute(code, main, source)


def execute(code: CodeType, main: ModuleType, source: bytes = b"") -> None:
    from lancehead import _lancehead, _off

    if os.environ.get("LANCEHEAD") != "0":
        code = _lancehead.guard_code(code, _off.in_source(source))
    PROGRAM.append(code)
    raised = _lancehead.run_code(code, vars(main))
    if raised is not None:
        die_of(raised)


def die_of(error: BaseException) -> NoReturn:
    """Ends the program as Python does for an exception that nobody caught."""
    if not isinstance(error, SystemExit) or sys.flags.inspect:
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
        if sys.version_info >= (3, 12):
            sys.last_exc = error
        try:
            sys.excepthook(type(error), error, error.__traceback__)
        except BaseException as another:
            sys.__excepthook__(type(another), another, another.__traceback__)
        if sys.flags.inspect:
            raise Inspected
        # The rest, down to a death by SIGINT, is the interpreter's. It would say it once more.
        sys.excepthook = lambda *_: None
    raise error


class Inspected(BaseException):
    """The program has ended, by an exception that was shown, and `python -i` asks the user now."""


def hook_imports(include: Iterable[str], exclude: Iterable[str]) -> None:
    """The user's own modules are guarded when they are imported, those of the standard library and of site-packages only if named.

    To do it twice does no harm: what has guards is not given more.
    """
    import site
    from importlib.machinery import SourceFileLoader

    from lancehead import _lancehead, _off

    # As the module sysconfig says, which takes as long to ask as the rest of this function.
    kept_out = {os.path.dirname(os.__file__), site.USER_SITE, *site.getsitepackages()}
    foreign = tuple(os.path.join(os.path.realpath(path), "") for path in kept_out if path) + (os.path.join(os.path.dirname(__file__), ""),)
    wanted = tuple(f"{os.sep}{name.replace('.', os.sep)}" for name in include)
    unwanted = tuple(f"{os.sep}{name.replace('.', os.sep)}" for name in exclude)

    def is_named(path: str, names: tuple[str, ...]) -> bool:
        return any(f"{name}{end}" in path for name in names for end in (os.sep, ".py"))

    folders: dict[str, bool] = {}

    def is_foreign(path: str) -> bool:
        # Modules come from few folders, and where those really are takes long to ask.
        if not os.path.isabs(path) or os.path.islink(path):
            return os.path.realpath(path).startswith(foreign)
        folder = os.path.dirname(path)
        if folder not in folders:
            folders[folder] = os.path.join(os.path.realpath(folder), "").startswith(foreign)
        return folders[folder]

    def is_the_users(path: str) -> bool:
        if is_named(path, unwanted):
            return False
        return is_named(path, wanted) or not is_foreign(path)

    def treated(name: str, path: str, code: CodeType) -> CodeType:
        if name in ("multiprocessing.spawn", "multiprocessing.forkserver"):
            from lancehead import _children

            return _children.telling_them(code, tuple(include), tuple(exclude))
        return _lancehead.guard_code(code, _off.in_file(path)) if is_the_users(path) else code

    SourceFileLoader.get_code = _lancehead.treating_get_code(SourceFileLoader.get_code, treated)  # type: ignore[method-assign]
