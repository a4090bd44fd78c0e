"""Every test run starts from an empty cache of its own, with Lancehead switched on, also in the processes that tests start."""

import os
import tempfile

CACHE = tempfile.TemporaryDirectory(prefix="lancehead-tests-")

os.environ.pop("LANCEHEAD", None)
os.environ["LANCEHEAD_CACHE_DIR"] = os.path.join(CACHE.name, "cache")
