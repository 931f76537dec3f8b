"""Weeks of dispatch and storage to roll over: the problem, and what one way made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from westshift.models.outlook import Outlook

from .reference import SMALL, Size, reference

Array = np.ndarray


@dataclass(frozen=True)
class Weeks:
    """What is rolled over: a size, its hours, and windows of `window_h` of which `step_h` are kept."""

    size: Size
    hours: int
    window_h: int = 48
    step_h: int = 24

    def __str__(self) -> str:
        return (
            f"{self.size.regions} regions, {self.hours} h in windows of {self.window_h} h every "
            f"{self.step_h} h"
        )


@dataclass(frozen=True)
class Rolled:
    """What one way found and took: cost of the hours carried out [CNY], CPU seconds, simplex iterations a
    window (NaN where not known), greatest memory [MiB]."""

    cost_cny: float
    seconds: float
    iterations: float
    memory_mib: float


Carried = dict[str, Array]
"""What was carried out, by the names in `CARRIED`."""
CARRIED = "output", "flow", "discharge", "charged", "shed", "dump"
"""Of units (K, T), lines at the sending end (L, T), stores (B, T) and regions (R, T); `charged` at the end of
each hour [MW, MWh]."""

FIRST = Weeks(SMALL, 24, 24)
"""Rolled before anything is timed."""


def problem(w: Weeks) -> Outlook:
    """The drawn hours, without a day's water; the load of the sites is part of the demand, all work run at
    home as it comes; half-full stores to start with."""
    o = reference(w.size, w.hours)
    grid, compute = o.system.grid, o.system.compute
    arrivals = np.diff(o.available_mwh, axis=2, prepend=0.0)
    work = arrivals[compute.stream_origin, compute.stream_class] * compute.stream_home[:, None]
    load = compute.load_mw(work, o.pue, len(grid.regions))
    grid = replace(grid, unit_day_limited=np.zeros_like(grid.unit_day_limited))
    return replace(
        o,
        system=replace(o.system, grid=grid),
        demand_mw=o.demand_mw + load,
        storage_start_mwh=0.5 * grid.storage_energy_mwh,
    )


def cost_cny(o: Outlook, carried: Carried) -> float:
    """Cost of all that was carried out, carbon at its price included [CNY]."""
    grid = o.system.grid
    per_mwh = grid.unit_cost_cny_per_mwh + o.carbon_cny_per_kg * grid.unit_emission_kg_per_mwh
    return float(
        per_mwh @ carried["output"].sum(axis=1)
        + grid.line_cost_cny_per_mwh @ carried["flow"].sum(axis=1)
        + grid.storage_cost_cny_per_mwh @ carried["discharge"].sum(axis=1)
        + grid.lost_load_cny_per_mwh * (carried["shed"].sum() + carried["dump"].sum())
    )
