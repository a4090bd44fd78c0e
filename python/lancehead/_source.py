"""Where the loops and functions of a source file begin and end."""

from __future__ import annotations

import ast
import linecache
from functools import cache
from typing import NamedTuple

LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Extent(NamedTuple):
    first: int
    last: int

    def holds(self, line: int) -> bool:
        return self.first <= line <= self.last


@cache
def extents(file: str) -> tuple[list[Extent], list[Extent]]:
    """Of the loops and of the functions in a file; nothing where the source cannot be had."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError, RecursionError):
        return [], []
    loops = [of(node) for node in ast.walk(tree) if isinstance(node, LOOPS)]
    functions = [of(node) for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    return loops, functions


def of(node: ast.stmt | ast.expr) -> Extent:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return Extent(min([node.lineno, *(decorator.lineno for decorator in decorators)]), node.end_lineno or node.lineno)


def around(file: str, line: int, is_loop: bool = True) -> Extent:
    """The innermost loop, or function, in which a line stands: code begins a `while` at the first line of its body."""
    loops, functions = extents(file)
    holding = [extent for extent in (loops if is_loop else functions) if extent.holds(line)]
    if not holding and is_loop:
        return around(file, line, is_loop=False)
    return max(holding, key=lambda extent: (extent.first, -extent.last), default=Extent(line, line))


def begins_function(file: str, line: int) -> bool:
    return any(function.first == line for function in extents(file)[1])
