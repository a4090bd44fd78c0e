"""`lancehead explain script.py`: runs a program and shows what became of its loops, against the source."""

from __future__ import annotations

import json
import linecache
import os
import signal
import subprocess
import sys
import tempfile

from lancehead import _report, _source
from lancehead._run import Options, read_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeVar

    from lancehead._lancehead import _Region, _Stop

    T = TypeVar("T")

HELP = """\
usage: lancehead explain [options] SCRIPT [ARG ...]
       lancehead explain [options] -m MODULE [ARG ...]
       lancehead explain [options] -c COMMAND [ARG ...]
       lancehead explain --code NAME
       lancehead explain --list

Runs a program as lancehead run does, and then shows its loops: which lines ran natively, where native code was left to the interpreter and
why, and what would help. Or says what a verdict means.

options:
  --code NAME         the page of one verdict
  --list              the names of all verdicts
  --json              the data instead, on stdout; what the program prints goes to stderr
  --include NAME, --exclude NAME
                      as for lancehead run
  -B -E -I -O -OO -P -R -S -W ARG -X OPT -b -d -i -q -s -u -v
                      Python's own options
  -h, --help          this text

exit status: the program's, or 2 if there is nothing to show
"""

# Of a loop that is longer, the lines of which nothing is said are left out.
LINES_AT_MOST = 40
# What was interpreted and took a smaller share is only named.
SHARE_TO_SHOW = 0.01
COLOURS = {"native": "\033[32m", "left": "\033[33m", "python": "\033[2m", "bold": "\033[1m"}


def main(words: list[str]) -> int:
    try:
        options = read_options(words, flags=("--json",), valued=("--include", "--exclude"))
    except ValueError as wrong:
        print(f"lancehead explain: {wrong} (see lancehead explain --help)", file=sys.stderr)
        return 2
    if not options.program:
        print(HELP, end="")
        return 0
    status, report = run(options, "--json" in options.own)
    if report is None:
        print("lancehead explain: there is nothing to show: the program did not come to its end, or LANCEHEAD=0 is set", file=sys.stderr)
        return status or 2
    if "--json" in options.own:
        print(json.dumps(report, indent=1))
    else:
        print(Page(report["regions"], report["total_seconds"], has_colours()).text())
    return status


def has_colours() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def run(options: Options, is_quiet: bool) -> tuple[int, Any]:
    with tempfile.TemporaryDirectory(prefix="lancehead-explain-") as folder:
        file = os.path.join(folder, "report")
        own = [word for word in options.own_words() if word != "--json"]
        command = [sys.executable, *options.python, "-m", "lancehead", "run", f"--report-json={file}", *own, *options.program_words()]
        # Ctrl-C is the program's; what ran until then is shown.
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            sys.stdout.flush()
            status = subprocess.run(command, stdout=sys.stderr if is_quiet else None, check=False).returncode
        finally:
            signal.signal(signal.SIGINT, before)
        status = 128 - status if status < 0 else status
        if not os.path.exists(file):
            return status, None
        with open(file, encoding="utf-8") as content:
            return status, json.load(content)


