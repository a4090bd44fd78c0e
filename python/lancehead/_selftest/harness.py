"""Runs a program and writes down everything that Python code could tell apart, as text; compares such records.

One outcome is one call of `f`: its result or its exception with the whole traceback, the text printed, and the
arguments afterwards. The last outcome is what the module was left with.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import linecache
import marshal
import os
import re
import signal
import sys
import threading
import traceback
import types
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from .program import Program

Wrap = Callable[[types.FunctionType], Callable]

HERE = os.path.dirname(os.path.abspath(__file__))
TIME_LIMIT = 2.0
TEXT_LIMIT = 3000
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
MISSING = object()
NOT_ITS_OWN = ("__builtins__", "__warningregistry__")


class TimeUp(BaseException):
    """Not an Exception, so that no generated handler takes it for its own."""


@dataclass(frozen=True)
class Settings:
    """How the compiler is to run a program; what the extension's `testing` function takes."""

    threshold: int = 0
    deopt_every: int = 0
    interpret_ir: bool = False
    opt: int = 0
    clock: int = 0

    def describe(self) -> str:
        return f"threshold={self.threshold}, deopt_every={self.deopt_every}, interpret_ir={self.interpret_ir}, clock={self.clock}"

    def environment(self) -> dict[str, str]:
        return {
            "LANCEHEAD_THRESHOLD": str(self.threshold),
            "LANCEHEAD_DEOPT_EVERY": str(self.deopt_every),
            "LANCEHEAD_INTERPRET_IR": str(int(self.interpret_ir)),
            "LANCEHEAD_CLOCK": str(self.clock),
        }

    def setup(self) -> str:
        """Lines that set this up in a script of its own, before its first use of lancehead."""
        chosen = ", ".join(f"{name}={value}" for name, value in self.chosen().items())
        return f"lancehead._lancehead.testing({chosen})  # LANCEHEAD_THRESHOLD={self.threshold}\n"

    def chosen(self) -> dict[str, int]:
        """What the extension's `testing` takes."""
        return asdict(self)

    @contextmanager
    def applied(self) -> Iterator[Wrap]:
        """Yields the decorator that programs know as `_jit`."""
        before = {name: os.environ.get(name) for name in self.environment()}
        os.environ.update(self.environment())
        try:
            import lancehead._lancehead  # here: tests load this package without the extension

            testing = getattr(lancehead._lancehead, "testing", None)
            if testing is not None:
                testing(**self.chosen())
            try:
                yield lancehead.jit
            finally:
                if testing is not None:
                    testing(deopt_every=0, interpret_ir=False, clock=0)
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


DEFAULT_RUNS: dict[str, Settings] = {
    "native": Settings(),
    "optimized": Settings(opt=2),
    "deopt1": Settings(deopt_every=1),
    "deopt7": Settings(deopt_every=7),
    "ir": Settings(interpret_ir=True),
    # What is worth compiling is found out as in earnest, by a clock that makes everything seem long.
    "weighed": Settings(threshold=1, clock=3000),
    # Leaving at the n-th place of each call: the places are the same in interpreted IR, which costs no compilation.
    **{f"ir-deopt{n}": Settings(interpret_ir=True, deopt_every=n) for n in (1, 2, 3, 5, 8, 13, 21, 34, 55)},
}


def identity(function: types.FunctionType) -> types.FunctionType:
    return function


# -- values as text --------------------------------------------------------------------------------------------


