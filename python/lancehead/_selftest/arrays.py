"""Random loops over the elements of NumPy's arrays: grids, lines and views of one another, of several types, and all that NumPy says of them.

What raises or warns in the middle of a loop is the point: numbers that overflow, NaNs that signal, `errstate` of every kind, a callback that looks
at the arrays. So is memory that two names share at an offset, and a head that changes: shape, type, strides, whether it may be written.
"""

from __future__ import annotations

from contextlib import contextmanager

DTYPES = ("f8",) * 8 + ("i8",) * 4 + ("?", "f4", "f4", "i4", "i4", "u1", "u1", "c16", "c16", "i2", "f2", "u8", ">f8", "O")
FLOATS = ("f8", "f4", "f2", ">f8")
LENGTHS = ("2", "3", "4", "5", "6", "9")
LONG = ("17", "33", "70")
ODD = {
    "f": ("1e308", "-1e308", "1e-308", "5e-324", "1e200", "1e-200", "np.inf", "-np.inf", "np.nan", "0.0", "-0.0", "SIGNALS", "3e38", "1e-40", "2**53 + 1.0"),
    "i": ("2**62", "-2**63", "2**63 - 1", "0", "-1", "2**31", "255", "-128", "2**53 + 1", "32767"),
    "c": ("1e200 + 1e200j", "np.nan", "0j", "complex(-0.0, 5e-324)", "1e308j"), "?": ("True", "False"),
}  # fmt: skip
SAYS = ("ignore", "warn", "warn", "raise", "raise", "call", "log")
WRONG = (
    "'x'",
    "None",
    "[1.5]",
    "(1, 2)",
    "2**70",
    "1j",
    "-1",
    "1e400",
    "np.zeros(2)",
    "np.float32(0.1)",
    "np.int8(-1)",
    "3.7",
    "True",
    "300",
    "np.array(2.5)",
)


