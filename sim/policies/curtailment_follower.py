"""Curtailment follower: work goes where and when renewable power would be held back, and else stays home.

J. Zheng, A. A. Chien, S. Suh, "Mitigating Curtailment and Carbon Emissions through Load Migration between Data
Centers", Joule 4(10), 2020, doi:10.1016/j.joule.2020.08.001.
"""

from __future__ import annotations

import numpy as np

from ...models.outlook import Outlook
from ...models.schedule import Schedule
from ..joint import fill_hours, groups_of
from ..placing import home_shares
from ..policy import Policy

Array = np.ndarray


class CurtailmentFollower(Policy):
    """Fill sites in the hours in which their region expects a surplus, as far as it reaches; soonest first."""

    name = "curtailment-follower"

    def __init__(self, window_h: int, step_h: int) -> None:
        self.window_h, self.step_h = window_h, step_h

    def decide(self, outlook: Outlook) -> Schedule:
        """What surplus cannot take runs at its origin when it comes."""
        c, T = outlook.system.compute, outlook.hours
        surplus = surplus_mw(outlook)[c.site_region]
        region_mw = np.bincount(c.site_region, c.site_capacity_mw)[c.site_region]
        part = np.divide(
            c.site_capacity_mw, region_mw, out=np.zeros(len(c.sites)), where=region_mw > 0
        )
        reach = surplus * part[:, None] * c.site_efficiency[:, None] / outlook.pue
        room = np.minimum(reach, c.site_capacity_mw[:, None])
        soonest = np.broadcast_to(np.arange(T, dtype=float), room.shape)
        filled = fill_hours(outlook, groups_of(soonest, room > 1e-6), room)
        at_home = filled.left_mwh[c.stream_origin, c.stream_class]
        return Schedule(outlook.start_h, filled.work_mw + home_shares(c)[:, None] * at_home)


def surplus_mw(outlook: Outlook) -> Array:
    """Power that a region expects to have beyond its needs when no work runs in it (R, T) [MW].

    Regions publish no forecast of curtailment. It is derived from what they do publish: wind and sun on offer
    and what other plants must run, less demand and what idle servers draw. Lines and storage, which would
    carry some of it away, are not seen from there; nor is water that would be spilled.
    """
    grid, c = outlook.system.grid, outlook.system.compute
    weathered = grid.unit_renewable & ~grid.unit_day_limited
    offered = np.where(weathered[:, None], outlook.unit_max_mw, outlook.unit_min_mw)
    out = -outlook.demand_mw.copy()
    np.add.at(out, grid.unit_region, offered)
    np.add.at(out, c.site_region, -outlook.pue * c.site_idle_mw[:, None])
    # More than the wind and sun on offer cannot be held back.
    most = np.zeros_like(out)
    np.add.at(most, grid.unit_region, np.where(weathered[:, None], outlook.unit_max_mw, 0.0))
    return np.clip(out, 0.0, most)
