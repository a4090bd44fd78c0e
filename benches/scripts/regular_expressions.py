"""Addresses, dates and numbers are found in a text."""

import re
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
lines = []
for i in range(n):
    lines.append(
        f"From: user{i % 1000}@host{i % 37}.example.org on 2023-{i % 12 + 1:02d}-{i % 28 + 1:02d}, paid {i}.{i % 100:02d} EUR; ref=#{i:x}"
    )

address = re.compile(r"([a-z]+\d+)@([\w.]+)")
day = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
amounts = 0.0
users = set()
months = {}
for line in lines:
    user, host = address.search(line).groups()
    users.add((user, host))
    year, month, _ = day.search(line).groups()
    months[month] = months.get(month, 0) + 1
    amounts += float(re.search(r"paid (\d+\.\d+)", line).group(1))
hidden = re.sub(r"\d", "9", "\n".join(lines))
print(len(users), sorted(months.items()), amounts, hidden.count("9"), len(re.findall(r"#[0-9a-f]*[a-f]\b", "\n".join(lines))))
