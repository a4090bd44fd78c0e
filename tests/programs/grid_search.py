"""Nests whose inner loops compute much again and again: places, dicts and tuples that don't change, and some that do."""

import math

stations = [
    {"name": "one", "x": 3.0, "y": 8.0},
    {"name": "two", "x": 41.0, "y": 5.0},
    {"name": "three", "x": 57.0, "y": 31.0},
]
velocity = {"P": 5.8, "S": 3.36}
picks = {(s["name"], p): (8.0 + i, 0.1 + j) for i, s in enumerate(stations) for j, p in enumerate("PS")}

best = 0.0
best_place = None
total = 0.0
for i in range(6):
    x = 10.0 * i
    for m in range(15):
        origin = 0.25 * m
        misfit = 0.0
        for station in stations:
            distance = math.sqrt((x - station["x"]) ** 2 + station["y"] ** 2)
            for phase in ("P", "S"):
                seconds, error = picks[station["name"], phase]
                residual = seconds - (origin + distance / velocity[phase])
                misfit += (residual / error) ** 2
        likelihood = math.exp(-0.001 * misfit)
        total += likelihood
        if likelihood > best:
            best = likelihood
            best_place = (x, origin)
print(best, best_place, total, station["name"], phase, seconds, error, residual, distance)

# What the turns compute alike changes in the midst of them.
seen = []
for m in range(20):
    total = 0.0
    for station in stations:
        total += math.sqrt(station["x"]) * m
    seen.append(total)
    if m == 11:
        stations[1]["x"] = 4.0
        stations.append({"name": "four", "x": 2.0, "y": 1.0})
print(seen)

# What overflows in one of them.
try:
    for m in range(400):
        total = 0.0
        for station in stations:
            total += math.exp(math.sqrt(station["x"]) * m)
except OverflowError as error:
    print(error, m, total, station["name"])

# What is found in one turn and not in another.
previous = None
try:
    for m in range(9):
        for station in stations:
            scale = math.sqrt(station["x"])
            if previous is not None:
                scale += previous["late"] if m > 5 else 1.0
            previous = station
        if m == 3:
            stations[0]["late"] = 2.5
except KeyError as error:
    print("no", error, m, station["name"], previous["name"], scale)


class Watched:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("end of", self.name)


def ends(n, rows):
    kept = Watched("kept")
    count = 0.0
    for m in range(n):
        for row in rows:
            thing = kept
            count += math.sqrt(row["x"]) + m
        kept = Watched(f"turn {m}") if m in (3, 7) else kept
    return count, thing.name


print(ends(10, stations))


def prefixes(words, n):
    table = {"a": 1, "b": 2.5, "c": (1, 2)}
    total = 0
    for m in range(n):
        for word in words:
            value = table[word]
            if word == "c":
                total += value[1] * m
            else:
                total += value + m
        if m == n - 2:
            table["a"] = 2**70
    return total, word, value


print(prefixes(["a", "b", "c", "a"], 12))


def growing(n):
    rows = [1.0, 4.0, 9.0]
    total = 0.0
    for m in range(n):
        for row in rows:
            total += math.sqrt(row) * m
        if m % 5 == 4:
            rows.append(float(m))
    return total, rows


print(growing(17))


def left(n):
    for m in range(n):
        for place in range(4):
            weight = math.sqrt(place + 0.5)
            if m * weight > 7.5:
                return m, place, weight
    return None


print(left(20), left(3))
