"""A scenario's folder with fewer regions: to see how a program grows with them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from westshift.models.errors import InputError

OF_A_REGION = ("region", "from_region", "to_region")
"""Columns that name one."""


def fewer_regions(source: Path, target: Path, regions: int) -> Path:
    """Copy a scenario with its first regions only, and what stands in them or joins them.

    Raises:
        InputError: it has not so many, or none is asked for.
    """
    with open(source / "regions.csv", newline="", encoding="utf-8") as file:
        names = [row["region"] for row in csv.DictReader(file)]
    if not 0 < regions <= len(names):
        raise InputError(
            f"{regions} regions of '{source.name}': it has {len(names)}; take 1 to that"
        )
    kept = set(names[:regions])
    shutil.copytree(source, target)
    sites: set[str] = set()
    for name in ("sites.csv", *(p.name for p in sorted(target.glob("*.csv")))):
        table = target / name
        with open(table, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or ()), list(reader)
        inside = [
            row
            for row in rows
            if all(row[c] in kept for c in OF_A_REGION if c in columns)
            and (name == "sites.csv" or "site" not in columns or row["site"] in sites)
        ]
        if name == "sites.csv":
            sites = {row["site"] for row in inside}
        with open(table, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(inside)
    return target
