import math

from bench import jit, main


@jit
def integral(n):
    dx = math.pi / n
    total = 0.0
    for i in range(n):
        total += math.sin((i + 0.5) * dx) * dx
    return total


if __name__ == "__main__":
    main(integral)
