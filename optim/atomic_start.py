"""A first answer for branch and bound: jobs one after another, earliest due first, each in its cheapest room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .atomic_model import Possible

if TYPE_CHECKING:
    from .atomic import AtomicJobs

Array = np.ndarray


def in_turn(jobs: AtomicJobs, cost: Array, capacity: Array, ways: Possible) -> dict[str, Array]:
    """Each in one piece where it costs less than giving it up; else given up. Values by variable of the model."""
    given_up = np.ones(len(jobs))
    starts, on = np.zeros(len(ways.start_job)), np.zeros(len(ways.on_job))
    turned_on = np.zeros(len(on))
    homes = list(dict.fromkeys(zip(ways.on_job.tolist(), ways.on_place.tolist(), strict=True)))
    chosen = np.zeros(len(homes))
    free = capacity.astype(float)
    start_at = _numbered(ways.start_job, ways.start_place, ways.start_tick)
    on_at = _numbered(ways.on_job, ways.on_place, ways.on_tick)
    for j in np.lexsort((jobs.arrival, jobs.due)).tolist():
        found = _cheapest(jobs, cost, free, j)
        if found is None:
            continue
        p, s = found
        ticks = range(s, s + int(jobs.length[j]))
        if jobs.suspensions[j] > 0:
            on[[on_at[j, p, t] for t in ticks]] = 1.0
            turned_on[on_at[j, p, s]] = 1.0
            chosen[homes.index((j, p))] = 1.0
        else:
            starts[start_at[j, p, s]] = 1.0
        given_up[j] = 0.0
        free[p, s : ticks.stop] -= jobs.size[j]
    values = {"given_up": given_up}
    if len(starts):
        values["starts"] = starts
    if len(on):
        values |= {"on": on, "turned_on": turned_on, "chosen": chosen}
    return values


def _cheapest(jobs: AtomicJobs, cost: Array, free: Array, j: int) -> tuple[int, int] | None:
    """Place and tick of the cheapest start with room, if it costs less than giving up."""
    n, first, last = int(jobs.length[j]), int(jobs.arrival[j]), min(int(jobs.due[j]), cost.shape[1])
    best, found = float(jobs.penalty[j]), None
    for p in range(len(cost) if last - first >= n else 0):
        run = np.convolve(cost[p, first:last], np.ones(n), "valid")
        full = np.convolve(free[p, first:last] < jobs.size[j], np.ones(n), "valid") > 0.5
        price = np.where(full, np.inf, jobs.kwh_per_tick[j] * run) + jobs.move[j, p]
        s = int(price.argmin())
        if price[s] < best:
            best, found = float(price[s]), (p, first + s)
    return found


def _numbered(*columns: Array) -> dict[tuple[int, ...], int]:
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {row: i for i, row in enumerate(rows)}
