"""A world in which only some follow: a share of every class and of every site's servers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..models.actual import HISTORY_H, Actual

Array = np.ndarray


def followers_alone(actual: Actual, share: float, here_and_now_mw: Array) -> Actual:
    """What happens as the followers see it: their part of the work and of the sites is theirs, and what the
    others draw is demand like any other.

    A price-taker's plan in it is `share` times its plan with everyone following, because all that bounds
    it shrinks alike; a plan that holds the grid differs, because the grid does not shrink.

    Args:
        actual: what happens to all. share: of work and servers that follow, in (0, 1].
        here_and_now_mw: the others' way, for all work, history first (Q, HISTORY_H + T) [MW].
    """
    if not 0.0 < share <= 1.0:
        raise ValueError(f"a share of followers lies in (0, 1], and {share} does not")
    c = actual.system.compute
    if here_and_now_mw.shape != (len(c.stream_site), HISTORY_H + actual.hours):
        raise ValueError(
            f"work of shape {here_and_now_mw.shape} does not cover history and horizon"
        )
    others = (1.0 - share) * c.load_mw(here_and_now_mw, actual.pue, len(actual.system.grid.regions))
    theirs = replace(
        c,
        site_capacity_mw=share * c.site_capacity_mw,
        site_idle_mw=share * c.site_idle_mw,
    )
    return replace(
        actual,
        system=replace(actual.system, compute=theirs),
        demand_mw=actual.demand_mw + others,
        arrivals_mwh=share * actual.arrivals_mwh,
    )
