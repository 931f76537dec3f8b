"""A run read back from the tables that a sweep kept, so that figures are drawn again without running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from westshift.models.calendar import Horizon
from westshift.models.hours import Hours
from westshift.models.scenario import Scenario
from westshift.models.year import Year, horizons, make_year

Array = np.ndarray

KEPT = (
    "import_mw", "charge_mw", "discharge_mw", "demand_mw", "compute_mw", "curtailed_mw", "shed_mw",
    "intensity_kg_per_mwh", "marginal_kg_per_mwh", "price_cny_per_mwh",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Stored:
    """What a figure of hours needs of a run.

    Attributes:
        scenario, year: what was run. horizons: the stretches of the year.
        hours: hourly totals by policy, one a horizon; those by site are empty, for they are not kept.
    """

    scenario: Scenario
    year: Year
    horizons: tuple[Horizon, ...]
    hours: dict[str, tuple[Hours, ...]]


def stored(scenario: Scenario, hourly: Mapping[str, pd.DataFrame]) -> Stored:
    """A run from the hourly tables of its policies, the baseline first."""
    year = make_year(scenario)
    hours = {policy: hours_from(table) for policy, table in hourly.items()}
    return Stored(scenario, year, horizons(scenario, year), hours)


def hours_from(table: pd.DataFrame) -> tuple[Hours, ...]:
    """Hours from a table with a row for each horizon, region and hour, as `results.hourly` writes it."""
    columns = list(table.columns)
    made = columns[columns.index("hour_of_year") + 1 : columns.index("import_mw")]
    return tuple(_hours(str(name), own, made) for name, own in table.groupby("horizon", sort=False))


def _hours(name: str, own: pd.DataFrame, made: list[str]) -> Hours:
    R = own["region"].nunique()
    T = len(own) // R

    def series(column: str) -> Array:
        return own[column].to_numpy(float).reshape(R, T)

    return Hours(
        horizon=name,
        start_h=int(own["hour_of_year"].iloc[0]),
        weight=float(own["weight"].iloc[0]),
        technologies=tuple(column.removesuffix("_mw") for column in made),
        generation_mw=np.stack([series(column) for column in made], axis=1),
        **{column: series(column) for column in KEPT},
        work_mw=np.empty((0, T)),
        waiting_mwh=np.empty(0),
    )
