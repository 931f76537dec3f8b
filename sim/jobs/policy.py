"""The seam for discrete jobs: a policy is told what it may know, and answers when each job may run.

It answers with permits, not with a schedule: a stretch may be open-ended, and the world ends the job when its work is
done. So a policy that does not know how long a job is cannot use its length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...models.ticks import TickSignal

Array = np.ndarray

FOREVER = np.iinfo(np.int64).max // 4
"""The end of a stretch that ends when the job does."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What a policy is told of N jobs.

    Attributes:
        arrival: tick (N,). budget: ticks a job may wait in all (N,).
        length: ticks (N,): what the job will run where the policy knows it, else what is expected of it.
        forecast: the signal as foreseen. horizon: no job is still there so many ticks after its arrival.
    """

    arrival: Array
    budget: Array
    length: Array
    forecast: TickSignal
    horizon: int


@dataclass(frozen=True, eq=False)
class Permits:
    """Stretches in which jobs may run, in the order of jobs and, within a job, of time.

    Attributes:
        job: index (M,). start: first tick (M,). stop: the tick after the last (M,), or FOREVER.
    """

    job: Array
    start: Array
    stop: Array


@dataclass(frozen=True)
class JobPolicy:
    """A rule with its name.

    Attributes:
        name: as its paper calls it. decide: the rule.
        knows_length: whether it is told how long each job will run. interrupts: whether it may suspend a job.
        foresees: whether it uses the forecast of hours to come.
    """

    name: str
    decide: Callable[[Asked], Permits]
    knows_length: bool = False
    interrupts: bool = False
    foresees: bool = True


def start_at(tick: Array) -> Permits:
    """Each job starts at its tick and runs to its end."""
    n = len(tick)
    return Permits(np.arange(n), tick.astype(np.int64), np.full(n, FOREVER))


def permits_of(begin: Array, end: Array) -> Permits:
    """Stretches given as rows (N, K), a row a job, in time's order; those of no ticks are left out."""
    job, column = np.nonzero(end > begin)
    return Permits(job, begin[job, column], end[job, column])
