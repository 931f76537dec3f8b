r"""Budget: the emissions of all blocks together may not exceed a cap, or only at a price.

.. math::
    \sum_b \text{emission}^b - 1000\,\text{excess} \le E^{max}, \qquad
    0 \le \text{excess} \le \overline{\text{excess}}                     \qquad (\text{emission\_cap})

    \text{cost} = 1000\,\overline p\,\text{excess}

A cap without a ceiling price is hard: no excess at all. The excess is in tonnes, so that the tie-break of a
thousandth of a CNY on a column is nothing beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..models.outlook import Outlook
from .terms import Terms, assign, parameter


def add_cap(m: Any, emission_kg: Callable[[Any], Any]) -> Terms:
    """Declare excess (1,) and the cap on `emission_kg`; see the equations."""
    import pyomo.environ as pyo

    parameter(m, "emission_cap_kg", m.whole)
    parameter(m, "excess_max_t", m.whole)
    parameter(m, "excess_cny_per_t", m.whole)
    m.excess = pyo.Var(m.whole, bounds=lambda m, i: (0, m.excess_max_t[i]))
    m.emission_cap = pyo.Constraint(
        m.whole, rule=lambda m, i: emission_kg(m) - 1000.0 * m.excess[i] <= m.emission_cap_kg[i]
    )
    return Terms(
        cost_cny=lambda m: m.excess_cny_per_t[0] * m.excess[0], budgets=("the cap on emissions",)
    )


def set_cap(theta: Any, outlook: Outlook) -> None:
    """Give the block its cap and its ceiling price.

    Raises:
        ValueError: the outlook has no cap, or a ceiling below zero.
    """
    if outlook.emission_cap_kg is None:
        raise ValueError("this program has a cap on emissions, and the outlook gives none")
    if (outlook.emission_ceiling_cny_per_kg or 0.0) < 0.0:
        raise ValueError("a ceiling price of carbon below zero would pay for emissions")
    grid = outlook.system.grid
    most_kg = float(
        np.maximum(grid.unit_emission_kg_per_mwh, 0.0) @ outlook.unit_max_mw.sum(axis=1)
    )
    ceiling = outlook.emission_ceiling_cny_per_kg
    assign(theta.emission_cap_kg, [outlook.emission_cap_kg])
    assign(theta.excess_max_t, [0.0 if ceiling is None else max(most_kg, 0.0) / 1000.0])
    assign(theta.excess_cny_per_t, [1000.0 * (ceiling or 0.0)])
