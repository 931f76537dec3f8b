"""Cohorts: work of one origin and class that arrived in one hour, the fluid world's piece of a job log.

A piece of work runs for the hours that its class says (`Compute.class_length_h`), an hour where it says none.
Which hour a cohort arrived in is known while the outlook expects it; what waits already is decided anew with
every plan, as if it had just come.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..models.outlook import Outlook
from ..models.schedule import Schedule
from ..models.system import Compute
from .placing import home_shares

Array = np.ndarray
Start = Callable[[Array, int, int, int], int]
"""(intensity (T,), hour it is here, hour it is due, hours it runs) -> hour it starts."""


def cohorts(available_mwh: Array, due_mwh: Array) -> list[tuple[int, int, float]]:
    """Work by the hour it can first run and the hour it is due, first come first due.

    Args:
        available_mwh, due_mwh: cumulative bounds (T,) [MWh].

    Returns:
        (first hour, last hour, MWh), all work of the window.
    """
    came = np.diff(available_mwh, prepend=0.0).tolist()
    out: list[tuple[int, int, float]] = []
    arrived = 0
    for due, mwh in enumerate(np.diff(due_mwh, prepend=0.0).tolist()):
        while mwh > 1e-12 and arrived < len(came):
            part = min(mwh, came[arrived])
            if part > 0.0:
                out.append((arrived, due, part))
                came[arrived] -= part
                mwh -= part
            if came[arrived] <= 1e-12:
                arrived += 1
    return out


def lengths_h(c: Compute) -> Array:
    """Whole hours that a piece of each class runs (J,) [h]."""
    return np.ones(len(c.classes), int) if c.class_length_h is None else c.class_length_h


def start_at_home(outlook: Outlook, start: Start) -> Schedule:
    """Each cohort stays at its origin and starts once, in the hour that `start` says; then it runs on.

    What can wait least takes its room first. Where an hour is full the cohort runs on later, as a queue does; what
    that would not finish in time starts sooner, in the last hours before that have room.
    """
    c, T = outlook.system.compute, outlook.hours
    length = lengths_h(c)
    by_class = np.zeros((len(c.origins), len(c.classes), T))
    for o, region in enumerate(c.origin_region):
        # What differs by rounding only is not worth waiting for.
        intensity = np.round(outlook.intensity_kg_per_mwh[region], 6)
        room = np.full(T, c.site_capacity_mw[c.site_region == region].sum())
        waiting = [
            (due - arrived, arrived, j, mwh)
            for j in range(len(c.classes))
            for arrived, due, mwh in cohorts(outlook.available_mwh[o, j], outlook.due_mwh[o, j])
        ]
        for span, arrived, j, mwh in sorted(waiting):
            hours = min(int(length[j]), span + 1)
            rate, due = mwh / hours, arrived + span
            first = start(intensity, arrived, due, hours)
            for t in (*range(first, due + 1), *range(first - 1, arrived - 1, -1)):
                take = min(mwh, rate, room[t])
                by_class[o, j, t] += take
                room[t] -= take
                mwh -= take
                if mwh <= 0.0:
                    break
    return Schedule(
        outlook.start_h, home_shares(c)[:, None] * by_class[c.stream_origin, c.stream_class]
    )


def window_means(intensity: Array, first: int, due: int, hours: int) -> Array:
    """Mean intensity of `hours` hours on end, by start, from `first` to the last that ends by `due`."""
    total = np.concatenate([[0.0], np.cumsum(intensity[first : due + 1])])
    return np.round((total[hours:] - total[:-hours]) / hours, 6)


def backlog_by_due_mwh(outlook: Outlook) -> Array:
    """Work that is here, by the hours until it is due (O, J, T) [MWh]; what is earliest due came first."""
    here = np.minimum(outlook.due_mwh, outlook.available_mwh[:, :, :1])
    return np.diff(here, prepend=0.0, axis=2)


def now_at_home(outlook: Outlook, amount_mwh: Array) -> Schedule:
    """A schedule for the hour at hand: this much of each workload (O, J) at its own sites [MWh].

    Published rules know no full site. Here what could not be done in time any more, were all later hours filled
    to the brim with what is due and expected, runs now, earliest due first.
    """
    c = outlook.system.compute
    waiting = backlog_by_due_mwh(outlook)
    room = np.bincount(c.site_region, c.site_capacity_mw, len(outlook.demand_mw))[c.origin_region]
    later = room[:, None] * np.arange(outlook.hours)
    needed = (outlook.due_mwh.sum(axis=1) - later).max(axis=1)
    queue = waiting.transpose(0, 2, 1).reshape(len(waiting), -1)
    before = np.cumsum(queue, axis=1) - queue
    forced = np.clip(needed[:, None] - before, 0.0, queue).reshape(waiting.transpose(0, 2, 1).shape)
    amount = np.maximum(np.maximum(amount_mwh, waiting[:, :, 0]), forced.sum(axis=1))
    here = np.minimum(amount, outlook.available_mwh[:, :, 0])
    return Schedule(
        outlook.start_h, (home_shares(c) * here[c.stream_origin, c.stream_class])[:, None]
    )
