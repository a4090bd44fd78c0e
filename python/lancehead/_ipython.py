"""`%load_ext lancehead` in IPython and Jupyter: each cell's code gets guards, so do the functions that it defines and the modules that are
imported from then on.

The shell's compiler becomes one that guards what it compiles. Nothing stands on the stack when a cell runs, so tracebacks are IPython's.
"""

from __future__ import annotations

import linecache
import time
from collections import deque
from types import CodeType
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from lancehead import _lancehead, _off, _report, _run
from lancehead._jit import is_off

if TYPE_CHECKING:
    from lancehead._lancehead import _Region

# Cells whose loops `%lh_report` still knows.
CELLS_AT_MOST = 200


class State:
    """Of a shell that has the extension."""

    def __init__(self, plain: type) -> None:
        self.plain_compiler = plain
        self.is_on = True
        self.cells: deque[CodeType] = deque(maxlen=CELLS_AT_MOST)
        self.seconds = 0.0
        self.began = time.perf_counter()

    def before_cell(self, *_: object) -> None:
        self.began = time.perf_counter()

    def after_cell(self, *_: object) -> None:
        # A magic may run a cell within a cell.
        now = time.perf_counter()
        self.seconds += now - self.began
        self.began = now


def load(shell: Any) -> None:
    if is_off() or hasattr(shell, "lancehead"):
        return
    plain = type(shell.compile)
    state = shell.lancehead = State(plain)

    class GuardingCompiler(plain):  # type: ignore[misc, valid-type]
        def __call__(self, *args: Any, **keywords: Any) -> Any:
            code = super().__call__(*args, **keywords)
            if not state.is_on or not isinstance(code, CodeType):
                return code
            source = "".join(linecache.getlines(code.co_filename))
            guarded = _lancehead.guard_code(code, _off.in_source(source.encode()))
            state.cells.append(guarded)
            return guarded

    shell.compile.__class__ = GuardingCompiler
    shell.events.register("pre_run_cell", state.before_cell)
    shell.events.register("post_run_cell", state.after_cell)
    shell.register_magics(LanceheadMagics(shell))
    _run.hook_imports((), ())
    _lancehead.switch_guards(True)


def unload(shell: Any) -> None:
    state: State | None = shell.__dict__.pop("lancehead", None)
    if state is None:
        return
    shell.compile.__class__ = state.plain_compiler
    shell.events.unregister("pre_run_cell", state.before_cell)
    shell.events.unregister("post_run_cell", state.after_cell)
    for kind, names in LanceheadMagics.magics.items():
        for name in names:
            shell.magics_manager.magics[kind].pop(name, None)
    _lancehead.switch_guards(False)


@magics_class
class LanceheadMagics(Magics):  # type: ignore[misc]
    """What can be asked in a cell."""

    @line_magic
    def lh_off(self, line: str) -> None:
        """From now on everything runs in the interpreter, until %lh_on."""
        self.shell.lancehead.is_on = False
        _lancehead.switch_guards(False)

    @line_magic
    def lh_on(self, line: str) -> None:
        """After %lh_off: loops run natively again where they can."""
        self.shell.lancehead.is_on = True
        _lancehead.switch_guards(True)

    @line_magic("lh_report")
    def report(self, line: str) -> None:
        """What became of each loop of the cells that have run, and of their functions."""
        print(_report.as_table(_report.by_time(_lancehead.regions()), self.shell.lancehead.seconds, self.cell_name))

    @cell_magic("lh_report")
    def report_cell(self, line: str, cell: str) -> None:
        """Runs the cell, and says what became of the loops that it ran."""
        before = {key(region): region for region in _lancehead.regions()}
        began = time.perf_counter()
        self.shell.run_cell(cell)
        seconds = time.perf_counter() - began
        since = [difference(region, before.get(key(region))) for region in _lancehead.regions()]
        print(_report.as_table(_report.by_time([region for region in since if region is not None]), seconds, self.cell_name))

    def cell_name(self, file: str) -> str:
        named = self.shell.compile.format_code_name(file)
        return " ".join(named) if named else _report.relative(file)


def key(region: _Region) -> tuple[object, ...]:
    return region["file"], region["line"], region["function"], region["types"], region["compiled"]


def difference(region: _Region, before: _Region | None) -> _Region | None:
    """What has happened since; None if nothing."""
    if before is None:
        return region
    if region["entered"] == before["entered"] and region["seconds"] == before["seconds"]:
        return None
    since = region.copy()
    since["entered"] -= before["entered"]
    since["left"] -= before["left"]
    if since["seconds"] is not None and before["seconds"] is not None:
        since["seconds"] -= before["seconds"]
    since["compile_seconds"] -= before["compile_seconds"]
    return since
