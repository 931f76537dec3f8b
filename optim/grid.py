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

import numpy as np

from ..models.kirchhoff import circuit_lines, cycles
from ..models.system import Grid, System
from .terms import Members, Numbers, Terms, sum_over

READS = (
    "line_from", "line_to", "line_capacity_mw", "line_loss_share", "line_cost_cny_per_mwh", "line_circuit",
    "circuit_rad_per_mw", "circuit_shift_rad",
)  # fmt: skip
"""What of the system the block is declared from (`recipe`)."""


def add_grid(m: Any, system: System) -> Terms:
    """Declare flow (L, T), measured at the sending end, and the voltage law; see the equations."""
    import pyomo.environ as pyo

    grid = system.grid
    n = len(grid.regions)
    arriving, leaving = Members(grid.line_to, n), Members(grid.line_from, n)
    kept, capacity = Numbers(1.0 - grid.line_loss_share), Numbers(grid.line_capacity_mw)
    cost = Numbers(grid.line_cost_cny_per_mwh)
    m.L = pyo.RangeSet(0, len(capacity) - 1)
    m.flow = pyo.Var(m.L, m.T, bounds=lambda m, line, t: (0, capacity[line]))

    cycle, line, drop, turn = around_cycles(grid)
    passed = Members(cycle, len(turn))

    def voltage_law(m: Any, i: int, t: int) -> Any:
        return sum_over(passed[i], lambda p: drop[p] * m.flow[line[p], t]) == -turn[i]

    m.cycle = pyo.RangeSet(0, len(turn) - 1)
    m.voltage_law = pyo.Constraint(m.cycle, m.T, rule=voltage_law)
    return Terms(
        injection=lambda m, r, t: sum_over(arriving[r], lambda i: kept[i] * m.flow[i, t]),
        withdrawal=lambda m, r, t: sum_over(leaving[r], lambda i: m.flow[i, t]),
        cost_cny=lambda m: sum_over(m.L, lambda i: sum_over(m.T, lambda t: cost[i] * m.flow[i, t])),
        budgets=("line capacities", "the voltage law") if turn else ("line capacities",),
    )


def around_cycles(grid: Grid) -> tuple[list[int], Numbers, Numbers, Numbers]:
    """What is passed on the way around the cycles of a basis.

    Returns:
        of each line that is passed: its cycle, the line, and the angle that a MW on it adds; of each cycle: the angle
        that phase shifts add. Angles are divided by the cycle's greatest reactance, so that coefficients are near 1.
    """
    there_and_back, basis = circuit_lines(grid), cycles(grid)
    reactance, shift = grid.circuit_rad_per_mw, grid.circuit_shift_rad
    cycle, line, drop, turn = [], [], [], []
    for i, passed in enumerate(basis):
        scale = max(abs(reactance[c]) for c, _ in passed)
        for c, sign in passed:
            there, back = there_and_back[c]
            for way, sense in ((there, 1.0), (back, -1.0)):
                if way is not None:
                    cycle.append(i)
                    line.append(way)
                    drop.append(sense * sign * reactance[c] / scale)
        turn.append(sum(sign * shift[c] for c, sign in passed) / scale)
    return cycle, Numbers(np.array(line, int)), Numbers(drop), Numbers(turn)
