r"""Jobs that run or do not: the mixed-integer variant, for small cases.

A job j of n ticks is given up (u) or starts once, in some place p at some tick s:

.. math::
    \min \sum_{jps} c_{jps} z_{jps} + \sum_{jpt} e_{jpt} x_{jpt} + \sum_j r_j \Big(\sum_{pt} v_{jpt} - y_j\Big)
        + \sum_{jp} m_{jp} y_{jp} + \sum_j \pi_j u_j, \qquad
    \sum_{ps} z_{jps} + u_j = 1

A job that may be suspended k times, and runs at least l ticks each time, is on (x) or off in each tick of its window,
at one place (y), and turns on (v) at most k + 1 times:

.. math::
    \sum_p y_{jp} + u_j = 1, \quad \sum_t x_{jpt} = n_j\,y_{jp}, \quad v_{jpt} \ge x_{jpt} - x_{jp,t-1}, \quad
    \sum_t v_{jpt} \le (k_j + 1)\,y_{jp}, \quad \sum_{t-l < s \le t} v_{jps} \le x_{jpt}

    \text{room:} \quad \sum_{j,\; s \le t < s + n_j} b_j z_{jps} + \sum_j b_j x_{jpt} \le B_{pt}

The last line of the second block is the turn-on inequality of unit commitment (D. Rajan, S. Takriti, "Minimum up/down
polytopes of the unit commitment problem with start-up costs", IBM Research Report RC23628, 2005). Restoring a job
costs money or carbon here and takes no tick; a job's last stretch is as long as the others at least.

Where jobs are alike and rooms are multiples of them this is a transportation problem, with whole vertices; else it is
NP-hard: with jobs of many sizes on scarce room, tens of them may not be proven best in minutes. The solver begins
with jobs placed in turn, stops when time is up, and the answer says how far it may be from the best.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike

from ..models.each_job import check_each_job
from ..models.errors import InputError
from .atomic_model import atomic_model, least_alone
from .atomic_start import in_turn
from .standard_form import compile_model
from .whole import solve_whole

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class AtomicJobs:
    """N jobs in ticks, P places.

    Attributes:
        arrival: first tick it may run in (N,). length: ticks it runs (N,), at least 1.
        due: tick by which it has ended (N,), the one after the last.
        size: room it takes (N,). kwh_per_tick: energy of a tick (N,) [kWh].
        penalty: for giving it up (N,) [kg or CNY]. move: added once where it runs (N, P) [kg or CNY]; inf where it
            may not.
        suspensions: how often it may be suspended (N,). min_run: ticks of a stretch at least (N,).
        resume: added at each resume (N,) [kg or CNY].

    Raises:
        InputError: shapes differ, or a figure cannot be.
    """

    arrival: Array
    length: Array
    due: Array
    size: Array
    kwh_per_tick: Array
    penalty: Array
    move: Array
    suspensions: Array
    min_run: Array
    resume: Array

    def __post_init__(self) -> None:
        n = len(self.arrival)
        if self.move.ndim != 2 or len(self.move) != n:
            raise InputError(f"costs of moving of shape {self.move.shape}: one for each job, place")
        least = {
            "arrival": 0, "length": 1, "due": 0, "size": 0, "kwh_per_tick": 0, "penalty": 0, "suspensions": 0,
            "min_run": 1, "resume": 0,
        }  # fmt: skip
        check_each_job(self, n, least)
        if np.isnan(self.move).any() or (self.move == -np.inf).any():
            raise InputError("a cost of moving is missing: give a number, or inf where none may go")

    def __len__(self) -> int:
        return len(self.arrival)


def atomic_jobs(
    arrival: ArrayLike, length: ArrayLike, due: ArrayLike, places: int, *, size: ArrayLike = 1.0,
    kwh_per_tick: ArrayLike = 1.0, penalty: ArrayLike = 1e6, move: ArrayLike = 0.0,
    suspensions: ArrayLike = 0, min_run: ArrayLike = 1, resume: ArrayLike = 0.0,
) -> AtomicJobs:  # fmt: skip
    """Jobs, with one figure for all where one is given; fields as of `AtomicJobs`."""
    n = len(np.atleast_1d(np.asarray(arrival)))

    def each(values: ArrayLike, kind: type) -> Array:
        given = np.asarray(values)
        if kind is int and not np.equal(given, np.floor(given)).all():
            raise InputError(f"{given} is to be in whole ticks: round it first")
        return np.broadcast_to(given.astype(kind), (n,))

    try:
        return AtomicJobs(
            each(arrival, int), each(length, int), each(due, int), each(size, float),
            each(kwh_per_tick, float), each(penalty, float),
            np.broadcast_to(np.asarray(move, float), (n, places)),
            each(suspensions, int), each(min_run, int), each(resume, float),
        )  # fmt: skip
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"figures do not fit {n} jobs and {places} places: {error}") from error


@dataclass(frozen=True, eq=False)
class Atomic:
    """The best placement that was found.

    Attributes:
        objective: its cost [kg or CNY]. bound: no placement costs less [kg or CNY].
        gap: (objective - bound) / objective [-]; 0 where both are 0. seconds: to solve [s].
        proven: whether the solver proved it best.
        place, start: of each job (N,), -1 where it is given up. end: the tick after its last (N,), -1 likewise.
        run_job, run_from, run_to: every stretch (M,), in the order of jobs and of time.
        unserved: whether it is given up (N,).
        load: room taken (P, T).
    """

    objective: float
    bound: float
    gap: float
    seconds: float
    proven: bool
    place: Array
    start: Array
    end: Array
    run_job: Array
    run_from: Array
    run_to: Array
    unserved: Array
    load: Array


def atomic(
    jobs: AtomicJobs,
    cost: Array,
    capacity: Array,
    *,
    time_limit_s: float = 60.0,
    gap: float = 0.0,
) -> Atomic:
    """The least cost of running or giving up whole jobs.

    Args:
        jobs: N jobs. cost: of a kWh in each place and tick (P, T) [kg/kWh or CNY/kWh].
        capacity: room in each place and tick (P, T); may be inf.
        time_limit_s: when to stop with what there is [s]. gap: when to stop, as of `Atomic` [-].

    Raises:
        InputError: shapes differ or a figure is missing.
        SolveError: the solver ends neither optimal nor out of time.
    """
    shape = jobs.move.shape[1], cost.shape[-1]
    if cost.shape != shape or capacity.shape != shape or 0 in shape:
        raise InputError(
            f"costs {cost.shape} and capacity {capacity.shape}: give (places, ticks) {shape}"
        )
    if not np.isfinite(cost).all() or not (capacity >= 0).all():
        raise InputError("a cost is missing, or a capacity is not 0 or more")
    if not (time_limit_s > 0 and gap >= 0):
        raise InputError(f"a time limit of {time_limit_s} s and a gap of {gap}: above 0, and 0")
    n, began = len(jobs), perf_counter()
    on = np.zeros((n, *shape), bool)
    if n == 0:
        return _read(jobs, on, 0.0, 0.0, perf_counter() - began, True)
    model, ways = atomic_model(jobs, cost, capacity)
    program = compile_model(model)
    first = in_turn(jobs, cost, capacity, ways)  # so that there is an answer, whenever time is up
    found = solve_whole(program, first, time_limit_s, gap)
    z = found.values["starts"] > 0.5 if len(ways.start_job) else np.zeros(0, bool)
    for j, p, s in zip(ways.start_job[z], ways.start_place[z], ways.start_tick[z], strict=True):
        on[j, p, s : s + jobs.length[j]] = True
    if len(ways.on_job):
        x = found.values["on"] > 0.5
        on[ways.on_job[x], ways.on_place[x], ways.on_tick[x]] = True
    # A solver that had no time knows no bound.
    bound = max(found.bound, least_alone(jobs, cost))
    return _read(jobs, on, found.objective, bound, perf_counter() - began, found.proven)


def _read(
    jobs: AtomicJobs, on: Array, objective: float, bound: float, seconds: float, proven: bool
) -> Atomic:
    n = len(jobs)
    edges = np.diff(np.pad(on.any(axis=1).astype(np.int8), ((0, 0), (1, 1))), axis=1)
    (job, begin), end = np.nonzero(edges == 1), np.nonzero(edges == -1)[1]
    start, last = np.full(n, -1), np.full(n, -1)
    start[job[::-1]], last[job] = begin[::-1], end
    some: Array = np.asarray(on.any(axis=(1, 2)))
    bound = min(bound, objective)
    return Atomic(
        objective,
        bound,
        gap=0.0 if objective == bound else (objective - bound) / abs(objective or 1.0),
        seconds=seconds,
        proven=proven,
        place=np.where(some, on.any(axis=2).argmax(axis=1), -1) if n else np.zeros(0, np.int64),
        start=start,
        end=last,
        run_job=job,
        run_from=begin,
        run_to=end,
        unserved=np.logical_not(some),
        load=np.tensordot(jobs.size, on, axes=1),
    )
