"""Co-planned: the linear program with the grid inside, over a rolling horizon on forecasts."""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ...optim.program import Program, co_planner
from ..policy import Policy


class CoPlanned(Policy):
    """Least cost of grid and computing together, carbon at its price on what the grid emits."""

    name = "co-planned"

    def __init__(self, window_h: int, step_h: int) -> None:
        self.window_h, self.step_h = window_h, step_h
        self._programs: dict[int, Program] = {}  # by hours: the last window of a horizon is shorter

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve the co-planner's program for the window."""
        program = self._programs.setdefault(outlook.hours, co_planner())
        return Schedule(outlook.start_h, np.maximum(program.solve(outlook).values["work"], 0.0))
