"""Two integrals with the midpoint rule: the arc length of a sine, and the sine integral."""

import math

import lancehead as lh


@lh.jit
def arc_length(n):
    dx = 2 * math.pi / n
    total = 0.0
    for i in range(n):
        slope = math.cos((i + 0.5) * dx)
        total += math.sqrt(1.0 + slope * slope) * dx
    return total


@lh.jit
def sine_integral(n):
    """The integral of sin(x)/x from 0 to 10."""
    dx = 10.0 / n
    total = 0.0
    for i in range(n):
        x = (i + 0.5) * dx
        total += math.sin(x) / x * dx
    return total


print("arc length:", arc_length(2_000_000))
print("sine integral:", sine_integral(2_000_000))
