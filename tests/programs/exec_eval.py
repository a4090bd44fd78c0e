# exec and eval in loops, in the loop's own names and in others.
x = 1
for i in range(4):
    exec("x = x + i * 0.5")
    print(x, eval("x * i"))
    exec(f"new_{i} = {i}")
    exec("for k in range(3):\n    x += k")
print(x, [name for name in globals() if name.startswith("new_")], k)
space = {"y": 2}
for i in range(3):
    exec("y = y * 2\ndef f(n):\n    s = 0\n    for k in range(n):\n        s += y\n    return s", space)
    print(space["f"](3), space["y"])


def local(n):
    total = 0
    for k in range(n):
        total += eval("k + 1")
        exec("total = 100")
        globals()["x"] = total
    return total, sorted(locals())


print(local(3), x)
code = compile("result = [n * n for n in range(5)]\nfor n in result: total = n", "made", "exec")
for i in range(2):
    exec(code)
print(result, total)
try:
    for i in range(3):
        exec(compile("1 // (1 - i)", "made", "exec"))
except ZeroDivisionError as error:
    print(error.__traceback__.tb_next.tb_frame.f_code.co_filename, i)
