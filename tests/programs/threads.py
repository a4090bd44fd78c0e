# Threads that run the same function, and share a list under a lock.
import threading

lock = threading.Lock()
results = [0] * 4
shared = []


def work(which, n):
    s = 0.0
    for k in range(n):
        s += k * 0.5 + which
        if k % 100 == 0:
            with lock:
                shared.append(which)
    results[which] = s


threads = [threading.Thread(target=work, args=(i, 1500)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results, sorted(shared))
done = threading.Event()
seen = 0


def wait_a_little():
    done.wait(0.03)
    done.set()


threading.Thread(target=wait_a_little).start()
stop = done.is_set
while not stop():
    seen += 1
print(seen > 0)
finished = False


def finish():
    global finished
    done.wait()
    finished = True


thread = threading.Thread(target=finish)
thread.start()
while not finished:
    seen += 1
thread.join()
print("finished")
failing = threading.Thread(target=lambda: [1 // (2 - k) for k in range(5)])
threading.excepthook = lambda args: print(args.exc_type.__name__, args.exc_traceback.tb_lineno)
failing.start()
failing.join()
