"""Lancehead runs Python functions at the speed of compiled code, with the same answers to the bit.

>>> import lancehead as lh
>>> @lh.jit
... def area(n):
...     dx = 1.0 / n
...     total = 0.0
...     for i in range(n):
...         total += (i + 0.5) * dx * dx
...     return total

The function stays the function it was: what cannot be compiled runs in the interpreter, and `area.explain()` says
what and why. `LANCEHEAD=0` in the environment turns everything off.
"""

from __future__ import annotations

from lancehead._jit import CompileError, explain, is_off, jit, njit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CompileError", "__version__", "explain", "install", "jit", "njit"]

__version__ = "0.1.0"


def install(*, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> None:
    """Run the loops of the user's modules that are imported from now on natively where they can be, as `lancehead run` does.

    include: packages and modules to treat so although they are in site-packages or the standard library.
    exclude: packages and modules of the user's to leave alone.
    """
    from lancehead import _run

    if not is_off():
        _run.hook_imports(include, exclude)


def load_ipython_extension(shell: object) -> None:
    """`%load_ext lancehead`: cells run natively where they can be."""
    from lancehead import _ipython

    _ipython.load(shell)


def unload_ipython_extension(shell: object) -> None:
    """`%unload_ext lancehead`."""
    from lancehead import _ipython

    _ipython.unload(shell)
