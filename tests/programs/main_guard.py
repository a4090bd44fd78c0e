# if __name__ == "__main__", arguments, and what the script knows of itself.
"""docstring?"""
import os
import sys


def main(arguments):
    total = 0
    for argument in arguments:
        total += len(argument)
    for k in range(total):
        if k == 4:
            return k
    return total


if __name__ == "__main__":
    print(sys.argv[1:], os.path.basename(sys.argv[0]), os.path.basename(__file__), __spec__, __package__, __doc__)
    for i in range(2):
        print(main(sys.argv[1:] or ["none"]))
    print(type(__loader__).__name__, __builtins__.__name__, os.path.basename(sys.path[0]), sys._getframe().f_back)
    sys.exit(main(["abc"]))
