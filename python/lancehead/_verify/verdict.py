"""What `lancehead verify` says of the runs."""

from __future__ import annotations

import signal

from lancehead._verify.compare import Comparison, Difference, Lines, first_difference, printable, without_addresses
from lancehead._verify.processes import Both, Run

SHOWN_AT_MOST = 5
ALL = 1000
SAME, DIFFERENT, NOT_COMPARED = 0, 1, 2


class Findings:
    """Lines for the user, and the exit status."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.is_different = False
        self.is_uncertain = False

    @property
    def status(self) -> int:
        return DIFFERENT if self.is_different else NOT_COMPARED if self.is_uncertain else SAME

    def say(self, what: str, words: str) -> None:
        self.lines.append(f"  {what:<11} {words}")

    def differ(self, what: str, words: str, is_varying: bool) -> None:
        """`is_varying`: python alone does not give the same twice."""
        if is_varying:
            self.is_uncertain = True
            self.say(what, f"{words}; so it is between two runs of python: not compared")
        else:
            self.is_different = True
            self.say(what, f"DIFFERENT: {words}")

    def show(self, who: str, text: str) -> None:
        self.lines.append(f"      {who:<10}| {text}")


def verify(both: Both) -> Findings:
    findings = Findings()
    plain = both.plain()
    if plain.status is None:
        findings.is_uncertain = True
        findings.say("python", f"did not end within {both.timeout:g} s: nothing was compared (--timeout)")
        return findings
    plain.undo()
    native = both.native()
    again = None
    if not is_same(plain, native):
        native.undo()
        again = both.plain()
    tell(findings, plain, native, again, both)
    return findings


def is_same(plain: Run, native: Run) -> bool:
    findings = Findings()
    compare(findings, plain, native, None)
    return findings.status == SAME


def tell(findings: Findings, plain: Run, native: Run, again: Run | None, both: Both) -> None:
    compare(findings, plain, native, again)
    tell_what_ran(findings, native)
    not_undone = sorted({*plain.not_undone, *native.not_undone})
    if not_undone:
        findings.say("note", f"the program {', '.join(not_undone)}: what that does is neither compared nor undone between the runs")
    if not both.input.is_there:
        findings.say("note", "standard input was empty: give the program's with < FILE")
    times = f"python {plain.seconds:.2f} s, lancehead run {native.seconds:.2f} s"
    if native.status is not None and native.seconds > 0:
        ratio = plain.seconds / native.seconds
        times += f": {ratio:.1f} times as fast" if ratio >= 1.05 else ": no faster"
    findings.say("time", times)
    findings.lines.append({SAME: "the same", DIFFERENT: "DIFFERENT", NOT_COMPARED: "not all of it could be compared"}[findings.status])


def compare(findings: Findings, plain: Run, native: Run, again: Run | None) -> None:
    if native.status is None:
        findings.differ("time", f"lancehead run did not end within the limit; python took {plain.seconds:.1f} s", False)
    compare_text(findings, "stdout", plain.stdout, native.stdout, again.stdout if again else None)
    compare_text(findings, "stderr", plain.stderr, native.stderr, again.stderr if again else None)
    if native.status is not None:
        if plain.status == native.status:
            findings.say("exit", f"the same, {status_words(plain.status)}")
        else:
            is_varying = again is not None and again.status != plain.status
            findings.differ(
                "exit", f"{status_words(plain.status)} with python, {status_words(native.status)} with lancehead run", is_varying
            )
    compare_variables(findings, plain, native, again)
    compare_files(findings, plain, native, again)


def status_words(status: int | None) -> str:
    if status is None:
        return "killed for taking too long"
    if status < 0:
        try:
            return f"killed by {signal.Signals(-status).name}"
        except ValueError:
            return f"killed by signal {-status}"
    return str(status)


def compare_text(findings: Findings, what: str, one: bytes, other: bytes, again: bytes | None) -> None:
    if one == other:
        count = len(one.splitlines())
        findings.say(what, "the same, " + ("empty" if not one else "1 line" if count == 1 else f"{count} lines"))
        return
    ones, others = without_addresses(one), without_addresses(other)
    found = first_difference(ones, others, None if again is None else without_addresses(again))
    if found is None:
        findings.say(what, "the same but for the addresses of objects")
        return
    findings.differ(what, f"line {found.number}", found.is_varying)
    show_lines(findings, found)


def show_lines(findings: Findings, found: Lines) -> None:
    if found.before is not None:
        findings.show("before", printable(found.before))
    findings.show("python", printable(found.one, found.other))
    findings.show("lancehead", printable(found.other, found.one))
    if found.one is not None and found.other is not None and found.one.rstrip(b"\r\n") == found.other.rstrip(b"\r\n"):
        findings.lines.append("      (one of them does not end with the same end of line)")


def compare_variables(findings: Findings, plain: Run, native: Run, again: Run | None) -> None:
    if plain.dump is None or native.dump is None:
        if plain.dump is None and native.dump is None:
            findings.say("variables", "not compared: the program ended without Python's own end, or an option (-E -I -S) keeps us out")
        elif native.status is not None:
            who = "python" if plain.dump is None else "lancehead run"
            findings.differ("variables", f"{who} did not come to its end", again is not None and again.dump is None)
        return
    comparison = Comparison(plain.dump, native.dump, SHOWN_AT_MOST if again is None else ALL)
    varying = set()
    if again is not None and again.dump is not None:
        varying = {difference.where for difference in Comparison(plain.dump, again.dump, ALL).differences}
    certain = [difference for difference in comparison.differences if difference.where not in varying]
    # That the generator was not seeded matters where its numbers show, and there it is seen.
    uncertain = [one for one in comparison.differences if one.where in varying and not one.where.startswith("random.the state")]
    for found, is_varying in ((certain, False), (uncertain, True)):
        if found:
            shown = [difference.where for difference in found[:SHOWN_AT_MOST]]
            more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
            findings.differ("variables", ", ".join(shown) + more, is_varying)
            for difference in found[:SHOWN_AT_MOST]:
                show_difference(findings, difference)
    if not certain and not uncertain:
        counts = ", ".join(f"{count} in {module}" for module, count in plain.dump.names().items() if module != "random")
        random = "; the state of random" if "random" in plain.dump.names() and not comparison.differences else ""
        findings.say("variables", f"the same: {counts}{random}")
    if comparison.opaque:
        shown = comparison.opaque[:SHOWN_AT_MOST]
        more = f", and {len(comparison.opaque) - len(shown)} more" if len(comparison.opaque) > len(shown) else ""
        findings.say("", f"not looked into: {', '.join(shown)}{more}")


def show_difference(findings: Findings, difference: Difference) -> None:
    findings.lines.append(f"      {difference.where}")
    findings.show("python", printable(difference.one.encode("utf-8", "surrogatepass"), difference.other.encode("utf-8", "surrogatepass")))
    findings.show(
        "lancehead", printable(difference.other.encode("utf-8", "surrogatepass"), difference.one.encode("utf-8", "surrogatepass"))
    )


def compare_files(findings: Findings, plain: Run, native: Run, again: Run | None) -> None:
    paths = list({**plain.files, **native.files})
    same = []
    for path in paths:
        one, other = content(plain, path), content(native, path)
        if one == other:
            same.append(path)
            continue
        third = content(again, path) if again is not None else None
        if one is None or other is None:
            who = "python" if one is not None else "lancehead run"
            findings.differ("files", f"{path} was written by {who} only", again is not None and (third is None) != (one is None))
            continue
        found = first_difference(one, other, third)
        if found is not None:
            findings.differ("files", f"{path}, line {found.number}", found.is_varying)
            show_lines(findings, found)
    if same:
        shown = ", ".join(same[:SHOWN_AT_MOST]) + (f" and {len(same) - SHOWN_AT_MOST} more" if len(same) > SHOWN_AT_MOST else "")
        findings.say("files", f"the same: {shown}")


def content(run: Run, path: str) -> bytes | None:
    kept = run.files.get(path)
    return None if kept is None else kept.read_bytes()


def tell_what_ran(findings: Findings, native: Run) -> None:
    if native.report is None:
        return
    compiled = [region for region in native.report["regions"] if region["compiled"] and region["entered"]]
    if not compiled:
        findings.say("native", "nothing ran natively, so this says little: try --threshold 0")
        return
    entered, left = (sum(region[key] for region in compiled) for key in ("entered", "left"))
    loops = "1 loop or function" if len(compiled) == 1 else f"{len(compiled)} loops and functions"
    findings.say("native", f"{loops}, entered {times(entered)}, left in the middle {times(left)}")


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
