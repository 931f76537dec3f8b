"""A call auction with one price, by hand and by what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.auction import call_auction
from westshift.models.errors import InputError


def clear(bids, asks):
    bids, asks = np.array(bids, float).reshape(-1, 2), np.array(asks, float).reshape(-1, 2)
    return call_auction(bids[:, 0], bids[:, 1], asks[:, 0], asks[:, 1])


def test_linear_curves_meet_in_the_middle():
    # Demand 100 - p, supply p in steps of one: they cross at 50.
    steps = np.arange(0.5, 100)
    got = call_auction(steps, np.ones(100), steps, np.ones(100))
    assert got.traded == 50.0
    assert got.price == pytest.approx(50.0)


def test_one_of_each():
    got = clear([(10, 5)], [(4, 3)])
    assert got.traded == 3.0
    # The bid is served in part and would pay up to 10: the price is his.
    assert got.price == 10.0


def test_nobody_agrees():
    got = clear([(3, 5)], [(4, 3)])
    assert got.price is None
    assert got.traded == 0.0


def test_supply_without_end_costs_what_it_costs():
    assert clear([(50, 10), (30, 10)], [(1, 1000)]).price == 1.0


def test_equal_prices_share_in_proportion():
    got = clear([(5, 30)], [(5, 20), (5, 40)])
    assert got.sold == pytest.approx([10.0, 20.0])


def test_empty():
    assert clear([], [(1, 1)]).price is None
    assert clear([], []).traded == 0.0


orders = st.lists(st.tuples(st.floats(0, 100), st.just(0.0) | st.floats(0.01, 50)), max_size=8)


@given(orders, orders)
def test_what_must_hold(bids, asks):
    got = clear(bids, asks)
    assert got.bought.sum() == pytest.approx(got.traded, abs=1e-9)
    assert got.sold.sum() == pytest.approx(got.traded, abs=1e-9)
    for (price, quantity), bought in zip(bids, got.bought, strict=True):
        assert -1e-9 <= bought <= quantity + 1e-9
        if got.price is not None and bought > 1e-9:
            assert price >= got.price - 1e-9
        if got.price is not None and price > got.price + 1e-9:
            assert bought == pytest.approx(quantity)
    for (price, quantity), sold in zip(asks, got.sold, strict=True):
        if got.price is not None and sold > 1e-9:
            assert price <= got.price + 1e-9
        if got.price is not None and price < got.price - 1e-9:
            assert sold == pytest.approx(quantity)


@given(orders, orders, st.floats(0.1, 50))
def test_more_on_offer_is_never_dearer(bids, asks, more):
    before = clear(bids, asks)
    after = clear(bids, [*asks, (0.0, more)])
    assert after.traded >= before.traded - 1e-9
    if before.price is not None:
        assert after.price is not None
        assert after.price <= before.price + 1e-9


def test_negative_quantity():
    with pytest.raises(InputError, match="negative"):
        clear([(1, -1)], [(1, 1)])