class Page:
    """The loops of a program, the slowest first."""

    def __init__(self, regions: list[_Region], total: float, has_colours: bool) -> None:
        self.regions, self.total, self.has_colours = regions, total, has_colours
        self.lines: list[str] = []

    def text(self) -> str:
        groups = self.groups()
        small = [group for group, regions in groups.items() if not any(map(self.is_worth_showing, regions))]
        for group, regions in groups.items():
            if group not in small:
                self.show(*group, regions)
        if not groups:
            self.lines.append("no loop ran for long enough to be looked at")
        if small:
            names = ", ".join(self.name(*group) for group in small)
            self.lines.append(f"interpreted, and less than {SHARE_TO_SHOW:.0%} of the time each: {names}")
        self.lines.append(_report.summary(self.regions, self.total) + f" ({self.total:.2f} s)")
        return "\n".join(self.lines)

    def is_worth_showing(self, region: _Region) -> bool:
        return region["compiled"] or region["verdict"] is not None or _report.share(region["seconds"] or 0.0, self.total) >= SHARE_TO_SHOW

    def name(self, file: str, extent: _source.Extent) -> str:
        return f"{_report.relative(file)}:{extent.first}" + (f"-{extent.last}" if extent.last > extent.first else "")

    def groups(self) -> dict[tuple[str, _source.Extent], list[_Region]]:
        """Regions by the outermost loop that was met around them."""
        extents = {(region["file"], _source.Extent(region["line"], region["end_line"])) for region in self.regions}

        def outermost(region: _Region) -> tuple[str, _source.Extent]:
            return min(
                ((file, extent) for file, extent in extents if file == region["file"] and extent.holds(region["line"])),
                key=lambda one: (one[1].first, -one[1].last),
            )

        groups: dict[tuple[str, _source.Extent], list[_Region]] = {}
        for region in self.regions:
            groups.setdefault(outermost(region), []).append(region)
        return groups

    def show(self, file: str, extent: _source.Extent, regions: list[_Region]) -> None:
        self.lines.append(self.coloured("bold", f"{self.name(file, extent)} in {regions[0]['function']}"))
        for region in regions:
            self.lines.append("  " + self.outcome(region))
            if region["verdict"] and not region["compiled"]:
                self.lines.append(f"    {region['verdict']}")
                self.help(region["verdict"].rpartition("[")[2].rstrip("]"), "    ")
        stops = [stop for region in regions for stop in region["stops"]]
        self.source(
            file, extent, self.native_lines(file, regions), [stop for stop in stops if stop["file"] == file and extent.holds(stop["line"])]
        )
        for callee in unique(region["functions"] for region in regions):
            inside = _source.around(callee["file"], callee["line"], is_loop=False)
            if callee["file"] == file and extent.holds(inside.first):
                continue
            self.lines.append(f"  and with it {callee['function']} ({_report.relative(callee['file'])}:{callee['line']})")
            within = [stop for stop in stops if stop["file"] == callee["file"] and inside.holds(stop["line"])]
            if within:
                self.source(callee["file"], inside, set(range(inside.first, inside.last + 1)), within)
        self.lines.append("")

    def outcome(self, region: _Region) -> str:
        seconds, line = region["seconds"], f"line {region['line']}"
        took = "" if seconds is None else f", {_report.share(seconds, self.total):.1%} of the time"
        if not region["compiled"]:
            why = "" if region["verdict"] else ": it took too little time to be worth compiling"
            return self.coloured("python", f"{line}: interpreted{took}{why}")
        compiled = _report.compiled_in(region) if region["compile_seconds"] else "machine code from the cache"
        entered, left = times(region["entered"]), times(region["left"])
        called = f", called out {times(region['called_out'])}" if region["called_out"] else ""
        return self.coloured("native", f"{line}: native{took}") + f"; entered {entered}, left in the middle {left}{called}; {compiled}"

    def native_lines(self, file: str, regions: list[_Region]) -> set[int]:
        native: set[int] = set()
        for region in regions:
            if region["compiled"] and region["entered"]:
                native.update(range(region["line"], region["end_line"] + 1))
        return native

    def source(self, file: str, extent: _source.Extent, native: set[int], stops: list[_Stop]) -> None:
        source = linecache.getlines(file)
        if len(source) < extent.last:
            return
        at: dict[int, list[_Stop]] = {}
        for stop in unique([stops]):
            at.setdefault(stop["line"], []).append(stop)
        said = {extent.first, extent.last, *at}
        is_long = extent.last - extent.first >= LINES_AT_MOST
        is_gap = False
        for number in range(extent.first, extent.last + 1):
            if is_long and not any(number + near in said for near in (-1, 0, 1)):
                if not is_gap:
                    self.lines.append(f"  {'':>12} ...")
                is_gap = True
                continue
            is_gap = False
            text = source[number - 1].rstrip("\n")
            mark = "native" if number in native else "python"
            if any(stop["times"] and not stop["goes_on"] for stop in at.get(number, [])):
                mark = "left"
            self.lines.append(self.coloured(mark, f"  {mark if text.strip() else '':<7}{number:>5} | {text}"))
            for stop in at.get(number, []):
                self.stop(text, stop)

    def stop(self, text: str, stop: _Stop) -> None:
        indent = f"  {'':<12} | "
        start = characters(text, stop["column"])
        end = characters(text, stop["end_column"]) if stop["end_line"] == stop["line"] else len(text)
        underlined = "".join(char if char == "\t" else " " for char in text[:start]) + "^" * max(end - start, 1)
        did = "called out" if stop["goes_on"] else "left"
        how = f"{did} {times(stop['times'])}" if stop["times"] else "left to Python from here on, if reached"
        self.lines.append(f"{indent}{underlined} {how}: {stop['reason']}")
        self.help(stop["verdict"], indent + " " * start)

    def help(self, verdict: str | None, indent: str) -> None:
        from lancehead import _lancehead

        page = _lancehead.verdict_page(verdict) if verdict else None
        if page is not None and "## What helps" in page:
            self.lines.append(f"{indent}what helps: {page.partition('## What helps')[2].strip().splitlines()[0]}")

    def coloured(self, what: str, text: str) -> str:
        return f"{COLOURS[what]}{text}\033[0m" if self.has_colours else text


def unique(lists: Iterable[list[T]]) -> list[T]:
    """Each entry once, in order."""
    seen: list[T] = []
    for entries in lists:
        seen += [entry for entry in entries if entry not in seen]
    return seen


def times(count: int | None) -> str:
    return {0: "never", 1: "once"}.get(count or 0, f"{count} times")


def characters(text: str, column: int) -> int:
    """A column in bytes of UTF-8, in characters."""
    return len(text.encode()[:column].decode(errors="ignore"))
