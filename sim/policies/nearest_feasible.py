"""Nearest feasible: work runs at once at the site of least round-trip time that has room.

The rule of content delivery and of latency-first load balancing; the comparison of A. Souza et al., "CASPER:
Carbon-Aware Scheduling and Provisioning for Distributed Web Services", IGSC 2023, doi:10.1145/3634769.3634812.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..placing import fill_in_order
from ..policy import Policy


class NearestFeasible(Policy):
    """Memoryless spatial greedy on round-trip time; power and carbon do not count."""

    name = "nearest-feasible"

    def decide(self, outlook: Outlook) -> Schedule:
        """All that is here, to the nearest site with room; at a site its own region goes first."""
        c = outlook.system.compute
        least = np.full(len(c.sites), np.inf)
        np.minimum.at(least, c.stream_site, c.stream_rtt_ms)
        # Nobody is driven from home by strangers, even where those are nearer (decision 7).
        score = np.where(c.stream_home, least[c.stream_site], c.stream_rtt_ms)
        placed = fill_in_order(c, score, outlook.available_mwh[:, :, 0])
        return Schedule(outlook.start_h, placed[:, None])
