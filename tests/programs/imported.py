# A module of the user's own, with loops of its own.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "modules"))
import helper_module
from helper_module import table, total

print(total, table, helper_module.count)
for i in range(3):
    print(helper_module.spread(i), helper_module.count)
    helper_module.step = i + 0.5
print(sorted(name for name in vars(helper_module) if not name.startswith("__")))
print(os.path.basename(helper_module.__file__), os.path.basename(helper_module.spread.__code__.co_filename), helper_module.__name__)
for i in range(5):
    helper_module.fails(i)
