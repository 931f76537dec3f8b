"""Pausing and resuming online: the proven ratio, its known values, and that no price sequence breaks it."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from westshift.models.actual import HISTORY_H
from westshift.models.forecast import perfect
from westshift.models.settings import Plan
from westshift.models.signals import only_average
from westshift.sim.competitive import pause_resume_ratios, ratios_of
from westshift.sim.policies.double_threshold import competitive_ratio, thresholds
from westshift.sim.run import make_policy
from westshift.sim.world import World


@pytest.mark.parametrize(
    ("phi", "units", "ratio"),
    [(2, 1, 1.41), (2, 100_000, 1.30), (4, 1, 2.00), (4, 6, 1.78), (4, 100_000, 1.72)],
)
def test_without_a_switching_cost_the_ratio_is_that_of_k_min_search(phi, units, ratio):
    assert competitive_ratio(units, 1.0, phi) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("switch", [0.0, 3.0, 40.0])
def test_one_unit_is_a_search_among_prices_with_both_switches_added(switch):
    low, high = 20.0 + 2 * switch, 90.0 + 2 * switch
    assert competitive_ratio(1, 20.0, 90.0, switch) == pytest.approx(np.sqrt(high / low))
    assert thresholds(1, 20.0, 90.0, switch)[0] == pytest.approx(np.sqrt(high * low) - 2 * switch)


def test_prices_that_cannot_be_are_refused():
    for units, low, high in ((1, 0.0, 9.0), (1, 9.0, 8.0), (0, 1.0, 2.0)):
        with pytest.raises(ValueError, match="0 < L <= U"):
            competitive_ratio(units, low, high)
    assert competitive_ratio(3, 5.0, 5.0) == 1.0


@pytest.mark.parametrize("switch", [0.0, 10.0, 1e4])
@pytest.mark.parametrize("units", [1, 7])
def test_bounds_that_hardly_differ_and_bounds_far_apart_have_a_ratio(units, switch):
    for low in (1e-6, 1.0, 500.0, 500.0 - 1e-12, 500.0 - 1e-9, 500.0 - 1e-6, 500.0 - 1e-3):
        # At worst every unit runs at the dearest price, between two switches of its own.
        worst = units * (500.0 + 2 * switch) / (units * low + 2 * switch)
        assert 1.0 <= competitive_ratio(units, low, 500.0, switch) <= worst * (1 + 1e-9)


def online_cost(prices, units, low, high, switch):
    """DTPR-min: every unit must run; what is left runs at the end."""
    limits, ran, done, cost = thresholds(units, low, high, switch), False, 0, 0.0
    for t, price in enumerate(prices):
        forced = units - done >= len(prices) - t
        runs = done < units and (forced or price <= limits[done] + 2 * switch * ran)
        cost += runs * price + switch * (runs != ran)
        done, ran = done + runs, runs
    return cost + switch * ran


def best_cost(prices, units, switch):
    n = len(prices)
    return min(
        sum(prices[t] for t in chosen)
        + 2 * switch * (1 + sum(b - a > 1 for a, b in itertools.pairwise(chosen)))
        for chosen in itertools.combinations(range(n), units)
    )


@settings(max_examples=200)
@given(st.integers(0, 10_000), st.integers(1, 4), st.sampled_from([0.0, 2.0, 9.0]))
def test_no_drawn_sequence_costs_more_than_the_ratio(seed, units, switch):
    rng = np.random.default_rng(seed)
    low, high = 10.0, 60.0
    limits = thresholds(units, low, high, switch)
    near = np.clip(np.concatenate([limits + 1e-9, limits - 1e-9, [low, high]]), low, high)
    prices = rng.choice(np.append(near, rng.uniform(low, high, 3)), rng.integers(units, 9))
    # An end at the worst price, long enough for what is left: the case the guarantee is made for.
    prices = np.append(prices, np.full(units, high))
    ratio = competitive_ratio(units, low, high, switch)
    assert online_cost(prices, units, low, high, switch) <= ratio * best_cost(
        prices, units, switch
    ) * (1 + 1e-6)


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 30.0]))
def test_with_bounds_known_and_room_enough_what_is_found_is_within_what_is_proven(
    drawn, seed, switch
):
    actual = drawn(seed, room=99.0, waits=False)
    signal = np.random.default_rng(seed).uniform(60, 900, (3, HISTORY_H + 24))
    signal[:, :2] = 60.0, 900.0  # the day before has shown how far it goes
    ratio = {}
    for name in ("double-threshold", "here-and-now", "wait-awhile"):
        policy = make_policy(name, Plan(window_h=24, step_h=24, switch_kg_per_mwh=switch))
        carried = World(actual, policy, perfect, only_average(signal)).run()
        ratio[name] = pause_resume_ratios(actual, carried, signal, switch)
    found, proven = ratio["double-threshold"].found, ratio["double-threshold"].proven
    np.testing.assert_allclose(proven, np.sqrt((900 + 2 * switch) / (60 + 2 * switch)))
    assert (found <= proven * (1 + 1e-9)).all()
    assert (found < ratio["here-and-now"].found).all()
    np.testing.assert_allclose(ratio["wait-awhile"].found, 1.0, rtol=1e-6)  # it foresees all
    assert ratio["double-threshold"].known.all()
    assert ratio["double-threshold"].room.all()


def test_where_the_proof_does_not_apply_the_ratios_say_so(drawn):
    actual = drawn(1, room=1.0, waits=False)
    signal = np.full((3, HISTORY_H + 24), 300.0)
    signal[0, HISTORY_H + 5], signal[1, HISTORY_H + 5] = 50.0, 900.0  # the third never moves
    plan = Plan(window_h=24, step_h=24, switch_kg_per_mwh=0.0)
    carried = World(
        actual, make_policy("double-threshold", plan), perfect, only_average(signal)
    ).run()
    found = ratios_of("double-threshold", actual, carried, signal, plan)
    c = actual.system.compute
    assert found.known.tolist() == [int(r) == 2 for r in c.origin_region]
    assert ratios_of("wait-awhile", actual, carried, signal, plan) is None
    # Work given up is not work saved: it counts as run at the greatest intensity.
    patient = c.class_slack_h > 0
    lost = np.zeros_like(carried.unserved_mwh)
    lost[0, patient, -1] = 1.0
    worse = ratios_of("double-threshold", actual, replace(carried, unserved_mwh=lost), signal, plan)
    assert worse.found[0] > found.found[0]
    # More waits than sites can take in an hour.
    full = np.where(patient[None, :, None], 1e6, 0.0) + 0.0 * carried.waiting_mwh
    crowded = ratios_of(
        "double-threshold", actual, replace(carried, waiting_mwh=full), signal, plan
    )
    assert not crowded.room.any()
