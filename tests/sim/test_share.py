"""A share of the work follows, the rest does not: what the followers see, and what they then do."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.actual import HISTORY_H
from westshift.models.settings import Forecast, Plan
from westshift.models.signals import Signals
from westshift.models.system import Compute
from westshift.sim.placing import home_shares
from westshift.sim.run import Case, Programs, carry
from westshift.sim.share import followers_alone

seeds = st.integers(0, 10_000)


def here_and_now(actual):
    """All work at home as it comes, history first (Q, HISTORY_H + T)."""
    c = actual.system.compute
    return home_shares(c)[:, None] * actual.arrivals_mwh[c.stream_origin, c.stream_class]


def plan_of(actual, name, signals):
    plan = Plan(window_h=8, step_h=4)
    case = Case(actual, (), "here-and-now", Forecast(kind="perfect"), plan, 0)
    return carry(case, name, signals, Programs())


@settings(max_examples=10)
@given(seeds, st.floats(0.02, 1.0), st.sampled_from(["follow-average", "follow-price", "planned"]))
def test_a_price_takers_plan_shrinks_with_the_share(drawn, seed, share, name):
    actual = drawn(seed, hours=16)
    rng = np.random.default_rng(seed)
    signals = Signals(*(rng.uniform(0, 900, (3, HISTORY_H + 16)) for _ in fields(Signals)))
    everyone = plan_of(actual, name, signals)
    theirs = plan_of(followers_alone(actual, share, here_and_now(actual)), name, signals)
    np.testing.assert_allclose(theirs.work_mw, share * everyone.work_mw, atol=1e-6)
    np.testing.assert_allclose(theirs.waiting_mwh, share * everyone.waiting_mwh, atol=1e-5)


@settings(max_examples=25)
@given(seeds, st.floats(1e-6, 1.0))
def test_the_others_load_and_the_followers_make_up_all(drawn, seed, share):
    actual = drawn(seed, hours=12)
    work, R = here_and_now(actual), len(actual.system.grid.regions)
    alone = followers_alone(actual, share, work)
    all_of_it = actual.demand_mw + actual.system.compute.load_mw(work, actual.pue, R)
    theirs = alone.system.compute.load_mw(share * work, alone.pue, R)
    np.testing.assert_allclose(alone.demand_mw + theirs, all_of_it, rtol=1e-12)
    np.testing.assert_allclose(alone.arrivals_mwh, share * actual.arrivals_mwh)
    for name in ("site_capacity_mw", "site_idle_mw"):
        whole, part = (getattr(a.system.compute, name) for a in (actual, alone))
        np.testing.assert_allclose(part, share * whole)


def test_all_who_follow_are_the_same_world(drawn):
    actual = drawn(3)
    alone = followers_alone(actual, 1.0, here_and_now(actual))
    for f in fields(actual):
        if f.name != "system":
            one, two = getattr(actual, f.name), getattr(alone, f.name)
            np.testing.assert_array_equal(one, two, err_msg=f.name)
    assert alone.system.grid is actual.system.grid
    for f in fields(Compute):
        one, two = (getattr(a.system.compute, f.name) for a in (actual, alone))
        np.testing.assert_array_equal(one, two, err_msg=f.name)


def test_nothing_but_work_servers_and_demand_differs(drawn):
    actual = drawn(4)
    alone = followers_alone(actual, 0.25, here_and_now(actual))
    back = replace(
        alone,
        system=replace(alone.system, compute=actual.system.compute),
        demand_mw=actual.demand_mw,
        arrivals_mwh=actual.arrivals_mwh,
    )
    for f in fields(actual):
        if f.name != "system":
            np.testing.assert_array_equal(getattr(actual, f.name), getattr(back, f.name))
    assert actual.demand_mw.max() < 121  # as drawn: the original is left as it was


@pytest.mark.parametrize("share", [0.0, -0.1, 1.0 + 1e-9, 2.0, np.nan, np.inf])
def test_a_share_that_is_none_is_refused(drawn, share):
    actual = drawn(5, hours=2)
    with pytest.raises(ValueError, match="share of followers"):
        followers_alone(actual, share, here_and_now(actual))


def test_work_that_leaves_out_the_history_is_refused(drawn):
    actual = drawn(5, hours=2)
    with pytest.raises(ValueError, match="history and horizon"):
        followers_alone(actual, 0.5, here_and_now(actual)[:, HISTORY_H:])
