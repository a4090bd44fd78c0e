"""Where two runs of a program differ: in texts, and in dumps of their variables (child/dump.py). Knows nothing of processes."""

from __future__ import annotations

import marshal
import re
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

ADDRESS = re.compile(rb" at 0x[0-9a-fA-F]{6,}")
WIDTH_AT_MOST = 110

Value = Any
Node = tuple[Any, ...]


class Lines(NamedTuple):
    """The first line that differs. None: there is no such line."""

    number: int
    before: bytes | None
    one: bytes | None
    other: bytes | None
    is_varying: bool


def without_addresses(text: bytes) -> bytes:
    """Addresses of objects differ from run to run: each becomes the number of its first appearance, so that which are the same still shows."""
    known: dict[bytes, int] = {}
    return ADDRESS.sub(lambda found: b" at #%d" % known.setdefault(found[0], len(known) + 1), text)


def first_difference(one: bytes, other: bytes, again: bytes | None = None) -> Lines | None:
    """`again`: what the same program as `one` gave once more. A line that differs there too is `is_varying`; one that does not comes first."""
    ones, others = one.splitlines(keepends=True), other.splitlines(keepends=True)
    agains = ones if again is None else again.splitlines(keepends=True)
    varying = None
    for index in range(max(len(ones), len(others))):
        line, another = at(ones, index), at(others, index)
        if line == another:
            continue
        # Where a run alone has other numbers of lines, none of them can be compared behind the first that differs.
        is_varying = again is not None and (at(agains, index) != line or len(agains) != len(ones))
        found = Lines(index + 1, at(ones, index - 1), line, another, is_varying)
        if not is_varying:
            return found
        varying = varying or found
    return varying


def at(lines: list[bytes], index: int) -> bytes | None:
    return lines[index] if 0 <= index < len(lines) else None


class Difference(NamedTuple):
    where: str
    one: str
    other: str


class Dump:
    """A dump that was read."""

    def __init__(self, data: bytes) -> None:
        content = marshal.loads(data)
        self.roots: list[tuple[str, list[str], list[Value]]] = content["roots"]
        self.nodes: list[Node] = content["nodes"]
        self.ended: float = content["ended"]

    def names(self) -> dict[str, int]:
        return {module: len(names) for module, names, _ in self.roots}


