"""West quota: a fixed share of the work that tolerates the distance goes to the western hubs.

The policy target as a baseline: East Data, West Computing sets shares by plan, not by the hour (National
Development and Reform Commission et al., plan of the national computing network, 2021; implementation
opinions, 2023).
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..placing import home_shares
from ..policy import Policy


class WestQuota(Policy):
    """`west_share` of all work whose streams reach a western hub, over the hubs by capacity; the rest at home.

    Work that arises beside a western hub stays. Hubs keep room for their own region; what they cannot take
    stays at its origin.
    """

    name = "west-quota"

    def __init__(self, west_share: float = 0.3) -> None:
        self.west_share = west_share

    def decide(self, outlook: Outlook) -> Schedule:
        """All that is here, at once."""
        c = outlook.system.compute
        here = outlook.available_mwh[c.stream_origin, c.stream_class, 0]
        hub = np.zeros(len(c.sites), bool) if c.site_western_hub is None else c.site_western_hub
        beside = np.isin(c.origin_region, c.site_region[hub])[c.stream_origin]
        room = np.where(hub[c.stream_site] & ~beside, c.site_capacity_mw[c.stream_site], 0.0)
        workload = c.stream_origin * len(c.classes) + c.stream_class
        n = len(c.origins) * len(c.classes)
        reach = np.bincount(workload, room, n)[workload]
        share = np.divide(room, reach, out=np.zeros_like(room), where=reach > 0)
        away = self.west_share * share * here

        S, at_home = len(c.sites), home_shares(c)
        leaves = np.bincount(workload, away, n)[workload]
        own = np.bincount(c.stream_site, at_home * (here - leaves), S)
        free = np.maximum(c.site_capacity_mw - own, 0.0)
        wanted = np.bincount(c.stream_site, away, S)
        fits = np.minimum(1.0, np.divide(free, wanted, out=np.ones(S), where=wanted > 0))
        away *= fits[c.stream_site]
        stays = here - np.bincount(workload, away, n)[workload]
        return Schedule(outlook.start_h, (away + at_home * stays)[:, None])
