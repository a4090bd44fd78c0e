"""Random loops over sequences and sets with what they offer: slices, methods, operators, reductions, comprehensions, bytes, arrays, deques.

Each loop works on a few of them at once, which may be one and the same, hold items of several types, or change while they are walked over.
"""

from __future__ import annotations

MADE = {
    "ints": ("[3, 1, 4, 1, 5]", "list(range({n}))", "[0] * {n}", "[i * 7 % 5 for i in range({n})]", "[2**40, -1, 2**62]", "[True, 2, 3]", "[5]", "[]"),
    "floats": ("[0.5, -1.5, 2.0]", "[i * 0.25 for i in range({n})]", "[0.0] * {n}", "[1.0, 2, 3.5]", "[float('inf'), -0.0, 1e300]", "[-2.5]"),
    "flags": ("[True] * {n}", "[i % 2 == 0 for i in range({n})]", "[False, True, False]", "[False, 1, True]"),
    "words": ("['b', 'a', 'c']", "'the cat sat'.split()", "list('hello')", "[str(i) for i in range({n})]", "['x', 'é', '']", "['a', None]"),
    "pairs": ("[(i, -i) for i in range({n})]", "[(1, 'a'), (2, 'b')]", "[(0.5, 1), (0.25, 2), (0.5, 0)]", "list(zip(range({n}), 'abcdef'))", "[(1, 2), (3,)]"),
    "rows": ("[[i, i + 1] for i in range({n})]", "[[1], [2, 3], []]", "[[0.5] * 2] * 3"),
    "set": ("{{1, 2, 3}}", "set(range({n}))", "set()", "{{'a', 'b'}}", "{{0.5, 1, 'x'}}", "{{(1, 2), (3, 4)}}", "frozenset(range({n}))"),
    "bytes": ("b'abcde'", "bytes(range({n}))", "b''", "bytes([255, 0, 7])"),
    "bytearray": ("bytearray(b'abcde')", "bytearray({n})", "bytearray(range({n}))"),
    "array": ("array('d', [0.5, 1.5, -2.0])", "array('i', range({n}))", "array('q', [2**40, 1])", "array('B', b'abc')", "array('f', [0.1, 0.2])"),
    "deque": ("deque(range({n}))", "deque([1, 2, 3], maxlen=3)", "deque('abc')"),
    "dict": ("{{'a': 1, 'b': 2}}", "{{i: i * i for i in range({n})}}", "dict.fromkeys('abc', 0)", "{{(0, 1): 0.5, (1, 0): 1.5}}"),
    "text": ("'hello'", "'a,b,,c'", "''", "'é√' * 2", "'x' * {n}"),
}  # fmt: skip
LISTS = ("ints", "ints", "floats", "flags", "words", "pairs", "rows")
ITEMS = {
    "ints": ("{i}", "{i} * 3", "2**40 + {i}", "-{i}", "{t} - {i}", "{i} % 3"), "floats": ("{i} * 0.5", "0.25", "-{i} / 3", "{t} + 0.5"), "flags": ("{i} > {t}", "{i} % 2 == 0", "not {i}"),
    "words": ("'w'", "str({i})", "chr(97 + {i} % 26)", "'ab'[{i} % 2]"), "pairs": ("({i}, {t})", "({i} * 0.5, 'z')", "(-{i}, {i})"), "rows": ("[{i}]", "[{t}, {i}]"), "set": ("{i} % 7", "({i} % 2, {t})", "chr(97 + {i} % 5)"),
    "bytes": ("{i} % 256", "97"), "bytearray": ("{i} % 256", "97"), "array": ("{i}", "1", "{i} % 100"), "deque": ("{i}", "{i} * 0.5", "'d'"), "dict": ("{i}", "chr(97 + {i} % 5)", "({i} % 2, 0)"), "text": ("'h'", "str({i})[0]"),
}  # fmt: skip
# A NaN's hash is its address, which would decide where it stands in a set. `Last` has a hash of its own for that.
ODD_ITEMS = ("None", "'odd'", "2**70", "1.5", "True", "[1]", "(1, 2)", "float('nan')", "b'x'", "-1", "Last(1)")
LIST_FORMS = (
    "{s}.append({x})", "{s}.append({x})", "{s}.insert({k}, {x})", "{s}.extend([{x}, {x}])", "{s}.pop()", "{s}.pop(0)", "{s}.pop({k})", "{s}.remove({x})", "{s}.sort()", "{s}.sort(reverse=True)", "{s}.reverse()", "{s}.sort(key=lambda v: -len(str(v)))",
    "{s}[{k}] = {x}", "{s}[{k}], {s}[{j}] = {s}[{j}], {s}[{k}]", "{s}[{k}:{j}] = [{x}]", "{s}[{k}:{j}] = {s}[{j}:{k}]", "del {s}[{k}]", "del {s}[{k}:{j}]", "{s} = {s}[1:] + {s}[:1]", "{s} = {s}[::-1]", "{s} = {s} * 2", "{s} += [{x}]", "{s}[:] = sorted({s}, key=str)",
    "{s}[::2] = [{x}] * len({s}[::2])", "{s} = [v for v in {s} if v]", "{s} = [{x}, *{s}]", "{s} = {s}.copy()", "{s}.clear()", "{s}[{k}] += {x}", "{total} += {s}.count({x})", "{total} += {s}.index({x})", "{s}[{k}:] = {s}[:{k}]", "heapq.heappush({s}, {x})", "{s}.append(heapq.heappop({s}))", "bisect.insort({s}, {x})",
)  # fmt: skip
FORMS = {
    "set": ("{s}.add({x})", "{s}.discard({x})", "{s}.remove({x})", "{s} |= {{{x}}}", "{s} = {s} & set({o})", "{s} = {s} - {{{x}}}", "{s} ^= {{{x}, 1}}", "{s}.update([{x}])", "{total} += len({s} | {{{x}}})", "{total} += {x} in {s}", "{s}.pop()", "print(sorted({s}, key=str)[:3])", "{total} += {s} <= {{{x}, 1, 2}}", "{s} = {{v for v in {s} if v != {x}}}", "{total} += {s}.isdisjoint({{{x}}})"),
    "bytes": ("{total} += {s}[{k}]", "{s} = {s} + b'z'", "{s} = {s}[1:]", "{total} += {s}.count(97)", "{total} += 97 in {s}", "{s} = bytes([{x}]) + {s}", "{s} = {s}.replace(b'a', b'bc')", "{total} += {s} < b'b'", "{s} = bytes(b ^ 1 for b in {s})", "print({s}[:4])"),
    "bytearray": ("{s}[{k}] = {x}", "{s}.append({x})", "{total} += {s}[{k}]", "{s}.extend(b'ab')", "{s}[{k}] ^= 255", "del {s}[{k}]", "{s}.pop()", "{s}[1:2] = b'xy'", "{s}[{k}] += 1", "{s}.reverse()", "{s}.insert(0, {x})"),
    "array": ("{s}[{k}] = {x}", "{s}[{k}] += {x}", "{s}.append({x})", "{total} += {s}[{k}]", "{s}.pop()", "{s}[{k}], {s}[{j}] = {s}[{j}], {s}[{k}]", "{s} = {s}[::-1]", "{s}.extend({s}[:1])", "{total} += sum({s})", "{s}.insert(1, {x})", "{total} += len({s}.tolist())"),
    "deque": ("{s}.append({x})", "{s}.appendleft({x})", "{s}.pop()", "{s}.popleft()", "{s}.rotate(1)", "{total} += len({s})", "{s}[0] = {x}", "print({s})", "{total} += {x} in {s}", "{s}.extendleft([{x}])"),
    "dict": ("{s}[{x}] = {t}", "{s}[{x}] = {s}.get({x}, 0) + 1", "{total} += len({s})", "{s}.pop({x}, None)", "del {s}[{x}]", "{total} += {x} in {s}", "{s}.setdefault({x}, []) or 0", "{s} = {{v: k for k, v in {s}.items() if v.__hash__}}", "{s}.update({{{x}: 0.5}})", "{s} = {{**{s}, {x}: 1}}", "{s} |= {{{x}: 2}}", "print(list({s}.items())[-1:])", "{total} += sum(v for v in {s}.values() if type(v) in (int, float))"),
    "text": ("{s} += {x}", "{s} = {s}[1:]", "{s} = {s}[::-1]", "{total} += {s}.count({x})", "{total} += {s}.find({x})", "{total} += ord({s}[{k}])", "{s} = {s}.replace({x}, 'yy')[:12]", "{s} = {s}.upper()", "{total} += {x} in {s}", "{s} = ','.join({s}.split(','))", "{s} = '%s%d' % ({s}[:3], {t})", "{total} += {s} < {x}", "{s} = f'{{{s}:>4}}{{{t}}}'[-12:]", "{s} = {s}.strip('h')", "{total} += len({s}.split({x}))", "{total} += {s}.startswith({x})"),
}  # fmt: skip
ASKED = (
    "{total} += len({s})", "{total} += sum(1 for v in {s} if v)", "if {x} in {s}: {total} += 1", "if not {s}: print('empty', {t})", "{total} += any(v == {x} for v in {s})", "{total} += all(v for v in {s})", "print(list({s})[:3])", "if list({s}) == list({o}): {total} += 1", "{o} = {s}", "{total} += len([v for v in {s} if v in {o}])",
    "{total} += len(list(zip({s}, {o})))", "for v, w in zip({s}, {o}): {total} += v == w", "for n, v in enumerate({s}): {total} += n", "for v in reversed(list({s})): {total} += 1", "print(min({s}, key=str, default=0), max({s}, key=str, default=0))", "{total} += len(set(map(str, {s})))", "print(sorted({s}, key=repr)[:2])", "{total} += len(tuple({s}))", "first, *rest = list({s}) or [0]",
    "{total} += sum([v for v in {s} if type(v) in (int, float)])", "{total} += next((n for n, v in enumerate({s}) if v == {x}), -1)",
)  # fmt: skip


