r"""Source: units that generate, demand that may have to be shed, output that nothing can take.

.. math::
    \underline g_{kt} \le g_{kt} \le \bar g_{kt}                         \qquad (\text{output})

    \sum_t \delta_{dt}\, g_{kt}\,\Delta \le E_{kd} \quad \text{for units with a day's energy, such as reservoir hydro}
                                                                         \qquad (\text{day\_energy})

    \text{cost} = \sum_{kt} c_k g_{kt}\Delta + V \sum_{rt} (\text{shed}_{rt} + \text{dump}_{rt})\Delta,
    \qquad \text{emission} = \sum_{kt} \epsilon_k g_{kt}\Delta

where :math:`\delta_{dt}` is 1 for the hours of day d: a window may begin at any hour, and its first and last day
have the energy that falls to their part. Output held back below :math:`\bar g` of a renewable unit is curtailment. `dump` is power that must-run
units produce and nobody can take: it costs as much as lost load and is a column of every result.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from ..models.outlook import Outlook
from ..models.system import System
from .terms import Terms, assign, members, most_load_mw, parameter


def add_source(m: Any, system: System) -> Terms:
    """Declare output (K, T), shed and dump (R, T); see the module's equations."""
    grid = system.grid
    K = range(len(grid.unit_region))
    units = members(grid.unit_region, len(grid.regions))
    m.K = pyo.RangeSet(0, len(K) - 1)
    m.D = pyo.RangeSet(0, (len(m.T) + 22) // 24)  # as many days as a window can touch
    m.limited = pyo.Set(initialize=[k for k in K if grid.unit_day_limited[k]])
    parameter(m, "unit_max_mw", m.K, m.T)
    parameter(m, "unit_min_mw", m.K, m.T)
    parameter(m, "unit_day_mwh", m.K, m.D)
    parameter(m, "of_day", m.D, m.T)
    parameter(m, "shed_max_mw", m.R, m.T)
    parameter(m, "dump_max_mw", m.R, m.T)

    m.output = pyo.Var(m.K, m.T, bounds=lambda m, k, t: (m.unit_min_mw[k, t], m.unit_max_mw[k, t]))
    m.shed = pyo.Var(m.R, m.T, bounds=lambda m, r, t: (0, m.shed_max_mw[r, t]))
    m.dump = pyo.Var(m.R, m.T, bounds=lambda m, r, t: (0, m.dump_max_mw[r, t]))

    def day_energy(m: Any, k: int, d: int) -> Any:
        return sum(m.of_day[d, t] * m.output[k, t] for t in m.T) <= m.unit_day_mwh[k, d]

    m.day_energy = pyo.Constraint(m.limited, m.D, rule=day_energy)
    cost = [float(c) for c in grid.unit_cost_cny_per_mwh]
    emission = [float(e) for e in grid.unit_emission_kg_per_mwh]
    lost = grid.lost_load_cny_per_mwh
    return Terms(
        injection=lambda r, t: sum(m.output[k, t] for k in units[r]) + m.shed[r, t],
        withdrawal=lambda r, t: m.dump[r, t],
        cost_cny=sum(cost[k] * m.output[k, t] for k in K for t in m.T)
        + lost * sum(m.shed[r, t] + m.dump[r, t] for r in m.R for t in m.T),
        emission_kg=sum(emission[k] * m.output[k, t] for k in K for t in m.T if emission[k]),
        budgets=(
            "each unit's output between its must-run and its availability",
            "hydro's daily energy",
        ),
    )


def set_source(theta: Any, outlook: Outlook) -> None:
    """Give the block the bounds of the hours ahead."""
    grid = outlook.system.grid
    assign(theta.unit_max_mw, outlook.unit_max_mw)
    assign(theta.unit_min_mw, outlook.unit_min_mw)
    days = theta.of_day.shape[0]
    row = (outlook.first_day + np.arange(days)) % days  # a day keeps its row while windows move
    of_day, energy = np.zeros_like(theta.of_day), np.zeros_like(theta.unit_day_mwh)
    of_day[row[outlook.day_of_hour], np.arange(outlook.hours)] = 1.0
    energy[:, row[: outlook.unit_day_mwh.shape[1]]] = outlook.unit_day_mwh
    assign(theta.of_day, of_day)
    assign(theta.unit_day_mwh, energy)
    must_run = np.zeros_like(outlook.demand_mw)
    np.add.at(must_run, grid.unit_region, outlook.unit_min_mw)
    assign(theta.shed_max_mw, np.maximum(outlook.demand_mw, 0.0) + most_load_mw(outlook)[:, None])
    assign(theta.dump_max_mw, np.maximum(must_run, 0.0))
