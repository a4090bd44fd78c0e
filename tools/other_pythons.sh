#!/usr/bin/env bash
# The Python tests in short, on the CPythons 3.11 to 3.13 that are installed beside the one of .venv.
# Each gets a wheel, as a user would, in .build/py3.N/. One has the oldest llvmlite that we accept, the others the newest.
set -euo pipefail
cd "$(dirname "$0")/.."

OLDEST_LLVMLITE=0.45.0
NEWEST_LLVMLITE=$(sed -n 's/^llvmlite==//p' tools/requirements-dev.txt)

is_minor() {
    "$1" -c "import sys; sys.exit(sys.implementation.name != 'cpython' or sys.version_info[:2] != (3, $2))" 2>/dev/null
}

# An interpreter of this minor version: on PATH, or one that pyenv has but does not show.
find_python() {
    local candidate
    for candidate in "python3.$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$1".*/bin/python; do
        if is_minor "$candidate" "$1"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}

make_venv() { # PYTHON LLVMLITE VENV
    local wanted
    wanted="$PWD $1 $2 $(cat tools/requirements-test.txt)"
    [ "$(cat "$3/.ready" 2>/dev/null)" = "$wanted" ] && return
    rm -rf "$3"
    "$1" -m venv "$3"
    "$3/bin/python" -m pip install --quiet --disable-pip-version-check --prefer-binary \
        -r tools/requirements-test.txt "llvmlite==$2"
    echo "$wanted" >"$3/.ready"
}

newer_sources() { # STAMP
    [ ! -f "$1" ] ||
        [ -n "$(find Cargo.toml Cargo.lock pyproject.toml crates docs/verdicts python -newer "$1" ! -name '*.so' \
            ! -path '*/__pycache__*' ! -path python/lancehead -print -quit 2>/dev/null)" ]
}

install_wheel() { # PLACE
    local place=$1 python=$1/venv/bin/python
    newer_sources "$place/venv/.installed" || return 0
    rm -rf "$place/wheel"
    # What does not depend on the interpreter was compiled for .venv's: two thirds of the work. With its times, by which cargo sees that.
    if [ ! -d "$place/target" ] && [ -d target/release ]; then
        mkdir "$place/target"
        cp -a target/release "$place/target/"
    fi
    PYO3_PYTHON=$PWD/$python .venv/bin/python -m maturin build --release ${CI:+--locked} --interpreter "$python" \
        --target-dir "$place/target" --out "$place/wheel" >"$place/build.log" 2>&1 || {
        cat "$place/build.log" >&2
        return 1
    }
    "$python" -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$place"/wheel/*.whl
    touch "$place/venv/.installed"
}

own=$(.venv/bin/python -c 'import sys; print(sys.version_info.minor)')
failed=()
llvmlite=$OLDEST_LLVMLITE
for minor in 11 12 13; do
    [ "$minor" != "$own" ] || continue
    if ! python=$(find_python "$minor"); then
        echo "test: Python 3.$minor is not installed, skipped"
        continue
    fi
    place=.build/py3.$minor
    mkdir -p "$place"
    echo "test: tests/python in short on $("$python" --version), llvmlite $llvmlite"
    make_venv "$python" "$llvmlite" "$place/venv"
    install_wheel "$place"
    LANCEHEAD_EXACT_N=500 "$place/venv/bin/python" -m pytest -m 'not slow' -p no:cacheprovider || failed+=("3.$minor")
    llvmlite=$NEWEST_LLVMLITE
done

if [ ${#failed[@]} -gt 0 ]; then
    echo "test: failed on Python ${failed[*]}" >&2
    exit 1
fi
