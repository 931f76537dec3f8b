"""Greedy joint: sites in their hours by PUE times intensity, each filled with the work that is due first.

The constructive answer to space and time at once, and a yardstick for the linear program: T. Sukprasert et al.,
"On the Limitations of Carbon-Aware Temporal and Spatial Workload Shifting in the Cloud", EuroSys 2024,
doi:10.1145/3627703.3650079, move work greedily to the cleanest (region, hour) pairs; here capacity and
deadlines hold as well.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..joint import groups_of, pieces_of, place, work_of
from ..policy import Policy


class GreedyJoint(Policy):
    """Least PUE times intensity first, own region first, then earliest deadline, within capacity and reach."""

    name = "greedy-joint"

    def __init__(self, window_h: int, step_h: int) -> None:
        self.window_h, self.step_h = window_h, step_h

    def decide(self, outlook: Outlook) -> Schedule:
        """Plan the window; what finds no place in it is the world's to place when it is due.

        Filling the cleanest hours one after another, and nothing else, gives work up: an hour goes to work that
        might have run before, and what comes in it finds the later ones taken. So all work is given a place first,
        at home as soon as there is room, elsewhere where there is none in time; only then are the cleanest hours
        filled, with what leaves a dirtier place for them and with the room that is not somebody's.
        """
        c = outlook.system.compute
        score = (
            outlook.pue / c.site_efficiency[:, None] * outlook.intensity_kg_per_mwh[c.site_region]
        )
        room = np.repeat(c.site_capacity_mw[:, None], outlook.hours, axis=1)
        pieces, everywhere = pieces_of(outlook), np.ones(score.shape, bool)
        kept = place(pieces, groups_of(0.0 * score, everywhere), room)
        placed = place(pieces, groups_of(score, everywhere), room, kept)
        return Schedule(outlook.start_h, work_of(outlook, pieces, placed))
