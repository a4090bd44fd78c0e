"""Records go to JSON and come back."""

import json
import sys

n = int(sys.argv[1]) if len(sys.argv) > 1 else 120_000
records = []
for i in range(n):
    records.append({"id": i, "name": f"sample {i}", "values": [i / 3, i / 7, i % 11], "tags": {"odd": i % 2 == 1, "none": None}})
text = json.dumps(records)
again = json.loads(text)
total = 0
for record in again:
    total += record["values"][0]
    if record["tags"]["odd"]:
        total += record["values"][2]
pretty = json.dumps(again[: n // 10], indent=2, sort_keys=True)
print(len(text), total, len(pretty), again == records)
