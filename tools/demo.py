"""`make demo`: run examples plain and compiled, as a user would, and compare what they print byte by byte.

Each run is a whole process: `python example.py` for those that mark their functions, `lancehead run example.py` for plain scripts. "first" compiles,
into a cache of its own that is empty; "again" finds the code there.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main(examples):
    same = [compare(example) for example in examples]
    return 0 if all(same) else 1


def compare(example):
    print(f"{example}")
    with tempfile.TemporaryDirectory(prefix="lancehead-demo-") as cache:
        plain, plain_seconds = run(example, LANCEHEAD="0")
        print(indented(plain))
        print(f"  plain Python       {plain_seconds:8.2f} s", flush=True)
        same = True
        for turn in ("first", "again"):
            compiled, seconds = run(example, LANCEHEAD_CACHE_DIR=cache)
            print(f"  Lancehead, {turn}   {seconds:8.2f} s   {plain_seconds / seconds:.1f} times as fast", flush=True)
            if compiled != plain:
                same = False
                print(f"  but it printed:\n{indented(compiled)}")
    print(f"  answers: {'the same to the bit' if same else 'NOT THE SAME'}")
    return same


def run(example, **changes):
    """What the example prints (a float in full, so equal text is equal bits), and the seconds of the whole process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LANCEHEAD")}
    start = time.perf_counter()
    is_marked = "import lancehead" in example.read_text()
    command = [sys.executable, example] if is_marked else [sys.executable, "-m", "lancehead", "run", example]
    done = subprocess.run(command, env=environment | changes, stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{example} ended with exit status {done.returncode}")
    return done.stdout, seconds


def indented(text):
    return "".join(f"  | {line}\n" for line in text.splitlines()).rstrip("\n")


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
