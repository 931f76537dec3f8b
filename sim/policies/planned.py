"""Planned: the linear program as a price-taker, on the published signal, over a rolling horizon."""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook, padded
from ...models.schedule import Schedule
from ...optim.program import Program, price_taker
from ..policy import Policy


class Planned(Policy):
    """Least tariff bill, carbon at its price on average intensity, data, latency and delay."""

    name = "planned"
    window_h: int  # always a number here

    def __init__(self, window_h: int, step_h: int, program: Program | None = None) -> None:
        self.window_h, self.step_h, self._program = window_h, step_h, program or price_taker()

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve the price-taker's program for the window."""
        work = self._program.solve(padded(outlook, self.window_h)).values["work"]
        return Schedule(outlook.start_h, np.maximum(work[:, : outlook.hours], 0.0))
