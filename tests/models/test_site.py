"""PUE: the law's mean over the year, and how it follows the air."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.scenario import load_scenario
from westshift.models.site import COLDEST_C, annual_pue, hourly_pue
from westshift.models.year import make_year

one = np.ones(1)


def test_the_law_by_hand():
    assert annual_pue(4.0 * one, 0.0 * one, 0.0 * one) == pytest.approx(1.25)
    assert annual_pue(2.5 * one, 0.2 * one, 0.07 * one) == pytest.approx(1.2 * 1.4 + 0.07)


@given(
    st.floats(1.5, 12),
    st.floats(0, 0.3),
    st.floats(-0.05, 0.3),
    st.integers(0, 10_000),
    st.sampled_from([1, 24, 8760]),
)
def test_the_mean_of_the_hours_is_the_law_and_heat_costs(gcop, other, offset, seed, hours):
    air = np.random.default_rng(seed).uniform(-20, 40, (1, hours))
    pue = hourly_pue(gcop * one, other * one, offset * one, air)
    law = annual_pue(gcop * one, other * one, offset * one)
    assert pue.mean() == pytest.approx(law[0], rel=1e-12)
    order = np.argsort(air[0])
    assert (np.diff(pue[0, order]) >= -1e-12).all()
    assert pue.min() > 1.0 + other


def test_above_minus_twenty_warmer_is_strictly_worse_and_below_the_least_colder_no_better():
    air = np.array([[COLDEST_C - 30, COLDEST_C - 1, COLDEST_C, -20.0, -10.0, 0.0, 20.0, 40.0]])
    pue = hourly_pue(4.0 * one, 0.1 * one, 0.0 * one, air)[0]
    assert pue[0] == pue[1] == pue[2]
    assert (np.diff(pue[2:]) > 0).all()
    assert abs(COLDEST_C + 28.6) < 0.05


def test_hours_follow_the_partial_pue_of_the_paper():
    air = np.array([[0.0, 10.0, 25.0]])
    cooling = hourly_pue(4.0 * one, 0.0 * one, 0.0 * one, air)[0] - 1.0
    follows = 7.1705e-5 * air[0] ** 2 + 0.0041 * air[0] + 0.0743
    np.testing.assert_allclose(cooling / cooling[0], follows / follows[0])


def test_sites_do_not_mix():
    air = np.stack([np.linspace(-10, 30, 48), np.full(48, 10.0)])
    gcop, other, offset = np.array([3.0, 5.0]), np.array([0.1, 0.2]), np.array([0.0, 0.1])
    both = hourly_pue(gcop, other, offset, air)
    for s in range(2):
        at = slice(s, s + 1)
        np.testing.assert_array_equal(
            both[at], hourly_pue(gcop[at], other[at], offset[at], air[at])
        )
    np.testing.assert_allclose(both[1], annual_pue(gcop, other, offset)[1])


def test_a_pue_below_one_is_refused():
    with pytest.raises(InputError, match="pue_offset"):
        make_year(load_scenario("two_region", {"sites.east_1.pue_offset": -0.6}))
