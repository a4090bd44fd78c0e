"""A double pendulum by Runge and Kutta's method, its state in tuples."""

import math
import sys

g, l1, l2, m1, m2 = 9.81, 1.0, 1.0, 1.0, 1.0


def slope(state):
    angle1, speed1, angle2, speed2 = state
    d = angle2 - angle1
    sine, cosine = math.sin(d), math.cos(d)
    den1 = (m1 + m2) * l1 - m2 * l1 * cosine**2
    a1 = m2 * l1 * speed1 * speed1 * sine * cosine + m2 * g * math.sin(angle2) * cosine
    a1 = (a1 + m2 * l2 * speed2 * speed2 * sine - (m1 + m2) * g * math.sin(angle1)) / den1
    a2 = -m2 * l2 * speed2 * speed2 * sine * cosine + (m1 + m2) * g * math.sin(angle1) * cosine
    a2 = (a2 - (m1 + m2) * l1 * speed1 * speed1 * sine - (m1 + m2) * g * math.sin(angle2)) / (l2 / l1 * den1)
    return speed1, a1, speed2, a2


def moved(state, k, h):
    return tuple(x + h * y for x, y in zip(state, k))


def step(state, h):
    k1 = slope(state)
    k2 = slope(moved(state, k1, h / 2))
    k3 = slope(moved(state, k2, h / 2))
    k4 = slope(moved(state, k3, h))
    return tuple(x + h / 6 * (a + 2 * b + 2 * c + d) for x, a, b, c, d in zip(state, k1, k2, k3, k4))


n = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
state = (2.0, 0.0, 2.5, 0.0)
for i in range(n):
    state = step(state, 0.001)
    if i % (n // 4) == 0:
        print(i, state)
print(state)
