"""Ways of placing work that several policies share."""

from __future__ import annotations

import numpy as np

from ..models.system import Compute

Array = np.ndarray


def home_shares(c: Compute) -> Array:
    """Share of each stream in its workload's home capacity (Q,); 0 for streams that leave home."""
    workload = c.stream_origin * len(c.classes) + c.stream_class
    n = len(c.origins) * len(c.classes)
    home = c.stream_home.astype(float)
    capacity = home * c.site_capacity_mw[c.stream_site]
    # Sites without any capacity share evenly, so that their work is theirs to give up.
    weight = np.where(np.bincount(workload, capacity, n)[workload] > 0, capacity, home)
    return weight / np.bincount(workload, weight, n)[workload]


def fill_in_order(c: Compute, score: Array, amount_mw: Array) -> Array:
    """Place work on the streams of least score while sites have room; the rest stays where it is.

    Work that can wait least, then work with the fewest ways to go, is placed first, so that nobody
    loses the only place it may run at to somebody who has others.

    Args:
        c: the sites and streams.
        score: (Q,), the lower the better.
        amount_mw: work to place (O, J) [MW].

    Returns:
        (Q,) [MW].
    """
    room = c.site_capacity_mw.astype(float).copy()
    left = amount_mw.astype(float).copy()
    workload = c.stream_origin * len(c.classes) + c.stream_class
    ways = np.bincount(workload, minlength=len(c.origins) * len(c.classes))[workload]
    slack = c.class_slack_h[c.stream_class]
    placed = np.zeros(len(score))
    order = np.lexsort((c.stream_rtt_ms, score, ways, slack))
    for q in order.tolist():
        o, j, s = c.stream_origin[q], c.stream_class[q], c.stream_site[q]
        take = min(left[o, j], room[s])
        if take > 0.0:
            placed[q] = take
            left[o, j] -= take
            room[s] -= take
    return placed
