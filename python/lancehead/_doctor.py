"""`lancehead doctor`: what Lancehead needs, checked one line each; where a line is not ok, what to do."""

from __future__ import annotations

import os
import platform
import stat
import struct
import sys
import sysconfig
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lancehead import __version__

TESTED = ((3, 11), (3, 13))
OLDEST_LLVMLITE = (0, 45)
REINSTALL = "reinstall the package: python -m pip install --force-reinstall --no-deps lancehead"
REPORT = "this is a bug of Lancehead: please report it with the lines above; LANCEHEAD=0 turns Lancehead off"


class Finding(NamedTuple):
    level: str  # ok, warn, fail
    what: str
    found: str
    do: str = ""


Check = Callable[[], Iterator[Finding]]


def main() -> int:
    sound = report(FIRST)
    if sound:
        sound = report(THEN)
    else:
        print("The cache and a test compilation are looked at once this is mended.")
    return 0 if sound else 1


def report(checks: tuple[Check, ...]) -> bool:
    """Print what the checks find; whether nothing failed."""
    sound = True
    for check in checks:
        for finding in looked_at(check):
            sound &= finding.level != "fail"
            print(f"{finding.level:4}  {finding.what:11}  {finding.found}", flush=True)
            if finding.do:
                print(f"{'':19}{finding.do}", flush=True)
    return sound


def looked_at(check: Check) -> Iterator[Finding]:
    """A check that itself goes wrong is a finding, not a traceback."""
    try:
        yield from check()
    except Exception as error:
        yield Finding("fail", check.__name__.removeprefix("test_"), f"{type(error).__name__}: {error}", REPORT)


def python() -> Iterator[Finding]:
    found = f"{platform.python_implementation()} {platform.python_version()}"
    if sys.implementation.name != "cpython":
        yield Finding("fail", "python", found, "Lancehead works with CPython only")
    elif sysconfig.get_config_var("Py_GIL_DISABLED"):
        yield Finding("warn", "python", f"{found}, free-threaded", "Lancehead has not been tested on free-threaded Pythons")
    elif sys.version_info[:2] > TESTED[1]:
        newest = ".".join(map(str, TESTED[1]))
        yield Finding("warn", "python", found, f"Lancehead has not been tested on this Python; the newest tested is {newest}")
    else:
        yield Finding("ok", "python", found)


def off_switch() -> Iterator[Finding]:
    if os.environ.get("LANCEHEAD") == "0":
        yield Finding("warn", "switch", "LANCEHEAD=0 is set, so nothing is compiled", "unset it to turn Lancehead on")


def extension() -> Iterator[Finding]:
    try:
        from lancehead import _lancehead
    except ImportError as missing:
        yield Finding("fail", "extension", str(missing), REINSTALL)
        return
    about = _lancehead.about()
    if about["version"] != __version__:
        found = f"version {about['version']}, beside Python files of version {__version__}"
        yield Finding("fail", "extension", found, REINSTALL)
    else:
        yield Finding("ok", "extension", f"lancehead {__version__}, {_lancehead.__file__}")


def llvmlite() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    wanted = ".".join(map(str, OLDEST_LLVMLITE))
    install = f'python -m pip install --upgrade "llvmlite>={wanted}"'
    try:
        found = version("llvmlite")
    except PackageNotFoundError:
        yield Finding("fail", "llvmlite", "not installed: only code that is in the cache already can run", install)
        return
    if tuple(int(number) for number in found.split(".")[:2]) < OLDEST_LLVMLITE:
        yield Finding("fail", "llvmlite", f"{found} is older than {wanted}", install)
    else:
        yield Finding("ok", "llvmlite", found)


def cache() -> Iterator[Finding]:
    from lancehead import _lancehead

    info = _lancehead.cache_info()
    path = info["path"]
    elsewhere = "code is compiled again in every process; choose another folder with LANCEHEAD_CACHE_DIR"
    trouble = info["trouble"] or (trouble_with(path) if path else None)
    if trouble:
        yield Finding("warn", "cache", f"{path}: {trouble}" if path else trouble, elsewhere)
    else:
        yield Finding("ok", "cache", f"{path}, entries: {info['entries']}")


def trouble_with(path: str) -> str | None:
    """What is wrong with a cache folder, if it is there at all: it is made when the first entry is written."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(found.st_mode):
        return "is not a folder"
    if found.st_uid != os.geteuid():
        return "belongs to another user"
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "can be written by other users, so its code is not trusted (chmod go-w)"
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return "cannot be read and written"
    return None


def machine() -> Iterator[Finding]:
    from lancehead import _lancehead

    for what, found in _lancehead.about().items():
        if what not in ("version", "python", "oldest llvmlite"):
            yield Finding("ok", what, found)


def test_compile() -> Iterator[Finding]:
    from lancehead import _lancehead

    expected = probe(1000)
    found = _lancehead.jit(probe, False, True)(1000)
    if bits(found) != bits(expected):
        yield Finding("fail", "compile", f"a test function gave {found!r} and should give {expected!r}", REPORT)
    else:
        yield Finding("ok", "compile", "a test function gives the interpreter's answer")


def probe(n: int) -> float:
    total = 0.0
    for i in range(n):
        total += (i + 0.5) / n
    return total


def bits(number: float) -> tuple[type, bytes]:
    return type(number), struct.pack("<d", number)


FIRST: tuple[Check, ...] = (python, off_switch, extension, llvmlite)
THEN: tuple[Check, ...] = (cache, machine, test_compile)
