"""Answers what the compiler asks about a running program, a line of JSON each: see `process.rs`."""

import builtins
import json
import math
import os
import runpy
import sys
import types
import warnings

import numeric

dump = runpy.run_path(sys.argv[1])
MODULES = {"builtins": builtins, "math": math}
MISSING = object()
COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


class Program:
    def __init__(self, source, entry):
        self.globals = {"__name__": "filetest", "_jit": lambda function: function}
        exec(compile(source, "<test>", "exec", dont_inherit=True), self.globals)
        self.entry = self.globals[entry]
        self.functions = []
        self.inner = {}

    def resolve(self, path):
        """What stands at a path; as `crates/python/src/links.rs` does."""
        kind, *rest = path
        if kind == "entry":
            return self.entry
        if kind == "names":
            return tuple(rest[0])
        if kind == "name":
            return rest[0]
        owner = self.resolve(rest[0])
        if kind == "const":
            return owner.__code__.co_consts[rest[1]]
        if kind == "inner":
            return self.made_of(owner.__code__.co_consts[rest[1]], owner.__globals__)
        if kind == "global":
            return owner.__globals__.get(rest[1], vars(builtins).get(rest[1], MISSING))
        if kind == "closure":
            cell = owner.__closure__[rest[1]]
            return cell.cell_contents if cell != types.CellType() else MISSING
        if kind == "attribute":
            return vars(owner).get(rest[1], MISSING) if isinstance(owner, types.ModuleType) else MISSING
        return defaults_of(owner)[rest[1]]

    def made_of(self, code, names):
        """The function of a comprehension or a generator expression, which lacks the variables that it shares."""
        if not isinstance(code, types.CodeType) or code.co_name not in COMPREHENSIONS:
            return MISSING
        cells = tuple(types.CellType() for _ in code.co_freevars)
        return self.inner.setdefault(code, types.FunctionType(code, names, closure=cells))

    def look(self, path):
        value = self.resolve(path)
        if value is MISSING:
            return ["missing"]
        content = dump["constant"](value, False)
        if is_scalar(content):
            return ["scalar", content]
        if isinstance(value, types.FunctionType):
            return ["function", self.number(value)]
        if isinstance(value, types.ModuleType):
            return ["module", value.__name__]
        name = getattr(value, "__qualname__", None)
        module = getattr(value, "__module__", None)
        if isinstance(value, (types.BuiltinFunctionType, type)) and getattr(MODULES.get(module), name, None) is value:
            return ["builtin", f"{module}.{name}"]
        return ["other"]

    def number(self, function):
        if function not in self.functions:
            self.functions.append(function)
        return self.functions.index(function) + 1

    def function(self, path):
        function = self.resolve(path)
        return {
            "code": dump["record"](function.__code__, True),
            "defaults": [value is not MISSING for value in defaults_of(function)],
        }

    def arguments(self, text):
        values = self.values(text)
        return [dump["constant"](value, False) for value in values]

    def values(self, text):
        return eval(f"({text},)" if text else "()", dict(self.globals))

    def call(self, text):
        """What CPython says: the result as data, and in words."""
        values = self.values(text)
        try:
            result = self.entry(*values)
        except Exception as error:
            return [None, f"{type(error).__name__}: {error}"]
        return [dump["constant"](result, False), repr(result)]


def is_scalar(content):
    if isinstance(content, dict):
        ((kind, value),) = content.items()
        return kind in ("int", "float") or kind == "tuple" and len(value) <= 8 and all(map(is_scalar, value))
    return True


def defaults_of(function):
    """One a parameter, positional ones first."""
    code = function.__code__
    positional = list(function.__defaults__ or ())
    positional = [MISSING] * (code.co_argcount - len(positional)) + positional
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return positional + [(function.__kwdefaults__ or {}).get(name, MISSING) for name in names]


def main():
    # Programs print.
    answers, sys.stdout = sys.stdout, open(os.devnull, "w")
    warnings.simplefilter("ignore")
    program = None
    for line in sys.stdin:
        question, *arguments = json.loads(line)
        if question == "generated":
            answer = numeric.generate(*arguments)
        elif question == "program":
            program = Program(*arguments)
            answer = None
        else:
            answer = getattr(program, question)(*arguments)
        print(json.dumps(answer), file=answers, flush=True)


main()
