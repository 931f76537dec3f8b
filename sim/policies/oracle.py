"""Oracle: the co-planner's program with perfect knowledge of the whole horizon. A bound, not a policy to run."""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ...optim.program import co_planner
from ..policy import Policy


class Oracle(Policy):
    """No policy costs less in total: grid, carbon, data, latency, delay and work given up."""

    name = "oracle"
    window_h = None
    step_h = None
    clairvoyant = True

    def decide(self, outlook: Outlook) -> Schedule:
        """Solve once for the whole horizon."""
        return Schedule(
            outlook.start_h, np.maximum(co_planner().solve(outlook, once=True).values["work"], 0.0)
        )
