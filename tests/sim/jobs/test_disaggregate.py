"""Plans made into jobs: every deadline that the plan keeps is kept, and every hour is what it was."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.schedule import Schedule
from westshift.optim.program import co_planner
from westshift.sim.cohorts import cohorts
from westshift.sim.jobs.disaggregate import HourlyJobs, Pieces, disaggregated
from westshift.sim.jobs.undivided import undivided
from westshift.sim.policies.wait_awhile import WaitAwhile

T = 30


def compute(origins: int, classes: int, sites: int) -> Any:
    """As much of a system as a plan is read by: every origin's every class may go to every site."""
    o, j, s = (x.ravel() for x in np.indices((origins, classes, sites)))
    return SimpleNamespace(
        origins=tuple(f"origin {i}" for i in range(origins)),
        classes=tuple(f"class {i}" for i in range(classes)),
        stream_origin=o, stream_class=j, stream_site=s,
    )  # fmt: skip


def drawn(seed: int, one_slack: bool, n: int = 60) -> tuple[HourlyJobs, Any]:
    rng = np.random.default_rng(seed)
    c = compute(2, 2, 3)
    job_class, arrival = rng.integers(0, 2, n), rng.integers(0, T, n)
    slack = np.array([2, 9])[job_class] if one_slack else rng.integers(0, 12, n)
    due = np.minimum(arrival + slack, T - 1)
    return HourlyJobs(rng.integers(0, 2, n), job_class, arrival, due, rng.exponential(1.0, n)), c


def any_plan(jobs: HourlyJobs, c: Any, seed: int, given_up: float = 0.0) -> Schedule:
    """A plan within the cumulative bounds, spread over sites by chance; gives up some of what comes due."""
    rng = np.random.default_rng(seed)
    available, due = jobs.bounds_mwh(len(c.origins), len(c.classes), T)
    work = np.zeros((len(c.stream_site), T))
    for o, j in np.ndindex(*available.shape[:2]):
        done = 0.0
        streams = np.flatnonzero((c.stream_origin == o) & (c.stream_class == j))
        for t in range(T):
            must = max(due[o, j, t] - done, 0.0)
            off = must * rng.random() * given_up
            may = available[o, j, t] - done - off
            now = (
                must - off + max(may - must + off, 0.0) * rng.choice([0.0, 0.0, rng.random(), 1.0])
            )
            now = max(min(now, may), 0.0)
            done += now + off
            share = rng.exponential(1.0, len(streams)) * (rng.random(len(streams)) < 0.7)
            share = share if share.sum() else np.ones(len(streams))
            work[streams, t] = now * share / share.sum()
    return Schedule(0, work)


def check(plan: Schedule, jobs: HourlyJobs, c: Any, pieces: Pieces) -> None:
    """What holds of every division."""
    lane = c.stream_origin * len(c.classes) + c.stream_class
    assert (
        lane[pieces.stream] == (jobs.origin * len(c.classes) + jobs.job_class)[pieces.job]
    ).all()
    assert (pieces.hour >= jobs.arrival_h[pieces.job]).all()
    assert (pieces.mwh > 0).all()
    np.testing.assert_allclose(pieces.work_mw(*plan.work_mw.shape), plan.work_mw, rtol=0, atol=1e-9)
    runs = np.bincount(pieces.job, pieces.mwh, len(jobs))
    np.testing.assert_allclose(runs + pieces.unserved_mwh, jobs.mwh, rtol=0, atol=1e-9)
    assert (np.diff(pieces.hour) >= 0).all()
    for i in range(len(jobs)):
        mine = pieces.job == i
        assert pieces.end_h[i] == max(pieces.hour[mine], default=-1)
        assert pieces.late_h[i] == max(pieces.end_h[i] - jobs.due_h[i], 0)
        late = mine & (pieces.hour > jobs.due_h[i])
        assert pieces.late_mwh[i] == pytest.approx(pieces.mwh[late].sum())
        hourly = np.bincount(pieces.hour[mine], pieces.mwh[mine])
        assert pieces.most_mwh[i] == pytest.approx(hourly.max(initial=0.0))
    for t, o, j in np.ndindex(T, len(c.origins), len(c.classes)):
        at = (pieces.hour == t) & (lane[pieces.stream] == o * len(c.classes) + j)
        pairs = {(i, q) for i, q in zip(pieces.job[at], pieces.stream[at], strict=True)}
        split = len(pairs) - len({i for i, _ in pairs})
        assert split <= max(len(set(pieces.stream[at])) - 1, 0)


