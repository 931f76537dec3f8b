r"""A plan of fluid work, made into what each job runs: the linear program's megawatts given to jobs.

In each hour the jobs of an origin and a class share what the plan runs of both, the earliest due first. Earliest due
first keeps every deadline that can be kept with the same hourly amounts, for divisible work that may be interrupted
(J. R. Jackson, "Scheduling a production line to minimize maximum tardiness", Management Sciences Research Project 43,
UCLA, 1955; W. A. Horn, "Some simple scheduling algorithms", Naval Research Logistics Quarterly 21, 1974,
doi:10.1002/nav.3800210113): swap the first piece that a plan gives to a later deadline for the earlier one's, and
nothing becomes late. They can all be kept if and only if, with y the plan's amounts, for all hours a, d

.. math::
    \sum_{i:\, a \le \text{arrival}_i,\, \text{due}_i \le d} w_i \;\le\; \sum_{t=a}^{d} y_t

Where who comes first is due first, as with one slack a class, the program's cumulative bounds say just that. Where
jobs of one class have other slacks, the cumulative bounds are less than that, and a plan may keep them and yet leave
a job no time; it is then late by as much as `late_h` says. Who is overdue comes after all who are not, so that one
late job makes no other late, and takes only what they leave.

A piece may be larger than the job could run in an hour: the program knows no job's power. Make the jobs pieces of an
hour (`models.fluid` does) where this matters; `most_mwh` says how large the largest is.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from ...models.errors import InputError
from ...models.schedule import Schedule
from ...models.system import Compute

Array = np.ndarray

CRUMB = 1e-12
"""Work, as a share of the largest job or amount at hand, that is no work but rounding [-]."""
NEGLIGIBLE_MWH = 1e-6
"""By how much a solver's plan may run work that is not there [MWh]: it is left out."""


@dataclass(frozen=True, eq=False)
class HourlyJobs:
    """N jobs as a program that plans by the hour sees them.

    Attributes:
        origin, job_class: indices (N,). arrival_h: first hour it may run in (N,), from the plan's first.
        due_h: last hour it may run in (N,). mwh: its work (N,) [MWh].

    Raises:
        InputError: a figure is missing or cannot be.
    """

    origin: Array
    job_class: Array
    arrival_h: Array
    due_h: Array
    mwh: Array

    def __post_init__(self) -> None:
        n = self.mwh.shape
        for name in ("origin", "job_class", "arrival_h", "due_h"):
            values = getattr(self, name)
            if values.shape != n or not np.issubdtype(values.dtype, np.integer):
                raise InputError(f"{name} of shape {values.shape}: give {n[0]} whole numbers")
        for wrong, what in (
            (~(self.mwh >= 0) | ~np.isfinite(self.mwh), "work that is not 0 MWh or more"),
            ((self.arrival_h < 0), "an arrival before the plan begins"),
            (self.due_h < self.arrival_h, "a deadline before it arrives"),
        ):
            if wrong.any():
                raise InputError(f"job {int(wrong.argmax()) + 1} of {n[0]} has {what}: mend it")

    def __len__(self) -> int:
        return len(self.mwh)

    def bounds_mwh(self, origins: int, classes: int, hours: int) -> tuple[Array, Array]:
        """Cumulative work that may, and that must, have run: what an outlook of these jobs shows.

        Returns:
            available, due (O, J, T) [MWh]; what is due after the last hour is due in it.
        """
        lane = self.origin * classes + self.job_class
        size = origins * classes * hours
        out = []
        for hour in (self.arrival_h, np.minimum(self.due_h, hours - 1)):
            sums = np.bincount(lane * hours + hour, self.mwh, size)
            out.append(np.cumsum(sums.reshape(origins, classes, hours), axis=2))
        return out[0], np.minimum(*out)


@dataclass(frozen=True, eq=False)
class Pieces:
    """What each job runs, by hour and stream.

    Attributes:
        job, hour, stream, mwh: every piece (M,), hour by hour, in the order in which jobs took theirs. [MWh]
        end_h: last hour of each job (N,), -1 where it runs nothing.
        late_h: hours from its deadline to its end, 0 where it keeps it (N,); a plan that a solver rounded may make
            a job late with next to nothing, which `late_mwh` shows.
        late_mwh: what it runs after its deadline (N,) [MWh]. unserved_mwh: what it does not run (N,) [MWh].
        most_mwh: the most it runs in an hour (N,) [MWh].
    """

    job: Array
    hour: Array
    stream: Array
    mwh: Array
    end_h: Array
    late_h: Array
    late_mwh: Array
    unserved_mwh: Array
    most_mwh: Array

    def work_mw(self, streams: int, hours: int) -> Array:
        """All jobs by stream and hour (Q, T) [MW]."""
        cell = self.stream * hours + self.hour
        return np.bincount(cell, self.mwh, streams * hours).reshape(streams, hours)


