"""Oracle: the co-planner's program with perfect knowledge of the whole horizon. A bound, not a policy to run."""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ...optim.program import Program, co_planner
from ...optim.stitched import solve_by_windows
from ..policy import Policy


class Oracle(Policy):
    """No policy costs less in total: grid, carbon, data, latency, delay and work given up.

    Args:
        windows: a co-planner, one of its own where None. window_h: how long the windows are that it starts from;
            the answer hangs on neither.
    """

    name = "oracle"
    window_h = None
    step_h = None
    clairvoyant = True

    def __init__(self, windows: Program | None = None, window_h: int = 48) -> None:
        self.windows, self.windows_h = windows or co_planner(), window_h

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve the whole horizon in one program, which starts from what its windows found."""
        found = solve_by_windows(
            co_planner(store=self.windows.store), self.windows, outlook, self.windows_h
        )
        return Schedule(outlook.start_h, np.maximum(found.values["work"], 0.0))
