"""Suspend-resume: work at its origin runs while the grid is clean for its day, and pauses while it is not.

A. Souza, N. Bashir, J. Murillo, W. Hanafy, Q. Liang, D. Irwin, P. Shenoy, "Ecovisor: A Virtual Energy System
for Carbon-Efficient Applications", ASPLOS 2023, doi:10.1145/3575693.3575709; the threshold as W. A. Hanafy
et al. compare it in GAIA, ASPLOS 2024: the 30th percentile of the next 24 hours.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..cohorts import backlog_by_due_mwh, now_at_home
from ..policy import Policy

PERCENTILE = 30.0


class SuspendResume(Policy):
    """Run what is here while intensity is at or below the 30th percentile of the next 24 hours, else only what
    has used up its waiting budget. Divisible work runs as wide as its sites have room.
    """

    name = "suspend-resume"
    window_h = 24

    def decide(self, outlook: Outlook) -> Schedule:
        """What runs in the hour at hand, at home. Where all hours are as clean, all runs at once."""
        c = outlook.system.compute
        ahead = np.round(outlook.intensity_kg_per_mwh[c.origin_region], 6)
        clean = ahead[:, 0] <= np.percentile(ahead, PERCENTILE, axis=1) + 1e-9
        waiting = backlog_by_due_mwh(outlook)
        return now_at_home(outlook, np.where(clean[:, None], waiting.sum(axis=2), 0.0))
