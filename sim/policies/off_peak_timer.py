"""Off-peak timer: work stays at its origin and waits for the tariff's valley.

What a time-of-use tariff asks for, and what night timers do; by the tariff alone, which is published. As a
reference for carbon: P. Wiesner et al., "Let's Wait Awhile", Middleware 2021, doi:10.1145/3464298.3493399
(nightly jobs).
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..cohorts import backlog_by_due_mwh, now_at_home
from ..policy import Policy


class OffPeakTimer(Policy):
    """Run in the hours whose tariff is below the median of the next 24: valley and deep valley in all tariffs
    of up to 12 such hours. What is due before the next valley does not wait for nothing: it runs at once.
    """

    name = "off-peak-timer"
    window_h = 24

    def decide(self, outlook: Outlook) -> Schedule:
        """What runs in the hour at hand, at home."""
        c = outlook.system.compute
        tariff = outlook.tariff_cny_per_mwh[c.origin_region]  # (O, T)
        valley = tariff < np.median(tariff, axis=1, keepdims=True)
        next_h = np.where(valley.any(axis=1), valley.argmax(axis=1), outlook.hours)
        early = np.arange(outlook.hours) < np.maximum(next_h, 1)[:, None]  # due before the valley
        waiting = backlog_by_due_mwh(outlook)
        runs = np.where((valley[:, 0])[:, None, None], waiting, waiting * early[:, None, :])
        return now_at_home(outlook, runs.sum(axis=2))