def freeze(value: object, seen: dict[int, int] | None = None) -> str:
    """Type and exact value. Floats by repr, which has all their bits but those of a nan; aliases show as #n."""
    kind = type(value)
    if kind is float or kind is bool or value is None:
        return repr(value)
    if kind is int:
        return (
            repr(value) if value.bit_length() < 4000 else f"<int of {value.bit_length()} bits, crc {zlib.crc32(hex(value).encode()):08x}>"
        )
    if kind is str or kind is complex or kind is bytes:
        return repr(value)
    if kind.__module__ == "numpy" and kind.__name__ != "ndarray":
        return repr(value)
    seen = {} if seen is None else seen
    if id(value) in seen and kind is not tuple:
        return f"#{seen[id(value)]}"
    if kind is tuple:
        return "(" + ", ".join([freeze(item, seen) for item in value]) + ",)"
    seen[id(value)] = len(seen)
    if kind is list:
        return "[" + ", ".join([freeze(item, seen) for item in value]) + "]"
    if kind is dict:
        return "{" + ", ".join([f"{freeze(k, seen)}: {freeze(v, seen)}" for k, v in value.items()]) + "}"
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return f"<{kind.__name__} {value.__qualname__}>"
    if isinstance(value, int):
        return f"{kind.__name__}({int(value)})"
    if kind.__name__ == "ndarray":
        head = f"{value.dtype.str}, {value.shape}, {value.strides}, {'' if value.flags.writeable else 'not '}writable"
        return f"ndarray({head}, {freeze(value.tolist())})"
    try:
        text = ADDRESS.sub("0x", repr(value))
    except Exception as error:
        text = f"<repr raises {error!r}>"
    try:
        attributes = object.__getattribute__(value, "__dict__")  # a `__getattr__` of its own is not asked
    except AttributeError:
        attributes = None
    told = ", ".join([f"{name}={freeze(item, seen)}" for name, item in attributes.items()]) if attributes else ""
    return f"{kind.__name__}:{text}{{{told}}}"


def clip(text: str) -> str:
    return (
        text
        if len(text) <= TEXT_LIMIT
        else f"{text[:TEXT_LIMIT]}... {len(text)} characters, crc {zlib.crc32(text.encode('utf-8', 'replace')):08x}"
    )


def describe_error(error: BaseException) -> str:
    """The traceback as CPython prints it, without the harness's own frame at the outer end."""
    tb = error.__traceback__
    while tb is not None and tb.tb_frame.f_code.co_filename.startswith(HERE):
        tb = tb.tb_next
    text = "".join(traceback.TracebackException(type(error), error, tb, compact=True).format())
    return ADDRESS.sub("0x", text)


# -- running ---------------------------------------------------------------------------------------------------


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeUp in the block, again and again until it is left. Only the main thread has signals."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    # Of the process's own time: beside other work it gets little of the clock's.
    armed = True

    def stop(signum: int, frame: object) -> None:
        if armed:
            raise TimeUp

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.05)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def captured() -> Iterator[io.StringIO]:
    """Printed text and warnings go to one buffer. No cycle collection: when it runs is nobody's promise."""
    stdout = sys.stdout
    collecting = gc.isenabled()
    buffer = io.StringIO()

    def show_here(message, category, filename, lineno, file=None, line=None):
        if filename.startswith(HERE) or filename == "<sys>":  # of a caller beyond the outermost, as CPython calls it
            filename, lineno = "sys", 1
        buffer.write(f"{filename}:{lineno}: {category.__name__}: {message}\n")

    gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        sys.stdout, warnings.showwarning = buffer, show_here
        try:
            yield buffer
        finally:
            sys.stdout = stdout
            if collecting:
                gc.enable()


_compiled: tuple[str, str, bytes] = ("", "", b"")


def compile_program(program: Program) -> types.CodeType:
    """Fresh code objects at every call: one run must not find what another has left in them."""
    global _compiled
    if _compiled[:2] != (program.filename, program.source):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(program.source, program.filename, "exec", dont_inherit=True)
        _compiled = (program.filename, program.source, marshal.dumps(code))
    return marshal.loads(_compiled[2])


