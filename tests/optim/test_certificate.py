"""The bound never exceeds the optimum, whatever the multipliers, and is tight where windows see all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.measures import social_cost_cny
from westshift.optim.certificate import arrays, improve, lower_bound, oracle_bound_cny
from westshift.optim.program import co_planner

seeds = st.integers(0, 10_000)


@settings(max_examples=4)
@given(seeds, st.sampled_from([72, 80]), st.sampled_from([1.8, 0.8]))
def test_bound_oracle_policy_in_this_order(drawn, foreseen, outcomes, seed, hours, room):
    actual = drawn(seed, hours=hours, room=room)
    bound = oracle_bound_cny(foreseen(actual))
    found = outcomes(actual, "greenest-now", "co-planned", "oracle", window_h=24, step_h=12)
    cost = {n: social_cost_cny(o.ledger, actual.carbon_cny_per_kg) for n, o in found.items()}
    assert bound <= cost["oracle"] * (1 + 1e-9)
    assert cost["oracle"] <= min(cost.values()) * (1 + 1e-8)
    assert bound > 0.9 * cost["oracle"]  # it says something
    assert bound < cost["here-and-now"]


@pytest.mark.parametrize("seed", range(3))
def test_one_window_over_all_is_the_optimum(drawn, foreseen, seed):
    o = foreseen(drawn(seed, hours=24))
    assert oracle_bound_cny(o, 24, 24) == pytest.approx(co_planner().solve(o).objective, rel=1e-9)


@settings(max_examples=15)
@given(seeds, st.sampled_from([0.1, 10.0, 1e4]))
def test_no_multipliers_give_too_much(drawn, foreseen, seed, size):
    o = foreseen(drawn(seed % 7, hours=5))
    p = arrays(co_planner(), o)
    optimum = co_planner().solve(o).objective
    y = size * np.random.default_rng(seed).standard_normal(len(p.row_lower))
    before = lower_bound(p, y)
    assert before <= optimum * (1 + 1e-9)
    for row in (0, len(y) // 2, len(y) - 1):
        improve(p, y, row)
        after = lower_bound(p, y)
        assert before - 1e-6 * abs(before) <= after <= optimum * (1 + 1e-9)
        before = after


def test_windows_are_of_whole_days(drawn, foreseen):
    o = foreseen(drawn(1, hours=30))
    for window, step in ((30, 24), (24, 12), (24, 48)):
        with pytest.raises(ValueError, match="whole days"):
            oracle_bound_cny(o, window, step)
    with pytest.raises(ValueError, match="whole days"):
        oracle_bound_cny(replace(o, day_begun_h=3))
