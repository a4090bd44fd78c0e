"""The plate, the material and the length of the simulation."""

import sys

nx = 200
ny = 200
width = 20.0  # mm
height = 20.0
dx = width / nx
dy = height / ny
diffusivity = 4.0  # mm2/s, steel
cool = 300.0
hot = 700.0
radius = 2.0
dt = dx * dx * dy * dy / (2 * diffusivity * (dx * dx + dy * dy))
steps = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
every = 200
