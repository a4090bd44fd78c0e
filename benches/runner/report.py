"""Rows as a text table, as bars, and as plain data for JSON."""

import math
from statistics import median

from . import answer

HEAD = ("peer", "whole s", "cold s", "first s", "kernel s", "spread", "kernel/C", "speedup", "whole speedup", "answer")
BAR = 40


def middle(samples):
    return median(samples) if samples else None


def reference(rows):
    """The row whose answer is right: CPython's where it ran."""
    good = [row for row in rows if not row.failed]
    return named("cpython", good) or (good[0] if good else None)


def named(name, rows):
    return next((row for row in rows if row.entrant.name == name and not row.failed), None)


def summary(rows):
    """One dict a row: medians, ratios and verdict; also what --json writes."""
    c, cpython, right = named("c", rows), named("cpython", rows), reference(rows)
    return [
        {
            "peer": row.entrant.name,
            "version": row.entrant.version,
            "whole": middle(row.whole),
            "cold": middle(row.cold),
            "first": middle(row.first),
            "kernel": middle(row.kernel),
            "spread": spread(row.kernel),
            "kernel_over_c": ratio(row, c, "kernel"),
            "speedup_kernel": ratio(cpython, row, "kernel"),
            "speedup_whole": ratio(cpython, row, "whole"),
            "answer": row.answer,
            "verdict": verdict(row, right),
            "samples": {name: getattr(row, name) for name in ("whole", "cold", "first", "kernel")},
        }
        for row in rows
    ]


def verdict(row, right):
    if row.failed:
        return "FAILED: " + row.failed
    return "reference" if row is right else answer.judge(row.answer, right.answer)


def ratio(above, below, what):
    if not above or not below or not getattr(above, what) or not getattr(below, what):
        return None
    return middle(getattr(above, what)) / middle(getattr(below, what))


def spread(samples):
    """How far apart the slowest and the fastest are, as a share of the median."""
    return (max(samples) - min(samples)) / median(samples) if len(samples) > 1 else None


def table(subject, sizes, lines):
    head = (*HEAD[:-1], "ns/call", *HEAD[-1:]) if subject.per_call else HEAD
    cells = [head] + [cells_of(line, sizes[0] if subject.per_call else None) for line in lines]
    width = [max(len(row[i]) for row in cells) for i in range(len(head) - 1)]
    return "\n".join("  " + row_text(row, width) for row in cells)


def cells_of(line, calls):
    shown = [line["peer"]]
    shown += [seconds(line[name]) for name in ("whole", "cold", "first", "kernel")]
    shown.append("-" if line["spread"] is None else f"{line['spread']:.0%}")
    shown += [times(line[name]) for name in ("kernel_over_c", "speedup_kernel", "speedup_whole")]
    if calls:
        shown.append("-" if line["kernel"] is None else f"{line['kernel'] / calls * 1e9:.1f}")
    return (*shown, line["verdict"])


def row_text(row, width):
    numbers = "  ".join(cell.rjust(w) for cell, w in zip(row[1:-1], width[1:]))
    return f"{row[0].ljust(width[0])}  {numbers}  {row[-1]}"


def bars(lines):
    """Kernel seconds on a logarithmic scale, the fastest first: each cell of a bar is the same factor."""
    timed = sorted((line for line in lines if line["kernel"]), key=lambda line: line["kernel"])
    if not timed:
        return ""
    low, high = timed[0]["kernel"], timed[-1]["kernel"]
    decades = max(math.log10(high / low), 1)
    name = max(len(line["peer"]) for line in timed)
    return "\n".join(
        f"  {line['peer'].ljust(name)}  {'█' * (1 + round(BAR * math.log10(line['kernel'] / low) / decades))} {seconds(line['kernel'])} s"
        for line in timed
    )


def seconds(value):
    """Three figures, never in powers of ten."""
    if value is None:
        return "-"
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}" if value > 0 else "0"


def times(value):
    return "-" if value is None else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
