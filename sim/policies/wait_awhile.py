"""Wait awhile: work stays at its origin and waits for the cleanest hours before it is due.

P. Wiesner, I. Behnke, D. Scheinert, K. Gontarska, L. Thamsen, "Let's Wait Awhile: How Temporal
Workload Shifting Can Reduce Carbon Emissions in the Cloud", Middleware 2021,
doi:10.1145/3464298.3493399: the interruptible strategy, on divisible work and finite capacity.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..cohorts import cohorts
from ..placing import home_shares
from ..policy import Policy


class WaitAwhile(Policy):
    """Temporal only: each hour's work goes to the hours of least intensity between arrival and due."""

    name = "wait-awhile"

    def __init__(self, window_h: int, step_h: int) -> None:
        self.window_h, self.step_h = window_h, step_h

    def decide(self, outlook: Outlook) -> Schedule:
        """Origin by origin; what can wait least picks its hours first."""
        c = outlook.system.compute
        by_class = np.zeros((len(c.origins), len(c.classes), outlook.hours))
        for o, region in enumerate(c.origin_region):
            # What differs by rounding only is not worth waiting for.
            intensity = np.round(outlook.intensity_kg_per_mwh[region], 6)
            room = np.full(outlook.hours, c.site_capacity_mw[c.site_region == region].sum())
            waiting = [
                (due - arrived, arrived, j, mwh)
                for j in range(len(c.classes))
                for arrived, due, mwh in cohorts(outlook.available_mwh[o, j], outlook.due_mwh[o, j])
            ]
            for span, arrived, j, mwh in sorted(waiting):
                hours = arrived + np.argsort(intensity[arrived : arrived + span + 1], kind="stable")
                for t in hours.tolist():
                    take = min(mwh, room[t])
                    by_class[o, j, t] += take
                    room[t] -= take
                    mwh -= take
                    if mwh <= 0.0:
                        break
        shares = home_shares(c)[:, None]
        return Schedule(outlook.start_h, shares * by_class[c.stream_origin, c.stream_class])
