"""Planned: the linear program as a price-taker, on the published signal, over a rolling horizon."""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ...optim.program import Program, price_taker
from ..policy import Policy


class Planned(Policy):
    """Least tariff bill, carbon at its price on average intensity, data, latency and delay."""

    name = "planned"

    def __init__(self, window_h: int, step_h: int) -> None:
        self.window_h, self.step_h = window_h, step_h
        self._programs: dict[int, Program] = {}  # by hours: the last window of a horizon is shorter

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve the price-taker's program for the window."""
        program = self._programs.setdefault(outlook.hours, price_taker())
        return Schedule(outlook.start_h, np.maximum(program.solve(outlook).values["work"], 0.0))
