"""Jobs that share places: what is booked is conserved, and is what a walk from tick to tick finds."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.ticks import TickSignal, Work
from westshift.sim.jobs.places import Places, SharedJobs, places_of, shared_jobs
from westshift.sim.jobs.policy import FOREVER
from westshift.sim.jobs.queue import (
    ROUNDING,
    earliest_deadline_first,
    first_come_first_served,
    in_line,
    whoever_fits,
)
from westshift.sim.jobs.shared import run_shared
from westshift.sim.jobs.shared_record import SharedRecord
from westshift.sim.jobs.where import PlacedPermits, PlacePolicy, at_cleanest, at_home
from westshift.sim.jobs.world import run_jobs
from westshift.sim.policies.jobs.carbon_time import CARBON_TIME
from westshift.sim.policies.jobs.ecovisor import ecovisor
from westshift.sim.policies.jobs.lowest_window import LOWEST_WINDOW_ORACLE
from westshift.sim.policies.jobs.no_wait import NO_WAIT
from westshift.sim.policies.jobs.wait_awhile import WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE

STEPS = 60
ORDERS = [first_come_first_served, earliest_deadline_first]
ADMITS = [in_line, whoever_fits]


def drawn(
    seed: int, step: int = 1, n: int = 25, P: int = 3
) -> tuple[SharedJobs, Places, PlacedPermits]:
    """Scarce places, jobs of all kinds, and permits that send them about."""
    rng = np.random.default_rng(seed)
    truth = [
        TickSignal(rng.integers(50, 900, STEPS).astype(float), step, 3600.0 / step)
        for _ in range(P)
    ]
    T = STEPS * step
    length, budget = rng.integers(1, 8 * step + 1, n), rng.integers(0, 20 * step, n)
    arrival = np.sort(rng.integers(0, (T - length - budget) // 2 + 1))
    places = places_of(
        [f"place {p}" for p in range(P)], truth, rng.integers(1, 5, P), idle_kw=rng.random(P),
        bandwidth_gbit_s=rng.choice([0.05, 1.0, np.inf], (P, P)), rtt_s=rng.random((P, P)),
        network_kwh_per_gb=0.06,
    )  # fmt: skip
    jobs = shared_jobs(
        Work(arrival, length, rng.random(n), 3600.0 / step), rng.integers(0, P, n), budget,
        size=rng.integers(0, 4, n), interruptible=rng.random(n) < 0.6,
        min_run=rng.integers(1, 2 * step + 1, n), resume_ticks=rng.integers(0, 3, n),
        resume_kwh=rng.random(n), data_gb=rng.choice([0.0, 10.0, 60.0], n),
    )  # fmt: skip
    rows = []
    for j in range(n):
        cuts = np.unique(rng.integers(arrival[j], arrival[j] + 15 * step, 8))
        for k in range(rng.integers(1, 5)):
            if 2 * k + 1 < len(cuts):
                rows.append([j, rng.integers(P), cuts[2 * k], cuts[2 * k + 1]])
                if rng.random() < 0.3 and 2 * k + 2 < len(cuts):
                    rows[-1][3] = cuts[2 * k + 2]
        if not rows or rows[-1][0] != j or rng.random() < 0.3:
            after = rows[-1][3] if rows and rows[-1][0] == j else arrival[j]
            rows.append([j, rng.integers(P), after, FOREVER])
    return jobs, places, PlacedPermits(*np.array(rows, np.int64).T)


def as_said(permits: PlacedPermits) -> PlacePolicy:
    return PlacePolicy("as said", lambda asked: permits)


def tick_by_tick(jobs: SharedJobs, places: Places, permits: PlacedPermits, order, admit):
    """The rules once more, one tick after another, with nothing skipped."""
    n, T = len(jobs), places.ticks
    left, here = jobs.work.length.copy(), jobs.origin.copy()
    on = [None] * n  # (first tick, overhead) while it runs
    away, joined, again = [0] * n, [None] * n, [False] * n
    runs, moves = [], []
    count = np.zeros((n, 4), int)  # running, queue, transfer, policy
    for t in range(T):
        now = []
        for j in range(n):
            mine = np.flatnonzero(permits.job == j)
            k = next((k for k in mine if permits.stop[k] > t), mine[-1])
            permitted = permits.place[k] == here[j] and permits.start[k] <= t
            if on[j]:
                begin, over = on[j]
                ran = t - begin - over
                may_stop = jobs.interruptible[j] and ran >= jobs.min_run[j] and not permitted
                if ran == left[j] or may_stop:
                    runs.append((j, here[j], begin, over, t))
                    left[j] -= ran
                    on[j] = None
            if on[j] or left[j] == 0 or t < jobs.work.arrival[j] or t < away[j]:
                continue
            if permits.place[k] != here[j]:
                away[j] = t + places.transfer_ticks(jobs.data_gb[j], here[j], permits.place[k])
                moves.append((j, here[j], permits.place[k], t, away[j]))
                here[j], joined[j] = permits.place[k], None
                if away[j] > t:
                    continue
            if permits.start[k] > t or jobs.size[j] > places.capacity[here[j]] * (1 + ROUNDING):
                joined[j] = None
                continue
            joined[j] = t if joined[j] is None else joined[j]
            now.append((here[j], (*order(joined[j], int(jobs.due[j]), j), j)))
        for p in range(len(places)):
            queue = [key[-1] for _, key in sorted(q for q in now if q[0] == p)]
            used = sum(jobs.size[j] for j in range(n) if on[j] and here[j] == p)
            for i in admit([jobs.size[j] for j in queue], places.capacity[p] - used + 1e-6):
                j = queue[i]
                on[j], joined[j] = (t, jobs.resume_ticks[j] if again[j] else 0), None
                again[j] = True
        for j in range(n):
            if left[j] and t >= jobs.work.arrival[j]:
                count[
                    j, 0 if on[j] else 1 if joined[j] is not None else 2 if away[j] > t else 3
                ] += 1
    for j in range(n):
        if on[j]:
            over = min(on[j][1], T - on[j][0])
            runs.append((j, here[j], on[j][0], over, T))
    by_time = sorted(runs, key=lambda r: (r[0], r[2])), sorted(moves, key=lambda m: (m[0], m[3]))
    return *by_time, count


def check_conserved(r: SharedRecord, jobs: SharedJobs, places: Places) -> None:
    """What holds of every record."""
    w, n, T = jobs.work, len(jobs), places.ticks
    ran = np.bincount(r.run_job, r.run_to - r.run_work, n)
    assert (ran + r.unserved == w.length).all()
    assert (np.bincount(r.run_job, r.run_work - r.run_from, n) == r.overhead).all()
    assert (r.served == (r.unserved == 0)).all()
    until = np.where(r.served, r.end, T)
    assert (until - w.arrival == ran + r.overhead + r.by_policy + r.by_queue + r.in_transfer).all()
    for column in (r.by_policy, r.by_queue, r.in_transfer, r.late, r.unserved):
        assert (column >= 0).all()
    assert (r.late == np.maximum(until - jobs.due, 0)).all()
    assert (r.run_from >= w.arrival[r.run_job]).all()
    load = np.zeros((len(places), T + 1))
    np.add.at(load, (r.run_place, r.run_from), jobs.size[r.run_job])
    np.add.at(load, (r.run_place, r.run_to), -jobs.size[r.run_job])
    assert (np.cumsum(load, axis=1) <= places.capacity[:, None] * (1 + 1e-6)).all()
    for j in range(n):
        # In one place at a time, and where its data are.
        mine, moved = r.run_job == j, r.move_job == j
        ran_at = (r.run_from, r.run_to, r.run_place, r.run_place)
        went = (r.move_from, r.move_to, r.move_away, r.move_there)
        legs = list(zip(*(column[mine] for column in ran_at), strict=True))
        legs += list(zip(*(column[moved] for column in went), strict=True))
        at, time = jobs.origin[j], w.arrival[j]
        for begin, end, leaves, comes in sorted(legs):
            assert begin >= time
            assert leaves == at
            at, time = comes, end
        if not jobs.interruptible[j]:
            assert mine.sum() <= 1
        short = (r.run_to - r.run_work)[mine] < min(jobs.min_run[j], w.length[j])
        assert not short[:-1].any()  # the last may end with the job, or with the signals
    per_tick = np.array([np.repeat(s.value, s.step) for s in places.truth])
    kwh = w.power_kw * w.tick_s / 3600.0
    running, resume = np.zeros(n), np.zeros(n)
    seen = set()
    for j, p, a, b, c in zip(r.run_job, r.run_place, r.run_from, r.run_work, r.run_to, strict=True):
        running[j] += kwh[j] * per_tick[p, b:c].sum() / 1000.0
        restore = jobs.resume_kwh[j] * per_tick[p, a] if j in seen else 0.0
        resume[j] += (kwh[j] * per_tick[p, a:b].sum() + restore) / 1000.0
        seen.add(j)
    np.testing.assert_allclose(r.running_kg, running, atol=1e-12)
    np.testing.assert_allclose(r.resume_kg, resume, atol=1e-12)
    assert (r.moved_gb == r.migrations * jobs.data_gb).all()
    np.testing.assert_allclose(r.network_kwh, r.moved_gb * places.network_kwh_per_gb)
    np.testing.assert_allclose(
        r.energy_kwh,
        kwh * (ran + r.overhead) + jobs.resume_kwh * r.resumed + r.network_kwh,
    )
    np.testing.assert_allclose(r.idle_kg, places.idle_kw * per_tick.sum(axis=1) * w.tick_s / 3.6e6)


@given(
    st.integers(0, 10_000),
    st.sampled_from([1, 3]),
    st.sampled_from(ORDERS),
    st.sampled_from(ADMITS),
)
def test_events_are_what_a_walk_from_tick_to_tick_finds(seed, step, order, admit) -> None:
    jobs, places, permits = drawn(seed, step)
    r = run_shared(jobs, places, as_said(permits), order=order, admit=admit)
    check_conserved(r, jobs, places)
    runs, moves, count = tick_by_tick(jobs, places, permits, order, admit)
    over = r.run_work - r.run_from
    assert list(zip(r.run_job, r.run_place, r.run_from, over, r.run_to, strict=True)) == runs
    assert list(zip(r.move_job, r.move_away, r.move_there, r.move_from, r.move_to, strict=True)) == moves  # fmt: skip
    assert (r.by_queue == count[:, 1]).all()
    assert (r.in_transfer == count[:, 2]).all()
    assert (r.by_policy == count[:, 3]).all()


@pytest.mark.parametrize(
    "rule", [NO_WAIT, LOWEST_WINDOW_ORACLE, CARBON_TIME, ecovisor(), WAIT_AWHILE_INTERRUPTIBLE]
)
@pytest.mark.parametrize("where", [at_home, at_cleanest])
@pytest.mark.parametrize("seed", range(5))
def test_rules_of_papers_on_scarce_places(rule, where, seed) -> None:
    jobs, places, _ = drawn(seed, 2, n=40)
    for order in ORDERS:
        r = run_shared(jobs, places, where(rule), order=order)
        check_conserved(r, jobs, places)
        assert where is at_cleanest or not r.migrations.any()
    assert r.by_queue.any()


@pytest.mark.parametrize(
    "rule", [NO_WAIT, LOWEST_WINDOW_ORACLE, ecovisor(), WAIT_AWHILE, WAIT_AWHILE_INTERRUPTIBLE]
)
@given(st.integers(0, 10_000))
def test_with_room_for_all_it_is_the_world_of_one_place(rule, seed) -> None:
    drew, places, _ = drawn(seed, 2, P=1)
    places = places_of(["here"], places.truth, np.inf)
    jobs = shared_jobs(drew.work, 0, drew.budget, interruptible=True)
    r = run_shared(jobs, places, at_home(rule))
    one = run_jobs(drew.work, places.truth[0], rule, drew.budget)
    assert r.run_from.tolist() == one.run_from.tolist()
    assert r.run_to.tolist() == one.run_to.tolist()
    np.testing.assert_allclose(r.carbon_kg, one.carbon_kg)
    assert (r.by_policy == one.waited).all()
    assert not r.by_queue.any()


def one_hour(values: list[float]) -> TickSignal:
    return TickSignal(np.array(values), 1, 3600.0)


def hours(arrival: list[int], length: list[int], kw: float = 1000.0) -> Work:
    return Work(np.array(arrival), np.array(length), np.full(len(arrival), kw), 3600.0)


def test_a_queue_by_hand() -> None:
    """Three wish for hour 2; there is room for one, so the dirty hours after it are taken."""
    places = places_of(["here"], [one_hour([300, 300, 100, 500, 500, 500])], 1.0)
    work = hours([0, 0, 1], [1, 1, 1])
    jobs = shared_jobs(work, 0, [2, 4, 1], size=1.0)
    r = run_shared(jobs, places, at_home(LOWEST_WINDOW_ORACLE))
    assert r.start.tolist() == [2, 3, 4]
    assert r.by_policy.tolist() == [2, 2, 1]
    assert r.by_queue.tolist() == [0, 1, 2]
    assert r.late.tolist() == [0, 0, 2]
    assert r.running_kg.tolist() == [100, 500, 500]
    r = run_shared(jobs, places, at_home(LOWEST_WINDOW_ORACLE), order=earliest_deadline_first)
    assert r.start.tolist() == [2, 4, 3]
    assert r.late.tolist() == [0, 0, 1]
    now = run_shared(jobs, places, at_home(NO_WAIT))
    assert now.start.tolist() == [0, 1, 2]
    assert now.total_carbon_kg == 700  # on scarce room, not to wait is cleaner than to wait


def test_small_ones_overtake_only_where_they_may() -> None:
    places = places_of(["here"], [one_hour([100.0] * 9)], 3.0)
    jobs = shared_jobs(hours([0, 0, 0], [2, 2, 1]), 0, [0, 0, 0], size=[2.0, 2.0, 1.0])
    line = run_shared(jobs, places, at_home(NO_WAIT))
    assert line.start.tolist() == [0, 2, 2]
    over = run_shared(jobs, places, at_home(NO_WAIT), admit=whoever_fits)
    assert over.start.tolist() == [0, 2, 0]


def test_suspend_move_and_resume_by_hand() -> None:
    """Two hours here, then away: 18 GB at 0.04 Gbit/s are an hour on the way; an hour to restore, and two of work."""
    places = places_of(
        ["east", "west"], [one_hour([400.0] * 9), one_hour([100.0, 100, 100, 100, 200, 200, 300, 300, 300])],
        1000.0, bandwidth_gbit_s=0.04, network_kwh_per_gb=0.5, idle_kw=[0.0, 2.0],
    )  # fmt: skip
    jobs = shared_jobs(
        hours([0], [4]), 0, 5, interruptible=True, resume_ticks=1, resume_kwh=10.0, data_gb=18.0
    )
    permits = PlacedPermits(*(np.array(x) for x in ([0, 0], [0, 1], [0, 4], [2, FOREVER])))
    r = run_shared(jobs, places, as_said(permits))
    assert list(zip(r.run_place, r.run_from, r.run_work, r.run_to, strict=True)) == [
        (0, 0, 0, 2), (1, 4, 5, 7),
    ]  # fmt: skip
    assert (r.in_transfer[0], r.by_policy[0], r.overhead[0], r.resumed[0]) == (1, 1, 1, 1)
    assert r.running_kg[0] == pytest.approx(2 * 400 + 200 + 300)
    assert r.resume_kg[0] == pytest.approx(200 + 10 * 0.2)
    assert r.network_kg[0] == pytest.approx(18 * 0.5 * 0.1)
    assert r.idle_kg[1] == pytest.approx(2.0 * 1.7)
    assert r.energy_kwh[0] == pytest.approx(5000 + 10 + 9)
    # With a minimum run of three hours the first stretch lasts so long.
    jobs = shared_jobs(hours([0], [4]), 0, 5, interruptible=True, min_run=3, data_gb=18.0)
    r = run_shared(jobs, places, as_said(permits))
    assert list(zip(r.run_from, r.run_to, strict=True)) == [(0, 3), (4, 5)]
    # What cannot be interrupted runs on where it began.
    r = run_shared(shared_jobs(hours([0], [4]), 0, 5), places, as_said(permits))
    assert list(zip(r.run_place, r.run_from, r.run_to, strict=True)) == [(0, 0, 4)]


def test_the_cleanest_place_is_left_where_its_way_costs_more() -> None:
    signals = [one_hour([400.0] * 6), one_hour([100.0] * 6)]
    jobs = shared_jobs(hours([0], [1]), 0, 2, data_gb=100.0)
    for kwh_per_gb, place in ((1.0, 1), (50.0, 0)):
        places = places_of(
            ["a", "b"], signals, 1000.0, bandwidth_gbit_s=1.0, network_kwh_per_gb=kwh_per_gb
        )
        r = run_shared(jobs, places, at_cleanest(NO_WAIT))
        assert r.run_place.tolist() == [place]
        assert r.in_transfer.tolist() == [place]
    for closed in (
        places_of(["a", "b"], signals, [1000.0, 999.0]),  # too small
        places_of(["a", "b"], signals, 1000.0, bandwidth_gbit_s=0.0),  # no way
        places_of(["a", "b"], signals, 1000.0, bandwidth_gbit_s=0.01),  # too far for its budget
    ):
        assert run_shared(jobs, closed, at_cleanest(NO_WAIT)).run_place.tolist() == [0]


def test_what_never_runs_is_a_column() -> None:
    places = places_of(["here"], [one_hour([100.0] * 4)], 1.0)
    jobs = shared_jobs(hours([0, 0, 0], [3, 2, 1]), 0, [0, 2, 3], size=[1.0, 1.0, 2.0])
    r = run_shared(jobs, places, at_home(NO_WAIT))
    assert r.served.tolist() == [True, False, False]
    assert r.unserved.tolist() == [0, 1, 1]
    assert r.start.tolist() == [0, 3, -1]
    assert r.end.tolist() == [3, -1, -1]
    assert r.by_queue.tolist() == [0, 3, 0]
    check_conserved(r, jobs, places)


def test_tenths_fill_a_place() -> None:
    places = places_of(["here"], [one_hour([100.0] * 3)], 0.3)
    jobs = shared_jobs(hours([0] * 6, [1] * 6), 0, 1, size=0.1)
    assert run_shared(jobs, places, at_home(NO_WAIT)).start.tolist() == [0, 0, 0, 1, 1, 1]


def test_ten_thousand_jobs_at_ten_places() -> None:
    """Five-minute ticks of a fortnight, on places two thirds full: the queues empty, nothing is lost."""
    rng = np.random.default_rng(0)
    n, P, step = 10_000, 10, 12
    truth = [TickSignal(rng.uniform(50, 900, 336), step, 300.0) for _ in range(P)]
    length = rng.integers(1, 12 * step, n)
    arrival = np.sort(rng.integers(0, (336 - 60) * step, n))
    work = Work(arrival, length, rng.uniform(0.5, 2.0, n), 300.0)
    room = 1.5 * (length * work.power_kw).sum() / (336 * step * P)
    places = places_of([str(p) for p in range(P)], truth, room)
    jobs = shared_jobs(
        work, rng.integers(0, P, n), 24 * step, interruptible=True, min_run=step, resume_ticks=1
    )
    for order in ORDERS:
        began = perf_counter()
        r = run_shared(jobs, places, at_home(WAIT_AWHILE_INTERRUPTIBLE), order=order)
        assert perf_counter() - began < 10.0  # 0.4 s on one core
        assert r.served.all()
        assert r.by_queue.any()
        waits = r.by_policy + r.by_queue + r.in_transfer
        assert (r.end - arrival == length + r.overhead + waits).all()


def test_nobody_and_nothing() -> None:
    none = Work(*(np.zeros(0, np.int64),) * 2, np.zeros(0), 3600.0)
    places = places_of(["here"], [one_hour([100.0])], 0.0, idle_kw=1.0)
    for policy in (at_home(NO_WAIT), at_cleanest(LOWEST_WINDOW_ORACLE)):
        r = run_shared(shared_jobs(none, 0, 0), places, policy)
        assert len(r) == 0
        assert r.total_carbon_kg == pytest.approx(0.1)
    idle = shared_jobs(hours([0], [1], kw=0.0), 0, 0)  # no power asks for no room
    r = run_shared(idle, places, at_home(NO_WAIT))
    assert r.served.tolist() == [True]
    assert r.carbon_kg.tolist() == [0.0]


def test_what_cannot_be_is_named() -> None:
    jobs, places, permits = drawn(1)
    with pytest.raises(InputError, match="one clock"):
        places_of(["a", "b"], [one_hour([1.0]), TickSignal(np.ones(1), 2, 1800.0)], 1.0)
    with pytest.raises(InputError, match="capacity of place 1"):
        places_of(["place 0", "place 1"], [one_hour([1.0])] * 2, [1.0, np.nan])
    with pytest.raises(InputError, match="one for each place"):
        run_shared(jobs, places, at_home(CARBON_TIME), forecast=places.truth[:2])
    with pytest.raises(InputError, match="due after the signals end"):
        run_shared(shared_jobs(jobs.work, 0, 1000), places, as_said(permits))
    with pytest.raises(InputError, match="comes from place 7"):
        run_shared(shared_jobs(jobs.work, 7, 0), places, as_said(permits))
    with pytest.raises(InputError, match="min_run 0"):
        shared_jobs(jobs.work, 0, 0, min_run=0)
    with pytest.raises(InputError, match="whole ticks"):
        shared_jobs(jobs.work, 0, 0.5)
    closed = places_of(places.names, places.truth, 9.0, bandwidth_gbit_s=0.0)
    with pytest.raises(InputError, match="no way"):
        run_shared(jobs, closed, as_said(permits))
    for column, values in (
        ("start", permits.start - 1000), ("place", permits.place + 3), ("job", permits.job + 1),
    ):  # fmt: skip
        spoiled = {k: getattr(permits, k) for k in ("job", "place", "start", "stop")}
        with pytest.raises(RuntimeError, match="as said"):
            run_shared(jobs, places, as_said(PlacedPermits(**spoiled | {column: values})))
