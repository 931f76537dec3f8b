"""Every figure of a scenario with its confidence mark, for the page's list."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple, get_args

import pandas as pd

from westshift.models.provenance import Confidence
from westshift.models.scenario import Scenario, assumptions

MARKS = tuple(reversed(get_args(Confidence)))
"""The least certain first."""


class Entry(NamedTuple):
    """A figure or a group of figures: mark, where it stands, which, how much, and why."""

    mark: str
    where: str
    figure: str
    value: str
    note: str


def entries(scenario: Scenario | None, assumed: pd.DataFrame) -> list[Entry]:
    """What is assumed first; then recalled, derived, sourced.

    Scalars and columns are one entry each. Where rows say otherwise than their column, one entry a table
    and mark says how many do.

    Args:
        scenario: None where it is gone; then only what is assumed is listed. assumed: assumptions.csv.
    """
    if scenario is None:
        texts = assumed.fillna("").astype(str)
        return [Entry("assumed", *row) for row in texts.itertuples(index=False, name=None)]
    out = [Entry("assumed", *a) for a in assumptions(scenario)]
    for f in scenario.figures:
        if f.confidence != "assumed":
            note = "; ".join(part for part in (_source(scenario, f.source), f.note) if part)
            value = f"{f.value:g}" if f.unit in ("", "1", "-") else f"{f.value:g} {f.unit}"
            out.append(Entry(f.confidence, "parameters.csv", f.name, value, note))
    for n in scenario.fields:
        if n.confidence != "assumed":
            said = (n.description, n.note, _source(scenario, n.source))
            note = "; ".join(part for part in said if part)
            unit = "" if n.unit in ("", "1", "-") else f"[{n.unit}]"
            out.append(Entry(n.confidence, f"{n.table}.csv", n.column, unit, note))
    for table in ("generators", "lines", "storage", "sites", "tariffs", "classes", "cooling"):
        found = Counter(
            (row.confidence, _source(scenario, row.source))
            for row in getattr(scenario, table)
            if row.confidence not in ("", "assumed")
        )
        for (mark, source), n in sorted(found.items(), key=lambda each: (-each[1], each[0])):
            out.append(Entry(mark, f"{table}.csv", "row", f"{n} ×", source))
    return sorted(out, key=lambda e: MARKS.index(e.mark))


def counts(found: list[Entry]) -> list[tuple[str, int]]:
    """How many entries have each mark, the least certain first."""
    number = Counter(e.mark for e in found)
    return [(mark, number[mark]) for mark in MARKS if number[mark]]


def _source(scenario: Scenario, ids: str) -> str:
    """The words behind ids of sources.csv."""
    words = {s.id: s.source for s in scenario.sources}
    return "; ".join(words.get(i.strip(), i.strip()) for i in ids.split(";") if i.strip())
