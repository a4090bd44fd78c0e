# sys.settrace in the middle of a loop, and before one.
import sys

events = []


def tracer(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        events.append((event, frame.f_lineno, frame.f_code.co_name))
    return tracer


def work(n):
    s = 0
    for k in range(n):
        s += k
    return s


for i in range(4):
    if i == 2:
        sys.settrace(tracer)
    work(2)
sys.settrace(None)
print(events)
events.clear()
sys.settrace(tracer)
print(work(3))
sys.settrace(None)
print(events)


def in_the_middle(n):
    s = 0
    for k in range(n):
        s += k
        if k == 2:
            sys._getframe().f_trace = tracer
            sys.settrace(tracer)
        if k == 4:
            sys.settrace(None)
    return s


events.clear()
print(in_the_middle(6))
print(events)
events.clear()
sys.setprofile(lambda frame, event, arg: events.append((event, getattr(arg, "__name__", frame.f_code.co_name))))
for i in range(2):
    work(abs(-2))
sys.setprofile(None)
print(events)
