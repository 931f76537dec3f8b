r"""Source: units that generate, demand that may have to be shed, output that nothing can take.

.. math::
    \underline g_{kt} \le g_{kt} \le \bar g_{kt}                         \qquad (\text{output})

    \sum_t \delta_{dt}\, g_{kt}\,\Delta \le E_{kd} \quad \text{for units with a day's energy, such as reservoir hydro}
                                                                         \qquad (\text{day\_energy})

    \text{cost} = \sum_{kt} c_k g_{kt}\Delta + V \sum_{rt} (\text{shed}_{rt} + \text{dump}_{rt})\Delta,
    \qquad \text{emission} = \sum_{kt} \epsilon_k g_{kt}\Delta

where :math:`\delta_{dt}` (`of_day`) is 1 for the hours of day d: a window may begin at any hour, and its first and
last day have the energy that falls to their part. A horizon of more than two weeks begins at midnight and the day of
each hour is fixed; as data :math:`\delta` would be millions of numbers for a year.

Output held back below :math:`\bar g` of a renewable unit is curtailment. `dump` is power that must-run units produce
and nobody can take: it costs as much as lost load and is a column of every result.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models.errors import InputError
from ..models.outlook import Outlook
from ..models.system import System
from .terms import Members, Numbers, Terms, assign, most_load_mw, parameter, sum_over

READS = (
    "unit_region", "unit_day_limited", "unit_cost_cny_per_mwh", "unit_emission_kg_per_mwh", "lost_load_cny_per_mwh",
)  # fmt: skip
"""What of the system the block is declared from (`recipe`)."""
LONGEST_RING_H = 336
"""Hours of a longer program do not stand in a ring that turns, and the day of each is fixed."""


def add_source(m: Any, system: System) -> Terms:
    """Declare output (K, T), shed and dump (R, T); see the module's equations."""
    import pyomo.environ as pyo

    grid = system.grid
    units = Members(grid.unit_region, len(grid.regions))
    m.K = pyo.RangeSet(0, len(grid.unit_region) - 1)
    T = len(m.T)
    fixed = T > LONGEST_RING_H
    m.D = pyo.RangeSet(0, (T - 1 if fixed else T + 22) // 24)  # as many days as a window can touch
    hours_of = Members(np.arange(T) // 24, len(m.D))  # where days are fixed
    m.limited = pyo.Set(initialize=np.flatnonzero(grid.unit_day_limited).tolist())
    parameter(m, "unit_max_mw", m.K, m.T)
    parameter(m, "unit_min_mw", m.K, m.T)
    parameter(m, "unit_day_mwh", m.K, m.D)
    if not fixed:
        parameter(m, "of_day", m.D, m.T)
    parameter(m, "shed_max_mw", m.R, m.T)
    parameter(m, "dump_max_mw", m.R, m.T)

    m.output = pyo.Var(m.K, m.T, bounds=lambda m, k, t: (m.unit_min_mw[k, t], m.unit_max_mw[k, t]))
    m.shed = pyo.Var(m.R, m.T, bounds=lambda m, r, t: (0, m.shed_max_mw[r, t]))
    m.dump = pyo.Var(m.R, m.T, bounds=lambda m, r, t: (0, m.dump_max_mw[r, t]))

    def day_energy(m: Any, k: int, d: int) -> Any:
        if fixed:
            made = sum_over(hours_of[d], lambda t: m.output[k, t])
        else:
            made = sum_over(m.T, lambda t: m.of_day[d, t] * m.output[k, t])
        return made <= m.unit_day_mwh[k, d]

    m.day_energy = pyo.Constraint(m.limited, m.D, rule=day_energy)
    cost = Numbers(grid.unit_cost_cny_per_mwh)
    emission = Numbers(grid.unit_emission_kg_per_mwh)
    lost = grid.lost_load_cny_per_mwh

    def cost_cny(m: Any) -> Any:
        made = sum_over(m.K, lambda k: sum_over(m.T, lambda t: cost[k] * m.output[k, t]))
        return made + lost * sum_over(
            m.R, lambda r: sum_over(m.T, lambda t: m.shed[r, t] + m.dump[r, t])
        )

    def emission_kg(m: Any) -> Any:
        return sum_over(m.K, lambda k: sum_over(m.T, lambda t: emission[k] * m.output[k, t]))

    return Terms(
        injection=lambda m, r, t: sum_over(units[r], lambda k: m.output[k, t]) + m.shed[r, t],
        withdrawal=lambda m, r, t: m.dump[r, t],
        cost_cny=cost_cny,
        emission_kg=emission_kg,
        budgets=(
            "each unit's output between its must-run and its availability",
            "hydro's daily energy",
        ),
    )


def set_source(theta: Any, outlook: Outlook) -> None:
    """Give the block the bounds of the hours ahead.

    Raises:
        InputError: more than two weeks that do not begin at midnight.
    """
    grid = outlook.system.grid
    assign(theta.unit_max_mw, outlook.unit_max_mw)
    assign(theta.unit_min_mw, outlook.unit_min_mw)
    if outlook.hours > LONGEST_RING_H:
        if outlook.day_begun_h:
            raise InputError(
                f"a horizon of {outlook.hours} h that begins at {outlook.day_begun_h}:00: let it begin at "
                f"midnight (day_begun_h 0), or see no more than {LONGEST_RING_H} h ahead"
            )
        assign(theta.unit_day_mwh, outlook.unit_day_mwh)
    else:
        _set_days(theta, outlook)
    must_run = np.zeros_like(outlook.demand_mw)
    np.add.at(must_run, grid.unit_region, outlook.unit_min_mw)
    assign(theta.shed_max_mw, np.maximum(outlook.demand_mw, 0.0) + most_load_mw(outlook)[:, None])
    assign(theta.dump_max_mw, np.maximum(must_run, 0.0))


def _set_days(theta: Any, outlook: Outlook) -> None:
    days = theta.of_day.shape[0]
    row = (outlook.first_day + np.arange(days)) % days  # a day keeps its row while windows move
    of_day, energy = np.zeros_like(theta.of_day), np.zeros_like(theta.unit_day_mwh)
    of_day[row[outlook.day_of_hour], np.arange(outlook.hours)] = 1.0
    energy[:, row[: outlook.unit_day_mwh.shape[1]]] = outlook.unit_day_mwh
    assign(theta.of_day, of_day)
    assign(theta.unit_day_mwh, energy)
