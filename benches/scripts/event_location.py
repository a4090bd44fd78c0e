"""Where was the earthquake? Every point of a grid is tried, and every origin time."""

import math
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 60

stations = [
    {"name": "ABEL", "x": 3.0, "y": 8.0, "z": -0.4},
    {"name": "BERN", "x": 41.0, "y": 5.0, "z": -0.7},
    {"name": "CHUR", "x": 57.0, "y": 31.0, "z": -1.1},
    {"name": "DAVO", "x": 49.0, "y": 55.0, "z": -1.6},
    {"name": "ELMA", "x": 22.0, "y": 59.0, "z": -0.2},
    {"name": "FLIM", "x": 6.0, "y": 37.0, "z": -0.9},
]
velocity = {"P": 5.8, "S": 3.36}

# What was read off the seismograms: seconds, and how far off that may be.
picks = {
    ("ABEL", "P"): (8.9121, 0.12),
    ("ABEL", "S"): (13.0842, 0.25),
    ("BERN", "P"): (7.4418, 0.08),
    ("BERN", "S"): (10.6237, 0.2),
    ("CHUR", "P"): (6.8055, 0.1),
    ("CHUR", "S"): (9.4514, 0.22),
    ("DAVO", "P"): (7.6123, 0.1),
    ("DAVO", "S"): (10.8571, 0.21),
    ("ELMA", "P"): (8.0207, 0.15),
    ("ELMA", "S"): (11.5328, 0.3),
    ("FLIM", "P"): (7.9812, 0.09),
    ("FLIM", "S"): (11.4713, 0.2),
}

best = 0.0
best_place = None
total = 0.0
for i in range(n):
    x = 60.0 * i / n
    for j in range(n):
        y = 60.0 * j / n
        for k in range(n // 3):
            z = 30.0 * k / n
            for m in range(n // 3):
                origin = 2.0 + 6.0 * m / n
                misfit = 0.0
                for station in stations:
                    distance = math.sqrt((x - station["x"]) ** 2 + (y - station["y"]) ** 2 + (z - station["z"]) ** 2)
                    for phase in ("P", "S"):
                        seconds, error = picks[station["name"], phase]
                        residual = seconds - (origin + distance / velocity[phase])
                        misfit += (residual / error) ** 2
                likelihood = math.exp(-0.5 * misfit)
                total += likelihood
                if likelihood > best:
                    best = likelihood
                    best_place = (x, y, z, origin)

print("most likely at", best_place)
print("likelihood", best, "of", total)
