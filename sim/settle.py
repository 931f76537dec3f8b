"""Settlement: the actual grid is dispatched with the load that resulted.

The whole horizon is cleared at once at least cost, storage cyclic, by the same program for every
policy: an operator who knows the horizon. The difference between two settlements is then due to
the schedules alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..models.accounting import average_intensity_kg_per_mwh
from ..models.actual import Actual
from ..models.ledger import Settlement
from ..models.outlook import Outlook, work_bounds_mwh
from ..optim.marginal import Margins, two_sided
from ..optim.program import Program

Array = np.ndarray


def settle(actual: Actual, work_mw: Array, program: Program) -> Settlement:
    """Dispatch the grid of a horizon with the work carried out (Q, T)."""
    return clear(actual, drawn_mw(actual, work_mw), program)


def clear(actual: Actual, demand_mw: Array, program: Program) -> Settlement:
    """Dispatch the grid of a horizon for a total demand (R, T)."""
    found = program.solve(grid_alone(actual, demand_mw))
    return settlement_of(actual, found.values, found.duals["balance"], found.rates["balance"])


def margins(
    actual: Actual, work_mw: Array, program: Program, places: Sequence[tuple[int, int]]
) -> Margins:
    """Both sides of the margin in the settled grid, at (region, hour) places."""
    return two_sided(program, grid_alone(actual, drawn_mw(actual, work_mw)), places)


def drawn_mw(actual: Actual, work_mw: Array) -> Array:
    """All that is drawn from the grid when this work runs: demand and data centers (R, T) [MW]."""
    pue, R = actual.now(actual.pue), len(actual.system.grid.regions)
    return actual.now(actual.demand_mw) + actual.system.compute.load_mw(work_mw, pue, R)


def settlement_of(
    actual: Actual,
    decided: Mapping[str, Array],
    price_cny_per_mwh: Array,
    marginal_kg_per_mwh: Array,
) -> Settlement:
    """A dispatch by the names of the program's variables, with what it means for intensity."""
    output, flow, charge, discharge = (
        decided[name] for name in ("output", "flow", "charge", "discharge")
    )
    return Settlement(
        output_mw=output,
        flow_mw=flow,
        charge_mw=charge,
        discharge_mw=discharge,
        charged_mwh=decided["charged"],
        shed_mw=decided["shed"],
        dump_mw=decided["dump"],
        price_cny_per_mwh=price_cny_per_mwh,
        marginal_kg_per_mwh=marginal_kg_per_mwh,
        intensity_kg_per_mwh=average_intensity_kg_per_mwh(
            actual.system.grid, output, flow, charge, discharge
        ),
    )


def foreseen(actual: Actual) -> Outlook:
    """The whole horizon as it will be."""
    now, c = actual.now, actual.system.compute
    arrivals, nothing = now(actual.arrivals_mwh), 0.0 * now(actual.demand_mw)
    available, due = work_bounds_mwh(np.zeros((*arrivals.shape[:2], 1)), arrivals, c.class_slack_h)
    return Outlook(
        system=actual.system,
        start_h=actual.start_h,
        demand_mw=now(actual.demand_mw),
        unit_max_mw=now(actual.unit_max_mw),
        unit_min_mw=now(actual.unit_min_mw),
        unit_day_mwh=actual.unit_day_mwh[:, 1:],
        pue=now(actual.pue),
        tariff_cny_per_mwh=now(actual.tariff_cny_per_mwh),
        intensity_kg_per_mwh=nothing,
        marginal_kg_per_mwh=nothing,
        price_cny_per_mwh=nothing,
        available_mwh=available,
        due_mwh=due,
        carbon_cny_per_kg=actual.carbon_cny_per_kg,
    )


def grid_alone(actual: Actual, demand_mw: Array) -> Outlook:
    """The horizon as it is, for a program that dispatches the grid for this demand."""
    no_work = np.zeros_like(actual.now(actual.arrivals_mwh))
    return replace(foreseen(actual), demand_mw=demand_mw, available_mwh=no_work, due_mwh=no_work)
