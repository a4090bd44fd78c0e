from bench import jit, main


@jit
def step(x, y):
    return 0.5 * x + y


def calls(n):
    """Left to the interpreter: what is measured is the way in and out of `step`."""
    x = 0.0
    for _ in range(n):
        x = step(x, 1.0)
    return x


if __name__ == "__main__":
    main(calls)
