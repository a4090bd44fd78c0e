"""Writes what a program has left in its variables, as plain data that two processes can be compared by: types, bits, contents, and which
names stand for the same object. No code of the program's is run for it.

The dump is `marshal`led: {"roots": [(module, names, values)], "nodes": [...], "ended": seconds}. A value is a number, a text or None as it
is, or `(index,)` of a node: (type, kind, content). `kind` tells what of the content is nodes again; see `CHILDREN` in compare.py.
"""

import marshal
import re
import sys
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, CellType, FunctionType, MemberDescriptorType, MethodType, ModuleType
from typing import Any

SIMPLE = frozenset({int, float, complex, bool, str, bytes, type(None), type(Ellipsis)})
# So many values are looked at: a dump takes some 50 bytes for each.
VALUES_AT_MOST = 20_000_000
# What Python, not the program, puts there.
NOT_THE_PROGRAMS = {"__builtins__", "__loader__", "__spec__", "__cached__"}
NOT_THE_CLASSS = {
    "__dict__",
    "__weakref__",
    "__doc__",
    "__module__",
    "__firstlineno__",
    "__static_attributes__",
    "__abstractmethods__",
    "_abc_impl",
}
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")


class Dump:
    def __init__(self, modules: list[ModuleType]) -> None:
        self.user_modules = {module.__name__ for module in modules}
        self.nodes: list[Any] = []
        self.index: dict[int, int] = {}
        self.alive: list[Any] = []
        self.pending: list[tuple[int, Any]] = []
        self.left = VALUES_AT_MOST

    def value(self, thing: Any) -> Any:
        if type(thing) in SIMPLE:
            return thing
        if id(thing) not in self.index:
            self.index[id(thing)] = len(self.nodes)
            self.alive.append(thing)
            self.pending.append((len(self.nodes), thing))
            self.nodes.append(None)
        return (self.index[id(thing)],)

    def values(self, things: Iterable[Any]) -> list[Any]:
        things = list(things)
        if set(map(type, things)) <= SIMPLE:
            return things
        return [self.value(thing) for thing in things]

    def finish(self) -> None:
        while self.pending:
            index, thing = self.pending.pop()
            try:
                self.nodes[index] = (name_of(type(thing)), *self.describe(thing))
            except Exception as error:
                self.nodes[index] = (name_of(type(thing)), "opaque", f"it cannot be looked at: {type(error).__name__}: {error}")

    def describe(self, thing: Any) -> tuple[Any, ...]:
        if isinstance(thing, list | tuple | set | frozenset | dict) or type(thing).__name__ == "deque":
            self.left -= len(thing)
            if self.left < 0:
                return "opaque", f"{len(thing)} items: too many to compare"
        attributes = self.attributes(thing)
        if isinstance(thing, list):
            return "list", (self.values(list.__iter__(thing)), attributes)
        if isinstance(thing, tuple):
            return "tuple", (self.values(tuple.__iter__(thing)), attributes)
        if isinstance(thing, dict):
            return "dict", (self.values(dict.keys(thing)), self.values(dict.values(thing)), attributes)
        if isinstance(thing, set | frozenset):
            # Where objects are hashed by their address, the order of a set is no promise.
            items = self.values(set.__iter__(thing) if isinstance(thing, set) else frozenset.__iter__(thing))
            return ("list" if set(map(type, items)) <= SIMPLE else "bag"), (items, attributes)
        if isinstance(thing, int | float | complex | str | bytes):
            plain: Any = next(base for base in (int, float, complex, str, bytes) if isinstance(thing, base))
            return "list", ([plain.__getnewargs__(thing)[0]], attributes)
        if isinstance(thing, bytearray):
            return "list", ([bytes(thing)], attributes)
        return self.describe_other(thing, attributes)

    def describe_other(self, thing: Any, attributes: list[Any]) -> tuple[Any, ...]:
        kind: Any = type(thing)
        numpy = sys.modules.get("numpy")
        collections = sys.modules.get("collections")
        array = sys.modules.get("array")
        random = sys.modules.get("random")
        if numpy is not None and isinstance(thing, numpy.ndarray | numpy.generic):
            if thing.dtype.hasobject:
                return "list", ([str(thing.dtype), str(thing.shape), *self.values(numpy.asarray(thing).ravel().tolist())], attributes)
            return "array", (thing.dtype.str, list(thing.shape), numpy.asarray(thing).tobytes(), attributes)
        if array is not None and isinstance(thing, array.array):
            return "array", (thing.typecode, [len(thing)], thing.tobytes(), attributes)
        if collections is not None and isinstance(thing, collections.deque):
            return "list", ([thing.maxlen, *self.values(collections.deque.__iter__(thing))], attributes)
        if random is not None and isinstance(thing, random.Random):
            return "list", ([self.value(random.Random.getstate(thing))], attributes)
        if isinstance(thing, FunctionType):
            held = [thing.__defaults__, thing.__kwdefaults__, thing.__closure__]
            return "function", (thing.__qualname__, self.values(held), attributes)
        if isinstance(thing, CellType):
            try:
                return "list", ([self.value(thing.cell_contents)], attributes)
            except ValueError:
                return "list", ([], attributes)
        if isinstance(thing, MethodType):
            return "function", (thing.__func__.__qualname__, self.values([thing.__func__, thing.__self__]), attributes)
        if isinstance(thing, type):
            return "class", (name_of(thing), attributes)
        if isinstance(thing, ModuleType):
            return "named", thing.__name__
        if isinstance(thing, BuiltinFunctionType):
            return "named", thing.__qualname__
        if kind.__module__ == "builtins" and (kind.__name__.endswith("_iterator") or kind in (enumerate, reversed, zip, map, filter)):
            return "list", ([self.value(kind.__reduce__(thing))], attributes)
        if kind.__module__ == "builtins" and kind in (range, slice):
            return "named", repr(thing)
        if attributes or not is_of_c(kind):
            return "object", (attributes,)
        if kind.__repr__ is object.__repr__ or type(kind.__repr__) is not type(object.__repr__):
            return "opaque", ""
        return "opaque", ADDRESS.sub("0x…", repr(thing))

    def attributes(self, thing: Any) -> list[tuple[str, Any]]:
        """Pairs of a name and a value: of its __dict__ and its __slots__."""
        if isinstance(thing, type):
            if thing.__module__ not in self.user_modules:
                return []
            found = [(name, value) for name, value in type.__dict__["__dict__"].__get__(thing).items() if name not in NOT_THE_CLASSS]
            found = [
                (name, value)
                for name, value in found
                if not isinstance(value, MemberDescriptorType) and type(value).__name__ != "getset_descriptor"
            ]
        elif isinstance(thing, ModuleType) or not hasattr(type(thing), "__dict__"):
            return []
        else:
            found = []
            try:
                found = list(object.__getattribute__(thing, "__dict__").items())
            except AttributeError:
                pass
            for owner in type(thing).__mro__:
                if "__slots__" in vars(owner):
                    slots = ((name, slot) for name, slot in vars(owner).items() if isinstance(slot, MemberDescriptorType))
                    found += slot_values(thing, slots)
        return [(name if type(name) is str else str(name), self.value(value)) for name, value in found]


