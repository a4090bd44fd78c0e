"""Code objects with guards, checked and run by the interpreter. Talks with the Rust test over its standard streams, a line of JSON at a time:
writes {"code": ..} and reads the parts that `guard` made of it, writes {"failure": ..} for what is wrong and {"report": ..} at the end.

guarded.py check [FILE]   puts guards into every code object of a third of the standard library's modules, or of FILE, and compares by `dis`,
                          `co_positions` and `co_lines`; with LANCEHEAD_TEST_WHOLE_STDLIB of all modules
guarded.py run FILE       runs the functions of FILE with and without guards
"""

import dis
import itertools
import json
import os
import sys
import traceback
import types

import dump

UNIT = 2


def say(key, value):
    sys.stdout.write(json.dumps({key: value}, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def ask(code):
    """The guarded parts of a code object, or None if it has no loops or no guards can be put there."""
    say("code", dump.plain(code, False))
    parts = json.loads(sys.stdin.readline())
    if not parts["loops"]:
        return None
    for name in ("bytecode", "exception_table", "line_table"):
        parts[name] = bytes.fromhex(parts[name])
    return parts


def rebuilt(code, parts, bytecode, guards, consts=None):
    consts = code.co_consts if consts is None else consts
    return code.replace(
        co_code=bytes(bytecode),
        co_consts=(*consts, *guards),
        co_exceptiontable=parts["exception_table"],
        co_linetable=parts["line_table"],
        co_stacksize=parts["stacksize"],
    )


def patched(parts, switches, back_edges):
    """The new bytecode in a state: whether the switch of each loop is on, and whether its back edges are."""
    bytecode = bytearray(parts["bytecode"])
    for loop, switch, edges in zip(parts["loops"], switches, back_edges, strict=True):
        for patch, is_on in [(loop["switch"], switch), *((edge, edges) for edge in loop["back_edges"])]:
            at, units = patch["at"], bytes.fromhex(patch["on" if is_on else "off"])
            other = bytes.fromhex(patch["off" if is_on else "on"])
            assert bytecode[at : at + len(units)] in (units, other) and len(units) == len(other)
            assert units[::2] == other[::2], "only arguments differ"
            bytecode[at : at + len(units)] = units
    return bytecode


def inner(code):
    yield code
    for value in code.co_consts:
        if isinstance(value, types.CodeType):
            yield from inner(value)


# Checks without running


def lines(code):
    of_unit = [None] * (len(code.co_code) // UNIT)
    for start, end, line in code.co_lines():
        of_unit[start // UNIT : end // UNIT] = [line] * ((end - start) // UNIT)
    return of_unit


def handler(exceptions, offset):
    for entry in exceptions:
        if entry.start <= offset < entry.end:
            return entry.target, entry.depth, entry.lasti
    return None


def check(code, parts):
    moved = parts["moved"]
    size = len(code.co_code)
    assert len(moved) == size // UNIT + 1
    of = lambda offset: moved[offset // UNIT]
    guard_of = {loop["head"]: loop["guard"] for loop in parts["loops"]}
    landing = parts["landing"]
    for on in (False, True):
        count = len(parts["loops"])
        guards = [f"guard {index}" for index in range(count)]
        new = rebuilt(code, parts, patched(parts, [on] * count, [on] * count), guards)

        old_positions, new_positions = list(code.co_positions()), list(new.co_positions())
        old_lines, new_lines = lines(code), lines(new)
        assert len(new_positions) == len(new_lines) == len(new.co_code) // UNIT
        for unit in range(size // UNIT):
            assert old_positions[unit] == new_positions[of(unit * UNIT) // UNIT], f"the position of {unit * UNIT}"
            assert old_lines[unit] == new_lines[of(unit * UNIT) // UNIT], f"the line of {unit * UNIT}"
        for unit in range(landing // UNIT, len(new_positions)):
            assert new_positions[unit][0] is None and new_lines[unit] is None, "the landing pad has no location"

        old_handlers, new_handlers = dis._parse_exception_table(code), dis._parse_exception_table(new)
        for offset in range(0, size, UNIT):
            expected = handler(old_handlers, offset)
            if expected:
                expected = (of(expected[0]), *expected[1:])
            assert expected == handler(new_handlers, of(offset)), f"the handler of {offset}"
        assert not any(handler(new_handlers, offset) for offset in range(landing, len(new.co_code), UNIT))
        assert [entry.start for entry in new_handlers] == sorted(entry.start for entry in new_handlers)

        new_instructions = {instruction.offset: instruction for instruction in dis.get_instructions(new)}
        for instruction in dis.get_instructions(code):
            if instruction.opname == "EXTENDED_ARG":
                continue
            offset = of(instruction.offset)
            while new_instructions[offset].opname == "EXTENDED_ARG":
                offset += UNIT
            there = new_instructions.pop(offset)
            assert there.opname == instruction.opname, f"{there.opname} at {instruction.offset}"
            if instruction.opcode not in dis.hasjrel:
                assert there.arg == instruction.arg, f"the argument at {instruction.offset}"
            elif on or instruction.argval > instruction.offset:
                expected = guard_of.get(instruction.argval, of(instruction.argval))
                assert there.argval == expected, f"the target at {instruction.offset}"
            else:
                assert there.argval == of(instruction.argval), f"the target at {instruction.offset}"
        for index, loop in enumerate(parts["loops"]):
            assert loop["new_head"] == of(loop["head"])
            guard = range(loop["guard"], loop["new_head"], UNIT)
            head = loop["new_head"]
            for offset in guard:
                assert new_positions[offset // UNIT] == new_positions[head // UNIT], "a guard stands where its head does"
                assert new_lines[offset // UNIT] == new_lines[head // UNIT]
                own = (loop["behind"], handler(new_handlers, loop["call"])[1], False)
                expected = own if loop["guard"] < offset < loop["behind"] else handler(new_handlers, head)
                assert handler(new_handlers, offset) == expected, "the switch and the end of a guard are protected like its head"
            sequence = [new_instructions.pop(offset) for offset in guard if offset in new_instructions]
            names = [instruction.opname for instruction in sequence if instruction.opname != "EXTENDED_ARG"]
            call = ["PRECALL", "CALL"] if sys.version_info < (3, 12) else ["CALL"]
            push = ["PUSH_NULL", "LOAD_CONST"] if sys.version_info < (3, 13) else ["LOAD_CONST", "PUSH_NULL"]
            assert names == ["JUMP_FORWARD", *push, *call, "POP_TOP"], names
            assert sequence[0].argval == (loop["guard"] + UNIT if on else loop["new_head"]), "the switch"
            (constant,) = [instruction.argval for instruction in sequence if instruction.opname == "LOAD_CONST"]
            assert constant == guards[index]
            at = {instruction.offset: instruction.opname for instruction in sequence}
            assert at[loop["call"]] == "CALL" and at[loop["behind"]] == "POP_TOP"
        rest = {
            offset: instruction.opname for offset, instruction in new_instructions.items() if instruction.opname != "EXTENDED_ARG"
        }
        assert rest == {landing: "POP_TOP", landing + 6: "JUMP_BACKWARD_NO_INTERRUPT"}, rest

        for target, arguments in parts["landings"]:
            bytecode = bytearray(parts["bytecode"])
            bytecode[landing + 3 : landing + 8 : UNIT] = bytes(arguments)
            *_, jump = dis.get_instructions(rebuilt(code, parts, bytecode, guards))
            assert jump.argval == target, "the landing pad's jump"


def padded_edges(parts):
    """How many back edges have a prefix that only their on form needs."""
    edges = [edge for loop in parts["loops"] for edge in loop["back_edges"]]
    return sum(len(edge["off"]) > 4 and edge["off"][2:4] == "00" for edge in edges)


def check_all(modules):
    with_loops = loops = padded = 0
    for code in itertools.chain.from_iterable(map(inner, modules)):
        parts = ask(code)
        if parts is None:
            continue
        try:
            check(code, parts)
        except AssertionError as error:
            say("failure", f"{code.co_filename}:{code.co_qualname}: {error} {traceback.extract_tb(error.__traceback__)[-1].lineno}")
        with_loops += 1
        loops += len(parts["loops"])
        padded += padded_edges(parts)
    say("report", {"with_loops": with_loops, "loops": loops, "padded": padded})


# Runs


class Guards:
    """Makes the guards' callables, and counts their calls by code object and loop."""

    def __init__(self):
        self.calls = {}

    def callable(self, code, index):
        key = (code.co_qualname, code.co_firstlineno, index)

        def guard():
            self.calls[key] = self.calls.get(key, 0) + 1

        return guard


class Rewriter:
    """Puts guards into a code object and those inside it; which is asked only once."""

    def __init__(self):
        self.parts = {}

    def of(self, code):
        if code not in self.parts:
            self.parts[code] = ask(code)
        return self.parts[code]

    def rewrite(self, code, state, guards):
        consts = [self.rewrite(value, state, guards) if isinstance(value, types.CodeType) else value for value in code.co_consts]
        parts = self.of(code)
        if parts is None:
            return code.replace(co_consts=tuple(consts))
        states = [state(code, index) for index in range(len(parts["loops"]))]
        bytecode = patched(parts, [switch for switch, _ in states], [edges for _, edges in states])
        return rebuilt(code, parts, bytecode, [guards.callable(code, index) for index in range(len(states))], consts)


def twin(function, code):
    new = types.FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    new.__kwdefaults__ = function.__kwdefaults__
    return new


def outcome(function, arguments):
    """The result, or the traceback as it is printed, carets and all."""
    try:
        result = function(*arguments)
        if isinstance(result, types.GeneratorType):
            result = list(result)
        return repr(result)
    except Exception as error:
        error.__traceback__ = error.__traceback__.tb_next
        return "".join(traceback.format_exception(error))


def events(function, arguments, path):
    """What a tracer sees in the functions of the program."""
    seen = []

    def local(frame, event, argument):
        seen.append((frame.f_code.co_qualname, event, frame.f_lineno, repr(argument) if event == "return" else type(argument).__name__))
        return local

    def start(frame, event, argument):
        return local(frame, event, argument) if frame.f_code.co_filename == path else None

    sys.settrace(start)
    try:
        function(*arguments)
    except Exception:
        pass
    finally:
        sys.settrace(None)
    return seen


class Entries:
    """Of each loop of the original code: how often control enters it from above, and by a back edge. From the offsets of the instructions that run."""

    def __init__(self, rewriter, path):
        self.rewriter, self.path = rewriter, path
        self.above, self.back = {}, {}
        self.before = {}
        self.facts = {}

    def of(self, code):
        if code not in self.facts:
            self.facts[code] = None  # asking runs code that is traced
            start, starts = None, {}
            for instruction in dis.get_instructions(code):
                start = instruction.offset if start is None else start
                starts[instruction.offset] = start
                start = start if instruction.opname == "EXTENDED_ARG" else None
            heads = {loop["head"]: index for index, loop in enumerate((self.rewriter.of(code) or {"loops": ()})["loops"])}
            self.facts[code] = starts, heads
        return self.facts[code]

    def trace(self, frame, event, argument):
        if frame.f_code.co_filename != self.path:
            return None
        frame.f_trace_opcodes = True
        starts, heads = self.of(frame.f_code)
        if event == "opcode":
            before = self.before.get(frame, -1)
            start = starts[frame.f_lasti]
            # Versions differ in whether an instruction is an event, or its first prefix, or both.
            is_rest = start <= before < frame.f_lasti
            if start in heads and not is_rest:
                side = self.above if before < start else self.back
                key = (frame.f_code.co_qualname, frame.f_code.co_firstlineno, heads[start])
                side[key] = side.get(key, 0) + 1
            self.before[frame] = frame.f_lasti
        return self.trace

    def count(self, function, arguments):
        for code in inner(function.__code__):
            self.of(code)
        sys._getframe().f_trace_opcodes = True  # 3.12 asks, when tracing begins, whether any frame wants these events
        sys.settrace(self.trace)
        try:
            result = function(*arguments)
            if isinstance(result, types.GeneratorType):
                list(result)
        except Exception:
            pass
        finally:
            sys.settrace(None)


def sums(*counts):
    return {key: sum(count.get(key, 0) for count in counts) for key in {key for count in counts for key in count}}


STATES = {
    "all off": lambda code, index: (False, False),
    "switch on": lambda code, index: (True, False),
    "back edges on": lambda code, index: (False, True),
    "all on": lambda code, index: (True, True),
    "some on": lambda code, index: (bool(index & 1), bool(index & 2)),
    "others on": lambda code, index: (not index & 1, bool(index & 1)),
}


def run(path):
    module = {"__name__": "guarded_programs"}
    with open(path) as file:
        exec(compile(file.read(), path, "exec"), module)
    rewriter = Rewriter()
    runs = called = traced = 0
    for name, function in list(module.items()):
        for arguments in getattr(function, "cases", ()):
            whose = f"{name}{arguments()!r}"
            source = function.__code__.co_filename
            compare = lambda what, expected, found: expected == found or say(
                "failure", f"{whose}: {what}\nexpected {expected}\nfound    {found}"
            )
            expected = outcome(function, arguments())
            # Each event of a tracer costs time in proportion to the length of the function.
            is_traced = len(function.__code__.co_code) < 50_000
            entries = Entries(rewriter, source)
            if is_traced:
                entries.count(function, arguments())
            for state_name, state in STATES.items():
                guards = Guards()
                guarded = twin(function, rewriter.rewrite(function.__code__, state, guards))
                compare(f"{state_name}: outcome", expected, outcome(guarded, arguments()))
                runs += 1
                if not is_traced:
                    continue
                if state_name == "all off":
                    compare("all off: calls", {}, guards.calls)
                    original, here = events(function, arguments(), source), events(guarded, arguments(), source)
                    compare("all off: events", original, here)
                    traced += len(here)
                if state_name == "switch on":
                    compare("switch on: calls", entries.above, guards.calls)
                    called += sum(guards.calls.values())
                if state_name == "all on":
                    compare("all on: calls", sums(entries.above, entries.back), guards.calls)
                    called += sum(guards.calls.values())
    caught_from_a_guard(module["catches"], rewriter)
    padded = sum(padded_edges(parts) for parts in rewriter.parts.values() if parts)
    say("report", {"runs": runs, "calls": called, "events": traced, "padded": padded})


class Raising:
    def callable(self, code, index):
        def guard():
            raise ValueError("from the guard")

        return guard


def caught_from_a_guard(function, rewriter):
    """Where a guard can't be called the loop goes on, and the handler around it does not know."""
    expected = outcome(function, (3,))
    found = outcome(twin(function, rewriter.rewrite(function.__code__, STATES["switch on"], Raising())), (3,))
    if found != expected:
        say("failure", f"the guard raised: {found} and not {expected}")


def compiled(path):
    with open(path) as file:
        yield compile(file.read(), path, "exec")


def main():
    command, *arguments = sys.argv[1:]
    if command == "check":
        step = 1 if "LANCEHEAD_TEST_WHOLE_STDLIB" in os.environ else 3
        check_all(compiled(arguments[0]) if arguments else itertools.islice(dump.library(False), 0, None, step))
    elif command == "run":
        run(arguments[0])


if __name__ == "__main__":
    main()
