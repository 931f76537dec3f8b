r"""Market: a price-taker's view of the grid. Power is bought at the tariff and carries the published
average intensity; nothing that is bought changes either.

.. math::
    \text{injection}_{rt} = b_{rt}, \qquad
    \text{cost} = \sum_{rt} (\pi_{rt} + \tau\,CI_{rt})\, b_{rt}\Delta      \qquad (\text{purchase})
"""

from __future__ import annotations

from typing import Any

from ..models.outlook import Outlook
from ..models.system import System
from .terms import Terms, assign, most_load_mw, parameter, sum_over


def add_market(m: Any, system: System) -> Terms:
    """Declare purchase (R, T); see the module's equations."""
    import pyomo.environ as pyo

    parameter(m, "purchase_cny_per_mwh", m.R, m.T)
    parameter(m, "purchase_max_mw", m.R)
    m.purchase = pyo.Var(m.R, m.T, bounds=lambda m, r, t: (0, m.purchase_max_mw[r]))

    def cost_cny(m: Any) -> Any:
        def paid(r: int, t: int) -> Any:
            return m.purchase_cny_per_mwh[r, t] * m.purchase[r, t]

        return sum_over(m.R, lambda r: sum_over(m.T, lambda t: paid(r, t)))

    return Terms(
        injection=lambda m, r, t: m.purchase[r, t],
        cost_cny=cost_cny,
        budgets=("purchases up to what full sites can draw",),
    )


def set_market(theta: Any, outlook: Outlook) -> None:
    """Give the block the tariff and the signal of the hours ahead, carbon at its price."""
    carbon = outlook.carbon_cny_per_kg * outlook.intensity_kg_per_mwh
    assign(theta.purchase_cny_per_mwh, outlook.tariff_cny_per_mwh + carbon)
    assign(theta.purchase_max_mw, most_load_mw(outlook))
