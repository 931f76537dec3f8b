"""Ecovisor: run while the intensity is low for the day to come, suspend while it is not, until the waiting is used up.

A. Souza, N. Bashir, J. Murillo, W. Hanafy, Q. Liang, D. Irwin, P. Shenoy, "Ecovisor: A Virtual Energy System for
Carbon-Efficient Applications", ASPLOS 2023, doi:10.1145/3575693.3575709; the threshold, a percentile of the next 24 h
taken at the arrival, as in GAIA, ASPLOS 2024, doi:10.1145/3620666.3651374.
"""

from __future__ import annotations

import functools

import numpy as np

from ....models.ticks import TickSignal
from ...jobs.policy import FOREVER, Asked, JobPolicy, Permits, permits_of

Array = np.ndarray


def decide(asked: Asked, share: float, ahead_h: float) -> Permits:
    """Every tick below the threshold, until as many others have passed as may be waited; then all ticks.

    Args:
        share: of the coming ticks' intensities that lie below the threshold. ahead_h: how far it looks [h].
    """
    low = quantile_ahead(asked.forecast, asked.arrival, asked.forecast.ticks_in(ahead_h), share)
    begin, end, value = asked.forecast.in_window(asked.arrival, asked.arrival + asked.horizon)
    waits = np.where(value < low[:, None], 0, end - begin)
    waited = np.cumsum(waits, axis=1)
    used_up = waited >= asked.budget[:, None]
    # The tick from which it may wait no more: within the step in which the budget runs out, or after the window.
    last = np.argmax(used_up, axis=1)[:, None]
    over = np.take_along_axis(waited, last, axis=1)[:, 0] - asked.budget
    forced = np.take_along_axis(end, last, axis=1)[:, 0] - over
    forced = np.where(used_up.any(axis=1), forced, end.max(axis=1))
    forced = np.where(asked.budget == 0, asked.arrival, forced)
    end = np.where(waits > 0, begin, np.minimum(end, forced[:, None]))
    rest = np.stack([forced, np.full(len(forced), FOREVER)])[:, :, None]
    return permits_of(np.hstack([begin, rest[0]]), np.hstack([end, rest[1]]))


def quantile_ahead(signal: TickSignal, start: Array, ticks: int, share: float) -> Array:
    """Quantile of the intensities of the next ticks (N,) [kg/MWh], linear between two; cut at the signal's end."""
    begin, end, value = signal.in_window(start, start + ticks)
    order = np.argsort(value, axis=1, kind="stable")
    value = np.take_along_axis(value, order, axis=1)
    count = np.cumsum(np.take_along_axis(end - begin, order, axis=1), axis=1)
    place = share * (count[:, -1] - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, count[:, -1] - 1)
    a, b = (
        np.take_along_axis(value, np.argmax(count > at[:, None], axis=1)[:, None], axis=1)[:, 0]
        for at in (below, above)
    )
    return a + (b - a) * (place - below)


def ecovisor(share: float = 0.3, ahead_h: float = 24.0) -> JobPolicy:
    """Suspend and resume at the given share of the coming hours."""
    rule = functools.partial(decide, share=share, ahead_h=ahead_h)
    return JobPolicy("ecovisor", rule, interrupts=True)
