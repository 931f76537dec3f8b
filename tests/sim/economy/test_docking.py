"""Tenants who know all, see no noise and face the program's prices reach the program's value."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.rationing import ration
from westshift.models.scenario import load_scenario
from westshift.models.year import actual_of, horizons, make_year
from westshift.optim.posted import posted_prices
from westshift.sim.economy.docking import dock
from westshift.sim.settle import foreseen


def docked(actual):
    outlook = foreseen(actual)
    posted = posted_prices(outlook)
    return posted, dock(outlook, actual.now(actual.arrivals_mwh), posted)


def holds(actual):
    posted, found = docked(actual)
    c = actual.system.compute
    assert found.value_cny == pytest.approx(posted.objective_cny, rel=1e-6)
    used = c.site_work_mw(found.work_mw)
    assert (used <= c.site_capacity_mw[:, None] * (1 + 1e-7) + 1e-7).all()
    came = actual.now(actual.arrivals_mwh)
    served = c.origin_class_work_mw(found.work_mw).sum() + found.unserved_mwh.sum()
    assert served == pytest.approx(came.sum(), rel=1e-8)
    return posted, found


@pytest.mark.parametrize("times", [1.0, 2.2, 3.6])
def test_two_regions_from_ample_room_to_none(times):
    s = load_scenario("two_region")
    year = make_year(s)
    actual = actual_of(s, year, horizons(s, year)[0])
    holds(replace(actual, arrivals_mwh=times * actual.arrivals_mwh))


def test_scarce_room_has_a_price_and_is_full():
    s = load_scenario("two_region")
    year = make_year(s)
    actual = actual_of(s, year, horizons(s, year)[0])
    posted, found = holds(replace(actual, arrivals_mwh=3.6 * actual.arrivals_mwh))
    c = actual.system.compute
    energy = actual.now(actual.pue) / c.site_efficiency[:, None]
    energy = energy * posted.energy_cny_per_mwh[c.site_region]
    rent = posted.site_cny_per_mwh - energy
    scarce = rent > 1e-3
    assert scarce.any()
    used = c.site_work_mw(found.work_mw)
    assert np.allclose(used[scarce], np.repeat(c.site_capacity_mw[:, None], 24, 1)[scarce])


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000), room=st.sampled_from([0.9, 1.1, 1.8]))
def test_drawn_systems(drawn, seed, room):
    holds(drawn(seed, room=room))


def test_prices_that_do_not_clear_are_refused():
    suits = np.array([[True, False], [True, False]])
    with pytest.raises(InputError, match="find no place"):
        ration(suits, np.array([1.0, 1.0]), np.array([1.5, 9.0]), np.array([False, False]))


def test_a_place_that_has_to_be_full_is():
    suits = np.ones((1, 2), bool)
    got = ration(suits, np.array([3.0]), np.array([2.0, 9.0]), np.array([True, False]))
    assert got == pytest.approx(np.array([[2.0, 1.0]]))
