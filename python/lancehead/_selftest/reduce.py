"""`reduce(program, still_fails)`: the smallest program found that still fails, in bounded time.

First fewer argument tuples, then fewer statements (whole, then a compound by its body), then each expression
by a part of itself or a constant, then simpler arguments; round again until nothing helps.
"""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace

from .program import Program

Test = Callable[[Program], bool]
CONSTANTS = (0, 1, 2, 1.5)


class OutOfTime(Exception):
    pass


def reduce(program: Program, still_fails: Test, seconds: float = 30.0) -> Program:
    return Reducer(program, still_fails, seconds).run()


class Reducer:
    def __init__(self, program: Program, still_fails: Test, seconds: float) -> None:
        self.best = program
        self.still_fails = still_fails
        self.until = time.monotonic() + seconds
        self.tried: set[tuple[str, tuple[str, ...]]] = set()

    def run(self) -> Program:
        try:
            self.arguments()
            normal = ast.unparse(ast.parse(self.best.source)) + "\n"
            if not self.attempt(replace(self.best, source=normal)):
                self.text_lines()  # it hangs on the layout: take away lines of the text as it stands
                return self.best
            size = None
            while size != (size := (len(self.best.source), len(str(self.best.arguments)))):
                self.tree(self.remove_statements)
                self.tree(self.unwrap_compounds)
                self.tree(self.simplify_expressions)
                self.arguments()
                self.simplify_arguments()
        except OutOfTime:
            pass
        return self.best

    def attempt(self, candidate: Program) -> bool:
        """Keeps the candidate if it compiles and still fails."""
        if time.monotonic() > self.until:
            raise OutOfTime
        key = (candidate.source, candidate.arguments)
        if key in self.tried:
            return False
        self.tried.add(key)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                compile(candidate.source, "reduce", "exec")
        except (SyntaxError, ValueError):
            return False
        if not self.still_fails(candidate):
            return False
        self.best = candidate
        return True

    # -- lists ---------------------------------------------------------------------------------------------

    def fewer(self, items: list, build: Callable[[list], Program]) -> list:
        """ddmin: leaves out ever smaller runs of `items`."""
        size = len(items) // 2 or 1
        while items:
            at = 0
            while at < len(items):
                rest = items[:at] + items[at + size :]
                if self.attempt(build(rest)):
                    items = rest
                else:
                    at += size
            if size == 1:
                return items
            size //= 2
        return items

    def arguments(self) -> None:
        for text in self.best.arguments[:: len(self.best.arguments) > 1 or 1]:
            if len(self.best.arguments) > 1 and self.attempt(replace(self.best, arguments=(text,))):
                return
        if len(self.best.arguments) > 1:
            self.fewer(list(self.best.arguments), lambda rest: replace(self.best, arguments=tuple(rest)))

    def text_lines(self) -> None:
        self.fewer(self.best.source.splitlines(keepends=True), lambda rest: replace(self.best, source="".join(rest)))

    # -- trees ---------------------------------------------------------------------------------------------

    def tree(self, edits: Callable[[ast.Module], Iterator[Callable[[], Callable[[], None]]]]) -> None:
        """Tries each edit of the tree in place; what does not fail any more is undone."""
        tree = ast.parse(self.best.source)
        for edit in edits(tree):
            undo = edit()
            try:
                source = ast.unparse(tree) + "\n"
            except Exception:
                undo()
                continue
            if source == self.best.source or not self.attempt(replace(self.best, source=source)):
                undo()

    @staticmethod
    def bodies(tree: ast.AST) -> list[list[ast.stmt]]:
        """Every suite, outermost first."""
        found = []
        for node in ast.walk(tree):
            for field in ("body", "orelse", "finalbody", "handlers"):
                suite = getattr(node, field, None)
                if isinstance(suite, list) and suite:
                    found.append(suite)
        return found

    def remove_statements(self, tree: ast.Module) -> Iterator:
        for suite in self.bodies(tree):
            size = len(suite)
            while size:
                at = 0
                while at < len(suite):
                    before = len(suite)
                    if not (before == 1 and isinstance(suite[0], ast.Pass)):
                        yield lambda: self.cut(suite, at, size)
                    if len(suite) == before:
                        at += size
                size //= 2

    @staticmethod
    def cut(suite: list, at: int, size: int) -> Callable[[], None]:
        kept = suite[:]
        del suite[at : at + size]
        if not suite and isinstance(kept[0], ast.stmt):
            suite.append(ast.Pass())

        def undo() -> None:
            suite[:] = kept

        return undo

    def unwrap_compounds(self, tree: ast.Module) -> Iterator:
        """`if`, loops, `try`, `with`: by what stands in them. Then else-branches, decorators, defaults."""
        for suite in self.bodies(tree):
            at = 0
            while at < len(suite):
                node = suite[at]
                if isinstance(node, (ast.If, ast.For, ast.While, ast.Try, ast.With)):
                    for field in ("body", "orelse", "finalbody"):
                        if getattr(node, field, None):
                            yield lambda: self.splice(suite, at, getattr(node, field))
                            if suite[at] is not node:
                                break
                at += 1
        for node in ast.walk(tree):
            for field in ("orelse", "finalbody", "handlers", "decorator_list", "returns"):
                if isinstance(getattr(node, field, None), list) and getattr(node, field):
                    yield lambda: self.set(node, field, [])

    @staticmethod
    def splice(suite: list, at: int, inner: list) -> Callable[[], None]:
        kept = suite[:]
        suite[at : at + 1] = inner

        def undo() -> None:
            suite[:] = kept

        return undo

    @staticmethod
    def set(node: ast.AST, field: str, value: object) -> Callable[[], None]:
        kept = getattr(node, field)
        setattr(node, field, value)
        return lambda: setattr(node, field, kept)

    @staticmethod
    def put(items: list, at: int, value: object) -> Callable[[], None]:
        kept = items[at]
        items[at] = value

        def undo() -> None:
            items[at] = kept

        return undo

    def simplify_expressions(self, tree: ast.Module) -> Iterator:
        for node in list(ast.walk(tree)):
            for field, value in list(ast.iter_fields(node)):
                if isinstance(value, ast.expr):
                    yield from self.simpler(lambda: getattr(node, field), lambda new: self.set(node, field, new))
                elif isinstance(value, list):
                    self_list = value
                    at = 0
                    while at < len(self_list):
                        if isinstance(self_list[at], ast.expr):
                            yield from self.simpler(lambda: self_list[at], lambda new: self.put(self_list, at, new))
                            if isinstance(node, (ast.Tuple, ast.List, ast.Call, ast.BoolOp)) and len(self_list) > 1:
                                before = len(self_list)
                                yield lambda: self.cut(self_list, at, 1)
                                at -= before - len(self_list)
                        at += 1

    @staticmethod
    def simpler(current: Callable[[], ast.expr], put: Callable) -> Iterator:
        """Down to a part of it again and again while that helps, then to a constant."""
        helped = True
        while helped:
            helped = False
            here = current()
            if isinstance(here, (ast.Constant, ast.Name)) or isinstance(getattr(here, "ctx", None), (ast.Store, ast.Del)):
                break
            parts = [
                child
                for child in ast.iter_child_nodes(here)
                if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store)
            ]
            for part in [ast.Constant(value) for value in CONSTANTS[:2]] + parts:
                yield lambda: put(part)
                if current() is part:
                    helped = True
                    break
        here = current()
        if isinstance(here, ast.Name) and isinstance(here.ctx, ast.Load) or isinstance(here, ast.Constant) and here.value not in CONSTANTS:
            for value in CONSTANTS:
                yield lambda: put(ast.Constant(value))
                if current() is not here:
                    break

    # -- arguments -----------------------------------------------------------------------------------------

    def simplify_arguments(self) -> None:
        for at in range(len(self.best.arguments)):
            tree = ast.parse(self.best.arguments[at], mode="eval")
            if not isinstance(tree.body, ast.Tuple):
                continue
            for i, element in enumerate(tree.body.elts):
                for value in ("0", "1", "-1", "1.5", "2**63 - 1", "[1, 2]", "None"):
                    if ast.unparse(element) == value:
                        break
                    tree.body.elts[i] = ast.parse(value, mode="eval").body
                    texts = list(self.best.arguments)
                    texts[at] = ast.unparse(tree)
                    if self.attempt(replace(self.best, arguments=tuple(texts))):
                        break
                    tree.body.elts[i] = element
