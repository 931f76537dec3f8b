r"""Grid: power sent over directed lines between regions, with loss (transport model).

.. math::
    0 \le f_{lt} \le F_l                                                \qquad (\text{flow})

    \text{injection}_{rt} = \sum_{l \to r} (1-\lambda_l) f_{lt}, \qquad
    \text{withdrawal}_{rt} = \sum_{l \leftarrow r} f_{lt}, \qquad
    \text{cost} = \sum_{lt} w_l f_{lt}\Delta
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from ..models.system import System
from .terms import Terms, members


def add_grid(m: Any, system: System) -> Terms:
    """Declare flow (L, T), measured at the sending end; see the module's equations."""
    grid = system.grid
    n = len(grid.regions)
    arriving, leaving = members(grid.line_to, n), members(grid.line_from, n)
    kept = [1.0 - float(loss) for loss in grid.line_loss_share]
    capacity = [float(c) for c in grid.line_capacity_mw]
    cost = [float(c) for c in grid.line_cost_cny_per_mwh]
    m.L = pyo.RangeSet(0, len(capacity) - 1)
    m.flow = pyo.Var(m.L, m.T, bounds=lambda m, line, t: (0, capacity[line]))
    return Terms(
        injection=lambda r, t: sum(kept[i] * m.flow[i, t] for i in arriving[r]),
        withdrawal=lambda r, t: sum(m.flow[i, t] for i in leaving[r]),
        cost_cny=sum(cost[i] * m.flow[i, t] for i in m.L for t in m.T if cost[i]),
        budgets=("line capacities",),
    )
