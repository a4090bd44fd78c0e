"""Measurements of a network of stations, with missing and wrong values: read, cleaned, and summed up by station and month."""

import csv
import io
import random
import sys
from collections import defaultdict

rows = int(sys.argv[1]) if len(sys.argv) > 1 else 600_000
random.seed(5)
stations = ["Bern", "Basel", "Chur", "Geneva ", " lugano", "SION"]
out = io.StringIO()
out.write("station,date,temperature,rain\n")
for i in range(rows):
    station = stations[int(random.random() * len(stations))]
    day = f"2020-{i % 12 + 1:02d}-{i % 28 + 1:02d}"
    temperature = f"{random.random() * 40 - 10:.1f}"
    if i % 37 == 0:
        temperature = random.choice(["", "NA", "n/a", "-999"])
    elif i % 101 == 0:
        temperature = temperature.replace(".", ",")
    rain = "" if i % 23 == 0 else f"{random.random() * 20:.2f} mm"
    out.write(f'"{station}",{day},"{temperature}",{rain}\n')
text = out.getvalue()


def number(field):
    field = field.strip().replace(",", ".")
    if field.lower() in ("", "na", "n/a"):
        return None
    try:
        value = float(field)
    except ValueError:
        return None
    if value <= -99:
        return None
    return value


clean = []
dropped = 0
for record in csv.DictReader(io.StringIO(text)):
    name = record["station"].strip().title()
    year, month, day = (int(part) for part in record["date"].split("-"))
    temperature = number(record["temperature"])
    rain = number(record["rain"].removesuffix(" mm"))
    if temperature is None:
        dropped += 1
        continue
    clean.append({"station": name, "month": month, "day": day, "temperature": temperature, "rain": rain if rain is not None else 0.0})

by_month = defaultdict(list)
for row in clean:
    by_month[row["station"], row["month"]].append(row)
print(len(clean), "kept,", dropped, "dropped")
for station, month in sorted(by_month)[:8]:
    group = by_month[station, month]
    mean = sum(row["temperature"] for row in group) / len(group)
    wettest = max(group, key=lambda row: row["rain"])
    warm = [row for row in group if row["temperature"] > 25]
    print(f"{station:8s} {month:2d} {len(group):5d} {mean:7.3f} {wettest['rain']:6.2f} {len(warm):5d}")
total = defaultdict(float)
for row in clean:
    total[row["station"]] += row["rain"]
for station in sorted(total, key=total.get, reverse=True):
    print(station, round(total[station], 2))
