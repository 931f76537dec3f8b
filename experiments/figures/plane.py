"""Marks and names of policies in a plane: time to the right, carbon avoided upwards."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from . import style
from .labels import Label, place
from .words import named, say

Rows = list[dict[str, Any]]
SIZES = {"*": 8.0, "P": 6.5}  # of markers that look smaller than they are; others 5
UNSERVED_SHOWN_PCT = 0.05  # a policy that gives up less is not marked


def heights(rows: Rows) -> list[float]:
    return [row[c] for row in rows for c in ("avoided_system_pct", "avoided_location_pct")]


def flat(values: list[float]) -> bool:
    """Whether there is nothing but zero, rounding of sums apart."""
    return max(map(abs, values)) < 1e-9


def limits(values: list[float], end: float = 0.1) -> tuple[float, float]:
    """Limits that hold the values and zero, with room before and, by `end`, after them."""
    low, high = min(0.0, *values), max(0.0, *values)
    if flat(values):
        return -1.0, 1.0
    return low - 0.1 * (high - low), high + end * (high - low)


def spots_of(axes: Axes, rows: Rows, column: str) -> list[Rows]:
    """Rows by where they are drawn: policies that lie on one another are one spot."""
    spots: dict[tuple[float, ...], Rows] = {}
    for row in rows:
        ends = [(row[column], y) for y in heights([row])]
        pixels = axes.transData.transform(ends).ravel()
        near = (spot for spot in spots if max(abs(pixels - spot)) < 2.0)
        spots.setdefault(next(near, tuple(pixels)), []).append(row)
    return list(spots.values())


def _look(spot: Rows) -> style.Look:
    """Of the one policy there, or of the baseline; else one that belongs to no policy."""
    if len(spot) > 1 and spot[0]["role"] != "baseline":
        return style.SEVERAL
    return style.policy_look(spot[0]["policy"])


def mark(axes: Axes, spots: list[Rows], column: str) -> None:
    for spot in spots:
        colour, marker = _look(spot)
        system, location = heights(spot[:1])
        x, size = spot[0][column], SIZES.get(marker, 5.0)
        axes.plot([x, x], [location, system], color=colour, linewidth=0.7, zorder=3)
        axes.plot(
            x, location, marker, color=colour, markerfacecolor="white", markeredgewidth=0.8,
            markersize=size + 1.2, zorder=4,
        )  # fmt: skip
        axes.plot(x, system, marker, color=colour, markersize=size, markeredgewidth=0, zorder=5)


def keys() -> list[Line2D]:
    common = {"linestyle": "", "marker": "o", "color": style.SEVERAL.colour, "markeredgewidth": 0.8}
    return [
        Line2D([], [], **common, label=say("whole system (consequential)")),
        Line2D(
            [], [], **common, markerfacecolor="white", label=say("location-based, hourly average")
        ),
        Line2D([], [], color=style.SEVERAL.colour, linewidth=0.7, label=say("same policy")),
    ]


def name_spots(axes: Axes, spots: list[Rows], column: str) -> None:
    """Names at the filled markers, or where there is no room, at the open ones."""
    labels = [
        Label(
            "\n".join(_text(row) for row in spot),
            [(spot[0][column], y) for y in heights(spot[:1])],
            style.darker(_look(spot).colour),
        )
        for spot in spots
    ]
    points = [(spot[0][column], y) for spot in spots for y in heights(spot[:1])]
    joins = [(s[0][column], y0, s[0][column], y1) for s in spots for y0, y1 in [heights(s[:1])]]
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    place(axes, labels, points, [*joins, (left, 0.0, right, 0.0), (0.0, low, 0.0, high)])


def _text(row: dict[str, Any]) -> str:
    text = named(row["policy"])
    if row["role"] != "policy":
        text += f" ({say(row['role'])})"
    if row["unserved_pct"] >= UNSERVED_SHOWN_PCT:
        text += "\n" + say("{pct:.2g} % unserved", pct=row["unserved_pct"])
    return text