@given(st.integers(0, 10_000))
def test_every_deadline_that_a_plan_keeps_is_kept(seed: int) -> None:
    jobs, c = drawn(seed, one_slack=True)
    plan = any_plan(jobs, c, seed)
    pieces = disaggregated(plan, c, jobs)
    check(plan, jobs, c, pieces)
    assert not pieces.late_h.any()
    assert pieces.unserved_mwh.max() <= 1e-9


@given(st.integers(0, 10_000), st.floats(0.01, 1.0))
def test_what_a_plan_gives_up_is_given_up_and_makes_nobody_late(seed: int, share: float) -> None:
    jobs, c = drawn(seed, one_slack=True)
    plan = any_plan(jobs, c, seed, share)
    pieces = disaggregated(plan, c, jobs)
    check(plan, jobs, c, pieces)
    assert not pieces.late_h.any()
    assert pieces.unserved_mwh.sum() == pytest.approx(jobs.mwh.sum() - plan.work_mw.sum())


def must_be_late(jobs: HourlyJobs, c: Any, plan: Schedule) -> bool:
    """Whether some stretch of hours has more work that begins and ends in it than the plan runs there."""
    for o, j in np.ndindex(len(c.origins), len(c.classes)):
        mine = (jobs.origin == o) & (jobs.job_class == j)
        y = plan.work_mw[(c.stream_origin == o) & (c.stream_class == j)].sum(axis=0)
        for a in range(T):
            for d in range(a, T):
                inside = mine & (jobs.arrival_h >= a) & (jobs.due_h <= d)
                if jobs.mwh[inside].sum() > y[a : d + 1].sum() + 1e-7:
                    return True
    return False


@given(st.integers(0, 10_000))
@settings(max_examples=60)
def test_whoever_can_be_in_time_is_whatever_slack_each_has(seed: int) -> None:
    """Plans within cumulative bounds do not always leave time for all: who is late is just where none could be."""
    jobs, c = drawn(seed, one_slack=False, n=16)
    plan = any_plan(jobs, c, seed)
    pieces = disaggregated(plan, c, jobs)
    check(plan, jobs, c, pieces)
    assert bool(pieces.late_mwh.max() > 1e-7) == must_be_late(jobs, c, plan)
    assert pieces.unserved_mwh.max() <= 1e-9


@given(st.integers(0, 10_000), st.booleans())
def test_undivided_jobs_exceed_an_hour_by_less_than_one(seed: int, one_slack: bool) -> None:
    jobs, c = drawn(seed, one_slack)
    plan = any_plan(jobs, c, seed)
    pieces = disaggregated(plan, c, jobs)
    u = undivided(plan, jobs, pieces)
    assert (u.hour >= jobs.arrival_h).all()
    assert (u.late_h <= pieces.late_h).all()
    np.testing.assert_allclose(u.work_mw - plan.work_mw, u.exceeded_mwh - u.short_mwh, atol=1e-12)
    assert u.work_mw.sum() == pytest.approx(jobs.mwh.sum())
    for q, t in np.argwhere(u.exceeded_mwh > 1e-9):
        here = (u.stream == q) & (u.hour == t)
        assert u.exceeded_mwh[q, t] < jobs.mwh[here].max()
    if one_slack:
        assert not u.late_h.any()


def test_jobs_of_several_hours_start_in_time_to_end_in_time() -> None:
    c = compute(1, 1, 1)
    zero = np.zeros(3, int)
    jobs = HourlyJobs(zero, zero, np.array([0, 0, 5]), np.array([4, 4, 6]), np.array([3.0, 2, 4]))
    y = np.zeros((1, 8))
    y[0, [4, 6]] = 5.0, 4.0
    plan = Schedule(0, y)
    u = undivided(plan, jobs, disaggregated(plan, c, jobs), np.array([3, 1, 3]))
    assert u.hour.tolist() == [2, 4, 5]  # the last came at 5: two hours are left for three
    assert u.late_h.tolist() == [0, 0, 1]
    assert u.work_mw[0].tolist() == pytest.approx([0, 0, 1, 1, 3, 4 / 3, 4 / 3, 4 / 3])
    assert u.exceeded_mwh[0].tolist() == pytest.approx([0, 0, 1, 1, 0, 4 / 3, 0, 4 / 3])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("room", [1.8, 0.6])
