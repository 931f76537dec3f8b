"""Work is conserved and causal under every policy: nothing is lost, early, too much or out of place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

seeds = st.integers(0, 10_000)
kinds = st.sampled_from(["perfect", "noisy", "persistence"])
SMALL_MWH = 1e-5


@settings(max_examples=5)
@given(seeds, kinds, st.sampled_from([0.4, 0.7, 1.8]), st.sampled_from([1, 7, 24, 31]))
def test_backlog_is_arrived_less_done_and_only_what_is_due_is_given_up(
    drawn, outcomes, foreseen, seed, kind, room, hours
):
    actual = drawn(seed, room=room, hours=hours)
    c, whole = actual.system.compute, foreseen(actual)
    for name, o in outcomes(actual, kind=kind, seed=seed).items():
        ran = c.origin_class_work_mw(o.carried.work_mw)
        lost = o.carried.unserved_mwh
        gone = np.cumsum(ran + lost, axis=2)
        assert np.cumsum(ran, axis=2).max() > 0
        early = np.cumsum(ran, axis=2) - whole.available_mwh
        assert early.max() < SMALL_MWH, f"{name} runs work before it arrives"
        assert (gone - whole.due_mwh).min() > -SMALL_MWH, f"{name} holds work past its deadline"
        beyond = np.where(lost > 0, gone - whole.due_mwh, 0.0)
        assert beyond.max() < SMALL_MWH, f"{name} gives up work that is not due"
        left = whole.available_mwh - gone
        np.testing.assert_allclose(o.carried.waiting_mwh, left, atol=SMALL_MWH, err_msg=name)
        assert np.abs(left[:, :, -1]).max() < SMALL_MWH, f"{name} ends with work waiting"


@settings(max_examples=3)
@given(seeds, kinds, st.sampled_from([0.4, 1.0]))
def test_no_site_is_overfull_and_nothing_is_given_up_while_a_site_in_reach_has_room(
    drawn, outcomes, seed, kind, room
):
    actual = drawn(seed, room=room)
    c = actual.system.compute
    for name, o in outcomes(actual, kind=kind, seed=seed).items():
        assert o.carried.work_mw.min() >= 0.0
        free = c.site_capacity_mw[:, None] - c.site_work_mw(o.carried.work_mw)
        assert free.min() > -1e-6, name
        for origin, j, t in np.argwhere(o.carried.unserved_mwh > SMALL_MWH):
            reach = c.stream_site[(c.stream_origin == origin) & (c.stream_class == j)]
            assert free[reach, t].max() < SMALL_MWH, f"{name} loses work beside an empty site"


@settings(max_examples=2)
@given(seeds, kinds)
def test_what_is_bound_to_its_region_stays_there(drawn, outcomes, seed, kind):
    actual = drawn(seed)
    c = actual.system.compute
    bound = c.stream_class == c.classes.index("bound")
    assert c.stream_home[bound].all()
    far = (c.stream_class == c.classes.index("live")) & (c.stream_rtt_ms > 20.0)
    assert not far.any()
    moved = 0.0
    for o in outcomes(actual, kind=kind, seed=seed).values():
        here = c.origin_region[c.stream_origin] == c.site_region[c.stream_site]
        np.testing.assert_array_equal(here, c.stream_home)
        ran = np.bincount(
            c.stream_origin[bound], o.carried.work_mw[bound].sum(axis=1), len(c.origins)
        )
        came = actual.now(actual.arrivals_mwh)[:, c.classes.index("bound")].sum(axis=1)
        np.testing.assert_allclose(ran, came, atol=SMALL_MWH)
        moved += o.ledger.stream_mwh[~c.stream_home].sum()
    assert moved > 1.0


@pytest.mark.parametrize(
    "name",
    [
        "here-and-now", "nearest-feasible", "random", "greenest-now", "cheapest", "static-greenest",
        "west-quota",
    ],
)  # fmt: skip
def test_who_runs_all_at_once_leaves_nothing_waiting(drawn, outcomes, name):
    o = outcomes(drawn(3), name, kind="noisy")[name]
    assert o.ledger.waiting_mwh_h.max() < SMALL_MWH


def test_who_waits_stays_at_home_and_who_travels_does(drawn, outcomes):
    actual = drawn(4, room=3.0)
    c = actual.system.compute
    found = outcomes(actual)
    wait = (
        "wait-awhile", "off-peak-timer", "lowest-slot", "lowest-window", "carbon-time",
        "suspend-resume", "double-threshold", "vcc",
    )  # fmt: skip
    for name in ("here-and-now", *wait):
        assert found[name].ledger.stream_mwh[~c.stream_home].max() < SMALL_MWH, name
    for name in wait:
        assert found[name].ledger.waiting_mwh_h.sum() > 1.0, name
    for name in ("random", "greenest-now", "static-greenest", "west-quota", "greedy-joint"):
        assert found[name].ledger.stream_mwh[~c.stream_home].sum() > 1.0, name
