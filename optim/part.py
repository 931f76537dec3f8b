"""One horizon of a front: its program held by HiGHS, and its best corner for any weights of its sums."""

from __future__ import annotations

import numpy as np

from ..models.outlook import Outlook
from .axes import SHED, UNSERVED, grid_axes
from .program import co_planner
from .solver import begin, optimum
from .stitched import solve_by_windows

Array = np.ndarray

NOTHING_MWH = 1e-6
"""A baseline that gives up or sheds no more than this in a horizon gives up nothing."""


class Part:
    """One horizon, its program held by HiGHS and solved again for other weights of its sums.

    Args:
        outlook: the whole horizon, foreseen. weight: how often it stands in the year.
        base: the six sums of the baseline there (6,); where it gives up or sheds nothing, nothing may be.
        window_h: of the windows that the first solve starts from; no answer hangs on it.
    """

    def __init__(self, outlook: Outlook, weight: float, base: Array, window_h: int = 48) -> None:
        self.weight, self.base = weight, base
        program = co_planner()
        start = solve_by_windows(program, co_planner(), outlook, window_h).basis
        p = program.at(outlook, once=True)
        for axis, name in ((UNSERVED, "unserved"), (SHED, "shed")):
            if base[axis] <= NOTHING_MWH:
                at = p.places[name][0]
                p.upper[at[at >= 0]] = np.minimum(p.upper[at[at >= 0]], 0.0)
        self.program, self.budgets = p, program.budgets
        self.axes = grid_axes(p, outlook)
        self._columns = np.arange(len(p.cost), dtype=np.int32)
        self._highs = begin(p, 0.0, start)

    def best(self, weights: Array) -> Array:
        """The six sums (6,) of the corner where their weighted sum is least."""
        self._highs.changeColsCost(
            len(self._columns), self._columns, np.sum(weights[:, None] * self.axes.weights, axis=0)
        )
        return self.axes.of(optimum(self._highs, self.program, self.budgets, clip=False))
