"""How a plan is carried out: as it is where there is room, in turns where there is not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.experiments.verify.parts import Place, Unit, Work
from westshift.experiments.verify.small import actual as make_actual
from westshift.experiments.verify.small import outlook
from westshift.models.actual import HISTORY_H
from westshift.models.forecast import perfect
from westshift.models.schedule import Schedule
from westshift.models.signals import only_average
from westshift.sim.agents import earliest_due_first
from westshift.sim.policies.here_and_now import HereAndNow
from westshift.sim.policy import Policy
from westshift.sim.world import World

seeds = st.integers(0, 10_000)


class Fixed(Policy):
    """Answers with the same plan for all hours."""

    name = "fixed"
    window_h = step_h = None

    def __init__(self, work_mw):
        self.work_mw = np.asarray(work_mw, float)

    def decide(self, outlook):
        return Schedule(outlook.start_h, self.work_mw)


def carried(works, places, hours, plan, arrivals=None, forecast=perfect):
    o = outlook(["A", "B"], hours, units=[Unit("A", 9, 1)], places=places, works=works)
    happens = make_actual(o)
    if arrivals is not None:
        came = happens.arrivals_mwh.copy()
        came[..., HISTORY_H:] = arrivals
        happens = replace(happens, arrivals_mwh=came)
    signal = np.zeros((2, HISTORY_H + hours))
    return World(happens, Fixed(plan), forecast, only_average(signal)).run()


@settings(max_examples=25)
@given(seeds, st.booleans())
def test_with_room_for_all_turns_come_to_the_plan_as_it_is(drawn, seed, last):
    actual = drawn(1 + seed % 3, hours=2)
    world = World(actual, HereAndNow(), perfect, only_average(np.zeros((3, HISTORY_H + 2))))
    rng = np.random.default_rng(seed)
    slack = actual.system.compute.class_slack_h
    depth = np.arange(world.waiting.shape[2])
    world.waiting[...] = rng.uniform(0, 5, world.waiting.shape) * (depth <= slack[:, None])
    world.waiting *= rng.random(world.waiting.shape) > 0.3
    planned = rng.uniform(0, 4, len(world.workload_of))
    kept = world.waiting.copy()
    at_once = world.as_planned(planned, last)
    world.room_mw[:] = 1e6
    in_turns = world.in_turns(planned, last)
    np.testing.assert_allclose(in_turns, at_once, atol=1e-9)
    np.testing.assert_array_equal(world.waiting, kept)  # the backlog is settled in phase 5
    here = kept.sum(axis=2).ravel()
    ran = np.bincount(world.workload_of, at_once, len(here))
    due = here if last else kept[:, :, 0].ravel()
    assert (ran <= here + 1e-9).all()
    assert (ran >= due - 1e-9).all()


@settings(max_examples=20)
@given(seeds)
def test_the_earliest_due_leaves_first(seed):
    rng = np.random.default_rng(seed)
    waiting = rng.uniform(0, 2, (2, 3, 5)) * (rng.random((2, 3, 5)) > 0.4)
    mwh = rng.uniform(0, 1.2, (2, 3)) * waiting.sum(axis=2)
    taken = earliest_due_first(waiting, mwh)
    np.testing.assert_allclose(taken.sum(axis=2), np.minimum(mwh, waiting.sum(axis=2)))
    assert (taken >= 0).all()
    assert (taken <= waiting).all()
    for o, j in np.ndindex(2, 3):
        for d in range(4):
            if waiting[o, j, d] - taken[o, j, d] > 1e-9:  # somebody stays, so nobody later leaves
                np.testing.assert_allclose(taken[o, j, d + 1 :], 0.0, atol=1e-12)


def test_where_more_comes_than_was_expected_the_plan_is_scaled():
    # 2 were expected each hour and 3 come: the split of one to three stays.
    found = carried(
        [Work("w", {"A": [2.0, 2.0]}, 1)],
        [Place("A", 9.0), Place("A", 9.0)],
        2,
        [[0.5, 0.5], [1.5, 1.5]],
        arrivals=[3.0, 3.0],
        forecast=lambda seen, coming, what, start, noise=1.0: (
            np.full_like(coming, 2.0) if what == "arrivals" else coming
        ),
    )
    # The first hour's arrivals are known: 3 are expected and 2 planned of them; of the 5 expected
    # by the second hour 6 have come, and in the last hour all that waits is due.
    assert found.work_mw[:, 0] == pytest.approx([0.5, 1.5])
    assert found.work_mw[:, 1] == pytest.approx([1.0, 3.0])


def test_due_work_whose_planned_site_is_full_goes_home_and_then_to_the_nearest():
    rtt = {("A", 1): 20.0, ("A", 2): 10.0}
    found = carried(
        [Work("w", {"A": [6.0]}, rtt_ms=rtt)],
        [Place("A", 1.0), Place("B", 2.0), Place("B", 2.5)],
        1,
        [[0.0], [6.0], [0.0]],
    )
    assert found.work_mw[:, 0] == pytest.approx([1.0, 2.0, 2.5], abs=1e-6)
    assert found.unserved_mwh.sum() == pytest.approx(0.5, abs=1e-6)
    less = carried(
        [Work("w", {"A": [3.5]}, rtt_ms=rtt)],
        [Place("A", 1.0), Place("B", 2.0), Place("B", 2.5)],
        1,
        [[0.0], [3.5], [0.0]],
    )
    assert less.work_mw[:, 0] == pytest.approx([1.0, 2.0, 0.5], abs=1e-6)


def test_due_work_without_any_plan_runs_at_home():
    found = carried(
        [Work("w", {"A": [2.0, 0.0, 0.0]}, 1)],
        [Place("A", 5.0), Place("B", 5.0)],
        3,
        np.zeros((2, 3)),
    )
    np.testing.assert_allclose(found.work_mw, [[0, 2, 0], [0, 0, 0]], atol=1e-6)


def test_where_a_site_is_full_what_is_dearest_to_give_up_goes_first():
    found = carried(
        [
            Work("cheap", {"A": [2.0]}, unserved_cny_per_mwh=10),
            Work("dear", {"A": [2.0]}, unserved_cny_per_mwh=99),
        ],
        [Place("A", 3.0)],
        1,
        [[2.0], [2.0]],
    )
    assert found.work_mw[:, 0] == pytest.approx([1.0, 2.0], abs=1e-6)


def test_a_full_site_stops_what_could_wait_before_what_is_due():
    found = carried(
        [
            Work("waits", {"A": [2.0, 0.0]}, 1, unserved_cny_per_mwh=99),
            Work("due", {"A": [2.0, 0.0]}, unserved_cny_per_mwh=10),
        ],
        [Place("A", 3.0)],
        2,
        [[2.0, 0.0], [2.0, 0.0]],
    )
    np.testing.assert_allclose(found.work_mw, [[1, 1], [2, 0]], atol=1e-6)
    assert found.unserved_mwh.sum() == 0.0


def test_work_that_was_not_there_yet_cannot_run_however_large_the_plan():
    found = carried([Work("w", {"A": [1.0, 4.0, 0.0]}, 2)], [Place("A", 9.0)], 3, [[9.0, 9.0, 9.0]])
    np.testing.assert_allclose(found.work_mw, [[1, 4, 0]], atol=1e-9)


def test_rooms_open_anew_each_hour():
    found = carried([Work("w", {"A": [2.0, 2.0]})], [Place("A", 2.0)], 2, [[2.0, 2.0]])
    np.testing.assert_allclose(found.work_mw, [[2, 2]], atol=1e-9)
    assert found.unserved_mwh.sum() == 0.0
