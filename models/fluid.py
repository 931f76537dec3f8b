"""Jobs as fluid work: what each origin and class would draw if every job ran as it arrived.

A job of p kW over n hours becomes p kWh for each full hour of its run: the world then may move and delay each of these
pieces within the class's slack, which is a job that can be interrupted and split.
"""

from __future__ import annotations

import numpy as np

from .errors import InputError
from .jobs import Jobs

Array = np.ndarray


def hourly_mwh(jobs: Jobs, hours: int) -> tuple[Array, float]:
    """IT energy by origin, class and hour of running at once.

    Args:
        jobs: the log.
        hours: H, from the log's second 0 on.

    Returns:
        (O, J, H) [MWh], and the energy of runs that reach beyond these hours, which is not among them [MWh].

    Raises:
        InputError: there is not one hour.
    """
    if hours < 1:
        raise InputError(f"{hours} hours of work: ask for at least one")
    places, J = len(jobs.origins), len(jobs.classes)
    lane = jobs.origin * J + jobs.job_class
    mw = jobs.power_kw / 1e3
    begin = jobs.arrival_s / 3600.0
    # Energy up to hour t is Σ p·(t - begin)+ less Σ p·(t - end)+: both are sums over what came before t.
    energy = _ramps(lane, begin, mw, places * J, hours)
    energy -= _ramps(lane, begin + jobs.length_s / 3600.0, mw, places * J, hours)
    hourly = np.maximum(np.diff(energy, axis=1), 0.0)  # below 0 by rounding only
    beyond = float(jobs.energy_kwh.sum()) / 1e3 - float(hourly.sum())
    return hourly.reshape(places, J, hours), max(beyond, 0.0)


def _ramps(lane: Array, begin: Array, mw: Array, lanes: int, hours: int) -> Array:
    """Σ p·(t - begin)+ of each lane at the hours 0 … H (lanes, H + 1) [MWh]."""
    at = np.minimum(np.ceil(begin), hours + 1).astype(int)  # first whole hour not before it
    place, size = lane * (hours + 2) + at, lanes * (hours + 2)
    rising = np.bincount(place, mw, size).reshape(lanes, hours + 2).cumsum(axis=1)
    offset = np.bincount(place, mw * begin, size).reshape(lanes, hours + 2).cumsum(axis=1)
    return (rising * np.arange(hours + 2) - offset)[:, : hours + 1]
