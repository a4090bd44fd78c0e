"""`# lancehead: off` in the header of a loop or a function: which lines are the interpreter's. Code objects know no comments, so it is looked
for in the source when guards are made."""

from __future__ import annotations

MARK = b"lancehead: off"


def in_file(path: str) -> list[tuple[int, int]]:
    try:
        # Unbuffered: it is done for each module that is imported.
        with open(path, "rb", buffering=0) as file:
            return in_source(file.readall())
    except OSError:
        return []


def in_source(source: bytes) -> list[tuple[int, int]]:
    """First and last lines of the loops and functions that are switched off."""
    if MARK not in source:
        return []
    import ast
    import re

    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    lines = source.splitlines()
    mark = re.compile(rb"#\s*lancehead: off\b")

    def is_marked(node: ast.For | ast.AsyncFor | ast.While | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        header = lines[node.lineno - 1 : max(node.lineno, node.body[0].lineno - 1)]
        return any(map(mark.search, header))

    kinds = ast.For | ast.AsyncFor | ast.While | ast.FunctionDef | ast.AsyncFunctionDef
    marked = [node for node in ast.walk(tree) if isinstance(node, kinds) and is_marked(node)]
    decorators = {node: getattr(node, "decorator_list", []) for node in marked}
    return [(min([node.lineno, *(one.lineno for one in decorators[node])]), node.end_lineno or node.lineno) for node in marked]
