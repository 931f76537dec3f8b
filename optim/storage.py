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

from ..models.outlook import Outlook
from ..models.system import System
from .terms import Members, Numbers, Terms, assign, parameter, sum_over

READS = (
    "storage_region", "storage_power_mw", "storage_energy_mwh", "storage_charge_efficiency",
    "storage_discharge_efficiency", "storage_standing_loss_per_h", "storage_cost_cny_per_mwh",
)  # fmt: skip
"""What of the system the block is declared from (`recipe`)."""


def add_storage(m: Any, system: System, cyclic: bool) -> Terms:
    """Declare charge, discharge and charged (B, T); see the module's equations."""
    import pyomo.environ as pyo

    grid = system.grid
    stores = Members(grid.storage_region, len(grid.regions))
    power, energy = Numbers(grid.storage_power_mw), Numbers(grid.storage_energy_mwh)
    into, out = (
        Numbers(grid.storage_charge_efficiency),
        Numbers(grid.storage_discharge_efficiency),
    )
    loss, cost = Numbers(grid.storage_standing_loss_per_h), Numbers(grid.storage_cost_cny_per_mwh)
    T = len(m.T)
    m.B = pyo.RangeSet(0, len(power) - 1)
    m.charge = pyo.Var(m.B, m.T, bounds=lambda m, b, t: (0, power[b]))
    m.discharge = pyo.Var(m.B, m.T, bounds=lambda m, b, t: (0, power[b]))
    if not cyclic:
        parameter(m, "charged_end_min_mwh", m.B)
        parameter(m, "charged_start_mwh", m.B)
        parameter(m, "charged_end_cny_per_mwh", m.B)
    first, last = Numbers(np.eye(T)[0]), Numbers(np.eye(T)[-1])  # 1 in that hour, else 0

    def bounds(m: Any, b: int, t: int) -> Any:
        return (0.0 if cyclic else last[t] * m.charged_end_min_mwh[b], energy[b])

    m.charged = pyo.Var(m.B, m.T, bounds=bounds)

    def state_of_charge(m: Any, b: int, t: int) -> Any:
        before = m.charged[b, (t - 1) % T]
        if not cyclic:
            before = (1.0 - first[t]) * before + first[t] * m.charged_start_mwh[b]
        change = into[b] * m.charge[b, t] - m.discharge[b, t] / out[b]
        return m.charged[b, t] - (1.0 - loss[b]) * before - change == 0.0

    m.state_of_charge = pyo.Constraint(m.B, m.T, rule=state_of_charge)

    def cost_cny(m: Any) -> Any:
        wear = sum_over(m.B, lambda b: sum_over(m.T, lambda t: cost[b] * m.discharge[b, t]))
        if cyclic:
            return wear
        return wear - sum_over(m.B, lambda b: m.charged_end_cny_per_mwh[b] * m.charged[b, T - 1])

    return Terms(
        injection=lambda m, r, t: sum_over(stores[r], lambda b: m.discharge[b, t]),
        withdrawal=lambda m, r, t: sum_over(stores[r], lambda b: m.charge[b, t]),
        cost_cny=cost_cny,
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
