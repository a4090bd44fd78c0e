# A loop that waits for a signal's handler.
import signal

flag = False
count = 0


def handler(number, frame):
    global flag
    flag = True


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.05)
while not flag:
    count += 1
print("seen", flag, count > 0)


def stop(number, frame):
    raise TimeoutError("enough")


def spin():
    n = 0
    while True:
        n += 1


signal.signal(signal.SIGALRM, stop)
for i in range(2):
    signal.setitimer(signal.ITIMER_REAL, 0.03)
    try:
        spin()
    except TimeoutError as error:
        print(error, error.__traceback__.tb_next.tb_frame.f_code.co_name)
signal.setitimer(signal.ITIMER_REAL, 0.03)
try:
    while True:
        count -= 1
except TimeoutError:
    print("stopped")
