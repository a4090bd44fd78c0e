"""Every test run starts from an empty cache of its own, with Lancehead switched on, also in the processes that tests start.

A bug of our own, a panic of the compiler foremost, leaves the answers right: the interpreter goes on. So each is written to a file, by those processes
too, and the test that met it fails.
"""

import os
import signal
import tempfile
from pathlib import Path

import pytest

CACHE = tempfile.TemporaryDirectory(prefix="lancehead-tests-")
BUGS = Path(CACHE.name, "bugs")

os.environ.pop("LANCEHEAD", None)
os.environ["LANCEHEAD_CACHE_DIR"] = os.path.join(CACHE.name, "cache")
os.environ["LANCEHEAD_BUGS"] = str(BUGS)
# What is worth compiling is compiled where it is found to be so: what is native by when would depend on time. `test_beside` is about the other way.
os.environ["LANCEHEAD_BESIDE"] = "0"
# A shell starts what runs in the background deaf to Ctrl-C, and so would be what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_bug_of_ours():
    yield
    if BUGS.exists():
        told = BUGS.read_text()
        BUGS.unlink()
        pytest.fail(f"lancehead met a bug of its own:\n{told}", pytrace=False)
