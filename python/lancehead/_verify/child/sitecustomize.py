"""Goes first in each process that `lancehead verify` compares: asks for a dump of the variables at the end, notes the files that are opened
for writing, and is gone. The program sees the environment, the path and the modules that it would see without it.
"""

import atexit
import os
import sys
import time

HERE = os.path.dirname(__file__)
FOLDER = os.environ.pop("LANCEHEAD_VERIFY_FOLDER")
REAL_PYTHONPATH = os.environ.pop("LANCEHEAD_VERIFY_PYTHONPATH", None)


def hide() -> None:
    if REAL_PYTHONPATH is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = REAL_PYTHONPATH
    sys.path.remove(HERE)
    sys.path_importer_cache.pop(HERE, None)
    del sys.modules[__name__]


def part(name: str) -> dict[str, object]:
    """A file of this folder, run without its being a module: the program's modules are its own."""
    path = os.path.join(HERE, name)
    names: dict[str, object] = {"__name__": name}
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), names)
    return names


def at_end() -> None:
    ended = time.monotonic()
    watching.clear()
    if os.getpid() == process:
        part("dump.py")["write"](os.path.join(FOLDER, "variables"), ended)  # type: ignore[operator]


process = os.getpid()
# First in, so last out: behind what the program itself does at its end.
atexit.register(at_end)
watching = part("files.py")["watch"](FOLDER)  # type: ignore[operator]
hide()
# The user's own, if there is one; else this fails as it would without us.
import sitecustomize  # type: ignore[import-not-found]  # noqa: E402, F401