def outcome(program: Program, wrap: Wrap = identity, limit: float = TIME_LIMIT) -> list[str]:
    """One text a call of `f`, and one for the module afterwards. Raises TimeUp past `limit` seconds."""
    code = compile_program(program)
    lines = program.source.splitlines(keepends=True)
    linecache.cache[program.filename] = (len(program.source), None, lines, program.filename)
    try:
        with captured() as buffer:
            try:
                return calls_of_f(program, code, wrap, buffer, limit)
            finally:
                gc.collect(0)  # the module's functions and classes: a class is known by its name, and by how many of that name are alive
    finally:
        linecache.cache.pop(program.filename, None)


def calls_of_f(program: Program, code: types.CodeType, wrap: Wrap, buffer: io.StringIO, limit: float) -> list[str]:
    module: dict[str, object] = {"__name__": "selftest_program", "__builtins__": __builtins__, "_jit": wrap}
    out: list[str] = []
    with time_limit(limit):
        try:
            exec(code, module)
            entry = module["f"]
            calls = [eval(text, module) for text in program.arguments]
        except Exception as error:
            return [f"module: {describe_error(error)}"]
        for text, arguments in zip(program.arguments, calls):
            buffer.seek(0)
            buffer.truncate()
            result = MISSING
            try:
                result = entry(*arguments)
            except (TimeUp, KeyboardInterrupt):
                raise
            except BaseException as error:  # a Rust panic, too, is no Exception
                told = describe_error(error)
            else:
                told = freeze(result)
                del result
            printed = buffer.getvalue()
            record = f"f{text} -> {clip(told)}"
            if printed:
                record += f"\nprinted: {clip(printed)}"
            if any(type(a) not in (int, float, bool, str) for a in arguments):
                record += f"\narguments: {clip(freeze(arguments))}"
            out.append(record)
        seen: dict[int, int] = {}
        left = [
            f"{name}={freeze(value, seen)}"
            for name, value in module.items()
            if not name.startswith("_") and not callable(value) and not isinstance(value, types.ModuleType)
        ]
        out.append(f"module: {clip(', '.join(left))}")
    return out


@contextmanager
def unraisable_shown() -> Iterator[None]:
    """What finalisers raise is told on sys.stderr, also where a test runner has a hook of its own."""
    hook, sys.unraisablehook = sys.unraisablehook, sys.__unraisablehook__
    try:
        yield
    finally:
        sys.unraisablehook = hook


def script_outcome(program: Program, wrap: Wrap = identity, limit: float = TIME_LIMIT) -> list[str]:
    """What a script printed, raised and left behind, and what its finalisers say when that goes away. `wrap` takes the module's code as a function."""
    code = compile_program(program)
    lines = program.source.splitlines(keepends=True)
    linecache.cache[program.filename] = (len(program.source), None, lines, program.filename)
    module: dict[str, object] = {"__name__": "selftest_program", "__builtins__": __builtins__}
    told = "ended"
    try:
        with captured() as buffer, contextlib.redirect_stderr(buffer), unraisable_shown():
            with time_limit(limit):
                try:
                    if wrap is identity:
                        run_plain(code, module)
                    else:
                        wrap(types.FunctionType(code, module))()
                except (TimeUp, KeyboardInterrupt):
                    raise
                except BaseException as error:
                    told = describe_error(error)
                out = [clip(ADDRESS.sub("0x", f"printed: {buffer.getvalue()}")), clip(told)]
                seen: dict[int, int] = {}
                names = [name for name in module if name not in NOT_ITS_OWN and not isinstance(module[name], types.ModuleType)]
                out.append(f"names: {', '.join(module)}")
                out += [f"{name} = {clip(freeze(module[name], seen))}" for name in names]
                buffer.seek(0)
                buffer.truncate()
                module.clear()
                out.append(clip(ADDRESS.sub("0x", f"at the end: {buffer.getvalue()}")))
                gc.collect(0)  # cycles, whose finalisers would speak up later
        return out
    finally:
        linecache.cache.pop(program.filename, None)


