# A loop of a finder of modules that runs while a module is half imported that the compiler needs too.
import sys


class Finder:
    def find_spec(self, name, path, target=None):
        if name == "re._compiler":
            total = 0
            for i in range(3_000_000):
                total += i & 7
            print(name, total)
        return None


for name in ("re", "re._compiler"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Finder())
import re

print(re.findall("a+", "caat"))
