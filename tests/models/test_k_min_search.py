"""Ratios in print, the equations they solve, and that no sequence of prices does worse."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from westshift.models.errors import InputError
from westshift.models.k_min_search import (
    Search,
    least_with_switching,
    proven_ratio,
    takers,
    thresholds,
)


@pytest.mark.parametrize(
    ("spread", "units", "printed"),
    [(2, np.inf, 1.30), (2, 1, 1.41), (4, np.inf, 1.72), (4, 6, 1.78), (4, 1, 2.00)],
)
def test_ratios_in_print(spread: float, units: float, printed: float) -> None:
    assert round(float(proven_ratio(Search(1.0, spread), units)), 2) == printed
    assert round(float(proven_ratio(Search(250.0, 250.0 * spread), units)), 2) == printed


def test_infinitely_many_is_the_limit_of_many_and_lamberts() -> None:
    from scipy.special import lambertw

    for high in (1.5, 3.0, 50.0):
        search = Search(1.0, high)
        limit = float(proven_ratio(search, np.inf))
        assert limit == pytest.approx(1.0 / (1.0 + lambertw((1.0 / high - 1.0) / np.e).real))
        assert float(proven_ratio(search, 1e7)) == pytest.approx(limit, rel=1e-6)
        assert float(proven_ratio(search, 1)) == pytest.approx(np.sqrt(high))


@given(st.floats(1.0, 100.0), st.floats(1.01, 20.0), st.floats(0.0, 0.99), st.integers(1, 60))
def test_thresholds_balance(low: float, spread: float, dear: float, k: int) -> None:
    high = low * spread
    search = Search(low, high, dear * (high - low) / 2.0)
    b = 2.0 * search.switch
    ratio = float(proven_ratio(search, k))
    start, go_on = thresholds(search, k)
    assert (np.diff(start) <= 0).all()
    np.testing.assert_allclose(go_on, start + b)
    taken = np.concatenate([[0.0], np.cumsum(start + b)])
    for i, level in enumerate([*start, low]):
        assert taken[i] + (k - i) * high + b == pytest.approx(ratio * (k * level + b), rel=1e-6)


def test_counting_thresholds() -> None:
    search = Search(10.0, 90.0, 3.0)
    units = np.array([1, 5, 5, 40])
    counts = takers(search, units)
    for price in (5.0, 10.0, 33.3, 60.0, 96.0, 200.0, np.inf):
        many = counts.up_to(np.full(4, price))
        for j, k in enumerate(units.tolist()):
            for got, level in zip(many, thresholds(search, k), strict=True):
                assert got[j] == (level >= price).sum()


@pytest.mark.parametrize("switch", [0.0, 0.4, 1.0])
def test_no_sequence_does_worse_than_proven(switch: float) -> None:
    search = Search(1.0, 4.0, switch)
    worst = 1.0
    for k in (1, 2, 3):
        start, go_on = thresholds(search, k)
        near = np.concatenate([start, start + 1e-6, go_on + 1e-6, [1.0, 4.0]])
        levels = near[(near >= 1.0) & (near <= 4.0)]
        # Every price is on offer k times; half of the sequences fall and then jump to the top, which hurts most.
        drawn = np.random.default_rng(k).choice(levels, (700, 5))
        drawn[::2] = -np.sort(-drawn[::2], axis=1)
        drawn[::2, -1] = 4.0
        for price in np.repeat(drawn, k, axis=1).tolist():
            cost = online(price, k, start, go_on, switch)
            ratio = cost / least_with_switching(np.array(price), k, switch)
            assert ratio <= float(proven_ratio(search, k)) * (1 + 1e-9)
            worst = max(worst, ratio)
    assert worst > 1.3


def test_prices_that_can_be_taken_once_may_cost_a_little_more() -> None:
    search = Search(1.0, 4.0)
    start, go_on = thresholds(search, 2)
    price = [1.0, start[1] + 1e-9, 4.0, 4.0]
    ratio = online(price, 2, start, go_on, 0.0) / least_with_switching(np.array(price), 2, 0.0)
    assert 1.87 < float(proven_ratio(search, 2)) < 1.88
    assert 1.90 < ratio < 1.91


def online(price: list[float], k: int, start, go_on, switch: float) -> float:
    cost, done, on = 0.0, 0, False
    for t, p in enumerate(price):
        if done == k:
            break
        was = on
        on = p <= (go_on if on else start)[done] or len(price) - t == k - done
        cost += switch * (on != was) + p * on
        done += on
    return cost + switch * on


def test_least_with_switching_as_by_hand() -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        price, k, b = rng.random(8), int(rng.integers(1, 9)), float(rng.random() * 0.5)
        best = np.inf
        for some in itertools.combinations(range(8), k):
            runs = 1 + sum(j - i > 1 for i, j in itertools.pairwise(some))
            best = min(best, price[list(some)].sum() + 2 * b * runs)
        assert least_with_switching(price, k, b) == pytest.approx(best)
    with pytest.raises(InputError, match="longer window"):
        least_with_switching(np.ones(2), 3, 0.0)


def test_bounds_that_cannot_be() -> None:
    for low, high, switch in (
        (0.0, 1.0, 0.0),
        (2.0, 1.0, 0.0),
        (1.0, np.nan, 0.0),
        (1.0, 2.0, -1.0),
    ):
        with pytest.raises(InputError):
            Search(low, high, switch)
    with pytest.raises(InputError, match="1 or more"):
        proven_ratio(Search(1.0, 2.0), 0.5)
    assert float(proven_ratio(Search(2.0, 2.0), 5)) == 1.0
    # A switch that costs more than any pause gains: run at once.
    assert float(proven_ratio(Search(1.0, 2.0, 1.0), 1)) == pytest.approx(4.0 / 3.0)
