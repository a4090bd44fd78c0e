"""The start below a bound whose Collatz sequence is the longest."""

import lancehead as lh


@lh.jit
def longest(bound):
    best_start = 1
    best_steps = 0
    for start in range(1, bound):
        n = start
        steps = 0
        while n != 1:
            if n % 2 == 0:
                n //= 2
            else:
                n = 3 * n + 1
            steps += 1
        if steps > best_steps:
            best_start = start
            best_steps = steps
    return best_start, best_steps


start, steps = longest(300_000)
print(f"{start} takes {steps} steps")
