"""Run the same programs with CPython, PyPy, Numba, C and Lancehead, side by side. See README.md."""

import argparse
import json
import sys

from runner import measure, peers, report, subject
from runner.entrant import DoesNotCompile


def arguments():
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("subjects", nargs="*", metavar="SUBJECT", help="folders of subjects/ (default: all)")
    parse.add_argument("--runs", type=int, default=5, help="turns a peer takes (5; CPython one, see --quick)")
    parse.add_argument("--calls", type=int, default=2, help="calls in a process before the kernel counts as steady (2)")
    parse.add_argument("--peers", default=",".join(peers.FINDERS), help="which, by comma (default %(default)s)")
    parse.add_argument("--quick", action="store_true", help="sizes ten times smaller; CPython takes all its turns")
    parse.add_argument("--timeout", type=float, default=300, help="seconds a process may take (300)")
    parse.add_argument("--json", metavar="FILE", help="write every sample, the medians and the machine")
    parse.add_argument("--list", action="store_true", help="list the subjects")
    return parse


def chosen(parse, known, wanted, what):
    unknown = [name for name in wanted if name not in known]
    if unknown:
        parse.error(f"no {what} called {', '.join(unknown)}; there are {', '.join(known)}")
    return wanted


def find_peers(names):
    """The peers that are here, and why the others are not."""
    found, skipped = [], {}
    for name in names:
        try:
            found.append(peers.FINDERS[name]())
        except peers.Missing as why:
            print(f"{name} is skipped: {why}", file=sys.stderr)
            skipped[name] = str(why)
    return found, skipped


def enter(found, one):
    entrants = []
    for peer in found:
        if peer.name in one.without:
            continue
        try:
            entrants += peer.enter(one)
        except DoesNotCompile as why:
            print(f"{peer.name} is left out of {one.name}: {why}", file=sys.stderr)
    return entrants


def run(one, options, found):
    sizes = one.quick if options.quick else one.sizes
    once = () if options.quick else ("cpython",)
    rows = measure.measure(enter(found, one), sizes, options.runs, options.calls, options.timeout, once)
    lines = report.summary(rows)
    print(f"\n{one.name} {' '.join(map(str, sizes))}: {one.title}", *([one.note] if one.note else []), sep="\n  ")
    print(report.table(one, sizes, lines), report.bars(lines), sep="\n\n", flush=True)
    return {"subject": one.name, "sizes": sizes, "rows": lines}


def main():
    parse = arguments()
    options = parse.parse_args()
    known = subject.all_subjects()
    if options.list:
        for one in known.values():
            print(f"{one.name:14} {' '.join(map(str, one.sizes)):10} {one.title}")
        return
    if options.runs < 1 or options.calls < 1:
        parse.error("--runs and --calls are at least 1")
    names = chosen(parse, known, options.subjects or list(known), "subject")
    wanted = chosen(parse, peers.FINDERS, options.peers.split(","), "peer")
    machine = measure.machine()
    print("{cpu}, {cores} cores, load {load} at the start".format(**machine), flush=True)
    found, skipped = find_peers(wanted)
    for peer in found:
        print(f"  {peer.name:10} {peer.version}")
    results = []
    for name in names:
        results.append(run(known[name], options, found))
        if options.json:
            with open(options.json, "w") as out:
                json.dump({"machine": machine, "skipped": skipped, "results": results}, out, indent=1)


if __name__ == "__main__":
    main()
