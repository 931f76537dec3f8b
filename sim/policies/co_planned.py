"""Co-planned: the linear program with the grid inside, over a rolling horizon on forecasts."""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook, padded
from ...models.schedule import Schedule
from ...optim.program import Program, co_planner
from ..policy import Policy


class CoPlanned(Policy):
    """Least cost of grid and computing together, carbon at its price on what the grid emits."""

    name = "co-planned"
    window_h: int  # always a number here

    def __init__(self, window_h: int, step_h: int, program: Program | None = None) -> None:
        self.window_h, self.step_h, self._program = window_h, step_h, program or co_planner()

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve the co-planner's program for the window."""
        work = self._program.solve(padded(outlook, self.window_h)).values["work"]
        return Schedule(outlook.start_h, np.maximum(work[:, : outlook.hours], 0.0))
