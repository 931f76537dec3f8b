"""Tables for the page: cells as texts with their numbers, units in the headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from westshift.experiments.report.found import plain
from westshift.experiments.screen import label

MOST_ROWS = 200


@dataclass(frozen=True)
class Shown:
    """name: of the table. heads: (name, unit). rows: (text, number or None) cells. numeric: by column.

    more: says that rows were left out. words: cells are mostly texts.
    """

    name: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[tuple[str, float | None], ...], ...]
    numeric: tuple[bool, ...]
    more: str = ""
    words: bool = False


def shown(name: str, table: pd.DataFrame, words: dict[str, str], digits: int = 4) -> Shown:
    """A data frame. digits: significant ones of numbers that are not whole."""
    numeric = tuple(bool(pd.api.types.is_numeric_dtype(table[c])) for c in table.columns)
    cells = table.head(MOST_ROWS).itertuples(index=False, name=None)
    rows = tuple(
        tuple(_cell(v, n, digits) for v, n in zip(row, numeric, strict=True)) for row in cells
    )
    more = ""
    if len(table) > MOST_ROWS:
        more = words["first_rows"].format(shown=MOST_ROWS, n=len(table), file=name)
    return Shown(name, tuple(_head(str(c)) for c in table.columns), rows, numeric, more)


def cluster_use(sites: pd.DataFrame, names: dict[str, str], words: dict[str, str]) -> Shown | None:
    """Use of every cluster [%], one column a policy; None where there is no cluster."""
    own = sites[sites["kind"] == "cluster"] if len(sites) else sites
    if not len(own):
        return None
    wide = own.pivot(index="site", columns="policy", values="utilisation_pct")
    wide = wide.reindex(index=own["site"].unique(), columns=own["policy"].unique())
    rows = tuple(
        ((names.get(str(site), str(site)), None), *(_cell(v, True, 3) for v in values))
        for site, *values in wide.itertuples(name=None)
    )
    heads = ((words["site"], ""), *((str(c), "%") for c in wide.columns))
    return Shown("sites.csv", heads, rows, (False, *[True] * len(wide.columns)))


def _head(column: str) -> tuple[str, str]:
    name, _, unit = label(column).replace("\\", "").partition(" [")
    return name, unit.removesuffix("]")


def _cell(value: Any, numeric: bool, digits: int) -> tuple[str, float | None]:
    if not numeric or isinstance(value, bool):
        return ("" if value is None or value != value else str(value)), None
    figure = float(value)
    if figure != figure:
        return "–", None
    if abs(figure) < 1e-9:
        return "0", 0.0
    places = 0 if figure.is_integer() else max(0, digits - len(f"{abs(figure):.0f}"))
    if abs(figure) < 1:
        return f"{figure:.{digits}g}".replace("-", "−"), figure
    return plain(figure, places), figure
