"""The seam for jobs on several places: a policy answers when and where each job may run.

Rules for one place serve several: at home, or at the place that they foresee to be cleanest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...models.ticks import TickSignal
from .places import Places, SharedJobs, way_in_ticks
from .policy import Asked, JobPolicy, Permits
from .world import CELLS, carried_out

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class AskedWhere:
    """What a policy is told of N jobs and P places. It is not told who else asks: queues are the world's.

    Attributes:
        arrival, budget, length, horizon: as of `Asked`; length is what is expected where it is not known.
        origin: place of each job's data (N,). size: room it holds (N,). power_kw: (N,) [kW].
        data_gb: what moves with it (N,) [GB]. forecast: signals as foreseen (P,).
        capacity: of each place (P,). network_kwh_per_gb: [kWh/GB].
        transfer_ticks: from a job's origin to each place (N, P); -1 where there is no way.
    """

    arrival: Array
    budget: Array
    length: Array
    horizon: int
    origin: Array
    size: Array
    power_kw: Array
    data_gb: Array
    forecast: tuple[TickSignal, ...]
    capacity: Array
    network_kwh_per_gb: float
    transfer_ticks: Array


@dataclass(frozen=True, eq=False)
class PlacedPermits:
    """Stretches in which jobs may run, in the order of jobs and, within a job, of time.

    Where the next stretch is at another place, the job moves there as soon as it does not run.

    Attributes:
        job: index (M,). place: index (M,). start: first tick (M,). stop: the tick after the last (M,), or FOREVER.
    """

    job: Array
    place: Array
    start: Array
    stop: Array


@dataclass(frozen=True)
class PlacePolicy:
    """A rule with its name; fields as of `JobPolicy`."""

    name: str
    decide: Callable[[AskedWhere], PlacedPermits]
    knows_length: bool = False
    foresees: bool = True


def at_home(policy: JobPolicy) -> PlacePolicy:
    """Every job stays at its origin, under a rule for one place."""

    def decide(asked: AskedWhere) -> PlacedPermits:
        return _joined(asked, policy, asked.origin)

    return PlacePolicy(policy.name, decide, policy.knows_length, policy.foresees)


def at_cleanest(policy: JobPolicy) -> PlacePolicy:
    """Every job goes to one place, where the rule foresees the least carbon, its data's way included.

    Time on the way is waited for and taken off the budget there; a place that is too small for a job, too far for
    its budget or without a way is not asked. Of equal places the origin, then the first. Nobody knows of the queues.
    """

    def decide(asked: AskedWhere) -> PlacedPermits:
        n = len(asked.arrival)
        least, where = np.full(n, np.inf), asked.origin.copy()
        for place, signal in enumerate(asked.forecast):
            far = asked.transfer_ticks[:, place]
            fits = (far >= 0) & (far <= asked.budget) & (asked.size <= asked.capacity[place])
            some = np.flatnonzero(fits)
            if not len(some):
                continue
            told = _at(asked, some, place)
            job, start, stop = carried_out(policy, _answer(policy, told), told.length, told)
            run = np.minimum(stop, signal.ticks)
            ticks = np.bincount(job, signal.over(np.minimum(start, signal.ticks), run), len(some))
            kg = asked.power_kw[some] * signal.tick_h * ticks / 1000.0
            moved = asked.data_gb[some] * asked.network_kwh_per_gb * (asked.origin[some] != place)
            here = np.minimum(asked.arrival[some], signal.ticks - 1) // signal.step
            kg = kg + moved * signal.value[here] / 1000.0
            home = asked.origin[some] == place
            better = (kg < least[some]) | (home & (kg <= least[some]))
            least[some[better]], where[some[better]] = kg[better], place
        return _joined(asked, policy, where)

    name = f"{policy.name}, cleanest place"
    return PlacePolicy(name, decide, policy.knows_length, policy.foresees)


def asked_where(
    jobs: SharedJobs, places: Places, forecast: tuple[TickSignal, ...], told: Array
) -> AskedWhere:
    """What a policy is told.

    Args:
        told: length of each job as the policy knows it (N,) [ticks].
    """
    w, P = jobs.work, len(places)
    far = np.zeros((len(jobs), P), np.int64)
    for a, b in np.ndindex(P, P):
        mine = jobs.origin == a
        if a == b:
            continue
        if places.bandwidth_gbit_s[a, b] <= 0.0:
            far[mine, b] = -1
            continue
        way = float(places.bandwidth_gbit_s[a, b]), float(places.rtt_s[a, b]), places.tick_s
        far[mine, b] = way_in_ticks(jobs.data_gb[mine], *way)
    horizon = int(np.max(np.maximum(w.length, told) + jobs.budget, initial=1))
    return AskedWhere(
        w.arrival, jobs.budget, told, horizon, jobs.origin, jobs.size, w.power_kw, jobs.data_gb,
        forecast, places.capacity, places.network_kwh_per_gb, far,
    )  # fmt: skip


def _at(asked: AskedWhere, some: Array, place: int) -> Asked:
    """Some jobs as a rule for one place sees them: here once they have come, with the waiting that is left."""
    far = asked.transfer_ticks[some, place]
    return Asked(
        asked.arrival[some] + far,
        asked.budget[some] - far,
        asked.length[some],
        asked.forecast[place],
        asked.horizon,
    )


def _answer(policy: JobPolicy, told: Asked) -> Permits:
    """A rule for one place decides for each job by itself, so it is asked about as many at once as fit the cache."""
    n, parts = len(told.arrival), []
    at_once = max(1, CELLS // (told.horizon // told.forecast.step + 2))
    for first in range(0, n, at_once):
        cut = slice(first, first + at_once)
        part = Asked(
            told.arrival[cut], told.budget[cut], told.length[cut], told.forecast, told.horizon
        )
        said = policy.decide(part)
        parts.append((said.job + first, said.start, said.stop))
    return Permits(*(np.concatenate(p) for p in zip(*parts, strict=True)))


def _joined(asked: AskedWhere, policy: JobPolicy, where: Array) -> PlacedPermits:
    """The rule's answers for all jobs, each asked at its place."""
    parts = []
    for place in np.unique(where).tolist():
        some = np.flatnonzero(where == place)
        told = _at(asked, some, place)
        said = _answer(policy, told)
        carried_out(policy, said, told.length, told)  # raises where it breaks its word
        parts.append((some[said.job], np.full(len(said.job), place), said.start, said.stop))
    if not parts:
        none = np.zeros(0, np.int64)
        return PlacedPermits(none, none, none, none)
    job, at, start, stop = (np.concatenate(p) for p in zip(*parts, strict=True))
    order = np.lexsort((start, job))
    return PlacedPermits(job[order], at[order], start[order], stop[order])