def slot_values(thing: Any, slots: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for name, slot in slots:
        try:
            yield name, slot.__get__(thing)
        except AttributeError:
            pass


def is_of_c(kind: type) -> bool:
    """Not made by a `class` statement, which names the module first."""
    return next(iter(kind.__dict__), None) != "__module__"


def name_of(kind: type) -> str:
    # What `jit` makes of a function is one.
    if issubclass(kind, FunctionType):
        return "function"
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def users_modules() -> list[ModuleType]:
    """`__main__`, and what it imported that is neither the standard library's nor installed."""
    import os
    import sysconfig

    kept_out = {os.path.realpath(sysconfig.get_paths()[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    foreign = tuple(os.path.join(path, "") for path in kept_out)

    def is_the_users(name: str, module: Any) -> bool:
        path = getattr(module, "__file__", None)
        if name == "__main__":
            return True
        is_file = type(module) is ModuleType and isinstance(path, str) and name == module.__name__ and name.split(".")[0] != "lancehead"
        return is_file and not os.path.realpath(str(path)).startswith(foreign)

    return [module for name, module in list(sys.modules.items()) if is_the_users(name, module)]


def write(path: str, ended: float) -> None:
    modules = users_modules()
    dump = Dump(modules)
    roots = []
    for module in modules:
        # As they were before this looked at anything.
        names = [(name, value) for name, value in vars(module).items() if name not in NOT_THE_PROGRAMS]
        shown = [name if type(name) is str else repr(name) for name, _ in names]
        roots.append((module.__name__, shown, [dump.value(value) for _, value in names]))
    random = sys.modules.get("random")
    if random is not None:
        roots.append(("random", ["the state"], [dump.value(random._inst)]))
    dump.finish()
    with open(path + ".part", "wb") as file:
        marshal.dump({"roots": roots, "nodes": dump.nodes, "ended": ended}, file, 2)
    import os

    os.replace(path + ".part", path)
