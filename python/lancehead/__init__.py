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

from lancehead._jit import CompileError, explain, jit, njit

__all__ = ["CompileError", "__version__", "explain", "jit", "njit"]

__version__ = "0.1.0"
