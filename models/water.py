"""A day's energy shared between the parts of the day: windows may begin and end at any hour."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def day_parts_mwh(
    unit_day_mwh: Array, unit_min_mw: Array, begun_h: int, start: int, end: int
) -> Array:
    """What units may make in the hours from `start` to `end`, day by day.

    A part of a day has what its units must make in it, and of what is left of the day's energy its share by hours.

    Args:
        unit_day_mwh: energy of each day (K, D) [MWh]. unit_min_mw: what they must make (K, T) [MW].
        begun_h: hours of the first day before the first column. start, end: columns.

    Returns:
        (K, days touched) [MWh].
    """
    hours = unit_min_mw.shape[1]
    out = []
    for d in range((begun_h + start) // 24, (begun_h + end - 1) // 24 + 1):
        first, last = max(24 * d - begun_h, 0), min(24 * d + 24 - begun_h, hours)
        low, high = max(first, start), min(last, end)
        must, must_here = (unit_min_mw[:, a:b].sum(axis=1) for a, b in ((first, last), (low, high)))
        share = (high - low) / (last - first)
        whole = share == 1.0
        out.append(unit_day_mwh[:, d] if whole else must_here + (unit_day_mwh[:, d] - must) * share)
    return np.stack(out, axis=1)
