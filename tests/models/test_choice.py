"""Logit with its limits; demand of constant elasticity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.choice import best_options, demand_factor, shares
from westshift.models.errors import InputError

U = np.array([-3.0, -1.0, -1.0, -2.0, -np.inf])


def test_logit_of_two_by_hand():
    got = shares(np.array([0.0, np.log(3.0)]), 1.0)
    assert got == pytest.approx([0.25, 0.75])


def test_without_noise_the_best_share_alike():
    assert shares(U, 0.0).tolist() == [0.0, 0.5, 0.5, 0.0, 0.0]


def test_little_noise_comes_to_the_same():
    assert shares(U, 1e-3) == pytest.approx(shares(U, 0.0), abs=1e-12)


def test_all_noise_leaves_all_that_is_on_offer_alike():
    assert shares(U, np.inf).tolist() == [0.25, 0.25, 0.25, 0.25, 0.0]
    assert shares(U, 1e12) == pytest.approx(shares(U, np.inf), abs=1e-9)


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=9), st.floats(0.0, 1e5))
def test_shares_sum_to_one_and_follow_utility(utility, noise):
    v = np.array(utility)
    got = shares(v, noise)
    assert got.sum() == pytest.approx(1.0)
    assert (got >= 0).all()
    better = v[:, None] > v[None, :]
    assert (got[:, None] >= got[None, :] - 1e-12)[better].all()


def test_adding_a_constant_changes_nothing():
    assert shares(U[:4] + 1e4, 0.7) == pytest.approx(shares(U[:4], 0.7))


def test_dearer_is_chosen_less():
    before = shares(np.array([-1.0, -1.0]), 0.5)[0]
    assert shares(np.array([-1.5, -1.0]), 0.5)[0] < before


@pytest.mark.parametrize("utility", [np.array([]), np.array([-np.inf]), np.array([np.nan, 1.0])])
def test_nothing_on_offer(utility):
    with pytest.raises((InputError, ValueError)):
        shares(utility, 1.0)


def test_negative_noise():
    with pytest.raises(InputError, match="noise"):
        shares(U, -1.0)


def test_best_options_by_row():
    got = best_options(np.array([[1.0, 1.0, 0.0], [0.0, -1.0, -np.inf]]))
    assert got.tolist() == [[True, True, False], [True, False, False]]


def test_demand_by_hand():
    assert demand_factor(0.5, 1.0) == pytest.approx(2.0)
    assert demand_factor(4.0, 0.5) == pytest.approx(0.5)
    assert demand_factor(0.7, 0.0) == 1.0
    assert demand_factor(0.7, 1.2, 0.0) == 1.0


@given(st.floats(0.01, 10), st.floats(0.01, 10), st.floats(0, 2), st.floats(0, 1))
def test_higher_price_less_demand(a, b, elasticity, share):
    low, high = sorted((a, b))
    assert demand_factor(high, elasticity, share) <= demand_factor(low, elasticity, share) + 1e-12


@pytest.mark.parametrize(
    ("ratio", "elasticity", "share"),
    [(-1.0, 1.0, 1.0), (0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, 1.5)],
)
def test_demand_that_makes_no_sense(ratio, elasticity, share):
    with pytest.raises(InputError):
        demand_factor(ratio, elasticity, share)
