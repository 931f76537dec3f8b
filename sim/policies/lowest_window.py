"""Lowest window: work waits at its origin for the stretch of least mean intensity, as long as it expects to run.

W. A. Hanafy et al., "Going Green for Less Green" (GAIA), ASPLOS 2024, doi:10.1145/3620666.3651374. The same
as lowest-slot where all work runs for an hour, which is so unless classes.csv has a column length_h.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..cohorts import start_at_home, window_means
from ..policy import Policy


class LowestWindow(Policy):
    """Start where the mean intensity over the expected length is least."""

    name = "lowest-window"

    def __init__(self, window_h: int, step_h: int) -> None:
        self.window_h, self.step_h = window_h, step_h

    def decide(self, outlook: Outlook) -> Schedule:
        """Every cohort at home, from its hour on."""
        return start_at_home(outlook, best_start)


def best_start(intensity: np.ndarray, arrived: int, due: int, hours: int) -> int:
    """Start of the window of least mean that ends in time; the first of several."""
    return arrived + int(window_means(intensity, arrived, due, hours).argmin())
