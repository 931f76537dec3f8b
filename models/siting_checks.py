"""What must hold of the tables on what may be built: units, cooling grades, paths of growth without gaps."""

from __future__ import annotations

from collections.abc import Iterator

from .draft import Draft

COST_UNITS = {
    "servers": "CNY/kW",
    "battery_power": "CNY/kW",
    "battery_energy": "CNY/kWh",
    "smr": "CNY/kW",
}
"""The unit of each item of build_costs.csv; kW of servers are of IT power."""

EMBODIED_UNITS = {
    "data_center_hall": "kg/kW",
    "servers": "kg/kW",
    "wind": "kg/kW",
    "solar": "kg/kW",
    "battery_power": "kg/kW",
    "battery_energy": "kg/kWh",
    "smr": "kg/kW",
    "hvdc_line": "kg/(MW km)",
    "hvdc_converters": "kg/MW",
}
"""The unit of each item of embodied.csv."""


def build_units(draft: Draft) -> Iterator[str]:
    """Costs and embodied carbon are in the unit that the size is counted in."""
    for table, units in (("build_costs", COST_UNITS), ("embodied", EMBODIED_UNITS)):
        for i, row in enumerate(draft.rows(table)):
            if row.unit != units[row.item]:
                where = draft.at(table, i, "unit")
                yield f"{where}: {row.item} is in {units[row.item]}, not in {row.unit}; convert it"


def hall_grades(draft: Draft) -> Iterator[str]:
    """Each way to cool has its row of cooling.csv in every climate zone that has a site."""
    there = {(row.climate_zone, row.cooling_grade) for row in draft.tables.cooling}
    zones = sorted({site.climate_zone for site in draft.tables.sites})
    for i, hall in enumerate(draft.tables.halls):
        for zone in zones:
            if (zone, hall.cooling_grade) not in there:
                yield (
                    f"{draft.at('halls', i, 'cooling_grade')}: no row of cooling.csv has zone {zone} and "
                    f"grade {hall.cooling_grade}; add one or change the hall"
                )


def batteries(draft: Draft) -> Iterator[str]:
    """A battery says how much of its energy it gives back; other plants do not."""
    columns = ("efficiency_charge", "efficiency_discharge", "standing_loss_per_h")
    for i, plant in enumerate(draft.tables.plants):
        for column in columns:
            given = getattr(plant, column) is not None
            if given != (plant.technology == "battery"):
                word = (
                    "is empty; a battery needs it" if not given else "means nothing here; empty it"
                )
                yield f"{draft.at('plants', i, column)}: {plant.technology}: {word}"


def new_line_pairs(draft: Draft) -> Iterator[str]:
    """A new line joins two regions, and each pair once."""
    seen: set[frozenset[str]] = set()
    for i, line in enumerate(draft.tables.line_quotas):
        pair = frozenset((line.from_region, line.to_region))
        if len(pair) == 1 or pair in seen:
            where = draft.at("line_quotas", i, "to_region")
            what = "is where the line comes from" if len(pair) == 1 else "has this pair already"
            yield f"{where}: '{line.to_region}' {what}; name two regions, each pair once"
        seen.add(pair)


def growth_paths(draft: Draft) -> Iterator[str]:
    """Every path has every year, and one likelihood: a path with a gap cannot be followed."""
    rows = draft.tables.growth
    years = sorted({row.growth_year for row in rows})
    for name in dict.fromkeys(row.growth for row in rows):
        own = [row for row in rows if row.growth == name]
        missing = [str(y) for y in years if y not in {row.growth_year for row in own}]
        if missing:
            yield (
                f"{draft.file('growth')}, column growth_year: '{name}' has no row for "
                f"{', '.join(missing)}, which other paths have; add it, a path may not have gaps"
            )
        if len({row.likelihood for row in own}) > 1:
            yield (
                f"{draft.file('growth')}, column likelihood: '{name}' has different ones in different "
                "years; a path has one"
            )
    if rows and not sum(row.likelihood for row in rows) > 0:
        yield f"{draft.file('growth')}, column likelihood: all are 0; give at least one path more"


SITING_CHECKS = (build_units, hall_grades, batteries, new_line_pairs, growth_paths)
