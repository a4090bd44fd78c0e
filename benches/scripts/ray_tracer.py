"""Spheres over a floor, with a vector class."""

import math
import sys


class Vec:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vec(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def length(self):
        return math.sqrt(self.dot(self))

    def unit(self):
        return self * (1.0 / self.length())


class Sphere:
    def __init__(self, centre, radius, colour, mirror):
        self.centre = centre
        self.radius = radius
        self.colour = colour
        self.mirror = mirror

    def hit(self, origin, direction):
        to = self.centre - origin
        along = to.dot(direction)
        off = to.dot(to) - along * along
        if off > self.radius * self.radius:
            return None
        half = math.sqrt(self.radius * self.radius - off)
        if along - half > 1e-6:
            return along - half
        if along + half > 1e-6:
            return along + half
        return None


def nearest(spheres, origin, direction):
    found = None
    closest = math.inf
    for sphere in spheres:
        distance = sphere.hit(origin, direction)
        if distance is not None and distance < closest:
            closest = distance
            found = sphere
    return found, closest


def trace(spheres, light, origin, direction, depth):
    sphere, distance = nearest(spheres, origin, direction)
    if sphere is None:
        return Vec(0.3, 0.5, 0.8) * max(0.2, direction.y)
    point = origin + direction * distance
    normal = (point - sphere.centre).unit()
    to_light = (light - point).unit()
    brightness = 0.1
    if nearest(spheres, point, to_light)[0] is None:
        brightness += 0.9 * max(0.0, normal.dot(to_light))
    colour = sphere.colour * brightness
    if sphere.mirror and depth < 3:
        away = direction - normal * (2 * normal.dot(direction))
        colour = colour * (1 - sphere.mirror) + trace(spheres, light, point, away.unit(), depth + 1) * sphere.mirror
    return colour


width = int(sys.argv[1]) if len(sys.argv) > 1 else 480
height = width * 3 // 4
spheres = [
    Sphere(Vec(0, -1000, 0), 999, Vec(0.6, 0.6, 0.5), 0),
    Sphere(Vec(0, 0, 5), 1, Vec(1, 0.2, 0.2), 0.3),
    Sphere(Vec(2, 0.5, 6), 1.5, Vec(0.2, 0.9, 0.3), 0.5),
    Sphere(Vec(-2, -0.3, 4), 0.7, Vec(0.3, 0.3, 1), 0.2),
]
light = Vec(-5, 8, -2)
eye = Vec(0, 0.5, -2)
total = Vec(0, 0, 0)
shades = " .:-=+*#%@"
for j in range(height):
    line = ""
    for i in range(width):
        direction = Vec((i - width / 2) / width, (height / 2 - j) / width, 1).unit()
        colour = trace(spheres, light, eye, direction, 0)
        total = total + colour
        if i % 6 == 0:
            line += shades[min(9, int(10 * (colour.x + colour.y + colour.z) / 3))]
    if j % 12 == 0:
        print(line)
print(total.x, total.y, total.z)