class Arrays:
    """Mixed into the generator in front of Nests."""

    def arrays_work(self) -> None:
        if self.trips > 1 or self.loops or not self.room() or not self.at_module:
            return self.augment()
        self.emit("np.seterr(divide='warn', over='warn', under='ignore', invalid='warn')")
        self.held: dict[str, tuple[str, tuple[str, ...]]] = {}
        indent, within = self.indent, self.chance(0.4)
        shown = f"run{self.fresh()}"
        if within:
            self.emit(f"def {shown}():")
            self.indent += "    "
        self.axes = [self.pick(LENGTHS), self.pick(LENGTHS), self.pick(LONG if self.chance(0.25) else LENGTHS)]
        base = self.pick(DTYPES)
        depth = self.pick((1, 1, 2, 2, 2, 3))
        for _ in range(self.pick((1, 2, 2, 3))):
            self.array_made(base if self.chance(0.7) else self.pick(DTYPES), depth if self.chance(0.8) else self.pick((1, 2, 3, 4)))
        self.total, self.t = f"total{self.fresh()}", self.loop_variable("t")
        self.emit(f"{self.total} = {self.pick(('0', '0.0', 'np.float64(0)'))}")
        if self.chance(0.4):
            self.told()
        self.emit(f"for {self.t} in range({self.pick('1233')}):")
        with self.inside():
            for _ in range(self.pick((1, 1, 2))):
                self.kept_quiet(self.array_nest)
            if self.chance(0.7):
                self.between_nests()
        names = ", ".join(self.held)
        self.emit(f"print({self.total}, type({self.total}).__name__, {', '.join(f'{name}.ravel()[:5]' for name in self.held)})")
        if within:
            self.emit(f"return {names}, {self.total}")
            self.indent = indent
            self.emit(self.pick((f"{shown}()", f"left{self.fresh()} = {shown}()", f"for _ in range(2): {shown}()")))

    @contextmanager
    def inside(self):
        indent, self.indent = self.indent, self.indent + "    "
        yield
        self.indent = indent

    def told(self) -> None:
        kind, says = self.pick(("over", "invalid", "divide", "under", "all")), self.pick(SAYS)
        name = self.pick(list(self.held))
        if says in ("call", "log"):
            self.emit(f"np.seterrcall({self.pick(('lambda *a: print(a, {n}.sum())', 'lambda *a: {n}.fill(1)', 'lambda *a: print(a, {n}.ravel()[-1])') if says == 'call' else ('Log({n})',)).format(n=name)})")  # fmt: skip
        self.emit(f"np.seterr({kind}={says!r})")

    def kept_quiet(self, write) -> None:
        """At times under `errstate` or in a `try`."""
        form = self.random()
        if form < 0.4:
            return write()
        caught = form > 0.6
        self.emit("try:" if caught else f"with np.errstate({self.pick(('over', 'invalid', 'under', 'divide', 'all'))}={self.pick(('ignore', 'warn', 'raise', 'raise'))!r}):")  # fmt: skip
        with self.inside():
            write()
        if caught:
            self.emit(f"except {self.pick(('Exception', 'Exception', '(FloatingPointError, IndexError)', 'ValueError'))} as error:")
            self.emit(f"    print(type(error).__name__, error, {self.t}{self.pick(('', ', error.__traceback__.tb_lineno'))})")

    # -- arrays --------------------------------------------------------------------------------------------

    def array_made(self, dtype: str, depth: int) -> None:
        name = f"{self.pick('uvab')}{self.fresh()}"
        if self.held and self.chance(0.4):
            other = self.pick(list(self.held))
            of, shape = self.held[other]
            form, shape = self.view(other, shape)
            self.emit(f"{name} = {form}")
            self.held[name] = (of, shape)
            if self.chance(0.06):
                self.emit(f"{name}.setflags(write=False)")
            return
        shape = tuple(
            (["2"] * (depth - 3) + self.axes[-depth:])
            if depth > 1
            else [self.pick((*self.axes, self.axes[-1], "1100" if self.chance(0.1) else "5"))]
        )
        size = "*".join(shape)
        lengths = ", ".join(shape) + ","
        number = "1j" if dtype == "c16" else self.pick(("0.5", "1.25", "0.1", "-3.0", "1")) if dtype in FLOATS else "1"
        self.emit(f"{name} = {self.pick((f'np.zeros(({lengths}), {dtype!r})', f'(np.arange({size}) % 11 * {number}).astype({dtype!r}).reshape({lengths})', f'(np.arange({size}) % 7 * {number} + 1).astype({dtype!r}).reshape({lengths})', f'np.full(({lengths}), {number}, {dtype!r})', f'np.ones(({lengths}), {dtype!r})'))}")  # fmt: skip
        if self.chance(0.5):
            odd = self.pick(ODD["?" if dtype == "?" else "c" if dtype == "c16" else "f" if dtype in FLOATS or dtype == "O" else "i"])
            at = self.pick(("0", "-1", f"{name}.size // 2", f"{name}.size * 3 // 4"))
            if dtype in FLOATS and "SIGNALS" not in odd:
                self.emit(f"with np.errstate(all='ignore'): {name}.flat[{at}] = {odd}")
            elif odd == "SIGNALS" and dtype == "f8":
                self.emit(f"{name}.reshape(-1).view('u8')[{at}] = 0x7FF0000000000001")
            elif dtype in ("i8", "O", "?", "c16"):
                self.emit(f"{name}.flat[{at}] = {odd if odd != 'SIGNALS' else '1e308'}")
        self.held[name] = (dtype, shape)

    def view(self, of: str, shape: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """Another array, most of which share its memory."""
        first, last, rest = shape[0], shape[-1], shape[1:]
        forms = [(of, shape), (f"{of}.copy()", shape), (f"{of}.copy('F')", shape), (f"{of}[::-1]", shape), (f"{of}[1:]", (f"{first} - 1", *rest)), (f"{of}[:-1]", (f"{first} - 1", *rest)), (f"{of}.T", shape[::-1]),
                 (f"{of}[..., ::-1]", shape), (f"{of}[..., 1:]", (*shape[:-1], f"{last} - 1")), (f"{of} * 2", shape), (f"{of}.astype('f8')", shape), (f"np.broadcast_to({of}[:1], ({', '.join(shape)},))", shape), (f"{of}.ravel()", ("*".join(shape),)), (f"np.zeros_like({of})", shape)]  # fmt: skip
        if len(shape) > 1:
            forms += [(f"{of}[1]", rest), (f"{of}[:, 1]", (first, *shape[2:])), (f"{of}[..., ::2]", (*shape[:-1], f"({last} + 1) // 2"))]
        return self.pick(forms)

    # -- loops ---------------------------------------------------------------------------------------------

    def array_nest(self) -> None:
        name = self.pick(list(self.held))
        _, shape = self.held[name]
        names = [self.loop_variable(stem) for stem in "ijkl"][: len(shape)]
        if len(shape) == 1 and self.chance(0.25):
            return self.array_walk(name)
        indent = self.indent
        for depth, (index, length) in enumerate(zip(names, shape)):
            is_last = depth == len(shape) - 1
            form = self.random()
            if form < 0.86:
                bounds = (
                    length,
                    length,
                    f"1, {length} - 1",
                    f"1, {length} - 1",
                    f"1, {length}",
                    f"0, {length}, 2",
                    f"{length} - 1, -1, -1",
                    f"len({name})" if depth == 0 else length,
                )
                self.emit(f"for {index} in range({self.pick(bounds)}):")
                self.indent += "    "
            else:
                self.emit(f"{index} = {self.pick(('0', '-1', '1'))}")
                self.emit(f"while {index} < {length} - 1:")
                self.indent += "    "
                self.emit(f"{index} += 1")
            if not is_last and self.chance(0.15):
                self.emit(self.pick((f"{self.total} += {index}", f"row = {name}[{', '.join(names[: depth + 1])}]", f"{name}[{', '.join([*names[: depth + 1], *['0'] * (len(shape) - depth - 1)])}] = {self.total}")))  # fmt: skip
        for _ in range(self.pick((1, 1, 1, 2, 3))):
            self.array_deed(name, names)
        self.indent = indent

    def array_walk(self, name: str) -> None:
        x = self.loop_variable("x")
        i = self.loop_variable("i")
        numbered = self.chance(0.4)
        self.emit(f"for {i}, {x} in enumerate({name}):" if numbered else f"for {x} in {name}:")
        with self.inside():
            self.emit(self.pick((f"{self.total} += {x}", f"{self.total} = {self.total} + {x} * 2", f"if {x} > 1: {self.total} += 1")))
            if numbered and self.chance(0.6):
                self.emit(f"{name}[{i}] = {x} * {self.pick(('2', '0.5', x, '1e200'))}")

    def element(self, name: str, indices: list[str]) -> str:
        """An element of an array, near the place that the loops are at."""
        _, shape = self.held[name]
        at = indices[-len(shape) :] if self.chance(0.9) else indices[: len(shape)]
        at = ["0"] * (len(shape) - len(at)) + at
        if self.chance(0.5):
            moved = int(self.random() * len(at))
            at[moved] = self.pick((f"{at[moved]} - 1", f"{at[moved]} - 1", f"-{at[moved]}", f"{at[moved]} + 1" if self.chance(0.15) else f"{at[moved]} - 1", "0", "-1", f"({at[moved]} + 1) % {shape[moved]}"))  # fmt: skip
        if self.chance(0.01):
            return f"{name}[{self.pick(('9999', 'None', '1.0', 'True', '...', f'{at[0]}:', '')) or '()'}]"
        if len(at) > 1 and self.chance(0.15):
            return f"{name}[{at[0]}][{', '.join(at[1:])}]"
        return f"{name}[{', '.join(at)}]"

    def array_value(self, near: list[str], indices: list[str], dtype: str) -> str:
        a, b, c, i = self.pick(near), self.pick(near), self.pick(near), self.pick(indices)
        forms = [f"{a} + {b}", f"0.25 * ({a} + {b} + {c})", f"{a} + 0.1 * ({b} - 2 * {a} + {c})", f"{a} * {b}", f"{a} * 2", f"{a} - {b}", f"{a} * 0.5 + {b}", f"{a} * {i}", f"{a} * 1.0 + {b}", f"{a} / 1", f"{a} - 0.0", f"{a} + {self.total}", f"-{a}", a, f"{i}", f"{i} * 0.5", f"{i} + {a}", f"abs({a})", f"{a} * {a} * {b}", "1", "0.5"]  # fmt: skip
        if dtype in FLOATS:
            forms += [f"{a} / {b}", f"{a} / ({i} + 1)", f"{a} / 3", f"math.sqrt(abs({a}))", f"{a} ** 2", f"{a} // 3", f"{a} % 2.5", f"max({a}, {b})", f"{a} if {b} > {c} else {c}", f"float({a}) * 2", f"{a} * 1e200", f"{a} * 1e-200", f"({a} - {b}) / ({a} + {b})", f"1 / {a}", f"min({a} * {b}, 1.0)"] * 2  # fmt: skip
        elif dtype in ("i8", "i4", "u1", "i2", "u8"):
            forms += [f"{a} & {b}", f"{a} ^ {i}", f"{a} // ({i} + 1)", f"{a} % 7", f"{a} << 1", f"{a} >> 1", f"~{a}", f"int({a}) + 1", f"{a} * 3 + {b}", f"{a} ** 2", f"{a} // {b}", f"{a} / {b}", f"{a} + 2**40", f"max({a}, {b})", f"{a} - 300", f"{a} + 200", f"{a} | 1"] * 2  # fmt: skip
        elif dtype == "?":
            forms += [f"{a} and {b}", f"{a} or {b}", f"not {a}", f"{a} & {b}", f"{a} ^ True", f"{i} % 2 == 0", f"{a} | {b}", f"~{a}"] * 2
        elif dtype == "c16":
            forms += [f"{a}.real", f"{a} * 1j", f"{a}.conjugate()", f"{a} / {b}", f"{a} * {b} + 1", f"abs({a}) + 1j", f"{a} ** 2"] * 2
        return self.pick(forms)

    def array_deed(self, name: str, indices: list[str]) -> None:
        """What is done to an element."""
        other = self.pick([one for one in self.held if len(self.held[one][1]) <= len(indices)] or [name])
        dtype = self.held[name][0]
        near = [self.element(name, indices) for _ in range(3)] + [self.element(other, indices) for _ in range(2)]
        if self.chance(0.3):
            self.emit(f"w = {self.array_value(near, indices, dtype)}")
            near += ["w", "w"]
        value = self.array_value(near, indices, dtype)
        plain = f"{{}}[{', '.join(indices)}]"
        target = self.pick((plain.format(name), plain.format(name), self.element(name, indices), self.element(other, indices)))
        form = self.random()
        if form < 0.5:
            self.emit(f"{target} = {value}")
        elif form < 0.7:
            self.emit(
                f"{target} {self.pick(('+=', '+=', '-=', '*=', '/=' if dtype in FLOATS else '+=', '//=' if dtype != 'c16' else '+='))} {value}"
            )
        elif form < 0.8:
            self.emit(
                f"if {self.pick(near)} {self.pick(('<', '>', '==', '!=')) if dtype != 'c16' else '=='} {self.pick((*near, '1', '0.5'))}:"
            )
            self.emit(f"    {target} = {value}")
            if self.chance(0.3):
                self.emit(f"else: {self.pick((f'{self.total} += 1', 'continue', 'break', f'{target} = 0'))}")
        elif form < 0.85:
            self.emit(f"{target}, {self.pick(near) if near[0].startswith(name) else target} = {near[0]}, {near[1]}" if "w" not in near else f"{target} = {near[1]}")  # fmt: skip
        if form > 0.8 or self.chance(0.3):
            self.emit(f"{self.total} {self.pick(('+=', '+=', '-=', '='))} {self.pick((value, *near))}")
        if self.chance(0.08):
            self.array_surprise(name, other, target, indices)

    def array_surprise(self, name: str, other: str, target: str, indices: list[str]) -> None:
        when = f"{self.pick(indices)} == {self.pick('123')}"
        forms = [f"{target} = {self.pick(WRONG)}"] * 4 + [f"{name} = {name}.copy()", f"{name}, {other} = {other}, {name}", "np.seterr(over='raise', invalid='raise')", "np.seterr(all='ignore')", f"{name}.setflags(write=False)", f"{name}.shape = {name}.shape[::-1]", f"{name} = {name}.T", f"{name} = {name}.astype('f4')", f"{name}.flat[0] = 1", f"print({target}, {self.total})",
                 "break", "raise KeyError(1)", f"{name}[:] = 0", f"{other} = {name}[...]", f"{name} += 1", f"{self.total} = 0", f"{self.total} = {name}", f"{name} = [[1.5] * 9] * 9", f"{name} = None"]  # fmt: skip
        self.emit(f"if {when}: {self.pick(forms)}")

    def between_nests(self) -> None:
        name, other = self.pick(list(self.held)), self.pick(list(self.held))
        if self.held[name] != self.held[other]:
            other = name
        forms = [f"{name}, {other} = {other}, {name}"] * 4 + [f"print({self.t}, {self.total}, {name}.ravel()[:4])", f"{name} = {name}.copy()", f"{name} *= 2", f"print({name}.sum())", f"{name}[...] = {other}", f"{self.total} += 1", f"{other} = {name}[::-1][::-1]", f"if {self.t} == 1: {name}.setflags(write=False)", f"if {self.t} == 1: np.seterr(over='raise')"]  # fmt: skip
        self.emit(self.pick(forms))
