"""Which halls a region's PUE cap lets be built, which plants, and how far apart the ends of a line are."""

from __future__ import annotations

import numpy as np

from .errors import InputError
from .network import great_circle_km
from .rows import Site
from .scenario import Scenario
from .site import annual_pue
from .year import Year

Array = np.ndarray


def allowed(site: Site, law: dict, cap: float | None) -> bool:
    """Whether a new hall at the site keeps to the region's PUE cap."""
    row = law[site.climate_zone, site.cooling_grade]
    mean = annual_pue(
        np.array(row.gcop), np.array(row.other_overhead_share), np.array(site.pue_offset)
    )
    return cap is None or float(mean) <= cap + 1e-9


def new_plants(
    s: Scenario, year: Year, quota: dict
) -> list[tuple[int, str, float, Array, float, float]]:
    """Region, technology, most MW, output per MW by hour, CNY/MWh and kg/MWh of each plant that may be built.

    Raises:
        InputError: plants.csv has no row for it, or the region has no such plant to take the hours from.
    """
    grid, kind = year.system.grid, {t.technology: t.kind for t in s.technologies}
    how = {x.technology: x for x in s.plants}
    found = []
    for r, region in enumerate(grid.regions):
        q = quota.get(region)
        for technology, most in (
            () if q is None else (("wind", q.wind_mw), ("solar", q.solar_mw), ("smr", q.smr_mw))
        ):
            if most <= 0.0:
                continue
            if technology not in how:
                raise InputError(
                    f"plants.csv has no row for {technology}, which quotas.csv allows in {region}; add one"
                )
            row = how[technology]
            if technology == "smr":
                available = np.full(year.calendar.hours, row.availability_share)
            else:
                own = [
                    k for k, name in enumerate(grid.unit_technology)
                    if kind[name] == technology and grid.unit_region[k] == r and grid.unit_capacity_mw[k] > 0
                ]  # fmt: skip
                if not own:
                    raise InputError(
                        f"quotas.csv allows {technology} in {region}, but generators.csv has none there whose hours "
                        "it could have; add a row with a little capacity, or write 0"
                    )
                available = (
                    row.availability_share
                    * year.unit_max_mw[own[0]]
                    / grid.unit_capacity_mw[own[0]]
                )
            found.append(
                (
                    r,
                    technology,
                    most,
                    available,
                    row.variable_cost_cny_per_mwh,
                    row.emission_kg_per_mwh,
                )
            )
    return found


def apart_km(s: Scenario, one: str, two: str) -> float:
    """Great circle between two regions' capitals [km]."""
    at = {r.region: r for r in s.regions}
    a, b = at[one], at[two]
    return float(great_circle_km(a.lat, a.lon, b.lat, b.lon))
