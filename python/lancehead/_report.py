"""What became of each loop of a program: `lancehead run --report` and `--report-json`; the data for `lancehead explain`."""

from __future__ import annotations

import atexit
import json
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from lancehead._lancehead import _Region


# Interpreted loops that took less, and about which there is nothing to say, are counted only.
SHARE_TO_SHOW = 0.005


def at_exit(table: bool, json_file: str | None) -> None:
    """Reports when the program has ended, whatever it ended with."""
    from lancehead import _lancehead

    _lancehead.keep_for_report()
    began = time.perf_counter()
    process = os.getpid()

    def report() -> None:
        if os.getpid() != process:
            return  # a child that was forked
        total = time.perf_counter() - began
        regions = _lancehead.regions()
        set_lines(regions)
        add_inner_loops(regions, total)
        regions = by_time(regions)
        if json_file is not None:
            compile_seconds = sum(region["compile_seconds"] for region in regions)
            try:
                write_whole(json_file, {"regions": regions, "compile_seconds": compile_seconds, "total_seconds": total})
            except OSError as error:
                print(f"lancehead run: the report cannot be written to {json_file}: {error.strerror}", file=sys.stderr)
        if table:
            print(as_table(regions, total), file=sys.stderr)

    atexit.register(report)


def by_time(regions: list[_Region]) -> list[_Region]:
    return sorted(regions, key=lambda region: -(region["seconds"] or 0.0))


def set_lines(regions: list[_Region]) -> None:
    """The lines of the source that a region covers."""
    from lancehead import _source

    for region in regions:
        is_loop = not _source.begins_function(region["file"], region["line"])
        region["line"], region["end_line"] = _source.around(region["file"], region["line"], is_loop)


def add_inner_loops(regions: list[_Region], total: float) -> None:
    """The interpreter is looked at now and then only, and at a loop that was given up no more: but it took at least what the loops in it took."""

    def contains(outer: _Region, inner: _Region) -> bool:
        first, last = (outer["line"], outer["end_line"]), (inner["line"], inner["end_line"])
        return outer["file"] == inner["file"] and first != last and first[0] <= last[0] and last[1] <= first[1]

    for region in sorted(regions, key=lambda region: region["end_line"] - region["line"]):
        if region["compiled"] or region["seconds"] is None:
            continue
        inner = [one for one in regions if contains(region, one)]
        direct = [one for one in inner if not any(contains(other, one) for other in inner)]
        region["seconds"] = min(total, max(region["seconds"], sum(one["seconds"] or 0.0 for one in direct)))


def write_whole(path: str, content: object) -> None:
    """All of it or nothing."""
    beside = f"{path}.{os.getpid()}"
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    os.replace(beside, path)


def relative(file: str) -> str:
    """A path as short as it goes."""
    return min(file, os.path.relpath(file), key=len) if os.path.isabs(file) else file


def as_table(regions: list[_Region], total: float, shown: Callable[[str], str] = relative) -> str:
    """`shown`: how a file is called."""
    lines = [
        f"lancehead: {len(regions)} {'loop was' if len(regions) == 1 else 'loops were'} met in {total:.2f} s",
        f"{'share':>7} {'seconds':>9} {'entered':>8} {'left':>8}  lines",
    ]
    small = [region for region in regions if is_small(region, total)]
    for region in regions:
        if region in small:
            continue
        seconds, end = region["seconds"], region.get("end_line") or region["line"]
        place = f"{shown(region['file'])}:{region['line']}" + (f"-{end}" if end > region["line"] else "")
        times = f"{'':>7} {'':>9}" if seconds is None else f"{share(seconds, total):7.1%} {seconds:9.3f}"
        compiled = f", {compiled_in(region)}" if region["compile_seconds"] else ""
        lines.append(f"{times} {region['entered']:8} {region['left']:8}  {place} in {region['function']}: {what(region)}{compiled}")
        if region["verdict"]:
            lines.append(f"{'':36}{region['verdict']}")
    if small:
        lines.append(f"{'':36}and {len(small)} interpreted, of less than {SHARE_TO_SHOW:.1%} each")
    lines.append(summary(regions, total))
    lines.append("times of interpreted loops are estimates; 'lancehead explain --code NAME' explains a verdict")
    return "\n".join(lines)


def is_small(region: _Region, total: float) -> bool:
    seconds = region["seconds"]
    return seconds is not None and not region["compiled"] and region["verdict"] is None and share(seconds, total) < SHARE_TO_SHOW


def what(region: _Region) -> str:
    return "native" if region["compiled"] else "interpreted"


def compiled_in(region: _Region) -> str:
    return f"compiled in {region['compile_seconds'] * 1e3:.0f} ms" + (" beside it" if region["compiled_beside"] else "")


def share(seconds: float, total: float) -> float:
    return seconds / total if total else 0.0


def summary(regions: list[_Region], total: float) -> str:
    native = sum(region["seconds"] or 0.0 for region in regions if region["compiled"])
    compiling = sum(region["compile_seconds"] for region in regions if not region["compiled_beside"])
    rest = max(0.0, total - native - compiling)
    untimed = " (functions given to jit are not timed)" if any(region["seconds"] is None for region in regions) else ""
    parts = {"native": native, "compiling": compiling, "the interpreter and all else": rest}
    return "of the whole time: " + ", ".join(f"{name} {share(seconds, total):.1%}" for name, seconds in parts.items()) + untimed
