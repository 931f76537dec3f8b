"""Jobs that share places: a policy proposes, the world starts what fits and queues the rest.

Every job ends, or is a column: late, unserved. `events` has the rules.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.errors import InputError
from ...models.ticks import TickSignal
from .events import carry_out
from .places import Places, SharedJobs, clock_of
from .queue import Admit, Order, first_come_first_served, in_line
from .shared_record import SharedRecord, booked_shared
from .where import PlacedPermits, PlacePolicy, asked_where

Array = np.ndarray


def run_shared(
    jobs: SharedJobs,
    places: Places,
    policy: PlacePolicy,
    *,
    order: Order = first_come_first_served,
    admit: Admit = in_line,
    forecast: Sequence[TickSignal] | None = None,
    expected: Array | None = None,
) -> SharedRecord:
    """Run all jobs under a policy.

    Args:
        jobs: N jobs. places: where they may run, with the signals they are billed by.
        policy: what decides. order: what queues are sorted by. admit: who of a queue starts.
        forecast: what a policy sees that foresees (P,); the truth where none is given.
        expected: length that a policy which is not told lengths holds a job to have (N,) [ticks]; the mean of
            all jobs, cut to whole ticks, where none is given.

    Raises:
        InputError: clocks differ, an origin is no place, a job could end after the signals do, or a job is sent
            where there is no way.
        RuntimeError: the policy broke its contract.
    """
    _check(jobs, places)
    seen = places.truth if forecast is None or not policy.foresees else tuple(forecast)
    if len(seen) != len(places) or any(clock_of(s) != clock_of(places.truth[0]) for s in seen):
        raise InputError("forecasts are not one for each place, in the ticks of the signals")
    n, length = len(jobs), jobs.work.length
    if expected is None:
        expected = np.full(n, max(1, int(length.mean())) if n else 1)
    told = length if policy.knows_length else expected
    if told.shape != (n,) or (told < 1).any():
        raise InputError(f"expected lengths of shape {told.shape} for {n} jobs: one tick or more")
    permits = policy.decide(asked_where(jobs, places, seen, told))
    _keeps_its_word(policy.name, permits, jobs, len(places))
    done = carry_out(jobs, places, permits, order, admit)
    return booked_shared(policy.name, jobs, places, done.runs, done.moves, done.queued)


def _check(jobs: SharedJobs, places: Places) -> None:
    if jobs.work.tick_s != places.tick_s:
        raise InputError("jobs and signals are not in the same ticks: put all on one clock")
    if (jobs.origin >= len(places)).any():
        i = int((jobs.origin >= len(places)).argmax())
        raise InputError(
            f"job {i + 1} comes from place {jobs.origin[i]} of {len(places)}: name one"
        )
    late = jobs.due > places.ticks
    if late.any():
        i = int(late.argmax())
        raise InputError(
            f"{int(late.sum())} of {len(jobs)} jobs are due after the signals end, the first of them job {i + 1}, "
            f"{int(jobs.due[i] - places.ticks)} ticks of {places.tick_s:g} s after: give longer signals, a smaller "
            "waiting budget, or leave them out"
        )


def _keeps_its_word(name: str, permits: PlacedPermits, jobs: SharedJobs, places: int) -> None:
    job, start, stop = permits.job, permits.start, permits.stop
    if (np.diff(job) < 0).any() or not np.array_equal(np.unique(job), np.arange(len(jobs))):
        raise RuntimeError(
            f"{name} gave some of {len(jobs)} jobs no time to run, or jobs out of order"
        )
    if (start < jobs.work.arrival[job]).any() or (stop <= start).any():
        raise RuntimeError(
            f"{name} let a job run before it arrived, or for a stretch without a tick"
        )
    if ((start[1:] < stop[:-1]) & (job[1:] == job[:-1])).any():
        raise RuntimeError(f"{name} gave a job two times at once")
    if ((permits.place < 0) | (permits.place >= places)).any():
        raise RuntimeError(f"{name} sent a job to a place that is not there")
