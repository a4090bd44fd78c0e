"""Points in the plane fall into k clusters."""

import random
import sys


def distance2(p, q):
    return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2


def nearest(point, centres):
    best = 0
    for i in range(1, len(centres)):
        if distance2(point, centres[i]) < distance2(point, centres[best]):
            best = i
    return best


n = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
k = 8
random.seed(5)
points = []
for i in range(n):
    angle = random.randrange(k)
    points.append((random.gauss(angle % 4 * 5.0, 1.0), random.gauss(angle // 4 * 5.0, 1.0)))

centres = points[:k]
for turn in range(12):
    clusters = [[] for _ in range(k)]
    for point in points:
        clusters[nearest(point, centres)].append(point)
    for i in range(k):
        if clusters[i]:
            x = sum(p[0] for p in clusters[i]) / len(clusters[i])
            y = sum(p[1] for p in clusters[i]) / len(clusters[i])
            centres[i] = (x, y)
error = 0.0
for point in points:
    error += distance2(point, centres[nearest(point, centres)])
for x, y in sorted(centres):
    print(f"{x:.9f} {y:.9f}")
print("error", error)
