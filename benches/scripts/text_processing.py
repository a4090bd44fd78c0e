"""A log is read line by line, split, cleaned and counted."""

import sys
from collections import Counter

n = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
levels = ["INFO", "WARNING", "ERROR", "debug"]
log = []
for i in range(n):
    log.append(f"2024-05-{i % 28 + 1:02d} 12:{i % 60:02d}:00 {levels[i * i % 4]} [worker-{i % 17}]  Job {i} took {i * 37 % 1000} ms \n")

by_level = Counter()
by_worker = {}
slow = []
for line in log:
    line = line.strip()
    date, time, level, worker, rest = line.split(None, 4)
    level = level.upper()
    by_level[level] += 1
    worker = worker.strip("[]").replace("worker-", "w")
    milliseconds = int(rest.split()[3])
    by_worker.setdefault(worker, []).append(milliseconds)
    if level == "ERROR" and milliseconds > 990 and rest.startswith("Job"):
        slow.append(f"{date}T{time} {worker} {rest.title()}")
print(sorted(by_level.items()))
for worker in sorted(by_worker):
    print(worker, len(by_worker[worker]), sum(by_worker[worker]) / len(by_worker[worker]))
print(len(slow), len("".join(slow)))
