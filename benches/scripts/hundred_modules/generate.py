"""Writes package/: a hundred modules of classes and functions, as a program of some size has them, most of which is never called."""

from pathlib import Path

COUNT = 100
MODULE = '''"""Module {k} of a package. Written by generate.py."""

import os.path

LIMIT = {a}


class Record{k}:
    """A record with a few methods."""

    fields = ("name", "size", "tags")

    def __init__(self, name, size={a}, tags=()):
        self.name = name
        self.size = size
        self.tags = list(tags)

    def __repr__(self):
        return f"Record{k}({{self.name!r}}, {{self.size}})"

    def add(self, tag):
        if tag not in self.tags:
            self.tags.append(tag)
        return self

    def merged(self, other):
        result = Record{k}(self.name, self.size + other.size, self.tags)
        for tag in other.tags:
            result.add(tag)
        return result

    def as_dict(self):
        return {{field: getattr(self, field) for field in self.fields}}

    @property
    def is_large(self):
        return self.size > LIMIT

    @classmethod
    def parse(cls, text):
        name, _, size = text.partition("=")
        return cls(name.strip(), int(size or {a}))


class Store{k}:
    def __init__(self):
        self.records = {{}}
        self.listeners = []

    def put(self, record):
        self.records[record.name] = record
        for listener in self.listeners:
            listener(record)

    def get(self, name, default=None):
        return self.records.get(name, default)

    def names(self):
        return sorted(self.records)

    def total(self):
        total = 0
        for record in self.records.values():
            total += record.size
        return total

    def clean(self):
        for name in [name for name, record in self.records.items() if not record.is_large]:
            del self.records[name]


def normalise(path):
    parts = [part for part in path.replace(os.sep, "/").split("/") if part not in ("", ".")]
    result = []
    for part in parts:
        if part == ".." and result:
            result.pop()
        else:
            result.append(part)
    return "/".join(result)


def checksum(text, seed={b}):
    value = seed
    for character in text:
        value = (value * 31 + ord(character)) % 65521
    return value


def describe(store):
    if not store.records:
        return "empty"
    return ", ".join(repr(store.get(name)) for name in store.names())


def default_store():
    store = Store{k}()
    store.put(Record{k}("first", {a}).add("a").add("b"))
    store.put(Record{k}.parse("second = {b}"))
    return store


def run(n):
    store = default_store()
    store.clean()
    return checksum(normalise(f"a/./b/../{{n}}") + describe(store)) + store.total()
'''
PACKAGE = '''"""A package of many modules. Written by generate.py."""

{imports}

MODULES = [
{names}
]


def run(n):
    return sum(module.run(n) for module in MODULES)
'''


def main():
    folder = Path(__file__).with_name("package")
    folder.mkdir(exist_ok=True)
    for k in range(COUNT):
        (folder / f"part_{k:02d}.py").write_text(MODULE.format(k=k, a=k * 7 % 50 + 3, b=k * 13 % 90 + 1))
    names = [f"part_{k:02d}" for k in range(COUNT)]
    imports = "from package import (\n" + "".join(f"    {name},\n" for name in names) + ")"
    (folder / "__init__.py").write_text(PACKAGE.format(imports=imports, names="\n".join(f"    {name}," for name in names)))


if __name__ == "__main__":
    main()
