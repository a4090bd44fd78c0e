# sys.settrace, sys.setprofile and frame tricks that come and go in the middle of loops.
import sys

lines, calls = [], []


def tracer(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        lines.append((event, frame.f_lineno))
    return tracer


def profiler(frame, event, arg):
    if event in ("call", "return") and frame.f_code.co_filename == __file__:
        calls.append((event, frame.f_code.co_name))


def square(x):
    return x * x


def runs(n):
    total = 0
    for k in range(n):
        total += square(k)
        if k == 5:
            sys.settrace(tracer)
            sys._getframe().f_trace = tracer
        if k == 8:
            sys.settrace(None)
    return total


print(runs(20))
print(len(lines), [event for event, _ in lines].count("line"), [event for event, _ in lines].count("call"), lines[-1])
total = 0
for k in range(100):
    total += square(k)
    if k == 50:
        sys.setprofile(profiler)
    if k == 53:
        sys.setprofile(None)
print(total, calls)


def looks():
    frame = sys._getframe(1)
    return frame.f_lineno, sorted(name for name in frame.f_locals if len(name) < 3), frame.f_back is None


def shows(n):
    a = b = 0
    for k in range(n):
        a += k
        if k % 7 == 3:
            b = looks()
    return a, b


print(shows(20))
for k in range(30):
    total += k
    if k == 20:
        print(looks())
depth = []


def nested(n):
    for k in range(3):
        if n:
            nested(n - 1)
        else:
            frame, d = sys._getframe(), 0
            while frame is not None:
                frame, d = frame.f_back, d + 1
            depth.append(d)


nested(3)
print(len(depth), set(depth))


def jumps():
    out = []
    for k in range(5):
        out.append(k)
        out.append(-k)
    return out


def jumper(frame, event, arg):
    if event == "line" and frame.f_code.co_name == "jumps" and frame.f_lineno == first + 3 and len(frame.f_locals["out"]) == 5:
        frame.f_lineno = first + 4
    return jumper


first = jumps.__code__.co_firstlineno
sys.settrace(jumper)
jumped = jumps()
sys.settrace(None)
print(jumped, jumps())
