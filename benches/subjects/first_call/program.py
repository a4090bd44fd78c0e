from bench import jit, main


@jit
def area(n):
    dx = 3.0 / n
    x = 0
    a = 0
    for i in range(n):
        y = 0.7 * x**3 - 2 * x**2 + 4
        a += y * dx
        x += dx
    return a


if __name__ == "__main__":
    main(area)
