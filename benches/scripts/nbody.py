"""The Sun and four planets, as objects."""

import math
import sys


class Body:
    def __init__(self, name, mass, x, y, z, vx, vy, vz):
        self.name = name
        self.mass = mass
        self.x = x
        self.y = y
        self.z = z
        self.vx = vx
        self.vy = vy
        self.vz = vz

    def move(self, dt):
        self.x += dt * self.vx
        self.y += dt * self.vy
        self.z += dt * self.vz

    def kinetic(self):
        return 0.5 * self.mass * (self.vx**2 + self.vy**2 + self.vz**2)


def distance(a, b):
    return math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2)


def attract(a, b, dt):
    dx = a.x - b.x
    dy = a.y - b.y
    dz = a.z - b.z
    d = distance(a, b)
    pull = dt / (d * d * d)
    a.vx -= dx * b.mass * pull
    a.vy -= dy * b.mass * pull
    a.vz -= dz * b.mass * pull
    b.vx += dx * a.mass * pull
    b.vy += dy * a.mass * pull
    b.vz += dz * a.mass * pull


def energy(bodies):
    total = 0.0
    for i, a in enumerate(bodies):
        total += a.kinetic()
        for b in bodies[i + 1 :]:
            total -= a.mass * b.mass / distance(a, b)
    return total


steps = int(sys.argv[1]) if len(sys.argv) > 1 else 150_000
bodies = [
    Body("Sun", 39.47841760435743, 0.0, 0.0, 0.0, -0.000387, -0.00327, 0.0000239),
    Body("Jupiter", 0.03769367, 4.84143144, -1.16032004, -0.10362204, 0.60632639, 2.81198684, -0.02521836),
    Body("Saturn", 0.011286326, 8.34336671, 4.12479856, -0.40352342, -1.01077434, 1.82566237, 0.00841576),
    Body("Uranus", 0.0017237240, 12.89436956, -15.11115140, -0.22330758, 1.08279100, 0.86871301, -0.01083263),
    Body("Neptune", 0.0020336868, 15.37969711, -25.91931461, 0.17925877, 0.97909073, 0.59469899, -0.03475595),
]
print("energy before", energy(bodies))
for step in range(steps):
    for i in range(len(bodies)):
        for j in range(i + 1, len(bodies)):
            attract(bodies[i], bodies[j], 0.01)
    for body in bodies:
        body.move(0.01)
print("energy after", energy(bodies))
for body in bodies:
    print(body.name, body.x, body.y, body.z)
