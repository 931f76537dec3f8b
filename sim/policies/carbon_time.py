r"""Carbon-time: work waits at its origin as long as each hour of its completion time saves most carbon.

.. math:: \max_s \frac{C(0) - C(s)}{s + \bar J}

over starts s within the waiting budget, C(s) the carbon of running the expected length from s on. W. A. Hanafy
et al., "Going Green for Less Green" (GAIA), ASPLOS 2024, doi:10.1145/3620666.3651374.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..cohorts import start_at_home, window_means
from ..policy import Policy


class CarbonTime(Policy):
    """Start where the saving per hour of waiting and running is greatest; at once where none saves."""

    name = "carbon-time"

    def __init__(self, window_h: int, step_h: int) -> None:
        self.window_h, self.step_h = window_h, step_h

    def decide(self, outlook: Outlook) -> Schedule:
        """Every cohort at home, from its hour on."""
        return start_at_home(outlook, best_start)


def best_start(intensity: np.ndarray, arrived: int, due: int, hours: int) -> int:
    """Start of the greatest saving per hour; the first of several, and so at once where nothing is saved."""
    carbon = window_means(intensity, arrived, due, hours)
    saved = (carbon[0] - carbon) / (np.arange(len(carbon)) + hours)
    return arrived + int(saved.argmax())
