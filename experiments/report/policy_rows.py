"""The table of policies for the page: one row a policy, columns in groups, units in the headings."""

from __future__ import annotations

from dataclasses import dataclass

from westshift.experiments.policy_table import Show, sections
from westshift.models.measures import Measures

GROUPS = ("carbon", "latency", "money", "forecasts", "physics")
"""In the order of `policy_table.sections`."""
OVERVIEW = (
    ("whole system, consequential", "%"),
    ("whole system, consequential", ""),
    ("location-based, hourly", "%"),
    ("location-based, official", "%"),
    ("at the baseline's margin, hourly", "%"),
    ("added round trip, mean", ""),
    ("mean delay", ""),
    ("energy at the tariff", ""),
    ("curtailed energy put to use", ""),
    ("work moved", ""),
    ("work moved west", ""),
)
"""Names and units of what is shown at first; any unit where it is empty, the first of that name."""


@dataclass(frozen=True)
class Column:
    """A column. groups: it is shown in. name, unit: heading. cells: (text, number or None), one a policy."""

    groups: tuple[str, ...]
    name: str
    unit: str
    cells: tuple[tuple[str, float | None], ...]
    carbon: bool


def columns(
    measures: dict[str, Measures], names: dict[str, str], floor_cny: float | None = None
) -> list[Column]:
    """All measures, the overview first.

    Args:
        measures: by policy. names: of measures in the page's language, by their English one.
        floor_cny: what no policy can cost less than, where that is known [CNY].
    """
    made: list[Column] = []
    for group, (_, lines) in zip(GROUPS, sections(measures, floor_cny), strict=True):
        above = ""
        for label, show in lines:
            name, unit = _named(label, above)
            above = above if label.startswith(" ") else name
            made.append(_column((group,), name, unit, show, measures))
    for name, unit in reversed(OVERVIEW):
        at = next(i for i, c in enumerate(made) if c.name == name and unit in (c.unit, ""))
        first = made.pop(at)
        made.insert(0, _with_overview(first))
    return [Column(c.groups, names.get(c.name, c.name), c.unit, c.cells, c.carbon) for c in made]


def _named(label: str, above: str) -> tuple[str, str]:
    """Name and unit of a line; one that is set in names the line above it, too."""
    text, _, unit = label.strip().removesuffix("]").rpartition(" [")
    if not label.startswith(" "):
        return text, unit
    return (above if text == "of all compute emissions" else f"{above}, {text}"), unit


def _column(
    groups: tuple[str, ...], name: str, unit: str, show: Show, measures: dict[str, Measures]
) -> Column:
    cells = tuple(_cell(show(m)) for m in measures.values())
    return Column(groups, name, unit, cells, groups == ("carbon",))


def _with_overview(c: Column) -> Column:
    return Column(("overview", *c.groups), c.name, c.unit, c.cells, c.carbon)


def _cell(text: str) -> tuple[str, float | None]:
    try:
        return text.replace("-", "−"), float(text.replace(",", ""))
    except ValueError:
        return text, None