class Sequences:
    """Mixed into the generator in front of Nests."""

    def sequences_work(self) -> None:
        if self.trips > 1 or self.loops or not self.room():
            return self.augment()
        held = []
        for _ in range(self.pick((1, 2, 2, 3))):
            kind = self.pick((*LISTS, *(kind for kind in MADE if kind not in LISTS)))
            name = f"q{self.fresh()}"
            same = [other for other, of in held if of == kind]
            self.emit(f"{name} = {self.pick(same) if same and self.chance(0.3) else self.pick(MADE[kind]).format(n=self.pick('3569'))}")
            held.append((name, kind))
        total = f"total{self.fresh()}"
        self.emit(f"{total} = {self.pick(('0', '0.0', '0'))}")
        self.variables[total] = "n"
        self.t, self.total = self.loop_variable("t"), total
        self.emit(f"for {self.t} in range({self.pick('23')}):")
        with self.turns_of(3, {self.t: "i"}):
            for _ in range(self.pick((1, 2))):
                self.sequence_walk(held)
        self.emit(f"print({total}, {', '.join(name if kind != 'set' else f'sorted({name}, key=repr)' for name, kind in held)})")

    def sequence_walk(self, held: list[tuple[str, str]]) -> None:
        i, v = self.loop_variable("i"), self.loop_variable("v")
        name, kind = self.pick(held)
        form = self.random()
        if form < 0.45:
            self.emit(f"for {i} in range({self.pick(('4', '9', f'len({name})', f'len({name}) - 1, -1, -1'))}):")
        elif form < 0.7:
            self.emit(
                f"for {i}, {v} in enumerate({name}{'' if kind in ('set', 'dict', 'deque') else self.pick(('', '', '[1:]', '[::-1]'))}):"
            )
        elif form < 0.85:
            self.emit(f"{i} = 0")
            self.emit(f"while {i} < min(len({name}), 9):")
        else:
            self.emit(f"{i} = 0")
            self.emit(f"for {v} in {self.pick((name, f'sorted({name}, key=str)', f'list({name})[:]'))}:")
        with self.turns_of(6, {}):
            self.emit(f"{i} += 1" if "while" in self.lines[-1] or form >= 0.85 else "pass")
            self.emit("if " + " + ".join(f"len({other})" for other, _ in held) + " > 60: break")
            if form >= 0.45 and form < 0.7 and self.chance(0.5):
                self.accumulate_item(v)
            for _ in range(self.pick((1, 2, 3))):
                self.sequence_deed(held, i)

    def accumulate_item(self, v: str) -> None:
        self.emit(self.pick((f"if type({v}) in (int, float): {self.total} += {v}", f"{self.total} += {v} == 1", f"{self.total} += not {v}", f"{self.total} += len(str({v}))")))  # fmt: skip

    def sequence_deed(self, held: list[tuple[str, str]], i: str) -> None:
        name, kind = self.pick(held)
        other = self.pick(held)[0]
        forms = (LIST_FORMS if kind in LISTS else FORMS[kind]) if self.chance(0.7) else ASKED
        names = {"i": i, "t": self.t}
        odd = [item for item in ODD_ITEMS if kind != "set" or "nan" not in item]
        item = self.pick(odd) if self.chance(0.05) else f"({self.pick(ITEMS[kind]).format(**names)})"
        inside = f"{i} % (len({name}) or 1)"
        k, j = (self.pick(("0", "-1", "1", i, inside, inside, f"{i} - 1")) for _ in range(2))
        text = self.pick(forms).format(s=name, o=other, x=item, k=k, j=j, total=self.total, **names)
        if self.chance(0.75):
            self.emit("try:")
            self.emit("    " + text)
            self.emit(f"except {self.pick(('Exception', '(IndexError, KeyError, ValueError, TypeError)'))} as e:")
            self.emit(f"    {self.pick(('print(type(e).__name__, e)', 'print(e, e.__traceback__.tb_lineno)', f'{self.total} += 1'))}")
        else:
            self.emit(text)
