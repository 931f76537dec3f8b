"""A scenario on the way in: whether its tables refer to each other as they should.

Typed rows, and the line of the file that each came from, so that what is wrong can be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from .calendar import SEASONS
from .columns import column_name
from .contents import TABLES, Tables
from .errors import suggest
from .settings import Settings

# attribute of a table -> the table whose key it must be
REFERENCES = (
    ("generators", "region", "regions"),
    ("generators", "technology", "technologies"),
    ("lines", "from_region", "regions"),
    ("lines", "to_region", "regions"),
    ("storage", "region", "regions"),
    ("sites", "region", "regions"),
    ("profiles", "job_class", "classes"),
    ("load_shape", "region", "regions"),
    ("temperature", "site", "sites"),
    ("tariffs", "region", "regions"),
    ("tariff_hours", "region", "regions"),
    ("quotas", "region", "regions"),
    ("line_quotas", "from_region", "regions"),
    ("line_quotas", "to_region", "regions"),
)


@dataclass(frozen=True)
class Draft:
    """What a scenario says, and on which line of which file.

    headers and line_numbers are by attribute of Tables.
    """

    folder: str
    settings: Settings
    tables: Tables
    headers: Mapping[str, tuple[str, ...]]
    line_numbers: Mapping[str, tuple[int, ...]]

    def rows(self, table: str) -> tuple[Any, ...]:
        """The rows of a table."""
        return getattr(self.tables, table)

    def codes(self, table: str) -> list[str]:
        """What the rows of a table with a key of one column are called."""
        (key,) = TABLES[table].key
        fields = TABLES[table].row.model_fields
        attribute = next(n for n in fields if column_name(TABLES[table].row, n) == key)
        return [getattr(row, attribute) for row in self.rows(table)]

    def file(self, table: str) -> str:
        """Folder and file of a table."""
        return f"{self.folder}/{TABLES[table].stem}.csv"

    def at(self, table: str, row: int, attribute: str) -> str:
        """Where a cell stands."""
        column = column_name(TABLES[table].row, attribute)
        return f"{self.file(table)}, line {self.line_numbers[table][row]}, column {column}"


def references(draft: Draft) -> Iterator[str]:
    """A code that a table uses is a row of the table that it belongs to."""
    for table, attribute, target in REFERENCES:
        known = draft.codes(target)
        for i, row in enumerate(draft.rows(table)):
            code = getattr(row, attribute)
            if code not in known:
                where = draft.at(table, i, attribute)
                yield f"{where}: '{code}' is not in {target}.csv; {suggest(code, known)}"


def completeness(draft: Draft) -> Iterator[str]:
    """Whatever needs a row in another table has one."""
    regions, sites = draft.codes("regions"), draft.codes("sites")
    needs: tuple[tuple[str, tuple[str, ...], Iterable[tuple[Any, ...]]], ...] = (
        ("profiles", ("job_class",), ((c,) for c in draft.codes("classes"))),
        ("temperature", ("site",), ((s,) for s in sites)),
        ("tariffs", ("region",), ((r,) for r in regions)),
        ("load_shape", ("region", "season"), product(regions, SEASONS)),
        ("tariff_hours", ("region", "season"), product(regions, SEASONS)),
    )
    for table, attributes, wanted in needs:
        there: dict[tuple[Any, ...], int] = {}
        for i, row in enumerate(draft.rows(table)):
            code = tuple(getattr(row, a) for a in attributes)
            if code in there:
                yield (
                    f"{draft.at(table, i, attributes[-1])}: '{' '.join(code)}' is on line "
                    f"{draft.line_numbers[table][there[code]]} already; keep one of the two"
                )
            there.setdefault(code, i)
        for code in wanted:
            if code not in there:
                columns = "+".join(column_name(TABLES[table].row, a) for a in attributes)
                where = f"{draft.file(table)}, column {columns}"
                yield f"{where}: no row for '{' '.join(code)}'; add one"

    grades = {(row.climate_zone, row.cooling_grade) for row in draft.tables.cooling}
    for i, site in enumerate(draft.tables.sites):
        if (site.climate_zone, site.cooling_grade) not in grades:
            yield (
                f"{draft.at('sites', i, 'cooling_grade')}: no row of cooling.csv has zone "
                f"{site.climate_zone} and grade {site.cooling_grade}; add one or change the site"
            )
    homes = {site.region for site in draft.tables.sites}
    for i, region in enumerate(draft.tables.regions):
        if region.work_weight > 0 and region.region not in homes:
            yield (
                f"{draft.at('regions', i, 'work_weight')}: '{region.region}' has work "
                f"({region.work_weight:g}) but no site in sites.csv; add a site or set 0"
            )
