#!/usr/bin/env bash
# Make .venv with the pinned tools, or say in one sentence what this machine lacks.
# Called by `make build`; $PYTHON names the interpreter, else python3 and then python3.13, 3.12, 3.11 are tried.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
    echo "lancehead: $*" >&2
    exit 1
}

# The versions whose frames crates/frames knows.
supported() {
    "$1" -c 'import sys; sys.exit(sys.implementation.name != "cpython" or not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" >/dev/null || die "PYTHON=$PYTHON is not a command; name a CPython 3.11, 3.12 or 3.13."
        supported "$PYTHON" || die "PYTHON=$PYTHON does not start or is not a CPython 3.11, 3.12 or 3.13 (it says: $("$PYTHON" --version 2>&1 | head -n 1))."
        echo "$PYTHON"
        return
    fi
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11; do
        if supported "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    die "no CPython 3.11, 3.12 or 3.13 was found; install one, or name it with 'make build PYTHON=/path/to/python3'."
}

check_rust() {
    command -v cargo >/dev/null ||
        die "cargo was not found; install a Rust toolchain (1.85 or newer) and put it on PATH."
    local version major minor
    version=$(rustc --version 2>/dev/null | cut -d' ' -f2) || true
    IFS=. read -r major minor _ <<<"${version:-0.0.0}"
    [ "$major" -gt 1 ] || [ "$minor" -ge 85 ] ||
        die "Rust ${version:-(no rustc found)} is too old; update the toolchain to 1.85 or newer."
}

check_c() {
    command -v "${CC:-cc}" >/dev/null ||
        die "no C compiler was found (${CC:-cc}); install gcc or clang, or name one with CC=."
}

check_python() {
    local header
    header=$("$1" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h
    [ -f "$header" ] ||
        die "Python's headers are missing ($header); install the development package of this Python (python3-dev on Debian)."
    "$1" -c 'import venv, ensurepip' 2>/dev/null ||
        die "this Python cannot make virtual environments; install its venv package (python3-venv on Debian)."
}

# The interpreter itself: not a shim, not a link, not a venv made from it.
interpreter_of() {
    "$1" -c 'import os, sys; print(os.path.realpath(sys._base_executable))' 2>/dev/null
}

check_rust
check_c
# A venv that was made with PYTHON=... stays so until another is asked for.
if [ -n "${PYTHON:-}" ] || ! python=$(interpreter_of .venv/bin/python); then
    python=$(choose_python)
    python=$(interpreter_of "$python")
fi
check_python "$python"

place="$PWD $python $("$python" --version)"
ready="$place
$(cat tools/requirements-dev.txt)"
if [ "$(cat .venv/.ready 2>/dev/null)" = "$ready" ] && [ -x .venv/bin/python ]; then
    exit 0
fi

echo "venv: $("$python" --version) in .venv"
if [ "$(head -n 1 .venv/.ready 2>/dev/null)" != "$place" ]; then
    rm -rf .venv
    "$python" -m venv .venv
fi
rm -f .venv/.ready
.venv/bin/python -m pip install --quiet --disable-pip-version-check --prefer-binary -r tools/requirements-dev.txt ||
    die "the pinned tools of tools/requirements-dev.txt could not be installed."
echo "$ready" >.venv/.ready