def test_plans_of_the_program_and_of_a_rule(drawn, foreseen, seed: int, room: float) -> None:
    """The clairvoyant's plan, where sites are scarce and work is given up too, shared out over a log's jobs."""
    actual = drawn(seed, room=room)
    outlook = foreseen(actual, np.ones((len(actual.demand_mw), actual.hours)))
    c = outlook.system.compute
    rng = np.random.default_rng(seed)
    rows = [
        (o, j, came, due, mwh * part)
        for o, j in np.ndindex(len(c.origins), len(c.classes))
        for came, due, mwh in cohorts(outlook.available_mwh[o, j], outlook.due_mwh[o, j])
        for part in rng.dirichlet(np.ones(5))
    ]
    columns = np.array(rows).T
    jobs = HourlyJobs(*columns[:4].astype(int), columns[4])
    bounds = jobs.bounds_mwh(len(c.origins), len(c.classes), outlook.hours)
    np.testing.assert_allclose(bounds[0], outlook.available_mwh, atol=1e-9)
    np.testing.assert_allclose(bounds[1], outlook.due_mwh, atol=1e-9)
    best = np.maximum(co_planner().solve(outlook, once=True).values["work"], 0.0)
    for plan in (Schedule(outlook.start_h, best), WaitAwhile(24, 24).decide(outlook)):
        pieces = disaggregated(plan, c, jobs)
        np.testing.assert_allclose(
            pieces.work_mw(*plan.work_mw.shape), plan.work_mw, rtol=0, atol=1e-6
        )
        assert pieces.late_mwh.max() <= 1e-6
        short = outlook.available_mwh[..., -1].sum() - plan.work_mw.sum()
        assert pieces.unserved_mwh.sum() == pytest.approx(short, abs=1e-6)
        assert room > 1.0 or pieces.unserved_mwh.sum() > 1.0


def test_nobody_and_nothing() -> None:
    c = compute(1, 1, 2)
    none = HourlyJobs(*(np.zeros(0, int),) * 4, np.zeros(0))
    plan = Schedule(0, np.zeros((2, 1)))
    pieces = disaggregated(plan, c, none)
    assert len(pieces.job) == 0
    assert undivided(plan, none, pieces).work_mw.sum() == 0.0
    zero = np.zeros(1, int)
    empty = HourlyJobs(zero, zero, zero, zero, np.zeros(1))  # a job without work
    pieces = disaggregated(plan, c, empty)
    assert (pieces.late_h.tolist(), pieces.unserved_mwh.tolist()) == ([0], [0.0])
    left = HourlyJobs(zero, zero, zero, zero, np.ones(1))  # a plan without hours for it
    pieces = disaggregated(plan, c, left)
    assert (pieces.end_h.tolist(), pieces.unserved_mwh.tolist()) == ([-1], [1.0])
    assert undivided(plan, left, pieces).hour.tolist() == [-1]


def test_what_cannot_be_is_named() -> None:
    c = compute(1, 1, 1)
    zero, one = np.zeros(1, int), np.ones(1)
    jobs = HourlyJobs(zero, zero, zero + 1, zero + 2, one)
    with pytest.raises(InputError, match="of origin 0, class 0 in hour 0 that no job has left"):
        disaggregated(Schedule(0, np.ones((1, 3))), c, jobs)
    with pytest.raises(InputError, match="does not know"):
        disaggregated(Schedule(0, np.ones((1, 1))), c, jobs)
    with pytest.raises(InputError, match="for each stream"):
        disaggregated(Schedule(0, np.full((1, 3), np.nan)), c, jobs)
    with pytest.raises(InputError, match="deadline before it arrives"):
        HourlyJobs(zero, zero, zero + 3, zero + 2, one)
    with pytest.raises(InputError, match="before the plan begins"):
        HourlyJobs(zero, zero, zero - 1, zero + 2, one)
    with pytest.raises(InputError, match="0 MWh or more"):
        HourlyJobs(zero, zero, zero, zero, np.nan * one)
    with pytest.raises(InputError, match="whole numbers"):
        HourlyJobs(zero, zero, one, zero, one)
    plan = Schedule(0, np.array([[0.0, 1, 0]]))
    with pytest.raises(InputError, match="whole hours"):
        undivided(plan, jobs, disaggregated(plan, c, jobs), zero)
