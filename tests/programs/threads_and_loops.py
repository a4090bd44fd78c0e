# Threads beside hot loops: thread-locals, conditions, a global that another thread sets, switch interval, exceptions raised into a thread.
import ctypes
import queue
import sys
import threading

local = threading.local()
results = {}
barrier = threading.Barrier(3)


def work(n):
    local.total = 0
    barrier.wait()
    for k in range(20000):
        local.total += k % n
    results[n] = local.total


threads = [threading.Thread(target=work, args=(n,)) for n in (3, 5, 7)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()), hasattr(local, "total"))
jobs, done = queue.Queue(), queue.Queue()


def serves():
    while (job := jobs.get()) is not None:
        total = 0
        for k in range(job):
            total += k * k
        done.put((job, total))


server = threading.Thread(target=serves)
server.start()
for n in (10, 1000, 30000):
    jobs.put(n)
jobs.put(None)
server.join()
print([done.get() for _ in range(3)])


class Stop(Exception):
    pass


state = {"turns": 0}


def spins():
    try:
        while True:
            state["turns"] += 1
    except Stop:
        state["stopped"] = True


spinner = threading.Thread(target=spins)
spinner.start()
while state["turns"] < 1000:
    pass
ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(spinner.ident), ctypes.py_object(Stop))
spinner.join()
print(state["turns"] >= 1000, state["stopped"])
go = False
count = 0
old = sys.getswitchinterval()
sys.setswitchinterval(1e-4)


def sets():
    global go
    go = True


setter = threading.Thread(target=sets)
setter.start()
while not go:
    count += 1
setter.join()
sys.setswitchinterval(old)
print(go)
condition = threading.Condition()
turn, lines = 0, []


def takes_turns(me):
    global turn
    for k in range(50):
        with condition:
            condition.wait_for(lambda: turn % 2 == me)
            lines.append(me)
            turn += 1
            condition.notify_all()


pair = [threading.Thread(target=takes_turns, args=(me,)) for me in (0, 1)]
for thread in pair:
    thread.start()
for thread in pair:
    thread.join()
print(turn, lines == [0, 1] * 50)
timer = threading.Timer(0.02, lambda: state.update(late=1))
timer.start()
spun = 0
while "late" not in state:
    spun += 1
print(spun > 0, threading.active_count() >= 1)
