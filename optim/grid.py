r"""Grid: power sent over directed lines between regions, with loss; circuits among them obey Kirchhoff.

.. math::
    0 \le f_{lt} \le F_l                                                \qquad (\text{flow})

    \sum_{n \in \text{cycle}} \pm\,(x_n\,(f_{\vec n t} - f_{\overleftarrow{n} t}) + \varphi_n) = 0
                                                                        \qquad (\text{voltage\_law})

    \text{injection}_{rt} = \sum_{l \to r} (1-\lambda_l) f_{lt}, \qquad
    \text{withdrawal}_{rt} = \sum_{l \leftarrow r} f_{lt}, \qquad
    \text{cost} = \sum_{lt} w_l f_{lt}\Delta

A line that belongs to no circuit can be set at will: all of them do in the transport model, DC links in
power flow. The voltage law holds around each cycle of a basis; x is a circuit's reactance, φ its phase
shift, and the sign the sense in which the cycle passes it (linearised power flow; cycle form by J. Hörsch
et al., Electric Power Systems Research 158, 2018, doi:10.1016/j.epsr.2017.12.034).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from ..models.kirchhoff import circuit_lines, cycles
from ..models.system import System
from .terms import Terms, members


def add_grid(m: Any, system: System) -> Terms:
    """Declare flow (L, T), measured at the sending end, and the voltage law; see the equations."""
    grid = system.grid
    n = len(grid.regions)
    arriving, leaving = members(grid.line_to, n), members(grid.line_from, n)
    kept = [1.0 - float(loss) for loss in grid.line_loss_share]
    capacity = [float(c) for c in grid.line_capacity_mw]
    cost = [float(c) for c in grid.line_cost_cny_per_mwh]
    m.L = pyo.RangeSet(0, len(capacity) - 1)
    m.flow = pyo.Var(m.L, m.T, bounds=lambda m, line, t: (0, capacity[line]))

    there_and_back, basis = circuit_lines(grid), cycles(grid)
    reactance = [float(x) for x in grid.circuit_rad_per_mw]
    shift = [float(x) for x in grid.circuit_shift_rad]

    def voltage_law(m: Any, i: int, t: int) -> Any:
        scale = max(abs(reactance[c]) for c, _ in basis[i])  # so that coefficients are near 1
        angle = sum(
            sign * reactance[c] / scale * net_flow(m, *there_and_back[c], t) for c, sign in basis[i]
        )
        return angle == -sum(sign * shift[c] for c, sign in basis[i]) / scale

    m.cycle = pyo.RangeSet(0, len(basis) - 1)
    m.voltage_law = pyo.Constraint(m.cycle, m.T, rule=voltage_law)
    return Terms(
        injection=lambda r, t: sum(kept[i] * m.flow[i, t] for i in arriving[r]),
        withdrawal=lambda r, t: sum(m.flow[i, t] for i in leaving[r]),
        cost_cny=sum(cost[i] * m.flow[i, t] for i in m.L for t in m.T if cost[i]),
        budgets=("line capacities", "the voltage law") if basis else ("line capacities",),
    )


def net_flow(m: Any, there: int, back: int | None, t: int) -> Any:
    """What a circuit carries from its start to its end, less what it carries back."""
    return m.flow[there, t] - (m.flow[back, t] if back is not None else 0.0)
