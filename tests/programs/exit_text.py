# raise SystemExit with a text, out of a function in a loop.
def check(i):
    for k in range(i):
        if k == 3:
            raise SystemExit(f"stopped at {i}")
    return i


for i in range(10):
    print(check(i))
