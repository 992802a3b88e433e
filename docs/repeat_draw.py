"""Repeat the draw of an inspection: python3 repeat_draw.py LIST.csv SEED SIZE; prints town and number of each drawn."""

import csv
import hashlib
import sys
from pathlib import Path

seed, size, towns = sys.argv[2], int(sys.argv[3]), {}
for row in csv.DictReader(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()):
    towns.setdefault(row["town"], []).append(row["number"])
whole = sum(map(len, towns.values()))
n = {town: len(has) * size // whole for town, has in towns.items()}
for town in sorted(towns, key=lambda t: (-(len(towns[t]) * size % whole), t))[: size - sum(n.values())]:
    n[town] += 1
for town in sorted(towns):
    for number in sorted(towns[town], key=lambda x: hashlib.sha256(f"{seed}:{x}".encode()).hexdigest())[: n[town]]:
        print(town, number)
