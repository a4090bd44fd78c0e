"""Finding the peers, once a run. A peer that is not here is skipped with a line that says how to get it."""

import os
import shutil
import subprocess
import sys

from .entrant import CPeer, PythonPeer
from .paths import BENCH_VENV, CHECKOUT_PYTHON, HARNESS, ROOT


class Missing(Exception):
    """Why a peer cannot run here, and what would help."""


def cpython():
    python = checkout_python()
    return PythonPeer("cpython", python, version_of(python), warms_up=False)


def pypy():
    found = shutil.which("pypy3")
    if not found:
        raise Missing("no pypy3 on the PATH (Debian: apt-get install pypy3)")
    return PythonPeer("pypy", found, version_of(found))


def numba():
    python = numba_python()
    return PythonPeer("numba", python, probe(python, "numba"), jit="numba", cache_variable="NUMBA_CACHE_DIR")


def c():
    cc = shutil.which("cc")
    if not cc:
        raise Missing("no cc on the PATH")
    return CPeer(cc, output_of([cc, "--version"]).partition("\n")[0])


def lancehead():
    python = checkout_python()
    version = probe(python, "lancehead")
    if not version:
        raise Missing(f"{python} cannot import a lancehead that has jit (make build)")
    return PythonPeer("lancehead", python, version, jit="lancehead", cache_variable="LANCEHEAD_CACHE_DIR")


FINDERS = {finder.__name__: finder for finder in (cpython, pypy, numba, c, lancehead)}


def checkout_python():
    return str(CHECKOUT_PYTHON) if CHECKOUT_PYTHON.exists() else sys.executable


def numba_python():
    """Numba lives in a venv of its own, because it pins a llvmlite; made on the first use."""
    python = str(BENCH_VENV / "bin/python")
    if probe(python, "numba"):
        return python
    print(f"making {BENCH_VENV.relative_to(ROOT)} for Numba (once)", file=sys.stderr)
    steps = (
        [checkout_python(), "-m", "venv", "--clear", str(BENCH_VENV)],
        [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:", "numba"],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, env=clean_env())
        if done.returncode:
            words = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
            raise Missing(f"{' '.join(step[1:4])} failed: {words[-1]}")
    if not probe(python, "numba"):
        raise Missing(f"installed in {BENCH_VENV}, but does not import")
    return python


def version_of(python):
    return output_of([python, "-c", "import sys; print(' '.join(sys.version.split()))"])


def probe(python, module):
    """The version of an importable `module` that has a jit, or an empty string."""
    return output_of([python, "-c", f"import {module} as m; m.jit; print(getattr(m, '__version__', 'unknown'))"])


def output_of(command):
    """What the command prints, or an empty string where it fails."""
    # -c puts the working directory on the path: not the checkout's, whose folders could pass for packages.
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=HARNESS, env=clean_env())
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def clean_env(more=()):
    """Our environment without what would change a peer's behaviour."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LANCEHEAD", "NUMBA_"))}
    return {**kept, **dict(more)}
