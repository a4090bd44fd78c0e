from bench import jit, main


@jit
def gcd(a, b):
    while b != 0:
        a, b = b, a % b
    return a


@jit
def gcd_sum(n):
    total = 0
    for a in range(1, n + 1):
        for b in range(1, n + 1):
            total += gcd(a, b)
    return total


if __name__ == "__main__":
    main(gcd_sum)
