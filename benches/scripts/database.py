"""A database in memory: rows go in, questions are asked."""

import sqlite3
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
connection = sqlite3.connect(":memory:")
connection.execute("create table measurement (id integer primary key, station text, value real)")
for i in range(n):
    connection.execute("insert into measurement (station, value) values (?, ?)", (f"S{i % 50:02d}", i * 7 % 1000 / 10))
connection.execute("create index by_station on measurement (station)")
for station, count, total in connection.execute("select station, count(*), sum(value) from measurement group by station order by station"):
    print(station, count, round(total, 3))
above = 0
for (value,) in connection.execute("select value from measurement where value > 50"):
    above += value
for i in range(n // 10):
    row = connection.execute("select station, value from measurement where id = ?", (i * 3 + 1,)).fetchone()
    above += len(row[0])
print(round(above, 3))
