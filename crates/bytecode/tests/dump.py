"""Code objects as JSON, a line each, for the Rust tests: with what `dis` says about them.

dump.py opcodes              the interpreter's own instruction table
dump.py corpus FILE          the functions of FILE that carry cases, and those inside them
dump.py stdlib [--tests]     every code object of the standard library
dump.py oracle FILE          stdin: {function: source of the same in Python}; runs both on the function's cases
"""

import copy
import dis
import json
import marshal
import os
import struct
import sys
import sysconfig
import types
import warnings

STOPS = {
    "RETURN_VALUE",
    "RETURN_CONST",
    "RAISE_VARARGS",
    "RERAISE",
    "JUMP_FORWARD",
    "JUMP_BACKWARD",
    "JUMP_BACKWARD_NO_INTERRUPT",
}


def constant(value, with_objects):
    if value is None or isinstance(value, bool):
        return value
    if type(value) is int and -(2**127) <= value < 2**127:
        return {"int": str(value)}
    if type(value) is float:
        return {"float": struct.pack(">d", value).hex()}
    if type(value) is str and not any("\ud800" <= character <= "\udfff" for character in value):
        return {"str": value}
    if type(value) is tuple:
        return {"tuple": [constant(item, with_objects) for item in value]}
    return {"object": marshal.dumps(value).hex() if with_objects else ""}


def local_variables(code):
    names = []
    try:
        while True:
            names.append(code._varname_from_oparg(len(names)))
    except IndexError:
        pass
    first_free = len(names) - len(code.co_freevars)
    kinds = ["free" if index >= first_free else "cell" if name in code.co_cellvars else "fast" for index, name in enumerate(names)]
    return list(zip(names, kinds, strict=True))


def depths(code, instructions, exceptions):
    """The depth of the stack before each instruction, by `dis.stack_effect`; None for unreachable ones."""
    index_of = {instruction.offset: index for index, instruction in enumerate(instructions)}
    known = [None] * len(instructions)
    # A generator is entered below its own value: 3.13's stack_effect says so, before that the compiler did.
    generator_bonus = 1 if sys.version_info < (3, 13) else 0
    todo = [(0, 0)]
    waiting = list(exceptions)
    while True:
        while todo:
            index, depth = todo.pop()
            if known[index] is not None:
                assert known[index] == depth, (code.co_name, instructions[index])
                continue
            known[index] = depth
            instruction = instructions[index]
            name = instruction.opname
            if name == "EXTENDED_ARG":
                todo.append((index + 1, depth))
                continue
            arg = instruction.arg if instruction.opcode >= dis.HAVE_ARGUMENT else None
            if name not in STOPS:
                effect = dis.stack_effect(instruction.opcode, arg, jump=False)
                todo.append((index + 1, depth + effect + (generator_bonus if name == "RETURN_GENERATOR" else 0)))
            if instruction.opcode in dis.hasjrel:
                todo.append((index_of[instruction.argval], depth + dis.stack_effect(instruction.opcode, arg, jump=True)))
        reached = [instruction.offset for instruction, depth in zip(instructions, known, strict=True) if depth is not None]
        for entry in waiting[:]:
            if any(entry.start <= offset < entry.end for offset in reached):
                waiting.remove(entry)
                todo.append((index_of[entry.target], entry.depth + entry.lasti + 1))
        if not todo:
            return known


def plain(code, full):
    return {
        "minor": sys.version_info[1],
        "name": code.co_name,
        "qualname": code.co_qualname,
        "filename": code.co_filename,
        "first_line": code.co_firstlineno,
        "flags": code.co_flags,
        "argcount": code.co_argcount,
        "posonlyargcount": code.co_posonlyargcount,
        "kwonlyargcount": code.co_kwonlyargcount,
        "stacksize": code.co_stacksize,
        "bytecode": code.co_code.hex(),
        "consts": [constant(value, full) for value in code.co_consts],
        "names": code.co_names,
        "locals": local_variables(code),
        "exception_table": code.co_exceptiontable.hex(),
        "line_table": code.co_linetable.hex(),
        "positions": [[number or 0 for number in position] for position in code.co_positions()] if full else [],
    }


def record(code, full):
    instructions = list(dis.get_instructions(code))
    exceptions = dis._parse_exception_table(code)
    known = depths(code, instructions, exceptions)
    return plain(code, full) | {
        "instructions": [
            [
                instruction.offset,
                instruction.opname,
                instruction.argval if instruction.opcode in dis.hasjrel else -1,
                -1 if depth is None else depth,
            ]
            for instruction, depth in zip(instructions, known, strict=True)
        ],
        "protected": [[entry.start, entry.end] for entry in exceptions],
    }


def emit(value):
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")  # `json.dump` would write each number by itself


def emit_all(code, full):
    emit(record(code, full))
    for value in code.co_consts:
        if isinstance(value, types.CodeType):
            emit_all(value, full)


def opcodes():
    import opcode

    caches = opcode._inline_cache_entries
    for name, number in opcode.opmap.items():
        if number < 256:
            emit([number, name, caches.get(name, 0) if isinstance(caches, dict) else caches[number]])


def corpus(path):
    module = {"__name__": "corpus"}
    with open(path) as file:
        exec(compile(file.read(), "corpus.py", "exec"), module)
    return module


def stdlib(with_tests):
    for code in library(with_tests):
        emit_all(code, False)


def library(with_tests):
    """The code of each module of the standard library."""
    warnings.simplefilter("ignore")
    for folder, folders, files in os.walk(sysconfig.get_paths()["stdlib"]):
        skipped = {"site-packages", "__pycache__"} | (set() if with_tests else {"test", "tests", "idle_test"})
        folders[:] = sorted(set(folders) - skipped)
        for file in sorted(files):
            if file.endswith(".py"):
                try:
                    with open(os.path.join(folder, file), "rb") as source:
                        code = compile(source.read(), os.path.join(folder, file), "exec", dont_inherit=True)
                except (SyntaxError, ValueError, RecursionError):
                    continue
                yield code


def outcome(function, arguments):
    arguments = copy.deepcopy(arguments)
    try:
        result = function(*arguments)
        end = f"{type(result).__name__} {result!r}"
    except Exception as error:
        end = f"raised {type(error).__name__}: {error}"
    return f"{end} after which {arguments!r}"


def oracle(path):
    module = corpus(path)
    for name, source in json.load(sys.stdin).items():
        scope = {}
        original = module[name]
        exec(compile(source, f"<{name} printed>", "exec"), module, scope)
        (printed,) = scope.values()
        printed.__defaults__, printed.__kwdefaults__ = original.__defaults__, original.__kwdefaults__
        for arguments in original.cases:
            expected, found = outcome(original, arguments), outcome(printed, arguments)
            emit({"function": name, "arguments": repr(arguments), "expected": expected, "found": found})


def main():
    command, *arguments = sys.argv[1:]
    if command == "opcodes":
        opcodes()
    elif command == "corpus":
        for value in corpus(arguments[0]).values():
            if hasattr(value, "cases"):
                emit_all(value.__code__, True)
    elif command == "stdlib":
        stdlib("--tests" in arguments)
    elif command == "oracle":
        oracle(arguments[0])


if __name__ == "__main__":
    main()
