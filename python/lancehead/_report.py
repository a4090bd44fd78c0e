"""What became of each loop of a program: `lancehead run --report` and `--report-json`."""

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


def at_exit(table: bool, json_file: str | None) -> None:
    """Reports when the program has ended, whatever it ended with."""
    began = time.perf_counter()

    def report() -> None:
        from lancehead import _lancehead

        total = time.perf_counter() - began
        regions = sorted(_lancehead.regions(), key=lambda region: -region["seconds"])
        if json_file is not None:
            compile_seconds = sum(region["compile_seconds"] for region in regions)
            write_whole(json_file, {"regions": regions, "compile_seconds": compile_seconds, "total_seconds": total})
        if table:
            print(as_table(regions, total), file=sys.stderr)

    atexit.register(report)


def write_whole(path: str, content: object) -> None:
    """All of it or nothing."""
    beside = f"{path}.{os.getpid()}"
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    os.replace(beside, path)


def relative(file: str) -> str:
    return os.path.relpath(file) if os.path.isabs(file) else file


def as_table(regions: list[_Region], total: float, shown: Callable[[str], str] = relative) -> str:
    """`shown`: how a file is called."""
    lines = [
        f"lancehead: {len(regions)} {'loop was' if len(regions) == 1 else 'loops were'} met in {total:.2f} s",
        f"{'share':>7} {'seconds':>9} {'entered':>8} {'left':>8}  loop",
    ]
    for region in regions:
        what = "native" if region["compiled"] else "interpreted"
        share = region["seconds"] / total if total else 0.0
        place = f"{shown(region['file'])}:{region['line']}"
        lines.append(
            f"{share:7.1%} {region['seconds']:9.3f} {region['entered']:8} {region['left']:8}  {place} in {region['function']}: {what}"
            + (f", compiled in {region['compile_seconds'] * 1e3:.0f} ms" if region["compile_seconds"] else "")
        )
        if region["verdict"]:
            lines.append(f"{'':36}{region['verdict']}")
    lines.append("shares of interpreted loops are samples; 'lancehead explain --code NAME' explains a verdict")
    return "\n".join(lines)