def run_plain(code: types.CodeType, module: dict[str, object]) -> None:
    """A module's code as it stands. Where the extension is loaded, as deep in the stack as guarded code: where RecursionError comes, is compared too."""
    extension = sys.modules.get("lancehead._lancehead")
    if extension is None:
        exec(code, module)
    else:
        raise_again(extension.run_code(code, module))


def guarded(function: types.FunctionType) -> Callable[[], None]:
    """A module's code as `lancehead run` runs it."""
    from lancehead import _lancehead

    return lambda: raise_again(_lancehead.run_code(_lancehead.guard_code(function.__code__), function.__globals__))


def raise_again(raised: BaseException | None) -> None:
    try:
        if raised is not None:
            raise raised
    finally:
        del raised  # the frame is in its traceback


def run(program: Program, how: Settings | Wrap, limit: float = TIME_LIMIT) -> list[str]:
    if program.is_script:
        if isinstance(how, Settings):
            with how.applied():
                return script_outcome(program, guarded, limit)
        return script_outcome(program, how, limit)
    if isinstance(how, Settings):
        with how.applied() as wrap:
            return outcome(program, wrap, limit)
    return outcome(program, how, limit)


# -- comparing -------------------------------------------------------------------------------------------------


def difference(expected: list[str], got: list[str]) -> str:
    """The first outcome that differs, both sides; and how many more do."""
    differing = [(a, b) for a, b in zip(expected, got) if a != b and without_cold_carets(a) != without_cold_carets(b)]
    if len(expected) != len(got):
        differing.append((expected[-1], got[-1]))
    if not differing:
        return ""
    a, b = differing[0]
    more = f"\n(and {len(differing) - 1} more calls)" if len(differing) > 1 else ""
    return f"CPython:\n{indented(a)}\ngot:\n{indented(b)}{more}"


# On 3.11 the place of an unbound local is the first half of a fused pair of instructions once CPython itself has warmed the
# code up, and its own while the code is cold: which of them is the interpreter's history (docs/deviations.md).
COLD_CARET = (
    re.compile(r", line \d+, in (\w+)\n.*\n[ ~]*\^[~^]*(?=\n(?:UnboundLocalError|NameError))") if sys.version_info < (3, 12) else None
)


def without_cold_carets(text: str) -> str:
    return COLD_CARET.sub("", text) if COLD_CARET else text


def indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def bugs_met() -> list[str]:
    """Panics of the compiler and their like, of which the answers tell nothing: the interpreter goes on."""
    extension = sys.modules.get("lancehead._lancehead")
    told = getattr(extension, "testing_bugs", None)
    return told() if told else []


def compare(program: Program, runs: Mapping[str, Settings | Wrap] | None = None, limit: float = TIME_LIMIT) -> str:
    """Runs plain CPython, then each of `runs`; the differences as text, "" if there are none.

    A program that plain CPython does not finish in time says nothing and counts as equal.
    """
    runs = DEFAULT_RUNS if runs is None else runs
    if any(isinstance(how, Settings) for how in runs.values()):
        importlib.import_module("lancehead._lancehead")  # before the first run: each is as deep in the stack
    try:
        expected = run(program, identity, limit)
    except TimeUp:
        return ""
    told = []
    for name, how in runs.items():
        bugs_met()  # what was met before is not this program's
        try:
            text = difference(expected, run(program, how, limit * 10))
        except TimeUp:
            # The IR's interpreter is a definition, not an engine: it may take its time.
            if isinstance(how, Settings) and how.interpret_ir:
                continue
            text = f"did not finish within {limit * 10:g} s; CPython does within {limit:g} s"
        except Exception:
            text = f"the harness met an error:\n{indented(traceback.format_exc())}"
        if bugs := bugs_met():
            text = f"a bug of lancehead's own:\n{indented(bugs[0])}" + (f"\n{text}" if text else "")
        if text:
            told.append(f"[{name}] {text}")
    if told and (again := difference(expected, run(program, identity, limit * 10))):
        return f"[plain] the program is not deterministic, which is a fault of the generator\n{again}"
    return "\n".join(told)
