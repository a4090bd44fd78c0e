# sys.exit in a loop, with a finally on the way and something at the end.
import atexit
import sys

atexit.register(print, "at exit")
total = 0
try:
    for i in range(100):
        total += i
        if total > 50:
            sys.exit(7)
finally:
    print("finally", i, total)
