"""Random: work runs at once wherever there is room. What any scheme must beat that merely spreads work.

Work-conserving: nothing waits while a site in reach has room. Random placement as a yardstick of load
balancing: M. Mitzenmacher, "The power of two choices in randomized load balancing", IEEE Trans. Parallel
Distrib. Syst. 12(10), 2001, doi:10.1109/71.963420.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..placing import fill_in_order
from ..policy import Policy


class Random(Policy):
    """Sites in a random order, drawn for each hour of the year from the seed; the same for all work."""

    name = "random"

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def decide(self, outlook: Outlook) -> Schedule:
        """All that is here, to the first sites of the order that have room."""
        c = outlook.system.compute
        rng = np.random.default_rng([self.seed, outlook.start_h])
        score = rng.permutation(len(c.sites))[c.stream_site]
        placed = fill_in_order(c, score, outlook.available_mwh[:, :, 0])
        return Schedule(outlook.start_h, placed[:, None])
