"""The C of crates/frames, tested without any compiler of ours.

It is built here, with a test-only Python face, for every CPython found, whichever runs this, and each
script below runs in a process of its own: `fuzz.py` leaves some forty programs at
every instruction, `directed.py` holds what a fuzzer does not reach.
"""

import functools
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import unittest

import pytest

CRATE = pathlib.Path(__file__).resolve().parents[2] / "crates" / "frames"
WANTED = [(3, 11), (3, 12), (3, 13)]
ASK = "import sys, sysconfig; print(*sys.version_info[:2], sysconfig.get_path('include'))"


@functools.cache
def interpreters():
    """One interpreter a minor version: this one first, then those on PATH, then pyenv's."""
    found = {}
    if sys.version_info[:2] in WANTED:
        found[sys.version_info[:2]] = (sys.executable, sysconfig.get_path("include"))
    root = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"))
    on_path = filter(None, (shutil.which(f"python{major}.{minor}") for major, minor in WANTED))
    for python in (*on_path, *sorted(root.glob("versions/3.1[123].*/bin/python3"))):
        answer = subprocess.run([python, "-c", ASK], capture_output=True, text=True).stdout.split(None, 2)
        if len(answer) == 3:
            version = int(answer[0]), int(answer[1])
            found.setdefault(version, (str(python), answer[2].strip()))
    return found


@functools.cache
def extension(version):
    """The folder with _lhtest for this version."""
    folder = tempfile.TemporaryDirectory(prefix="lancehead-frames-")
    KEPT.append(folder)
    sources = [*sorted(CRATE.glob("c/*.c")), CRATE / "tests" / "_lhtest.c"]
    subprocess.run(
        [
            os.environ.get("CC", "cc"),
            "-shared",
            "-fPIC",
            "-O1",
            "-g",
            "-std=gnu11",
            "-Wall",
            "-Werror",
            "-DPy_BUILD_CORE",
            "-DPy_BUILD_CORE_MODULE",
            "-isystem",
            interpreters()[version][1],
            *map(str, sources),
            "-o",
            os.path.join(folder.name, "_lhtest.so"),
            "-lpthread",
        ],
        check=True,
    )
    return folder.name


KEPT = []


@pytest.mark.slow
class Frames(unittest.TestCase):
    pass


def add(version, name, script, *args, **env):
    def test(self):
        if version not in interpreters():
            self.skipTest(f"no CPython {version[0]}.{version[1]} here")
        run = subprocess.run(
            [interpreters()[version][0], str(CRATE / "tests" / script), *args],
            env={**os.environ, "LH_EXT": extension(version), "PYTHONDONTWRITEBYTECODE": "1", **env},
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(run.returncode, 0, run.stdout[-6000:] + run.stderr[-6000:])

    setattr(Frames, f"test_{name}_{version[0]}{version[1]}", test)


for _version in WANTED:
    add(_version, "leaving_everywhere", "fuzz.py")
    add(_version, "leaving_everywhere_with_the_debug_allocator", "fuzz.py", PYTHONMALLOC="debug")
    add(_version, "directed", "directed.py")
    add(_version, "directed_with_the_debug_allocator", "directed.py", "Chains", "Lent", "Function", "State", PYTHONMALLOC="debug")
    add(_version, "no_memory", "directed.py", "No_memory")

if __name__ == "__main__":
    unittest.main()
