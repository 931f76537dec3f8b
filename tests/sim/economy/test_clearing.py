"""Rationing by hand, and what the world makes of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.sim.economy.as_contracted import carry_out
from westshift.sim.economy.clearing import clear_hours, run_cheapest
from westshift.sim.economy.options import cheapest_hour, costs_of, options_of
from westshift.sim.placing import home_shares


def test_cheapest_hour_within_slack():
    cost = np.array([[3.0, 1.0, 2.0, 1.0, 5.0]])
    assert cheapest_hour(cost, 0).tolist() == [[0, 1, 2, 3, 4]]
    assert cheapest_hour(cost, 1).tolist() == [[1, 1, 3, 3, 4]]
    assert cheapest_hour(cost, 9).tolist() == [[1, 1, 3, 3, 4]]


def test_waiting_work_fills_cheap_hours_first():
    room = np.array([[4.0, 4.0, 4.0]])
    order = np.array([[1, 2, 0]])  # hour 1 is the cheapest
    pool = np.array([[3.0, 3.0, 0.0]])
    ran, left = run_cheapest(np.array([0]), np.array([2]), pool, room, order)
    assert ran.tolist() == [[0.0, 4.0, 2.0]]
    assert left.sum() == pytest.approx(0.0)


def test_who_has_no_other_hour_goes_first():
    # Hour 2 is the cheapest and the last: what arrives in it has no other, what came before has.
    room, order = np.array([[2.0, 2.0, 2.0]]), np.array([[2, 1, 0]])
    pool = np.array([[0.0, 2.0, 2.0]])
    ran, left = run_cheapest(np.array([0]), np.array([5]), pool, room, order)
    assert ran.tolist() == [[0.0, 2.0, 2.0]]
    assert left.sum() == pytest.approx(0.0)


def test_work_that_could_have_run_earlier_makes_way(drawn):
    actual = drawn(3, room=1.0)
    c, T = actual.system.compute, actual.hours
    arrivals = np.zeros((len(c.origins), len(c.classes), T))
    batch = c.classes.index("batch")
    home = home_shares(c)
    site = int(c.stream_site[np.flatnonzero((c.stream_origin == 1) & c.stream_home)[0]])
    most = c.site_capacity_mw[site]
    arrivals[1, batch, T - 4] = most  # waits for the last hour, the cheapest
    arrivals[1, batch, T - 1] = 0.5 * most
    cost = np.ones((len(c.sites), T))
    cost[:, T - 1] = 0.5
    choices = np.full((len(c.origins) * len(c.classes), 1), -1)
    own = np.flatnonzero(c.stream_home & (c.stream_origin == 1))
    for q in own:
        choices[len(c.classes) + c.stream_class[q], 0] = q
    got = clear_hours(c, arrivals, 0 * home, home, cost, choices)
    assert got.unserved_mwh.sum() == pytest.approx(0.0, abs=1e-9)
    assert c.site_work_mw(got.work_mw)[site, T - 1] == pytest.approx(most)


def test_nothing_runs_before_it_arrives_or_after_it_is_due():
    room = np.full((1, 4), 9.0)
    order = np.array([[0, 3, 1, 2]])
    pool = np.array([[0.0, 5.0, 0.0, 0.0]])
    ran, _ = run_cheapest(np.array([0]), np.array([1]), pool, room, order)
    assert ran.tolist() == [[0.0, 5.0, 0.0, 0.0]]


def cleared(actual, seed):
    """Shares drawn by chance, rationed."""
    rng = np.random.default_rng(seed)
    c = actual.system.compute
    options = options_of(c, home_shares(c))
    costs = costs_of(options, actual)
    share = rng.uniform(0, 1, len(options.stream))
    n = len(c.origins) * len(c.classes)
    choices = np.full((n, len(c.sites)), -1)
    for i in range(n):
        share[options.of(i)] /= share[options.of(i)].sum()
        own = np.unique(options.stream[options.of(i)])
        choices[i, : len(own)] = rng.permutation(own)
    Q = len(c.stream_site)
    now = np.bincount(options.stream, np.where(options.flexible, 0, share), Q)
    flexible = np.bincount(options.stream, np.where(options.flexible, share, 0), Q)
    arrivals = actual.now(actual.arrivals_mwh)
    return clear_hours(c, arrivals, now, flexible, costs.hour_cny_per_mwh, choices), now + flexible


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), room=st.sampled_from([0.5, 0.9, 1.3, 9.0]))
def test_what_must_hold(drawn, seed, room):
    actual = drawn(seed, room=room)
    got, contracted = cleared(actual, seed)
    c, arrivals = actual.system.compute, actual.now(actual.arrivals_mwh)
    assert (got.work_mw >= 0).all()
    assert (c.site_work_mw(got.work_mw) <= c.site_capacity_mw[:, None] * (1 + 1e-9)).all()
    J = len(c.classes)
    done = c.origin_class_work_mw(got.work_mw)
    lost = got.unserved_mwh.reshape(-1, J)
    assert done.sum(axis=2) + lost == pytest.approx(arrivals.sum(axis=2))
    # Causality and deadlines: cumulative work never ahead of arrivals, nor behind by more than what is given up.
    came, ran = np.cumsum(arrivals, axis=2), np.cumsum(done, axis=2)
    assert (ran <= came + 1e-9).all()
    for j in range(J):
        slack = int(c.class_slack_h[j])
        due = came[:, j, : came.shape[2] - slack]
        assert (ran[:, j, slack:] + lost[:, j, None] >= due - 1e-9).all()
    assert ((got.kept_now >= -1e-9) & (got.kept_now <= 1 + 1e-9)).all()
    if room == 9.0:
        assert lost.sum() == pytest.approx(0.0, abs=1e-9)
        tenant = c.stream_origin * J + c.stream_class
        amount = arrivals.sum(axis=2).ravel()[tenant]
        assert got.work_mw.sum(axis=1) == pytest.approx(contracted * amount)


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), room=st.sampled_from([1.3, 9.0]))
def test_the_world_runs_what_was_cleared(drawn, seed, room):
    actual = drawn(seed, room=room)
    got, _ = cleared(actual, seed)
    if got.unserved_mwh.sum() > 1e-6:
        return
    carried = carry_out(actual, got.work_mw)
    assert carried.work_mw == pytest.approx(got.work_mw, abs=1e-6)
    assert carried.unserved_mwh.sum() == 0.0


def test_own_region_has_precedence():
    # All of the east's batch stays, all of the west's wants to come as well: the west's is turned away first.
    from westshift.models.scenario import load_scenario
    from westshift.models.year import actual_of, horizons, make_year

    s = load_scenario("two_region")
    year = make_year(s)
    actual = actual_of(s, year, horizons(s, year)[0])
    c = actual.system.compute
    arrivals = 2.5 * actual.now(actual.arrivals_mwh)
    now = home_shares(c).copy()
    batch = np.array([c.classes[j] == "batch" for j in c.stream_class])
    west, east = c.stream_origin == 1, c.stream_site == 0
    now[batch & west] = east[batch & west]
    choices = np.full((len(c.origins) * len(c.classes), 2), -1)
    for q in range(len(now)):
        row = choices[c.stream_origin[q] * len(c.classes) + c.stream_class[q]]
        row[np.flatnonzero(row < 0)[0]] = q
    cost = np.ones((2, actual.hours))
    got = clear_hours(c, arrivals, now, 0 * now, cost, choices)
    home = c.stream_home & east
    assert got.kept_now[home] == pytest.approx(np.ones(int(home.sum())))
    away = batch & west & east
    assert got.kept_now[away].max() < 1.0
    assert got.moved_mwh[batch & west & ~east].sum() > 0
    assert got.unserved_mwh.sum() == pytest.approx(0.0, abs=1e-9)
