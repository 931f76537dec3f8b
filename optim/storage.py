r"""Storage: energy carried from one hour to the next.

.. math::
    e_{bt} = (1-\sigma_b)\, e_{b,t-1} + \Delta\,(\eta^c_b c_{bt} - d_{bt} / \eta^d_b)
                                                              \qquad (\text{state\_of\_charge})

with :math:`e_{b,-1} = e_{b,T-1}` where the horizon is cyclic. Where it is not, the start is given and what is left
at the end has a value :math:`v_b`, so that a window does not empty what later hours could use, and may be bounded
from below, where the whole run is cyclic and this is its last window:

.. math::
    \text{cost} = \sum_{bt} w_b d_{bt}\Delta - \sum_b v_b\, e_{b,T-1}        \qquad (\text{terminal value})
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from ..models.outlook import Outlook
from ..models.system import System
from .terms import Terms, assign, members, parameter


def add_storage(m: Any, system: System, cyclic: bool) -> Terms:
    """Declare charge, discharge and charged (B, T); see the module's equations."""
    grid = system.grid
    stores = members(grid.storage_region, len(grid.regions))
    power = [float(p) for p in grid.storage_power_mw]
    energy = [float(e) for e in grid.storage_energy_mwh]
    into = [float(x) for x in grid.storage_charge_efficiency]
    out = [float(x) for x in grid.storage_discharge_efficiency]
    loss = [float(x) for x in grid.storage_standing_loss_per_h]
    cost = [float(x) for x in grid.storage_cost_cny_per_mwh]
    m.B = pyo.RangeSet(0, len(power) - 1)
    m.charge = pyo.Var(m.B, m.T, bounds=lambda m, b, t: (0, power[b]))
    m.discharge = pyo.Var(m.B, m.T, bounds=lambda m, b, t: (0, power[b]))
    if not cyclic:
        parameter(m, "charged_end_min_mwh", m.B)

    def bounds(m: Any, b: int, t: int) -> Any:
        last = not cyclic and t == len(m.T) - 1
        return (m.charged_end_min_mwh[b] if last else 0, energy[b])

    m.charged = pyo.Var(m.B, m.T, bounds=bounds)
    left: Any = 0.0
    if not cyclic:
        parameter(m, "charged_start_mwh", m.B)
        parameter(m, "charged_end_cny_per_mwh", m.B)
        left = sum(m.charged_end_cny_per_mwh[b] * m.charged[b, len(m.T) - 1] for b in m.B)

    def state_of_charge(m: Any, b: int, t: int) -> Any:
        before = m.charged[b, (t - 1) % len(m.T)] if cyclic or t > 0 else m.charged_start_mwh[b]
        change = into[b] * m.charge[b, t] - m.discharge[b, t] / out[b]
        return m.charged[b, t] - (1.0 - loss[b]) * before - change == 0.0

    m.state_of_charge = pyo.Constraint(m.B, m.T, rule=state_of_charge)
    return Terms(
        injection=lambda r, t: sum(m.discharge[b, t] for b in stores[r]),
        withdrawal=lambda r, t: sum(m.charge[b, t] for b in stores[r]),
        cost_cny=sum(cost[b] * m.discharge[b, t] for b in m.B for t in m.T if cost[b]) - left,
        budgets=("storage power and energy",),
    )


def set_storage(theta: Any, outlook: Outlook, cyclic: bool) -> None:
    """Give the block its start and the value of what is left, where the horizon is not cyclic.

    Raises:
        ValueError: a start is given to a cyclic horizon, or none to one that is not.
    """
    start, value = outlook.storage_start_mwh, outlook.storage_end_cny_per_mwh
    if cyclic and any(x is not None for x in (start, value, outlook.storage_end_min_mwh)):
        raise ValueError("a cyclic horizon takes neither a start of storage nor an end")
    if cyclic:
        return
    if start is None:
        raise ValueError("a horizon that is not cyclic needs the charge that storage starts with")
    assign(theta.charged_start_mwh, start)
    least = outlook.storage_end_min_mwh
    assign(theta.charged_end_min_mwh, np.zeros_like(start) if least is None else least)
    assign(theta.charged_end_cny_per_mwh, np.zeros_like(start) if value is None else value)
