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
    from collections.abc import Iterable
    from typing import NoReturn


def script(path: str, arguments: list[str]) -> None:
    """As `python path arguments`."""
    if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
        # A folder or an archive with a __main__.py: Python's own way finds it.
        import runpy

        sys.argv = [path, *arguments]
        sys.path[0] = path
        runpy.run_path(path, run_name="__main__")
        return
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    with open(path, "rb") as file:
        source = file.read()
    where = whole(path)
    from importlib.machinery import SourceFileLoader

    main = main_module(where, SourceFileLoader("__main__", where))
    run(source, where, main)


def whole(path: str) -> str:
    """The path of a script in tracebacks and `__file__`: absolute, but not normalised."""
    return path if os.path.isabs(path) else os.path.join(os.getcwd(), path.removeprefix("./"))


def command(text: str, arguments: list[str]) -> None:
    """As `python -c text arguments`."""
    sys.argv = ["-c", *arguments]
    sys.path[0] = ""
    from importlib.machinery import BuiltinImporter

    main = main_module(None, BuiltinImporter)
    run(text.encode(), "<string>", main)


def module(name: str, arguments: list[str]) -> None:
    """As `python -m name arguments`."""
    import runpy

    sys.argv = ["-m", *arguments]
    sys.path[0] = os.getcwd()
    try:
        _, spec, code = runpy._get_module_details(name)  # type: ignore[attr-defined]  # what `python -m` itself calls
    except runpy._Error as error:  # type: ignore[attr-defined]
        sys.exit(f"{sys.executable}: {error}")
    sys.argv[0] = spec.origin
    main = main_module(spec.origin, spec.loader)
    main.__spec__ = spec
    main.__package__ = spec.parent
    main.__cached__ = spec.cached
    execute(code, main)


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
    execute(code, main)


def execute(code: CodeType, main: ModuleType) -> None:
    from lancehead import _lancehead

    if os.environ.get("LANCEHEAD") != "0":
        code = _lancehead.guard_code(code)
    raised = _lancehead.run_code(code, vars(main))
    if raised is not None:
        die_of(raised)


def die_of(error: BaseException) -> NoReturn:
    """Ends the program as Python does for an exception that nobody caught."""
    if not isinstance(error, SystemExit):
        try:
            sys.excepthook(type(error), error, error.__traceback__)
        except BaseException as another:
            sys.__excepthook__(type(another), another, another.__traceback__)
        # The rest, down to a death by SIGINT, is the interpreter's. It would say it once more.
        sys.excepthook = lambda *_: None
    raise error


def hook_imports(include: Iterable[str], exclude: Iterable[str]) -> None:
    """The user's own modules are guarded when they are imported, those of the standard library and of site-packages only if named."""
    import sysconfig
    from importlib.machinery import SourceFileLoader

    from lancehead import _lancehead

    kept_out = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    foreign = tuple(os.path.join(os.path.realpath(path), "") for path in kept_out if path) + (os.path.join(os.path.dirname(__file__), ""),)
    wanted = tuple(f"{os.sep}{name.replace('.', os.sep)}" for name in include)
    unwanted = tuple(f"{os.sep}{name.replace('.', os.sep)}" for name in exclude)

    def is_named(path: str, names: tuple[str, ...]) -> bool:
        return any(f"{name}{end}" in path for name in names for end in (os.sep, ".py"))

    def is_the_users(path: str) -> bool:
        if is_named(path, unwanted):
            return False
        return is_named(path, wanted) or not os.path.realpath(path).startswith(foreign)

    SourceFileLoader.get_code = _lancehead.guarding_get_code(SourceFileLoader.get_code, is_the_users)  # type: ignore[method-assign]
