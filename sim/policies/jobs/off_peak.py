"""Off-peak timer: start in the valley hours of the tariff. What a time-of-use tariff asks for, blind to carbon.

Incentives of this kind for data centers: A. Wierman, Z. Liu, I. Liu, H. Mohsenian-Rad, "Opportunities and Challenges
for Data Center Demand Response", IGCC 2014, doi:10.1109/IGCC.2014.7039172.
"""

from __future__ import annotations

import functools

import numpy as np

from ....models.errors import InputError
from ...jobs.policy import Asked, JobPolicy, Permits, start_at

Array = np.ndarray


def decide(asked: Asked, valley: Array) -> Permits:
    """The first valley tick that the budget reaches; at once where it reaches none."""
    signal = asked.forecast
    if valley.shape != signal.value.shape:
        raise InputError(
            f"valley hours of {len(valley)} steps for a signal of {len(signal.value)}: give one for each step"
        )
    ever = np.append(np.where(valley)[0], len(valley))
    here = asked.arrival // signal.step
    step = ever[np.searchsorted(ever, here)]
    start = np.maximum(step * signal.step, asked.arrival)
    reached = (step < len(valley)) & (start <= asked.arrival + asked.budget)
    return start_at(np.where(reached, start, asked.arrival))


def off_peak(valley: Array) -> JobPolicy:
    """A timer on a tariff.

    Args:
        valley: whether each step of the signal is a valley hour (T,) bool.
    """
    rule = functools.partial(decide, valley=np.asarray(valley, bool))
    return JobPolicy("off-peak timer", rule, foresees=False)
