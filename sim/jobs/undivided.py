r"""Jobs that must not be split, put where a divided plan has them: every deadline kept, each hour nearly.

The divided plan lays jobs, earliest due first, into cells of an hour and a stream. Each job goes undivided to the cell
of its first piece. That cell is not before it arrives and, where the plan keeps its deadline, not after it: an
undivided job of an hour keeps the deadlines that the plan keeps. In a cell all jobs that begin there but the last one
also end there, for who is earliest due is served until it is done; so with x the plan's amount and w the jobs' work

.. math::
    \sum_{i \to (q,t)} w_i \;<\; x_{qt} + \max_{i \to (q,t)} w_i

The amount is exceeded by less than one job, the last one's remainder. This is the rounding of D. B. Shmoys and
É. Tardos ("An approximation algorithm for the generalized assignment problem", Mathematical Programming 62, 1993,
doi:10.1007/BF01585178; the same bound for single-source flows: Y. Dinitz, N. Garg, M. X. Goemans, "On the
single-source unsplittable flow problem", Combinatorica 19, 1999, doi:10.1007/s004930050043), which needs no matching
here because the jobs lie in one order. A site's room may be exceeded by one job for each lane that sends work to it.

A job that runs for n hours on end starts there, or earlier where it would end late and has come by then. No bound is
known to us for its later hours: what they exceed the plan by is measured, not promised.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...models.errors import InputError
from ...models.schedule import Schedule
from .disaggregate import HourlyJobs, Pieces

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Undivided:
    """One place and one start for each job.

    Attributes:
        hour, stream: where it starts (N,), -1 where the plan runs nothing of it.
        late_h: hours after its deadline in which it ends (N,).
        work_mw: all of them by stream and hour (Q, T) [MW]. beyond_mwh: what would run after the last hour (N,) [MWh].
        exceeded_mwh: by how much they exceed the plan (Q, T) [MWh]. short_mwh: likewise below it (Q, T) [MWh].
    """

    hour: Array
    stream: Array
    late_h: Array
    work_mw: Array
    beyond_mwh: Array
    exceeded_mwh: Array
    short_mwh: Array


def undivided(
    plan: Schedule, jobs: HourlyJobs, pieces: Pieces, length_h: Array | None = None
) -> Undivided:
    """Put each job where its first piece is.

    Args:
        plan: work by stream (Q, T) [MW]. jobs, pieces: what it was divided into.
        length_h: whole hours each runs on end, at equal power (N,); one hour where None.

    Raises:
        InputError: a length is below an hour, or lengths are not one a job.
    """
    n, (Q, T) = len(jobs), plan.work_mw.shape
    length = np.ones(n, np.int64) if length_h is None else np.asarray(length_h)
    if length.shape != (n,) or (length < 1).any() or (length != np.floor(length)).any():
        raise InputError(f"lengths of shape {length.shape} for {n} jobs: whole hours, at least one")
    length = length.astype(np.int64)
    hour, stream = np.full(n, -1), np.full(n, -1)
    who, first = np.unique(pieces.job, return_index=True)  # pieces stand in order of time
    hour[who], stream[who] = pieces.hour[first], pieces.stream[first]
    in_time = (hour >= 0) & (hour <= jobs.due_h)
    sooner = np.maximum(np.minimum(hour, jobs.due_h - length + 1), jobs.arrival_h)
    hour = np.where(in_time, sooner, hour)
    work, beyond = np.zeros((Q, T)), np.zeros(n)
    runs = np.flatnonzero(hour >= 0)
    for k in range(int(length.max(initial=0))):
        on = runs[length[runs] > k]
        at, part = hour[on] + k, jobs.mwh[on] / length[on]
        inside = at < T
        np.add.at(work, (stream[on[inside]], at[inside]), part[inside])
        beyond[on[~inside]] += part[~inside]
    return Undivided(
        hour,
        stream,
        late_h=np.where(hour >= 0, np.maximum(hour + length - 1 - jobs.due_h, 0), 0),
        work_mw=work,
        beyond_mwh=beyond,
        exceeded_mwh=np.maximum(work - plan.work_mw, 0.0),
        short_mwh=np.maximum(plan.work_mw - work, 0.0),
    )
