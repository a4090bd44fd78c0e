"""Where things stand in the checkout; everything made here goes under .build/."""

from pathlib import Path

BENCHES = Path(__file__).resolve().parents[1]
ROOT = BENCHES.parent
SUBJECTS = BENCHES / "subjects"
SCRIPTS = BENCHES / "scripts"
HARNESS = BENCHES / "harness"
CHECKOUT_PYTHON = ROOT / ".venv/bin/python"
BUILD = ROOT / ".build"
BENCH_VENV = BUILD / "bench-venv"
C_PROGRAMS = BUILD / "bench-c"
CACHES = BUILD / "bench-cache"
