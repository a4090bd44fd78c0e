"""Run whole programs with CPython, PyPy, C and `lancehead run`, side by side. See README.md."""

import argparse
import json
import math
import sys
import time
from datetime import datetime
from pathlib import Path

from run import chosen, find_peers
from runner import measure, script, wholes
from runner.entrant import DoesNotCompile
from runner.report import seconds, times

PEERS = ("cpython", "pypy", "c", "lancehead")
HEAD = ("CPython", "PyPy", "C", "cold", "warm", "CPython/warm", "warm/PyPy", "warm/C", "memory")
KINDS = ("numbers", "mixed", "ordinary")
REPORT_LINES = 12
RESULT = Path(".build/scripts.json")


def arguments():
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("scripts", nargs="*", metavar="SCRIPT", help=f"names in scripts/, or a kind: {', '.join(KINDS)} (default: all)")
    parse.add_argument("--runs", type=int, default=3, help="turns a peer takes (3; CPython one where it is slow, see --slow)")
    parse.add_argument("--slow", type=float, default=15, help="a CPython that took longer takes one turn only (15 s)")
    parse.add_argument("--peers", default=",".join(PEERS), help="which, by comma (default %(default)s)")
    parse.add_argument("--quick", action="store_true", help="sizes ten times smaller")
    parse.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="cpu: all threads' CPU seconds, for a busy machine (wall)")
    parse.add_argument("--report", action="store_true", help="show why, for what gained less than two: `lancehead run --report`")
    parse.add_argument("--minutes", type=float, help="no second turn of a script once its share of this time is over")
    parse.add_argument("--timeout", type=float, default=300, help="seconds a process may take (300)")
    parse.add_argument(
        "--json", metavar="FILE", default=str(RESULT), help="where every sample, the medians and the machine go (%(default)s)"
    )
    parse.add_argument("--markdown", metavar="FILE", help="write the table as it stands in README.md")
    parse.add_argument("--list", action="store_true", help="list the scripts")
    return parse


def pick(parse, known, words):
    names = []
    for word in words or KINDS:
        names += [name for name, one in known.items() if one.kind == word] if word in KINDS else chosen(parse, known, [word], "script")
    return list(dict.fromkeys(names))


def row(name, cells, said, width):
    print(f"{name:{width}}" + "".join(f"{cell:>{max(9, len(head) + 2)}}" for cell, head in zip(cells, HEAD)), " ", said, flush=True)


def cells(line):
    took = [seconds(line["times"].get(name)) for name in ("cpython", "pypy", "c", "cold", "warm")]
    return took + [times(line[name]) for name in ("cpython_over_warm", "warm_over_pypy", "warm_over_c", "memory_over_cpython")]


def run(one, options, peers, until):
    words = [str(one.quick)] if options.quick else []
    one.prepare()
    try:
        found = wholes.columns(one, **peers)
    except DoesNotCompile as why:
        print(f"c is left out of {one.name}: {why}", file=sys.stderr)
        found = wholes.columns(one, **{**peers, "c": None})
    wholes.measure(found, words, options.runs, options.timeout, options.slow, until)
    line = wholes.summary(one, words, found, options.clock)
    if options.report and "lancehead" in peers and (line["cpython_over_warm"] or 0) < 2:
        line["report"] = wholes.report(one, peers["lancehead"], words, options.timeout)
    return line


def conclude(lines):
    """One geometric mean a kind, and the names of what went wrong."""
    for kind in KINDS:
        mine = [line for line in lines if line["kind"] == kind]
        means = []
        for what in ("cpython_over_warm", "warm_over_pypy", "warm_over_c"):
            ratios = [line[what] for line in mine if line[what]]
            means.append(times(math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None))
        if mine:
            print(f"{kind}: geometric means of {len(mine)}: CPython/warm {means[0]}, warm/PyPy {means[1]}, warm/C {means[2]}")
    for word in ("FAILED", "DIFFERS", "MEMORY"):
        names = [line["script"] for line in lines if any(word in said for said in line["verdicts"])]
        if names:
            print(f"{word}: {', '.join(names)}")
    losses(lines)


def losses(lines):
    """Which programs are slower than with CPython by more than is allowed, or than with PyPy, and by how much."""
    over = [(line["times"]["warm"] - line["allowed"], line) for line in lines if line["allowed"] and line["times"].get("warm")]
    for excess, line in sorted((one for one in over if one[0] > 0), key=lambda one: -one[0]):
        took, cpython = line["times"]["warm"], line["times"]["cpython"]
        print(f"slower than CPython: {line['script']} by {took - cpython:.3f} s, {excess:.3f} s more than 3 % and 30 ms")
    behind = [line for line in lines if (line["warm_over_pypy"] or 0) > 1]
    if behind:
        behind.sort(key=lambda line: -line["warm_over_pypy"])
        print("slower than PyPy:", ", ".join(f"{line['script']} {times(line['warm_over_pypy'])}" for line in behind))


def markdown(lines, machine, options):
    clock = "CPU" if options.clock == "cpu" else "wall"
    size = "a tenth of their size" if options.quick else "full size"
    text = [
        f"{datetime.now():%d %B %Y}, {machine['cpu']}, {machine['cores']} cores, load {machine['load']} to {measure.machine()['load']};",
        f"{clock} seconds of whole processes, medians of up to {options.runs} runs, {size}.",
        "",
        "| script | " + " | ".join(HEAD) + " | |",
        "|---" * (len(HEAD) + 2) + "|",
    ]
    text += ["| " + " | ".join([line["script"], *cells(line), "; ".join(line["verdicts"])]) + " |" for line in lines]
    return "\n".join(text) + "\n"


def main():
    parse = arguments()
    options = parse.parse_args()
    known = script.all_scripts()
    if options.list:
        for one in known.values():
            print(f"{one.name:20} {one.kind:9} {one.quick:>8} {'C ' if one.c.exists() else '  '} {one.title}")
        return
    if options.runs < 1:
        parse.error("--runs is at least 1")
    names = pick(parse, known, options.scripts)
    machine = measure.machine()
    print("{cpu}, {cores} cores, load {load} at the start".format(**machine), flush=True)
    found, skipped = find_peers(chosen(parse, PEERS, options.peers.split(","), "peer"))
    peers = {peer.name: peer for peer in found}
    for peer in found:
        print(f"  {peer.name:10} {peer.version}")
    width = max(map(len, names))
    row("", HEAD, f"({'CPU' if options.clock == 'cpu' else 'wall'} seconds)", width)
    lines = []
    Path(options.json).parent.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    for number, name in enumerate(names, 1):
        share = began + 60 * options.minutes * number / len(names) if options.minutes else math.inf
        lines.append(run(known[name], options, peers, share))
        row(name, cells(lines[-1]), "; ".join(lines[-1]["verdicts"]) or "same", width)
        with open(options.json, "w") as out:
            json.dump({"machine": machine, "clock": options.clock, "skipped": skipped, "results": lines}, out, indent=1)
    if options.markdown:
        Path(options.markdown).write_text(markdown(lines, machine, options))
    conclude(lines)
    for line in lines:
        if "report" in line:
            print(f"\n{line['script']}: lancehead run --report", *line["report"][:REPORT_LINES], sep="\n  ")


if __name__ == "__main__":
    main()
