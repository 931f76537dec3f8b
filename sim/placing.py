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

    A site takes the work of its own region first, then what can wait least. So nobody is driven from
    home by strangers, and all work finds a place wherever it would when nobody moves.

    Args:
        c: the sites and streams.
        score: (Q,), the lower the better; at a site no stranger's may be lower than its own region's.
        amount_mw: work to place (O, J) [MW].

    Returns:
        (Q,) [MW].
    """
    room = c.site_capacity_mw.tolist()
    left = amount_mw.tolist()
    placed = np.zeros(len(score))
    order = np.lexsort((c.stream_rtt_ms, c.class_slack_h[c.stream_class], ~c.stream_home, score))
    ways = zip(
        order.tolist(), c.stream_origin[order].tolist(), c.stream_class[order].tolist(),
        c.stream_site[order].tolist(), strict=True,
    )  # fmt: skip
    for q, o, j, s in ways:
        take = min(left[o][j], room[s])
        if take > 0.0:
            placed[q] = take
            left[o][j] -= take
            room[s] -= take
    return placed
