"""Pieces of source that generated programs borrow: classes with traced operators, callees that look back.

Only what a program uses is put in front of it. Everything here is deterministic and free of addresses;
`__repr__` has no effects, since the harness calls it too.
"""

IMPORTS = {
    "math": "import math",
    "sys": "import sys",
    "warnings": "import warnings",
    "Fraction": "from fractions import Fraction",
    "Decimal": "from decimal import Decimal",
    "namedtuple": "from collections import namedtuple",
    "defaultdict": "from collections import defaultdict",
    "OrderedDict": "from collections import OrderedDict",
    "array": "from array import array",
    "deque": "from collections import deque",
    "heapq": "import heapq",
    "bisect": "import bisect",
    "Counter": "from collections import Counter",
    "np": "import numpy as np",
}

# name: (what it needs, source)
PRELUDES: dict[str, tuple[tuple[str, ...], str]] = {
    "LOG": ((), "LOG = []\n"),
    "Int": ((), "class Int(int):\n    pass\n"),
    "Sub": ((), "class Sub(list):\n    pass\n"),
    "Text": ((), "class Text(str):\n    pass\n"),
    "Dict": ((), "class Dict(dict):\n    def __getitem__(self, key):\n        return super().__getitem__(key)\n"),
    "Bag": ((), "class Bag:\n    def __init__(self, **names):\n        self.__dict__.update(names)\n"),
    "Pair": (("namedtuple",), "Pair = namedtuple('Pair', 'x y')\n"),
    "Same": (
        ("LOG",),
        """\
class Same:
    def __init__(self, x):
        self.x = x

    def __hash__(self):
        return hash(self.x)

    def __eq__(self, other):
        LOG.append(("equals", repr(self.x), repr(other)))
        return self.x == other

    def __repr__(self):
        return f"Same({self.x!r})"
""",
    ),
    "tick": (
        ("LOG",),
        """\
def tick(limit=3):
    LOG.append("tick")
    return len(LOG) % limit
""",
    ),
    "note": (
        ("LOG",),
        """\
def note(x):
    LOG.append(("note", repr(x)))
    if x == 13:
        raise LookupError(f"note {x}")
    return x
""",
    ),
    "SIGNALS": (("np",), "SIGNALS = np.array([0x7FF0000000000001], 'u8').view('f8')[0]\n"),
    "Log": (
        ("np",),
        """\
class Log:
    def __init__(self, array):
        self.array = array

    def write(self, text):
        print("log", text, self.array.ravel()[:3])
""",
    ),
    "where": (("sys",), "def where():\n    return sys._getframe(1).f_lineno\n"),
    "chain": (
        ("sys",),
        """\
def chain():
    frame, here, out = sys._getframe(1), sys._getframe().f_code.co_filename, []
    while frame is not None and frame.f_code.co_filename == here:
        out.append((frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back
    return out
""",
    ),
    "look": (
        ("sys", "LOG"),
        """\
def look():
    seen = sys._getframe(1).f_locals
    simple = sorted((k, repr(v)) for k, v in seen.items() if type(v) in (int, float, bool, str, type(None)))
    LOG.append((sys._getframe(1).f_lineno, simple))
    return len(simple)
""",
    ),
    "warn": (("warnings",), 'def warn(x, level=2):\n    warnings.warn(f"careful {x!r}", stacklevel=level)\n    return x\n'),
    "logger": (
        ("sys", "LOG"),
        """\
def logger(message, *args):
    frame = sys._getframe(1)
    LOG.append(f"{frame.f_code.co_name}:{frame.f_lineno} " + message % args)
""",
    ),
    "trail": (
        (),
        """\
def trail(error):
    out, tb = [], error.__traceback__
    while tb is not None:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    return type(error).__name__, out
""",
    ),
    "V": (
        ("LOG",),
        """\
class V:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"V({self.x!r})"

    def _value(self, name, other):
        LOG.append((name, self.x))
        if self.x == 13:
            raise ValueError(f"{name} of thirteen")
        return other.x if isinstance(other, V) else other

    def __add__(self, other):
        return V(self.x + self._value("add", other))

    def __radd__(self, other):
        return V(self._value("radd", other) + self.x)

    def __sub__(self, other):
        return V(self.x - self._value("sub", other))

    def __mul__(self, other):
        value = self._value("mul", other)
        return V(self.x % 1000 * value) if type(value) in (int, bool) else NotImplemented

    def __iadd__(self, other):
        self.x += self._value("iadd", other)
        return self

    def __neg__(self):
        print("neg", self.x)
        return V(-self.x)

    def __lt__(self, other):
        return self.x < self._value("lt", other)

    def __eq__(self, other):
        return self.x == self._value("eq", other)

    def __bool__(self):
        LOG.append(("bool", self.x))
        return self.x != 0

    def __getitem__(self, i):
        print("getitem", i)
        if i > 3:
            raise IndexError(i)
        return self.x + i

    def __call__(self, y=1):
        self.x = self.x % 100 + 1
        return self.x + y
""",
    ),
    "P": (
        (),
        """\
class P:
    scale = 2

    def __init__(self, x, y=0):
        self.x, self.y = x, y

    def __repr__(self):
        return f"P({self.x!r}, {self.y!r})"

    def move(self, d):
        self.x += d
        self.y -= 1
        return self

    @property
    def total(self):
        return self.x + self.y
""",
    ),
    "Last": (
        ("LOG",),
        """\
class Last:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 7

    def __repr__(self):
        return f"Last({self.n!r})"

    def __del__(self):
        LOG.append(("gone", self.n))
""",
    ),
    "Ctx": (
        ("LOG",),
        """\
class Ctx:
    def __init__(self, swallow=()):
        self.swallow = swallow

    def __enter__(self):
        LOG.append("enter")
        return len(LOG)

    def __exit__(self, kind, error, tb):
        LOG.append(("exit", kind and kind.__name__))
        return kind is not None and issubclass(kind, self.swallow)
""",
    ),
    "count": (
        ("LOG",),
        """\
def count(n):
    for i in range(n):
        LOG.append(("yield", i))
        yield i
""",
    ),
}


def assemble(needed: set[str]) -> str:
    """The source of everything in `needed` and of what that needs, imports first."""
    wanted: list[str] = []

    def add(name: str) -> None:
        if name not in wanted:
            for other in PRELUDES.get(name, ((), ""))[0]:
                add(other)
            wanted.append(name)

    for name in sorted(needed):
        add(name)
    imports = [IMPORTS[name] for name in wanted if name in IMPORTS]
    return "\n".join(imports + [PRELUDES[name][1] for name in wanted if name in PRELUDES]) + "\n"
