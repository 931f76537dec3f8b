r"""Axes of a front: what a program emits, costs and makes wait, as weights of its columns.

The blocks give the program one sum, its cost. Here the same columns are added up apart, so that one sum can be held
while another falls. Over the hours of one horizon, with the names of the blocks' docstrings:

.. math::
    \text{carbon} = \sum_{kt} \epsilon_k\,\text{output}_{kt}\,\Delta, \qquad
    \text{latency} = \sum_{qt} \ell_q\,\text{work}_{qt}\,\Delta, \qquad
    \text{delay} = \sum_{ojt} (\text{available}_{ojt} - \text{done}_{ojt})\,\Delta

    \text{cost} = \sum_{kt} c_k\,\text{output}_{kt}\Delta + \sum_{lt} w_l\,\text{flow}_{lt}\Delta
        + \sum_{bt} w_b\,\text{discharge}_{bt}\Delta + V \sum_{rt} (\text{shed}_{rt} + \text{dump}_{rt})\Delta
        + \sum_{qt} c^{net}_q\,\text{work}_{qt}\Delta

    \text{unserved} = \sum_{ojt} \text{unserved}_{ojt}, \qquad \text{shed} = \sum_{rt} \text{shed}_{rt}\,\Delta

Carbon at its price, latency and delay at their values and unserved work at its penalty, added to this cost, are
the co-planner's own objective. The ledger books the same six sums of what was carried out (`booked`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..models.ledger import Ledger
from ..models.outlook import Outlook
from ..models.system import System
from .solver import Compiled

Array = np.ndarray

CARBON, COST, LATENCY, DELAY, UNSERVED, SHED = range(6)
"""Places of the sums: [kg], [CNY], [ms·MWh], [MWh·h], [MWh], [MWh]."""


@dataclass(frozen=True, eq=False)
class Axes:
    """Six sums of a program's columns: weights @ x + constant; weights (6, columns), constant (6,)."""

    weights: Array
    constant: Array

    def of(self, x: Array) -> Array:
        """The sums at a point (6,)."""
        # Not weights @ x: for so long a vector BLAS wakes its threads (see `solver.solve`).
        return np.sum(self.weights * x, axis=1) + self.constant


def grid_axes(p: Compiled, outlook: Outlook) -> Axes:
    """The axes of a program with source, grid, storage and load (`co_planner`)."""
    grid, c = outlook.system.grid, outlook.system.compute
    weights, constant = np.zeros((6, len(p.cost))), np.zeros(6)

    def add(axis: int, name: str, each: Array | float) -> None:
        at, rest = p.places[name]
        w = np.broadcast_to(np.asarray(each, float).reshape(-1, 1), at.shape)
        there = at >= 0
        weights[axis, at[there]] += w[there]
        constant[axis] += float((w * rest)[~there].sum())

    add(CARBON, "output", grid.unit_emission_kg_per_mwh)
    add(COST, "output", grid.unit_cost_cny_per_mwh)
    add(COST, "flow", grid.line_cost_cny_per_mwh)
    add(COST, "discharge", grid.storage_cost_cny_per_mwh)
    add(COST, "shed", grid.lost_load_cny_per_mwh)
    add(COST, "dump", grid.lost_load_cny_per_mwh)
    add(COST, "work", c.stream_transfer_cny_per_mwh)
    add(LATENCY, "work", c.stream_added_rtt_ms)
    add(DELAY, "done", -1.0)
    constant[DELAY] += float(outlook.available_mwh.sum())
    add(UNSERVED, "unserved", 1.0)
    add(SHED, "shed", 1.0)
    return Axes(weights, constant)


def booked(system: System, ledger: Ledger) -> Array:
    """The same six sums of what was carried out and booked (6,)."""
    return np.array(
        [
            ledger.system_kg,
            ledger.system_cny + ledger.transfer_cny,
            float(system.compute.stream_added_rtt_ms @ ledger.stream_mwh),
            float(ledger.waiting_mwh_h.sum()),
            float(ledger.unserved_mwh.sum()),
            ledger.shed_mwh,
        ]
    )
