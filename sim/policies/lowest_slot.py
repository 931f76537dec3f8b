"""Lowest slot: work waits at its origin for the hour of least intensity before it is due, then runs.

W. A. Hanafy, Q. Liang, N. Bashir, A. Souza, D. Irwin, P. Shenoy, "Going Green for Less Green: Optimizing the
Cost of Reducing Cloud Carbon Emissions" (GAIA), ASPLOS 2024, doi:10.1145/3620666.3651374. There the waiting
budget is 6 h or 24 h by queue; here it is the slack of the class.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..cohorts import start_at_home
from ..policy import Policy


class LowestSlot(Policy):
    """Start at the hour of least intensity, knowing nothing of the length."""

    name = "lowest-slot"

    def __init__(self, window_h: int, step_h: int) -> None:
        self.window_h, self.step_h = window_h, step_h

    def decide(self, outlook: Outlook) -> Schedule:
        """Every cohort at home, from its hour on."""
        return start_at_home(outlook, best_start)


def best_start(intensity: np.ndarray, arrived: int, due: int, hours: int) -> int:
    """Hour of least intensity from which the work still ends in time; the first of several."""
    return arrived + int(intensity[arrived : due - hours + 2].argmin())
