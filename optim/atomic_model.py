"""The Pyomo model of jobs that run or do not; `atomic` has the equations, whose rows are here under these names:

* served: a job starts once, is at one place, or is given up (z is `starts`, y `chosen`, u `given_up`);
* room: what runs at a place in a tick fits there;
* runs: a job that is somewhere is on (`on`, x) for its length;
* turns_on: where it is on and was off it has been turned on (`turned_on`, v); stretches: so often at most;
* lasts: turned on, it stays on for the least run; ends: no stretch begins too late for that;
* total: carbon or money, moves and restarts, and what is given up.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

if TYPE_CHECKING:
    from .atomic import AtomicJobs

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Possible:
    """What each variable stands for: (job, place, tick) of each `starts`, and of each `on`."""

    start_job: Array
    start_place: Array
    start_tick: Array
    on_job: Array
    on_place: Array
    on_tick: Array


def atomic_model(jobs: AtomicJobs, cost: Array, capacity: Array) -> tuple[Any, Possible]:
    """Declare starts, on, turned_on, chosen and given_up; rows in the order of the equations."""
    P, T = cost.shape
    sums = np.concatenate([np.zeros((P, 1)), np.cumsum(cost, axis=1)], axis=1)
    starts: list[tuple[int, int, int]] = []
    ons: list[tuple[int, int, int]] = []
    homes: list[tuple[int, int]] = []
    price: list[float] = []
    for j in range(len(jobs)):
        first, last = int(jobs.arrival[j]), min(int(jobs.due[j]), T)
        n = int(jobs.length[j])
        for p in range(P):
            if last - first < n or not np.isfinite(jobs.move[j, p]):
                continue
            fits = capacity[p] >= jobs.size[j] * (1.0 - 1e-12)
            if jobs.suspensions[j] > 0:
                homes.append((j, p))
                ons += [(j, p, t) for t in range(first, last)]
                continue
            for s in range(first, last - n + 1):
                if fits[s : s + n].all():
                    starts.append((j, p, s))
                    run = sums[p, s + n] - sums[p, s]
                    price.append(float(jobs.kwh_per_tick[j] * run + jobs.move[j, p]))
    ways = _possible(starts, ons)
    with PauseGC():
        m: Any = pyo.ConcreteModel(name="atomic")
        m.J = pyo.RangeSet(0, len(jobs) - 1)
        m.given_up = pyo.Var(m.J, bounds=(0, 1))
        total = sum(float(jobs.penalty[j]) * m.given_up[j] for j in m.J)
        once: dict[int, list[Any]] = defaultdict(list)
        room: dict[tuple[int, int], list[Any]] = defaultdict(list)
        if starts:
            m.Z = pyo.RangeSet(0, len(starts) - 1)
            m.starts = pyo.Var(m.Z, bounds=(0, 1))
            for i, (j, p, s) in enumerate(starts):
                once[j].append(m.starts[i])
                for t in range(s, s + int(jobs.length[j])):
                    room[p, t].append(float(jobs.size[j]) * m.starts[i])
            total += sum(price[i] * m.starts[i] for i in m.Z)
        if ons:
            total += _interruptible(m, jobs, cost, ons, homes, once, room)
        m.served = pyo.Constraint(m.J, rule=lambda m, j: sum(once[j]) + m.given_up[j] == 1)
        # Rows that hold whatever happens are left out.
        tight = [k for k in room if np.isfinite(capacity[k])]
        if tight:
            m.K = pyo.RangeSet(0, len(tight) - 1)
            m.room = pyo.Constraint(
                m.K, rule=lambda m, k: sum(room[tight[k]]) <= float(capacity[tight[k]])
            )
        m.total = pyo.Objective(expr=total)
    return m, ways


def least_alone(jobs: AtomicJobs, cost: Array) -> float:
    """What all would cost if each were alone: no placement costs less, and no solver is needed to say so."""
    P, T = cost.shape
    total = 0.0
    for j in range(len(jobs)):
        n, first, last = int(jobs.length[j]), int(jobs.arrival[j]), min(int(jobs.due[j]), T)
        least = float(jobs.penalty[j])
        for p in range(P if last - first >= n else 0):
            seen = cost[p, first:last]
            if jobs.suspensions[j] > 0:
                run = float(np.sort(seen)[:n].sum())
            else:
                run = float(np.convolve(seen, np.ones(n), "valid").min())
            least = min(least, float(jobs.move[j, p]) + float(jobs.kwh_per_tick[j]) * run)
        total += least
    return total


def _interruptible(
    m: Any,
    jobs: AtomicJobs,
    cost: Array,
    ons: list[tuple[int, int, int]],
    homes: list[tuple[int, int]],
    once: dict[int, list[Any]],
    room: dict[tuple[int, int], list[Any]],
) -> Any:
    """Jobs that may be suspended: declares their variables and rows; their part of the objective."""
    at = {way: i for i, way in enumerate(ons)}
    m.X = pyo.RangeSet(0, len(ons) - 1)
    m.Y = pyo.RangeSet(0, len(homes) - 1)
    m.on = pyo.Var(m.X, bounds=(0, 1))
    m.turned_on = pyo.Var(m.X, bounds=(0, 1))
    m.chosen = pyo.Var(m.Y, bounds=(0, 1))
    ticks = {home: [] for home in homes}
    for i, (j, p, t) in enumerate(ons):
        ticks[j, p].append(i)
        room[p, t].append(float(jobs.size[j]) * m.on[i])
    for y, (j, _) in enumerate(homes):
        once[j].append(m.chosen[y])

    def turns_on(m: Any, i: int) -> Any:
        j, p, t = ons[i]
        before = at.get((j, p, t - 1))
        return m.turned_on[i] - m.on[i] + (0 if before is None else m.on[before]) >= 0

    def lasts(m: Any, i: int) -> Any:
        j, p, t = ons[i]
        least = min(int(jobs.min_run[j]), int(jobs.length[j]))
        turned = [at[j, p, s] for s in range(t - least + 1, t + 1) if (j, p, s) in at]
        return sum(m.turned_on[k] for k in turned) - m.on[i] <= 0

    def ends(m: Any, i: int) -> Any:
        # A stretch that begins so late that the window cuts it would be too short.
        j, p, t = ons[i]
        least = min(int(jobs.min_run[j]), int(jobs.length[j]))
        if (j, p, t + least - 1) in at:
            return pyo.Constraint.Skip
        return m.turned_on[i] <= 0

    def runs(m: Any, y: int) -> Any:
        j, _ = homes[y]
        return sum(m.on[i] for i in ticks[homes[y]]) - int(jobs.length[j]) * m.chosen[y] == 0

    def stretches(m: Any, y: int) -> Any:
        j, _ = homes[y]
        most = int(jobs.suspensions[j]) + 1
        return sum(m.turned_on[i] for i in ticks[homes[y]]) - most * m.chosen[y] <= 0

    m.turns_on = pyo.Constraint(m.X, rule=turns_on)
    m.lasts = pyo.Constraint(m.X, rule=lasts)
    m.ends = pyo.Constraint(m.X, rule=ends)
    m.runs = pyo.Constraint(m.Y, rule=runs)
    m.stretches = pyo.Constraint(m.Y, rule=stretches)
    energy = sum(
        float(jobs.kwh_per_tick[j] * cost[p, t]) * m.on[i] + float(jobs.resume[j]) * m.turned_on[i]
        for i, (j, p, t) in enumerate(ons)
    )
    return energy + sum(
        float(jobs.move[j, p] - jobs.resume[j]) * m.chosen[y] for y, (j, p) in enumerate(homes)
    )


def _possible(starts: list[tuple[int, int, int]], ons: list[tuple[int, int, int]]) -> Possible:
    a, b = (np.array(ways, np.int64).reshape(-1, 3).T for ways in (starts, ons))
    return Possible(*a, *b)
