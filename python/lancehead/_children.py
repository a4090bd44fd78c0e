"""The processes that `multiprocessing` starts anew, by spawn or forkserver, run as their parent does: natively where they can. (Those that
are forked do anyway.)

What such a child is started with is a text in the functions of multiprocessing.spawn and multiprocessing.forkserver. When the program
imports them, the text gets a few words in front.
"""

from __future__ import annotations

from types import CodeType

BEGINNINGS = ("from multiprocessing.spawn import spawn_main;", "from multiprocessing.forkserver import main;")
# A child that cannot import Lancehead is a plain one. No name is left behind.
FIRST = """\
try: from lancehead._children import install
except ImportError: pass
else: install({include!r}, {exclude!r})
"""


def telling_them(code: CodeType, include: tuple[str, ...], exclude: tuple[str, ...]) -> CodeType:
    """The module's code, with children told to `install`."""
    # What follows is formatted with %.
    first = f"exec({FIRST.format(include=include, exclude=exclude)!r}, {{}}); ".replace("%", "%%")

    def told(constant: object) -> object:
        if isinstance(constant, CodeType):
            return telling_them(constant, include, exclude)
        return first + constant if isinstance(constant, str) and constant.startswith(BEGINNINGS) else constant

    return code.replace(co_consts=tuple(map(told, code.co_consts)))


def install(include: tuple[str, ...], exclude: tuple[str, ...]) -> None:
    """In a child, before anything else: what it imports is guarded, and the script of its parent, which it runs as `__mp_main__`."""
    import runpy

    from lancehead import _lancehead, _off, _run
    from lancehead._jit import is_off

    if is_off():
        return
    _run.hook_imports(include, exclude)
    read = runpy._get_code_from_file  # type: ignore[attr-defined]

    def read_and_guard(*names: str) -> object:
        found = read(*names)
        off = _off.in_file(names[-1])
        # Up to 3.11 it is a pair with the file's name.
        if isinstance(found, tuple):
            return (_lancehead.guard_code(found[0], off), *found[1:])
        return _lancehead.guard_code(found, off)

    runpy._get_code_from_file = read_and_guard  # type: ignore[attr-defined]