def disaggregated(plan: Schedule, compute: Compute, jobs: HourlyJobs) -> Pieces:
    """Give the plan's hourly amounts to jobs; a job may be split over hours, and over sites within an hour.

    A lane (origin and class) with k streams in use in an hour splits at most k - 1 jobs over sites in it.

    Args:
        plan: work by stream (Q, T) [MW]. compute: whose streams these are. jobs: the work it was made for.

    Raises:
        InputError: the plan runs more of an origin and a class than has arrived, or a job is of another system.
    """
    y, J = np.asarray(plan.work_mw, float), len(compute.classes)
    if y.ndim != 2 or len(y) != len(compute.stream_site) or not (y >= 0).all():
        raise InputError(f"a plan of shape {y.shape}: give 0 MW or more for each stream and hour")
    if len(jobs) and (
        jobs.origin.max() >= len(compute.origins) or jobs.job_class.max() >= J
        or min(jobs.origin.min(), jobs.job_class.min()) < 0 or jobs.arrival_h.max() >= y.shape[1]
    ):  # fmt: skip
        raise InputError("a job of an origin, a class or an hour that the plan does not know")
    lane_of_stream = compute.stream_origin * J + compute.stream_class
    lane_of_job = jobs.origin * J + jobs.job_class
    found: list[tuple[int, int, int, float]] = []
    left = jobs.mwh.astype(float)
    for lane in np.union1d(lane_of_stream, lane_of_job).tolist():
        mine, streams = np.flatnonzero(lane_of_job == lane), np.flatnonzero(lane_of_stream == lane)
        where = f"{compute.origins[lane // J]}, {compute.classes[lane % J]}"
        found += _in_one_lane(y[streams], streams, mine, jobs, left, where)
    return _told(jobs, found, left)


def _in_one_lane(
    y: Array, streams: Array, mine: Array, jobs: HourlyJobs, left: Array, where: str
) -> list[tuple[int, int, int, float]]:
    """Hour by hour: who is here, earliest due first, then who is overdue; takes from `left`."""
    order = mine[np.argsort(jobs.arrival_h[mine], kind="stable")]
    arrival, due = jobs.arrival_h[order].tolist(), jobs.due_h[order].tolist()
    crumb = CRUMB * max(float(jobs.mwh[mine].max(initial=0.0)), float(y.max(initial=0.0)))
    too_much = NEGLIGIBLE_MWH + 1e-9 * float(y.sum())
    waiting: list[tuple[int, int, int]] = []  # due, arrival, job
    overdue: list[tuple[int, int, int]] = []
    out: list[tuple[int, int, int, float]] = []
    came = 0
    for t in range(y.shape[1]):
        while came < len(order) and arrival[came] <= t:
            if left[order[came]] > 0.0:
                heapq.heappush(waiting, (due[came], arrival[came], int(order[came])))
            came += 1
        while waiting and waiting[0][0] < t:
            heapq.heappush(overdue, heapq.heappop(waiting))
        for q in np.flatnonzero(y[:, t]).tolist():
            amount = float(y[q, t])
            while amount > crumb and (waiting or overdue):
                heap = waiting or overdue
                i = heap[0][2]
                piece = min(amount, float(left[i]))
                # What differs by rounding only is one: else crumbs of jobs and of hours would run on.
                if abs(amount - left[i]) <= crumb:
                    piece, amount, left[i] = amount, 0.0, 0.0
                else:
                    amount, left[i] = amount - piece, left[i] - piece
                out.append((i, t, int(streams[q]), piece))
                if left[i] <= 0.0:
                    heapq.heappop(heap)
            if amount > too_much:
                raise InputError(
                    f"the plan runs {amount:g} MWh of {where} in hour {t} that no job has left to run by then: "
                    "give it the jobs that it was made for"
                )
    return out


def _told(jobs: HourlyJobs, found: list[tuple[int, int, int, float]], left: Array) -> Pieces:
    n = len(jobs)
    table = np.array(found, float).reshape(-1, 4)
    table = table[np.argsort(table[:, 1], kind="stable")]
    job, hour, stream = table[:, :3].T.astype(np.int64)
    mwh = table[:, 3]
    end, most = np.full(n, -1), np.zeros(n)
    np.maximum.at(end, job, hour)
    pairs, inverse = np.unique(job * (hour.max(initial=0) + 1) + hour, return_inverse=True)
    np.maximum.at(most, pairs // (hour.max(initial=0) + 1), np.bincount(inverse, mwh))
    late = hour > jobs.due_h[job]
    return Pieces(
        job, hour, stream, mwh, end,
        late_h=np.where(end < 0, 0, np.maximum(end - jobs.due_h, 0)),
        late_mwh=np.bincount(job, mwh * late, n),
        unserved_mwh=np.maximum(left, 0.0),
        most_mwh=most,
    )  # fmt: skip
