"""The hours of one policy, by region and site: what tables and figures of a week are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .accounting import curtailed_mwh
from .actual import Actual
from .ledger import Carried, Settlement

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Hours:
    """One policy over the T hours of one horizon.

    Attributes:
        horizon: its name. start_h: first hour of the year. weight: how often it counts.
        technologies: names (G,).
        generation_mw: by region and technology (R, G, T) [MW].
        import_mw: arriving less leaving (R, T) [MW].
        charge_mw, discharge_mw: (R, T) [MW].
        demand_mw: demand that is not ours (R, T) [MW]. compute_mw: load of data centers (R, T) [MW].
        curtailed_mw: renewable output held back (R, T) [MW].
        shed_mw: demand not met (R, T) [MW].
        intensity_kg_per_mwh: flow-traced average (R, T) [kg/MWh].
        marginal_kg_per_mwh: what a MWh more of demand makes the whole grid emit (R, T) [kg/MWh].
        price_cny_per_mwh: marginal cost of demand (R, T) [CNY/MWh].
        work_mw: by site (S, T) [MW]. waiting_mwh: work that waits at the end of the hour (T,) [MWh].
    """

    horizon: str
    start_h: int
    weight: float
    technologies: tuple[str, ...]
    generation_mw: Array
    import_mw: Array
    charge_mw: Array
    discharge_mw: Array
    demand_mw: Array
    compute_mw: Array
    curtailed_mw: Array
    shed_mw: Array
    intensity_kg_per_mwh: Array
    marginal_kg_per_mwh: Array
    price_cny_per_mwh: Array
    work_mw: Array
    waiting_mwh: Array


def hours_of(actual: Actual, carried: Carried, settled: Settlement) -> Hours:
    """Sum a settled horizon by region and technology."""
    grid, c = actual.system.grid, actual.system.compute
    R, T = len(grid.regions), actual.hours
    technologies = tuple(dict.fromkeys(grid.unit_technology))
    generation = np.zeros((R, len(technologies), T))
    column = np.array([technologies.index(name) for name in grid.unit_technology], int)
    np.add.at(generation, (grid.unit_region, column), settled.output_mw)
    arriving = (1.0 - grid.line_loss_share)[:, None] * settled.flow_mw
    return Hours(
        horizon=actual.name,
        start_h=actual.start_h,
        weight=actual.weight,
        technologies=technologies,
        generation_mw=generation,
        import_mw=_by(grid.line_to, arriving, R) - _by(grid.line_from, settled.flow_mw, R),
        charge_mw=_by(grid.storage_region, settled.charge_mw, R),
        discharge_mw=_by(grid.storage_region, settled.discharge_mw, R),
        demand_mw=actual.now(actual.demand_mw),
        compute_mw=c.load_mw(carried.work_mw, actual.now(actual.pue), R),
        curtailed_mw=curtailed_mwh(
            grid, actual.now(actual.unit_max_mw), actual.unit_day_mwh[:, 1:], settled.output_mw
        ),
        shed_mw=settled.shed_mw,
        intensity_kg_per_mwh=settled.intensity_kg_per_mwh,
        marginal_kg_per_mwh=settled.marginal_kg_per_mwh,
        price_cny_per_mwh=settled.price_cny_per_mwh,
        work_mw=c.site_work_mw(carried.work_mw),
        waiting_mwh=carried.waiting_mwh.sum(axis=(0, 1)),
    )


def _by(index: Array, values: Array, n: int) -> Array:
    out = np.zeros((n, values.shape[1]))
    np.add.at(out, index, values)
    return out
