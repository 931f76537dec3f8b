r"""Virtual capacity curves: how much flexible work each cluster may run in each hour of a day.

.. math::
    \min \sum_{it} c_{it} f_{it} + \pi \sum_i p_i + M \sum_i r_i         \qquad (\text{total})

    \sum_t f_{it} + r_i = F_i                                            \qquad (\text{usage})

    p_i \ge b_{it} + f_{it}                                              \qquad (\text{under\_peak})

with f (`flexible`) the flexible work of cluster i in hour t, between 0 and what capacity leaves beside the
inflexible work b at its upper quantile; p (`peak`) the day's peak; r (`rest`) what finds no room that day, at a
price M above all others; F the flexible work of the day, which is conserved; c carbon at its price.

A. Radovanović et al., "Carbon-Aware Computing for Datacenters", IEEE Trans. Power Syst. 38(2), 2023,
doi:10.1109/TPWRS.2022.3173250.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .solver import solve

Array = np.ndarray


def capacity_curves(
    carbon_cny_per_mwh: Array,
    fixed_mw: Array,
    flexible_mwh: Array,
    capacity_mw: Array,
    peak_cny_per_mw: float,
) -> Array:
    """Caps on flexible work by cluster and hour.

    Args:
        carbon_cny_per_mwh: carbon of an MWh of work at its price (I, T) [CNY/MWh].
        fixed_mw: inflexible work, at its upper quantile (I, T) [MW].
        flexible_mwh: flexible work of the day (I,) [MWh].
        capacity_mw: (I,) [MW]. peak_cny_per_mw: price of the day's peak [CNY/MW].

    Returns:
        (I, T) [MW].

    Raises:
        SolveError: any status but optimal.
    """
    import pyomo.environ as pyo
    from pyomo.common.gc_manager import PauseGC

    from .standard_form import compile_model

    clusters, hours = fixed_mw.shape
    room = np.maximum(capacity_mw[:, None] - fixed_mw, 0.0).tolist()
    fixed, daily = fixed_mw.tolist(), np.maximum(flexible_mwh, 0.0).tolist()
    price = carbon_cny_per_mwh.tolist()
    dear = 10.0 * (float(np.abs(carbon_cny_per_mwh).max(initial=0.0)) + peak_cny_per_mw + 1.0)
    with PauseGC():
        m: Any = pyo.ConcreteModel(name="capacity_curves")
        m.I, m.T = pyo.RangeSet(0, clusters - 1), pyo.RangeSet(0, hours - 1)
        m.flexible = pyo.Var(m.I, m.T, bounds=lambda m, i, t: (0, room[i][t]))
        m.peak = pyo.Var(m.I, bounds=lambda m, i: (0, max(fixed[i]) + max(room[i])))
        m.rest = pyo.Var(m.I, bounds=lambda m, i: (0, daily[i]))
        m.usage = pyo.Constraint(
            m.I, rule=lambda m, i: sum(m.flexible[i, t] for t in m.T) + m.rest[i] == daily[i]
        )
        m.under_peak = pyo.Constraint(
            m.I, m.T, rule=lambda m, i, t: m.peak[i] - m.flexible[i, t] >= fixed[i][t]
        )
        m.total = pyo.Objective(
            expr=sum(price[i][t] * m.flexible[i, t] for i in m.I for t in m.T)
            + sum(peak_cny_per_mw * m.peak[i] + dear * m.rest[i] for i in m.I)
        )
    return solve(compile_model(m)).values["flexible"]