class Comparison:
    """What is different between two dumps, and what could not be looked at."""

    def __init__(self, one: Dump, other: Dump, at_most: int) -> None:
        self.one, self.other = one, other
        self.differences: list[Difference] = []
        self.opaque: list[str] = []
        # Objects by the index of their node: the one that stands in the same place in the other run, and where it was met first.
        self.partner: dict[int, int] = {}
        self.partner_of_other: dict[int, int] = {}
        self.first_met: dict[int, str] = {}
        self.first_met_in_other: dict[int, str] = {}
        self.met: set[tuple[int, int]] = set()
        self.pending: list[tuple[str, Value, Value]] = []
        self.compare_roots()
        while self.pending and len(self.differences) < at_most:
            self.pair(*self.pending.pop())

    def differ(self, where: str, one: str, other: str) -> None:
        self.differences.append(Difference(where, one, other))

    def compare_roots(self) -> None:
        # What Lancehead itself imported is not the program's.
        modules, others = ([root[0] for root in dump.roots if root[0] != "random"] for dump in (self.one, self.other))
        if modules != others:
            self.differ("the imported modules", ", ".join(modules), ", ".join(others))
        values = {module: (names, values) for module, names, values in self.other.roots}
        pairs = []
        for module, names, ones in self.one.roots:
            other_names, others_ = values.get(module, (names, ones))
            prefix = "" if module == "__main__" else f"{module}."
            if names != other_names:
                # Their order is seen by `vars()` too.
                gone = [name for name in names if name not in other_names]
                new = [name for name in other_names if name not in names]
                which = (", ".join(gone) or "none", ", ".join(new) or "none") if gone or new else (", ".join(names), ", ".join(other_names))
                self.differ(f"the names of {module}" + ("" if gone or new else " (their order)"), *which)
            by_name = dict(zip(other_names, others_, strict=True))
            pairs += [(prefix + name, value, by_name[name]) for name, value in zip(names, ones, strict=True) if name in by_name]
        self.pending = pairs[::-1]

    def pair(self, where: str, one: Value, other: Value) -> None:
        if not (is_node(one) and is_node(other)):
            if not is_same(one, other):
                self.differ(where, self.one_shown(one), self.other_shown(other))
            return
        index, another = one[0], other[0]
        if (index, another) in self.met:
            return
        self.met.add((index, another))
        node, other_node = self.one.nodes[index], self.other.nodes[another]
        # Tuples of equal content may be one object or two; see docs/deviations.md.
        if node[1] != "tuple" and not (
            self.partner.setdefault(index, another) == another and self.partner_of_other.setdefault(another, index) == index
        ):
            first, first_in_other = self.first_met.get(index), self.first_met_in_other.get(another)
            self.differ(f"which object {where} is", alias(first), alias(first_in_other))
            return
        self.first_met.setdefault(index, where)
        self.first_met_in_other.setdefault(another, where)
        if node[:2] != other_node[:2]:
            self.differ(where, self.one_shown(one), self.other_shown(other))
            return
        self.contents(where, node, other_node)

    def contents(self, where: str, node: Node, other: Node) -> None:
        kind, content, other_content = node[1], node[2], other[2]
        match kind:
            case "list" | "tuple":
                self.items(where, content[0], other_content[0])
            case "bag":
                if len(content[0]) != len(other_content[0]):
                    self.differ(where, f"{len(content[0])} items", f"{len(other_content[0])} items")
                self.opaque.append(f"{where} (the items of a set of objects, which has no order)")
            case "dict":
                self.keys(where, content, other_content)
            case "function" | "class":
                if content[0] != other_content[0]:
                    self.differ(where, content[0], other_content[0])
                if kind == "function":
                    names = ("its defaults", "its keyword defaults", "its closure")
                    self.all((f"{where} ({name})", a, b) for name, a, b in zip(names, content[1], other_content[1]))
            case "array":
                if content[:3] != other_content[:3]:
                    self.arrays(where, content, other_content)
            case "named":
                if content != other_content:
                    self.differ(where, content, other_content)
                return
            case "opaque":
                if content != other_content:
                    self.differ(where, content, other_content)
                self.opaque.append(f"{where} ({node[0]}{': only its text' if content else ''})")
                return
        self.attributes(where, content[-1], other_content[-1])

    def items(self, where: str, ones: list[Value], others: list[Value]) -> None:
        if len(ones) != len(others):
            self.differ(f"len({where})", str(len(ones)), str(len(others)))
        if marshal.dumps(ones, 2) == marshal.dumps(others, 2) and not any(map(is_node, ones)):
            return
        self.all((f"{where}[{index}]", a, b) for index, (a, b) in enumerate(zip(ones, others)) if is_node(a) or not is_same(a, b))

    def keys(self, where: str, content: Node, other: Node) -> None:
        keys, others = content[0], other[0]
        if len(keys) != len(others):
            self.differ(f"len({where})", str(len(keys)), str(len(others)))
        self.all((f"key {index} of {where}", a, b) for index, (a, b) in enumerate(zip(keys, others)))
        shown = (f"{where}[{'...' if is_node(key) else repr(key)}]" for key in keys)
        self.all((path, a, b) for path, a, b in zip(shown, content[1], other[1]) if is_node(a) or not is_same(a, b))

    def arrays(self, where: str, one: Node, other: Node) -> None:
        if one[:2] != other[:2]:
            self.differ(where, f"{one[0]} {one[1]}", f"{other[0]} {other[1]}")
            return
        count = 1
        for length in one[1]:
            count *= length
        size = len(one[2]) // max(count, 1)
        first = next(n for n in range(count) if one[2][n * size : (n + 1) * size] != other[2][n * size : (n + 1) * size])
        self.differ(f"{where}.flat[{first}]", *(content[2][first * size : (first + 1) * size].hex() for content in (one, other)))

    def attributes(self, where: str, ones: list[tuple[str, Value]], others: list[tuple[str, Value]]) -> None:
        names, other_names = [name for name, _ in ones], [name for name, _ in others]
        if names != other_names:
            self.differ(f"the attributes of {where}", ", ".join(names), ", ".join(other_names))
            return
        self.all((f"{where}.{name}", a, b) for (name, a), (_, b) in zip(ones, others))

    def all(self, pairs: Iterator[tuple[str, Value, Value]]) -> None:
        """In their order, before what was to come."""
        self.pending += list(pairs)[::-1]

    def one_shown(self, value: Value) -> str:
        return shown(value, self.one)

    def other_shown(self, value: Value) -> str:
        return shown(value, self.other)


def is_node(value: Value) -> bool:
    return type(value) is tuple


def is_same(one: Value, other: Value) -> bool:
    """The same type and the same bits. All NaNs count as the same: see docs/deviations.md."""
    if type(one) is not type(other):
        return False
    if isinstance(one, complex):
        return is_same(one.real, other.real) and is_same(one.imag, other.imag)
    if isinstance(one, float):
        return one != one and other != other or struct.pack("d", one) == struct.pack("d", other)
    return bool(one == other)


def alias(first: str | None) -> str:
    return f"the same object as {first}" if first else "an object of its own"


def shown(value: Value, dump: Dump) -> str:
    if not is_node(value):
        text = repr(value)
        return text if isinstance(value, str | bytes) or len(text) > 60 else f"{text} ({type(value).__name__})"
    name, kind, content = dump.nodes[value[0]]
    match kind:
        case "list" | "tuple" | "bag" | "dict":
            return f"{name} of {len(content[0])}"
        case "named" | "opaque":
            return f"{name} {content}".rstrip()
        case "function" | "class":
            return f"{name} {content[0]}"
    return str(name)


def printable(one: bytes | None, other: bytes | None = None) -> str:
    """A line; of a long one the part where it begins to differ from another."""
    if one is None:
        return "(nothing more)"
    text = one.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
    text = "".join(char if char.isprintable() or char == "\t" else char.encode("unicode_escape").decode() for char in text)
    if len(text) <= WIDTH_AT_MOST:
        return text
    same = next((n for n, (a, b) in enumerate(zip(one, other or b"")) if a != b), 0)
    start = max(0, min(same, len(text)) - WIDTH_AT_MOST // 2)
    return ("…" if start else "") + text[start : start + WIDTH_AT_MOST] + ("…" if start + WIDTH_AT_MOST < len(text) else "")
