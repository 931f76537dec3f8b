"""Whole jobs: against trying all placements, against the programs they become where nothing is in the way."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.ticks import TickSignal, Work
from westshift.models.windows import in_one_piece, in_pieces
from westshift.optim.atomic import Atomic, AtomicJobs, atomic, atomic_jobs
from westshift.optim.placement import Ways, placed
from westshift.sim.jobs.places import places_of, shared_jobs
from westshift.sim.jobs.policy import FOREVER
from westshift.sim.jobs.shared import run_shared
from westshift.sim.jobs.where import PlacedPermits, PlacePolicy, at_home
from westshift.sim.policies.jobs.lowest_window import LOWEST_WINDOW_ORACLE
from westshift.sim.policies.jobs.no_wait import NO_WAIT


def check(found: Atomic, jobs: AtomicJobs, cost: np.ndarray, capacity: np.ndarray) -> None:
    """What is said of a placement is true of it."""
    total, load = 0.0, np.zeros(cost.shape)
    for j in range(len(jobs)):
        mine = found.run_job == j
        runs = list(zip(found.run_from[mine], found.run_to[mine], strict=True))
        p = found.place[j]
        assert found.unserved[j] == (not runs) == (p < 0)
        if not runs:
            total += jobs.penalty[j]
            continue
        assert sum(b - a for a, b in runs) == jobs.length[j]
        assert (runs[0][0], runs[-1][1]) == (found.start[j], found.end[j])
        assert jobs.arrival[j] <= found.start[j]
        assert found.end[j] <= jobs.due[j]
        assert len(runs) <= jobs.suspensions[j] + 1
        assert min(b - a for a, b in runs) >= min(jobs.min_run[j], jobs.length[j])
        total += jobs.move[j, p] + jobs.resume[j] * (len(runs) - 1)
        for a, b in runs:
            total += jobs.kwh_per_tick[j] * cost[p, a:b].sum()
            load[p, a:b] += jobs.size[j]
    assert (load <= capacity + 1e-6).all()
    np.testing.assert_allclose(found.load, load)
    assert found.objective == pytest.approx(total)
    assert found.bound <= found.objective
    assert found.gap >= 0.0


def by_trying(jobs: AtomicJobs, cost: np.ndarray, capacity: np.ndarray) -> float:
    """The least cost of all that can be, one after another."""
    P, T = cost.shape
    ways = []
    for j in range(len(jobs)):
        mine = [(jobs.penalty[j], np.zeros((P, T)))]
        window = range(jobs.arrival[j], min(jobs.due[j], T))
        for p in range(P):
            if not np.isfinite(jobs.move[j, p]):
                continue
            for ticks in itertools.combinations(window, jobs.length[j]):
                on = np.zeros(T + 2)
                on[np.array(ticks) + 1] = 1
                starts, ends = np.flatnonzero(np.diff(on) > 0), np.flatnonzero(np.diff(on) < 0)
                short = (ends - starts).min() < min(jobs.min_run[j], jobs.length[j])
                if len(starts) > jobs.suspensions[j] + 1 or (jobs.suspensions[j] and short):
                    continue
                load = np.zeros((P, T))
                load[p] = on[1:-1] * jobs.size[j]
                price = jobs.move[j, p] + jobs.resume[j] * (len(starts) - 1)
                mine.append((price + jobs.kwh_per_tick[j] * cost[p, list(ticks)].sum(), load))
        ways.append(mine)
    return min(
        sum(w[0] for w in choice)
        for choice in itertools.product(*ways)
        if (sum(w[1] for w in choice) <= capacity + 1e-9).all()
    )


@given(st.integers(0, 10_000))
@settings(max_examples=40)
def test_no_placement_of_all_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    P, T, n = int(rng.integers(1, 3)), 5, int(rng.integers(1, 4))
    arrival, length = rng.integers(0, 4, n), rng.integers(1, 4, n)
    jobs = atomic_jobs(
        arrival, length, arrival + length + rng.integers(-1, 4, n).clip(1 - length), P,
        size=rng.integers(0, 3, n), kwh_per_tick=rng.random(n), penalty=rng.choice([0.2, 2.0, 50.0], n),
        move=rng.choice([0.0, 0.3, np.inf], (n, P)), suspensions=rng.integers(0, 3, n),
        min_run=rng.integers(1, 3, n), resume=rng.choice([0.0, 0.1], n),
    )  # fmt: skip
    cost, capacity = rng.random((P, T)), rng.integers(0, 4, (P, T)).astype(float)
    found = atomic(jobs, cost, capacity)
    check(found, jobs, cost, capacity)
    assert found.proven
    assert found.gap <= 1e-9
    assert found.objective == pytest.approx(by_trying(jobs, cost, capacity))


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_alike_jobs_are_a_transportation_problem(seed: int) -> None:
    """Groups of jobs of an hour, rooms of whole numbers of them: the linear program has whole vertices."""
    rng = np.random.default_rng(seed)
    P, T, groups = 2, 6, 4
    of = rng.integers(0, groups, 14)
    arrival, slack = rng.integers(0, 4, groups), rng.integers(0, 3, groups)
    cost, capacity = rng.random((P, T)), rng.integers(1, 4, (P, T)).astype(float)
    jobs = atomic_jobs(arrival[of], 1, (arrival + 1 + slack)[of], P, size=2.5, penalty=100.0)
    found = atomic(jobs, cost, 2.5 * capacity)
    check(found, jobs, cost, 2.5 * capacity)
    # The same with a place that gives up.
    t = np.arange(T)
    may = np.tile((t >= arrival[:, None]) & (t <= (arrival + slack)[:, None]), (1, P))
    ways = Ways(
        np.hstack([np.tile(cost.ravel(), (groups, 1)), np.full((groups, 1), 100.0)]),
        np.hstack([may, np.ones((groups, 1), bool)]),
        np.bincount(of, minlength=groups).astype(float),
        np.append(capacity.ravel(), 14.0),
    )
    assert found.objective == pytest.approx((ways.cost * placed(ways)).sum())


@pytest.mark.parametrize("seed", range(5))
def test_with_room_for_all_each_has_its_best_window(seed: int) -> None:
    rng = np.random.default_rng(seed)
    P, T, n = 3, 48, 30
    cost, move = rng.random((P, T)), rng.random((P, P))
    length, slack, origin = rng.integers(1, 7, n), rng.integers(0, 10, n), rng.integers(0, P, n)
    arrival = rng.integers(0, T - length - slack + 1)
    kwh = rng.uniform(0.5, 2.0, n)
    empty = np.full((P, T), np.inf)
    due, moves = arrival + length + slack, move[origin] * kwh[:, None]
    whole = atomic(atomic_jobs(arrival, length, due, P, kwh_per_tick=kwh, move=moves), cost, empty)
    table = in_one_piece(cost, 7, 10, move)
    best = table.cost.ravel()[table.keys(origin, length, arrival, slack)] * kwh
    assert whole.objective == pytest.approx(best.sum())
    broken = atomic_jobs(
        arrival, length, due, P, kwh_per_tick=kwh, move=moves, suspensions=length - 1
    )
    table = in_pieces(cost, 7, 10, move)
    least = table.cost.ravel()[table.keys(origin, length, arrival, slack)] * kwh
    assert atomic(broken, cost, empty).objective == pytest.approx(least.sum())
    # The clairvoyant's windows bound what can be had where room is scarce.
    tight = np.full((P, T), 2.0)
    scarce = atomic(atomic_jobs(arrival, length, due, P, kwh_per_tick=kwh, move=moves), cost, tight)
    assert scarce.objective >= best.sum() - 1e-9
    assert scarce.load.max() <= 2.0


def many(n: int = 220) -> tuple[AtomicJobs, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    P, T = 3, 60
    length = rng.integers(2, 12, n)
    arrival = rng.integers(0, T - length - 8)
    jobs = atomic_jobs(
        arrival, length, arrival + length + 8, P, size=rng.uniform(0.3, 3.0, n), penalty=20.0
    )
    return jobs, rng.random((P, T)), np.full((P, T), 9.7)


def test_stopped_early_it_says_how_far_it_may_be_off() -> None:
    jobs, cost, capacity = many()
    found = atomic(jobs, cost, capacity, time_limit_s=0.5)
    check(found, jobs, cost, capacity)
    assert not found.proven
    assert found.gap > 0.0
    assert found.gap == pytest.approx((found.objective - found.bound) / found.objective)
    assert found.seconds < 20.0
    table = in_one_piece(cost, 12, 8)
    window = table.cost.ravel()[
        table.keys(np.zeros(len(jobs), int), jobs.length, jobs.arrival, np.full(len(jobs), 8))
    ]
    assert found.objective >= np.minimum(window, jobs.penalty).sum()
    at_once = atomic(jobs, cost, capacity, time_limit_s=1e-6)
    check(at_once, jobs, cost, capacity)
    assert np.isfinite(at_once.bound)
    assert not at_once.proven
    assert at_once.unserved.mean() < 0.5  # the first answer has most of them placed
    assert found.objective <= at_once.objective
    broken = replace(jobs, suspensions=jobs.length - 1, min_run=np.minimum(jobs.length, 2))
    at_once = atomic(broken, cost, capacity, time_limit_s=1e-6)
    check(at_once, broken, cost, capacity)
    assert at_once.unserved.mean() < 0.5
    near = atomic(*many(40), gap=0.5)
    assert near.gap <= 0.5


def test_the_lowest_window_queues_where_whole_jobs_are_planned_together() -> None:
    """Six jobs of two hours and one valley, with room for two at a time.

    Lowest-window sends all to the valley: two run there, the others queue behind it and run in the evening's peak,
    late. Planned together, two take the valley, and the rest the hours before it: all in time.
    """
    value = np.array([300.0, 320, 280, 260, 100, 100, 600, 650, 700, 700, 600, 500])
    signal = TickSignal(value, 1, 3600.0)
    n = 6
    work = Work(np.zeros(n, int), np.full(n, 2), np.full(n, 1000.0), 3600.0)
    jobs = shared_jobs(work, 0, 4, size=1.0)
    places = places_of(["here"], [signal], 2.0)
    gaia = run_shared(jobs, places, at_home(LOWEST_WINDOW_ORACLE))
    assert gaia.start.tolist() == [4, 4, 6, 6, 8, 8]
    assert gaia.by_policy.tolist() == [4] * 6
    assert gaia.by_queue.tolist() == [0, 0, 2, 2, 4, 4]
    assert gaia.late.tolist() == [0, 0, 2, 2, 4, 4]
    assert gaia.total_carbon_kg == 2 * (200 + 1250 + 1400)
    cost = value[None] / 1000.0  # [kg/kWh]
    best = atomic(
        atomic_jobs(work.arrival, 2, jobs.due, 1, kwh_per_tick=1000.0, penalty=1e5),
        cost,
        np.full((1, 12), 2.0),
    )
    assert best.objective == pytest.approx(2 * (620 + 540 + 200))
    assert best.gap == 0.0

    # Carried out by the same world, the plan is what it said: nobody queues, nobody is late.
    def as_planned(asked):
        stay = np.full(n, FOREVER)
        return PlacedPermits(np.arange(n), best.place, best.start, stay)

    done = run_shared(jobs, places, PlacePolicy("planned together", as_planned))
    assert done.total_carbon_kg == pytest.approx(best.objective)
    assert not done.by_queue.any()
    assert not done.late.any()
    now = run_shared(jobs, places, at_home(NO_WAIT))
    assert now.total_carbon_kg == pytest.approx(
        best.objective
    )  # the queue alone fills the same hours
    assert gaia.total_carbon_kg > 2 * best.objective


def test_nobody_and_nothing() -> None:
    one = np.ones((1, 1))
    none = atomic(atomic_jobs([], [], [], 1), one, one)
    assert (none.objective, none.gap, none.proven) == (0.0, 0.0, True)
    for jobs, capacity in (
        (atomic_jobs([0], 2, 2, 1, penalty=7.0), one),  # longer than there are ticks
        (atomic_jobs([0], 1, 0, 1, penalty=7.0), one),  # due before it arrives
        (atomic_jobs([0], 1, 1, 1, penalty=7.0), 0.5 * one),  # too large
        (atomic_jobs([0], 1, 1, 1, penalty=7.0, size=2.0, suspensions=1), one),
        (atomic_jobs([0], 1, 1, 1, penalty=7.0, move=np.inf), one),
    ):
        found = atomic(jobs, one, capacity)
        assert found.unserved.tolist() == [True]
        assert found.objective == 7.0


def test_what_cannot_be_is_named() -> None:
    one = np.ones((1, 1))
    with pytest.raises(InputError, match="length 0"):
        atomic_jobs([0], 0, 1, 1)
    with pytest.raises(InputError, match="moving"):
        atomic_jobs([0], 1, 1, 1, move=np.nan)
    with pytest.raises(InputError, match="places, ticks"):
        atomic(atomic_jobs([0], 1, 1, 2), one, one)
    with pytest.raises(InputError, match="cost is missing"):
        atomic(atomic_jobs([0], 1, 1, 1), np.nan * one, one)
    with pytest.raises(InputError, match="time limit"):
        atomic(atomic_jobs([0], 1, 1, 1), one, one, time_limit_s=0.0)
