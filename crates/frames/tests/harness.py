"""Stop a running function before its k-th instruction and go on elsewhere."""
import dis
import io
import linecache
import sys
import traceback
import types

import _lhtest
from _lhtest import NULL

GO, THROW, CALL = 0, 1, 2
OLD = sys.version_info < (3, 12)
UNCONDITIONAL = {"JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"}
ENDS = {"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"}


class Map:
    """Stack depth before each instruction, found by walking the code."""

    def __init__(self, code):
        self.instructions = list(dis.get_instructions(code))
        ins = self.instructions
        index = {i.offset: n for n, i in enumerate(ins)}
        self.next = {i.offset: ins[n + 1].offset if n + 1 < len(ins) else None
                     for n, i in enumerate(ins)}
        self.at = {i.offset: i for i in ins}
        self.depth = {}
        todo = [(0, 0)] + [(e.target, e.depth + e.lasti + 1)
                           for e in dis._parse_exception_table(code)]
        while todo:
            offset, depth = todo.pop()
            if offset is None or offset in self.depth:
                continue
            self.depth[offset] = depth
            i = ins[index[offset]]
            jumps = i.opcode in dis.hasjrel or i.opcode in dis.hasjabs
            arg = i.arg if i.opcode >= dis.HAVE_ARGUMENT else None
            if OLD and i.opname == "EXTENDED_ARG":
                arg = i.arg
            if i.opname == "PRECALL":       # moves nothing; CALL pops it all
                todo.append((self.next[offset], depth))
                continue
            if OLD and i.opname == "CALL":
                todo.append((self.next[offset], depth - i.arg - 1))
                continue
            if jumps:
                todo.append((i.argval, depth + dis.stack_effect(i.opcode, arg, jump=True)))
            if i.opname not in ENDS and i.opname not in UNCONDITIONAL:
                todo.append((self.next[offset],
                             depth + dis.stack_effect(i.opcode, arg, jump=False)))
        self.place = {}
        prefix = kwnames = False
        start = None
        for i in ins:
            if start is None:
                start = i.offset
            # Never behind a prefix; after KW_NAMES the names are in a C local.
            if not kwnames:
                self.place[i.offset] = start
            if i.opname == "KW_NAMES":
                kwnames = True
            elif i.opname == "CALL":
                kwnames = False
            if i.opname != "EXTENDED_ARG":
                start = None


def clone(f):
    g = types.FunctionType(f.__code__.replace(), f.__globals__, f.__name__, f.__defaults__,
                           f.__closure__)
    g.__kwdefaults__ = f.__kwdefaults__
    return g


def describe(exc, skip):
    """The traceback's text without the frames of the harness."""
    tb = exc.__traceback__
    for _ in range(skip):
        tb = tb.tb_next
    exc.__traceback__ = tb
    return "".join(traceback.format_exception(exc))


def attempt(call, skip):
    out, kept = io.StringIO(), sys.stdout
    sys.stdout = out if kept is sys.__stdout__ else kept
    try:
        try:
            return "value", repr(call()), sys.stdout.getvalue()
        except Exception as e:
            return "error", describe(e, skip), sys.stdout.getvalue()
    finally:
        sys.stdout = kept


class Stop(BaseException):
    pass


def stop_at(f, k, action):
    """Run a clone of f; before its k-th instruction call action(frame, offset).
    Returns (f's outcome, whether there was a k-th)."""
    a = clone(f)
    seen = [0]

    def event(frame, offset):
        n = seen[0]
        seen[0] += 1
        if n == k:
            action(frame, offset)

    if OLD:
        def local(frame, what, arg):
            if what == "opcode":
                event(frame, frame.f_lasti)
            return local

        def tracer(frame, what, arg):
            if frame.f_code is not a.__code__:
                return None
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
            return local

        def run():
            sys.settrace(tracer)
            try:
                return a()
            finally:
                sys.settrace(None)
    else:
        mon = sys.monitoring

        def callback(code, offset):
            event(sys._getframe(1), offset)

        def run():
            mon.use_tool_id(3, "stop")
            mon.register_callback(3, mon.events.INSTRUCTION, callback)
            mon.set_local_events(3, a.__code__, mon.events.INSTRUCTION)
            try:
                return a()
            finally:
                mon.set_local_events(3, a.__code__, 0)
                mon.register_callback(3, mon.events.INSTRUCTION, None)
                mon.free_tool_id(3)
    result = attempt(lambda: _lhtest.guarded(run), 3)
    return result, seen[0] > k


def plain(f):
    return attempt(clone(f), 1)
