# KeyboardInterrupt in loops that do nothing else: caught, and not caught.
import os
import signal
import sys
import threading


def interrupt():
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()


def spin():
    k = 0
    while True:
        k += 1


def names(error):
    tb, found = error.__traceback__, []
    while tb is not None:
        found.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    return found


n = 0
for i in range(2):
    interrupt()
    try:
        while True:
            n += 1
    except KeyboardInterrupt as error:
        print("caught", names(error))
interrupt()
try:
    spin()
except KeyboardInterrupt as error:
    print("caught", names(error))
sys.excepthook = lambda kind, error, tb: print(kind.__name__, names(error))
interrupt()
try:
    spin()
finally:
    print("finally")
