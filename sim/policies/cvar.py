"""CVaR: planned for several futures of intensity at once, mean cost and the mean of the dearest ones.

A sample-average program with conditional value-at-risk, over a rolling horizon; see `optim/cvar.py` for its
sources. With one future it is planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...models.forecast import Forecast
from ...models.outlook import Outlook, padded
from ...models.schedule import Schedule
from ...optim.cvar import solve_futures
from ...optim.program import Program, price_taker
from ..policy import Policy


class Cvar(Policy):
    """What runs until the next plan is decided before it is known which future comes.

    The first future is the forecast as shown; the others are drawn around it by the forecast's own way to err,
    with its seed. Uncertain is intensity: tariffs are published, work is taken as expected. Where forecasts
    state no errors (perfect, persistence) there is one future.

    Args:
        error: draws a future from a forecast; None: forecasts state no errors.
        futures: how many. weight: of the tail's mean against the mean. tail_share: of futures in the tail.
    """

    name = "cvar"
    window_h: int  # always a number here
    step_h: int

    def __init__(
        self,
        window_h: int,
        step_h: int,
        program: Program | None = None,
        error: Forecast | None = None,
        futures: int = 4,
        weight: float = 1.0,
        tail_share: float = 0.25,
    ) -> None:
        self.window_h, self.step_h, self._program = window_h, step_h, program or price_taker()
        self.error, self.futures = error, futures
        self.weight, self.tail_share = weight, tail_share

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve for all futures of the window."""
        seen = [padded(future, self.window_h) for future in self._futures(outlook)]
        first_h = min(self.step_h, outlook.hours)
        found = solve_futures(self._program, seen, first_h, self.weight, self.tail_share)
        work = found.values["work"]
        return Schedule(outlook.start_h, np.maximum(work[:, : outlook.hours], 0.0))

    def _futures(self, outlook: Outlook) -> Iterator[Outlook]:
        yield outlook
        shown, history = outlook.intensity_kg_per_mwh, outlook.history_kg_per_mwh
        if self.error is None:
            return
        for k in range(1, self.futures):
            # Region by region, as forecasts are made: a region's errors do not depend on how many there are.
            drawn = [
                self.error(
                    row if history is None else history[r],
                    row,
                    f"future {k} of {outlook.system.grid.regions[r]}",
                    outlook.start_h,
                    1.0,
                )
                for r, row in enumerate(shown)
            ]
            yield replace(outlook, intensity_kg_per_mwh=np.array(drawn))
