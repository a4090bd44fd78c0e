from bench import jit, main


@jit
def sieve(n):
    is_prime = [True] * n
    is_prime[0] = False
    is_prime[1] = False
    i = 2
    while i * i < n:
        if is_prime[i]:
            for multiple in range(i * i, n, i):
                is_prime[multiple] = False
        i += 1
    counts = [0] * n
    found = 0
    for i in range(n):
        if is_prime[i]:
            found += 1
        counts[i] = found
    total = 0
    for count in counts:
        total += count
    return total


if __name__ == "__main__":
    main(sieve)
