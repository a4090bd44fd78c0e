"""`jit`: which object is which function, and what a decorator above or below makes of it. The work is the extension's.

Imported by `import lancehead`, so it imports nothing that a bare Python has not loaded, and the extension only when a
function is there to compile.
"""

from __future__ import annotations

import os
from types import BuiltinFunctionType, FunctionType, MethodType

# CO_GENERATOR, CO_COROUTINE, CO_ITERABLE_COROUTINE, CO_ASYNC_GENERATOR of the module inspect, which takes 8 ms to import.
SUSPENDS = 0x20 | 0x80 | 0x100 | 0x200

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ParamSpec, Protocol, TypeVar, overload

    from lancehead._lancehead import _Jitted

    P = ParamSpec("P")
    R = TypeVar("R")
    Descriptor = TypeVar("Descriptor", staticmethod[..., Any], classmethod[Any, ..., Any], property)

    class Decorator(Protocol):
        """`jit(strict=True)`: what is left to do when only the options were given."""

        @overload
        def __call__(self, func: Descriptor, /) -> Descriptor: ...  # type: ignore[overload-overlap]
        @overload
        def __call__(self, func: Callable[P, R], /) -> _Jitted[P, R]: ...


class CompileError(Exception):
    """A function given to ``jit(strict=True)`` cannot be compiled, or not all of it, for the arguments it was called with."""


if TYPE_CHECKING:

    @overload
    def jit(  # type: ignore[overload-overlap]  # staticmethod is a Callable too
        func: Descriptor, /, *, fastmath: bool = ..., strict: bool = ...
    ) -> Descriptor: ...
    @overload
    def jit(func: Callable[P, R], /, *, fastmath: bool = ..., strict: bool = ...) -> _Jitted[P, R]: ...
    @overload
    def jit(*, fastmath: bool = ..., strict: bool = ...) -> Decorator: ...


def jit(func: Any = None, /, *, fastmath: bool = False, strict: bool = False) -> Any:
    """Compile a function when it is called, for the types it is called with.

    Used as ``@jit``, as ``@jit(strict=True)`` or as ``jit(function)``; above or below ``@staticmethod``,
    ``@classmethod`` and ``@property``. The answers, exceptions and warnings are the interpreter's own; what cannot be
    compiled is left to it, and ``function.explain()`` says what and why.

    fastmath: allow float arithmetic to be reordered and contracted, as a C compiler's -ffast-math does. The last bits
        of a float may then differ.
    strict: raise the reason as a CompileError where a call cannot be compiled whole, instead of leaving it to the
        interpreter.

    A generator or an async function is returned as it is (``lancehead.explain`` says so), and so is every function
    when ``LANCEHEAD=0`` is in the environment.
    """
    if func is None:
        return lambda func: jit(func, fastmath=fastmath, strict=strict)
    if is_off() or is_jitted(func):
        return func
    if isinstance(func, FunctionType):
        if func.__code__.co_flags & SUSPENDS and not strict:
            return func
        from lancehead import _lancehead

        return _lancehead.jit(func, fastmath, strict)
    rewrapped = inside(func, lambda inner: jit(inner, fastmath=fastmath, strict=strict))
    if rewrapped is None:
        raise TypeError(refusal(func))
    return rewrapped


njit = jit


def explain(func: Callable[..., Any], /) -> str:
    """What became of a function and why, in words; of one that `jit` left to the interpreter, too."""
    from lancehead import _lancehead

    return _lancehead.explain(func)


def is_off() -> bool:
    return os.environ.get("LANCEHEAD") == "0"


def is_jitted(func: object) -> bool:
    return hasattr(func, "explain") and hasattr(func, "dump")


def inside(outer: object, jitted: Callable[[Any], Any]) -> object | None:
    """The same descriptor or bound method around the jitted function; None if it is no such thing."""
    if isinstance(outer, staticmethod | classmethod):
        return type(outer)(jitted(outer.__func__))
    if isinstance(outer, property):
        fget, fset, fdel = (accessor and jitted(accessor) for accessor in (outer.fget, outer.fset, outer.fdel))
        return type(outer)(fget, fset, fdel, outer.__doc__)
    if isinstance(outer, MethodType):
        return MethodType(jitted(outer.__func__), outer.__self__)
    return None


def refusal(func: object) -> str:
    """Why this is nothing to compile, and what to do instead."""
    if isinstance(func, type):
        return f"lancehead.jit compiles functions, and {func.__name__} is a class; decorate its methods instead"
    if isinstance(func, BuiltinFunctionType):
        return f"lancehead.jit compiles Python functions, and {func.__name__} is compiled code already; call it as it is"
    kind = type(func).__name__
    if callable(func) and hasattr(func, "__wrapped__"):
        return f"lancehead.jit compiles functions, not a {kind} around one; put @jit below the decorator that made it"
    if callable(func):
        return f"lancehead.jit compiles functions, not a {kind}; jit the function that it calls instead"
    return f"lancehead.jit compiles functions, not a {kind}"
