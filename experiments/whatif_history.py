"""A log of jobs on the clock of a signal: what lies within it, how long each job may wait, what is expected of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from westshift.models.errors import InputError
from westshift.models.intensity import Intensity
from westshift.models.jobs import Jobs
from westshift.models.ticks import Work, tick_signal, whole_ticks, work_in_ticks

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class History:
    """Jobs on the clock of a signal.

    Attributes:
        work: the jobs that lie within the signal. budget: ticks each may wait (N,). due: tick by which each has to
            end (N,), NaN where the log names none. expected: mean length of the job's class (N,) [ticks].
        left_out: how many jobs lie outside the signal.
    """

    work: Work
    budget: Array
    due: Array
    expected: Array
    left_out: int


def history(
    jobs: Jobs,
    signal: Intensity,
    wait_h: float,
    start: datetime | None,
    leave_out: bool,
    tick_s: float,
) -> History:
    """Put a log on the clock of a signal.

    A deadline in the log gives the waiting budget; where it cannot be met even at once, there is none to wait.

    Raises:
        InputError: as of `what_if`.
    """
    begin = jobs.start if start is None else start
    where = jobs.source or "the log"
    if begin is None or begin.tzinfo is None:
        raise InputError(
            f"{where}: second 0 has no date with a time zone: say when it was, with its zone"
        )
    if not 0.0 <= wait_h < np.inf:
        raise InputError(f"a wait of {wait_h} h: let it be 0 or more")
    tick_signal(signal, signal.zones[0], tick_s)  # says what is wrong with the tick
    # In universal time: two instants of one zone differ by wall time otherwise, which jumps twice a year.
    offset_s = (begin.astimezone(UTC) - signal.start.astimezone(UTC)).total_seconds()
    arrival, length = whole_ticks(jobs, tick_s, offset_s)
    due = np.floor((jobs.due_s + offset_s) / tick_s + 1e-6)
    free = np.where(np.isnan(due), np.floor(3600.0 * wait_h / tick_s), due - arrival - length)
    budget = np.maximum(free, 0.0).astype(np.int64)
    inside = (arrival >= 0) & (arrival + length + budget <= signal.steps * signal.step_s / tick_s)
    if not inside.all() and not leave_out:
        i = int((~inside).argmax())
        came = begin.astimezone(UTC) + timedelta(seconds=float(jobs.arrival_s[i]))
        raise InputError(
            f"{where}: {int((~inside).sum())} of {len(jobs)} jobs lie outside the signal, which is from {signal.start} "
            f"to {signal.time_of(signal.steps)}; the first is job {i + 1}, of {came}, its waiting included: give a "
            "signal that spans them, a shorter wait, or have them left out"
        )
    if not inside.any():
        raise InputError(
            f"{where}: none of {len(jobs)} jobs lies within the signal: there is nothing to compare"
        )
    mine = _those(jobs, inside)
    work = work_in_ticks(mine, tick_s, offset_s)
    mean = np.bincount(mine.job_class, work.length) / np.maximum(np.bincount(mine.job_class), 1)
    expected = np.maximum(mean[mine.job_class].astype(np.int64), 1)
    return History(work, budget[inside], due[inside], expected, int((~inside).sum()))


def valley_steps(signal: Intensity, hours: Collection[int], clock: tzinfo | None) -> Array | None:
    """Whether each step of the signal begins in a valley hour (T,); None where there are no such hours.

    Raises:
        InputError: an hour is not one of the day.
    """
    if not hours:
        return None
    wrong = [h for h in hours if h not in range(24)]
    if wrong:
        raise InputError(f"a valley hour of {wrong[0]}: name hours of the day, 0 to 23")
    begin, zone = signal.start.astimezone(UTC), clock or signal.start.tzinfo
    at = (begin + timedelta(seconds=signal.step_s * t) for t in range(signal.steps))
    return np.array([a.astimezone(zone).hour in hours for a in at])


def _those(jobs: Jobs, mask: Array) -> Jobs:
    names = ("arrival_s", "length_s", "power_kw", "cores", "due_s", "job_class", "origin")
    return replace(jobs, **{n: getattr(jobs, n)[mask] for n in names})
