"""Settlement: the actual grid is dispatched with the load that resulted.

The whole horizon is cleared at once at least cost, storage cyclic, by the same program for every
policy: an operator who knows the horizon. The difference between two settlements is then due to
the schedules alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..models.accounting import average_intensity_kg_per_mwh
from ..models.actual import Actual
from ..models.ledger import Settlement
from ..models.outlook import Outlook
from ..optim.marginal import Margins, two_sided
from ..optim.program import Program

Array = np.ndarray


def settle(actual: Actual, work_mw: Array, program: Program) -> Settlement:
    """Dispatch the grid of a horizon with the work carried out (Q, T)."""
    c, grid = actual.system.compute, actual.system.grid
    load = c.load_mw(work_mw, actual.now(actual.pue), len(grid.regions))
    return clear(actual, actual.now(actual.demand_mw) + load, program)


def clear(actual: Actual, demand_mw: Array, program: Program) -> Settlement:
    """Dispatch the grid of a horizon for a total demand (R, T)."""
    grid = actual.system.grid
    found = program.solve(_grid_alone(actual, demand_mw))
    v = found.values
    return Settlement(
        output_mw=v["output"],
        flow_mw=v["flow"],
        charge_mw=v["charge"],
        discharge_mw=v["discharge"],
        charged_mwh=v["charged"],
        shed_mw=v["shed"],
        dump_mw=v["dump"],
        price_cny_per_mwh=found.duals["balance"],
        marginal_kg_per_mwh=found.rates["balance"],
        intensity_kg_per_mwh=average_intensity_kg_per_mwh(
            grid, v["output"], v["flow"], v["charge"], v["discharge"]
        ),
    )


def margins(
    actual: Actual, work_mw: Array, program: Program, places: Sequence[tuple[int, int]]
) -> Margins:
    """Both sides of the margin in the settled grid, at (region, hour) places."""
    c, grid = actual.system.compute, actual.system.grid
    load = c.load_mw(work_mw, actual.now(actual.pue), len(grid.regions))
    return two_sided(program, _grid_alone(actual, actual.now(actual.demand_mw) + load), places)


def _grid_alone(actual: Actual, demand_mw: Array) -> Outlook:
    """The horizon as it is, for a program that dispatches the grid for this demand."""
    nothing, no_work = np.zeros_like(demand_mw), np.zeros_like(actual.now(actual.arrivals_mwh))
    return Outlook(
        system=actual.system,
        start_h=actual.start_h,
        demand_mw=demand_mw,
        unit_max_mw=actual.now(actual.unit_max_mw),
        unit_min_mw=actual.now(actual.unit_min_mw),
        unit_day_mwh=actual.unit_day_mwh[:, 1:],
        pue=actual.now(actual.pue),
        tariff_cny_per_mwh=actual.now(actual.tariff_cny_per_mwh),
        intensity_kg_per_mwh=nothing,
        marginal_kg_per_mwh=nothing,
        price_cny_per_mwh=nothing,
        available_mwh=no_work,
        due_mwh=no_work,
        carbon_cny_per_kg=actual.carbon_cny_per_kg,
    )
