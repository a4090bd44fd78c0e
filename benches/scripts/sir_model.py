"""An epidemic on a network of people: each day the infected infect some of those they meet, and recover after a while."""

import random
import sys

people = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
days = 120
parameters = {"beta": 0.04, "gamma": 0.09, "contacts": 8, "initial": 10}

random.seed(11)
neighbours = {person: [] for person in range(people)}
for person in range(people):
    for _ in range(parameters["contacts"] // 2):
        other = int(random.random() * people)
        if other != person:
            neighbours[person].append(other)
            neighbours[other].append(person)

state = {person: "S" for person in range(people)}
for person in range(parameters["initial"]):
    state[person] = "I"

history = []
for day in range(days):
    new_state = dict(state)
    for person, status in state.items():
        if status == "I":
            for other in neighbours[person]:
                if state[other] == "S" and random.random() < parameters["beta"]:
                    new_state[other] = "I"
            if random.random() < parameters["gamma"]:
                new_state[person] = "R"
    state = new_state
    counts = {"S": 0, "I": 0, "R": 0}
    for status in state.values():
        counts[status] += 1
    history.append({"day": day, **counts})
    if day % 20 == 0:
        print(f"day {day:3d}: S={counts['S']:6d} I={counts['I']:6d} R={counts['R']:6d}")

peak = max(history, key=lambda row: row["I"])
print("peak on day", peak["day"], "with", peak["I"])

# The same by differential equations, in many groups that meet.
groups = ["child", "adult", "old"]
mixing = {
    ("child", "child"): 0.5,
    ("child", "adult"): 0.2,
    ("child", "old"): 0.05,
    ("adult", "child"): 0.2,
    ("adult", "adult"): 0.3,
    ("adult", "old"): 0.1,
    ("old", "child"): 0.05,
    ("old", "adult"): 0.1,
    ("old", "old"): 0.15,
}
size = {"child": 0.25, "adult": 0.55, "old": 0.20}
compartments = {g: {"S": size[g] * 0.999, "I": size[g] * 0.001, "R": 0.0} for g in groups}
dt = 0.01
steps = people
for step in range(steps):
    change = {}
    for g in groups:
        force = 0.0
        for h in groups:
            force += mixing[g, h] * compartments[h]["I"] / size[h]
        infected = force * compartments[g]["S"]
        recovered = parameters["gamma"] * compartments[g]["I"]
        change[g] = (-infected, infected - recovered, recovered)
    for g, (ds, di, dr) in change.items():
        c = compartments[g]
        c["S"] += dt * ds
        c["I"] += dt * di
        c["R"] += dt * dr
for g in groups:
    print(g, {k: round(v, 6) for k, v in compartments[g].items()})
